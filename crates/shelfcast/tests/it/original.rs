//! The three files that Shelfcast grows from: 20 customers, 20 products, 100 sales, one count.

use crate::support::{Desk, real_data, shop_from};

#[test]
fn three_files_become_orders_with_reasons() {
    let Some(folder) = real_data("original") else { return };
    let desk = Desk::new();
    shop_from(&desk, &folder);
    let value = |sql: &str| desk.value("shop", sql);

    // Control totals of the files.
    assert_eq!(value("select count(*) as value from raw.sales"), "100");
    assert_eq!(value("select count(*) as value from raw.products"), "20");
    assert_eq!(value("select count(*) as value from raw.customers"), "20");
    assert_eq!(value("select count(*) as value from raw.rejected"), "0");
    assert_eq!(value("select cast(sum(total) as varchar) as value from raw.sales"), "55384.2200");
    assert_eq!(
        value("select cast(sum(net) as varchar) as value from marts.daily_sales"),
        "55384.2200"
    );

    // One count on 2024-08-26: the day after it is planned for.
    assert_eq!(
        value("select cast(business_date as varchar) as value from intermediate.clock"),
        "2024-08-27"
    );

    // No history is invented: one counted day a product, every other day a range.
    assert_eq!(
        value("select count(*) as value from marts.stock_ledger where basis = 'counted'"),
        "20"
    );
    assert_eq!(
        value("select count(*) as value from marts.stock_ledger where basis = 'derived'"),
        "0"
    );
    assert_eq!(
        value("select count(*) as value from marts.stock_ledger where stockout is not null"),
        "0"
    );
    assert_eq!(
        value(
            "select count(*) as value from marts.stock_ledger where basis = 'bound' and on_hand_low <> 0"
        ),
        "0"
    );

    // Every order line rests on an assumed lead time, and says so.
    let silent = "select count(*) as value from marts.order_proposals \
                  where not is_assumed or reason not like '%lead time of 14 days is assumed%'";
    assert_eq!(value(silent), "0");
    let sums = "select count(*) as value from (select p.order_line_id from marts.order_proposals p \
                inner join marts.order_proposal_steps s on p.order_line_id = s.order_line_id \
                group by p.order_line_id, p.quantity having sum(s.quantity) <> p.quantity)";
    assert_eq!(value(sums), "0");

    // Products with 2 to 9 sales cannot speak for themselves, and say what stands in.
    let thin = "select count(*) as value from marts.series_status \
                where series_level = 'product_location' and (fallback is null or reason = '')";
    assert_eq!(value(thin), "0");
    let limits = "select count(*) as value from marts.run_limits where missing_feed = 'movements or receipts'";
    assert_eq!(value(limits), "1");
}

#[test]
fn init_writes_its_assumptions_openly() {
    let Some(folder) = real_data("original") else { return };
    let desk = Desk::new();
    let files = crate::support::files(&folder, "csv");
    let mut arguments = vec!["init", "shop", "--from"];
    arguments.extend(files.iter().map(String::as_str));
    let ended = desk.done(&arguments);
    let config = std::fs::read_to_string(desk.path("shop/shelfcast.toml")).unwrap();
    assert!(
        config.contains("lead_time_days = 14  # ASSUMED: no lead time in the files"),
        "{config}"
    );
    assert!(
        config.contains("assumed = [\"lead_time_days\", \"review_days\", \"service_target\"]"),
        "{config}"
    );
    assert!(ended.stderr.contains("Restock Date"), "{}", ended.stderr);
}

#[test]
fn the_same_files_twice_change_nothing() {
    let Some(folder) = real_data("original") else { return };
    let desk = Desk::new();
    shop_from(&desk, &folder);
    let before = desk.done(&[
        "-C",
        "shop",
        "query",
        "select * from raw.sales order by _row",
        "--format",
        "csv",
    ]);
    let again = desk.done(&["-C", "shop", "ingest"]);
    assert!(again.stderr.contains("came in before, unchanged"), "{}", again.stderr);
    let after = desk.done(&[
        "-C",
        "shop",
        "query",
        "select * from raw.sales order by _row",
        "--format",
        "csv",
    ]);
    assert_eq!(before.stdout, after.stdout);
    assert_eq!(desk.value("shop", "select count(*) as value from raw.batches"), "5");
}

#[test]
fn one_thread_and_two_give_the_same_tables_and_the_same_report() {
    let Some(folder) = real_data("original") else { return };
    let export = |threads: &str| {
        let desk = Desk::new();
        let files = crate::support::files(&folder, "csv");
        let mut arguments = vec!["init", "shop", "--from"];
        arguments.extend(files.iter().map(String::as_str));
        desk.done(&arguments);
        let config = std::fs::read_to_string(desk.path("shop/shelfcast.toml")).unwrap();
        // A table at the end of the file would belong to the last source.
        let config =
            config.replacen("[policy]", &format!("[engine]\nthreads = {threads}\n\n[policy]"), 1);
        desk.write("shop/shelfcast.toml", config);
        desk.done(&["-C", "shop", "run"]);
        desk.done(&["-C", "shop", "report"]);
        let mut tables = Vec::new();
        for (table, order) in [
            ("marts.forecasts", "series_level, series_id, measure, period_start"),
            ("marts.order_proposals", "order_line_id"),
            ("marts.projected_stock", "product_id, location_id, day"),
            ("marts.exceptions", "exception_rank"),
            ("marts.stock_ledger", "product_id, location_id, day"),
        ] {
            let sql = format!("select * from {table} order by {order}");
            tables.push(desk.done(&["-C", "shop", "query", &sql, "--format", "csv"]).stdout);
        }
        tables.push(std::fs::read_to_string(desk.path("shop/report/report.html")).unwrap());
        tables
    };
    assert!(export("1") == export("2"), "tables differ between one thread and two");
}
