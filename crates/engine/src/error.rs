use datafusion::common::DataFusionError;
use shelfcast_lake::LakeError;

/// Why a query or a write could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The SQL does not parse, names what is not there, or failed while it ran.
    #[error("{what}: {message}")]
    Query {
        /// What was being done, for example `build model marts.abc`.
        what: String,
        /// What the engine answered, without its internals.
        message: String,
        /// The engine's own error; its text is in `message`.
        cause: Box<DataFusionError>,
    },
    /// A statement other than a query where only queries are allowed.
    #[error("only queries are allowed here, found: {found}")]
    ReadOnly {
        /// The kind of statement.
        found: String,
    },
    /// The lake refused.
    #[error(transparent)]
    Lake(#[from] LakeError),
}

impl EngineError {
    /// Wraps the engine's error with what was being done.
    pub fn query(what: impl Into<String>) -> impl FnOnce(DataFusionError) -> Self {
        let what = what.into();
        move |source| Self::Query { what, message: told(&source), cause: Box::new(source) }
    }

    /// The line of the query, from 1, that the engine points at; `None` where it points at none.
    pub fn line(&self) -> Option<u64> {
        let Self::Query { cause, message, .. } = self else { return None };
        let span = cause.diagnostic().and_then(|diagnostic| diagnostic.span);
        match span {
            Some(span) if span.start.line > 0 => Some(span.start.line),
            // The parser keeps the place in its text alone.
            _ => message.split("Line: ").nth(1)?.split(',').next()?.trim().parse().ok(),
        }
    }

    /// The stable number under which the documentation explains the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Query { .. } => "SC-3001",
            Self::ReadOnly { .. } => "SC-3002",
            Self::Lake(error) => error.code(),
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Query { message, .. } if message.contains("not found") => {
                Some("`shelfcast models` lists the tables, `shelfcast models --docs` their columns".into())
            }
            Self::Query { .. } => None,
            Self::ReadOnly { .. } => Some(
                "write a SELECT; tables change only through `shelfcast ingest` and `shelfcast build`"
                    .into(),
            ),
            Self::Lake(error) => error.hint(),
        }
    }
}

/// What went wrong at the root, without the names of the engine's parts that it passed through.
fn told(error: &DataFusionError) -> String {
    let message = error.find_root().message().into_owned();
    match message.split_once(DataFusionError::BACK_TRACE_SEP) {
        Some((told, _)) => told.to_owned(),
        None => message,
    }
}
