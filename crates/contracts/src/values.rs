use shelfcast_retail::{Column, ColumnKind, ZoneRules};
use shelfcast_sources::{
    ColumnSource, DateFormat, Moment, NumberFormat, SourceError, SourceSpec, TextColumn,
};

/// Ten-thousandths that Decimal128(18, 4) holds, exclusive.
const DECIMAL_LIMIT: i64 = 10_i64.pow(18);
/// Ten-thousandths that Decimal128(5, 4) holds, exclusive.
const RATE_LIMIT: i64 = 10_i64.pow(5);
const ONE: i128 = 10_000;

/// The values of one column of a chunk; nothing is `None`.
pub(crate) enum Values<'a> {
    Text(Vec<Option<&'a str>>),
    /// Ten-thousandths: money, quantities and rates.
    Decimal(Vec<Option<i64>>),
    Integer(Vec<Option<i64>>),
    /// Days since 1970-01-01.
    Day(Vec<Option<i32>>),
    Instant(Vec<Option<Moment>>),
    Flag(Vec<Option<bool>>),
}

impl Values<'_> {
    /// The value in the unit of limits; `None` for text, flags and nothing.
    pub(crate) fn measure(&self, row: usize) -> Option<i128> {
        match self {
            Self::Decimal(values) | Self::Integer(values) => values[row].map(i128::from),
            Self::Instant(values) => values[row].map(|moment| i128::from(moment.instant)),
            Self::Day(values) => values[row].map(i128::from),
            Self::Text(_) | Self::Flag(_) => None,
        }
    }

    /// Ten-thousandths; `None` where the column holds no decimals.
    pub(crate) fn decimals(&self) -> Option<&[Option<i64>]> {
        match self {
            Self::Decimal(values) => Some(values),
            _ => None,
        }
    }

    /// The rows whose measure does not hold; nothing always does.
    pub(crate) fn rows_beyond(&self, holds: impl Fn(i128) -> bool) -> Vec<usize> {
        fn beyond<T: Copy>(values: &[Option<T>], holds: impl Fn(T) -> bool) -> Vec<usize> {
            let rows = values.iter().enumerate();
            rows.filter(|(_, value)| value.is_some_and(|value| !holds(value)))
                .map(|(row, _)| row)
                .collect()
        }
        match self {
            Self::Decimal(values) | Self::Integer(values) => {
                beyond(values, |value| holds(i128::from(value)))
            }
            Self::Instant(values) => beyond(values, |moment| holds(i128::from(moment.instant))),
            Self::Day(values) => beyond(values, |day| holds(i128::from(day))),
            Self::Text(_) | Self::Flag(_) => Vec::new(),
        }
    }

    /// The rows that hold nothing.
    pub(crate) fn rows_of_nothing(&self) -> Vec<usize> {
        fn nothing<T>(values: &[Option<T>]) -> Vec<usize> {
            let rows = values.iter().enumerate();
            rows.filter(|(_, value)| value.is_none()).map(|(row, _)| row).collect()
        }
        match self {
            Self::Text(values) => nothing(values),
            Self::Decimal(values) | Self::Integer(values) => nothing(values),
            Self::Instant(values) => nothing(values),
            Self::Day(values) => nothing(values),
            Self::Flag(values) => nothing(values),
        }
    }

    pub(crate) fn is_nothing(&self, row: usize) -> bool {
        match self {
            Self::Text(values) => values[row].is_none(),
            Self::Flag(values) => values[row].is_none(),
            _ => self.measure(row).is_none(),
        }
    }

    /// Appends bytes that differ when the values differ.
    pub(crate) fn write_key(&self, row: usize, key: &mut Vec<u8>) {
        match self {
            Self::Text(values) => {
                let text = values[row].unwrap_or_default();
                key.extend_from_slice(&(text.len() as u64).to_le_bytes());
                key.extend_from_slice(text.as_bytes());
            }
            Self::Flag(values) => key.push(values[row].map_or(2, u8::from)),
            _ => {
                key.push(u8::from(self.is_nothing(row)));
                key.extend_from_slice(&self.measure(row).unwrap_or(0).to_le_bytes());
            }
        }
    }
}

/// A text that could not become a value.
pub(crate) struct Unreadable {
    pub(crate) row: usize,
    /// It is a number, but larger than the table's column.
    pub(crate) is_too_large: bool,
}

