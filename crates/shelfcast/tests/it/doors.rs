//! Every retailer's files come in by `init` and a few answers, to the last row and cent.
//!
//! Totals named in the data's own README stand as they are there; the others were counted with
//! Python's csv, openpyxl, xlrd and pyarrow, which share no code with this program.

use crate::support::{Desk, Ended, real_data};
use std::path::Path;

/// A desk with the project `shop` that reads `files`, all of which came in.
fn bring(files: &[&Path], answers: &[&str]) -> Desk {
    let desk = Desk::new();
    let ended = propose(&desk, files, answers);
    assert!(!ended.stderr.contains("not an answer"), "{}", ended.stderr);
    desk.done(&["-C", "shop", "ingest"]);
    desk
}

fn propose(desk: &Desk, files: &[&Path], answers: &[&str]) -> Ended {
    let mut arguments = vec!["init", "shop", "--from"];
    arguments.extend(files.iter().map(|file| file.to_str().unwrap()));
    arguments.extend(answers.iter().flat_map(|answer| ["--answer", answer]));
    desk.run(&arguments)
}

fn value(desk: &Desk, sql: &str) -> String {
    desk.value("shop", sql)
}

/// Rows read are rows let in, refused or repeated, in every batch.
fn assert_accounted(desk: &Desk) {
    let sql = "select count(*) as value from raw.batches \
               where rows_read <> rows_accepted + rows_rejected + rows_repeated";
    assert_eq!(value(desk, sql), "0");
}

#[test]
fn online_retail_is_accounted_to_the_last_row_and_cent() {
    let Some(folder) = real_data("online-retail") else { return };
    let files: Vec<_> = crate::support::files(&folder, "csv");
    let paths: Vec<&Path> = files.iter().map(Path::new).collect();
    let desk = bring(&paths, &[]);
    assert_accounted(&desk);
    let sums = "select cast(sum(rows_read) as bigint) as value from raw.batches \
                where feed = 'sales'";
    assert_eq!(value(&desk, sums), "245903");
    assert_eq!(value(&desk, "select count(*) as value from raw.sales"), "243891");
    let refused = "select count(*) as value from raw.rejected where rule = 'duplicate_row'";
    assert_eq!(value(&desk, refused), "2012");
    assert_eq!(value(&desk, "select count(*) as value from raw.rejected"), "2012");
    let money = "select cast((select sum(quantity * unit_price) from raw.sales) \
                 + (select sum(money) from raw.rejected) as varchar) as value";
    assert_eq!(value(&desk, money).trim_end_matches('0'), "4397950.761");

    // The same, with exact duplicates kept: every count of the data's README.
    let config = std::fs::read_to_string(desk.path("shop/shelfcast.toml")).unwrap();
    let sales = config.find("feed = \"sales\"").unwrap();
    let (before, after) = config.split_at(sales);
    let after = after.replacen("feed = \"sales\"", "feed = \"sales\"\nduplicates = \"keep\"", 1);
    desk.write("shop/shelfcast.toml", format!("{before}{after}"));
    let ended = desk.done(&["-C", "shop", "ingest"]);
    assert!(ended.stderr.contains("167 batches replaced"), "{}", ended.stderr);
    let count = |condition: &str| {
        value(&desk, &format!("select count(*) as value from staging.sales where {condition}"))
    };
    assert_eq!(count("true"), "245903");
    assert_eq!(count("kind = 'cancellation'"), "4494");
    assert_eq!(count("quantity < 0"), "5252");
    assert_eq!(count("quantity < 0 and kind = 'adjustment'"), "758");
    assert_eq!(count("unit_price = 0"), "1478");
    assert_eq!(count("customer_id is null"), "69014");
    let distinct = |column: &str| {
        value(&desk, &format!("select count(distinct {column}) as value from staging.sales"))
    };
    assert_eq!(distinct("sale_id"), "12795");
    assert_eq!(distinct("product_id"), "3651");
    assert_ne!(count("kind = 'fee' and product_id = 'POST'"), "0");
    assert_eq!(
        count(
            "kind = 'fee' and product_id not in \
        ('POST', 'DOT', 'M', 'm', 'C2', 'D', 'S', 'B', 'BANK CHARGES', 'AMAZONFEE', 'CRUK', 'PADS', \
         'gift_0001_10', 'gift_0001_20', 'gift_0001_30', 'gift_0001_40', 'gift_0001_50')"
        ),
        "0"
    );
    assert_eq!(
        value(
            &desk,
            "select cast(sum(quantity * unit_price) as varchar) as value \
                      from staging.sales"
        )
        .trim_end_matches('0'),
        "4397950.761"
    );
}

