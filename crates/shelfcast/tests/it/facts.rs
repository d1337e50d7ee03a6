//! Every fact on a shop small enough to be worked out by hand; the working stands beside it.

use crate::support::{Desk, real_data};

/// A project `shop` whose feeds have their own columns' names, built.
pub fn shop(settings: &str, feeds: &[(&str, &str)]) -> Desk {
    let desk = Desk::new();
    let mut config = format!("[project]\nname = \"shop\"\n{settings}\n");
    for (feed, text) in feeds {
        // Rows may be indented in a test.
        let text: Vec<&str> = text.lines().map(str::trim).collect();
        desk.write(&format!("shop/{feed}.csv"), text.join("\n") + "\n");
        config.push_str(&format!("\n[[sources]]\nfeed = \"{feed}\"\nfiles = [\"{feed}.csv\"]\n"));
        if *feed == "sales" && settings.contains("# zone: ") {
            let zone = settings.split("# zone: ").nth(1).unwrap().lines().next().unwrap();
            config.push_str(&format!("time_zone = \"{zone}\"\n"));
        }
        config.push_str("[sources.columns]\n");
        for column in text[0].split(',') {
            config.push_str(&format!("{column} = \"{column}\"\n"));
        }
    }
    desk.write("shop/shelfcast.toml", config);
    desk.done(&["-C", "shop", "run"]);
    desk
}

/// The only row of a query, its values as text side by side; a null is a dash.
fn row(desk: &Desk, columns: &str, rest: &str) -> String {
    let sql = format!("select {columns} from {rest}");
    let rows = desk.done(&["-C", "shop", "query", &sql, "--format", "csv"]).stdout;
    let rows: Vec<&str> = rows.lines().skip(1).collect();
    assert_eq!(rows.len(), 1, "{rest}");
    let text = |value: &str| if value.is_empty() { "-".to_owned() } else { value.to_owned() };
    rows[0].split(',').map(text).collect::<Vec<_>>().join(" ")
}

const PRODUCTS: &str = "product_id,name,category,supplier_id,unit_cost,unit_price,launched_on
    TEA,Tea,Drinks,S1,2,4,2024-01-01
    CUP,Cup,Kitchen,S1,5,10,2024-01-01";