/// How the text of one column is read.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    kind: ColumnKind,
    numbers: NumberFormat,
    dates: DateFormat,
    zone: Option<ZoneRules>,
    null_texts: Vec<String>,
}

impl Reading {
    pub(crate) fn new(column: &Column, spec: &SourceSpec) -> Result<Self, SourceError> {
        let dates = spec.columns.get(column.name).and_then(ColumnSource::date_format);
        Ok(Self {
            kind: column.kind,
            numbers: spec.numbers_of(column.name),
            dates: dates.cloned().unwrap_or_default(),
            zone: spec.zone_rules()?,
            null_texts: spec.null_texts.clone(),
        })
    }

    /// Reads a column; one that the file does not have is `rows` times nothing.
    pub(crate) fn read<'a>(
        &self,
        column: Option<&'a TextColumn>,
        rows: usize,
    ) -> (Values<'a>, Vec<Unreadable>) {
        let texts: Vec<Option<&'a str>> = match column {
            None => vec![None; rows],
            Some(column) => column.iter().map(|text| self.something(text)).collect(),
        };
        let mut unreadable = Vec::new();
        let found = &mut unreadable;
        let values = match self.kind {
            ColumnKind::Text | ColumnKind::Id => Values::Text(texts),
            ColumnKind::Money | ColumnKind::Quantity => {
                Values::Decimal(self.decimals(&texts, DECIMAL_LIMIT, found))
            }
            ColumnKind::Rate => Values::Decimal(self.decimals(&texts, RATE_LIMIT, found)),
            ColumnKind::Integer => {
                Values::Integer(convert(&texts, found, |text| self.integer(text)))
            }
            ColumnKind::Day => Values::Day(convert(&texts, found, |text| {
                self.dates.day(text).map(shelfcast_retail::Day::epoch_days)
            })),
            ColumnKind::Instant => Values::Instant(convert(&texts, found, |text| {
                self.dates.moment(text, self.zone.as_ref())
            })),
            ColumnKind::Flag => Values::Flag(convert(&texts, found, flag)),
        };
        (values, unreadable)
    }

    /// What may stand in the column, for messages.
    pub(crate) fn allowed(&self) -> String {
        match self.kind {
            ColumnKind::Text | ColumnKind::Id => "text".to_owned(),
            ColumnKind::Money | ColumnKind::Quantity | ColumnKind::Rate => {
                let marks = match self.numbers.thousands_mark {
                    Some(mark) => format!(" and thousands mark `{mark}`"),
                    None => String::new(),
                };
                let decimal_mark = self.numbers.decimal_mark;
                format!("a number of at most 4 decimals with decimal mark `{decimal_mark}`{marks}")
            }
            ColumnKind::Integer => "a whole number".to_owned(),
            ColumnKind::Day => format!("a day written as {}", self.dates),
            ColumnKind::Instant => format!("a day or date-time written as {}", self.dates),
            ColumnKind::Flag => "yes or no, true or false, 1 or 0".to_owned(),
        }
    }

    /// What a number must stay below, for messages.
    pub(crate) fn allowed_size(&self) -> &'static str {
        match self.kind {
            ColumnKind::Rate => "a number of one digit before the decimal mark",
            _ => "a number of at most 14 digits before the decimal mark",
        }
    }

    fn something<'a>(&self, text: &'a str) -> Option<&'a str> {
        let is_bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
        let (first, last) = (text.as_bytes().first(), text.as_bytes().last());
        let text = if is_bare(first) && is_bare(last) { text } else { text.trim() };
        let is_null = text.is_empty() || self.null_texts.iter().any(|null| null == text);
        (!is_null).then_some(text)
    }

    fn decimals(
        &self,
        texts: &[Option<&str>],
        limit: i64,
        unreadable: &mut Vec<Unreadable>,
    ) -> Vec<Option<i64>> {
        let mut read = |(row, text): (usize, &Option<&str>)| {
            let parts = self.parts((*text)?);
            match parts.map(i64::try_from) {
                Some(Ok(parts)) if parts.abs() < limit => return Some(parts),
                other => unreadable.push(Unreadable { row, is_too_large: other.is_some() }),
            }
            None
        };
        texts.iter().enumerate().map(&mut read).collect()
    }

    fn integer(&self, text: &str) -> Option<i64> {
        let parts = self.parts(text)?;
        if parts % ONE != 0 {
            return None;
        }
        i64::try_from(parts / ONE).ok()
    }

    fn parts(&self, text: &str) -> Option<i128> {
        match plain_parts(text.as_bytes(), self.numbers.decimal_mark) {
            Some(parts) => Some(i128::from(parts)),
            None if self.kind == ColumnKind::Rate => self.numbers.rate_parts(text),
            None => self.numbers.parts(text),
        }
    }
}

