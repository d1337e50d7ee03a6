//! Sales whose periods or products stand side by side in the header.

use super::columns::{Mapping, ask_for_mark, format_of};
use super::days::period_of;
use super::draft::{Draft, Role};
use super::feeds::{fill, refuse_sums, row_key};
use super::group::Group;
use super::missing::ask_for_missing;
use super::question::{Choice, Question, day_in_words};
use super::values::Values;
use super::wide::{Axis, Wide};
use super::{Certainty, ProposedColumn};
use crate::{ColumnSource, DateFormat, WideColumns};
use shelfcast_retail::{Day, Feed, SCALE};

/// Columns of sales that a wide file gives in its own way.
const WIDE: [&str; 7] = ["sale_id", "line", "quantity", "unit_price", "discount", "total", "cost"];

/// The sales of a wide file; `rest` are its columns that become no rows.
pub(super) fn sales(group: &Group, rest: &Group, wide: Wide) -> Draft {
    let mut mapping = Mapping::new(rest, Feed::Sales);
    mapping.forget(&WIDE);
    if !matches!(wide.axis, Axis::Products) {
        mapping.forget(&["sold_at"]);
    }
    let mut draft = Draft::new(rest, Feed::Sales, Role::Own);
    fill(&mut draft, mapping);
    let values: Vec<&Values> = wide.members.iter().map(|place| &group.values[*place]).collect();
    let (numbers, rival) = format_of(&values, &group.values);
    draft.spec.numbers = numbers;
    for null in values.iter().flat_map(|values| &values.null_texts) {
        if !draft.spec.null_texts.iter().any(|known| known == null) {
            draft.spec.null_texts.push((*null).to_owned());
        }
    }
    let whole = values.iter().filter(|values| values.n_values > 0).all(|values| values.are_whole());
    draft.columns.push(row_key());
    let is_long = values.iter().any(|values| values.has_long());
    let mut quantity = quantity(whole, is_long);
    let ambiguous =
        rival.and_then(|pair| Some((pair, values.iter().find(|it| it.are_rival(pair))?)));
    if let Some((rival, values)) = ambiguous {
        quantity.certainty = Certainty::Question;
        let asked = ask_for_mark(group, Feed::Sales, WideColumns::VALUE, &values.example, rival);
        draft.questions.push(asked);
    }
    draft.columns.push(quantity);
    if group.names_money() && draft.question("quantity").is_none() {
        draft.columns.retain(|column| column.column != "quantity");
        draft.questions.push(ask_for_units(group, &draft.stem));
    }
    let first = wide.members.first().map_or("", |place| group.headers[*place].as_str());
    let last = wide.members.last().map_or("", |place| group.headers[*place].as_str());
    draft.reason = format!(
        "{} has a column for each of {} {}, `{first}` to `{last}`",
        group.label(),
        wide.members.len(),
        if matches!(wide.axis, Axis::Products) { "products" } else { "periods" },
    );
    if let Some(header) = &wide.copied {
        draft.questions.push(ask_for_one_each(group, header));
    }
    match wide.axis {
        Axis::Dates { formats, days } => name_days(&mut draft, group, &formats, &days, first),
        Axis::Numbered { first, header, prefix } => {
            draft.questions.push(ask_for_first(group, first, &header, &prefix));
        }
        Axis::Repeated { header, word } => {
            let n_periods = wide.members.len();
            draft.questions.push(ask_for_start(group, n_periods, &header, &word));
        }
        Axis::Products => name_products(&mut draft),
    }
    name_rows(&mut draft, rest);
    refuse_sums(rest, &mut draft);
    draft.wide_headers = wide.members.iter().map(|place| group.headers[*place].clone()).collect();
    draft.spec.wide = Some(wide.spec);
    ask_for_missing(rest, &mut draft);
    draft
}

fn column(
    column: &'static str,
    source: ColumnSource,
    certainty: Certainty,
    reason: &str,
) -> ProposedColumn {
    ProposedColumn { column, source, certainty, reason: reason.to_owned(), assumption: None }
}

fn quantity(whole: bool, is_long: bool) -> ProposedColumn {
    if is_long {
        let rounded = format!("round({}, {SCALE})", WideColumns::VALUE);
        let reason = "the values under these headers are numbers, some of more decimals than are \
                      kept: they are rounded";
        return column("quantity", ColumnSource::Computed(rounded), Certainty::Likely, reason);
    }
    let (certainty, reason) = match whole {
        true => (Certainty::Certain, "the values under these headers are whole numbers"),
        false => (Certainty::Likely, "the values under these headers are numbers"),
    };
    column("quantity", ColumnSource::header(WideColumns::VALUE), certainty, reason)
}

