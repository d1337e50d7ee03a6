//! Files in which a header stands more than once.

use super::tests::{lines, of, propose_texts, write};
use super::{Answers, propose, propose_with};
use crate::{FeedReader, ReadOptions, TextReader};
use shelfcast_retail::Feed;

const TWO_PRICES: (&str, &str) =
    ("sold.csv", "Invoice No,Item ID,Qty,Price,Invoice Date,Price\n1,A,2,3.50,2024-12-31,7.00\n");

#[test]
fn which_column_of_one_name_is_meant_is_asked() {
    let proposal = propose_texts(&[TWO_PRICES]);
    assert!(!proposal.is_certain());
    let question = &proposal.questions[0];
    assert_eq!(question.id, "sales.unit_price");
    assert_eq!(
        question.text,
        "2 columns of sold.csv have one name: which of them is sales.unit_price?"
    );
    assert_eq!(
        question.allowed,
        "1: \"Price (1)\" (column 4, values such as `3.50`); \
         2: \"Price (2)\" (column 6, values such as `7.00`)"
    );
}

#[test]
fn the_column_that_was_answered_is_read() {
    let (_folder, paths) = write(&[TWO_PRICES]);
    for (answer, price) in [("1", "3.50"), ("Price (1)", "3.50"), ("2", "7.00")] {
        let answers = Answers::new([format!("sales.unit_price={answer}")]);
        let proposal = propose_with(&paths, &answers).unwrap();
        assert!(proposal.is_certain(), "{proposal:#?}");
        let spec = &of(&proposal, Feed::Sales).spec;
        let chunk = FeedReader::open(spec, &paths[0], "in").unwrap().next().unwrap().unwrap();
        assert_eq!(chunk.column("unit_price").unwrap().value(0), price);
    }
    let bare = propose_with(&paths, &Answers::new(["sales.unit_price=Price"])).unwrap();
    assert!(bare.unused_answers[0].contains("Price (1), Invoice Date, Price (2)"), "{bare:#?}");
}

#[test]
fn each_column_and_each_way_to_read_its_dates_is_an_option() {
    let proposal = propose_texts(&[(
        "sold.csv",
        "Invoice No,Item ID,Qty,Invoice Date,Invoice Date\n1,A,2,03/04/2024,2024-04-03\n",
    )]);
    assert_eq!(
        proposal.questions[0].allowed,
        "1: { column = \"Invoice Date (1)\", format = \"%d/%m/%Y\" } \
         (column 4, `03/04/2024` is 3 April 2024); \
         2: { column = \"Invoice Date (1)\", format = \"%m/%d/%Y\" } \
         (column 4, `03/04/2024` is 4 March 2024); \
         3: \"Invoice Date (2)\" (column 5, values such as `2024-04-03`)"
    );
}

#[test]
fn a_header_that_stands_twice_and_is_not_read_is_no_matter() {
    let proposal = propose_texts(&[(
        "sold.csv",
        "Invoice No,Item ID,Qty,Invoice Date,note,note\n1,A,2,2024-12-31,x,y\n",
    )]);
    assert!(proposal.is_certain(), "{proposal:#?}");
    assert!(!lines(of(&proposal, Feed::Sales)).iter().any(|line| line.contains("note")));
}

#[test]
fn two_columns_of_one_period_do_not_add_up_unasked() {
    let (_folder, paths) = write(&[(
        "months.csv",
        "item,Jan-19,Feb-19,Mar-19,Apr-19,May-19,Jun-19,Jul-19,Jan-19\nA,1,2,3,4,5,6,7,80\n",
    )]);
    let proposal = propose(&paths).unwrap();
    let asked = proposal.questions.iter().find(|question| question.id == "sales.quantity");
    assert!(asked.unwrap().text.contains("several columns called `Jan-19`"), "{proposal:#?}");
    let added = propose_with(&paths, &Answers::new(["sales.quantity=1"])).unwrap();
    assert!(added.is_certain(), "{added:#?}");
    let spec = &of(&added, Feed::Sales).spec;
    let chunk = FeedReader::open(spec, &paths[0], "in").unwrap().next().unwrap().unwrap();
    assert_eq!(chunk.rows(), 8);
}

#[test]
fn the_message_says_how_each_of_them_is_called() {
    let (_folder, paths) = write(&[TWO_PRICES]);
    let reader = TextReader::open(&paths[0], &ReadOptions::default()).unwrap();
    assert_eq!(reader.profile().duplicate_headers, ["Price"]);
    let spec = toml::from_str(
        "feed = 'prices'\nfiles = []\n[columns]\nproduct_id = 'Item ID'\nunit_price = 'Price'\n\
         valid_from = 'Invoice Date'\n",
    );
    let error = FeedReader::open(&spec.unwrap(), &paths[0], "in").err().unwrap();
    assert_eq!(
        error.hint().unwrap(),
        "say `Price (1)` for the first of them or `Price (2)` for the second, or rename one of the \
         columns"
    );
}
