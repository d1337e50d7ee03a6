//! What retailers call the columns of the feeds.

mod english;
mod english_feeds;
mod languages;
mod languages_feeds;

use crate::header::FIRST_OF_SEVERAL;
use crate::numbers::currency_in_header;
use shelfcast_retail::Feed;
use std::collections::HashSet;
use std::sync::OnceLock;

type Names = &'static [&'static str];

/// Usual headers of a column, normalised, the surer first.
struct Entry {
    feed: Feed,
    column: &'static str,
    /// Names that mean this and nothing else.
    sure: Names,
    /// Names that may mean something else, too.
    likely: Names,
}

const fn entry(feed: Feed, column: &'static str, sure: Names, likely: Names) -> Entry {
    Entry { feed, column, sure, likely }
}

/// A header without case, accents, blanks, punctuation and currency: `Price per Unit` is
/// `priceperunit`, `Quantité` is `quantite`, `Amount (USD)` is `amount`.
pub(super) fn normalise(header: &str) -> String {
    let without_currency = currency_in_header(header).map(|(_, rest)| rest);
    let letters = without_currency
        .as_deref()
        .unwrap_or(header)
        .chars()
        .filter(|letter| letter.is_alphanumeric());
    let mut folded = String::new();
    for letter in letters.flat_map(char::to_lowercase) {
        match plain_letter(letter) {
            Some(plain) => folded.push_str(plain),
            None => folded.push(letter),
        }
    }
    folded
}

/// A letter without its accent, in the languages of the dictionary.
fn plain_letter(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => "a",
        'ç' => "c",
        'è' | 'é' | 'ê' | 'ë' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ñ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'º' => "o",
        'ù' | 'ú' | 'û' | 'ü' => "u",
        'ÿ' | 'ý' => "y",
        'ß' => "ss",
        'œ' => "oe",
        'æ' => "ae",
        _ => return None,
    })
}

/// How well a header fits a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is the column's own name.
    Canonical,
    /// It means this.
    Sure,
    /// It may mean this.
    Likely,
    /// It means this for want of a better one.
    Weak,
}

/// The headers that fit a column of a feed, the best first.
pub(super) fn fitting<'h>(feed: Feed, column: &str, headers: &'h [String]) -> Vec<(&'h str, Fit)> {
    let firsts: HashSet<&str> =
        headers.iter().filter_map(|header| header.strip_suffix(FIRST_OF_SEVERAL)).collect();
    let bare = |header| copied_name(header).filter(|name| firsts.contains(name)).unwrap_or(header);
    let folded: Vec<(&str, String)> =
        headers.iter().map(|header| (header.as_str(), normalise(bare(header)))).collect();
    let mut fitting: Vec<(&str, Fit)> = Vec::new();
    for (name, fit) in names(feed, column).into_iter().chain(names_of_receipts(feed, column)) {
        for (header, _) in folded.iter().filter(|(_, folded)| *folded == name) {
            if !fitting.iter().any(|(known, _)| known == header) {
                fitting.push((header, fit));
            }
        }
    }
    fitting
}

/// What a list of receipts calls a column of movements.
fn names_of_receipts(feed: Feed, column: &str) -> Vec<(String, Fit)> {
    match (feed, column) {
        (Feed::Movements, "moved_at") => names(Feed::Receipts, "received_on"),
        (Feed::Movements, "quantity") => names(Feed::Receipts, "quantity"),
        _ => Vec::new(),
    }
}

/// `Price` of `Price (2)`.
fn copied_name(header: &str) -> Option<&str> {
    let (name, number) = header.strip_suffix(')')?.rsplit_once(" (")?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(name)
}

/// The headers that are one name in the file, where there are several.
pub(super) fn copies<'h>(header: &str, headers: &'h [String]) -> Vec<&'h str> {
    let Some(name) = copied_name(header) else { return Vec::new() };
    let of_name = |known: &&str| copied_name(known) == Some(name);
    let copies: Vec<&str> = headers.iter().map(String::as_str).filter(of_name).collect();
    let first = copies.iter().any(|copy| copy.strip_suffix(FIRST_OF_SEVERAL) == Some(name));
    if first && copies.len() > 1 { copies } else { Vec::new() }
}

/// The header that fits a column best by its name alone.
pub(super) fn best<'h>(feed: Feed, column: &str, headers: &'h [String]) -> Option<&'h str> {
    fitting(feed, column, headers).first().map(|(header, _)| *header)
}

/// Whether a header is the name of a column of any feed.
pub(super) fn is_known(header: &str) -> bool {
    static KNOWN: OnceLock<HashSet<String>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| {
        let columns = Feed::ALL.into_iter().flat_map(|feed| {
            feed.columns().iter().flat_map(move |column| names(feed, column.name))
        });
        columns.map(|(name, _)| name).collect()
    });
    known.contains(&normalise(header))
        || copied_name(header).is_some_and(|name| known.contains(&normalise(name)))
}

