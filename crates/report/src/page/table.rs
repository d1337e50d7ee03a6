//! A table of the page: cells that read well and sort exactly.

use serde::Serialize;

use crate::decimal::Exact;

/// The most rows of one table that the page holds; the CSV tables hold all.
pub(crate) const ROWS_SHOWN: usize = 1_000;
/// The most rows of a table that is one of many: the first of a ranking.
pub(crate) const FIRST_ROWS: usize = 100;

/// A table with its caption, or the sentence that stands in its place.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(crate) struct Table {
    /// Stable id in the page.
    pub(crate) id: &'static str,
    /// What a row is.
    pub(crate) caption: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// Said instead of a table without rows.
    pub(crate) empty: String,
    /// What a select narrows the table by, and its options with their number of rows.
    pub(crate) narrow: Option<Narrow>,
    /// Rows of the CSV table that the page leaves out.
    pub(crate) left_out: String,
    /// File name of the CSV table without `.csv`; empty if there is none.
    pub(crate) csv: &'static str,
    /// Whether a row opens to show more.
    pub(crate) opens: bool,
}

/// A column's heading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Column {
    pub(crate) title: String,
    pub(crate) is_number: bool,
}

/// A select that narrows a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Narrow {
    pub(crate) label: &'static str,
    pub(crate) options: Vec<(String, usize)>,
    /// Whether one group is always chosen, the first at the start.
    pub(crate) is_one: bool,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Cell>,
    /// The row's option in the table's select.
    pub(crate) group: String,
    /// What opens under the row.
    pub(crate) detail: Option<Detail>,
}

/// An order line's arithmetic and sentence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Detail {
    pub(crate) id: String,
    pub(crate) sentence: String,
    pub(crate) steps: Vec<Step>,
    /// What the steps add up to.
    pub(crate) sum: String,
    /// What is wrong with the sum, or empty.
    pub(crate) problem: String,
    pub(crate) is_assumed: bool,
}

/// One step of an order line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) quantity: String,
    pub(crate) running: String,
    pub(crate) note: String,
}

/// A cell: what is read, what is sorted by.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(crate) struct Cell {
    pub(crate) text: String,
    /// Small print under the text.
    pub(crate) small: String,
    /// The number to sort by, and for a test to read; text sorts by itself.
    pub(crate) value: Option<String>,
    /// A badge in the cell, as in `assumed`.
    pub(crate) badge: String,
    /// The series whose pictures the cell leads to, as in `product/P-1`.
    pub(crate) series: Option<String>,
    /// Nothing is known here.
    pub(crate) is_unknown: bool,
    /// How dark the cell is shaded, 1 to 10; 0 is not.
    pub(crate) shade: u8,
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(crate) fn named(name: &str, id: &str) -> Self {
        match name.is_empty() || name == id {
            true => Self::text(id),
            false => Self { text: name.into(), small: id.into(), ..Self::default() },
        }
    }

    pub(crate) fn unknown() -> Self {
        Self { text: "not known".into(), is_unknown: true, ..Self::default() }
    }

    /// Not known, with the reason under it.
    pub(crate) fn because(reason: impl Into<String>) -> Self {
        Self { small: reason.into(), ..Self::unknown() }
    }

    /// Shaded by a share of the darkest, 0-1; what is above zero is never without shade.
    pub(crate) fn shaded(self, share: f64) -> Self {
        let shade = if share > 0.0 { (share * 10.0).ceil().clamp(1.0, 10.0) as u8 } else { 0 };
        Self { shade, ..self }
    }

    pub(crate) fn number(text: impl Into<String>, value: impl ToString) -> Self {
        Self { text: text.into(), value: Some(value.to_string()), ..Self::default() }
    }

    /// Money with two places; the exact value is what is sorted by.
    pub(crate) fn money(amount: Option<&str>) -> Self {
        Self::decimal(amount, |exact| exact.written(2))
    }

    /// A quantity with as many places as it has.
    pub(crate) fn quantity(quantity: Option<&str>) -> Self {
        Self::decimal(quantity, Exact::trimmed)
    }

    pub(crate) fn day(day: Option<shelfcast_charts::Day>) -> Self {
        day.map_or_else(Self::unknown, |day| Self::number(shelfcast_charts::written_day(day), day))
    }

    pub(crate) fn count(count: u64) -> Self {
        Self::number(Exact::from(count).trimmed(), count)
    }

    /// A share from 0 to 1 in whole per cent.
    pub(crate) fn share(share: Option<f64>) -> Self {
        share
            .filter(|share| share.is_finite())
            .map_or_else(Self::unknown, |share| Self::number(per_cent(share), share))
    }

    fn decimal(text: Option<&str>, write: impl Fn(Exact) -> String) -> Self {
        match text.map(|text| (text, Exact::parse(text))) {
            None => Self::unknown(),
            Some((_, Some(exact))) => Self::number(write(exact), exact.plain()),
            Some((text, None)) => Self::text(text),
        }
    }
}

