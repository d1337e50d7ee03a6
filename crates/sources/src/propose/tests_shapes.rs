//! Shapes, dialects and answers: files that need more than a look at their headers.

use super::tests::{feeds, lines, of, propose_texts, write};
use super::{Answers, Certainty, Proposal, propose, propose_with};
use crate::tests::data;
use crate::{KindRule, NumberFormat};
use shelfcast_retail::{Feed, Frequency};

fn ids(proposal: &Proposal) -> Vec<&str> {
    proposal.questions.iter().map(|question| question.id.as_str()).collect()
}

/// A proposal for one file with answers.
fn answered(text: &str, answers: &[&str]) -> Proposal {
    let (_folder, paths) = write(&[("in.csv", text)]);
    propose_with(&paths, &Answers::new(answers)).unwrap()
}

#[test]
fn german_files_are_understood() {
    let proposal = propose_texts(&[(
        "umsatz.csv",
        "Belegnummer;Datum;Filiale;Artikelnummer;Menge;Einzelpreis;Umsatz\n\
         1;31.12.2024;7;4711;2;1.013,75 €;2.027,50 €\n2;02.01.2025;7;4712;1;2,5;2,5\n",
    )]);
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(
        lines(sales),
        [
            "sale_id <- Belegnummer",
            "sold_at <- Datum as %d.%m.%Y",
            "product_id <- Artikelnummer",
            "location_id <- Filiale",
            "quantity <- Menge",
            "unit_price <- Einzelpreis",
            "total <- Umsatz",
        ]
    );
    assert_eq!(sales.spec.numbers, NumberFormat { decimal_mark: ',', thousands_mark: Some('.') });
    assert!(proposal.is_certain(), "{proposal:#?}");
}

#[test]
fn french_files_are_understood() {
    let proposal = propose_texts(&[(
        "ventes.csv",
        "Numéro ticket;Date vente;Magasin;Code article;Libellé;Quantité;Prix unitaire\n\
         1;31/12/2024;Lyon;A1;Thé;2;1\u{202f}013,75\n2;02/01/2025;Lyon;A2;Café;1;2,50 €\n",
    )]);
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(
        lines(sales),
        [
            "sale_id <- Numéro ticket",
            "sold_at <- Date vente as %d/%m/%Y",
            "product_id <- Code article",
            "location_id <- Magasin",
            "quantity <- Quantité",
            "unit_price <- Prix unitaire",
        ]
    );
    assert_eq!(sales.spec.numbers, NumberFormat { decimal_mark: ',', thousands_mark: Some(' ') });
    assert!(proposal.is_certain(), "{proposal:#?}");
}

#[test]
fn favorita_and_rossmann_are_known() {
    let favorita = "id,date,store_nbr,item_nbr,unit_sales,onpromotion\n\
                    1,2013-01-01,25,103665,7.0,False\n2,2013-01-02,25,105574,1.0,True\n";
    let proposal = propose_texts(&[("train.csv", favorita)]);
    assert_eq!(
        lines(of(&proposal, Feed::Sales)),
        [
            "sale_id = row key",
            "sold_at <- date",
            "product_id <- item_nbr",
            "location_id <- store_nbr",
            "quantity <- unit_sales",
        ]
    );
    assert!(proposal.is_certain());
    let rossmann = "Store,DayOfWeek,Date,Sales,Customers,Open,Promo\n\
                    1,5,2015-07-31,5263,555,1,1\n2,5,2015-07-30,6064,625,1,1\n";
    let proposal = propose_texts(&[("train.csv", rossmann)]);
    // There is no product, and sales may be money: neither is guessed.
    assert_eq!(ids(&proposal), ["sales.product_id"]);
    let quantity = of(&proposal, Feed::Sales).columns.iter().find(|it| it.column == "quantity");
    assert_eq!(quantity.map(|column| column.certainty), Some(Certainty::Likely));
    let answers = ["sales.product_id={ constant = \"all\" }", "sales.quantity=Sales"];
    assert!(answered(rossmann, &answers).is_certain());
}

#[test]
fn a_daily_snapshot_is_sales_and_stock() {
    let proposal = propose_texts(&[(
        "retail_store_inventory.csv",
        "Date,Store ID,Product ID,Category,Region,Inventory Level,Units Sold,Units Ordered,Price\n\
         2022-01-01,S001,P0001,Groceries,North,231,127,55,33.5\n\
         2022-01-02,S001,P0001,Groceries,North,204,150,66,63.01\n",
    )]);
    assert_eq!(feeds(&proposal), [Feed::Products, Feed::Locations, Feed::Sales, Feed::Stock]);
    assert_eq!(
        lines(of(&proposal, Feed::Stock)),
        [
            "product_id <- Product ID",
            "location_id <- Store ID",
            "counted_on <- Date",
            "on_hand <- Inventory Level",
        ]
    );
    assert!(proposal.is_certain());
}

