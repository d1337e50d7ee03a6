//! Sales in two files: the heads of orders, and their lines.

use super::tests::{feeds, lines, of, propose_texts, write};
use super::{Answers, Certainty, propose_with};
use crate::FeedReader;
use shelfcast_retail::Feed;
use std::fmt::Write as _;

/// Thirty orders in the shape of Northwind's, each with two lines.
fn northwind() -> (String, String) {
    let mut orders = "OrderID,CustomerID,EmployeeID,OrderDate,RequiredDate,ShippedDate,ShipVia,\
                      Freight,ShipName\n"
        .to_owned();
    let mut details = "OrderID,ProductID,UnitPrice,Quantity,Discount\n".to_owned();
    for at in 0..30 {
        let (id, day) = (10_248 + at, 1 + at % 20);
        let _ = writeln!(
            orders,
            "{id},C{},{},1996-07-{day:02},1996-08-{day:02},1996-07-{:02},3,{}.38,Shop {at}",
            at % 7,
            at % 9,
            day + 5,
            at + 3
        );
        for line in 0..2 {
            let product = at % 5 + line;
            let _ = writeln!(details, "{id},{product},{}.50,{},0.05", product + 2, line + 1);
        }
    }
    (orders, details)
}

#[test]
fn lines_without_a_day_are_looked_up_in_the_heads_of_their_orders() {
    let (orders, details) = northwind();
    let (_folder, paths) = write(&[("order_details.csv", &details), ("orders.csv", &orders)]);
    let proposal = propose_with(&paths, &Answers::default()).unwrap();
    assert!(proposal.is_certain(), "{proposal:#?}");
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(
        lines(sales),
        [
            "sale_id <- OrderID",
            "sold_at <- OrderDate",
            "product_id <- ProductID",
            "customer_id <- CustomerID",
            "quantity <- Quantity",
            "unit_price <- UnitPrice",
            "discount <- Discount",
        ]
    );
    assert!(!feeds(&proposal).contains(&Feed::PurchaseOrders), "{proposal:#?}");
    assert_eq!(sales.spec.lookups.len(), 1);
    let lookup = &sales.spec.lookups[0];
    assert_eq!(lookup.key.keys().collect::<Vec<_>>(), ["OrderID"]);
    assert_eq!(lookup.columns.keys().collect::<Vec<_>>(), ["CustomerID", "OrderDate"]);
    assert_eq!(
        sales.notes,
        [
            "`OrderID` of all 60 rows stands in orders.csv, once: what the rows lack is looked up there"
        ]
    );
    let notes: Vec<&str> = proposal.files.iter().map(|note| note.text.as_str()).collect();
    assert!(notes[1].ends_with(": looked up for sales"), "{notes:?}");
    // What of the heads nothing uses is told as of any file.
    let unused: Vec<&str> = proposal
        .unused
        .iter()
        .filter(|column| column.label == "orders.csv")
        .map(|column| column.header.as_str())
        .collect();
    assert!(unused.contains(&"ShipVia") && !unused.contains(&"OrderDate"), "{unused:?}");
    let chunk = FeedReader::open(&sales.spec, &paths[0], "in").unwrap().next().unwrap().unwrap();
    assert_eq!(chunk.column("sold_at").unwrap().value(3), "1996-07-02");
}

#[test]
fn orders_whose_state_says_so_are_no_sales() {
    let mut orders = "order_id,customer_id,order_status,order_purchase_timestamp,\
                      order_approved_at,order_estimated_delivery_date\n"
        .to_owned();
    let mut items =
        "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value\n"
            .to_owned();
    for at in 0..40 {
        let state = ["delivered", "shipped", "canceled", "delivered"][at % 4];
        let day = 1 + at % 28;
        let _ = writeln!(
            orders,
            "o{at},c{at},{state},2017-10-{day:02} 10:56:33,2017-10-{day:02} 11:07:15,2017-11-20 00:00:00"
        );
        for item in 1..=1 + at % 2 {
            let _ = writeln!(
                items,
                "o{at},{item},p{},s{},2017-11-{day:02} 11:07:15,{}.90,8.72",
                at % 6,
                at % 3,
                at % 6 + 10
            );
        }
    }
    let files =
        [("olist_order_items_dataset.csv", &*items), ("olist_orders_dataset.csv", &*orders)];
    let (_folder, paths) = write(&files);
    let asked = propose_with(&paths, &Answers::default()).unwrap();
    // Nothing says the units: each line is one piece there.
    let ids: Vec<&str> = asked.questions.iter().map(|question| question.id.as_str()).collect();
    assert_eq!(ids, ["sales.quantity"], "{asked:#?}");
    let answers = Answers::new(["sales.quantity={ constant = \"1\" }"]);
    let answered = propose_with(&paths, &answers).unwrap();
    assert!(answered.is_certain(), "{answered:#?}");
    let sales = of(&answered, Feed::Sales);
    let found = lines(sales);
    for line in [
        "sold_at <- order_purchase_timestamp",
        "line <- order_item_id",
        "kind = decode(`order_status`, 'canceled', 'adjustment', 'delivered', '', 'shipped', '', \
         `order_status`)",
    ] {
        assert!(found.contains(&line.to_owned()), "{line}: {found:#?}");
    }
    let told =
        "rows whose `order_status` is `canceled` came to nothing and are no sales: 10 of 60 rows";
    assert!(sales.assumed.contains(&told.to_owned()), "{:?}", sales.assumed);
}

