use super::{Answers, Certainty, Proposal, ProposedSource, propose, propose_with};
use crate::tests::data;
use crate::{ColumnSource, FeedReader, HeaderSource};
use shelfcast_retail::Feed;
use std::path::{Path, PathBuf};

pub(super) fn of(proposal: &Proposal, feed: Feed) -> &ProposedSource {
    let source = proposal.sources.iter().find(|source| source.spec.feed == feed);
    source.unwrap_or_else(|| panic!("no {feed} in {proposal:#?}"))
}

/// `column <- header` of a source, in the feed's order.
pub(super) fn lines(source: &ProposedSource) -> Vec<String> {
    let line = |column: &super::ProposedColumn| match &column.source {
        ColumnSource::Column(HeaderSource { header, format: None, .. }) => {
            format!("{} <- {header}", column.column)
        }
        ColumnSource::Column(HeaderSource { header, format: Some(format), .. }) => {
            format!("{} <- {header} as {format}", column.column)
        }
        ColumnSource::Constant(text) => format!("{} = {text}", column.column),
        ColumnSource::RowKey => format!("{} = row key", column.column),
        ColumnSource::Computed(text) => format!("{} = {text}", column.column),
        ColumnSource::FileName { pattern, .. } => format!("{} <- name {pattern}", column.column),
    };
    source.columns.iter().map(line).collect()
}

/// The proposal for files written to a folder.
pub(super) fn propose_texts(files: &[(&str, &str)]) -> Proposal {
    let (_folder, paths) = write(files);
    propose(&paths).unwrap()
}

/// Files written to a folder that is gone with the guard.
pub(super) fn write(files: &[(&str, &str)]) -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let written = files.iter().map(|(name, text)| {
        std::fs::write(path(name), text).unwrap();
        path(name)
    });
    let paths = written.collect();
    (folder, paths)
}

pub(super) fn feeds(proposal: &Proposal) -> Vec<Feed> {
    proposal.sources.iter().map(|source| source.spec.feed).collect()
}

/// Every proposed source can be read as it says.
fn assert_readable(proposal: &Proposal) {
    for source in &proposal.sources {
        for path in source.spec.expand(Path::new("")).unwrap() {
            let reader = FeedReader::open(&source.spec, &path, "file").unwrap();
            assert!(reader.into_iter().next().unwrap().unwrap().rows() > 0);
        }
    }
}

#[test]
fn the_original_files_are_understood() {
    let names = ["customer_data.csv", "inventory_data.csv", "sales_data.csv"];
    let paths: Option<Vec<PathBuf>> =
        names.iter().map(|name| data(&format!("original/{name}"))).collect();
    let Some(paths) = paths else { return };
    let proposal = propose(&paths).unwrap();
    assert_eq!(
        feeds(&proposal),
        [Feed::Products, Feed::Suppliers, Feed::Customers, Feed::Sales, Feed::Stock]
    );
    assert_eq!(
        lines(of(&proposal, Feed::Products)),
        [
            "product_id <- Product ID",
            "name <- Product Name",
            "supplier_id <- Supplier ID",
            "unit_cost <- Cost Price",
            "unit_price <- Selling Price",
        ]
    );
    assert_eq!(
        lines(of(&proposal, Feed::Stock)),
        [
            "product_id <- Product ID",
            "counted_on <- Restock Date",
            "on_hand <- Stock Level",
            "restock_date <- Restock Date",
        ]
    );
    assert_eq!(
        of(&proposal, Feed::Stock).assumptions().collect::<Vec<_>>(),
        ["Restock Date is read as the date of the count"]
    );
    let suppliers = of(&proposal, Feed::Suppliers);
    assert_eq!(lines(suppliers), ["supplier_id <- Supplier ID"]);
    assert!(suppliers.spec.distinct);
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(sales.certainty, Certainty::Certain);
    assert!(sales.unused_headers.is_empty());
    assert_eq!(
        lines(sales),
        [
            "sale_id <- Transaction ID",
            "sold_at <- Transaction Date",
            "product_id <- Product ID",
            "customer_id <- Customer ID",
            "quantity <- Quantity",
            "unit_price <- Price per Unit",
            "discount <- Discount",
            "total <- Total Amount",
            "payment_method <- Payment Method",
        ]
    );
    assert_eq!(lines(of(&proposal, Feed::Customers)).len(), 8);
    assert_eq!(proposal.questions, []);
    assert!(proposal.files.iter().all(|note| note.used));
    assert_readable(&proposal);
}

