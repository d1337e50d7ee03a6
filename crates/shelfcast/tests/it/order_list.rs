//! The list of orders as a whole: order days, suppliers' minimums, the budget, and what they leave out.

use crate::policies::{POLICY, assert_sums, planned, quantity};
use crate::support::Desk;

/// Each line left out: product, units planned and ordered, next day, cause.
fn left_out(desk: &Desk) -> Vec<String> {
    let sql = "select product_id || ' ' || planned_quantity || ' ' || quantity || ' ' || \
                  cast(next_order_on as varchar) || ' ' || cause as value \
               from marts.orders_left_out order by product_id";
    let rows = desk.rows("shop", sql);
    rows.iter().map(|row| row["value"].as_str().unwrap().to_owned()).collect()
}

fn text(desk: &Desk, sql: &str) -> String {
    desk.rows("shop", sql)[0]["value"].as_str().unwrap().to_owned()
}

#[test]
fn lines_wait_for_an_order_day_in_sight_of_everyone() {
    // The order would be dated Monday, 1 April; orders are taken on Wednesdays, from the 10th on, sold
    // three days later, and cover until the next ones are sold on the 20th: seven days. Nothing is left
    // by then: seven cups, and fourteen teas in packs of six.
    let suppliers = "supplier_id,name,stated_lead_time_days,order_days,closures
        S1,Mill,3,wed,2024-04-02/2024-04-09";
    let desk = planned(POLICY, &[("suppliers", suppliers)]);
    assert_eq!((quantity(&desk, "TEA"), quantity(&desk, "CUP")), ("none".into(), "none".into()));
    assert_eq!(
        left_out(&desk),
        [
            "CUP 7.0000 0.0000 2024-04-10 waits_for_order_day",
            "TEA 18.0000 0.0000 2024-04-10 waits_for_order_day",
        ]
    );
    let order = "select outcome || ' ' || n_waiting_lines || ' ' || planned_value || ' ' || \
                 cast(next_order_on as varchar) as value from marts.supplier_orders";
    // 7 x 5 and 18 x 2.
    assert_eq!(text(&desk, order), "waits 2 71.0000 2024-04-10");
    let told = "select sentence as value from marts.exceptions where kind = 'stocked_out'";
    let told = text(&desk, told);
    assert!(
        told.ends_with(
            "an order placed on 2024-04-10, the next order day, arrives on 2024-04-13. Planned are 7, \
             ordered none (waits: the supplier takes orders on 2024-04-10)."
        ),
        "{told}"
    );
    let run = desk.done(&["-C", "shop", "build"]).stderr;
    assert!(run.contains("0 order lines, 2 wait for a supplier's order day"), "{run}");
}

#[test]
fn a_line_that_waits_is_explained_and_one_that_needs_nothing_too() {
    let suppliers = "supplier_id,name,stated_lead_time_days,order_days
        S1,Mill,3,wed";
    let stock = "product_id,location_id,counted_on,on_hand
        TEA,L1,2024-03-31,5
        CUP,L1,2024-03-31,400";
    let desk = planned(POLICY, &[("suppliers", suppliers), ("stock", stock)]);
    let explain = |line: &str, more: &[&str]| {
        let mut arguments = vec!["-C", "shop", "explain", "order", line];
        arguments.extend(more);
        desk.done(&arguments).stdout
    };
    let told = explain("2024-04-01/L1/TEA", &["--recompute"]);
    assert!(
        told.starts_with(
            "Tea at L1: order nothing on 2024-04-01, 18 planned and next possible on 2024-04-03\n\n\
             Order nothing before 2024-04-03: "
        ),
        "{told}"
    );
    assert!(
        told.contains("18 would be ordered, but the supplier takes orders on 2024-04-03."),
        "{told}"
    );
    assert!(told.contains("           0  = quantity"), "{told}");
    assert!(told.contains("the same, to the last digit"), "{told}");
    let told = explain("2024-04-01/L1/CUP", &[]);
    assert!(
        told.starts_with("Cup at L1: order nothing on 2024-04-01\n\nOrder nothing: "),
        "{told}"
    );
    assert!(told.contains("more than is needed"), "{told}");
}

fn with_minimum(minimum: &str) -> Desk {
    let suppliers =
        format!("supplier_id,name,stated_lead_time_days,min_order_value\nS1,Mill,7,{minimum}");
    planned(POLICY, &[("suppliers", &suppliers)])
}

#[test]
fn an_order_is_raised_to_its_suppliers_minimum_or_waits_for_the_next_order_day() {
    let raised = with_minimum("150");
    let order = raised.rows("shop", "select * from marts.supplier_orders");
    assert_eq!(order.len(), 1, "{order:?}");
    assert_eq!(order[0]["outcome"], "raised");
    let value = |name: &str| order[0][name].to_string().trim_matches('"').parse::<f64>().unwrap();
    assert!(value("planned_value") < 150.0 && value("value") >= 150.0, "{order:?}");
    assert_sums(&raised);

    // Any day is an order day: below the minimum on the 1st, the order is looked at again on the 2nd.
    let waits = with_minimum("100000");
    assert_eq!(waits.value("shop", "select count(*) as value from marts.order_proposals"), "0");
    let outcome = "select outcome || ' ' || cast(next_order_on as varchar) as value from marts.supplier_orders";
    assert_eq!(waits.value("shop", outcome), "waits 2024-04-02");
    assert_eq!(
        left_out(&waits),
        [
            "CUP 7.0000 0.0000 2024-04-02 supplier_minimum",
            "TEA 18.0000 0.0000 2024-04-02 supplier_minimum"
        ]
    );
    let sentence = "select sentence as value from marts.orders_left_out where product_id = 'CUP'";
    let sentence = text(&waits, sentence);
    assert!(
        sentence.starts_with(
            "Order nothing: 7 are needed; waits: the order of 71 does not reach the supplier's \
             minimum of 100000. What is needed: 1 a day expected"
        ),
        "{sentence}"
    );
}