/// The header is the day.
fn name_days(draft: &mut Draft, group: &Group, formats: &[DateFormat], days: &[Day], first: &str) {
    let source = |format: &DateFormat| match format {
        DateFormat::Iso => ColumnSource::header(WideColumns::NAME),
        _ => ColumnSource::dates(WideColumns::NAME, format.clone()),
    };
    if let [format] = formats {
        let reason = format!("{} headers are days written as {format}", days.len());
        draft.columns.push(column("sold_at", source(format), Certainty::Certain, &reason));
        if let Some(period) = period_of(days) {
            draft.spec.period = period;
            draft
                .notes
                .push(format!("a value is a {period}: the days of the headers are one apart"));
        }
        return;
    }
    let text = format!("how do the headers of {} write days?", group.label());
    let option =
        |format: &DateFormat| (Choice::Column(source(format)), day_in_words(format, first));
    let question = Question::new(Feed::Sales, "sold_at", group.label(), text)
        .about(WideColumns::NAME, format!("{} headers such as `{first}`", days.len()))
        .with_options(formats.iter().map(option).collect());
    draft.questions.push(question);
}

/// Two columns of one period add up, or one of them is something else.
fn ask_for_one_each(group: &Group, header: &str) -> Question {
    let text = format!(
        "{} has several columns called `{header}`: was what stands in each of them sold?",
        group.label()
    );
    let both = ColumnSource::header(WideColumns::VALUE);
    let reason = format!("the columns called `{header}` add up, and so do all others of one name");
    Question::new(Feed::Sales, "quantity", group.label(), text)
        .about(WideColumns::VALUE, format!("`{header}` more than once"))
        .with_options(vec![(Choice::Column(both), reason)])
        .allowing("a file without those that are something else; or leave it out with sales=no")
}

/// Files of prices have the same headers as files of units.
fn ask_for_units(group: &Group, stem: &str) -> Question {
    let text = format!(
        "the name of {} speaks of money: are the values below its headers units all the same?",
        group.label()
    );
    let units = ColumnSource::header(WideColumns::VALUE);
    Question::new(Feed::Sales, "quantity", group.label(), text)
        .about(WideColumns::VALUE, format!("the name {}", group.label()))
        .with_options(vec![(Choice::Column(units), "they are units".to_owned())])
        .allowing(&format!("or leave the file out with --answer '{stem}:sales=no'"))
}

/// The header counts periods from a day that no file says.
fn ask_for_first(group: &Group, first: i64, header: &str, prefix: &str) -> Question {
    let unit = unit_of(prefix);
    let text = format!(
        "on which day did the period called `{header}` in {} begin, and is each a day, a week or \
         a month?",
        group.label()
    );
    Question::new(Feed::Sales, "sold_at", group.label(), text)
        .about(WideColumns::NAME, format!("headers that count from `{header}`"))
        .allowing(&format!(
            "`{unit} {first} = YYYY-MM-DD`, the day on which {unit} {first} began, as in \
             --answer 'sales.sold_at={unit} {first} = 2024-01-01'; or day, week or month with any \
             other number"
        ))
}

fn unit_of(prefix: &str) -> &'static str {
    match prefix.chars().next() {
        Some('d') => "day",
        Some('w' | 'k') => "week",
        _ => "month",
    }
}

/// The numbers of the headers begin again: the periods are counted by their places.
fn ask_for_start(group: &Group, n_periods: usize, header: &str, word: &str) -> Question {
    let unit = unit_of(word);
    let text = format!(
        "on which day did the first of the {n_periods} periods of {} begin, the one called \
         `{header}`, and is each a day, a week or a month?",
        group.label()
    );
    let found = format!("{n_periods} headers from `{header}` on, whose numbers begin again");
    Question::new(Feed::Sales, "sold_at", group.label(), text)
        .about(WideColumns::POSITION, found)
        .allowing(&format!(
            "`{unit} 1 = YYYY-MM-DD`, the day on which the first of them began, as in \
             --answer 'sales.sold_at={unit} 1 = 2024-01-01'; the others follow by their places"
        ))
}

/// The header is the product.
fn name_products(draft: &mut Draft) {
    draft.columns.retain(|column| column.column != "product_id");
    draft.columns.push(column(
        "product_id",
        ColumnSource::header(WideColumns::NAME),
        Certainty::Certain,
        "one column tells the period, and all other headers have numbers below them",
    ));
}

/// The one column that names each record names a product.
fn name_rows(draft: &mut Draft, rest: &Group) {
    if draft.columns.iter().any(|column| column.column == "product_id") {
        return;
    }
    let names: Vec<&String> = rest
        .headers
        .iter()
        .zip(&rest.values)
        .filter(|(_, values)| values.n_values > 0 && !values.repeat())
        .map(|(header, _)| header)
        .collect();
    if let [header] = names.as_slice() {
        draft.columns.push(column(
            "product_id",
            ColumnSource::header(header.as_str()),
            Certainty::Likely,
            &format!("`{header}` alone has another value in each row"),
        ));
    }
}