#[test]
fn marks_before_three_digits_are_a_question() {
    let text =
        "Order ID;Item ID;Order Date;Qty;Price\n1;A;2024-05-17;1.234;5\n2;A;2024-05-18;5.678;6\n";
    let proposal = answered(text, &[]);
    assert_eq!(ids(&proposal), ["sales.numbers"]);
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(sales.certainty, Certainty::Question);
    assert!(!sales.spec.columns.contains_key("quantity"));
    for (answer, thousands_mark) in [
        ("sales.numbers=2", Some('.')),
        ("sales.numbers=1", None),
        ("sales.numbers=1.234,50", Some('.')),
    ] {
        let proposal = answered(text, &[answer]);
        assert_eq!(of(&proposal, Feed::Sales).spec.numbers.thousands_mark, thousands_mark);
        assert!(
            proposal.is_certain()
                && lines(&proposal.sources[0]).contains(&"quantity <- Qty".to_owned())
        );
    }
    // One price with two decimals decides for the whole file.
    assert!(answered(&text.replace(";6\n", ";6.50\n"), &[]).is_certain());
    assert!(answered(&text.replace("5.678", "0.678"), &[]).is_certain());
}

#[test]
fn marks_under_wide_headers_are_a_question_too() {
    let months = "Item ID;2024-01;2024-02;2024-03;2024-04;2024-05;2024-06";
    let text = format!("{months}\nA;1.234;2.345;5;6;7;8\nB;1;2;3;4;5;6\n");
    let proposal = answered(&text, &[]);
    assert_eq!(ids(&proposal), ["sales.numbers"]);
    assert!(!proposal.sources[0].spec.columns.contains_key("quantity"));
    let proposal = answered(&text, &["sales.numbers=2"]);
    assert!(proposal.is_certain() && proposal.sources[0].spec.columns.contains_key("quantity"));
}

#[test]
fn answers_settle_questions_or_say_why_not() {
    let text = "Order ID;Item ID;Qty;Order Date\n1;A;2;03/04/2024\n2;A;1;05/06/2024\n";
    for answer in [
        "sales.sold_at=2",
        "sales.sold_at=%m/%d/%Y",
        "in:sales.sold_at={ column = \"Order Date\", format = \"%m/%d/%Y\" }",
    ] {
        let proposal = answered(text, &[answer]);
        assert!(proposal.is_certain(), "{answer}: {:?}", proposal.unused_answers);
        let sold_at = &proposal.sources[0].spec.columns["sold_at"];
        assert_eq!(sold_at.date_format().unwrap().to_string(), "%m/%d/%Y");
    }
    for (answer, expected) in [
        ("sales.sold_at=3", "the options are 1 to 2"),
        ("sales.sold_at=Order Date", "may be written as %d/%m/%Y or %m/%d/%Y"),
        ("sales.sold_on=1", "sales has no column `sold_on`: allowed are sale_id, line"),
        ("out:sales.sold_at=1", "no file holds sales"),
        ("sale=no", "`sale` is not a feed"),
        ("stock=no", "no file holds stock"),
        ("sales.sold_at={ colum = \"x\" }", "unknown field `colum`"),
        ("what", "write feed.column=value"),
    ] {
        let unused = answered(text, &[answer]).unused_answers;
        assert!(unused[0].contains(expected), "{answer}: {unused:?}");
    }
    assert!(
        answered(text, &["stock=no"]).unused_answers[0]
            .ends_with("open questions are sales.sold_at")
    );
}

#[test]
fn months_side_by_side_become_rows() {
    let head = "Material,Del. time (days),Min,Max,Stock,Price,2001-08-01,2001-07-01,2001-06-01,\
                2001-05-01,2001-04-01,2001-03-01,2001-02-01";
    let text = format!("{head}\nM1,30,2,5,3,12.5,1,0,,2,-1,0,0\nM2,60,1,2,0,3,0,,1,0,0,0,4\n");
    let proposal = answered(&text, &[]);
    assert_eq!(feeds(&proposal), [Feed::Products, Feed::ItemSettings, Feed::Sales, Feed::Stock]);
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(
        lines(sales),
        ["sale_id = row key", "sold_at <- name", "product_id <- Material", "quantity <- value"]
    );
    assert_eq!((sales.spec.period, sales.certainty), (Frequency::Month, Certainty::Certain));
    assert_eq!(
        lines(of(&proposal, Feed::ItemSettings)),
        [
            "product_id <- Material",
            "lead_time_days <- Del. time (days)",
            "min_quantity <- Min",
            "max_quantity <- Max",
        ]
    );
    assert_eq!(ids(&proposal), ["stock.counted_on"]);
    let proposal = answered(&text, &["stock.counted_on=2001-08-31"]);
    assert!(proposal.is_certain());
    assert!(lines(of(&proposal, Feed::Stock)).contains(&"counted_on = 2001-08-31".to_owned()));
}