#[test]
fn a_state_that_says_nothing_is_asked_about() {
    let rows: String = (0..40)
        .map(|at| {
            let state = ["Complete", "Cancelled", "Gone east"][at % 3];
            format!("{at},2024-01-{:02},P{},{state},2\n", at % 28 + 1, at % 3)
        })
        .collect();
    let proposal = propose_texts(&[("s.csv", &format!("receipt no,date,sku,Status,qty\n{rows}"))]);
    let ids: Vec<&str> = proposal.questions.iter().map(|question| question.id.as_str()).collect();
    assert_eq!(ids, ["sales.kind"], "{proposal:#?}");
    let text = &proposal.questions[0].text;
    assert!(
        text.contains("came to nothing (`Cancelled`); what are the rows of `Gone east`?"),
        "{text}"
    );
    // Units of orders that came to nothing are not brought back: they were never handed over.
    assert!(lines(of(&proposal, Feed::Sales)).contains(&"quantity <- qty".to_owned()));
}

#[test]
fn lines_of_which_some_have_no_head_are_told() {
    let (orders, details) = northwind();
    let without_one: Vec<&str> =
        orders.lines().filter(|line| !line.starts_with("10250,")).collect();
    let orders = without_one.join("\n") + "\n";
    let proposal = propose_texts(&[("details.csv", &details), ("orders.csv", &orders)]);
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(sales.certainty, Certainty::Certain);
    let told = "`OrderID` of 2 of 60 rows of details.csv stands nowhere in orders.csv, or there \
                with different values: these rows are refused until it does";
    assert!(sales.assumed.contains(&told.to_owned()), "{:?}", sales.assumed);
    // Where most are missing it is another list.
    let orders: String =
        orders.lines().take(20).fold(String::new(), |text, line| text + line + "\n");
    let proposal = propose_texts(&[("details.csv", &details), ("orders.csv", &orders)]);
    let asked = proposal.questions.iter().any(|question| question.id == "sales.sold_at");
    assert!(asked, "{proposal:#?}");
}

#[test]
fn a_list_of_products_with_a_day_is_no_list_of_heads() {
    let products = "product_id,name,last_order_date\nA,Tea,2024-01-03\nB,Cup,2024-01-04\n";
    let sales = "order_id,product_id,quantity\n1,A,2\n1,B,1\n2,A,1\n";
    let proposal = propose_texts(&[("products.csv", products), ("sales.csv", sales)]);
    let asked = proposal.questions.iter().any(|question| question.id == "sales.sold_at");
    assert!(asked && of(&proposal, Feed::Sales).spec.lookups.is_empty(), "{proposal:#?}");
}

#[test]
fn an_answer_goes_before_what_is_looked_up() {
    let (orders, details) = northwind();
    let (_folder, paths) = write(&[("details.csv", &details), ("orders.csv", &orders)]);
    let answers = Answers::new(["sales.sold_at=ShippedDate"]);
    let proposal = propose_with(&paths, &answers).unwrap();
    let sales = of(&proposal, Feed::Sales);
    assert!(lines(sales).contains(&"sold_at <- ShippedDate".to_owned()), "{sales:#?}");
    let columns: Vec<&String> = sales.spec.lookups[0].columns.keys().collect();
    assert_eq!(columns, ["CustomerID", "ShippedDate"]);
}

#[test]
fn facts_find_their_day_in_a_list_of_days() {
    let facts: String =
        (0..60).map(|at| format!("{},{},{},2,7.00\n", at / 3 + 1, at % 5, at % 2)).collect();
    let days: String = (1..31).map(|at| format!("{at},2024-05-{at:02},5,2024\n")).collect();
    let proposal = propose_texts(&[
        ("dim_date.csv", &format!("date_key,full_date,month,year\n{days}")),
        ("fact_sales.csv", &format!("date_key,product_key,store_key,quantity,amount\n{facts}")),
    ]);
    assert!(proposal.is_certain(), "{proposal:#?}");
    let sales = of(&proposal, Feed::Sales);
    assert!(lines(sales).contains(&"sold_at <- full_date".to_owned()), "{sales:#?}");
    assert_eq!(sales.spec.lookups[0].key.keys().collect::<Vec<_>>(), ["date_key"]);
    assert!(!sales.unused_headers.contains(&"date_key".to_owned()), "{:?}", sales.unused_headers);
}

