use crate::Model;
use shelfcast_contracts::ContractError;
use shelfcast_engine::EngineError;
use shelfcast_lake::LakeError;
use shelfcast_sources::SourceError;

/// Why a verb could not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// A folder without a configuration.
    #[error("there is no shelfcast.toml in {folder}")]
    NoProject {
        /// The folder.
        folder: String,
    },
    /// A folder that already has a configuration.
    #[error("{path} is there already")]
    ProjectExists {
        /// The configuration.
        path: String,
    },
    /// A configuration that is not valid TOML or holds a value of the wrong kind.
    #[error("{path}:{line}: {message}")]
    Config {
        /// The configuration.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// A source that cannot be as it is written.
    #[error("{path}:{line}: {source}")]
    Mapping {
        /// The configuration.
        path: String,
        /// The line of its `[[sources]]`, from 1.
        line: usize,
        /// What is wrong.
        source: SourceError,
    },
    /// A key that the configuration does not have.
    #[error("{path}:{line}: unknown key `{key}` in {section}; allowed are {allowed}")]
    UnknownKey {
        /// The configuration.
        path: String,
        /// The line, from 1.
        line: usize,
        /// The key as found.
        key: String,
        /// The table it stands in.
        section: String,
        /// The keys that the table has.
        allowed: String,
        /// The allowed key that looks most like it.
        nearest: Option<String>,
    },
    /// No sales came in, so nothing can be built.
    #[error("no sales are in the lake")]
    NoSales,
    /// A file that no source of the project takes.
    #[error("no source in shelfcast.toml takes {file}")]
    NoSource {
        /// The file.
        file: String,
    },
    /// Another run holds the lake.
    #[error("the lake is in use by {holder}")]
    Locked {
        /// Who holds it.
        holder: String,
    },
    /// A model whose header or graph is wrong.
    #[error("model {model}: {message}")]
    Model {
        /// The model's file.
        model: String,
        /// What is wrong.
        message: String,
    },
    /// A moment before the first publication that is kept.
    #[error("nothing was published by then: the first publication that is kept is of {first}")]
    BeforeFirst {
        /// The day of the first publication.
        first: shelfcast_retail::Day,
    },
    /// A batch that is not in force.
    #[error("there is no batch {found} in force")]
    NoBatch {
        /// What was asked for.
        found: String,
    },
    /// An order line that the last build does not propose.
    #[error("no order line is proposed as `{found}`")]
    NotProposed {
        /// What was asked for.
        found: String,
    },
    /// An order line that is approved with something else.
    #[error("order line {order_line_id} is approved with the {what} {approved}, found {found}")]
    ApprovedOtherwise {
        /// The line.
        order_line_id: String,
        /// `quantity` or `reference`.
        what: &'static str,
        /// What was asked for.
        found: String,
        /// What it is approved with.
        approved: String,
    },
    /// An approval of nothing.
    #[error("order line {order_line_id} is approved with {found} units; allowed are more than 0")]
    NoUnits {
        /// The line.
        order_line_id: String,
        /// What was asked for.
        found: shelfcast_retail::Quantity,
    },
    /// An order line that was never approved.
    #[error("no order line was approved as `{found}`")]
    NotApproved {
        /// What was asked for.
        found: String,
    },
    /// A build that is not kept, or that there never was.
    #[error("no build is kept as `{found}`")]
    NoBuild {
        /// What was asked for.
        found: String,
        /// The publications of the builds that are kept.
        kept: Vec<u64>,
    },
    /// A history that leaves nothing to forecast from.
    #[error("{days} days are known; a backtest needs {needed}")]
    TooFewDays {
        /// Days from the first to the last known sale.
        days: i32,
        /// Three horizons.
        needed: i32,
    },
    /// A business date that no data reaches near to.
    #[error(
        "the business date {found} does not follow on what is known: {}",
        match last_known {
            Some(day) => format!("the last sale or count before it is of {day}"),
            None => "no sale and no count is from before it".to_owned(),
        }
    )]
    BusinessDate {
        /// The day as given.
        found: shelfcast_retail::Day,
        /// The last day before it of which a sale or count is known.
        last_known: Option<shelfcast_retail::Day>,
    },
    /// The file system refused.
    #[error("{action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: String,
        /// What the file system answered.
        #[source]
        source: std::io::Error,
    },
    /// A task ended without an answer.
    #[error("a background task ended early: {message}")]
    Task {
        /// How it ended.
        message: String,
    },
    /// Files came in, but no build made marts of them.
    #[error("nothing was built yet from what came in")]
    NotBuilt,
    /// A source file could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A contract could not be read or kept.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// The engine refused.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The lake refused.
    #[error(transparent)]
    Lake(#[from] LakeError),
}

impl PipelineError {
    /// A model whose query the engine refuses, with the file and, where the engine names it, the line.
    /// A disk or lake that refuses is no fault of the model.
    pub(crate) fn model(model: &Model, error: EngineError) -> Self {
        if !matches!(error, EngineError::Query { .. }) {
            return Self::Engine(error);
        }
        let model = match error.line() {
            Some(line) => format!("{}:{line}", model.origin),
            None => model.origin.clone(),
        };
        Self::Model { model, message: error.to_string() }
    }

