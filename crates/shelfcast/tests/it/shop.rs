//! The simulated shop: counts, movements, orders and receipts, with real stockouts.

use crate::support::{Desk, Ended, copy_files, ended};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Built once: the tests only read it.
pub static SHOP: LazyLock<(Desk, Ended)> = LazyLock::new(|| {
    let desk = Desk::new();
    let ended = desk.done(&["demo", "--dir", "shop"]);
    (desk, ended)
});

fn value(sql: &str) -> String {
    SHOP.0.value("shop", sql)
}

#[test]
fn the_demo_says_where_its_report_is() {
    let page = SHOP.1.stdout.trim();
    assert!(page.ends_with("report.html"), "{page}");
    assert!(SHOP.0.path(page).is_file(), "{page}");
}

#[test]
fn stock_derived_from_movements_meets_every_count() {
    // The simulated shop books its shrinkage as an adjustment at each count, so nothing is left
    // unexplained, and the ledger's derived closing equals what was counted.
    assert_eq!(
        value("select count(*) as value from marts.stock_ledger where unexplained <> 0"),
        "0"
    );
    assert_ne!(
        value("select count(*) as value from marts.stock_ledger where basis = 'derived'"),
        "0"
    );
    assert_ne!(
        value("select count(*) as value from marts.stock_ledger where stockout = 'censored'"),
        "0"
    );
}

#[test]
fn days_without_stock_are_not_days_without_demand() {
    let sql = "select count(*) as value from intermediate.demand where availability = 'missing'";
    assert_ne!(value(sql), "0");
}

#[test]
fn stock_covers_the_days_whose_forecasts_it_meets() {
    let sql = "select product_id || '@' || location_id as series, \
               cast(on_hand as double) as on_hand, cover_days from marts.inventory_status \
               where cover_days is not null";
    let means = "select series_id, mean from marts.forecasts where series_level = 'product_location' \
                 and measure = 'units' order by series_id, period_start";
    let mut forecasts: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in SHOP.0.rows("shop", means) {
        let series = row["series_id"].as_str().unwrap().to_owned();
        forecasts.entry(series).or_default().push(row["mean"].as_f64().unwrap());
    }
    let (mut within, mut beyond) = (0, 0);
    for row in SHOP.0.rows("shop", sql) {
        let means = &forecasts[row["series"].as_str().unwrap()];
        let mut left = row["on_hand"].as_f64().unwrap().max(0.0);
        let mut days = 0.0;
        for mean in means {
            let share = if left >= *mean { 1.0 } else { left / mean };
            days += share;
            left -= share * mean;
        }
        if left > 0.0 {
            days += left * means.len() as f64 / means.iter().sum::<f64>();
            beyond += 1;
        } else {
            within += 1;
        }
        // The mart adds days up to four decimals, demand to six.
        let told = row["cover_days"].as_f64().unwrap();
        assert!((told - days).abs() <= 0.01 + 1e-4 * days, "{row}: {days}");
    }
    assert!(within > 0 && beyond > 0, "{within} within, {beyond} beyond the forecasts");
}

#[test]
fn every_order_line_adds_up_and_comes_in_whole_packs() {
    let sums = "select count(*) as value from marts.order_proposal_steps where line_total <> line_quantity";
    assert_eq!(value(sums), "0");
    assert_ne!(value("select count(*) as value from marts.order_proposals"), "0");
    let packs = "select count(*) as value from marts.order_proposals o inner join staging.products p \
                 on o.product_id = p.product_id where o.quantity % p.pack_size <> 0";
    assert_eq!(value(packs), "0");
}

