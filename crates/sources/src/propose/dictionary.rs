//! What retailers call the columns of the feeds.

use shelfcast_retail::Feed;

/// Usual headers of a column, normalised, the surer first.
pub(super) struct Entry {
    feed: Feed,
    column: &'static str,
    /// Names that mean this and nothing else.
    sure: &'static [&'static str],
    /// Names that may mean something else, too.
    likely: &'static [&'static str],
}

const fn entry(
    feed: Feed,
    column: &'static str,
    sure: &'static [&'static str],
    likely: &'static [&'static str],
) -> Entry {
    Entry { feed, column, sure, likely }
}

/// A header without case, blanks and punctuation: `Price per Unit` is `priceperunit`.
pub(super) fn normalise(header: &str) -> String {
    header.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How well a header fits a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is the column's own name.
    Canonical,
    /// It means this.
    Sure,
    /// It may mean this.
    Likely,
}

/// The headers that fit a column of a feed, the best first.
pub(super) fn fitting<'h>(feed: Feed, column: &str, headers: &'h [String]) -> Vec<(&'h str, Fit)> {
    let canonical = normalise(column);
    let (sure, likely) = synonyms(feed, column);
    let names = std::iter::once((canonical.as_str(), Fit::Canonical))
        .chain(sure.map(|name| (name, Fit::Sure)))
        .chain(likely.map(|name| (name, Fit::Likely)));
    let mut fitting = Vec::new();
    for (name, fit) in names {
        let found = headers.iter().filter(|header| normalise(header) == name);
        for header in found {
            if !fitting.iter().any(|(known, _)| *known == header.as_str()) {
                fitting.push((header.as_str(), fit));
            }
        }
    }
    fitting
}

fn synonyms(
    feed: Feed,
    column: &str,
) -> (impl Iterator<Item = &'static str>, impl Iterator<Item = &'static str>) {
    let shared = SHARED.iter().filter(move |(name, ..)| *name == column);
    let own = ENTRIES.iter().filter(move |entry| entry.feed == feed && entry.column == column);
    let sure = shared.clone().flat_map(|(_, sure, _)| *sure).copied();
    let likely = shared.flat_map(|(.., likely)| *likely).copied();
    (
        own.clone()
            .flat_map(|entry| entry.sure)
            .copied()
            .chain(sure)
            .collect::<Vec<_>>()
            .into_iter(),
        own.flat_map(|entry| entry.likely).copied().chain(likely).collect::<Vec<_>>().into_iter(),
    )
}

type Names = &'static [&'static str];

/// Columns that mean the same in every feed that has them.
const SHARED: &[(&str, Names, Names)] = &[
    (
        "product_id",
        &[
            "productcode",
            "productno",
            "productnumber",
            "itemid",
            "itemno",
            "itemnumber",
            "itemcode",
            "sku",
            "skuid",
            "stockcode",
            "articleid",
            "articleno",
            "articlenumber",
            "materialnumber",
            "upc",
            "ean",
            "gtin",
            "barcode",
        ],
        &["product", "item", "article", "material", "plu"],
    ),
    (
        "location_id",
        &[
            "storeid",
            "storeno",
            "storenumber",
            "storecode",
            "shopid",
            "branchid",
            "warehouseid",
            "outletid",
            "siteid",
            "locationcode",
        ],
        &["store", "shop", "location", "branch", "warehouse", "outlet", "site"],
    ),
    (
        "supplier_id",
        &[
            "supplierno",
            "suppliernumber",
            "suppliercode",
            "vendorid",
            "vendorno",
            "vendornumber",
            "vendorcode",
        ],
        &["supplier", "vendor"],
    ),
    (
        "customer_id",
        &["customerno", "customernumber", "customercode", "clientid", "householdid", "memberid"],
        &["customer", "client"],
    ),
    (
        "unit_price",
        &["priceperunit", "sellingprice", "salesprice", "saleprice", "retailprice", "listprice"],
        &["price"],
    ),
    (
        "unit_cost",
        &["costprice", "costperunit", "purchaseprice", "buyingprice", "purchasecost"],
        &["cost"],
    ),
    ("discount", &["discountrate", "discountshare"], &[]),
    ("quantity", &["qty"], &["units", "pieces"]),
];