/// Headers in another unit, and the factor from it to the column's.
pub(super) fn converted<'h>(
    feed: Feed,
    column: &str,
    headers: &'h [String],
) -> Option<(&'h str, u32)> {
    let entries = english::CONVERTED.iter().filter(|it| it.0 == feed && it.1 == column);
    let mut found = entries.flat_map(|(_, _, names, factor)| {
        let named = headers.iter().filter(|header| names.contains(&normalise(header).as_str()));
        named.map(|header| (header.as_str(), *factor))
    });
    found.next()
}

/// Headers that are called logarithms of units.
pub(super) fn logarithms(headers: &[String]) -> impl Iterator<Item = &str> {
    let is_one = |header: &&String| english::LOGARITHMS.contains(&normalise(header).as_str());
    headers.iter().filter(is_one).map(String::as_str)
}

/// The header that says what a line earned, and whether it may mean something else, too.
pub(super) fn profit(headers: &[String]) -> Option<(&str, bool)> {
    english::PROFITS.iter().find_map(|(name, is_doubtful)| {
        let header = headers.iter().find(|header| normalise(header) == *name)?;
        Some((header.as_str(), *is_doubtful))
    })
}

/// Whether a header that names units is a name for money as well.
pub(super) fn is_likely_money(header: &str) -> bool {
    let folded = normalise(header);
    let units = names(Feed::Sales, "quantity");
    let money = names(Feed::Sales, "total");
    let named = |names: &[(String, Fit)]| names.iter().any(|(name, _)| *name == folded);
    named(&units) && named(&money)
}

/// The names of a column, the best first.
fn names(feed: Feed, column: &str) -> Vec<(String, Fit)> {
    let own = || {
        let entries = english_feeds::ENTRIES.iter().chain(languages_feeds::ENTRIES);
        entries.filter(move |entry| entry.feed == feed && entry.column == column)
    };
    let shared = || {
        let entries = english::SHARED.iter().chain(languages::SHARED);
        entries.filter(move |(name, ..)| *name == column)
    };
    let weak = english::WEAK.iter().filter(|(known, name, _)| *known == feed && *name == column);
    let sure = own().map(|entry| entry.sure).chain(shared().map(|(_, sure, _)| *sure));
    let likely = own().map(|entry| entry.likely).chain(shared().map(|(_, _, likely)| *likely));
    let ranked = |names: Names, fit: Fit| names.iter().map(move |name| ((*name).to_owned(), fit));
    std::iter::once((normalise(column), Fit::Canonical))
        .chain(sure.flat_map(|names| ranked(names, Fit::Sure)))
        .chain(likely.flat_map(|names| ranked(names, Fit::Likely)))
        .chain(weak.flat_map(|(.., names)| ranked(names, Fit::Weak)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_about_a_column_and_is_normalised() {
        for Entry { feed, column, sure, likely } in
            english_feeds::ENTRIES.iter().chain(languages_feeds::ENTRIES)
        {
            assert!(feed.column(column).is_some(), "{feed}.{column}");
            for name in sure.iter().chain(*likely) {
                assert_eq!(&normalise(name), name, "{feed}.{column}");
            }
        }
        for (column, sure, likely) in english::SHARED.iter().chain(languages::SHARED) {
            assert!(Feed::ALL.iter().any(|feed| feed.column(column).is_some()), "{column}");
            assert!(sure.iter().chain(*likely).all(|name| normalise(name) == **name), "{column}");
        }
        for (feed, column, names) in english::WEAK {
            assert!(feed.column(column).is_some(), "{feed}.{column}");
            assert!(names.iter().all(|name| normalise(name) == **name), "{feed}.{column}");
        }
    }

    #[test]
    fn no_column_has_a_name_twice() {
        let mut twice = Vec::new();
        for feed in Feed::ALL {
            for column in feed.columns() {
                let mut names: Vec<String> =
                    names(feed, column.name).into_iter().map(|(name, _)| name).collect();
                names.sort();
                let pairs = names.windows(2).filter(|pair| pair[0] == pair[1]);
                twice.extend(pairs.map(|pair| format!("{feed}.{} {}", column.name, pair[0])));
            }
        }
        assert_eq!(twice, [""; 0]);
    }

    #[test]
    fn accents_and_punctuation_do_not_count() {
        assert_eq!(normalise("Quantité vendue"), "quantitevendue");
        assert_eq!(normalise("Größe (Stück)"), "grossestuck");
    }

    #[test]
    fn the_better_name_comes_first() {
        let headers = ["Sales", "Quantity"].map(str::to_owned);
        let found = fitting(Feed::Sales, "quantity", &headers);
        assert_eq!(found, [("Quantity", Fit::Canonical), ("Sales", Fit::Likely)]);
        assert_eq!(fitting(Feed::Sales, "total", &headers), [("Sales", Fit::Likely)]);
    }
}
