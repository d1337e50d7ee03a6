//! Sales in two files: the heads of orders with day, customer and state, and their lines.

use crate::support::{Desk, Ended};
use std::fmt::Write as _;

const ORDERS: &str = "OrderID,CustomerID,EmployeeID,OrderDate,RequiredDate,ShippedDate,Freight\n";
const DETAILS: &str = "OrderID,ProductID,UnitPrice,Quantity,Discount\n";

/// The head of an order in the shape of Northwind's.
fn order(id: u32) -> String {
    let day = 1 + id % 20;
    format!("{id},C{},5,1996-07-{day:02},1996-08-{day:02},1996-07-{:02},3.38\n", id % 7, day + 5)
}

/// Its two lines: 3 units of 2.50 and 1 of 10.00.
fn lines(id: u32) -> String {
    format!("{id},{},2.50,3,0\n{id},{},10.00,1,0\n", id % 5, 5 + id % 5)
}

fn write(desk: &Desk, orders: impl Iterator<Item = u32>, details: impl Iterator<Item = u32>) {
    desk.write("in/orders.csv", ORDERS.to_owned() + &orders.map(order).collect::<String>());
    desk.write("in/details.csv", DETAILS.to_owned() + &details.map(lines).collect::<String>());
}

/// A project of forty orders, with what `init` proposes for them.
fn shop() -> Desk {
    let desk = Desk::new();
    write(&desk, 1..41, 1..41);
    desk.done(&["init", "shop", "--from", "in"]);
    desk
}

fn ingest(desk: &Desk) -> Ended {
    desk.done(&["-C", "shop", "ingest"])
}

/// Lines, units and money that count.
fn totals(desk: &Desk) -> String {
    let sql = "select count(*) || ' ' || cast(sum(quantity) as bigint) || ' ' \
               || cast(sum(quantity * unit_price) as decimal(18, 2)) as value from staging.sales";
    desk.value("shop", sql)
}

#[test]
fn lines_come_in_with_the_day_and_the_customer_of_their_order() {
    let desk = shop();
    let config = std::fs::read_to_string(desk.path("shop/shelfcast.toml")).unwrap();
    let lookup = "[[sources.lookups]]\nfiles = [\"../in/orders.csv\"]\nkey = [\"OrderID\"]\n\
                  columns = [\"CustomerID\", \"OrderDate\"]\n";
    assert!(config.contains(lookup), "{config}");
    let ended = ingest(&desk);
    assert!(!ended.stderr.contains("taken by no source"), "{}", ended.stderr);
    // Forty orders of 3 x 2.50 and 1 x 10.00.
    assert_eq!(totals(&desk), "80 160 700.00");
    let sql = "select sale_id || ' ' || sold_on || ' ' || customer_id || ' ' || _file || ' ' \
               || _row as value from staging.sales where sale_id = '23' and line = 2";
    assert_eq!(desk.value("shop", sql), "23 1996-07-04 C2 ../in/details.csv 47");
    assert!(ingest(&desk).stderr.contains("1 file came in before, unchanged"));
}

#[test]
fn a_line_whose_head_comes_later_is_refused_until_then() {
    let desk = shop();
    write(&desk, 1..40, 1..41);
    let ended = ingest(&desk);
    assert!(ended.stderr.contains("refused by lookup: 2 rows"), "{}", ended.stderr);
    assert_eq!(totals(&desk), "78 156 682.50");
    let sql = "select message || ', worth ' || money as value from raw.rejected where \"row\" = 80";
    assert_eq!(
        desk.value("shop", sql),
        "../in/details.csv row 80: found `OrderID` `40`, which stands nowhere in ../in/orders.csv, \
         allowed is what stands below `OrderID` there, worth 7.5000"
    );
    // The heads grow, and the same lines are looked up in them again.
    write(&desk, 1..41, 1..41);
    let ended = ingest(&desk);
    assert!(ended.stderr.contains("1 batch replaced by what came in"), "{}", ended.stderr);
    assert_eq!(totals(&desk), "80 160 700.00");
    let left = desk.done(&["-C", "shop", "rejects"]);
    assert!(!left.stdout.contains("lookup"), "{}", left.stdout);
}

#[test]
fn heads_that_are_mended_move_the_lines_of_a_file_that_grew() {
    let desk = shop();
    write(&desk, 1..40, 1..40);
    ingest(&desk);
    write(&desk, 1..41, 1..41);
    ingest(&desk);
    let mended = order(5).replace("1996-07-06", "1996-07-01");
    let orders: String = (1..5).chain(6..41).map(order).chain([mended]).collect();
    desk.write("in/orders.csv", ORDERS.to_owned() + &orders);
    ingest(&desk);
    assert_eq!(totals(&desk), "80 160 700.00");
    let sql =
        "select distinct cast(sold_on as varchar) as value from staging.sales where sale_id = '5'";
    assert_eq!(desk.value("shop", sql), "1996-07-01");
}

