//! Exports of shops' programs and of contests, made up after their headers.

use super::Certainty;
use super::tests::{feeds, lines, of, propose_texts};
use shelfcast_retail::Feed;

/// A header and `n_rows` rows.
fn table(header: &str, n_rows: usize, row: impl Fn(usize) -> String) -> String {
    (0..n_rows).fold(format!("{header}\n"), |text, at| text + &row(at) + "\n")
}

#[test]
fn lines_of_a_web_shop_are_sales() {
    let header = "Name,Paid at,Currency,Total,Created at,Lineitem quantity,Lineitem name,\
                  Lineitem price,Lineitem sku,Vendor";
    let text = table(header, 40, |at| {
        let (quantity, price) = (at % 3 + 1, at % 7 + 1);
        format!(
            "#{at},{},USD,{}.90,2024-03-{:02} 10:00:00 -0500,{quantity},Mug {price},{price}.00,\
             MUG-{price},Potter",
            if at % 2 == 0 { "2024-03-01 09:00:00 -0500" } else { "" },
            quantity * price + 4,
            at % 28 + 1
        )
    });
    let proposal = propose_texts(&[("orders_export.csv", &text)]);
    assert!(proposal.is_certain(), "{proposal:#?}");
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(
        lines(sales),
        [
            "sale_id = row key",
            "sold_at <- Created at",
            "product_id <- Lineitem sku",
            "quantity <- Lineitem quantity",
            "unit_price <- Lineitem price",
        ]
    );
    // The total is that of the order, with postage.
    assert!(sales.assumed[0].starts_with("`Total` is left out"), "{:?}", sales.assumed);
    // An order's name is no product's and no supplier's.
    let products = lines(of(&proposal, Feed::Products));
    assert!(products.contains(&"name <- Lineitem name".to_owned()), "{products:?}");
    assert_eq!(proposal.currencies, ["USD"]);
}

#[test]
fn amounts_name_their_currency() {
    let with = |price: &str| {
        let row = |at: usize| format!("{at};2024-01-{:02};A{};2;{price}", at + 1, at % 3);
        propose_texts(&[("s.csv", &table("sale;date;item;qty;price", 20, row))]).currencies
    };
    assert_eq!(with("3.50"), [""; 0]);
    assert_eq!(with("$3.50"), ["USD"]);
    assert_eq!(with("1.234,50 EUR"), ["EUR"]);
}

#[test]
fn a_number_of_the_row_is_no_product() {
    let text = table("id,date,store_nbr,family,sales", 60, |at| {
        format!("{at},2013-01-{:02},1,FAMILY {},{}.448", at / 2 + 1, at % 2, at % 9)
    });
    let proposal = propose_texts(&[("train.csv", &text)]);
    assert_eq!(feeds(&proposal), [Feed::Sales]);
    let sales = of(&proposal, Feed::Sales);
    assert!(lines(sales).contains(&"product_id <- family".to_owned()), "{:?}", lines(sales));
    // `sales` may be money or units: it is asked, and the header is the first answer.
    let question = &proposal.questions[0];
    assert_eq!((question.id.as_str(), question.options.len()), ("sales.quantity", 4));
    assert_eq!(question.options[0].0.to_string(), "\"sales\"");
    assert_eq!(question.options[2].0.to_string(), "{ compute = \"total\" }");
}

#[test]
fn prices_with_the_headers_of_sales_are_asked_about() {
    let header = "Client,Warehouse,Product,2020-07-06,2020-07-13,2020-07-20,2020-07-27,\
                  2020-08-03,2020-08-10";
    let sold = table(header, 6, |at| format!("1,2,{at},0.0,7.0,1.0,0.0,0.0,3.0"));
    let price = table(header, 6, |at| format!("1,2,{at},,10.9,10.9,,,9.5"));
    let proposal =
        propose_texts(&[("Phase 0 - Sales.csv", &sold), ("Phase 0 - Price.csv", &price)]);
    let asked: Vec<&str> = proposal.questions.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(
        asked,
        ["the name of Phase 0 - Price.csv speaks of money: are the values below its headers \
             units all the same?"]
    );
    assert_eq!(of(&proposal, Feed::Sales).spec.files.len(), 1);
}

#[test]
fn a_row_of_totals_hides_no_column_and_two_are_told() {
    let row = |at: usize| match at {
        0..30 => format!("2024-01-{:02},T{},{}", at + 1, at % 4, at % 5 + 1),
        _ => "Total,,75".to_owned(),
    };
    let proposal = propose_texts(&[("daily.csv", &table("Date,Item,Qty", 31, row))]);
    assert!(proposal.is_certain(), "{proposal:#?}");
    let proposal = propose_texts(&[("daily.csv", &table("Date,Item,Qty", 32, row))]);
    let text = &proposal.questions[0].text;
    assert!(text.ends_with("says so: 2 of 32 values of `Date` are no days"), "{text}");
}

#[test]
fn a_row_of_totals_is_no_product() {
    let header = "item,Jan-19,Feb-19,Mar-19,Apr-19,May-19,Jun-19";
    let row = |at: usize| match at {
        0..30 => format!("A{at},1,2,3,4,5,6"),
        _ => "Grand Total,30,60,90,120,150,180".to_owned(),
    };
    let proposal = propose_texts(&[("months.csv", &table(header, 31, row))]);
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(sales.spec.null_texts, ["Grand Total"]);
    assert_eq!(
        sales.assumed,
        ["`Grand Total` in `item` is no product of months.csv: rows of totals are refused"]
    );
}

#[test]
fn a_question_about_dates_shows_one_that_differs() {
    let row = |at: usize| format!("{:02}/{:02}/2024,A,1", at / 6 + 1, at % 6 + 1);
    let proposal = propose_texts(&[("s.csv", &table("Date,Item,Qty", 36, row))]);
    let question = &proposal.questions[0];
    assert_eq!(question.found, "36 values such as `01/02/2024`");
    assert!(question.allowed.contains("`01/02/2024` is 2 January 2024"), "{}", question.allowed);
}

#[test]
fn times_of_no_place_are_told() {
    let row = |at: usize| format!("{at},2024-03-{:02}T23:30:00Z,S{},1", at % 28 + 1, at % 4);
    let text = table("order_id,created_at,sku,qty", 40, row);
    let proposal = propose_texts(&[("orders.csv", &text)]);
    let sales = of(&proposal, Feed::Sales);
    assert_eq!(sales.certainty, Certainty::Certain);
    assert_eq!(
        sales.assumptions().collect::<Vec<_>>(),
        ["created_at is in UTC, and so are the days of its rows: the files name no time zone"]
    );
}

#[test]
fn a_file_without_a_header_is_told_how_it_is_read() {
    let text = table("2024-01-01,A,2,1.50", 3, |at| format!("2024-01-02,B{at},3,2.50"));
    let proposal = propose_texts(&[("s.csv", &text)]);
    assert!(proposal.sources.is_empty());
    let told = &proposal.files[0].text;
    assert!(told.contains("its first row looks like data"), "{told}");
}
