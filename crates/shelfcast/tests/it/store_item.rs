//! 913,000 rows of sales and nothing else: forecasts, and a list of what cannot be said.

use crate::support::{Desk, real_data};

#[test]
fn sales_alone_give_forecasts_and_say_what_is_missing() {
    let Some(folder) = real_data("store-item") else { return };
    let desk = Desk::new();
    let file = folder.join("train.csv.gz").display().to_string();
    desk.done(&["init", "shop", "--from", &file]);
    desk.done(&["-C", "shop", "run"]);
    let value = |sql: &str| desk.value("shop", sql);
    // 50 items in 10 stores, five years of days.
    assert_eq!(value("select count(*) as value from raw.sales"), "913000");
    assert_eq!(value("select count(*) as value from raw.rejected"), "0");
    let series =
        "select count(*) as value from marts.demand_models where series_level = 'product_location'";
    assert_eq!(value(series), "500");
    assert_eq!(value("select count(*) as value from marts.order_proposals"), "0");
    // November and December follow a summer peak: by the week alone these days are forecast 9 % high.
    let bias = "select abs(avg(bias)) < 0.03 as value from marts.demand_models \
                where series_level = 'product_location'";
    assert_eq!(value(bias), "true");
    // Daily totals tell no purchase from another.
    let purchases = "select count(n_purchases) as value from marts.sales_by_period";
    assert_eq!(value(purchases), "0");
    assert_eq!(value("select count(*) as value from marts.basket_sizes"), "0");
    assert_eq!(
        value("select count(*) as value from marts.run_limits where missing_feed = 'stock'"),
        "1"
    );
    desk.done(&["-C", "shop", "report"]);
    assert!(desk.path("shop/report/report.html").is_file());
}
