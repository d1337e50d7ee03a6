//! From a proposal to a purchase order: what is approved counts as on order until its order comes.

use crate::facts::shop;
use crate::shop::SHOP;
use crate::support::{Desk, copy_files};

const PRODUCTS: &str =
    "product_id,name,category,supplier_id,unit_cost,unit_price,launched_on,pack_size
    TEA,Tea,Drinks,S1,2,4,2024-01-01,6
    CUP,Cup,Kitchen,S1,5,10,2024-01-01,1";

const STOCK: &str = "product_id,location_id,counted_on,on_hand
    TEA,L1,2024-03-31,5
    CUP,L1,2024-03-31,400";

/// Two teas and a cup are sold every day until 31 March; five teas are left, and cups in plenty.
fn sales() -> String {
    let mut sales = "sale_id,line,sold_at,product_id,location_id,quantity,unit_price".to_owned();
    for (month, days) in [(1, 31), (2, 29), (3, 31)] {
        for day in 1..=days {
            let day = format!("2024-{month:02}-{day:02}");
            sales.push_str(&format!("\nT{day},1,{day},TEA,L1,2,4\nC{day},1,{day},CUP,L1,1,10"));
        }
    }
    sales
}

const POLICY: &str = "[policy]\nlead_time_days = 7\nreview_days = 7\n";
const LINE: &str = "2024-04-01/L1/TEA";

pub fn planned(orders: Option<&str>) -> Desk {
    let sales = sales();
    let mut feeds = vec![("products", PRODUCTS), ("stock", STOCK), ("sales", sales.as_str())];
    feeds.extend(orders.map(|orders| ("purchase_orders", orders)));
    shop(POLICY, &feeds)
}

fn proposed(desk: &Desk) -> Vec<(String, String)> {
    let sql = "select order_line_id, cast(quantity as varchar) as quantity \
               from marts.order_proposals order by order_line_id";
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let rows = desk.rows("shop", sql);
    rows.iter().map(|row| (text(&row["order_line_id"]), text(&row["quantity"]))).collect()
}

fn on_order(desk: &Desk) -> String {
    let sql = "select cast(on_order as varchar) as value from marts.inventory_status \
               where product_id = 'TEA'";
    desk.value("shop", sql)
}

fn exceptions(desk: &Desk, kind: &str) -> Vec<String> {
    let sql = format!("select sentence from marts.exceptions where kind = '{kind}'");
    let rows = desk.rows("shop", &sql);
    rows.iter().map(|row| row["sentence"].as_str().unwrap().to_owned()).collect()
}

fn order(order_id: &str, ordered_on: &str, expected_on: &str, quantity: &str) -> String {
    format!(
        "order_id,line,supplier_id,product_id,location_id,ordered_on,expected_on,quantity,unit_cost\n\
         {order_id},1,S1,TEA,L1,{ordered_on},{expected_on},{quantity},2"
    )
}

#[test]
fn what_is_approved_is_not_proposed_again() {
    let desk = planned(None);
    let lines = proposed(&desk);
    // Two a day: 28 in 14 days, less 5 on hand, less 9 of the first 7 days that are lost; in sixes.
    assert_eq!(lines.len(), 1, "{lines:?}");
    let (id, quantity) = &lines[0];
    assert_eq!((id.as_str(), quantity.as_str()), (LINE, "18.0000"));
    let list = desk.done(&[
        "-C",
        "shop",
        "query",
        "select * from marts.order_proposals",
        "--format",
        "csv",
    ]);
    desk.write("approved.csv", list.stdout);
    let approved = desk.done(&["-C", "shop", "orders", "approve", "approved.csv"]);
    assert!(approved.stderr.contains("1 line is approved, 0 before"), "{}", approved.stderr);
    desk.done(&["-C", "shop", "run"]);
    assert_eq!(proposed(&desk), []);
    assert_eq!(&on_order(&desk), quantity);

    // The same again is nothing new: no line, no publication.
    let again = desk.done(&["-C", "shop", "orders", "approve", "approved.csv", "--json"]);
    assert_eq!(again.stdout.trim(), "{\"published\":null,\"approved\":[],\"already_approved\":1}");
    let listed = desk.done(&["-C", "shop", "orders", "list"]).stdout;
    assert!(listed.contains(LINE) && listed.contains("waiting"), "{listed}");
}

