//! Lines of sales whose day stands in another file, at the head of their order.

use super::columns::Mapping;
use super::dictionary::{Fit, fitting, normalise};
use super::draft::{Draft, Role};
use super::feeds;
use super::group::Group;
use crate::LookupSpec;
use crate::chunk::{TextChunk, TextColumn};
use crate::lookup::{MAX_TEXT_BYTES, Table};
use shelfcast_retail::Feed;
use std::cmp::Reverse;
use std::path::Path;

/// Of 100 lines so many must find their head.
const FOUND_PERCENT: u64 = 95;
/// Headers of a list's own number, as the dictionary folds them.
const OWN_NUMBERS: [&str; 6] = ["id", "number", "no", "nr", "nummer", "key"];
/// What a line says for itself: at the head of an order the sum of all of them may stand.
pub(super) const OF_LINES: [&str; 7] =
    ["line", "product_id", "quantity", "unit_price", "discount", "total", "cost"];
/// Columns that name something else than the sale.
const OF_OTHERS: [&str; 3] = ["product_id", "location_id", "customer_id"];
/// Feeds of which a list of heads alone is none.
const EVENTS: [Feed; 4] = [Feed::Sales, Feed::PurchaseOrders, Feed::Receipts, Feed::Movements];

/// Has lines without a day looked up in the list of their heads, where there is one; `drafts` are
/// those of each of the `groups`.
pub(super) fn join(groups: &[Group], drafts: &mut [Vec<Draft>]) {
    for lines in 0..groups.len() {
        let of_lines = &drafts[lines];
        if !of_lines.iter().any(lacks_day) && !are_parts_of_sales(&groups[lines], of_lines) {
            continue;
        }
        let others = (0..groups.len()).filter(|heads| *heads != lines);
        let joined =
            others.filter_map(|heads| Some((heads, best_join(&groups[lines], &groups[heads])?)));
        // Of several the one that knows most lines, and of these the first.
        let best = joined.max_by_key(|(heads, joined)| (joined.n_found, Reverse(*heads)));
        let Some((heads, joined)) = best else { continue };
        let of_sales = |draft: &Draft| draft.feed == Feed::Sales && draft.role == Role::Own;
        // The number that a buyer gave the order makes it no order of ours.
        let mapping = Mapping::new(&joined.group, Feed::Sales);
        let mut sales = feeds::draft(&joined.group, Feed::Sales, Role::Own, mapping);
        joined.tell(&mut sales, &groups[lines], &groups[heads]);
        drafts[lines].retain(|draft| !of_sales(draft));
        drafts[lines].push(sales);
        drafts[heads].retain(|draft| !EVENTS.contains(&draft.feed));
    }
}

/// Sales of products of which no header says the day.
fn lacks_day(draft: &Draft) -> bool {
    let is_asked = draft.question("sold_at").is_some_and(|asked| asked.header.is_none());
    let has_product = draft.columns.iter().any(|column| column.column == "product_id");
    draft.feed == Feed::Sales && draft.role == Role::Own && is_asked && has_product
}

/// Rows of which several belong to one sale, with units or prices, that nothing else makes events.
fn are_parts_of_sales(group: &Group, drafts: &[Draft]) -> bool {
    let is_event = |draft: &Draft| draft.role == Role::Own && EVENTS.contains(&draft.feed);
    let named = |column: &str| {
        let named = fitting(Feed::Sales, column, &group.headers).into_iter();
        let named = named.filter(|(_, fit)| *fit < Fit::Weak);
        named.filter_map(|(header, _)| group.values_of(header)).collect::<Vec<_>>()
    };
    !drafts.iter().any(is_event)
        && named("sale_id").iter().any(|values| values.repeat())
        && ["quantity", "unit_price"].iter().any(|column| {
            named(column).iter().any(|values| values.n_values > 0 && values.are_numeric())
        })
}

/// Lines, with the columns of their heads.
struct Joined {
    group: Group,
    /// The header of the lines that is looked up.
    key: String,
    n_found: u64,
}

fn best_join(lines: &Group, heads: &Group) -> Option<Joined> {
    if !is_list_of_heads(heads) {
        return None;
    }
    // Of equals the last is taken, so the first.
    let joined = keys(lines, heads).into_iter().rev().filter_map(|(own, theirs)| {
        let joined = Joined::new(lines, heads, own, theirs)?;
        (joined.n_found * 100 >= joined.group.n_rows * FOUND_PERCENT).then_some(joined)
    });
    joined.max_by_key(|joined| joined.n_found)
}

