use crate::Severity;
use shelfcast_retail::Feed;

/// A rule about sets of rows, as one SELECT over what is being ingested and
/// what is there: whoever ingests runs it, this crate only writes it.
///
/// The statement reads these relations:
///
/// | relation | rows | columns |
/// |---|---|---|
/// | `new` | rows let in by the row rules, of all files being ingested | [`arrow_schema`](crate::arrow_schema), `_sequence` |
/// | `live` | the feed's rows that count already | the same |
/// | `batches` | files of the feed that count already, and those being ingested | `_sequence` bigint, `source` text, `is_new` boolean, `rows` bigint let in |
/// | `clock` | one | `now`, the instant of the ingest |
/// | a feed's name | its rows that will count, new ones included | as `new` |
///
/// and gives a row for every violation:
///
/// | column | what |
/// |---|---|
/// | `sequence` bigint | the file being ingested that broke the rule |
/// | `ordinal` bigint | its row, as in `_ordinal`; null: the whole file |
/// | `found` text | what was found |
/// | `allowed` text | what is allowed |
///
/// ```
/// use shelfcast_contracts::{Contract, SetRuleKind, Severity};
/// use shelfcast_retail::Feed;
/// let sales = Contract::builtin(Feed::Sales);
/// let future = sales.set_rules().iter().find(|rule| rule.id == "future").expect("built in");
/// assert_eq!((future.kind, future.severity), (SetRuleKind::Future, Severity::RejectRow));
/// assert!(future.sql.contains("interval '1 day'"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetRule {
    /// The id that violations carry; no two rules of a contract share one.
    pub id: String,
    /// What follows for the row, or the file where `ordinal` is null.
    pub severity: Severity,
    /// The column it is about, if one.
    pub column: Option<String>,
    /// What it says, for people.
    pub description: String,
    /// One SELECT.
    pub sql: String,
    /// What it is about.
    pub kind: SetRuleKind,
}

/// What a [`SetRule`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetRuleKind {
    /// Keys are unique across files.
    Unique,
    /// Values stand in another feed; holds while that feed is empty.
    References(Feed),
    /// The newest row is not older than so much.
    Freshness,
    /// No row is of a time later than so much after the ingest.
    Future,
    /// Files have so many rows.
    RowCount,
    /// Files have about as many rows as the ones before.
    RowCountChange,
    /// Files have about the sum of the ones before.
    SumChange,
    /// A query of the user's own gives the right value.
    Query,
}

impl SetRuleKind {
    /// Whether it is about whole files, so that it cannot refuse single rows.
    pub const fn is_about_files(self) -> bool {
        !matches!(self, Self::Unique | Self::References(_) | Self::Future)
    }
}