#[test]
fn sales_are_summed_by_period_and_compared_with_the_one_before() {
    let desk = shop(
        "",
        &[
            ("products", PRODUCTS),
            (
                "sales",
                "sale_id,line,sold_at,product_id,location_id,quantity,unit_price,discount,payment_method
                S1,1,2024-01-01,TEA,L1,2,4,0,card
                S1,2,2024-01-01,CUP,L1,1,10,0,card
                S2,1,2024-01-02,TEA,L2,1,4,0.25,cash
                S3,1,2024-01-08,TEA,L1,3,4,0,card
                S4,1,2024-01-09,TEA,L1,-1,4,0,card",
            ),
        ],
    );
    let facts = "n_purchases, units, returned_units, gross, discount, net, cost, margin, previous_net, last_year_net";
    let of = |frequency: &str, start: &str, dimension: &str, value: &str| {
        let rest = format!(
            "marts.sales_by_period where frequency = '{frequency}' and period_start = date '{start}' \
             and dimension = '{dimension}' and value = '{value}'"
        );
        row(&desk, facts, &rest)
    };
    // 8 + 10 + 4 gross, a quarter of 4 off; cost 2 x 2 + 5 + 2; the week before is not known.
    assert_eq!(
        of("week", "2024-01-01", "total", "all"),
        "2 4.0000 0.0000 22.0000 1.0000 21.0000 11.0000 10.0000 - -"
    );
    // 12 less the 4 given back; a return alone is no purchase.
    assert_eq!(
        of("week", "2024-01-08", "total", "all"),
        "1 3.0000 1.0000 8.0000 0.0000 8.0000 4.0000 4.0000 21.0000 -"
    );
    // Nothing was sold on the 7th, which is known; the 2nd is 24 days short of a year.
    assert_eq!(
        of("day", "2024-01-08", "total", "all"),
        "1 3.0000 0.0000 12.0000 0.0000 12.0000 6.0000 6.0000 0.0000 -"
    );
    assert_eq!(
        of("month", "2024-01-01", "category", "Drinks"),
        "- 6.0000 1.0000 20.0000 1.0000 19.0000 10.0000 9.0000 - -"
    );
    assert_eq!(
        of("year", "2024-01-01", "payment_method", "cash"),
        "1 1.0000 0.0000 4.0000 1.0000 3.0000 2.0000 1.0000 - -"
    );
    assert_eq!(
        of("month", "2024-01-01", "discount_band", "20-30 %"),
        "- 1.0000 0.0000 4.0000 1.0000 3.0000 2.0000 1.0000 - -"
    );
    // Whatever it is cut by, a week's sales are the week's sales.
    let sql = "select count(*) as value from (\
        select frequency, period_start, dimension, sum(net) as net, sum(units) as units \
        from marts.sales_by_period where not (dimension = 'product' and frequency = 'day') \
        group by frequency, period_start, dimension) as cut \
        inner join marts.sales_by_period as whole on cut.frequency = whole.frequency \
        and cut.period_start = whole.period_start and whole.dimension = 'total' \
        where cut.net <> whole.net or cut.units <> whole.units";
    assert_eq!(desk.value("shop", sql), "0");
    assert_eq!(
        row(
            &desk,
            "n_purchases, units, net, net_per_purchase",
            "marts.basket_sizes where n_sold_lines = 2"
        ),
        "1 3.0000 18.0000 18.0000"
    );
    assert_eq!(
        row(&desk, "n_place_days, units, net", "marts.price_points where price_paid = 3"),
        "1 1.0000 3.0000"
    );
}

/// One product, counted once, received once, sold out in between.
fn sold_out() -> Desk {
    let mut sales = "sale_id,line,sold_at,product_id,location_id,quantity,unit_price".to_owned();
    for day in (2..=11).chain(15..=30) {
        sales.push_str(&format!("\nS{day},1,2024-01-{day:02},TEA,L1,1,4"));
    }
    shop(
        "",
        &[
            ("products", PRODUCTS),
            ("sales", &sales),
            ("stock", "product_id,location_id,counted_on,on_hand\nTEA,L1,2024-01-01,10"),
            (
                "movements",
                "moved_at,product_id,location_id,kind,quantity,reference\n2024-01-15,TEA,L1,receipt,20,R1",
            ),
        ],
    )
}