#[test]
fn what_a_raised_line_says_agrees_with_its_quantity() {
    // Seven cups and 18 teas are needed, for 71. 150 asks for more days of both.
    let desk = with_minimum("150");
    let lines = desk.rows(
        "shop",
        "select p.product_id, cast(p.quantity as bigint) as quantity, reason, \
            cast(covers_until as int) - cast(p.order_on as int) + 1 as days, days_of_cover_forced, \
            raised_to_days, cast(l.proposed_quantity as bigint) as needed \
         from marts.order_proposals p inner join intermediate.order_list l \
            on p.product_id = l.product_id \
         inner join marts.supplier_orders s on p.supplier_id = s.supplier_id order by 1",
    );
    assert_eq!(lines.len(), 2, "{lines:?}");
    for line in &lines {
        let number = |name: &str| line[name].as_i64().unwrap();
        let (ordered, needed) = (number("quantity"), number("needed"));
        assert!(ordered > needed, "{line}");
        let packs = match line["product_id"].as_str().unwrap() {
            "TEA" => format!(" ({} packs of 6)", ordered / 6),
            _ => String::new(),
        };
        let cover = number("raised_to_days");
        let expected = format!(
            "Order {ordered}{packs}: {needed} are needed; {} more, raised to {cover} days of cover to \
             reach the supplier's minimum of 150. What is needed: ",
            ordered - needed
        );
        let reason = line["reason"].as_str().unwrap();
        assert!(reason.starts_with(&expected), "{reason}\n{expected}");
        assert!(number("days") >= cover && number("days_of_cover_forced") >= cover, "{line}");
    }
}

#[test]
fn goods_that_spoil_are_not_raised_beyond_what_sells() {
    // Teas keep five days and sell ten in that time. For 250 cups of 5 have to be ordered instead: not
    // one tea more is thrown away than without the minimum.
    let products =
        "product_id,name,category,supplier_id,unit_cost,unit_price,launched_on,pack_size,shelf_life_days
        TEA,Tea,Drinks,S1,2,4,2023-09-01,6,5
        CUP,Cup,Kitchen,S1,5,10,2023-09-01,1,";
    let suppliers = |minimum: &str| {
        format!("supplier_id,name,stated_lead_time_days,min_order_value\nS1,Mill,7,{minimum}")
    };
    let shop = |minimum: &str| {
        planned(POLICY, &[("products", products), ("suppliers", &suppliers(minimum))])
    };
    let (without, raised) = (shop(""), shop("250"));
    assert_eq!(text(&raised, "select outcome as value from marts.supplier_orders"), "raised");
    assert_eq!(quantity(&without, "TEA"), quantity(&raised, "TEA"));
    assert_ne!(quantity(&without, "CUP"), quantity(&raised, "CUP"));
    let written_off = "select cast(sum(expected_written_off) as varchar) as value \
                       from marts.projected_stock where product_id = 'TEA'";
    assert_eq!(text(&without, written_off), text(&raised, written_off));
}

#[test]
fn a_budget_is_kept_and_what_it_leaves_out_is_shown() {
    let desk = planned(&format!("{POLICY}budget = 40\n"), &[]);
    let spent = "select cast(sum(order_value) <= 40 and sum(order_value) > 0 as varchar) as value \
                 from marts.order_proposals";
    assert_eq!(desk.value("shop", spent), "true");
    assert_ne!(desk.value("shop", "select count(*) as value from marts.orders_left_out"), "0");
    assert_sums(&desk);
    let whole = planned(POLICY, &[]);
    let all =
        "select cast(sum(proposed_quantity) as varchar) as value from intermediate.order_list";
    assert_eq!(desk.value("shop", all), whole.value("shop", all));
    // A line that is lowered says so first, and no longer answers for all its days.
    let lowered = desk.rows(
        "shop",
        "select p.reason, cast(p.quantity as double) as quantity, \
            covers_until <= plan['covers_until'] as is_shorter \
         from marts.order_proposals p inner join intermediate.order_plans o \
            on p.order_line_id = o.order_line_id where p.quantity < plan['quantity']",
    );
    for line in &lowered {
        let reason = line["reason"].as_str().unwrap();
        let begins = format!("Order {}", line["quantity"].as_f64().unwrap());
        assert!(
            reason.starts_with(&begins) && reason.contains(" fewer, lowered to keep"),
            "{reason}"
        );
        assert_eq!(line["is_shorter"], true, "{line}");
    }
}
