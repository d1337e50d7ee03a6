//! The first description of a retailer's files, with reasons.
//!
//! Headers and values are judged together, over whole files. A column is
//! *certain* when its header is a usual name for it and nothing else, or may be
//! a name for it while no other header that is unused could be it, too, and
//! nearly all values (99 of 100) are of its kind. It is *likely* when headers
//! compete or when the header comes nearest only for want of a better one.
//! Where values can be read in two ways - day or month first, decimal or
//! thousands mark, periods counted from an unknown day - nothing is mapped and
//! a *question* lists the answers: an ambiguous file is never guessed at.

mod across;
mod amounts;
mod answers;
mod canonical;
mod columns;
mod days;
mod derived;
mod dictionary;
mod draft;
mod feeds;
mod group;
mod headings;
mod heads;
mod kinds;
mod missing;
mod movements;
mod patterns;
mod question;
mod refunds;
mod unused;
mod values;
mod wide;
mod year_parts;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_copies;
#[cfg(test)]
mod tests_exports;
#[cfg(test)]
mod tests_heads;
#[cfg(test)]
mod tests_refunds;
#[cfg(test)]
mod tests_shapes;
#[cfg(test)]
mod tests_workbooks;

pub use answers::Answers;
pub use question::{Choice, Question};
pub use unused::UnusedColumn;

use crate::{ColumnSource, SourceError, SourceSpec};
use group::Group;
use shelfcast_retail::Feed;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// How sure a proposal is; the order is from sure to unsure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Names and values agree, and no other header could be meant; or a person said so.
    Certain,
    /// Names and values agree, and another header or meaning is possible.
    Likely,
    /// A person must decide; what stands there is not read before.
    Question,
}

impl fmt::Display for Certainty {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Question => "question",
        })
    }
}

/// Sources for the files that were given.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// In the order in which feeds are ingested.
    pub sources: Vec<ProposedSource>,
    /// What was found out about each file, in path order.
    pub files: Vec<FileNote>,
    /// What a person must decide.
    pub questions: Vec<Question>,
    /// The codes (ISO 4217) of the currencies that the files name, the commonest first; a sign that
    /// several countries use stands for the most usual.
    pub currencies: Vec<String>,
    /// Columns of files that a source reads and that none uses, in the files' order.
    pub unused: Vec<UnusedColumn>,
    /// What questions call the files that could be read as sales, had an answer not declined it.
    pub declined: Vec<String>,
    /// Answers that no question and no column takes, with the reason.
    pub unused_answers: Vec<String>,
}

impl Proposal {
    /// Whether the sources can be read as they are: nothing is asked, every
    /// mandatory column is certain and every answer was of use.
    pub fn is_certain(&self) -> bool {
        self.questions.is_empty()
            && self.unused_answers.is_empty()
            && self.sources.iter().all(|source| source.certainty == Certainty::Certain)
    }
}

/// A source, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedSource {
    /// The source itself. Its files are the paths given, or one pattern: for names that count or
    /// say a day, and for more than three files that are all of their kind in their folder.
    pub spec: SourceSpec,
    /// What questions call its files.
    pub label: String,
    /// The least certain of its mandatory columns; a question while one is open.
    pub certainty: Certainty,
    /// Why these files are this feed.
    pub reason: String,
    /// In the feed's column order; those that are still in question are not in `spec`.
    pub columns: Vec<ProposedColumn>,
    /// Headers that this source does not use.
    pub unused_headers: Vec<String>,
    /// Where its rows stand and why they have the period and the kinds they have, one
    /// sentence each.
    pub notes: Vec<String>,
    /// What was assumed of the source as a whole without evidence, one sentence each.
    pub assumed: Vec<String>,
}

impl ProposedSource {
    /// Whether these are sales of which nothing says what they were worth.
    pub fn lacks_money(&self) -> bool {
        let is_money = |column: &ProposedColumn| ["unit_price", "total"].contains(&column.column);
        self.spec.feed == Feed::Sales && !self.columns.iter().any(is_money)
    }

    /// What was assumed without evidence, one sentence each.
    pub fn assumptions(&self) -> impl Iterator<Item = &str> {
        let of_columns = self.columns.iter().filter_map(|column| column.assumption.as_deref());
        of_columns.chain(self.assumed.iter().map(String::as_str))
    }
}

/// Where one column comes from, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedColumn {
    /// The feed's column.
    pub column: &'static str,
    /// Where it comes from.
    pub source: ColumnSource,
    /// How sure that is.
    pub certainty: Certainty,
    /// Why.
    pub reason: String,
    /// What was assumed without evidence, if anything.
    pub assumption: Option<String>,
}

/// What was found out about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileNote {
    /// The path as given.
    pub file: PathBuf,
    /// The sheet, of a workbook that has several.
    pub sheet: Option<String>,
    /// Whether a proposed source reads it.
    pub used: bool,
    /// How it is written, or why it is not used.
    pub text: String,
}

