//! Receipts find the lines of their orders, and settings the places that they are for.

use crate::facts::shop;
use crate::support::Desk;

const SALES: &str = "sale_id,line,sold_at,product_id,location_id,quantity,unit_price
    1,1,2024-03-01,TEA,North,2,4
    2,1,2024-03-01,CUP,North,1,10
    3,1,2024-03-30,TEA,South,2,4
    4,1,2024-03-31,CUP,North,1,10";

const STOCK: &str = "product_id,location_id,counted_on,on_hand
    TEA,North,2024-03-01,5
    CUP,North,2024-03-01,40
    TEA,South,2024-03-01,9";

const ORDERS: &str = "order_id,supplier_id,product_id,location_id,ordered_on,quantity
    P1,S1,TEA,North,2024-03-02,12
    P2,S1,TEA,North,2024-03-02,12
    P2,S1,CUP,North,2024-03-02,6
    P3,S1,TEA,North,2024-03-02,12
    P3,S1,TEA,South,2024-03-02,12";

fn lines(desk: &Desk) -> Vec<String> {
    let sql = "select order_id || '/' || line || ' ' || cast(received as varchar) as text \
               from intermediate.order_lines order by order_id, line";
    let rows = desk.rows("shop", sql);
    rows.iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect()
}

fn limits(desk: &Desk) -> Vec<String> {
    let sql = "select message from marts.run_limits where missing_feed = 'receipts.line'";
    let rows = desk.rows("shop", sql);
    rows.iter().map(|row| row["message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_receipt_without_a_line_is_of_the_line_of_its_product_or_of_the_only_one() {
    let receipts = "order_id,product_id,received_on,quantity
        P1,,2024-03-09,12
        P2,CUP,2024-03-09,6
        P2,TEA,2024-03-10,5";
    let feeds =
        [("sales", SALES), ("stock", STOCK), ("purchase_orders", ORDERS), ("receipts", receipts)];
    let desk = shop("", &feeds);
    let none = "0.0000";
    let expected = [
        "P1/1 12.0000".to_owned(),
        "P2/1 5.0000".to_owned(),
        "P2/2 6.0000".to_owned(),
        format!("P3/1 {none}"),
        format!("P3/2 {none}"),
    ];
    assert_eq!(lines(&desk), expected);
    assert_eq!(limits(&desk), [""; 0]);
    let ledger = "select cast(sum(receipts) as bigint) as value from marts.stock_ledger \
                  where product_id = 'TEA' and location_id = 'North'";
    assert_eq!(desk.value("shop", ledger), "17");
}

#[test]
fn a_receipt_of_which_nothing_tells_the_line_is_told() {
    // P2 has two lines; P3 has two of tea, for two places; P1 has no cups; P9 is no order.
    let receipts = "order_id,product_id,received_on,quantity
        P2,,2024-03-09,12
        P3,TEA,2024-03-09,12
        P1,CUP,2024-03-09,1
        P9,TEA,2024-03-09,1
        P1,TEA,2024-03-09,12";
    let feeds =
        [("sales", SALES), ("stock", STOCK), ("purchase_orders", ORDERS), ("receipts", receipts)];
    let desk = shop("", &feeds);
    assert_eq!(lines(&desk)[0], "P1/1 12.0000");
    assert!(lines(&desk)[1..].iter().all(|line| line.ends_with(" 0.0000")), "{:?}", lines(&desk));
    let told = limits(&desk);
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("4 receipts tell no line of an order that is known"), "{told:?}");
}

#[test]
fn settings_without_a_place_hold_at_every_place_that_has_none_of_its_own() {
    let settings = "product_id,location_id,lead_time_days,service_target,max_quantity
        TEA,,10,0.9,
        TEA,South,3,,50
        CUP,,20,,";
    let feeds = [("sales", SALES), ("stock", STOCK), ("item_settings", settings)];
    let desk = shop("", &feeds);
    let sql = "select product_id || ' ' || location_id || ' ' || cast(stated_lead_time_days as varchar) \
                   || ' ' || coalesce(cast(max_quantity as varchar), '-') || ' ' || service_source \
                   || ' ' || coalesce(target, '-') as text \
               from intermediate.policies order by product_id, location_id";
    let rows = desk.rows("shop", sql);
    let found: Vec<&str> = rows.iter().map(|row| row["text"].as_str().unwrap()).collect();
    assert_eq!(
        found,
        [
            "CUP North 20 - configuration -",
            "TEA North 10 - item settings cycle_service",
            "TEA South 3 50.0000 item settings cycle_service",
        ]
    );
}
