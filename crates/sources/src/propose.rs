//! The first description of a retailer's files, with reasons.

mod canonical;
mod columns;
mod dictionary;
mod feeds;
mod group;
mod values;

#[cfg(test)]
mod tests;

use crate::{ColumnSource, SourceError, SourceSpec};
use group::Group;
use shelfcast_retail::Feed;
use std::fmt;
use std::path::PathBuf;

/// How sure a proposal is; the order is from sure to unsure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Names and every value agree, and the name means nothing else.
    Certain,
    /// Names and every value agree, and the name may mean something else.
    Likely,
    /// A person must decide; what is proposed is one of the answers.
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
}

/// A source, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedSource {
    /// The source itself. Its files are the paths given, or one pattern for
    /// more than three files that are all of their kind in their folder.
    pub spec: SourceSpec,
    /// The least certain of its mandatory columns.
    pub certainty: Certainty,
    /// Why these files are this feed.
    pub reason: String,
    /// In the feed's column order.
    pub columns: Vec<ProposedColumn>,
    /// Headers that this source does not use.
    pub unused_headers: Vec<String>,
}

impl ProposedSource {
    /// What was assumed without evidence, one sentence each.
    pub fn assumptions(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().filter_map(|column| column.assumption.as_deref())
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

/// Something that headers and values do not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The file, or the first of its kind.
    pub file: String,
    /// The feed it is about.
    pub feed: Feed,
    /// The column it is about.
    pub column: &'static str,
    /// What the file has.
    pub found: String,
    /// The possible answers.
    pub allowed: String,
    /// The question in one sentence.
    pub text: String,
}

/// What was found out about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileNote {
    /// The path as given.
    pub file: PathBuf,
    /// Whether a proposed source reads it.
    pub used: bool,
    /// How it is written, or why it is not used.
    pub text: String,
}

/// Looks at headers and at every value of `files` and proposes how they
/// become feeds.
///
/// Every file is read to its end: one late row decides between day/month and
/// month/day. Files with the same header become one source. A file that is
/// refused (empty, binary...) is noted and left out.
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
/// A file that cannot be opened or read.
pub fn propose(files: &[PathBuf]) -> Result<Proposal, SourceError> {
    let mut files = files.to_vec();
    files.sort();
    files.dedup();
    let (groups, mut notes) = group::look_at(&files)?;
    let mut drafts: Vec<feeds::Draft> = Vec::new();
    for group in &groups {
        drafts.extend(canonical::draft(group).map_or_else(|| feeds::drafts(group), |it| vec![it]));
    }
    feeds::keep_the_best(&mut drafts);
    let mut questions = Vec::new();
    let mut sources = Vec::new();
    for draft in drafts {
        questions.extend(draft.questions);
        sources.extend(draft.source);
    }
    sources.sort_by_key(|source| (source.spec.feed, source.spec.files.clone()));
    note_use(&mut notes, &groups, &sources);
    Ok(Proposal { sources, files: notes, questions })
}

/// Marks the files that a source reads.
fn note_use(notes: &mut [FileNote], groups: &[Group], sources: &[ProposedSource]) {
    for group in groups {
        let patterns = group.file_patterns();
        let used: Vec<&str> = sources
            .iter()
            .filter(|source| source.spec.files == patterns)
            .map(|source| source.spec.feed.as_str())
            .collect();
        for note in notes.iter_mut().filter(|note| group.files.contains(&note.file)) {
            note.used = !used.is_empty();
            let uses = if used.is_empty() { "not used".to_owned() } else { used.join(", ") };
            note.text = format!("{}: {uses}", note.text);
        }
    }
}