#[test]
fn stock_facts_are_those_of_known_days() {
    let desk = sold_out();
    // Closings: 10 on the 1st, 9 to 0 until the 11th, nothing on three days, 19 to 4 from the 15th on:
    // 10 + 45 + 0 + 184 = 239 over 30 days, at a cost of 2.
    let facts =
        "known_days, average_stock_value, cost_of_sales, margin, full_stockout_days, censored_days";
    assert_eq!(row(&desk, facts, "marts.stock_facts"), "30 15.9333 52.0000 52.0000 3 1");
    let ratios =
        "round(turns, 4), round(gmroi, 4), round(sell_through, 4), round(in_stock_share, 4)";
    // 52 x 365 / 478; 26 sold of 10 + 20; 27 of 30 days had stock.
    assert_eq!(row(&desk, ratios, "marts.stock_facts"), "39.7071 39.7071 0.8667 0.9");
    // 25 units on 26 days in stock, and three days without: 3 x 25 / 26, at a margin of 2.
    assert_eq!(
        row(&desk, "round(lost_units, 4), round(lost_margin, 4)", "marts.stock_facts"),
        "2.8846 5.7692"
    );
    // 4 on hand, sold 26 in 30 days.
    assert_eq!(
        row(&desk, "on_hand, round(backward_cover_days, 4)", "marts.stock_facts"),
        "4.0000 4.6154"
    );
    // What is left came on the 15th, 16 days before the business date.
    assert_eq!(
        row(&desk, "age_band, youngest_days, units, stock_value", "marts.stock_ageing"),
        "0-30 16 4.0000 8.0000"
    );
    assert_eq!(
        row(
            &desk,
            "n_items, n_stated, round(turns, 3)",
            "marts.stock_facts_by where dimension = 'total'"
        ),
        // Money keeps four decimals, so a sum of one is a little off.
        "1 1 39.707"
    );
    // On one of 26 days in stock nothing sold, the day of the count: a variance of 25 / 26 x 1 / 25
    // = 0.038462 of a day and 1 / 26 of that for the mean, three times, and the censored day's:
    // 4 x 0.038462 x 27 / 26 = 0.159763, whose root times 1.2816 is 0.5123. A sum of one
    // product has the limits of that product.
    let limits = "round(lost_units_low, 3), round(lost_units_high, 3)";
    assert_eq!(row(&desk, limits, "marts.stock_facts"), "2.372 3.397");
    assert_eq!(
        row(&desk, limits, "marts.stock_facts_by where dimension = 'supplier'"),
        "2.372 3.397"
    );
}

#[test]
fn without_a_second_count_or_receipts_nothing_is_said_about_the_past() {
    let Some(folder) = real_data("original") else { return };
    let desk = Desk::new();
    crate::support::shop_from(&desk, &folder);
    let sql = "select count(*) as value from marts.stock_facts where turns is not null \
               or average_stock_value is not null or in_stock_share is not null \
               or full_stockout_days is not null or lost_units is not null";
    assert_eq!(desk.value("shop", sql), "0");
    let sql = "select distinct not_stated_because as value from marts.stock_facts";
    assert_eq!(desk.value("shop", sql), "needs 28 known days, has 1");
    assert_eq!(desk.value("shop", "select count(*) as value from marts.lost_sales"), "0");
    assert_eq!(desk.value("shop", "select count(*) as value from marts.stock_ageing"), "0");
}

#[test]
fn what_counts_alone_cannot_say_is_not_stated() {
    let mut sales = "sale_id,line,sold_at,product_id,location_id,quantity,unit_price".to_owned();
    let mut counts = "product_id,location_id,counted_on,on_hand".to_owned();
    for week in 0..40 {
        // A Monday's sale; every fourth count finds nothing.
        sales.push_str(&format!("\nS{week},1,{},TEA,L1,1,4", date(19_723 + 7 * week)));
        let on_hand = if week % 4 == 3 { 0 } else { 5 };
        counts.push_str(&format!("\nTEA,L1,{},{on_hand}", date(19_723 + 7 * week)));
    }
    let desk = shop("", &[("products", PRODUCTS), ("sales", &sales), ("stock", &counts)]);
    let facts = "n_counts, n_counts_without_stock, in_stock_share, full_stockout_days, lost_units, \
                 sell_through, not_stated_because";
    assert_eq!(row(&desk, facts, "marts.stock_facts"), "40 10 - - - - needs receipts");
    // 30 counts of 5 and 10 of none, at a cost of 2.
    assert_eq!(row(&desk, "average_stock_value", "marts.stock_facts"), "7.5000");
}

