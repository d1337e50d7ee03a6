//! Words that say the kind of rows.

use super::quoted;
use crate::ColumnSource;
use crate::propose::derived::in_backticks;
use crate::propose::draft::Draft;
use crate::propose::group::Group;
use crate::propose::question::{Choice, Question};
use crate::propose::{Certainty, ProposedColumn};
use shelfcast_retail::Feed;

/// What the words below a header say of their rows.
pub(super) struct Words<'w> {
    pub(super) header: &'w str,
    /// What they say: `which rows were brought back`.
    pub(super) says: &'static str,
    /// Words that are known, each with its kind: nothing for a sale.
    pub(super) known: Vec<(&'w str, &'static str)>,
    pub(super) unknown: Vec<&'w str>,
    /// What rows with unknown words may be: a kind, and what that means.
    pub(super) options: [(&'static str, &'static str); 2],
}

impl<'w> Words<'w> {
    /// Sorts the words, blanks aside, by what `kind_of` knows of them.
    pub(super) fn new(
        header: &'w str,
        says: &'static str,
        words: impl Iterator<Item = &'w String>,
        kind_of: impl Fn(&str) -> Option<&'static str>,
        options: [(&'static str, &'static str); 2],
    ) -> Self {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for word in words.map(String::as_str).filter(|word| !word.is_empty()) {
            match kind_of(word) {
                Some(kind) => known.push((word, kind)),
                None => unknown.push(word),
            }
        }
        Self { header, says, known, unknown, options }
    }

    /// The words of these kinds.
    pub(super) fn of(&self, kinds: &[&str]) -> Vec<&'w str> {
        let of_kinds = self.known.iter().filter(|(_, kind)| kinds.contains(kind));
        of_kinds.map(|(word, _)| *word).collect()
    }

    /// Takes the kinds of the rows from their words, of which `telling` are none of sales, and asks
    /// where some are unknown.
    pub(super) fn tell_kinds(&self, group: &Group, draft: &mut Draft, telling: &[&str]) {
        let (header, says) = (self.header, self.says);
        draft.columns.retain(|column| column.column != "kind");
        if self.unknown.is_empty() {
            draft.columns.push(ProposedColumn {
                column: "kind",
                source: self.decoded(""),
                certainty: Certainty::Certain,
                reason: format!("`{header}` says {says}"),
                assumption: None,
            });
            return;
        }
        let unknown = quoted_list(&self.unknown);
        let text = format!(
            "`{header}` of {} says {says} ({}); what are the rows of {unknown}?",
            group.label(),
            quoted_list(telling)
        );
        let options = self
            .options
            .map(|(kind, meaning)| (Choice::Column(self.decoded(kind)), meaning.to_owned()));
        let question = Question::new(Feed::Sales, "kind", group.label(), text)
            .about(header, format!("{unknown} below `{header}`"))
            .with_options(options.to_vec());
        draft.questions.push(question);
    }

    /// The kinds of rows by their words; those of unknown ones are `kind`.
    fn decoded(&self, kind: &str) -> ColumnSource {
        let unknown = self.unknown.iter().map(|word| (*word, kind));
        let pairs = self.known.iter().copied().chain(unknown);
        let pairs = pairs.map(|(word, kind)| format!("{}, '{kind}', ", quoted(word)));
        let name = in_backticks(self.header);
        ColumnSource::Computed(format!("decode({name}, {}{name})", pairs.collect::<String>()))
    }
}

pub(super) fn quoted_list(words: &[&str]) -> String {
    format!("`{}`", words.join("`, `"))
}