#[test]
fn daily_totals_without_sale_or_price_get_row_keys() {
    let Some(path) = data("store-item/train.csv.gz") else { return };
    let proposal = propose(&[path]).unwrap();
    assert_eq!(feeds(&proposal), [Feed::Sales]);
    assert_eq!(
        lines(&proposal.sources[0]),
        [
            "sale_id = row key",
            "sold_at <- date",
            "product_id <- item",
            "location_id <- store",
            "quantity <- sales",
        ]
    );
    assert!(proposal.is_certain());
}

#[test]
fn a_whole_file_decides_between_day_and_month() {
    let Some(path) = data("superstore/superstore.csv") else { return };
    let proposal = propose(&[path]).unwrap();
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(
        lines(sales),
        [
            "sale_id <- Order ID",
            "sold_at <- Order Date as %d/%m/%y",
            "product_id <- Product ID",
            "customer_id <- Customer ID",
            "quantity <- Quantity",
            "discount <- Discount",
            "total <- Sales",
            "cost = Sales - round(Profit, 4)",
        ]
    );
    assert_eq!(feeds(&proposal), [Feed::Products, Feed::Customers, Feed::Sales]);
    assert!(of(&proposal, Feed::Products).spec.distinct);
    assert_readable(&proposal);
}

#[test]
fn the_daily_files_of_a_folder_are_one_source() {
    let Some(first) = data("online-retail/2010-12-01.csv") else { return };
    let folder = first.parent().unwrap().to_owned();
    let entries = std::fs::read_dir(&folder).unwrap();
    let paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).take(6).collect();
    let proposal = propose(&paths).unwrap();
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(sales.spec.files.len(), 6);
    assert_eq!(
        lines(sales),
        [
            "sale_id <- InvoiceNo",
            "sold_at <- InvoiceDate",
            "product_id <- StockCode",
            "customer_id <- CustomerID",
            "quantity <- Quantity",
            "unit_price <- UnitPrice",
        ]
    );
}

#[test]
fn many_files_of_a_kind_become_a_pattern() {
    let text = "Order ID,Item,Qty,Order Date\n1,A,2,2024-05-17\n";
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = (1..=4).map(|day| folder.path().join(format!("{day}.csv"))).collect();
    paths.iter().for_each(|path| std::fs::write(path, text).unwrap());
    let proposal = propose(&paths).unwrap();
    assert_eq!(proposal.sources[0].spec.files, [folder.path().join("*.csv").display().to_string()]);
    assert!(proposal.files.iter().all(|note| note.used));
    assert_readable(&proposal);
}

#[test]
fn purchase_orders_without_products_are_a_question() {
    let Some(path) = data("bibitor/InvoicePurchases12312016.csv") else { return };
    let proposal = propose(&[path]).unwrap();
    assert_eq!(feeds(&proposal), [Feed::Suppliers, Feed::PurchaseOrders]);
    assert_eq!(
        lines(of(&proposal, Feed::PurchaseOrders)),
        [
            "order_id <- PONumber",
            "supplier_id <- VendorNumber",
            "ordered_on <- PODate as %d-%m-%Y",
            "quantity <- Quantity",
            "total <- Dollars",
        ]
    );
    let question = &proposal.questions[0];
    assert_eq!((question.feed, question.column), (Feed::PurchaseOrders, "product_id"));
    assert!(question.found.contains("PONumber, PODate"), "{}", question.found);
    assert!(question.text.starts_with("which column of InvoicePurchases12312016.csv is "));
    assert!(question.allowed.contains("{ constant = \"all\" }"), "{}", question.allowed);
    let path = data("bibitor/InvoicePurchases12312016.csv").unwrap();
    let answer =
        |text: &str| propose_with(std::slice::from_ref(&path), &Answers::new([text])).unwrap();
    let answered = answer("purchase_orders.product_id={ constant = \"all\" }");
    assert!(answered.is_certain());
    assert_readable(&answered);
    assert_eq!(feeds(&answer("purchase_orders=no")), [Feed::Suppliers]);
}

#[test]
fn suppliers_that_repeat_are_taken_once_each() {
    let Some(path) = data("bibitor/2017PurchasePricesDec.csv") else { return };
    let proposal = propose(&[path]).unwrap();
    assert_eq!(feeds(&proposal), [Feed::Products, Feed::Suppliers]);
    assert!(of(&proposal, Feed::Suppliers).spec.distinct);
    let products = of(&proposal, Feed::Products);
    assert_eq!(
        lines(products),
        [
            "product_id <- Brand",
            "name <- Description",
            "supplier_id <- VendorNumber",
            "unit_cost <- PurchasePrice",
            "unit_price <- Price",
        ]
    );
    // A brand that is a number is a product only as far as one can tell.
    assert_eq!((products.certainty, proposal.questions.len()), (Certainty::Likely, 0));
}