#[test]
fn counts_that_differ_both_ways_do_not_cancel() {
    let counts = "product_id,location_id,counted_on,on_hand
        TEA,L1,2024-01-01,20
        TEA,L1,2024-01-10,13
        TEA,L1,2024-01-20,20";
    let sales = "sale_id,line,sold_at,product_id,location_id,quantity,unit_price
        S1,1,2024-01-02,TEA,L1,1,4
        S2,1,2024-01-21,TEA,L1,1,4";
    let receipts = "moved_at,product_id,location_id,kind,quantity,reference
        2024-01-02,TEA,L1,receipt,1,R1";
    let feeds =
        [("products", PRODUCTS), ("sales", sales), ("stock", counts), ("movements", receipts)];
    let desk = shop("", &feeds);
    // 20 + 1 - 1 less the 13 found are 7 missing; 20 found then are 7 too many, at a cost of 2 each.
    assert_eq!(
        desk.value(
            "shop",
            "select sentence as value from marts.stock_checks where check_kind = 'unexplained'"
        ),
        "2 counts differed from the books, last on 2024-01-20: 7 missing and 7 too many."
    );
    let money = "marts.stock_checks where check_kind = 'unexplained'";
    assert_eq!(row(&desk, "units, stock_value", money), "14.0000 28.0000");
}

#[test]
fn sales_without_a_price_are_valued_and_told() {
    let sales = "sale_id,line,sold_at,product_id,location_id,quantity
        S1,1,2024-01-02,TEA,L1,3
        S2,1,2024-01-03,TEA,L1,2";
    let desk = shop("", &[("products", PRODUCTS), ("sales", sales)]);
    // 5 units at the list's 4.
    let valued = "sum(net), sum(net_at_list_price), sum(n_lines_at_list_price)";
    assert_eq!(row(&desk, valued, "intermediate.daily_sales"), "20.0000 20.0000 2");
    assert_eq!(desk.value("shop", "select count(*) as value from marts.price_points"), "0");
    let told =
        "select message as value from marts.run_limits where capability = 'sales in money as paid'";
    assert!(desk.value("shop", told).starts_with("No sale line tells its price"));
}

#[test]
fn weekly_variation_makes_x_y_and_z() {
    let mut sales = "sale_id,line,sold_at,product_id,location_id,quantity,unit_price".to_owned();
    let first: i64 = 19_723; // Monday 2024-01-01 in days since 1970-01-01.
    for week in 0..60 {
        let day = date(first + 7 * week);
        let units = [
            ("EVEN", 10),
            ("SWING", if week % 2 == 0 { 5 } else { 15 }),
            ("RARE", if week % 4 == 0 { 40 } else { 0 }),
        ];
        for (product, units) in units.into_iter().filter(|(_, units)| *units > 0) {
            sales.push_str(&format!("\n{product}{week},1,{day},{product},L1,{units},1"));
        }
    }
    // A sale on the last Sunday closes the last week.
    sales.push_str(&format!("\nLAST,1,{},EVEN,L1,0.0001,1", date(first + 7 * 60 - 1)));
    let desk = shop("", &[("sales", &sales)]);
    let class = |product: &str| {
        row(
            &desk,
            "xyz_class, n_periods, round(units_cv, 2)",
            &format!("marts.product_classes where product_id = '{product}'"),
        )
    };
    assert_eq!(class("EVEN"), "X 52 0.0");
    // 52 weeks of 10 - 5 or 10 + 5: sd = sqrt(52 x 25 / 51).
    assert_eq!(class("SWING"), "Y 52 0.5");
    // 13 weeks of 40 and 39 of none: sd = sqrt((13 x 900 + 39 x 100) / 51) = 17.49.
    assert_eq!(class("RARE"), "Z 52 1.75");
    let sql = "select sum(n_products) as value from marts.class_matrix";
    assert_eq!(desk.value("shop", sql), "3");
}

