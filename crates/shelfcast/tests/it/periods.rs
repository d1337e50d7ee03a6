//! Sales that are totals of weeks and months: forecast by them, ordered by the days of them.

use crate::support::{Desk, real_data};
use std::path::Path;
use std::time::Instant;

/// The project `shop` of one file of real data with these answers, built.
fn built(file: &Path, answers: &[&str], config: &[(&str, &str)]) -> Desk {
    let desk = Desk::new();
    let file = file.display().to_string();
    let mut arguments = vec!["init", "shop", "--from", &file];
    for answer in answers {
        arguments.extend(["--answer", answer]);
    }
    // What is likely is taken as it is proposed: `init` says so and ends with 1.
    desk.run(&arguments);
    if !config.is_empty() {
        let path = desk.path("shop/shelfcast.toml");
        let mut text = std::fs::read_to_string(&path).unwrap();
        for (was, is) in config {
            assert!(text.contains(was), "{was} is not in\n{text}");
            text = text.replacen(was, is, 1);
        }
        std::fs::write(&path, text).unwrap();
    }
    let begun = Instant::now();
    desk.done(&["-C", "shop", "run"]);
    println!("{file}: {:.1} s", begun.elapsed().as_secs_f64());
    desk
}

fn value(desk: &Desk, sql: &str) -> String {
    desk.value("shop", sql)
}

/// The frequencies of what was forecast, and the lengths of its periods.
const FREQUENCIES: &str = "select array_to_string(array_sort(array_agg(distinct frequency || ' ' || n_days)), ', ') \
                           as value from marts.forecasts";

/// Every forecast of an item begins after its last known period; nothing is said of single days.
fn assert_no_days_are_made_up(desk: &Desk) {
    let days = "select (select count(*) from intermediate.stockout_days) \
                + (select count(*) from marts.lost_sales) \
                + (select count(*) from marts.sales_by_period where frequency = 'day') \
                + (select count(*) from marts.forecasts where frequency = 'day') as value";
    assert_eq!(value(desk, days), "0");
    let early = "select count(*) as value from marts.forecasts inner join intermediate.clock \
                 on forecasts.period_start < clock.business_date";
    assert_eq!(value(desk, early), "0");
}

#[test]
fn with_their_own_min_and_max_exactly_the_materials_below_min_are_ordered() {
    let Some(folder) = real_data("spare-parts") else { return };
    // Sheet Info of the workbook says to leave out November 1997.
    let answers = ["stock.counted_on=2001-08-31", "sales.ignore=1997-11-01"];
    let min_max = [("[policy]\n", "[policy]\nkind = \"min_max\"\n")];
    let desk = built(&folder.join("oil-1b.xls"), &answers, &min_max);
    assert_no_days_are_made_up(&desk);
    // The README of the data: 7,024 materials, 716 items below Min.
    let planned =
        "select count(*) as value from intermediate.order_plans where plan['problem'] is null";
    assert_eq!(value(&desk, planned), "7024");
    let below = "from staging.stock inner join staging.item_settings \
                 on stock.product_id = item_settings.product_id where on_hand < min_quantity";
    assert_eq!(value(&desk, &format!("select count(*) as value {below}")), "716");
    let ordered = "select count(*) as value from marts.order_proposals";
    assert_eq!(value(&desk, ordered), "716");
    let right = format!(
        "select count(*) as value from marts.order_proposals where product_id in (select stock.product_id {below})"
    );
    assert_eq!(value(&desk, &right), "716");
    // The last month that is known is August 2001; the one left out is not a month without demand.
    assert_eq!(value(&desk, FREQUENCIES), "month 28, month 30, month 31");
    let known = "select cast(max(period_start) as varchar) || ' ' || count(distinct period_start) || ' ' \
                 || count(distinct case when availability = 'missing' then period_start end) as value \
                 from intermediate.demand";
    assert_eq!(value(&desk, known), "2001-08-01 56 1");
    let missing = "select cast(min(period_start) as varchar) || ' ' || availability as value \
                   from intermediate.demand_series where series_level = 'total' and measure = 'units' \
                   and availability = 'missing' group by availability";
    assert_eq!(value(&desk, missing), "1997-11-01 missing");
}

#[test]
fn weeks_of_a_parts_store_are_forecast_by_the_week() {
    let Some(folder) = real_data("spare-parts") else { return };
    let desk = built(&folder.join("man.xlsx"), &["sales.sold_at=week 1 = 2011-12-12"], &[]);
    assert_no_days_are_made_up(&desk);
    assert_eq!(value(&desk, FREQUENCIES), "week 7");
    let weeks = "select count(distinct period_start) as value from intermediate.demand";
    assert_eq!(value(&desk, weeks), "150");
}

