use crate::{Expected, Fault, WorldError};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One fault of the key that stands in a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyRow {
    /// What is wrong.
    pub fault: Fault,
    /// The file's name.
    pub file: String,
    /// The line of the file, from 1; the header is line 1.
    pub row: u64,
}

/// How a pipeline marks a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// Refused as a copy of a row of the same file.
    Duplicate,
    /// Refused because the total does not follow from the other columns.
    Total,
    /// Refused because a value is out of range.
    Range,
    /// Refused because an instant cannot be read.
    UnreadableDate,
    /// Refused because a number cannot be read.
    UnreadableNumber,
    /// Let in, but counted only once: an earlier file brought it.
    Repeated,
    /// Let in with a product that is not known.
    UnknownProduct,
    /// Let in with a customer that is not known.
    UnknownCustomer,
    /// Marked in a way that answers no fault of the key.
    Other,
}

impl Flag {
    /// The flag of a refused row, by the contract's rule and the column that broke it.
    pub fn of_rule(rule: &str, column: &str) -> Self {
        match (rule, column) {
            ("duplicate_row", _) => Self::Duplicate,
            ("total", _) => Self::Total,
            ("range", "unit_price") => Self::Range,
            ("type", "sold_at") => Self::UnreadableDate,
            ("type", "unit_price") => Self::UnreadableNumber,
            _ => Self::Other,
        }
    }

    /// The flag that answers a fault; `None` where no row can be marked for it.
    pub const fn answering(fault: Fault) -> Option<Self> {
        match fault {
            Fault::Duplicate => Some(Self::Duplicate),
            Fault::WrongUnit | Fault::AbsurdPrice => Some(Self::Total),
            Fault::NegativePrice => Some(Self::Range),
            Fault::SwappedDate => Some(Self::UnreadableDate),
            Fault::DecimalComma => Some(Self::UnreadableNumber),
            Fault::Resent => Some(Self::Repeated),
            Fault::OrphanProduct => Some(Self::UnknownProduct),
            Fault::OrphanCustomer => Some(Self::UnknownCustomer),
            Fault::Late
            | Fault::SwappedDateThatExists
            | Fault::BrokenEncoding
            | Fault::PhantomStock
            | Fault::MissingDay => None,
        }
    }
}

/// A row that the pipeline marked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlaggedRow {
    /// How.
    pub flag: Flag,
    /// The file's name.
    pub file: String,
    /// The line of the file, from 1; the header is line 1.
    pub row: u64,
}

/// How well one kind of fault was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindScore {
    /// The kind.
    pub fault: Fault,
    /// Rows of the key.
    pub injected: u64,
    /// Of these, rows that were marked as they should be.
    pub found: u64,
    /// Rows marked so, whatever is wrong with them.
    pub flagged: u64,
    /// Of these, rows with a fault that the mark answers.
    pub rightly_flagged: u64,
}

impl KindScore {
    /// What an honest pipeline does with the kind.
    pub const fn expected(&self) -> Expected {
        self.fault.expected()
    }

    /// Share of the faults that were found; `None` where no row can be marked or none is spoilt.
    pub fn recall(&self) -> Option<f64> {
        share(self.found, self.injected).filter(|_| Flag::answering(self.fault).is_some())
    }

