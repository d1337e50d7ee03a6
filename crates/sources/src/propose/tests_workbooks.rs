//! Workbooks as people keep them, costs, and files that say the same twice.

use super::tests::{feeds, lines, of, propose_texts, write};
use super::{Answers, Certainty, Proposal, propose, propose_with};
use crate::tests::data;
use crate::{FeedReader, NumberFormat, SourceSpec, TextChunk};
use shelfcast_retail::{Feed, Frequency};
use std::collections::BTreeSet;
use std::path::PathBuf;

fn ids(proposal: &Proposal) -> Vec<&str> {
    proposal.questions.iter().map(|question| question.id.as_str()).collect()
}

fn chunks(spec: &SourceSpec) -> Vec<TextChunk> {
    let path = PathBuf::from(&spec.files[0]);
    FeedReader::open(spec, &path, "file").unwrap().map(Result::unwrap).collect()
}

/// The texts of a column.
fn texts(chunks: &[TextChunk], column: &str) -> Vec<String> {
    let of_chunk = |chunk: &TextChunk| -> Vec<String> {
        chunk.column(column).unwrap().iter().map(str::to_owned).collect()
    };
    chunks.iter().flat_map(of_chunk).collect()
}

/// The sum of a column in ten-thousandths; every text must be a number.
fn sum(chunks: &[TextChunk], column: &str) -> i128 {
    let parts =
        |text: &String| NumberFormat::default().parts(text).unwrap_or_else(|| panic!("{text}"));
    texts(chunks, column).iter().map(parts).sum()
}

/// Ten-thousandths to the cent.
fn cents(parts: i128) -> i128 {
    (parts + 50).div_euclid(100)
}

#[test]
fn headings_of_two_rows_are_found() {
    let Some(path) = data("spare-parts/man.xlsx") else { return };
    let proposal = propose(&[path]).unwrap();
    assert_eq!(feeds(&proposal), [Feed::Products, Feed::ItemSettings, Feed::Sales]);
    for source in &proposal.sources {
        let spec = &source.spec;
        assert_eq!((spec.sheet.as_deref(), spec.first_row), (Some("Data"), Some(7)));
        assert_eq!(spec.header_rows.as_deref(), Some(&[1, 2][..]));
        assert!(source.notes.contains(&"headings in rows 1 and 2, data from row 7".to_owned()));
    }
    assert!(proposal.files[0].text.contains("headings in rows 1 and 2, data from row 7"));
    assert_eq!(
        lines(of(&proposal, Feed::Products)),
        ["product_id <- SKU nr", "unit_cost = round(`cost price per unit`, 4)"]
    );
    assert_eq!(
        lines(of(&proposal, Feed::ItemSettings)),
        [
            "product_id <- SKU nr",
            "lead_time_days = 7 * `lead time`",
            "min_order_quantity <- min. order quantity",
        ]
    );
    let question = &proposal.questions[0];
    assert_eq!(ids(&proposal), ["sales.sold_at"]);
    assert!(question.text.contains("the first of the 150 periods of man.xlsx"), "{question:?}");
    assert!(question.allowed.starts_with("`week 1 = YYYY-MM-DD`"), "{question:?}");
}

#[test]
fn weeks_that_begin_again_are_read_by_their_places() {
    let Some(path) = data("spare-parts/man.xlsx") else { return };
    let answers = Answers::new(["sales.sold_at=week 1 = 2012-01-02"]);
    let proposal = propose_with(&[path], &answers).unwrap();
    assert!(proposal.questions.is_empty() && proposal.unused_answers.is_empty(), "{proposal:#?}");
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(
        lines(sales),
        [
            "sale_id = row key",
            "sold_at <- position as week 1 = 2012-01-02",
            "product_id <- SKU nr",
            "quantity = round(value, 4)",
        ]
    );
    assert_eq!((sales.certainty, sales.spec.period), (Certainty::Likely, Frequency::Week));
    let found = chunks(&sales.spec);
    // Every week of every product is written, noughts and all; the sums below have no weeks.
    let days = texts(&found, "sold_at");
    assert_eq!(days.len(), 3_451 * 150);
    let format = sales.spec.columns["sold_at"].date_format().unwrap();
    let day = |text: &str| format.day(text).unwrap().to_string();
    assert_eq!(
        [day(&days[0]), day(&days[1]), day(&days[149])],
        ["2012-01-02", "2012-01-09", "2014-11-10"]
    );
    let products: BTreeSet<String> = texts(&found, "product_id").into_iter().collect();
    assert_eq!(products.len(), 3_451);
    let quantities = texts(&found, "quantity");
    assert_eq!(quantities[..3], ["0", "1150", "0"]);
    assert_eq!(quantities.iter().filter(|text| *text == "0").count(), 480_450);
    assert_eq!(cents(sum(&found, "quantity")), 134_466_623);
    let settings = chunks(&of(&proposal, Feed::ItemSettings).spec);
    let times = texts(&settings, "lead_time_days");
    let n_of = |days: &str| times.iter().filter(|text| *text == days).count();
    assert_eq!((n_of("49"), n_of("112"), times.len()), (388, 3_063, 3_454));
    let costs = texts(&chunks(&of(&proposal, Feed::Products).spec), "unit_cost");
    assert_eq!(costs[..2], ["1.8737", "2.0001"]);
}