#[test]
fn months_of_car_parts_begin_with_their_sale() {
    let Some(folder) = real_data("carparts") else { return };
    let desk = built(&folder.join("carparts.csv"), &["sales.sold_at=month 0 = 1998-01-01"], &[]);
    assert_no_days_are_made_up(&desk);
    // 2,674 parts by 51 months, without those before a part's first value: counted in Python.
    let rows =
        "select count(*) || ' ' || count(distinct product_id) as value from intermediate.demand";
    assert_eq!(value(&desk, rows), "136374 2674");
    // Six months from April to September 2002.
    assert_eq!(value(&desk, FREQUENCIES), "month 30, month 31");
}

#[test]
fn weeks_begin_on_the_day_of_weekly_sales() {
    let Some(folder) = real_data("orange-juice") else { return };
    let answers = ["sales.sold_at=week 1 = 1989-09-14", "sales.product_id=brand"];
    let desk = built(&folder.join("orange_juice.csv.gz"), &answers, &[]);
    assert_no_days_are_made_up(&desk);
    assert_eq!(value(&desk, FREQUENCIES), "week 7");
    // 14 September 1989 was a Thursday.
    let weekdays = "select array_to_string(array_agg(distinct calendar.weekday), ' ') as value \
                    from intermediate.demand inner join config.calendar on demand.period_start = calendar.day";
    assert_eq!(value(&desk, weekdays), "4");
}

const CALENDAR: &str = "day,location_id,event,closed
    2024-07-01,L1,,true
    2024-07-02,L1,,true
    2024-07-03,L1,,true";

/// One product sold by the month, 310 units in each of 36 months, none in stock on 30 June 2024.
fn monthly(more: &[(&str, &str)]) -> Desk {
    let mut sales = "sale_id,line,sold_at,product_id,location_id,quantity,unit_price".to_owned();
    for month in 6..42 {
        let (year, month) = (2021 + month / 12, month % 12 + 1);
        sales.push_str(&format!("\nS{year}{month},1,{year}-{month:02}-01,TEA,L1,310,2"));
    }
    let stock = "product_id,location_id,counted_on,on_hand\nTEA,L1,2024-06-30,0";
    let mut feeds = vec![("stock", stock), ("sales", sales.as_str())];
    feeds.extend(more);
    let desk = Desk::new();
    let mut config =
        "[project]\nname = \"Tea\"\n\n[policy]\nlead_time_days = 7\nreview_days = 3\n".to_owned();
    for (feed, text) in feeds {
        let text: Vec<&str> = text.lines().map(str::trim).collect();
        desk.write(&format!("shop/{feed}.csv"), text.join("\n") + "\n");
        let period = if feed == "sales" { "period = \"month\"\n" } else { "" };
        let columns: String =
            text[0].split(',').map(|name| format!("{name} = \"{name}\"\n")).collect();
        config.push_str(&format!(
            "\n[[sources]]\nfeed = \"{feed}\"\nfiles = [\"{feed}.csv\"]\n{period}[sources.columns]\n{columns}"
        ));
    }
    desk.write("shop/shelfcast.toml", config);
    desk.done(&["-C", "shop", "run"]);
    desk
}

#[test]
fn a_part_of_a_month_is_ordered_by_its_days() {
    let desk = monthly(&[]);
    let clock = "select cast(business_date as varchar) || ' ' || first_sale_on as value from intermediate.clock";
    assert_eq!(value(&desk, clock), "2024-07-01 2021-07-01");
    // 310 a month never varied: 10 of July's 31 days are 100 units.
    let expected = "select cast(cast(plan['expected_demand'] as double) as varchar) as value from intermediate.order_plans";
    let expected: f64 = value(&desk, expected).parse().unwrap();
    assert!((expected - 100.0).abs() < 1.0, "{expected}");
    let status = "select cast(round(daily_demand, 1) as varchar) || ' ' || status as value from marts.inventory_status";
    // 1,860 units in the 184 days from July to December.
    assert_eq!(value(&desk, status), "10.1 stocked_out");
}

#[test]
fn nothing_is_expected_on_days_on_which_a_place_is_closed() {
    let desk = monthly(&[("calendar", CALENDAR)]);
    // Stock on hand is none: what is unmet until the order comes is the demand of the four days of
    // the first week that are open, a share of 28 of them.
    let unmet = "select cast(cast(plan['expected_unmet_before_receipt'] as double) as varchar) as value \
                 from intermediate.order_plans";
    let unmet: f64 = value(&desk, unmet).parse().unwrap();
    assert!((unmet - 310.0 * 4.0 / 28.0).abs() < 1.5, "{unmet}");
}