#[test]
fn a_sale_that_was_cancelled_at_once_was_never_demand() {
    let Some(folder) = real_data("online-retail") else { return };
    let desk = bring(&[&folder.join("2011-01-18.csv")], &[]);
    desk.done(&["-C", "shop", "run"]);
    let jars = |column: &str| {
        let sql = format!(
            "select cast({column} as bigint) as value from marts.daily_sales \
             where product_id = '23166'"
        );
        value(&desk, &sql)
    };
    assert_eq!(jars("cancelled_units"), "74215");
    assert_eq!(jars("units"), "0");
    assert_eq!(jars("returned_units"), "0");
    let sql = "select cast(coalesce(max(units), 0) < 74215 as varchar) as value \
               from intermediate.demand where product_id = '23166'";
    assert_eq!(value(&desk, sql), "true");
}

#[test]
fn superstore_has_its_sales_and_its_profit() {
    let Some(folder) = real_data("superstore") else { return };
    let desk = bring(&[&folder.join("superstore.csv")], &[]);
    assert_accounted(&desk);
    let sql = "select cast(round(sum(total), 2) as varchar) as value from staging.sales";
    assert!(value(&desk, sql).starts_with("2326534.35"));
    let sql = "select cast(round(sum(total - cost), 2) as varchar) as value from staging.sales";
    assert!(value(&desk, sql).starts_with("292296.81"));
    let sql = "select cast(sum(quantity) as bigint) as value from staging.sales";
    assert_eq!(value(&desk, sql), "38654");
}

#[test]
fn bibitor_has_its_dollars_and_units() {
    let Some(folder) = real_data("bibitor") else { return };
    let invoices = folder.join("InvoicePurchases12312016.csv");
    let prices = folder.join("2017PurchasePricesDec.csv");
    let desk = bring(
        &[&invoices, &prices],
        &["purchase_orders.product_id={ constant = \"all\" }", "products.product_id=Brand"],
    );
    assert_accounted(&desk);
    let sql = "select cast(sum(total) as varchar) as value from raw.purchase_orders";
    assert_eq!(value(&desk, sql), "321900765.5300");
    let sql = "select cast(sum(quantity) as bigint) as value from raw.purchase_orders";
    assert_eq!(value(&desk, sql), "33584377");
    assert_eq!(value(&desk, "select count(*) as value from raw.purchase_orders"), "5543");
    let read = "select cast(sum(rows_read) as bigint) as value from raw.batches \
                where feed = 'products'";
    assert_eq!(value(&desk, read), "12261");
}

#[test]
fn completejourney_tells_its_time_in_epoch_seconds() {
    let Some(folder) = real_data("completejourney") else { return };
    let names = ["demographics.csv.gz", "products.csv.gz", "transactions_sample.csv.gz"];
    let files = names.map(|name| folder.join(name));
    let desk = bring(&files.each_ref().map(|file| file.as_path()), &[]);
    assert_accounted(&desk);
    // One of 75,000 rows has a total of 4.440892e-16, which is no amount of money.
    let sql = "select count(*) || ' ' || cast(sum(quantity) as bigint) || ' ' || sum(total) \
               || ' ' || count(distinct sale_id) as value from staging.sales";
    assert_eq!(value(&desk, sql), "74999 7784694 233935.2400 47243");
    let sql = "select rule || ' ' || found as value from raw.rejected";
    assert_eq!(value(&desk, sql), "type 4.440892e-16");
    let sql = "select min(sold_on) || ' ' || max(sold_on) as value from staging.sales";
    assert_eq!(value(&desk, sql), "2017-01-01 2018-01-01");
}