#[test]
fn classes_that_changed_are_told_until_the_next_business_date() {
    let sales = |more: &str| {
        format!(
            "sale_id,line,sold_at,product_id,location_id,quantity,unit_price
            S1,1,2024-01-01,TEA,L1,90,1
            S2,1,2024-01-01,CUP,L1,10,1{more}"
        )
    };
    let desk = shop("", &[("products", PRODUCTS), ("sales", &sales(""))]);
    let class = |product: &str| {
        row(
            &desk,
            "abc_class, previous_abc_class, has_changed",
            &format!("marts.product_classes where product_id = '{product}'"),
        )
    };
    assert_eq!((class("TEA"), class("CUP")), ("A - -".into(), "B - -".into()));
    let text: Vec<String> = sales("\nS3,1,2024-01-03,CUP,L1,900,1")
        .lines()
        .map(|line| line.trim().to_owned())
        .collect();
    desk.write("shop/sales.csv", text.join("\n") + "\n");
    desk.done(&["-C", "shop", "run"]);
    assert_eq!((class("TEA"), class("CUP")), ("B A true".into(), "A B true".into()));
    // The same day planned once more says the same.
    desk.done(&["-C", "shop", "build"]);
    assert_eq!((class("TEA"), class("CUP")), ("B A true".into(), "A B true".into()));
    desk.done(&["-C", "shop", "build", "--business-date", "2024-01-05"]);
    assert_eq!((class("TEA"), class("CUP")), ("B B false".into(), "A A false".into()));
}

#[test]
fn suppliers_are_measured_by_what_came_and_what_did_not() {
    let desk = shop(
        "",
        &[
            ("products", PRODUCTS),
            ("suppliers", "supplier_id,name,stated_lead_time_days\nS1,Leaf & Co,5"),
            (
                "sales",
                "sale_id,line,sold_at,product_id,location_id,quantity,unit_price\nA,1,2024-01-01,TEA,L1,1,4\nB,1,2024-01-30,TEA,L1,1,4",
            ),
            (
                "purchase_orders",
                "order_id,line,supplier_id,product_id,location_id,ordered_on,expected_on,quantity,unit_cost
                O1,1,S1,TEA,L1,2024-01-01,2024-01-06,10,2
                O2,1,S1,TEA,L1,2024-01-02,2024-01-07,10,2
                O3,1,S1,TEA,L1,2024-01-20,2024-01-25,10,2.2",
            ),
            (
                "receipts",
                "order_id,line,received_on,quantity
                O1,1,2024-01-05,10
                O2,1,2024-01-09,6
                O2,1,2024-01-12,4",
            ),
        ],
    );
    // After 4 days a third had come, after 7 two thirds, and one is open for 10:
    // mean 4 + 3 x 2/3 + 3 x 1/3 = 7; when nine in ten come nobody knows.
    let measured =
        "n_received, n_open, stated_lead_time_days, round(mean_days, 4), median_days, days_90";
    assert_eq!(row(&desk, measured, "marts.lead_times"), "2 1 5 7.0 7 -");
    // On time is the first alone; 20 of 30 came; two of three took more than one delivery or lack
    // some; the second was complete 5 days late; 2.00 became 2.20.
    let facts = "n_due, n_late, round(on_time_share, 4), round(fill_rate, 4), round(partial_share, 4), \
                 mean_days_late, round(price_drift, 4)";
    assert_eq!(row(&desk, facts, "marts.supplier_performance"), "3 2 0.3333 0.6667 0.6667 5.0 0.1");
}