#[test]
fn headers_of_months_and_weeks_are_told_by_their_writing() {
    let wide = |headers: &str| {
        let n_headers = headers.split(',').count();
        answered(
            &format!(
                "SKU nr,{headers}\nA{}\nB{}\n",
                ",1".repeat(n_headers),
                ",0".repeat(n_headers)
            ),
            &[],
        )
    };
    let proposal = wide("Jan-98,Feb-98,Mar-98,Apr-98,May-98,Jun-98");
    assert_eq!(lines(&proposal.sources[0])[1], "sold_at <- name as %b-%y");
    assert!(proposal.is_certain());
    let proposal = wide("98-01,98-02,98-03,98-04,98-05,98-06");
    assert_eq!(lines(&proposal.sources[0])[1], "sold_at <- name as %y-%m");
    let proposal = wide("01/02/2024,01/03/2024,01/04/2024,01/05/2024,01/06/2024,01/07/2024");
    assert_eq!((ids(&proposal), proposal.questions[0].options.len()), (vec!["sales.sold_at"], 2));
    let proposal = wide("week 1,week 2,week 3,week 4,week 5,week 6");
    assert_eq!(ids(&proposal), ["sales.sold_at"]);
    assert!(proposal.questions[0].allowed.starts_with("`week 1 = YYYY-MM-DD`"));
}

#[test]
fn weeks_of_lead_time_are_computed() {
    let proposal = answered(
        "SKU nr,cost price per unit,lead time (weeks),min. order quantity\nA,1.5,7,10\nB,2,16,1\n",
        &[],
    );
    assert_eq!(
        lines(of(&proposal, Feed::ItemSettings)),
        [
            "product_id <- SKU nr",
            "lead_time_days = 7 * `lead time (weeks)`",
            "min_order_quantity <- min. order quantity",
        ]
    );
    assert!(
        lines(of(&proposal, Feed::Products))
            .contains(&"unit_cost <- cost price per unit".to_owned())
    );
}

#[test]
fn cancellations_and_codes_become_rules() {
    let Some(first) = data("online-retail/2010-12-01.csv") else { return };
    let proposal = propose(&[first]).unwrap();
    let rule = |kind: &str, column: &str, pattern: &str| KindRule {
        kind: kind.to_owned(),
        column: column.to_owned(),
        pattern: pattern.to_owned(),
    };
    assert_eq!(
        of(&proposal, Feed::Sales).spec.kinds,
        [
            rule("cancellation", "sale_id", "^C"),
            rule("fee", "product_id", "(?i)^(?:C2|D|DOT|M|POST)$"),
        ]
    );
    assert!(proposal.is_certain());
    let Some(superstore) = data("superstore/superstore.csv") else { return };
    assert!(of(&propose(&[superstore]).unwrap(), Feed::Sales).spec.kinds.is_empty());
}

#[test]
fn logarithms_of_units_are_undone() {
    let Some(path) = data("orange-juice/orange_juice.csv.gz") else { return };
    let proposal = propose(std::slice::from_ref(&path)).unwrap();
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(
        lines(sales),
        [
            "sale_id = row key",
            "product_id <- brand",
            "location_id <- store",
            "quantity = round(exp(logmove))",
        ]
    );
    assert_eq!(ids(&proposal), ["sales.sold_at"]);
    assert!(proposal.questions[0].allowed.starts_with("`week 40 = YYYY-MM-DD`"));
    let answers = ["sales.sold_at=week 1 = 1989-09-14", "sales.product_id=brand"];
    let proposal = propose_with(&[path], &Answers::new(answers)).unwrap();
    assert!(proposal.is_certain(), "{:?}", proposal.unused_answers);
    assert_eq!(proposal.sources[0].spec.period, Frequency::Week);
    assert!(
        lines(&proposal.sources[0]).contains(&"sold_at <- week as week 1 = 1989-09-14".to_owned())
    );
}

