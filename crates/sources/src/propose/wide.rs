//! Files with a column for each period, or for each product.

use super::days::reads;
use super::dictionary::is_known;
use super::group::Group;
use super::values::Values;
use crate::dates::number;
use crate::{DateFormat, WideBlank, WideColumns};
use shelfcast_retail::Day;

/// Fewer headers of a kind are ordinary columns.
const MIN_MEMBERS: usize = 6;

/// Ways in which headers write periods: the expression that finds them, the formats it may be.
const PERIODS: [(&str, &[&str]); 28] = [
    (r"^(\d{4}-\d{2}-\d{2})(?: 00:00(?::00)?)?$", &["iso"]),
    (r"^(\d{1,2}/\d{1,2}/\d{4})$", &["%d/%m/%Y", "%m/%d/%Y"]),
    (r"^(\d{1,2}/\d{1,2}/\d{2})$", &["%d/%m/%y", "%m/%d/%y"]),
    (r"^(\d{1,2}-\d{1,2}-\d{4})$", &["%d-%m-%Y", "%m-%d-%Y"]),
    (r"^(\d{1,2}\.\d{1,2}\.\d{4})$", &["%d.%m.%Y"]),
    (r"^(\d{1,2}\.\d{1,2}\.\d{2})$", &["%d.%m.%y"]),
    (r"^(\d{4}/\d{1,2}/\d{1,2})$", &["%Y/%m/%d"]),
    (r"^(\d{8})$", &["%Y%m%d"]),
    (r"^(\d{4}-\d{1,2})$", &["%Y-%m"]),
    (r"^(\d{4}/\d{1,2})$", &["%Y/%m"]),
    (r"^(\d{1,2}/\d{4})$", &["%m/%Y"]),
    (r"^(\d{6})$", &["%Y%m"]),
    (r"^(\d{2}-\d{2})$", &["%y-%m", "%m-%y"]),
    (r"^([A-Za-z]{3}-\d{2})$", &["%b-%y"]),
    (r"^([A-Za-z]{3} \d{2})$", &["%b %y"]),
    (r"^([A-Za-z]{3}-\d{4})$", &["%b-%Y"]),
    (r"^([A-Za-z]{3} \d{4})$", &["%b %Y"]),
    (r"^([A-Za-z]+ \d{4})$", &["%B %Y"]),
    (r"^(\d{1,2}-[A-Za-z]{3}-\d{2})$", &["%d-%b-%y"]),
    (r"^(\d{1,2}-[A-Za-z]{3}-\d{4})$", &["%d-%b-%Y"]),
    (r"^(\d{1,2}\.\d{4})$", &["%m.%Y"]),
    (r"^(\d{4}-W\d{1,2})$", &["iso"]),
    (r"^(\d{4}W\d{1,2})$", &["iso"]),
    (r"^(\d{4} W\d{1,2})$", &["%G W%V"]),
    (r"^(KW \d{1,2}/\d{4})$", &["KW %V/%G"]),
    (r"^(KW\d{1,2}/\d{4})$", &["KW%V/%G"]),
    (r"^(KW \d{1,2} \d{4})$", &["KW %V %G"]),
    (r"^(\d{4}-KW\d{1,2})$", &["%G-KW%V"]),
];

/// Prefixes of numbers that stand for periods.
const PERIOD_PREFIXES: [&str; 14] =
    ["d", "day", "w", "wk", "week", "m", "mon", "month", "p", "period", "t", "v", "woche", "kw"];

/// A file that is wide.
pub(super) struct Wide {
    pub(super) spec: WideColumns,
    /// The headers that become rows, by place.
    pub(super) members: Vec<usize>,
    pub(super) axis: Axis,
    /// A header that would become rows and stands more than once.
    pub(super) copied: Option<String>,
}

