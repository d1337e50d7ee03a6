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
            "sale_id <- Name",
            "sold_at <- Created at",
            "product_id <- Lineitem sku",
            "quantity <- Lineitem quantity",
            "unit_price <- Lineitem price",
        ]
    );
    // A name of a person names no sale.
    let named = propose_texts(&[("orders_export.csv", &text.replace('#', "Ann "))]);
    assert_eq!(lines(of(&named, Feed::Sales))[0], "sale_id = row key");
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

#[test]
fn headers_that_name_a_currency_are_money_and_the_commonest_currency_comes_first() {
    for header in ["Unit Price (USD),Amount (USD)", "Price USD,Total USD", "price_usd,amount_usd"] {
        let text = table(&format!("Order No,Order Date,SKU,Qty,{header}"), 20, |at| {
            format!("{at},2024-01-{:02},A{},2,3.50,7.00", at + 1, at % 3)
        });
        let proposal = propose_texts(&[("s.csv", &text)]);
        let found = lines(of(&proposal, Feed::Sales));
        assert!(found.iter().any(|line| line.starts_with("unit_price <- ")), "{found:?}");
        assert!(found.iter().any(|line| line.starts_with("total <- ")), "{found:?}");
        assert_eq!(proposal.currencies, ["USD"], "{header}");
        assert!(proposal.unused.is_empty(), "{:?}", proposal.unused);
    }
    // Three of four rows are in dollars.
    let several = table("Order No,Order Date,SKU,Qty,Price,Currency", 20, |at| {
        let currency = if at % 4 == 0 { "EUR" } else { "USD" };
        format!("{at},2024-01-{:02},A{},2,3.50,{currency}", at + 1, at % 3)
    });
    let proposal = propose_texts(&[("s.csv", &several)]);
    assert_eq!(proposal.currencies, ["USD", "EUR"]);
    let beside = table("Order No,Order Date,SKU,Qty,Price", 20, |at| {
        let price = if at % 4 == 0 { "£3.50" } else { "$3.50" };
        format!("{at},2024-01-{:02},A{},2,{price}", at + 1, at % 3)
    });
    assert_eq!(propose_texts(&[("s.csv", &beside)]).currencies, ["USD", "GBP"]);
}

#[test]
fn prices_that_a_program_wrote_as_floats_are_prices() {
    let text = table("order,date,sku,qty,price", 40, |at| {
        let price = if at % 8 == 0 { "17.990000000000002" } else { "17.99" };
        format!("{at},2024-01-{:02},A{},2,{price}", at % 28 + 1, at % 3)
    });
    let proposal = propose_texts(&[("s.csv", &text)]);
    let found = lines(of(&proposal, Feed::Sales));
    assert!(found.contains(&"unit_price <- price".to_owned()), "{found:?}");
}

#[test]
fn gross_and_net_amounts_are_money_in_german() {
    let text = table("Bon-Nr.;Datum;Artikelnummer;Menge;VK brutto;Umsatz netto", 20, |at| {
        format!("{at};{:02}.01.2024;A{};2;3,50;7,00", at + 1, at % 3)
    });
    let found = lines(of(&propose_texts(&[("s.csv", &text)]), Feed::Sales));
    assert!(found.contains(&"unit_price <- VK brutto".to_owned()), "{found:?}");
    assert!(found.contains(&"total <- Umsatz netto".to_owned()), "{found:?}");
}

#[test]
fn columns_that_no_source_uses_are_named_with_the_reason() {
    let text = table("order,date,sku,qty,price,list price,flavour", 40, |at| {
        format!("{at},2024-01-{:02},A{},2,3.50,x{at},sour", at % 28 + 1, at % 3)
    });
    let proposal = propose_texts(&[("s.csv", &text)]);
    let found: Vec<(&str, Option<&str>)> = proposal
        .unused
        .iter()
        .map(|column| (column.header.as_str(), column.reason.as_deref()))
        .collect();
    let reason = "it may be sales.unit_price, but 40 of 40 values are no numbers (the first value \
                  is `x0`)";
    assert_eq!(found, [("list price", Some(reason)), ("flavour", None)]);
    assert!(!of(&proposal, Feed::Sales).lacks_money());
    let without = table("order,date,sku,qty", 20, |at| format!("{at},2024-01-{:02},A,2", at + 1));
    assert!(of(&propose_texts(&[("s.csv", &without)]), Feed::Sales).lacks_money());
}

#[test]
fn a_bare_code_beside_a_product_is_its_code() {
    for header in ["Date,Code,Product,Qty,Amount", "Date,Product,Nummer,Qty,Amount"] {
        let is_first = header.starts_with("Date,Code");
        let text = table(header, 20, |at| {
            let (code, name) = (100 + at % 3, format!("Tea {}", at % 3));
            let (left, right) =
                if is_first { (code.to_string(), name) } else { (name, code.to_string()) };
            format!("2024-01-{:02},{left},{right},2,7.00", at + 1)
        });
        let proposal = propose_texts(&[("s.csv", &text)]);
        let code = if is_first { "Code" } else { "Nummer" };
        let found = lines(of(&proposal, Feed::Sales));
        assert!(found.contains(&format!("product_id <- {code}")), "{found:?}");
        let products = lines(of(&proposal, Feed::Products));
        assert_eq!(products, [format!("product_id <- {code}"), "name <- Product".to_owned()]);
    }
    // A number that is another in each row is none of the product.
    let text = table("Date,Code,Product,Qty,Amount", 20, |at| {
        format!("2024-01-{:02},{at},Tea {},2,7.00", at + 1, at % 3)
    });
    let found = lines(of(&propose_texts(&[("s.csv", &text)]), Feed::Sales));
    assert!(found.contains(&"product_id <- Product".to_owned()), "{found:?}");
}

#[test]
fn a_weight_is_a_quantity_for_want_of_another() {
    let text = table("date,product,kg,price per kg,amount", 20, |at| {
        format!("2024-01-{:02},Tea {},0.25,20.00,5.00", at + 1, at % 3)
    });
    let proposal = propose_texts(&[("s.csv", &text)]);
    let found = lines(of(&proposal, Feed::Sales));
    assert!(found.contains(&"quantity <- kg".to_owned()), "{found:?}");
    assert!(found.contains(&"unit_price <- price per kg".to_owned()), "{found:?}");
}

#[test]
fn a_file_that_cannot_be_read_keeps_no_other_out() {
    let text = table("order,date,sku,qty", 20, |at| format!("{at},2024-01-{:02},A,2", at + 1));
    let (folder, mut paths) = super::tests::write(&[("s.csv", &text)]);
    let broken = folder.path().join("folder.csv");
    std::fs::create_dir(&broken).unwrap();
    paths.push(broken);
    let proposal = super::propose(&paths).unwrap();
    assert_eq!(feeds(&proposal), [Feed::Sales]);
    assert!(proposal.files.iter().any(|note| !note.used && note.file.ends_with("folder.csv")));
    assert!(super::propose(&[folder.path().join("nowhere.csv")]).is_err());
}
