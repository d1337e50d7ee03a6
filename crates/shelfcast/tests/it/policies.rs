//! What is ordered under which policy: classes, products, suppliers, the list as a whole.

use crate::facts::shop;
use crate::support::Desk;

const PRODUCTS: &str =
    "product_id,name,category,supplier_id,unit_cost,unit_price,launched_on,pack_size
    TEA,Tea,Drinks,S1,2,4,2023-09-01,6
    CUP,Cup,Kitchen,S1,5,10,2023-09-01,1";

const STOCK: &str = "product_id,location_id,counted_on,on_hand
    TEA,L1,2024-03-31,5
    CUP,L1,2024-03-31,0";

/// Two teas and a cup a day from September to Sunday, 31 March: both are A and X.
fn sales() -> String {
    let mut sales = "sale_id,line,sold_at,product_id,location_id,quantity,unit_price".to_owned();
    let months = [
        (2023, 9, 30),
        (2023, 10, 31),
        (2023, 11, 30),
        (2023, 12, 31),
        (2024, 1, 31),
        (2024, 2, 29),
        (2024, 3, 31),
    ];
    for (year, month, days) in months {
        for day in 1..=days {
            let day = format!("{year}-{month:02}-{day:02}");
            sales.push_str(&format!("\nT{day},1,{day},TEA,L1,2,4\nC{day},1,{day},CUP,L1,1,10"));
        }
    }
    sales
}

/// The shop with `config` and what `more` feeds say; `more` goes before the usual.
pub fn planned(config: &str, more: &[(&str, &str)]) -> Desk {
    let sales = sales();
    let mut feeds = more.to_vec();
    for usual in [("products", PRODUCTS), ("stock", STOCK), ("sales", sales.as_str())] {
        if !more.iter().any(|(feed, _)| *feed == usual.0) {
            feeds.push(usual);
        }
    }
    shop(config, &feeds)
}

pub const POLICY: &str = "[policy]\nlead_time_days = 7\nreview_days = 7\n";

pub fn quantity(desk: &Desk, product: &str) -> String {
    let sql = format!(
        "select coalesce(cast(max(quantity) as varchar), 'none') as value \
         from marts.order_proposals where product_id = '{product}'"
    );
    desk.value("shop", &sql)
}

#[test]
fn excess_is_stock_that_half_a_year_hardly_ever_sells() {
    // A tea a day, and four cups on every twentieth day: 180 teas, and cups for nine customers in 180
    // days. Of customers that come by chance more than ten come in 29 % of cases (Poisson), so 42
    // cups are more than is expected and no excess; 250 teas are.
    let mut sales = "sale_id,line,sold_at,product_id,location_id,quantity,unit_price".to_owned();
    let months = [(10, 31), (11, 30), (12, 31)].map(|(month, days)| (2023, month, days));
    let months = months.into_iter().chain([(2024, 1, 31), (2024, 2, 29), (2024, 3, 31)]);
    let days = months.flat_map(|(year, month, days)| {
        (1..=days).map(move |day| format!("{year}-{month:02}-{day:02}"))
    });
    for (index, day) in days.enumerate() {
        sales.push_str(&format!("\nT{day},1,{day},TEA,L1,1,4"));
        if index % 20 == 10 {
            sales.push_str(&format!("\nC{day},1,{day},CUP,L1,4,10"));
        }
    }
    let stock = "product_id,location_id,counted_on,on_hand
        TEA,L1,2024-03-31,250
        CUP,L1,2024-03-31,42";
    let desk = planned(POLICY, &[("sales", sales.as_str()), ("stock", stock)]);
    let status = |product: &str| {
        let sql = format!(
            "select status || ' ' || (daily_demand * 180 < on_hand) as value \
             from marts.inventory_status where product_id = '{product}'"
        );
        desk.value("shop", &sql)
    };
    assert_eq!((status("TEA"), status("CUP")), ("excess true".into(), "healthy true".into()));
    let limit = "select cast(excess_limit as double) as value from marts.inventory_status \
                 where product_id = 'TEA'";
    let limit = desk.rows("shop", limit)[0]["value"].as_f64().unwrap();
    assert!((170.0..=215.0).contains(&limit), "{limit}");
    let told = "select cast(money_at_stake as double) as money, sentence from marts.exceptions \
                where kind = 'excess'";
    let told = desk.rows("shop", told);
    assert_eq!(told.len(), 1);
    // A tea costs 2.
    assert_eq!(told[0]["money"].as_f64().unwrap(), (250.0 - limit) * 2.0);
    assert_eq!(
        told[0]["sentence"].as_str().unwrap(),
        format!(
            "250 on hand and on order; 180 days sell no more than {limit} in nine of ten cases."
        )
    );
}