#[test]
fn a_purchase_order_takes_the_place_of_its_commitment() {
    let desk = planned(None);
    desk.done(&["-C", "shop", "orders", "approve", LINE, "--reference", "PO-7"]);
    // The buyer orders less than was approved.
    let source = std::fs::read_to_string(desk.path("shop/shelfcast.toml")).unwrap();
    let columns = [
        "order_id",
        "line",
        "supplier_id",
        "product_id",
        "location_id",
        "ordered_on",
        "expected_on",
        "quantity",
        "unit_cost",
    ];
    let columns: String = columns.map(|name| format!("{name} = \"{name}\"\n")).concat();
    let orders =
        "[[sources]]\nfeed = \"purchase_orders\"\nfiles = [\"orders.csv\"]\n[sources.columns]\n";
    desk.write("shop/shelfcast.toml", format!("{source}\n{orders}{columns}"));
    desk.write("shop/orders.csv", order("PO-7", "2024-04-01", "2024-04-08", "12") + "\n");
    // On the day of the order the commitment stands, from the next day on the purchase order.
    desk.done(&["-C", "shop", "run"]);
    let status = "select status as value from marts.commitments";
    assert_eq!(desk.value("shop", status), "waiting");
    desk.done(&["-C", "shop", "run", "--business-date", "2024-04-02"]);
    assert_eq!(desk.value("shop", status), "ordered");
    assert_eq!(on_order(&desk), "12.0000");
    assert_eq!(exceptions(&desk, "ordered_twice"), [""; 0]);
}

#[test]
fn of_a_whole_shop_that_was_approved_nothing_is_ordered_again() {
    let desk = Desk::new();
    copy_files(&SHOP.0.path("shop"), &desk.path("shop"));
    let lines = "select count(*) as value from marts.order_proposals";
    let proposed: u64 = desk.value("shop", lines).parse().unwrap();
    assert!(proposed > 20, "{proposed}");
    desk.done(&["-C", "shop", "orders", "approve", "--all"]);
    desk.done(&["-C", "shop", "build"]);
    let again = "select order_line_id, quantity from marts.order_proposals";
    assert_eq!(desk.rows("shop", again), Vec::<serde_json::Value>::new());
    let surplus = "select count(*) as value from marts.surplus_orders where is_commitment";
    assert_eq!(desk.value("shop", surplus), "0");
    let projected = "select count(*) as value from marts.projected_stock where receipts > 0";
    assert_ne!(desk.value("shop", projected), "0", "what was approved is to come");
}

#[test]
fn an_approval_without_its_purchase_order_is_flagged() {
    let desk = planned(None);
    desk.done(&["-C", "shop", "orders", "approve", LINE]);
    desk.done(&["-C", "shop", "build", "--business-date", "2024-04-08"]);
    assert_eq!(exceptions(&desk, "not_ordered"), [""; 0]);
    desk.done(&["-C", "shop", "build", "--business-date", "2024-04-09"]);
    assert_eq!(
        exceptions(&desk, "not_ordered"),
        [format!(
            "Approved for 2024-04-01, but no purchase order {LINE} has come; it counts as on \
             order until then: place it, or withdraw {LINE}."
        )]
    );
    // Due on 8 April: after 90 days more nobody counts on it.
    desk.done(&["-C", "shop", "build", "--business-date", "2024-07-08"]);
    assert_eq!(desk.value("shop", "select status as value from marts.commitments"), "expired");
    assert_eq!(on_order(&desk), "0.0000");
}