#[test]
fn orange_juice_is_sold_in_units_not_in_their_logarithms() {
    let Some(folder) = real_data("orange-juice") else { return };
    let file = folder.join("orange_juice.csv.gz");
    let desk = Desk::new();
    let asked = propose(&desk, &[&file], &[]);
    assert_eq!(asked.code, 1);
    assert!(asked.stderr.contains("QUESTION sales.sold_at"), "{}", asked.stderr);
    let refused = desk.run(&["-C", "shop", "ingest"]);
    assert_ne!(refused.code, 0, "{}", refused.stderr);
    // The series begin in the week of 14 September 1989 (bayesm).
    let desk = bring(&[&file], &["sales.sold_at=week 1 = 1989-09-14", "sales.product_id=brand"]);
    assert_accounted(&desk);
    let sql = "select count(*) || ' ' || cast(sum(quantity) as bigint) as value from staging.sales";
    assert_eq!(value(&desk, sql), "106139 1000392608");
}

#[test]
fn carparts_that_are_not_on_sale_yet_have_no_rows() {
    let Some(folder) = real_data("carparts") else { return };
    let answers = ["sales.sold_at=month 0 = 1998-01-01"];
    let desk = bring(&[&folder.join("carparts.csv")], &answers);
    assert_accounted(&desk);
    let sql = "select count(*) || ' ' || cast(sum(quantity) as bigint) || ' ' \
               || count(distinct product_id) as value from staging.sales";
    assert_eq!(value(&desk, sql), "130252 66194 2674");
    let sql = "select min(sold_on) || ' ' || max(sold_on) as value from staging.sales";
    // A month's total belongs to its last day.
    assert_eq!(value(&desk, sql), "1998-01-31 2002-03-31");
}

#[test]
fn an_old_workbook_gives_stock_settings_and_fifty_six_months() {
    let Some(folder) = real_data("spare-parts") else { return };
    let desk = bring(&[&folder.join("oil-1b.xls")], &["stock.counted_on=2001-08-31"]);
    assert_accounted(&desk);
    let joined = "from raw.stock inner join raw.item_settings \
                  on stock.product_id = item_settings.product_id";
    let count = |condition: &str| {
        value(&desk, &format!("select count(*) as value {joined} where {condition}"))
    };
    assert_eq!(count("true"), "7024");
    assert_eq!(count("on_hand < min_quantity"), "716");
    assert_eq!(count("on_hand > max_quantity"), "1112");
    assert_eq!(count("on_hand = 0"), "561");
    let stock_value = "select cast(sum(on_hand * coalesce(unit_cost, unit_price)) as bigint) as value \
                       from raw.stock inner join raw.products on stock.product_id = products.product_id";
    assert_eq!(value(&desk, stock_value), "5335936");
    let sql = "select count(*) || ' ' || cast(sum(quantity) as bigint) || ' ' \
               || sum(case when quantity < 0 then 1 else 0 end) || ' ' || min(sold_on) || ' ' \
               || max(sold_on) as value from staging.sales";
    assert_eq!(value(&desk, sql), "191888 130631 2032 1997-01-31 2001-08-31");
}

#[test]
fn a_workbook_with_five_heading_rows_gives_150_weeks() {
    let Some(folder) = real_data("spare-parts") else { return };
    let desk = bring(&[&folder.join("man.xlsx")], &["sales.sold_at=week 1 = 2011-12-12"]);
    assert_accounted(&desk);
    let sql = "select count(distinct product_id) as value from staging.sales";
    assert_eq!(value(&desk, sql), "3451");
    let sql = "select count(distinct sold_on) as value from staging.sales";
    assert_eq!(value(&desk, sql), "150");
    let sql =
        "select cast(sum(rows_read) as bigint) as value from raw.batches where feed = 'sales'";
    // 3,451 products and three rows of sums below them.
    let read: i64 = value(&desk, sql).parse().unwrap();
    assert!((3_451 * 150..=3_454 * 150).contains(&read), "{read}");
    let sql = "select count(*) as value from raw.item_settings where min_order_quantity is not null \
               and lead_time_days in (49, 112)";
    assert_eq!(value(&desk, sql), "3448");
}