#[test]
fn customers_are_known_by_when_how_often_and_how_much_and_by_nothing_else() {
    let desk = shop(
        "",
        &[
            (
                "customers",
                "customer_id,name,gender,age,email,phone,segment
                C1,A,f,30,a@example.com,1,VIP
                C2,B,m,70,b@example.com,2,Regular
                C3,C,f,20,c@example.com,3,Regular",
            ),
            (
                "sales",
                "sale_id,line,sold_at,product_id,location_id,customer_id,quantity,unit_price
                S1,1,2024-01-01,TEA,L1,C1,1,10
                S2,1,2024-01-11,TEA,L1,C1,1,10
                S3,1,2024-01-21,TEA,L1,C1,1,10
                S4,1,2024-01-01,TEA,L1,C2,1,5
                S5,1,2024-01-30,TEA,L1,C3,1,50",
            ),
        ],
    );
    let facts = "recency_days, frequency, monetary, mean_days_between, recency_score, frequency_score, \
                 monetary_score, segment";
    let of = |customer: &str| {
        row(&desk, facts, &format!("marts.customers where customer_id = '{customer}'"))
    };
    assert_eq!(of("C1"), "10 3 30.0000 10.0 3 5 3 loyal");
    assert_eq!(of("C2"), "30 1 5.0000 - 1 1 1 lost");
    assert_eq!(of("C3"), "1 1 50.0000 - 5 1 5 new");
    assert_eq!(
        row(
            &desk,
            "n_customers, n_active, retention",
            "marts.customer_cohorts where months_since = 0"
        ),
        "3 3 1.0"
    );
    let sql = "select count(*) as value from information_schema.columns \
               where table_schema in ('intermediate', 'marts') \
               and column_name in ('email', 'phone', 'address', 'customer_name')";
    assert_eq!(desk.value("shop", sql), "0");
}

#[test]
fn doubts_about_stock_are_told_before_anything_is_planned() {
    let mut sales = "sale_id,line,sold_at,product_id,location_id,quantity,unit_price".to_owned();
    for offset in 0..60 {
        let day = date(19_723 + offset);
        // CUP sells every day; TEA stops after 50 days, with 20 in the books.
        sales.push_str(&format!("\nC{offset},1,{day},CUP,L1,1,10"));
        if offset < 50 {
            sales.push_str(&format!("\nT{offset},1,{day},TEA,L1,1,4"));
        }
    }
    let desk = shop(
        "[policy]\nlead_time_days = 3\nhold_doubtful_stock = true",
        &[
            ("products", PRODUCTS),
            ("sales", &sales),
            (
                "stock",
                "product_id,location_id,counted_on,on_hand\nTEA,L1,2024-01-01,69\nCUP,L1,2024-01-01,30",
            ),
            (
                "movements",
                "moved_at,product_id,location_id,kind,quantity,reference
                2024-01-20,CUP,L1,transfer_out,5,X1
                2024-01-10,CUP,L1,receipt,1,R1",
            ),
        ],
    );
    let kinds = "select string_agg(check_kind || ' ' || product_id, ', ' order by check_kind) as value \
                 from marts.stock_checks";
    // 30 + 1 - 5 in the books and 59 sold after the count: the books go below nothing.
    assert_eq!(
        desk.value("shop", kinds),
        "negative_stock CUP, phantom_stock TEA, unbalanced_transfer CUP"
    );
    let ordered = "select string_agg(product_id, ' ') as value from marts.order_proposals";
    assert_eq!(desk.value("shop", ordered), "CUP");
}

#[test]
fn the_trading_calendar_of_the_project_cuts_its_weeks_and_months() {
    let desk = shop(
        "[calendar]\nfirst_weekday = \"sunday\"\nyear = \"4-5-4\"\nyear_starts_near = \"02-01\"\ncountry = \"Germany\"",
        &[(
            "sales",
            "sale_id,line,sold_at,product_id,location_id,quantity,unit_price
            S1,1,2024-02-03,TEA,L1,1,4
            S2,1,2024-02-04,TEA,L1,2,4
            S3,1,2024-03-30,TEA,L1,4,4",
        )],
    );
    let labels = "select string_agg(label || ' ' || cast(cast(units as bigint) as varchar), ', ' order by period_start) \
                  as value from marts.sales_by_period where dimension = 'total' and frequency = ";
    assert_eq!(
        desk.value("shop", &format!("{labels}'week'")),
        "2023-W53 1, 2024-W01 2, 2024-W08 4"
    );
    assert_eq!(
        desk.value("shop", &format!("{labels}'month'")),
        "2023-P12 1, 2024-P01 2, 2024-P02 4"
    );
    // Good Friday of 2024.
    let holiday = "select holiday is not null as value from intermediate.calendar where day = date '2024-03-29'";
    assert_eq!(desk.value("shop", holiday), "true");
}