#[test]
fn a_time_without_a_unit_is_likely_days() {
    let Some(path) = data("spare-parts/oil-1b.xls") else { return };
    let proposal = propose(std::slice::from_ref(&path)).unwrap();
    let settings = of(&proposal, Feed::ItemSettings);
    assert_eq!(
        lines(settings),
        [
            "product_id <- Material",
            "lead_time_days <- Del. time",
            "min_quantity <- Min",
            "max_quantity <- Max",
        ]
    );
    assert_eq!(settings.columns[1].certainty, Certainty::Likely);
    assert_eq!(
        settings.assumptions().collect::<Vec<_>>(),
        ["Del. time is read as days: no header says its unit"]
    );
    // The headings are those of the first row, and the sheet is one of two.
    assert_eq!((settings.spec.sheet.as_deref(), settings.spec.first_row), (Some("Data 1b"), None));
    assert_eq!(settings.notes, [""; 0]);
    let question = &proposal.questions[0];
    assert_eq!(
        question.allowed,
        "a header; a day for all rows as YYYY-MM-DD; or leave the file out with stock=no"
    );
    let answers = ["sales.ignore=1997-11-01", "stock.counted_on=2001-08-31"];
    let proposal = propose_with(std::slice::from_ref(&path), &Answers::new(answers)).unwrap();
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(sales.spec.wide.as_ref().unwrap().ignore, ["1997-11-01"]);
    assert!(texts(&chunks(&sales.spec), "sold_at").iter().all(|day| day != "1997-11-01"));
    assert_eq!((proposal.questions.len(), proposal.unused_answers.len()), (0, 0));
    let proposal = propose_with(&[path], &Answers::new(["sales.ignore=Nov-97"])).unwrap();
    let unused = &proposal.unused_answers[0];
    assert!(unused.contains("`Nov-97` is no header that becomes rows"), "{unused}");
}

#[test]
fn a_profit_gives_what_a_line_cost() {
    let Some(path) = data("superstore/superstore.csv") else { return };
    let proposal = propose(&[path]).unwrap();
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(
        sales.spec.columns["cost"],
        crate::ColumnSource::Computed("Sales - round(Profit, 4)".to_owned())
    );
    let found = chunks(&sales.spec);
    let (total, cost) = (sum(&found, "total"), sum(&found, "cost"));
    assert_eq!(cents(total), 232_653_435);
    assert_eq!(cents(total - cost), 29_229_681);
}

#[test]
fn costs_are_told_by_their_names_and_rates_are_none() {
    let cost = |text: &str| {
        let proposal = propose_texts(&[("in.csv", text)]);
        let sales = of(&proposal, Feed::Sales).clone();
        let column = sales.columns.into_iter().find(|column| column.column == "cost");
        column.map(|column| (super::Choice::Column(column.source).to_string(), column.certainty))
    };
    let row = "1,2024-05-17,A,2,20.50";
    let head = "Order ID,Order Date,SKU,Qty,Total";
    assert_eq!(
        cost(&format!("{head},COGS\n{row},12.25\n")),
        Some(("\"COGS\"".to_owned(), Certainty::Certain))
    );
    assert_eq!(
        cost(&format!("{head},Margin\n{row},8.25\n")),
        Some(("{ compute = \"Total - round(Margin, 4)\" }".to_owned(), Certainty::Likely))
    );
    assert_eq!(cost(&format!("{head},Margin\n{row},0.4\n")), None);
    assert_eq!(cost(&format!("{head},Note\n{row},x\n")), None);
}

#[test]
fn orders_have_the_money_of_their_lines() {
    let Some(path) = data("bibitor/InvoicePurchases12312016.csv") else { return };
    let answers = Answers::new(["purchase_orders.product_id={ constant = \"all\" }"]);
    let proposal = propose_with(&[path], &answers).unwrap();
    let orders = of(&proposal, Feed::PurchaseOrders);
    assert_eq!(orders.spec.columns["total"], crate::ColumnSource::header("Dollars"));
    let found = chunks(&orders.spec);
    assert_eq!(texts(&found, "order_id").len(), 5_543);
    assert_eq!(sum(&found, "total"), 3_219_007_655_300);
    assert_eq!(sum(&found, "quantity"), 335_843_770_000);
}

#[test]
fn two_files_of_sales_are_said_to_add_up() {
    let (Some(train), Some(test)) = (data("m4/Weekly-train.csv.gz"), data("m4/Weekly-test.csv.gz"))
    else {
        return;
    };
    let proposal = propose(&[train.clone(), test.clone()]).unwrap();
    let assumed: Vec<&str> = proposal.sources.iter().flat_map(|it| it.assumptions()).collect();
    assert_eq!(
        assumed,
        [
            "both Weekly-test.csv.gz and Weekly-train.csv.gz look like sales, and the rows of all of \
          them count; if one is the sum of another, decline one, as with \
          --answer 'weekly-train:sales=no'"
        ]
    );
    let proposal = propose_with(&[train, test], &Answers::new(["Weekly-test:sales=no"])).unwrap();
    assert_eq!((proposal.sources.len(), proposal.unused_answers.len()), (1, 0));
    assert_eq!(proposal.sources[0].label, "Weekly-train.csv.gz");
    assert_eq!(proposal.sources[0].assumptions().count(), 0);
}

#[test]
fn only_the_file_that_is_named_is_declined() {
    let text = "Order ID,Order Date,SKU,Qty\n1,2024-05-17,A,2\n";
    let other = "Bill ID,Bill Date,SKU,Quantity\n1,2024-05-18,A,2\n";
    let (_folder, paths) = write(&[("shop.csv", text), ("web.csv", other)]);
    let proposal = propose_with(&paths, &Answers::new(["web:sales=no"])).unwrap();
    assert_eq!(proposal.sources.len(), 1);
    let proposal = propose_with(&paths, &Answers::new(["mail:sales=no"])).unwrap();
    assert_eq!((proposal.sources.len(), proposal.unused_answers.len()), (2, 1));
}