/// Looks at headers and at every value of `files` and proposes how they
/// become feeds.
///
/// Every file is read to its end: one late row decides between day/month and
/// month/day. Files with the same header become one source. A file that cannot be
/// read (empty, binary, not there...) is noted and left out.
///
/// ```
/// use shelfcast_retail::Feed;
/// use shelfcast_sources::{Certainty, propose};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("sold.csv");
/// # std::fs::write(&path, "Invoice No;Item ID;Qty;Invoice Date\n1;A;2;31.12.2024\n1;B;1;02.01.2025\n")?;
/// let proposal = propose(&[path])?;
/// let sales = &proposal.sources[0];
/// assert_eq!((sales.spec.feed, sales.certainty), (Feed::Sales, Certainty::Certain));
/// assert_eq!(sales.spec.columns["sold_at"].date_format().expect("a date").to_string(), "%d.%m.%Y");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A file that is not there.
pub fn propose(files: &[PathBuf]) -> Result<Proposal, SourceError> {
    propose_with(files, &Answers::default())
}

/// Like [`propose`], with answers to questions that an earlier proposal asked.
///
/// A source whose questions are open is proposed all the same, without the
/// columns in question, and cannot be read before they are answered.
///
/// # Errors
/// A file that is not there.
pub fn propose_with(files: &[PathBuf], answers: &Answers) -> Result<Proposal, SourceError> {
    let mut files = files.to_vec();
    files.sort();
    files.dedup();
    for file in &files {
        // A name that is nowhere is a slip of the hand; what cannot be read is noted.
        std::fs::symlink_metadata(file)
            .map_err(|source| SourceError::Open { path: file.clone(), source })?;
    }
    let (groups, mut notes) = group::look_at(&files);
    let draft = |group: &Group| {
        let told = answers.feeds_of(&group.stem());
        let found = canonical::draft(group);
        found.map_or_else(|| feeds::drafts(group, &told), |draft| vec![draft])
    };
    let mut of_groups: Vec<Vec<draft::Draft>> = groups.iter().map(draft).collect();
    heads::join(&groups, &mut of_groups);
    let mut drafts: Vec<draft::Draft> = of_groups.into_iter().flatten().collect();
    feeds::keep_the_best(&mut drafts);
    let (declined, mut drafts): (Vec<_>, Vec<_>) =
        drafts.into_iter().partition(|draft| answers.declines(draft));
    feeds::keep_one_of_a_workbook(&mut drafts);
    feeds::note_rivals(&mut drafts);
    let is_sales = |draft: &&draft::Draft| draft.feed == Feed::Sales;
    let labels = declined.iter().filter(is_sales).map(|draft| draft.label.clone()).collect();
    let unused_answers = answers.apply(&mut drafts, &declined);
    let finished = drafts.into_iter().map(draft::Draft::finish);
    let (mut sources, questions): (Vec<_>, Vec<_>) = finished.unzip();
    sources.sort_by_key(|source| (source.spec.feed, source.spec.files.clone()));
    note_use(&mut notes, &groups, &sources);
    let questions: Vec<Question> = questions.into_iter().flatten().collect();
    let currencies = currencies(&groups);
    let unused = unused::columns(&groups, &sources, &questions);
    Ok(Proposal {
        sources,
        files: notes,
        questions,
        currencies,
        unused,
        declined: labels,
        unused_answers,
    })
}

fn currencies(groups: &[Group]) -> Vec<String> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (code, n_values) in groups.iter().flat_map(Group::currencies) {
        *counts.entry(code).or_default() += n_values;
    }
    let mut codes: Vec<(&str, u64)> = counts.into_iter().collect();
    codes.sort_by_key(|(code, n_values)| (Reverse(*n_values), *code));
    codes.into_iter().map(|(code, _)| code.to_owned()).collect()
}

/// Marks the files that a source reads.
fn note_use(notes: &mut [FileNote], groups: &[Group], sources: &[ProposedSource]) {
    for group in groups {
        let used = sources.iter().filter_map(|source| {
            let feed = source.spec.feed.as_str();
            match group.looked_up_by(&source.spec) {
                Some(_) => Some(format!("looked up for {feed}")),
                None => group.is_read_by(&source.spec).then(|| feed.to_owned()),
            }
        });
        let used: Vec<String> = used.collect();
        let is_of_group = |note: &&mut FileNote| {
            group.files.contains(&note.file) && note.sheet.as_deref() == group.layout.sheet()
        };
        for note in notes.iter_mut().filter(is_of_group) {
            note.used = !used.is_empty();
            let none = || "its columns are of no feed".to_owned();
            let uses = if used.is_empty() { none() } else { used.join(", ") };
            note.text = format!("{}: {uses}", note.text);
        }
    }
}