/// What the headers name.
pub(super) enum Axis {
    /// Days, written in one of these formats.
    Dates { formats: Vec<DateFormat>, days: Vec<Day> },
    /// Periods by number; the first of them and its header.
    Numbered { first: i64, header: String, prefix: String },
    /// Periods whose numbers begin again; the first header and what a period is called.
    Repeated { header: String, word: String },
    /// Products; the period stands in a column.
    Products,
}

pub(super) fn find(group: &Group) -> Option<Wide> {
    dates(group).or_else(|| repeated(group)).or_else(|| numbered(group)).or_else(|| products(group))
}

/// Headers whose values are numbers or blanks.
fn numeric(group: &Group) -> impl Iterator<Item = (usize, &str)> {
    let columns = group.headers.iter().zip(&group.values).enumerate();
    columns
        .filter(|(_, (_, values))| values.are_numeric())
        .map(|(place, (header, _))| (place, header.as_str()))
}

fn dates(group: &Group) -> Option<Wide> {
    let mut best: Option<Wide> = None;
    for (pattern, formats) in PERIODS {
        let formats: Vec<DateFormat> = formats.iter().filter_map(|it| it.parse().ok()).collect();
        let read = |format: &DateFormat| -> Vec<usize> {
            let shaped = numeric(group).filter(|(_, header)| has_shape(pattern, header));
            shaped.filter(|(_, header)| reads(format, header)).map(|(place, _)| place).collect()
        };
        let found: Vec<(DateFormat, Vec<usize>)> =
            formats.into_iter().map(|format| (format.clone(), read(&format))).collect();
        let most = found.iter().map(|(_, members)| members.len()).max().unwrap_or(0);
        let known = best.as_ref().map_or(MIN_MEMBERS - 1, |wide| wide.members.len());
        if most <= known {
            continue;
        }
        let fitting = found.iter().filter(|(_, members)| members.len() == most);
        let formats: Vec<DateFormat> = fitting.clone().map(|(format, _)| format.clone()).collect();
        let members = fitting.map(|(_, members)| members.clone()).next()?;
        let days = members.iter().filter_map(|place| formats[0].day(&group.headers[*place]));
        let axis = Axis::Dates { days: days.collect(), formats };
        best = Some(wide(group, pattern, |header| has_shape(pattern, header), members, axis));
    }
    best
}

/// Whether a header has the shape that one of [`PERIODS`] describes.
fn has_shape(pattern: &str, header: &str) -> bool {
    // The expressions know three things: runs of digits, runs of letters, marks.
    let header = match header.split_once(' ') {
        Some((day, time)) if pattern.contains("00:00") && time.starts_with("00:00") => day,
        _ => header,
    };
    let inner = pattern.trim_start_matches("^(").split(')').next().unwrap_or_default();
    let mut rest = header.as_bytes();
    let mut expected = inner.as_bytes();
    while let Some((kind, after)) = next_kind(expected) {
        expected = after;
        let n_found = rest.iter().take_while(|byte| kind.holds(**byte)).count();
        if !kind.allows(n_found) {
            return false;
        }
        rest = &rest[n_found..];
    }
    rest.is_empty()
}

/// One part of an expression: a class of bytes and how many of them.
struct Kind {
    class: u8,
    least: usize,
    most: usize,
}

impl Kind {
    fn holds(&self, byte: u8) -> bool {
        match self.class {
            b'd' => byte.is_ascii_digit(),
            b'a' => byte.is_ascii_alphabetic(),
            mark => byte == mark,
        }
    }

    fn allows(&self, n_found: usize) -> bool {
        (self.least..=self.most).contains(&n_found)
    }
}