#[test]
fn the_competitions_series_come_in_as_long_wide_and_parquet() {
    let (Some(m3), Some(m4), Some(m5)) = (real_data("m3"), real_data("m4"), real_data("m5")) else {
        return;
    };
    let totals = "select count(*) || ' ' || sum(quantity) as value from staging.sales";
    let long = m3.join("m3_monthly_long.csv.gz");
    let answers =
        ["sales.sold_at=month 0 = 1990-01-01", "sales.product_id=series", "sales.quantity=value"];
    let desk = bring(&[&long], &answers);
    assert_eq!(value(&desk, totals), "167562 837864234.6900");
    let wide = m4.join("Weekly-test.csv.gz");
    let answers = ["sales.sold_at=week 2 = 2000-01-03", "sales.product_id=V1"];
    let desk = bring(&[&wide], &answers);
    assert_accounted(&desk);
    // Values with more decimals than quantities keep are rounded, as the mapping says.
    let sql = "select count(*) || ' ' || (select count(*) from raw.rejected) as value \
               from staging.sales";
    assert_eq!(value(&desk, sql), "4667 0");
    let config = std::fs::read_to_string(desk.path("shop/shelfcast.toml")).unwrap();
    assert!(config.contains("quantity = { compute = \"round(value, 4)\" }"), "{config}");
    let departments = m5.join("store_dept_daily.csv");
    let answers = ["sales.sold_at=day 1 = 2011-01-29", "sales.product_id=dept_id"];
    let desk = bring(&[&departments], &answers);
    assert_eq!(value(&desk, totals), format!("{} 65695409.0000", 70 * 1_913));
    let items = m5.join("items_daily.parquet");
    let desk = bring(&[&items, &m5.join("calendar.csv")], &["sales.product_id=id"]);
    assert_eq!(value(&desk, totals), "3740596 4770418.0000");
}

#[test]
fn what_can_be_read_two_ways_is_asked_and_the_answer_is_heard() {
    let desk = Desk::new();
    let file = desk.write(
        "in/sales.csv",
        "Order ID;Item ID;Qty;Order Date\n1;A;2;03/04/2024\n2;A;1;05/06/2024\n",
    );
    let asked = propose(&desk, &[&file], &[]);
    assert_eq!(asked.code, 1);
    assert!(asked.stderr.contains("QUESTION sales.sold_at"), "{}", asked.stderr);
    let refused = desk.run(&["-C", "shop", "run"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("sold_at"), "{}", refused.stderr);
    let answered = propose(&desk, &[&file], &["sales.sold_at=%m/%d/%Y"]);
    assert_eq!(answered.code, 0, "{}", answered.stderr);
    desk.done(&["-C", "shop", "ingest"]);
    let sql = "select cast(min(sold_on) as varchar) as value from staging.sales";
    assert_eq!(value(&desk, sql), "2024-03-04");
    // What is certain is not written over.
    assert_eq!(propose(&desk, &[&file], &[]).code, 2);
}

#[test]
fn a_sale_belongs_to_the_day_that_the_clocks_of_its_place_showed() {
    let desk = Desk::new();
    desk.write("sold.csv", "sale,day,item,quantity\n1,01.03.2024,A,2\n2,02.03.2024,A,1\n");
    propose(&desk, &[&desk.path("sold.csv")], &["sales.sold_at=%d.%m.%Y"]);
    let config = std::fs::read_to_string(desk.path("shop/shelfcast.toml")).unwrap();
    let zoned = "feed = \"sales\"\ntime_zone = \"Europe/Berlin\"";
    desk.write("shop/shelfcast.toml", config.replacen("feed = \"sales\"", zoned, 1));
    desk.done(&["-C", "shop", "ingest"]);
    // Midnight in Berlin is 23:00 UTC of the day before.
    let sql = "select min(cast(sold_at as varchar)) || ' ' || min(cast(sold_on as varchar)) as value \
               from staging.sales";
    assert_eq!(value(&desk, sql), "2024-02-29T23:00:00Z 2024-03-01");
}