/// The steps of every proposed line sum to it, and no line is without steps.
pub fn assert_sums(desk: &Desk) {
    let sql = "select count(*) as value from marts.order_proposals p left join (\
        select order_line_id, sum(quantity) as total from marts.order_proposal_steps \
        group by order_line_id) s on p.order_line_id = s.order_line_id \
        where s.total is distinct from p.quantity";
    assert_eq!(desk.value("shop", sql), "0");
}

#[test]
fn the_nearest_word_on_a_product_has_the_last_say() {
    let config = "[policy]\nlead_time_days = 7\nreview_days = 7\n\
        [policy.classes.A]\nservice_target = 0.97\n\
        [policy.classes.AX]\nreview_days = 14\n\
        [[policy.products]]\nproduct_id = \"CUP\"\nservice_target = 0.8\n";
    let settings = "product_id,location_id,review_days,service_target
        CUP,L1,3,0.9";
    let desk = planned(config, &[("item_settings", settings)]);
    let of = |product: &str| {
        let sql = format!(
            "select abc_class || xyz_class || ' ' || review_days || ' ' || review_source || ', ' || \
             service_target || ' ' || service_source as value \
             from intermediate.policies where product_id = '{product}'"
        );
        desk.value("shop", &sql)
    };
    assert_eq!(of("TEA"), "AX 14 class AX, 0.9700 class A");
    assert_eq!(of("CUP"), "AX 3 item settings, 0.8000 product policy");
    // 21 days of two, less 5 on hand and 9 lost before it comes: 28, in sixes.
    assert_eq!(quantity(&desk, "TEA"), "30.0000");
    assert_sums(&desk);
}

#[test]
fn min_and_max_are_ordered_by_where_the_policy_says_so() {
    // Below 6 the position is lifted to 40: five teas are below, six are not.
    let config = format!("{POLICY}kind = \"min_max\"\n");
    let settings = "product_id,location_id,min_quantity,max_quantity
        TEA,L1,6,41
        CUP,L1,0,10";
    let desk = planned(&config, &[("item_settings", settings)]);
    assert_eq!(quantity(&desk, "TEA"), "36.0000");
    assert_eq!(quantity(&desk, "CUP"), "none");
    assert_sums(&desk);
}

#[test]
fn measured_lead_times_are_shrunk_to_the_stated_one() {
    // Five orders took ten days each; stated are three. Five receipts weigh a half: mean 6.5 days.
    let mut orders =
        "order_id,line,supplier_id,product_id,location_id,ordered_on,quantity".to_owned();
    let mut receipts = "order_id,line,received_on,quantity".to_owned();
    for day in 1..=5 {
        orders.push_str(&format!("\nO{day},1,S1,TEA,L1,2024-02-{day:02},6"));
        receipts.push_str(&format!("\nO{day},1,2024-02-{:02},6", day + 10));
    }
    let suppliers = "supplier_id,name,stated_lead_time_days\nS1,Mill,3";
    let feeds = [
        ("purchase_orders", orders.as_str()),
        ("receipts", receipts.as_str()),
        ("suppliers", suppliers),
    ];
    let law = "select lead_time_mean || ' ' || lead_time_source as value \
               from marts.order_proposals where product_id = 'TEA'";
    let desk = planned("[policy]\nreview_days = 7\n", &feeds);
    assert_eq!(desk.value("shop", law), "6.5 measured, product and supplier");
    assert_sums(&desk);
    let desk = planned("[policy]\nreview_days = 7\nmeasured_lead_times = false\n", &feeds);
    assert_eq!(desk.value("shop", law), "3.0 supplier");
}