/// A list that says days and no products.
fn is_list_of_heads(group: &Group) -> bool {
    let products = fitting(Feed::Sales, "product_id", &group.headers);
    let names_products = products.iter().any(|(_, fit)| *fit < Fit::Weak);
    !names_products && group.values.iter().any(|values| !values.date_formats().is_empty())
}

/// Pairs of headers that may be the same number: one of the lines, and one that stands once in the
/// list of heads.
fn keys<'g>(lines: &'g Group, heads: &'g Group) -> Vec<(&'g str, &'g str)> {
    let is_other = |header: &str| {
        let header = [header.to_owned()];
        let names = |column: &&str| !fitting(Feed::Sales, column, &header).is_empty();
        OF_OTHERS.iter().any(names)
    };
    let numbered = heads.headers.iter().zip(&heads.values);
    let numbered = numbered.filter(|(_, values)| values.n_values > 0 && !values.repeat());
    let mut pairs = Vec::new();
    for (theirs, _) in numbered {
        let name = normalise(theirs);
        let is_number = is_sale(theirs) || OWN_NUMBERS.contains(&name.as_str());
        let fits =
            |own: &&String| !is_other(own) && (normalise(own) == name || is_number && is_sale(own));
        pairs.extend(lines.headers.iter().filter(fits).map(|own| (own.as_str(), theirs.as_str())));
    }
    pairs
}

fn is_sale(header: &str) -> bool {
    let header = [header.to_owned()];
    fitting(Feed::Sales, "sale_id", &header).iter().any(|(_, fit)| *fit < Fit::Weak)
}

impl Joined {
    /// Reads the heads and then the lines once more; `None` where that cannot be done.
    fn new(lines: &Group, heads: &Group, own: &str, theirs: &str) -> Option<Self> {
        let lookup = lookup(lines, heads, own, theirs);
        let table = Table::read(&lookup, &[], Path::new(""), MAX_TEXT_BYTES).ok()?;
        let place = lines.headers.iter().position(|header| header == own)?;
        let mut joined = lines.with_lookup(lookup);
        let mut n_found = 0;
        lines.read_again(|chunk| {
            let chunk = widened(chunk, place, &table, &mut n_found);
            joined.look_at(&chunk);
        })?;
        Some(Self { group: joined, key: own.to_owned(), n_found })
    }

    /// Says where the day comes from, and of how many lines it is not known.
    fn tell(&self, sales: &mut Draft, lines: &Group, heads: &Group) {
        let (label, heads) = (lines.label(), heads.label());
        sales.reason = sales.reason.replacen(&label, &format!("{label}, looked up in {heads},"), 1);
        let n_rows = self.group.n_rows;
        match n_rows - self.n_found {
            0 => sales.notes.push(format!(
                "`{}` of all {n_rows} rows stands in {heads}, once: what the rows lack is looked up \
                 there",
                self.key
            )),
            n_lost => sales.assumed.push(format!(
                "`{}` of {n_lost} of {n_rows} rows of {label} stands nowhere in {heads}, or there \
                 with different values: these rows are refused until it does",
                self.key
            )),
        }
    }
}

/// A chunk of lines with the columns of their heads behind its own.
fn widened(mut chunk: TextChunk, key: usize, table: &Table, n_found: &mut u64) -> TextChunk {
    let (keys, rows): ([&TextColumn; 1], usize) = ([&chunk.columns()[key]], chunk.rows());
    let mut n_lost = 0;
    let columns = table.join(&keys, rows, |_, _, _| n_lost += 1);
    *n_found += rows as u64 - n_lost;
    chunk.columns.extend(columns);
    chunk
}

/// A look-up of everything that the heads may say of their lines.
fn lookup(lines: &Group, heads: &Group, own: &str, theirs: &str) -> LookupSpec {
    let is_of_line = |header: &String| {
        let header = std::slice::from_ref(header);
        OF_LINES.iter().any(|column| !fitting(Feed::Sales, column, header).is_empty())
    };
    // The number that the lines have names the sale; another one of the head adds nothing.
    let is_other_number = |header: &str| is_sale(own) && is_sale(header);
    let is_taken =
        |header: &&String| *header != theirs && !is_of_line(header) && !is_other_number(header);
    let taken = heads.headers.iter().filter(is_taken);
    let named = taken.map(|header| match lines.headers.contains(header) {
        true => (format!("{header} of {}", heads.stem()), header.clone()),
        false => (header.clone(), header.clone()),
    });
    let spec = heads.spec(Feed::Sales);
    LookupSpec {
        files: spec.files,
        delimiter: spec.delimiter,
        sheet: spec.sheet,
        header_rows: spec.header_rows,
        first_row: spec.first_row,
        key: [(own.to_owned(), theirs.to_owned())].into(),
        columns: named.collect(),
    }
}