#[test]
fn lines_whose_product_no_header_names_are_lines_all_the_same() {
    let invoices: String =
        (1..21).map(|at| format!("{at},{},2009-01-{at:02} 00:00:00,1.98\n", at % 9)).collect();
    let items: String =
        (0..40).map(|at| format!("{},{},{},0.99,1\n", at + 1, at / 2 + 1, at % 8)).collect();
    let (_folder, paths) = write(&[
        (
            "invoice_items.csv",
            &format!("InvoiceLineId,InvoiceId,TrackId,UnitPrice,Quantity\n{items}"),
        ),
        ("invoices.csv", &format!("InvoiceId,CustomerId,InvoiceDate,Total\n{invoices}")),
    ]);
    let asked = propose_with(&paths, &Answers::default()).unwrap();
    let ids: Vec<&str> = asked.questions.iter().map(|question| question.id.as_str()).collect();
    assert_eq!(ids, ["sales.product_id"], "{asked:#?}");
    let answered = propose_with(&paths, &Answers::new(["sales.product_id=TrackId"])).unwrap();
    let found = lines(of(&answered, Feed::Sales));
    assert!(found.contains(&"sold_at <- InvoiceDate".to_owned()), "{found:#?}");
    // The total of the invoice is none of its lines, and said to be.
    let reasons: Vec<_> =
        answered.unused.iter().map(|it| (&*it.header, it.reason.as_deref())).collect();
    assert!(
        reasons.contains(&("Total", Some("it may be sales.total, but of a whole order"))),
        "{reasons:?}"
    );
    assert!(!found.iter().any(|line| line.starts_with("total")), "{found:#?}");
}

#[test]
fn headers_of_sap_are_known_by_their_field_names() {
    let heads: String = (0..20)
        .map(|at| format!("100;{};202405{:02};TA;K{}\n", 4_969 + at, at + 1, at % 6))
        .collect();
    let items: String = (0..40)
        .map(|at| {
            format!(
                "100;{};{};M-{};{};10,50;1000\n",
                4_969 + at / 2,
                at % 2 * 10 + 10,
                at % 6,
                at % 3 + 1
            )
        })
        .collect();
    let proposal = propose_texts(&[
        ("VBAK.csv", &format!("MANDT;VBELN;AUDAT;AUART;KUNNR\n{heads}")),
        ("VBAP.csv", &format!("MANDT;VBELN;POSNR;MATNR;KWMENG;NETPR;WERKS\n{items}")),
    ]);
    assert!(proposal.is_certain(), "{proposal:#?}");
    assert_eq!(
        lines(of(&proposal, Feed::Sales)),
        [
            "sale_id <- VBELN",
            "line <- POSNR",
            "sold_at <- AUDAT as %Y%m%d",
            "product_id <- MATNR",
            "location_id <- WERKS",
            "customer_id <- KUNNR",
            "quantity <- KWMENG",
            "unit_price <- NETPR",
        ]
    );
}

#[test]
fn a_number_that_the_buyer_gave_makes_no_order_to_a_supplier() {
    let heads: String = (0..20)
        .map(|at| {
            format!(
                "{},SO{at},2011-05-{:02},2011-06-12,PO{at},{},20.00\n",
                43_659 + at,
                at + 1,
                at % 6
            )
        })
        .collect();
    let details: String = (0..40)
        .map(|at| format!("{},{},{},{},10.50\n", 43_659 + at / 2, at + 1, at % 3 + 1, 776 + at % 5))
        .collect();
    let proposal = propose_texts(&[
        (
            "SalesOrderDetail.csv",
            &format!("SalesOrderID,SalesOrderDetailID,OrderQty,ProductID,UnitPrice\n{details}"),
        ),
        (
            "SalesOrderHeader.csv",
            &format!(
                "SalesOrderID,SalesOrderNumber,OrderDate,DueDate,PurchaseOrderNumber,CustomerID,\
                 SubTotal\n{heads}"
            ),
        ),
    ]);
    assert!(proposal.is_certain(), "{proposal:#?}");
    assert!(!feeds(&proposal).contains(&Feed::PurchaseOrders), "{proposal:#?}");
    let found = lines(of(&proposal, Feed::Sales));
    assert_eq!(found[0], "sale_id <- SalesOrderID");
    assert!(found.contains(&"sold_at <- OrderDate".to_owned()), "{found:#?}");
}
