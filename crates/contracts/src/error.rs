use shelfcast_retail::{Money, Rate};
use std::path::PathBuf;

/// Why a contract cannot be used, or why a file may not stand.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message of each variant names its fields")]
pub enum ContractError {
    #[error("cannot open the contract {path}: {source}")]
    Open { path: PathBuf, source: std::io::Error },
    #[error("{origin}:{line}:{column}: {message}")]
    Syntax { origin: String, line: u64, column: u64, message: String },
    #[error("{origin}:{line}: found {what} `{found}`, allowed is {allowed}")]
    NotAllowed {
        origin: String,
        line: u64,
        /// The key or thing at fault.
        what: &'static str,
        found: String,
        allowed: String,
        nearest: Option<String>,
    },
    #[error(
        "{origin}:{line}: found the quality rule `{found}`, which is unknown; allowed are {allowed}"
    )]
    UnknownRule {
        origin: String,
        line: u64,
        found: String,
        allowed: String,
        nearest: Option<String>,
    },
    #[error("{origin}: found {found} schemas, allowed is one, for one feed")]
    Schemas { origin: String, found: usize },
    #[error("the contract {contract} is for {expected}, and the source is for {found}")]
    OtherFeed { contract: String, expected: &'static str, found: &'static str },
    #[error("{message}: rule {rule} of the contract {contract} refuses the whole file")]
    FileRefused { contract: String, rule: String, message: String },
    #[error(
        "{file} is refused: {rejected} of {rows} rows ({percent:.1} %) break its contract {contract}, allowed is a share of {allowed}; broken most often: {rules}"
    )]
    TooManyRejected {
        file: String,
        rejected: u64,
        rows: u64,
        percent: f64,
        allowed: Rate,
        contract: String,
        rules: String,
    },
    #[error(
        "{file} is refused: found {count} rows with the text of an earlier row, worth {money}, such as row {row}, which is row {earlier} again; allowed is none until its source says what they are"
    )]
    DuplicatesFound { file: String, count: u64, money: Money, row: u64, earlier: u64 },
    #[error(
        "{origin}:{line}: {path} breaks the Open Data Contract Standard v3.1.0: found {found}, allowed is {allowed}"
    )]
    Standard {
        origin: String,
        line: u64,
        path: String,
        found: String,
        allowed: String,
        nearest: Option<String>,
    },
    #[error("cannot keep the rows of a large file on disk to find its duplicates: {0}")]
    Disk(#[source] std::io::Error),
    #[error(transparent)]
    Source(#[from] shelfcast_sources::SourceError),
    #[error("cannot form a batch of rows: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
}

impl ContractError {
    /// The stable id of the kind of error, as the documentation lists it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open { .. } => "SC-1101",
            Self::Syntax { .. } => "SC-1102",
            Self::NotAllowed { .. } => "SC-1103",
            Self::UnknownRule { .. } => "SC-1104",
            Self::Schemas { .. } => "SC-1105",
            Self::OtherFeed { .. } => "SC-1106",
            Self::FileRefused { .. } => "SC-1107",
            Self::TooManyRejected { .. } => "SC-1108",
            Self::Source(error) => error.code(),
            Self::Arrow(_) => "SC-1109",
            Self::Standard { .. } => "SC-1110",
            Self::DuplicatesFound { .. } => "SC-1111",
            Self::Disk(_) => "SC-1113",
        }
    }

    /// Whether the *data* is at fault (a file refused) rather than the machine or the configuration.
    pub fn is_refused_file(&self) -> bool {
        match self {
            Self::FileRefused { .. }
            | Self::TooManyRejected { .. }
            | Self::DuplicatesFound { .. } => true,
            Self::Source(error) => error.is_refused_file(),
            _ => false,
        }
    }

    /// What to do about it, where that can be said.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotAllowed { nearest, .. } | Self::UnknownRule { nearest, .. } => {
                Some(format!("did you mean `{}`?", nearest.as_ref()?))
            }
            Self::Standard { nearest: Some(nearest), .. } => {
                Some(format!("did you mean `{nearest}`?"))
            }
            Self::Standard { .. } => Some(
                "the standard is at https://bitol-io.github.io/open-data-contract-standard/v3.1.0/"
                    .to_owned(),
            ),
            Self::DuplicatesFound { .. } => Some(
                "say `duplicates = \"keep\"` in the source if two equal rows are two events, \
                 `duplicates = \"drop\"` if they are copies of one"
                    .to_owned(),
            ),
            Self::Syntax { .. } => Some(
                "a contract is YAML; those under contracts/ in the project's source are examples"
                    .to_owned(),
            ),
            Self::Disk(_) => Some("make room in the folder for temporary files".to_owned()),
            Self::TooManyRejected { .. } => Some(
                "the commonest faults are named with an example each, and nothing of the file was \
                 kept; a wrong date format or decimal mark refuses every row. The limit is maxRejectedShare in the contract"
                    .to_owned(),
            ),
            Self::Open { .. } => Some("check the path and that the file may be read".to_owned()),
            Self::Source(error) => error.hint(),
            _ => None,
        }
    }
}

/// The word of `allowed` that is most like `found`, if one is like it at all.
pub(crate) fn nearest(found: &str, allowed: &[&str]) -> Option<String> {
    let likeness = |candidate: &str| strsim::jaro_winkler(found, candidate);
    let best = allowed.iter().max_by(|left, right| likeness(left).total_cmp(&likeness(right)))?;
    (likeness(best) > 0.8).then(|| (*best).to_owned())
}
