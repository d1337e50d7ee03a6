//! Days whose year stands in a column of its own.

use super::columns::Mapping;
use super::derived::in_backticks;
use super::dictionary::normalise;
use super::group::Group;
use super::values::Values;
use super::{Certainty, ProposedColumn};
use crate::ColumnSource;
use shelfcast_retail::{Feed, Frequency};

/// Headers of years, months, weeks and days of the month, as the dictionary folds them.
const YEARS: [&str; 8] = ["year", "yr", "jahr", "annee", "ano", "anno", "jaar", "salesyear"];
const MONTHS: [&str; 10] = [
    "month",
    "monthno",
    "monthnumber",
    "monthname",
    "monat",
    "mois",
    "mes",
    "mese",
    "maand",
    "salesmonth",
];
const WEEKS: [&str; 12] = [
    "week",
    "weekno",
    "weeknumber",
    "weekofyear",
    "isoweek",
    "wk",
    "woche",
    "kw",
    "kalenderwoche",
    "semaine",
    "semana",
    "settimana",
];
const DAYS: [&str; 7] = ["day", "dayofmonth", "tag", "jour", "dia", "giorno", "dag"];
/// Names of months in English, the shorter as well.
const NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// A column of years begins after this and has fewer different values than that.
const FIRST_YEAR: i128 = 1990;
const MAX_YEARS: usize = 60;
/// No year has more weeks.
const MAX_WEEKS: usize = 53;

impl Mapping {
    /// Puts a day together of the columns for its parts, where no column writes it whole.
    pub(super) fn map_year_parts(&mut self, group: &Group) {
        if self.feed != Feed::Sales {
            return;
        }
        let named = |names: &[&str]| {
            let mut columns = group.headers.iter().zip(&group.values);
            columns.find(|(header, values)| {
                names.contains(&normalise(header).as_str()) && values.n_values > 0
            })
        };
        let are_years = |(_, values): &(&String, &Values)| {
            values.are_whole()
                && values.smallest.is_some_and(|year| (FIRST_YEAR..2100).contains(&year))
                && values.n_different() < MAX_YEARS
        };
        let Some((year, _)) = named(&YEARS).filter(are_years) else { return };
        let counts = |(_, values): &(&String, &Values), most: usize| {
            let begins = values.smallest.is_some_and(|first| (0..=12).contains(&first));
            values.are_whole() && begins && values.n_different() <= most
        };
        let month = named(&MONTHS).filter(|it| counts(it, 12) || is_named(it.1));
        let week = named(&WEEKS).filter(|it| counts(it, MAX_WEEKS));
        let day = named(&DAYS).filter(|it| counts(it, 31));
        let parts: Vec<&str> =
            [month, week, day].into_iter().flatten().map(|(header, _)| header.as_str()).collect();
        let known = self.header_of("sold_at");
        // A column that writes the whole day says more.
        if known.is_some_and(|header| header != year && !parts.contains(&header)) {
            return;
        }
        let (expression, period, named) = match (month, week, day) {
            (Some((month, _)), _, Some((day, _))) => (
                format!(
                    "concat({}, '-', {}, '-', {})",
                    in_backticks(year),
                    in_two(month),
                    in_two(day)
                ),
                Frequency::Day,
                format!("`{year}`, `{month}` and `{day}`"),
            ),
            (_, Some((week, _)), None) => (
                format!("concat({}, '-W', {})", in_backticks(year), in_backticks(week)),
                Frequency::Week,
                format!("`{year}` and `{week}`, a week of ISO 8601"),
            ),
            (Some((month, _)), None, None) => (
                format!("concat({}, '-', {}, '-01')", in_backticks(year), in_two(month)),
                Frequency::Month,
                format!("`{year}` and `{month}`"),
            ),
            _ => return,
        };
        self.forget(&["sold_at"]);
        self.period = Some(period);
        self.columns.push(ProposedColumn {
            column: "sold_at",
            source: ColumnSource::Computed(expression),
            certainty: Certainty::Certain,
            reason: format!("the day is put together of {named}"),
            assumption: (period == Frequency::Week)
                .then(|| format!("a row is a {period} that begins on the Monday of {named}")),
        });
    }
}

/// Whether values are names of months.
fn is_named(values: &Values) -> bool {
    let example = values.example.to_lowercase();
    values.n_different() <= NAMES.len()
        && example.len() >= 3
        && NAMES.iter().any(|name| name.to_lowercase().starts_with(&example))
}

/// A month or a day of the month in two digits.
fn in_two(header: &str) -> String {
    let name = in_backticks(header);
    let numbers = (1..10).map(|number| format!("{number}, '0{number}', "));
    let names = NAMES.iter().zip(1..).flat_map(|(name, number)| {
        let short = (name.len() > 3).then(|| format!("'{}', '{number:02}', ", &name[..3]));
        short.into_iter().chain([format!("'{name}', '{number:02}', ")])
    });
    let is_month = MONTHS.contains(&normalise(header).as_str());
    let pairs: String = numbers.chain(names.filter(|_| is_month)).collect();
    format!("decode({name}, {pairs}{name})")
}