const ENTRIES: &[Entry] = &[
    entry(
        Feed::Products,
        "name",
        &["productname", "itemname", "articlename", "productdescription", "itemdescription"],
        &["description", "title"],
    ),
    entry(
        Feed::Products,
        "category",
        &["productcategory", "itemcategory"],
        &["department", "dept", "productgroup", "family"],
    ),
    entry(Feed::Products, "brand", &["brandname", "manufacturer"], &[]),
    entry(Feed::Products, "unit", &["uom", "unitofmeasure"], &[]),
    entry(
        Feed::Products,
        "pack_size",
        &["casesize", "casepack", "unitspercase", "packquantity"],
        &[],
    ),
    entry(Feed::Products, "shelf_life_days", &["shelflife"], &[]),
    entry(Feed::Products, "launched_on", &["launchdate", "introducedon"], &[]),
    entry(Feed::Products, "ended_on", &["enddate", "discontinuedon"], &[]),
    entry(Feed::ItemSettings, "lead_time_days", &["leadtime"], &[]),
    entry(Feed::ItemSettings, "min_quantity", &["reorderpoint", "minstock"], &["min"]),
    entry(Feed::ItemSettings, "max_quantity", &["orderuptolevel", "maxstock"], &["max"]),
    entry(Feed::ItemSettings, "min_order_quantity", &["moq", "minimumorderquantity"], &[]),
    entry(Feed::ItemSettings, "order_multiple", &["orderunit"], &[]),
    entry(
        Feed::Locations,
        "name",
        &["storename", "shopname", "locationname", "warehousename"],
        &[],
    ),
    entry(Feed::Locations, "kind", &["storetype", "locationtype"], &[]),
    entry(Feed::Locations, "region", &["storeregion"], &[]),
    entry(Feed::Suppliers, "name", &["suppliername", "vendorname"], &[]),
    entry(
        Feed::Suppliers,
        "stated_lead_time_days",
        &["leadtime", "leadtimedays", "supplierleadtime"],
        &[],
    ),
    entry(Feed::Suppliers, "min_order_value", &["minimumordervalue"], &[]),
    entry(Feed::Customers, "name", &["customername", "clientname"], &[]),
    entry(Feed::Customers, "gender", &["sex"], &[]),
    entry(Feed::Customers, "email", &["emailaddress", "mail"], &[]),
    entry(Feed::Customers, "phone", &["phonenumber", "telephone", "mobile"], &[]),
    entry(Feed::Customers, "address", &["postaladdress", "customeraddress"], &[]),
    entry(Feed::Customers, "segment", &["customersegment"], &[]),
    entry(
        Feed::Customers,
        "joined_on",
        &["joindate", "signupdate", "registrationdate", "membersince"],
        &[],
    ),
    entry(
        Feed::Sales,
        "sale_id",
        &[
            "transactionid",
            "transactionno",
            "invoiceno",
            "invoicenumber",
            "invoiceid",
            "orderid",
            "orderno",
            "ordernumber",
            "salesid",
            "basketid",
            "receiptid",
            "receiptno",
            "ticketid",
            "ticketno",
            "billno",
        ],
        &["invoice", "transaction", "receipt", "ticket"],
    ),
    entry(Feed::Sales, "line", &["lineno", "linenumber", "lineid"], &[]),
    entry(
        Feed::Sales,
        "sold_at",
        &[
            "transactiondate",
            "transactiontimestamp",
            "transactiontime",
            "invoicedate",
            "orderdate",
            "saledate",
            "salesdate",
            "solddate",
            "soldon",
            "purchasedate",
        ],
        &["date", "datetime", "timestamp", "day"],
    ),
    entry(
        Feed::Sales,
        "quantity",
        &["quantitysold", "qtysold", "unitssold", "unitsales", "salesquantity"],
        &["sales", "sold"],
    ),
    entry(
        Feed::Sales,
        "total",
        &[
            "totalamount",
            "linetotal",
            "salesvalue",
            "totalprice",
            "netamount",
            "salesamount",
            "revenue",
        ],
        &["amount", "sales"],
    ),
    entry(Feed::Sales, "payment_method", &["paymenttype", "tender"], &["payment"]),
    entry(
        Feed::Stock,
        "on_hand",
        &[
            "stocklevel",
            "stockonhand",
            "qtyonhand",
            "quantityonhand",
            "inventorylevel",
            "onhandquantity",
            "currentstock",
            "instock",
        ],
        &["stock", "inventory"],
    ),
    entry(
        Feed::Stock,
        "counted_on",
        &["countdate", "countedat", "stockdate", "snapshotdate", "inventorydate", "asof"],
        &["date", "day"],
    ),
    entry(Feed::Stock, "restock_date", &["restockedon", "lastrestock", "lastrestockdate"], &[]),
    entry(
        Feed::PurchaseOrders,
        "order_id",
        &["ponumber", "pono", "poid", "purchaseorderid", "purchaseorder"],
        &[],
    ),
    entry(Feed::PurchaseOrders, "ordered_on", &["podate", "purchaseorderdate"], &["orderdate"]),
    entry(
        Feed::PurchaseOrders,
        "expected_on",
        &["expecteddate", "duedate", "deliverydate", "promiseddate"],
        &[],
    ),
    entry(
        Feed::Receipts,
        "order_id",
        &["ponumber", "pono", "poid", "purchaseorderid", "purchaseorder"],
        &[],
    ),
    entry(
        Feed::Receipts,
        "received_on",
        &["receiveddate", "receivingdate", "receiptdate", "goodsreceiptdate"],
        &[],
    ),
    entry(
        Feed::Receipts,
        "quantity",
        &["receivedquantity", "quantityreceived", "qtyreceived"],
        &[],
    ),
    entry(Feed::Promotions, "promotion_id", &["promoid", "campaignid", "offerid"], &[]),
    entry(Feed::Promotions, "starts_on", &["startdate"], &["start"]),
    entry(Feed::Promotions, "ends_on", &["enddate"], &["end"]),
    entry(Feed::Promotions, "price", &["promoprice", "promotionprice"], &[]),
    entry(Feed::Prices, "valid_from", &["pricedate", "effectivefrom", "effectivedate"], &[]),
    entry(Feed::Movements, "moved_at", &["movementdate", "moveddate"], &[]),
    entry(Feed::Movements, "kind", &["movementtype"], &[]),
    entry(Feed::Calendar, "day", &[], &["date"]),
    entry(Feed::Calendar, "event", &["eventname", "holiday"], &[]),
    entry(Feed::Calendar, "closed", &["isclosed"], &[]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_about_a_column_and_is_normalised() {
        for Entry { feed, column, sure, likely } in ENTRIES {
            assert!(feed.column(column).is_some(), "{feed}.{column}");
            for name in sure.iter().chain(*likely) {
                assert_eq!(&normalise(name), name, "{feed}.{column}");
            }
        }
        for (column, ..) in SHARED {
            assert!(Feed::ALL.iter().any(|feed| feed.column(column).is_some()), "{column}");
        }
    }

    #[test]
    fn the_better_name_comes_first() {
        let headers = ["Sales", "Quantity"].map(str::to_owned);
        let found = fitting(Feed::Sales, "quantity", &headers);
        assert_eq!(found, [("Quantity", Fit::Canonical), ("Sales", Fit::Likely)]);
        assert_eq!(fitting(Feed::Sales, "total", &headers), [("Sales", Fit::Likely)]);
    }
}