#[test]
fn an_order_line_can_be_explained() {
    let id = value("select min(order_line_id) as value from marts.order_proposals");
    let ended = SHOP.0.done(&["-C", "shop", "explain", "order", &id]);
    assert!(ended.stdout.contains("forecast over lead time"), "{}", ended.stdout);
    let unknown = SHOP.0.run(&["-C", "shop", "explain", "order", "x'y"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("no order line is called `x'y`"), "{}", unknown.stderr);
}

#[test]
fn intervals_hold_what_they_promise_in_the_pool() {
    // 80 % intervals of thousands of held-out days; counts over-cover by construction, so the
    // lower side alone is a claim: no less than 80 % less four standard errors.
    let sql = "select sum(points) as points, sum(covered_80) as covered from marts.forecast_coverage \
               where frequency = 'day' and measure = 'units'";
    let rows = SHOP.0.rows("shop", sql);
    let (points, covered) =
        (rows[0]["points"].as_f64().unwrap(), rows[0]["covered"].as_f64().unwrap());
    assert!(points > 1_000.0, "{points}");
    let share = covered / points;
    assert!(share > 0.80 - 4.0 * (0.16 / points).sqrt(), "{share} of {points}");
}

#[test]
fn the_fit_visits_series_in_stored_order() {
    let models = SHOP.0.done(&["models", "--json"]).stdout;
    let model: serde_json::Value = models
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .find(|model: &serde_json::Value| model["model"] == "marts.demand_models")
        .unwrap();
    let sql = format!("explain {}", model["sql"].as_str().unwrap());
    let plan = SHOP.0.done(&["-C", "shop", "query", &sql, "--format", "csv"]).stdout;
    let fits: Vec<&str> = plan.lines().filter(|line| line.contains("aggr=[fit_demand")).collect();
    assert!(!fits.is_empty(), "{plan}");
    assert!(fits.iter().all(|line| line.contains("ordering_mode=Sorted")), "{plan}");
}

#[test]
fn money_and_quantities_are_exact_everywhere() {
    let sql = "select table_schema || '.' || table_name || '.' || column_name as value \
               from information_schema.columns where data_type like 'Float%' \
               and table_schema in ('raw', 'staging', 'marts') order by value";
    let exact = [
        "quantity", "units", "net", "gross", "discount", "cost", "price", "value", "on_hand",
        "money",
    ];
    for row in SHOP.0.rows("shop", sql) {
        let column = row["value"].as_str().unwrap().rsplit('.').next().unwrap().to_owned();
        assert!(!exact.contains(&column.as_str()), "{row}");
    }
}

#[test]
fn earlier_publications_can_be_read() {
    let early = SHOP.0.run(&[
        "-C",
        "shop",
        "query",
        "select 1 as value",
        "--as-of",
        "2001-01-01T00:00:00Z",
    ]);
    assert_eq!(early.code, 2, "{}", early.stderr);
    let wrong = SHOP.0.run(&["-C", "shop", "query", "select 1", "--as-of", "yesterday"]);
    assert!(wrong.stderr.contains("hint: write it with its zone"), "{}", wrong.stderr);
}

#[test]
fn a_demo_does_not_overwrite_a_project() {
    let output = SHOP.0.command().args(["demo", "--dir", "shop"]).output().unwrap();
    let ended = ended(output);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("holds a project already"), "{}", ended.stderr);
}

#[test]
fn past_orders_can_be_decided_again() {
    let desk = Desk::new();
    copy_files(&SHOP.0.path("shop"), &desk.path("shop"));
    let picture = desk.path("curve.svg");
    let curve = picture.display().to_string();
    let asked = ["-C", "shop", "replay", "--days", "28", "--warm-up", "14", "--products", "5"];
    let traced = [asked.as_slice(), &["--curve", &curve, "--json"]].concat();
    let ended = desk.done(&traced);
    let rows: Vec<serde_json::Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = rows.iter().map(|row| row["policy"].as_str().unwrap()).collect();
    let policies =
        ["what happened", "shelfcast", "min/max, 7 days of safety", "normal formula, k = 1.65"];
    assert_eq!(names, policies);
    let figure = |row: usize, name: &str| rows[row][name].as_f64().unwrap();
    for row in 0..rows.len() {
        assert!((0.0..=1.0).contains(&figure(row, "value_fill_rate")), "{rows:?}");
        assert!(figure(row, "mean_stock_value") > 0.0, "{rows:?}");
        let costs = ["holding_cost", "ordering_cost", "write_off_cost", "lost_margin"];
        let sum: f64 = costs.iter().map(|name| figure(row, name)).sum();
        assert!((sum - figure(row, "total_cost")).abs() < 0.03, "{rows:?}");
    }
    let svg = std::fs::read_to_string(picture).unwrap();
    for name in ["shelfcast", "min/max", "normal formula", "what happened"] {
        assert!(svg.contains(name), "{name}");
    }
    // The report shows the table and the curve.
    desk.done(&["-C", "shop", "report"]);
    let page = std::fs::read_to_string(desk.path("shop/report/report.html")).unwrap();
    assert!(page.contains("id=\"replays\"") && page.contains("data-still=\"exchange-curve\""));
    assert!(desk.path("shop/report/pictures/exchange-curve.png").exists());
    // The same again is the same, and a stock that was seen can be asked for.
    let table = desk.done(&asked).stdout;
    assert_eq!(table, desk.done(&asked).stdout);
    let budget = figure(1, "mean_stock_value").round().to_string();
    let within = desk.done(&[asked.as_slice(), &["--budget", &budget, "--json"]].concat());
    let last = within.stdout.lines().rfind(|line| line.contains("shelfcast, target")).unwrap();
    let last: serde_json::Value = serde_json::from_str(last).unwrap();
    let (stock, wanted) =
        (last["mean_stock_value"].as_f64().unwrap(), figure(1, "mean_stock_value"));
    assert!((stock / wanted - 1.0).abs() < 0.05, "{stock} for {wanted}");
    let nothing = desk.run(&["-C", "shop", "replay", "--days", "1100"]);
    assert!(nothing.stderr.contains("error[SC-5011]"), "{}", nothing.stderr);
}