#[test]
fn products_side_by_side_become_rows() {
    let Some(path) = data("carparts/carparts.csv") else { return };
    let proposal = propose(std::slice::from_ref(&path)).unwrap();
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(lines(sales), ["sale_id = row key", "product_id <- name", "quantity <- value"]);
    assert_eq!(ids(&proposal), ["sales.sold_at"]);
    let answers = Answers::new(["sales.sold_at=month 0 = 1998-01-01"]);
    let proposal = propose_with(&[path], &answers).unwrap();
    assert!(proposal.is_certain());
    assert_eq!(proposal.sources[0].spec.period, Frequency::Month);
}

#[test]
fn the_m_competitions_ask_for_their_first_day() {
    let cases = [
        ("m5/store_dept_daily.csv", r"^d_(\d+)$", "day 1 = 2011-01-29", "dept_id"),
        ("m4/Weekly-train.csv.gz", r"^V(\d+)$", "week 2 = 2000-01-01", "V1"),
    ];
    for (file, headers, first, product) in cases {
        let Some(path) = data(file) else { return };
        let proposal = propose(std::slice::from_ref(&path)).unwrap();
        let sales = of(&proposal, Feed::Sales);
        assert_eq!(sales.spec.wide.as_ref().unwrap().headers, headers);
        assert_eq!(ids(&proposal), ["sales.sold_at"]);
        let answers = [
            format!("sales.sold_at={first}"),
            format!("sales.product_id={product}"),
            "sales.quantity={ column = \"value\" }".to_owned(),
        ];
        let proposal = propose_with(&[path], &Answers::new(answers)).unwrap();
        assert!(proposal.is_certain(), "{file} {:?}", proposal.unused_answers);
    }
    let Some(path) = data("m3/m3_monthly_long.csv.gz") else { return };
    let proposal = propose(&[path]).unwrap();
    assert_eq!(
        lines(of(&proposal, Feed::Sales)),
        ["sale_id = row key", "product_id <- series", "quantity <- value"]
    );
    assert_eq!(ids(&proposal), ["sales.sold_at"]);
}

#[test]
fn calendars_customers_and_products_are_told_apart() {
    let cases = [
        ("m5/calendar.csv", Feed::Calendar, vec!["day <- date", "event <- event_name_1"]),
        (
            "completejourney/demographics.csv.gz",
            Feed::Customers,
            vec!["customer_id <- household_id"],
        ),
        (
            "completejourney/products.csv.gz",
            Feed::Products,
            vec!["product_id <- product_id", "category <- product_category", "brand <- brand"],
        ),
    ];
    for (file, feed, expected) in cases {
        let Some(path) = data(file) else { return };
        let proposal = propose(&[path]).unwrap();
        assert_eq!(feeds(&proposal), [feed], "{file}");
        assert_eq!(lines(&proposal.sources[0]), expected);
        assert!(proposal.is_certain(), "{file}");
    }
}

#[test]
fn an_id_without_a_better_name_is_only_likely() {
    // M5's units by day as Parquet has them.
    let text = "id,date,quantity\nFOODS_1_001_CA_1_evaluation,2015-03-03,2\n\
                FOODS_1_002_CA_1_evaluation,2015-03-04,0\n";
    let proposal = answered(text, &[]);
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(
        lines(sales),
        ["sale_id = row key", "sold_at <- date", "product_id <- id", "quantity <- quantity"]
    );
    assert_eq!((sales.certainty, proposal.is_certain()), (Certainty::Likely, false));
    assert!(answered(text, &["sales.product_id=id"]).is_certain());
}

#[test]
fn the_name_of_a_file_gives_its_day() {
    let text = "Product ID,Stock Level\nA,3\nB,4\n";
    let proposal = propose_texts(&[("stock_2024-08-26.csv", text), ("stock_2024-08-27.csv", text)]);
    assert_eq!(
        lines(of(&proposal, Feed::Stock)),
        [
            "product_id <- Product ID",
            r"counted_on <- name (\d{4}-\d{2}-\d{2})",
            "on_hand <- Stock Level",
        ]
    );
    assert_eq!(proposal.questions, []);
}

#[test]
fn stock_that_is_weighed_is_stock_under_any_of_its_names() {
    for header in ["Stock", "Inventory", "On Hand"] {
        let text =
            format!("SKU,Store,{header},Count Date\nA,N,12.5,2024-07-19\nB,N,3,2024-07-19\n");
        let proposal = propose_texts(&[("counts.csv", &text)]);
        let found = lines(of(&proposal, Feed::Stock));
        assert!(found.contains(&format!("on_hand <- {header}")), "{found:#?}");
    }
}