/// What nearly every number is, read without a copy: at most 14 digits, then
/// perhaps the mark and at most four decimals. The format reads the others.
fn plain_parts(text: &[u8], decimal_mark: char) -> Option<i64> {
    let (is_negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let whole_digits = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole, rest) = digits.split_at(whole_digits);
    let decimals = match rest {
        [] => rest,
        [mark, decimals @ ..] if char::from(*mark) == decimal_mark && !decimals.is_empty() => {
            decimals
        }
        _ => return None,
    };
    if !(1..=14).contains(&whole_digits) || decimals.len() > 4 {
        return None;
    }
    let add = |sum: i64, byte: &u8| sum * 10 + i64::from(byte - b'0');
    let mut parts = whole.iter().fold(0, add);
    for place in 0..4 {
        let byte = decimals.get(place).unwrap_or(&b'0');
        if !byte.is_ascii_digit() {
            return None;
        }
        parts = add(parts, byte);
    }
    Some(if is_negative { -parts } else { parts })
}

/// Reads each text; one that its neighbour has too is read once.
fn convert<'t, T: Copy>(
    texts: &[Option<&'t str>],
    unreadable: &mut Vec<Unreadable>,
    read: impl Fn(&str) -> Option<T>,
) -> Vec<Option<T>> {
    let mut last: Option<(&'t str, Option<T>)> = None;
    let mut one = |(row, text): (usize, &Option<&'t str>)| {
        let text = (*text)?;
        let value = match last {
            Some((earlier, value)) if earlier == text => value,
            _ => read(text),
        };
        last = Some((text, value));
        if value.is_none() {
            unreadable.push(Unreadable { row, is_too_large: false });
        }
        value
    };
    texts.iter().enumerate().map(&mut one).collect()
}

fn flag(text: &str) -> Option<bool> {
    let is = |words: [&str; 5]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["true", "yes", "1", "t", "y"]) {
        return Some(true);
    }
    is(["false", "no", "0", "f", "n"]).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use shelfcast_retail::Feed;

    fn read(column: &str, texts: &[&str]) -> (Vec<Option<i128>>, usize) {
        let column = Feed::Sales.column(column).unwrap();
        let reading = Reading::new(column, &SourceSpec::new(Feed::Sales)).unwrap();
        let text: TextColumn = texts.iter().copied().collect();
        let (values, unreadable) = reading.read(Some(&text), texts.len());
        ((0..texts.len()).map(|row| values.measure(row)).collect(), unreadable.len())
    }

    #[test]
    fn numbers_are_exact_or_not_read() {
        let (values, unreadable) = read("total", &["13.75", "13,75", "", " 2 ", "1e3"]);
        // Spreadsheets write 1000 as 1e3, which is exact.
        assert_eq!(values, [Some(137_500), None, None, Some(20_000), Some(10_000_000)]);
        assert_eq!(unreadable, 1);
    }

    #[test]
    fn what_the_table_cannot_hold_is_not_read() {
        // 18 digits, 4 of them decimals.
        let (values, unreadable) =
            read("total", &["99999999999999.9999", "100000000000000", "-99999999999999.9999"]);
        assert_eq!(values[1], None);
        assert_eq!((values[0], values[2]), (Some(10_i128.pow(18) - 1), Some(1 - 10_i128.pow(18))));
        assert_eq!(unreadable, 1);
    }

    proptest! {
        #[test]
        fn the_short_way_reads_as_the_format_does(text in "-?[0-9]{0,15}([.,][0-9]{0,5})?|\\PC{0,6}") {
            for decimal_mark in ['.', ','] {
                let format = NumberFormat { decimal_mark, thousands_mark: None };
                if let Some(parts) = plain_parts(text.as_bytes(), decimal_mark) {
                    prop_assert_eq!(format.parts(&text), Some(i128::from(parts)));
                }
            }
        }
    }

    #[test]
    fn whole_numbers_may_carry_decimals_of_zero() {
        assert_eq!(read("line", &["3.0", "3.5", "x"]), (vec![Some(3), None, None], 2));
    }
}
