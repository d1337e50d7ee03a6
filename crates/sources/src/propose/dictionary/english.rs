//! English headers, and those of well-known data.

use super::Names;
use shelfcast_retail::Feed;

/// Columns that mean the same in every feed that has them.
pub(super) const SHARED: &[(&str, Names, Names)] = &[
    (
        "product_id",
        &[
            "productcode",
            "productkey",
            "productnr",
            "itemnbr",
            "itemnr",
            "skunr",
            "skuno",
            "skunumber",
            "skucode",
            "asin",
            "partno",
            "partnumber",
            "materialno",
            "materialid",
            "productno",
            "productnumber",
            "itemid",
            "itemno",
            "itemnumber",
            "itemcode",
            "sku",
            "skuid",
            "lineitemsku",
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
        &["product", "item", "article", "material", "plu", "style"],
    ),
    (
        "location_id",
        &[
            "storeid",
            "storenbr",
            "storenr",
            "storekey",
            "shopno",
            "warehousecode",
            "branchcode",
            "outletcode",
            "outletidentifier",
            "sitecode",
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
            "sellerid",
            "supplierkey",
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
        &[
            "customerkey",
            "custid",
            "userid",
            "customerno",
            "customernumber",
            "customercode",
            "clientid",
            "householdid",
            "memberid",
        ],
        &["customer", "client", "household"],
    ),
    (
        "unit_price",
        &[
            "priceperunit",
            "priceeach",
            "sellprice",
            "unitsellingprice",
            "salepriceperunit",
            "itemprice",
            "sellingprice",
            "salesprice",
            "saleprice",
            "retailprice",
            "listprice",
            "lineitemprice",
        ],
        &["price", "netprice", "netunitprice", "unitpricenet", "grossprice"],
    ),
    (
        "unit_cost",
        &[
            "costprice",
            "costpriceperunit",
            "unitpurchaseprice",
            "standardcost",
            "buyprice",
            "costperunit",
            "purchaseprice",
            "buyingprice",
            "purchasecost",
        ],
        &["cost"],
    ),
    ("discount", &["discountrate", "discountshare", "discountpercent", "discountpct"], &[]),
    (
        "quantity",
        &["qty", "qnty", "quantityordered", "orderquantity", "orderqty", "lineitemquantity"],
        &["units", "pieces", "pcs"],
    ),
];

/// Names that mean this only for want of a better one, and anything else as well.
pub(super) const WEAK: &[(Feed, &str, Names)] = &[
    (
        Feed::Sales,
        "product_id",
        &[
            "id",
            "series",
            "uniqueid",
            "dept",
            "deptid",
            "department",
            "family",
            "category",
            "brand",
            "productname",
            "itemname",
            "productdescription",
            "description",
            "menuitem",
        ],
    ),
    (Feed::Sales, "sold_at", &["t", "d", "periodindex", "weekno", "weeknumber", "weekid", "ds"]),
    (Feed::Sales, "quantity", &["value", "count", "y", "volume", "consumption", "usage"]),
    (Feed::Products, "product_id", &["id", "brand", "code", "number"]),
    (Feed::Stock, "product_id", &["id", "code", "number"]),
    (Feed::ItemSettings, "product_id", &["id", "code", "number"]),
    // A time of no unit.
    (Feed::ItemSettings, "lead_time_days", &["deltime"]),
    (Feed::Stock, "on_hand", &["quantity", "qty"]),
];

/// Names of columns in another unit than the feed's, and the factor to it.
pub(super) const CONVERTED: &[(Feed, &str, Names, u32)] = &[
    (Feed::ItemSettings, "lead_time_days", LEAD_TIME_WEEKS, 7),
    (Feed::ItemSettings, "review_days", &["reviewweeks", "reviewperiodweeks"], 7),
    (Feed::Suppliers, "stated_lead_time_days", LEAD_TIME_WEEKS, 7),
];
const LEAD_TIME_WEEKS: Names = &[
    "leadtimeweeks",
    "leadtimeinweeks",
    "leadtimewks",
    "deliverytimeweeks",
    "deltimeweeks",
    "leadtimew",
    "lieferzeitwochen",
    "lieferzeitinwochen",
    "delaisemaines",
];

/// Names of what a line of a sale earned, and whether they may mean a rate as well.
pub(super) const PROFITS: [(&str, bool); 6] = [
    ("profit", false),
    ("grossprofit", false),
    ("lineprofit", false),
    ("totalprofit", false),
    ("margin", true),
    ("grossmargin", true),
];

/// Names of natural logarithms of units.
pub(super) const LOGARITHMS: Names = &[
    "logmove",
    "logunits",
    "logsales",
    "logquantity",
    "logqty",
    "lnmove",
    "lnunits",
    "lnsales",
    "lnquantity",
    "lnqty",
];