#[test]
fn a_purchase_order_under_another_id_is_told_as_a_likely_double() {
    let desk = planned(None);
    let quantity = proposed(&desk)[0].1.clone();
    let desk = planned(Some(&order("4711", "2024-04-01", "2024-04-08", &quantity)));
    desk.done(&["-C", "shop", "orders", "approve", LINE]);
    desk.done(&["-C", "shop", "build", "--business-date", "2024-04-02"]);
    let told = exceptions(&desk, "ordered_twice");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("Purchase order 4711 has the product, place and quantity"));
    desk.done(&["-C", "shop", "orders", "withdraw", LINE]);
    desk.done(&["-C", "shop", "build", "--business-date", "2024-04-02"]);
    assert_eq!(exceptions(&desk, "ordered_twice"), [""; 0]);
    assert_eq!(on_order(&desk), quantity);
}

#[test]
fn what_is_withdrawn_is_proposed_again_under_an_id_of_its_own() {
    let desk = planned(None);
    let before = proposed(&desk);
    desk.done(&["-C", "shop", "orders", "approve", "--all", "--reference", "PO-7"]);
    let withdrawn = desk.done(&["-C", "shop", "orders", "withdraw", "PO-7"]);
    assert!(withdrawn.stderr.contains("1 line is withdrawn, 0 before"), "{}", withdrawn.stderr);
    let again = desk.done(&["-C", "shop", "orders", "withdraw", LINE]);
    assert!(again.stderr.contains("0 lines are withdrawn, 1 before"), "{}", again.stderr);
    desk.done(&["-C", "shop", "build"]);
    assert_eq!(proposed(&desk), [(format!("{LINE}/2"), before[0].1.clone())]);
}

#[test]
fn approvals_that_cannot_be_meant_are_refused_whole() {
    let desk = planned(None);
    let refused = |arguments: &[&str], told: &str| {
        let mut all = vec!["-C", "shop", "orders"];
        all.extend(arguments);
        let ended = desk.run(&all);
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
    };
    refused(&["approve", LINE, "x"], "error[SC-4013]: no order line is proposed as `x`");
    assert_eq!(desk.value("shop", "select count(*) as value from staging.commitments"), "0");
    desk.write("none.csv", format!("order_line_id,quantity\n{LINE},0\n"));
    refused(&["approve", "none.csv"], "is approved with 0 units; allowed are more than 0");
    desk.write("odd.csv", format!("order_line_id,quantity\n{LINE},many\n"));
    refused(&["approve", "odd.csv"], "error[SC-5010]: odd.csv: line 2: ");
    desk.write("other.csv", "line,quantity\n1,2\n");
    refused(&["approve", "other.csv"], "there is no column order_line_id");
    refused(&["withdraw", LINE], "error[SC-4016]: no order line was approved");
    desk.done(&["-C", "shop", "orders", "approve", LINE]);
    desk.write("more.csv", format!("order_line_id,quantity\n{LINE},600\n"));
    refused(&["approve", "more.csv"], "error[SC-4014]: order line");
}

#[test]
fn of_a_partial_order_what_is_still_to_come_counts_if_it_comes_in_time() {
    // 20 ordered and due on 2 April, 8 of them here; 40 more are due after the interval of
    // 14 days, which ends on 14 April.
    let orders =
        "order_id,line,supplier_id,product_id,location_id,ordered_on,expected_on,quantity,unit_cost
        A,1,S1,TEA,L1,2024-03-20,2024-03-30,20,2
        B,1,S1,TEA,L1,2024-03-20,2024-04-15,40,2";
    let sales = sales();
    let policy = format!("{POLICY}measured_lead_times = false\n");
    let desk = shop(
        &policy,
        &[
            ("products", PRODUCTS),
            ("stock", STOCK),
            ("sales", &sales),
            ("purchase_orders", orders),
            ("receipts", "order_id,line,received_on,quantity\nA,1,2024-03-28,8"),
        ],
    );
    assert_eq!(on_order(&desk), "52.0000");
    let steps = "select cast(quantity as varchar) as value from marts.order_proposal_steps \
                 where step = 'on_order'";
    assert_eq!(desk.value("shop", steps), "-12.0000");
    let told = exceptions(&desk, "late_order");
    assert_eq!(told, ["Order A was due on 2024-03-30 and is not here; it is expected any day."]);
}
