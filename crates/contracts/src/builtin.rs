use shelfcast_retail::Feed;

/// The text and the name of the contract that comes with the program.
pub(crate) const fn document(feed: Feed) -> (&'static str, &'static str) {
    macro_rules! embedded {
        ($name:literal) => {
            (
                include_str!(concat!("../../../contracts/", $name, ".odcs.yaml")),
                concat!("contracts/", $name, ".odcs.yaml"),
            )
        };
    }
    match feed {
        Feed::Products => embedded!("products"),
        Feed::ItemSettings => embedded!("item_settings"),
        Feed::Locations => embedded!("locations"),
        Feed::Suppliers => embedded!("suppliers"),
        Feed::Customers => embedded!("customers"),
        Feed::Sales => embedded!("sales"),
        Feed::Stock => embedded!("stock"),
        Feed::Movements => embedded!("movements"),
        Feed::PurchaseOrders => embedded!("purchase_orders"),
        Feed::Receipts => embedded!("receipts"),
        Feed::Promotions => embedded!("promotions"),
        Feed::Prices => embedded!("prices"),
        Feed::Calendar => embedded!("calendar"),
    }
}