    /// Share of the rows marked so that deserve it.
    pub fn precision(&self) -> Option<f64> {
        share(self.rightly_flagged, self.flagged)
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// One score for each kind of fault in the key, in the order of [`Fault::ALL`].
///
/// Two kinds that break the same rule, such as a wrong unit and an absurd price, share the
/// marks of that rule: a mark is right when the key lists the row under either.
pub fn score_dirt(key: &[KeyRow], flagged: &[FlaggedRow]) -> Vec<KindScore> {
    type Rows<'a> = BTreeSet<(&'a str, u64)>;
    let mut marked: BTreeMap<Flag, Rows<'_>> = BTreeMap::new();
    for row in flagged {
        marked.entry(row.flag).or_default().insert((&row.file, row.row));
    }
    let mut spoilt: BTreeMap<Flag, Rows<'_>> = BTreeMap::new();
    for row in key {
        if let Some(flag) = Flag::answering(row.fault) {
            spoilt.entry(flag).or_default().insert((&row.file, row.row));
        }
    }
    let score = |fault: Fault| {
        let rows = key.iter().filter(|row| row.fault == fault);
        let nothing = Rows::new();
        let flag = Flag::answering(fault);
        let marked = flag.and_then(|flag| marked.get(&flag)).unwrap_or(&nothing);
        let spoilt = flag.and_then(|flag| spoilt.get(&flag)).unwrap_or(&nothing);
        let is_found = |row: &&KeyRow| marked.contains(&(row.file.as_str(), row.row));
        KindScore {
            fault,
            injected: rows.clone().count() as u64,
            found: rows.filter(is_found).count() as u64,
            flagged: marked.len() as u64,
            rightly_flagged: marked.intersection(spoilt).count() as u64,
        }
    };
    Fault::ALL.into_iter().map(score).filter(|score| score.injected > 0).collect()
}

/// Reads the key that [`crate::World::write`] wrote as `dirt.csv`; faults that stand in no row
/// count as row 0.
///
/// # Errors
/// When the file cannot be read or is no such key.
pub fn read_key(path: &Path) -> Result<Vec<KeyRow>, WorldError> {
    let bad = |problem: String| WorldError::NotTruth { path: path.to_owned(), problem };
    let mut reader = csv::Reader::from_path(path)
        .map_err(|source| WorldError::Row { path: path.to_owned(), source })?;
    let mut key = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| bad(error.to_string()))?;
        let word = record.get(0).unwrap_or_default();
        let fault = Fault::ALL
            .into_iter()
            .find(|fault| fault.as_str() == word)
            .ok_or_else(|| bad(format!("`{word}` is no kind of fault")))?;
        let row = record.get(2).unwrap_or_default();
        let row = if row.is_empty() { Ok(0) } else { row.parse() };
        key.push(KeyRow {
            fault,
            file: record.get(1).unwrap_or_default().to_owned(),
            row: row.map_err(|_| bad("a row is no number".to_owned()))?,
        });
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(fault: Fault, row: u64) -> KeyRow {
        KeyRow { fault, file: "sales.csv".into(), row }
    }

    fn flagged(flag: Flag, row: u64) -> FlaggedRow {
        FlaggedRow { flag, file: "sales.csv".into(), row }
    }

    #[test]
    fn kinds_of_one_rule_share_its_marks() {
        let key = [key(Fault::WrongUnit, 2), key(Fault::AbsurdPrice, 3), key(Fault::Late, 4)];
        let scores = score_dirt(&key, &[flagged(Flag::Total, 2), flagged(Flag::Total, 3)]);
        let found: Vec<_> =
            scores.iter().map(|score| (score.fault, score.recall(), score.precision())).collect();
        assert_eq!(
            found,
            [
                (Fault::Late, None, None),
                (Fault::WrongUnit, Some(1.0), Some(1.0)),
                (Fault::AbsurdPrice, Some(1.0), Some(1.0)),
            ]
        );
    }

    #[test]
    fn a_mark_of_another_rule_finds_nothing() {
        let scores = score_dirt(&[key(Fault::NegativePrice, 2)], &[flagged(Flag::Duplicate, 2)]);
        assert_eq!((scores[0].recall(), scores[0].precision()), (Some(0.0), None));
    }

    #[test]
    fn every_fault_that_is_to_be_marked_has_a_flag() {
        for fault in Fault::ALL {
            let is_marked =
                matches!(fault.expected(), Expected::Rejected | Expected::Hidden | Expected::Told);
            assert_eq!(Flag::answering(fault).is_some(), is_marked, "{fault:?}");
        }
    }
}