#[test]
fn prices_of_sales_are_no_prices_of_products() {
    let Some(path) = data("online-retail/2010-12-01.csv") else { return };
    let proposal = propose(&[path]).unwrap();
    let products = of(&proposal, Feed::Products);
    assert_eq!(lines(products), ["product_id <- StockCode", "name <- Description"]);
}

#[test]
fn epoch_seconds_and_households_are_sales() {
    let Some(path) = data("completejourney/transactions_sample.csv.gz") else { return };
    let proposal = propose(&[path]).unwrap();
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(sales.spec.time_zone.as_deref(), Some("UTC"));
    let sales = lines(sales);
    assert!(
        sales.contains(&"sold_at <- transaction_timestamp as epoch_seconds".to_owned()),
        "{sales:?}"
    );
    assert!(sales.contains(&"total <- sales_value".to_owned()), "{sales:?}");
    assert!(sales.contains(&"customer_id <- household_id".to_owned()), "{sales:?}");
}

#[test]
fn the_feeds_own_names_are_certain_and_direct() {
    let proposal = propose_texts(&[
        ("receipts.csv", "order_id,line,received_on,quantity\nP1,1,2024-05-17,6\n"),
        (
            "stock.csv",
            "product_id,location_id,counted_on,on_hand,restock_date\nA,main,2024-05-17,6,\n",
        ),
    ]);
    assert_eq!(feeds(&proposal), [Feed::Stock, Feed::Receipts]);
    for source in &proposal.sources {
        assert_eq!(source.certainty, Certainty::Certain, "{source:#?}");
        assert!(source.unused_headers.is_empty());
    }
}

#[test]
fn dates_that_read_both_ways_are_a_question() {
    let proposal = propose_texts(&[(
        "in.csv",
        "Order ID;Item ID;Qty;Order Date\n1;A;2;03/04/2024\n2;A;1;05/06/2024\n",
    )]);
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(sales.certainty, Certainty::Question);
    assert_eq!(sales.spec.delimiter, Some(';'));
    assert!(!sales.spec.columns.contains_key("sold_at"));
    let question = &proposal.questions[0];
    assert_eq!(question.id, "sales.sold_at");
    assert_eq!(question.text, "does `Order Date` of in.csv write the day or the month first?");
    assert_eq!(question.found, "2 values such as `03/04/2024`");
    assert_eq!(
        question.allowed,
        "1: { column = \"Order Date\", format = \"%d/%m/%Y\" } (`03/04/2024` is 3 April 2024); \
         2: { column = \"Order Date\", format = \"%m/%d/%Y\" } (`03/04/2024` is 4 March 2024)"
    );
}

#[test]
fn decimal_commas_are_found() {
    let proposal = propose_texts(&[(
        "in.csv",
        "Order ID;Item ID;Qty;Order Date;Price\n1;A;2;2024-05-17;1.013,75\n2;A;1;2024-05-18;2,5\n",
    )]);
    let numbers = of(&proposal, Feed::Sales).spec.numbers;
    assert_eq!((numbers.decimal_mark, numbers.thousands_mark), (',', Some('.')));
}

#[test]
fn files_that_cannot_be_used_are_noted() {
    let proposal = propose_texts(&[
        ("empty.csv", ""),
        ("notes.csv", "text,author\nhello,me\n"),
        ("sales.csv", "sale_id,sold_at,product_id,quantity\n1,2024-05-17,A,2\n"),
    ]);
    assert_eq!(feeds(&proposal), [Feed::Sales]);
    let notes: Vec<_> = proposal.files.iter().map(|note| (note.used, note.text.as_str())).collect();
    assert!(notes[0].1.ends_with("is empty: found no text, allowed is a header line and rows"));
    assert_eq!(
        notes[1],
        (
            false,
            "1 rows of 2 columns, utf-8 (every byte is valid UTF-8), delimiter `,`: its columns are of no feed"
        )
    );
    assert_eq!(
        notes[2],
        (true, "1 rows of 4 columns, utf-8 (every byte is valid UTF-8), delimiter `,`: sales")
    );
}