/// A share in whole per cent; a share that is neither 0 nor 1 never reads `0 %` or `100 %`.
pub(crate) fn per_cent(share: f64) -> String {
    match share * 100.0 {
        low if low > 0.0 && low < 0.5 => "<\u{a0}1\u{a0}%".into(),
        high if (99.5..100.0).contains(&high) => ">\u{a0}99\u{a0}%".into(),
        percent => format!("{percent:.0}\u{a0}%"),
    }
}

/// A mart's word for a reader: `will_run_out` becomes `will run out`.
pub(crate) fn words(word: &str) -> String {
    word.replace('_', " ")
}

impl Table {
    /// Names the columns; a title that begins with `#` is of numbers.
    pub(crate) fn with_columns(mut self, titles: &[&str]) -> Self {
        let column = |title: &&str| match title.strip_prefix('#') {
            Some(title) => Column { title: title.trim().into(), is_number: true },
            None => Column { title: (*title).into(), is_number: false },
        };
        self.columns = titles.iter().map(column).collect();
        self
    }

    /// Takes the first rows that the page holds, and says how many are left out.
    pub(crate) fn with_rows(self, rows: Vec<Row>) -> Self {
        self.with_first(ROWS_SHOWN, rows)
    }

    /// Takes the first rows of a ranking, and says how many are left out.
    pub(crate) fn with_first_rows(self, rows: Vec<Row>) -> Self {
        self.with_first(FIRST_ROWS, rows)
    }

    fn with_first(mut self, most: usize, mut rows: Vec<Row>) -> Self {
        let left_out = rows.len().saturating_sub(most);
        if left_out > 0 {
            rows.truncate(most);
            let count = Exact::from(left_out as u64).trimmed();
            self.left_out = match self.csv {
                "" => format!("{count} more are not shown."),
                csv => format!("{count} more rows are in tables/{csv}.csv."),
            };
        }
        self.rows = rows;
        self
    }

    /// Adds a select over the rows' groups.
    pub(crate) fn narrowed_by(mut self, label: &'static str) -> Self {
        let mut counts = std::collections::BTreeMap::<&str, usize>::new();
        for row in &self.rows {
            *counts.entry(&row.group).or_default() += 1;
        }
        let options = counts.into_iter().map(|(group, count)| (group.to_owned(), count)).collect();
        self.narrow = Some(Narrow { label, options, is_one: false });
        self
    }

    /// Adds a select that shows one group at a time, in the order of the rows.
    pub(crate) fn one_at_a_time(mut self, label: &'static str) -> Self {
        let groups = self.rows.chunk_by(|one, next| one.group == next.group);
        let options = groups.map(|rows| (rows[0].group.clone(), rows.len())).collect();
        self.narrow = Some(Narrow { label, options, is_one: true });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_that_is_not_all_never_reads_as_all() {
        assert_eq!(per_cent(0.998), ">\u{a0}99\u{a0}%");
        assert_eq!(per_cent(1.0), "100\u{a0}%");
        assert_eq!(per_cent(0.001), "<\u{a0}1\u{a0}%");
        assert_eq!(per_cent(0.0), "0\u{a0}%");
        assert_eq!(per_cent(0.805), "80\u{a0}%");
    }

    #[test]
    fn a_table_holds_its_first_rows_and_says_how_many_are_elsewhere() {
        let rows = vec![Row::default(); ROWS_SHOWN + 1234];
        let table = Table { csv: "orders", ..Table::default() }.with_rows(rows);
        assert_eq!(table.rows.len(), ROWS_SHOWN);
        assert_eq!(table.left_out, "1,234 more rows are in tables/orders.csv.");
    }

    #[test]
    fn a_select_of_one_group_at_a_time_keeps_the_order_of_the_rows() {
        let row = |group: &str| Row { group: group.into(), ..Row::default() };
        let rows = vec![row("month"), row("month"), row("day")];
        let narrow = Table::default().with_rows(rows).one_at_a_time("By").narrow.unwrap();
        assert_eq!(narrow.options, [("month".to_owned(), 2), ("day".to_owned(), 1)]);
        assert!(narrow.is_one);
    }

    #[test]
    fn only_nothing_is_without_shade() {
        let shade = |share: f64| Cell::text("").shaded(share).shade;
        assert_eq!([0.0, 0.001, 0.1, 0.95, 1.0, 3.0].map(shade), [0, 1, 1, 10, 10, 10]);
    }

    #[test]
    fn money_reads_rounded_and_sorts_exactly() {
        let cell = Cell::money(Some("1234.5650"));
        assert_eq!((cell.text.as_str(), cell.value.as_deref()), ("1,234.56", Some("1234.565")));
        assert!(Cell::money(None).is_unknown);
        assert_eq!(Cell::money(Some("n/a")).text, "n/a");
    }
}