fn next_kind(pattern: &[u8]) -> Option<(Kind, &[u8])> {
    let (class, rest) = match pattern {
        [b'\\', b'd', rest @ ..] => (b'd', rest),
        [b'[', b'A', b'-', b'Z', b'a', b'-', b'z', b']', rest @ ..] => (b'a', rest),
        [b'\\', mark, rest @ ..] | [mark, rest @ ..] => (*mark, rest),
        [] => return None,
    };
    let digit = |byte: u8| usize::from(byte - b'0');
    let (least, most, rest) = match rest {
        [b'{', least, b'}', rest @ ..] => (digit(*least), digit(*least), rest),
        [b'{', least, b',', most, b'}', rest @ ..] => (digit(*least), digit(*most), rest),
        [b'+', rest @ ..] => (1, usize::MAX, rest),
        _ => (1, 1, rest),
    };
    Some((Kind { class, least, most }, rest))
}

fn numbered(group: &Group) -> Option<Wide> {
    let split = |header: &str| {
        let start = header.len() - header.bytes().rev().take_while(u8::is_ascii_digit).count();
        (start < header.len()).then(|| header[..start].to_owned())
    };
    let prefixes: Vec<(usize, String)> =
        numeric(group).filter_map(|(place, header)| Some((place, split(header)?))).collect();
    let prefix = prefixes
        .iter()
        .map(|(_, prefix)| prefix)
        .max_by_key(|prefix| prefixes.iter().filter(|(_, known)| known == *prefix).count())?;
    let members: Vec<usize> =
        prefixes.iter().filter(|(_, known)| known == prefix).map(|(place, _)| *place).collect();
    let numbers: Vec<i64> =
        members.iter().filter_map(|place| number(&group.headers[*place])).collect();
    let word = prefix.trim_matches([' ', '_', '-', '.']).to_lowercase();
    let (first, last) = (*numbers.iter().min()?, *numbers.iter().max()?);
    // Product numbers do not follow on one another.
    let follow = last - first < 2 * members.len() as i64;
    let is_period = PERIOD_PREFIXES.contains(&word.as_str()) || (word.is_empty() && first <= 1);
    let prevail = members.len() * 2 >= group.headers.len();
    if members.len() < MIN_MEMBERS
        || !follow
        || !is_period
        || !prevail
        || prefix.contains(|it: char| it.is_ascii_digit())
    {
        return None;
    }
    let header = members.iter().map(|place| &group.headers[*place]);
    let header = header.min_by_key(|header| number(header))?.clone();
    let pattern = format!(r"^{}(\d+)$", escaped(prefix));
    let axis = Axis::Numbered { first, header, prefix: word };
    let matches = |header: &str| split(header).is_some_and(|known| known == *prefix);
    Some(wide(group, &pattern, matches, members, axis))
}

/// Numbers that begin again with each year: `week 51`, `week 52`, `2013 Week 1`.
fn repeated(group: &Group) -> Option<Wide> {
    let counted: Vec<(usize, String, i64)> = numeric(group)
        .filter_map(|(place, header)| {
            let (word, number) = counted(header)?;
            Some((place, word, number))
        })
        .collect();
    let word = counted.first()?.1.clone();
    let follows = |pair: &[(usize, String, i64)]| {
        let next = pair[1].2 == pair[0].2 + 1 || begins_again(pair);
        pair[1].0 == pair[0].0 + 1 && pair[1].1 == word && next
    };
    let is_regular = counted.windows(2).all(follows) && counted.windows(2).any(begins_again);
    if counted.len() < MIN_MEMBERS || !is_regular {
        return None;
    }
    let pattern = format!(r"(?i)(?:^|[^a-z]){word}[ _.-]*\d+$");
    let header = group.headers[counted[0].0].clone();
    let members = counted.iter().map(|(place, ..)| *place).collect();
    let matches = |header: &str| self::counted(header).is_some_and(|(known, _)| known == word);
    let axis = Axis::Repeated { header, word: word.clone() };
    Some(wide(group, &pattern, matches, members, axis))
}

fn begins_again(pair: &[(usize, String, i64)]) -> bool {
    (0..=1).contains(&pair[1].2) && pair[0].2 > 1
}

