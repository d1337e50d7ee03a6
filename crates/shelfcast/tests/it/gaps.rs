//! What is not sold, not counted or not there.

use crate::facts::shop;
use crate::support::Desk;
use shelfcast_retail::Day;

const HEADER: &str = "sale_id,line,sold_at,product_id,location_id,quantity,unit_price";

/// A line for each product, place and span of days: one sale a day.
fn sales(sold: &[(&str, &str, &str, &str)]) -> String {
    let mut text = HEADER.to_owned();
    for (product, place, from, until) in sold {
        let (from, until): (Day, Day) = (from.parse().unwrap(), until.parse().unwrap());
        for day in from.epoch_days()..=until.epoch_days() {
            let day = Day::from_epoch_days(day);
            text.push_str(&format!("\n{product}{place}{day},1,{day},{product},{place},2,5"));
        }
    }
    text
}

fn limits(desk: &Desk) -> String {
    let sql = "select message from marts.run_limits order by message";
    desk.done(&["-C", "shop", "query", sql, "--format", "csv"]).stdout
}

#[test]
fn a_category_with_nothing_on_sale_for_months_is_forecast_and_stops_nobody() {
    let products = "product_id,name,category,launched_on,ended_on
        OLD,Old sledge,Winter,2024-01-01,2024-03-15
        NEW,New sledge,Winter,2024-10-01,
        MILK,Milk,Dairy,2024-01-01,";
    let sold = sales(&[
        ("OLD", "L1", "2024-01-01", "2024-03-15"),
        ("NEW", "L1", "2024-10-01", "2024-12-31"),
        ("MILK", "L1", "2024-01-01", "2024-12-31"),
    ]);
    let desk = shop("", &[("products", products), ("sales", &sold)]);
    // From the first day of January to the last of December, the months between among them.
    let periods = "select cast(first_period as varchar) || ' ' || periods as value from marts.demand_models \
                   where series_level = 'category' and series_id = 'Winter' and measure = 'units'";
    assert_eq!(desk.value("shop", periods), "2024-01-01 366");
    let forecast = "select min(mean) > 1 and max(mean) < 3 as value from marts.forecasts \
                    where series_level = 'category' and series_id = 'Winter' and measure = 'units'";
    assert_eq!(desk.value("shop", forecast), "true");
}

#[test]
fn what_never_sold_where_it_is_counted_is_told_and_not_ordered() {
    let sold = sales(&[
        ("TEA", "L1", "2024-01-01", "2024-04-30"),
        ("CUP", "L1", "2024-01-01", "2024-04-30"),
    ]);
    // Spelt otherwise in the counts, and never in the sales.
    let stock = "product_id,location_id,counted_on,on_hand
        TEA,L1,2024-04-30,1
        CUP,l1,2024-04-30,1
        ODD,L1,2024-04-30,0";
    let desk = shop("[policy]\nlead_time_days = 3", &[("sales", &sold), ("stock", stock)]);
    let ordered = "select string_agg(product_id || ' ' || location_id, ', ') as value from marts.order_proposals";
    assert_eq!(desk.value("shop", ordered), "TEA L1");
    let unplanned = "select string_agg(product_id || ' ' || problem, ', ' order by product_id) as value \
                     from marts.inventory_status where status = 'unplanned'";
    assert_eq!(desk.value("shop", unplanned), "CUP no demand is known, ODD no demand is known");
    let told = limits(&desk);
    assert!(told.contains("so that nothing is ordered: 2 of 3 products at places."), "{told}");
    assert!(told.contains("so that nothing can be ordered: 1 product at a place."), "{told}");
}

#[test]
fn a_place_that_fell_silent_and_months_without_any_sale_are_told() {
    let silent = sales(&[
        ("TEA", "L1", "2024-01-01", "2024-04-30"),
        ("TEA", "L2", "2024-01-01", "2024-04-10"),
    ]);
    let desk = shop("", &[("sales", &silent)]);
    let told = limits(&desk);
    let sentence = "Nothing is known to have sold at L2 after 2024-04-10 while others sold";
    assert!(told.contains(sentence), "{told}");
    assert!(!told.contains("Nothing sold anywhere"), "{told}");
    let apart = sales(&[
        ("TEA", "L1", "2024-01-01", "2024-03-31"),
        ("TEA", "L1", "2025-03-31", "2025-03-31"),
    ]);
    let desk = shop("", &[("sales", &apart)]);
    let told = limits(&desk);
    assert!(told.contains("Nothing sold anywhere between 2024-03-31 and 2025-03-31"), "{told}");
    // March was whole; March 2025 has days of the gap, and so has the year before it.
    let compared = "select string_agg(label || ' ' || is_complete || ' ' || (previous_net is null) \
                       || ' ' || (last_year_net is null), ', ' order by period_start) as value \
                    from marts.sales_by_period \
                    where dimension = 'total' and frequency = 'month' and label in ('2024-03', '2025-03')";
    assert_eq!(desk.value("shop", compared), "2024-03 true false true, 2025-03 false true false");
    let run = desk.done(&["-C", "shop", "build"]).stderr;
    assert!(run.contains("for 2025-04-01: 0 order lines, 0 exceptions"), "{run}");
    assert!(run.contains("note: Nothing sold anywhere between 2024-03-31 and 2025-03-31"), "{run}");
}

#[test]
fn a_business_date_far_beyond_what_is_known_is_an_error_that_says_the_last_day() {
    let sold = sales(&[("TEA", "L1", "2024-01-01", "2024-03-31")]);
    let desk = shop("", &[("sales", &sold)]);
    let build = |day: &str| {
        let ended = desk.run(&["-C", "shop", "build", "--business-date", day]);
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(ended.stderr.contains("SC-4020"), "{}", ended.stderr);
        assert!(
            ended.stderr.contains("hint: give a day of at most a year after"),
            "{}",
            ended.stderr
        );
        ended.stderr
    };
    let told = build("2030-01-01");
    assert!(told.contains("the last sale or count before it is of 2024-03-31"), "{told}");
    let told = build("2020-01-01");
    assert!(told.contains("no sale and no count is from before it"), "{told}");
}

#[test]
fn before_the_first_build_a_query_says_that_nothing_is_built() {
    let sold = sales(&[("TEA", "L1", "2024-01-01", "2024-03-31")]);
    let desk = shop("", &[("sales", &sold)]);
    let config = std::fs::read_to_string(desk.path("shop/shelfcast.toml")).unwrap();
    desk.write("other/shelfcast.toml", config);
    desk.write("other/sales.csv", std::fs::read(desk.path("shop/sales.csv")).unwrap());
    desk.done(&["-C", "other", "ingest"]);
    let ask = |sql: &str| desk.run(&["-C", "other", "query", sql]);
    let early = ask("select * from marts.order_proposals");
    assert_eq!(early.code, 2);
    assert!(early.stderr.contains("SC-4019"), "{}", early.stderr);
    // A slip in the query is told as such, and raw tables are there.
    assert!(ask("selec 1").stderr.contains("SC-3001"));
    assert_eq!(ask("select count(*) from raw.sales").code, 0);
}