#[test]
fn without_any_lead_time_nothing_is_ordered_and_it_is_said() {
    let desk = planned("[policy]\nreview_days = 7\n", &[]);
    assert_eq!(desk.value("shop", "select count(*) as value from marts.order_proposals"), "0");
    let told = "select count(*) as value from marts.exceptions where kind = 'no_lead_time' \
                and sentence like 'No lead time is known, so nothing can be ordered%'";
    assert_eq!(desk.value("shop", told), "2");
    let limit = "select message as value from marts.run_limits where missing_feed = 'item_settings.lead_time_days'";
    let message = "2 products at places have no lead time: nothing is ordered there.";
    assert_eq!(desk.value("shop", limit), message);
}

#[test]
fn figures_that_cannot_be_meant_are_told_on_the_line() {
    let products = "product_id,name,category,supplier_id,unit_cost,unit_price,launched_on
        TEA,Tea,Drinks,S1,0,4,2023-09-01
        CUP,Cup,Kitchen,S1,,10,2023-09-01";
    let settings = "product_id,location_id,min_order_quantity,service_target
        TEA,L1,100000,1
        CUP,L1,94,0.95";
    let desk = planned(POLICY, &[("products", products), ("item_settings", settings)]);
    let of = |product: &str| {
        let sql = format!(
            "select reason || ' | ' || notes as value from marts.order_proposals \
             where product_id = '{product}'"
        );
        desk.value("shop", &sql)
    };
    let tea = of("TEA");
    for told in [
        "A target of 100 % is planned as no sample path left short.",
        "The minimum order of 100000 is 50000 days of cover.",
        "This covers more than ten years of expected demand.",
        "unit cost is 0, so the whole price counts as margin",
    ] {
        assert!(tea.contains(told), "{told}\n{tea}");
    }
    let cup = of("CUP");
    assert!(cup.contains("The minimum order of 94 is 94 days of cover."), "{cup}");
    assert!(cup.contains("no unit cost is known"), "{cup}");
    let money = "select cast(count(*) as varchar) as value from marts.order_proposals \
                 where product_id = 'CUP' and order_value is null";
    assert_eq!(desk.value("shop", money), "1");
}

/// Tea keeps for five days, cups for ever; the lead time is one day, and every third day is a review.
fn fresh(policy: &str) -> Desk {
    let products =
        "product_id,name,category,supplier_id,unit_cost,unit_price,launched_on,shelf_life_days
        TEA,Tea,Drinks,S1,2,4,2023-09-01,5
        CUP,Cup,Kitchen,S1,5,10,2023-09-01,";
    let stock = "product_id,location_id,counted_on,on_hand
        TEA,L1,2024-03-31,40
        CUP,L1,2024-03-31,0";
    let policy = format!("[policy]\nlead_time_days = 1\nreview_days = 3\n{policy}");
    planned(&policy, &[("products", products), ("stock", stock)])
}

#[test]
fn fresh_goods_without_a_target_are_sized_for_the_cheapest_level_and_say_so() {
    let notes = |desk: &Desk, product: &str| {
        let sql = format!(
            "select array_to_string(plan['notes'], '; ') as value from intermediate.order_plans \
             where product_id = '{product}'"
        );
        desk.value("shop", &sql)
    };
    let told = "it keeps 5 days, so it is sized for the cheapest level: no target is set for it";
    let desk = fresh("service_target = 0.9\n");
    assert!(notes(&desk, "TEA").contains(told), "{}", notes(&desk, "TEA"));
    assert!(!notes(&desk, "CUP").contains("cheapest"), "{}", notes(&desk, "CUP"));
    // Any target that somebody set goes before: of all products, or a rate of this one.
    for target in [
        "target = \"cycle_service\"\n",
        "[[policy.products]]\nproduct_id = \"TEA\"\nservice_target = 0.9\n",
    ] {
        let desk = fresh(target);
        assert!(!notes(&desk, "TEA").contains("cheapest"), "{target}: {}", notes(&desk, "TEA"));
    }
}