/// The word for a period and the number that a header ends with.
fn counted(header: &str) -> Option<(String, i64)> {
    let text = header.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let number = header[text.len()..].parse().ok()?;
    let text = text.trim_end_matches([' ', '_', '.', '-']);
    let start = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()).len();
    let word = text[start..].to_lowercase();
    (word.len() > 1 && PERIOD_PREFIXES.contains(&word.as_str())).then_some((word, number))
}

/// One column tells the period, all the others are products.
fn products(group: &Group) -> Option<Wide> {
    let (period, values) = (group.headers.first()?, group.values.first()?);
    let tells = !values.repeat() && (!values.date_formats().is_empty() || counts(values));
    let members: Vec<usize> = numeric(group).map(|(place, _)| place).filter(|it| *it > 0).collect();
    let all = members.len() + 1 == group.headers.len();
    let unknown = members.iter().all(|place| !is_known(&group.headers[*place]));
    if !tells || !all || !unknown || members.len() < MIN_MEMBERS {
        return None;
    }
    let digits = |header: &str| header.bytes().all(|byte| byte.is_ascii_digit());
    let by_number = members.iter().all(|place| digits(&group.headers[*place])) && !digits(period);
    let wide = match by_number {
        true => wide(group, r"^(\d+)$", digits, members, Axis::Products),
        false => wide(group, "^(.+)$", |_| true, members, Axis::Products),
    };
    Some(wide)
}

/// Whether values count from nought or one.
fn counts(values: &Values) -> bool {
    values.are_whole() && values.smallest.is_some_and(|it| (0..=1).contains(&it))
}

fn wide(
    group: &Group,
    pattern: &str,
    matches: impl Fn(&str) -> bool,
    members: Vec<usize>,
    axis: Axis,
) -> Wide {
    let copied = match axis {
        // Their places tell them apart.
        Axis::Repeated { .. } => None,
        _ => group.copied.iter().find(|header| matches(header)).cloned(),
    };
    let is_other = |place: &usize| !members.contains(place);
    let others = (0..group.headers.len()).filter(is_other).map(|place| &group.headers[place]);
    let ignore = others.filter(|header| matches(header)).cloned().collect();
    let spec = WideColumns { headers: pattern.to_owned(), ignore, blank: WideBlank::Skip };
    Wide { spec, members, axis, copied }
}

/// The text as an expression that matches it alone.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_have_the_shapes_of_their_expressions() {
        let shape =
            |header: &str| PERIODS.iter().filter(|(pattern, _)| has_shape(pattern, header)).count();
        for header in [
            "2001-08-01",
            "2001-08-01 00:00:00",
            "01/08/2001",
            "1/8/01",
            "1.8.2001",
            "20010801",
            "2001-08",
            "2001/8",
            "8/2001",
            "200108",
            "98-01",
            "Jan-98",
            "Jan 98",
            "January 1998",
            "1-Jan-98",
            "8.2001",
            "2001-W08",
            "KW 08/2001",
        ] {
            assert_eq!(shape(header), 1, "{header}");
        }
        // A month of three letters is both an abbreviation and perhaps a name.
        assert_eq!(shape("May 1998"), 2);
        for header in ["", "Jan", "1", "d_1", "2001-08-01x", "12345"] {
            assert_eq!(shape(header), 0, "{header}");
        }
    }

    #[test]
    fn marks_are_escaped() {
        assert_eq!(escaped("d_1.5 (x)"), r"d_1\.5 \(x\)");
    }

    #[test]
    fn headers_end_with_the_number_of_a_period() {
        assert_eq!(counted("2013 Week 4"), Some(("week".to_owned(), 4)));
        assert_eq!(counted("HISTORY (UNITS) wk_12"), Some(("wk".to_owned(), 12)));
        for header in ["week", "2013", "d_4", "item 4", "Week 4 "] {
            assert_eq!(counted(header), None, "{header}");
        }
    }
}