#[test]
fn a_sale_belongs_to_the_day_on_the_clocks_of_its_place() {
    let sales = "sale_id,line,sold_at,product_id,location_id,quantity,unit_price
        S1,1,2024-08-26T02:30:00Z,TEA,NYC,1,4
        S2,1,2024-08-26T02:30:00Z,TEA,BER,1,4";
    let locations = "location_id,time_zone\nNYC,America/New_York\nBER,Europe/Berlin";
    let desk = shop("# zone: UTC", &[("sales", sales), ("locations", locations)]);
    let days = "select string_agg(location_id || ' ' || cast(day as varchar), ', ' order by location_id) as value \
                from marts.daily_sales";
    assert_eq!(desk.value("shop", days), "BER 2024-08-26, NYC 2024-08-25");
}

#[test]
fn a_model_of_the_users_own_is_built_and_a_broken_one_names_file_and_line() {
    let desk = sold_out();
    desk.write(
        "shop/models/marts/best_day.sql",
        "-- One row per product: its best day.\n-- key: product_id\n\
         select product_id, max(units) as units from marts.daily_sales group by product_id\n",
    );
    desk.done(&["-C", "shop", "build"]);
    assert_eq!(row(&desk, "product_id, units", "marts.best_day"), "TEA 1.0000");
    let docs = desk.done(&["-C", "shop", "models", "--docs"]).stdout;
    let section = docs.split("## marts.best_day").nth(1).unwrap();
    assert!(section.contains("its best day") && section.contains("- Rows: 1"), "{section}");
    assert!(section.contains("- Reads: `marts.daily_sales`"), "{section}");
    desk.write(
        "shop/models/marts/best_day.sql",
        "-- One row per product: its best day.\n-- key: product_id\nselect\n    product_id,\n    \
         max(unitz) as units\nfrom marts.daily_sales group by product_id\n",
    );
    let broken = desk.run(&["-C", "shop", "build"]);
    assert_eq!(broken.code, 2);
    assert!(broken.stderr.contains("best_day.sql:5"), "{}", broken.stderr);
    assert!(broken.stderr.contains("unitz"), "{}", broken.stderr);
}

#[test]
fn what_a_model_states_of_its_rows_is_held_against_them() {
    let desk = sold_out();
    let built = |header: &str, query: &str| {
        let text = format!("-- One row per day.\n-- key: product_id, day\n{header}{query}\n");
        desk.write("shop/models/marts/days.sql", &text);
        desk.run(&["-C", "shop", "build"])
    };
    let days = "select product_id, day from marts.daily_sales";
    let twice = format!("{days} union all {days}");
    for header in ["", "-- sorted: product_id, day\n", "-- sorted: day\n"] {
        let order = header.strip_prefix("-- sorted: ").unwrap_or("product_id");
        let repeated = built(header, &format!("{twice} order by {order}"));
        assert_eq!(repeated.code, 1, "{header}{}", repeated.stderr);
        assert!(repeated.stderr.contains("product_id, day is unique"), "{}", repeated.stderr);
    }
    let unsorted =
        built("-- sorted: product_id, day\n", &format!("{days} order by product_id, day desc"));
    assert_eq!(unsorted.code, 2, "{}", unsorted.stderr);
    let message =
        "days.sql: write marts.days: its header says `-- sorted: product_id, day`, but (TEA, 2024-";
    assert!(unsorted.stderr.contains(message), "{}", unsorted.stderr);
    assert!(unsorted.stderr.contains("order by product_id, day"), "{}", unsorted.stderr);
    desk.done(&["-C", "shop", "query", "select 1 from marts.daily_sales"]);
}

/// A day as text, from days since 1970-01-01.
fn date(days: i64) -> String {
    shelfcast_retail::Day::from_epoch_days(days as i32).to_string()
}