    /// An error in a model that reads others which files of the project stand in for: these may lack
    /// what it needs.
    pub(crate) fn of_readers(self, replacements: &[&str]) -> Self {
        match self {
            Self::Model { model, message } if !replacements.is_empty() => Self::Model {
                model: replacements.join(", "),
                message: format!(
                    "{model}, which comes with the program, cannot be built from what stands in \
                     for its table there: {message}"
                ),
            },
            other => other,
        }
    }

    /// An error in a model's header, with the file that the user knows it by.
    pub(crate) fn in_file(self, path: &str) -> Self {
        let message = match self {
            Self::Model { message, .. } => message,
            other => other.to_string(),
        };
        Self::Model { model: path.to_owned(), message }
    }

    /// The stable number under which the documentation explains the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoProject { .. } => "SC-4001",
            Self::ProjectExists { .. } => "SC-4002",
            Self::Config { .. } => "SC-4003",
            Self::UnknownKey { .. } => "SC-4004",
            Self::NoSales => "SC-4005",
            Self::NoSource { .. } => "SC-4006",
            Self::Locked { .. } => "SC-4007",
            Self::Model { .. } => "SC-4008",
            Self::Io { .. } => "SC-4009",
            Self::Task { .. } => "SC-4010",
            Self::BeforeFirst { .. } => "SC-4011",
            Self::NoBatch { .. } => "SC-4012",
            Self::NotProposed { .. } => "SC-4013",
            Self::ApprovedOtherwise { .. } => "SC-4014",
            Self::NoUnits { .. } => "SC-4015",
            Self::NotApproved { .. } => "SC-4016",
            Self::NoBuild { .. } => "SC-4017",
            Self::TooFewDays { .. } => "SC-4018",
            Self::NotBuilt => "SC-4019",
            Self::BusinessDate { .. } => "SC-4020",
            Self::Source(error) | Self::Mapping { source: error, .. } => error.code(),
            Self::Contract(error) => error.code(),
            Self::Engine(error) => error.code(),
            Self::Lake(error) => error.code(),
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoProject { .. } => {
                Some("run `shelfcast init DIR --from FILES...` to make a project".into())
            }
            Self::ProjectExists { .. } => {
                Some("choose another folder, or remove the file to start again".into())
            }
            Self::Config { hint, .. } => hint.clone(),
            Self::UnknownKey { nearest, .. } => {
                nearest.as_ref().map(|nearest| format!("did you mean `{nearest}`?"))
            }
            Self::NoSales => {
                Some("add a source with `feed = \"sales\"` and ingest its files".into())
            }
            Self::NoSource { .. } => Some(
                "add the file to `files` of a [[sources]] entry, or run `shelfcast init` on it"
                    .into(),
            ),
            Self::Locked { .. } => Some("wait until it is done, then run the command again".into()),
            Self::Model { .. } | Self::Task { .. } => None,
            Self::BeforeFirst { .. } => Some(
                "ask for a later moment; `shelfcast maintain` drops publications older than it is \
                 told to keep"
                    .into(),
            ),
            Self::TooFewDays { .. } => {
                Some("lower `horizon_days` in shelfcast.toml, or ingest more history".into())
            }
            Self::BusinessDate { .. } => Some(
                "give a day of at most a year after the last known one, or leave it out: it is then \
                 the day after the last sale or count"
                    .into(),
            ),
            Self::NotBuilt => {
                Some("run `shelfcast build`, and mend what it tells if it fails".into())
            }
            Self::NoBatch { .. } => Some(
                "list them with `shelfcast query \"select * from staging.batches\"`; a batch is \
                 named by its id, its number or its file"
                    .into(),
            ),
            Self::NotProposed { .. } => Some(
                "list what is proposed with `shelfcast query \"select order_line_id, quantity from \
                 marts.order_proposals\"`; a build replaces the proposals of the one before"
                    .into(),
            ),
            Self::ApprovedOtherwise { order_line_id, .. } => Some(format!(
                "withdraw it first: `shelfcast orders withdraw {order_line_id}`"
            )),
            Self::NoUnits { .. } => Some("leave lines out that are not to be ordered".into()),
            Self::NotApproved { .. } => {
                Some("list what is approved with `shelfcast orders list`".into())
            }
            Self::NoBuild { kept, .. } if kept.is_empty() => {
                Some("name a build by the number of its publication or by its business date".into())
            }
            Self::NoBuild { kept, .. } => {
                let kept: Vec<String> = kept.iter().map(u64::to_string).collect();
                Some(format!("builds are kept as {}; `shelfcast build` makes one", kept.join(", ")))
            }
            Self::Io { .. } => Some("check that the path exists and may be written to".into()),
            Self::Source(error) | Self::Mapping { source: error, .. } => error.hint(),
            Self::Contract(error) => error.hint(),
            Self::Engine(error) => error.hint(),
            Self::Lake(error) => error.hint(),
        }
    }
}