#[test]
fn projected_stock_of_fresh_goods_ends_with_their_shelf_life() {
    let desk = fresh("");
    let of = |what: &str, filter: &str| {
        let sql = format!(
            "select cast({what} as varchar) as value from marts.projected_stock \
             where product_id = 'TEA' and {filter}"
        );
        desk.value("shop", &sql)
    };
    // 40 on hand at two a day would last until 20 April. The newest six came two days before the
    // order day and keep through its third day; the others have to be sold on it.
    assert_eq!(of("min(day)", "median_without_order = 0"), "2024-04-03");
    // Two a day sell, 32 go on the first day and the last two on the third.
    assert_eq!(of("sum(expected_written_off)", "day <= date '2024-04-03'"), "34.0");
}

#[test]
fn negative_stock_is_planned_as_none_and_flagged() {
    let stock = "product_id,location_id,counted_on,on_hand
        TEA,L1,2024-03-31,-4
        CUP,L1,2024-03-31,10";
    let desk = planned(POLICY, &[("stock", stock)]);
    let reason = "select reason as value from marts.order_proposals where product_id = 'TEA'";
    let told = desk.value("shop", reason);
    assert!(told.contains("Stock of -4 is negative and planned as 0."), "{told}");
    let flagged = "select product_id as value from marts.exceptions where kind = 'negative_stock'";
    assert_eq!(desk.value("shop", flagged), "TEA");
}

#[test]
fn closures_that_cannot_be_read_stop_the_orders_of_that_supplier_alone() {
    let products = "product_id,name,category,supplier_id,unit_cost,unit_price,launched_on
        TEA,Tea,Drinks,S1,2,4,2023-09-01
        CUP,Cup,Kitchen,S2,5,10,2023-09-01";
    let suppliers = "supplier_id,name,stated_lead_time_days,closures
        S1,Mill,7,summer
        S2,Kiln,7,";
    let desk = planned(POLICY, &[("products", products), ("suppliers", suppliers)]);
    assert_eq!(quantity(&desk, "TEA"), "none");
    assert_ne!(quantity(&desk, "CUP"), "none");
    let told = "select sentence as value from marts.exceptions where kind = 'not_planned'";
    let told = desk.value("shop", told);
    assert!(told.starts_with("Nothing can be ordered: closure `summer` is no day"), "{told}");
}

#[test]
fn orders_without_a_date_are_refused_and_receipts_before_orders_are_no_lead_times() {
    let mut orders =
        "order_id,line,supplier_id,product_id,location_id,ordered_on,expected_on,quantity"
            .to_owned();
    let mut receipts = "order_id,line,received_on,quantity".to_owned();
    for day in 1..=25 {
        orders.push_str(&format!("\nO{day},1,S1,TEA,L1,2024-02-{day:02},,6"));
        receipts.push_str(&format!("\nO{day},1,2024-02-{:02},6", day + 4));
    }
    orders.push_str("\nX,1,S1,TEA,L1,,,600\nY,1,S1,CUP,L1,2024-03-10,,6");
    receipts.push_str("\nY,1,2024-03-01,6");
    let feeds = [("purchase_orders", orders.as_str()), ("receipts", receipts.as_str())];
    let desk = planned("[policy]\nreview_days = 7\n", &feeds);
    let rejected = "select rule || ' ' || column_name as value from raw.rejected where feed = 'purchase_orders'";
    assert_eq!(desk.value("shop", rejected), "required ordered_on");
    let measured =
        "select string_agg(product_id || ' ' || n_lines, ', ') as value from marts.lead_times";
    assert_eq!(desk.value("shop", measured), "TEA 25");
    let told = "select message as value from marts.run_limits where capability = 'lead times of all orders'";
    let message =
        "1 order line came before the day of the order, which says nothing about lead times.";
    assert_eq!(desk.value("shop", told), message);
}