#[test]
fn lines_wait_for_their_heads_and_are_brought_by_them() {
    let desk = shop();
    std::fs::remove_file(desk.path("in/orders.csv")).unwrap();
    let ended = desk.run(&["-C", "shop", "ingest"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("error[SC-1013]"), "{}", ended.stderr);
    assert!(ended.stderr.contains("../in/orders.csv"), "{}", ended.stderr);
    write(&desk, 1..41, 1..41);
    desk.done(&["-C", "shop", "ingest", "in/orders.csv"]);
    assert_eq!(totals(&desk), "80 160 700.00");
}

#[test]
fn a_head_that_stands_twice_with_two_days_is_not_guessed() {
    let desk = shop();
    let twice = order(7).replace("1996-07-08", "1996-07-09");
    let orders: String = (1..41).map(order).chain([order(9), twice]).collect();
    desk.write("in/orders.csv", ORDERS.to_owned() + &orders);
    let ended = ingest(&desk);
    assert!(ended.stderr.contains("refused by lookup: 2 rows"), "{}", ended.stderr);
    let sql = "select distinct found as value from raw.rejected";
    assert_eq!(
        desk.value("shop", sql),
        "`OrderID` `7`, which stands in row 8 of ../in/orders.csv and, with other values, in row 43 \
         of ../in/orders.csv"
    );
    assert_eq!(totals(&desk), "78 156 682.50");
}

#[test]
fn lines_that_were_taken_back_stay_out_when_heads_change() {
    let desk = shop();
    ingest(&desk);
    desk.done(&["-C", "shop", "retract", "../in/details.csv"]);
    write(&desk, 1..45, 1..41);
    let ended = ingest(&desk);
    assert!(ended.stderr.contains("left out ../in/details.csv (sales): it was taken back"));
    let count = "select count(*) as value from staging.sales";
    assert_eq!(desk.value("shop", count), "0");
    // Asked for by its name it comes in, and follows its heads from then on.
    desk.done(&["-C", "shop", "ingest", "in/details.csv"]);
    assert_eq!(desk.value("shop", count), "80");
    write(&desk, 2..45, 1..41);
    let ended = ingest(&desk);
    assert!(ended.stderr.contains("refused by lookup: 2 rows"), "{}", ended.stderr);
    assert_eq!(desk.value("shop", count), "78");
}

#[test]
fn orders_that_came_to_nothing_are_no_sales() {
    let desk = Desk::new();
    let mut orders = "order_id,customer_id,order_status,order_purchase_timestamp,\
                      order_estimated_delivery_date\n"
        .to_owned();
    let mut items =
        "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value\n"
            .to_owned();
    for at in 0..40 {
        let (state, day) = (["delivered", "canceled"][usize::from(at % 10 == 9)], 1 + at % 28);
        let _ = writeln!(orders, "o{at},c{at},{state},2017-10-{day:02} 10:56:33,2017-11-20");
        for item in 1..=2 {
            let _ =
                writeln!(items, "o{at},{item},p{},s1,2017-11-{day:02} 11:07:15,12.90,8.72", at % 6);
        }
    }
    desk.write("in/olist_orders_dataset.csv", orders);
    desk.write("in/olist_order_items_dataset.csv", items);
    let answer = "sales.quantity={ constant = \"1\" }";
    let proposed = desk.done(&["init", "shop", "--from", "in", "--answer", answer]);
    let told = "ASSUMED: rows whose `order_status` is `canceled` came to nothing and are no sales: \
                8 of 80 rows";
    assert!(proposed.stderr.contains(told), "{}", proposed.stderr);
    desk.done(&["-C", "shop", "run"]);
    // 36 delivered orders of two pieces at 12.90; nothing is taken back for the other four.
    let sql = "select count(*) || ' ' || cast(sum(units) as bigint) || ' ' \
               || cast(sum(net) as decimal(18, 2)) as value from intermediate.sale_lines";
    assert_eq!(desk.value("shop", sql), "72 72 928.80");
    let sql = "select cast(sum(units) as bigint) as value from intermediate.demand";
    assert_eq!(desk.value("shop", sql), "72");
    let sql = "select min(sold_on) || ' ' || max(sold_on) as value from staging.sales";
    assert_eq!(desk.value("shop", sql), "2017-10-01 2017-10-28");
}
