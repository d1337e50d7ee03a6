use datafusion::common::DataFusionError;
use shelfcast_lake::{LakeError, disk_refusal};

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
    /// A disk refused what a query was to write or read.
    #[error("{what}: {message}")]
    Disk {
        /// What was being done.
        what: String,
        /// What the operating system answered.
        message: String,
        /// The engine's own error.
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
        move |source| match disk_refusal(&source).map(ToString::to_string) {
            Some(message) => Self::Disk { what, message, cause: Box::new(source) },
            None => Self::Query { what, message: told(&source), cause: Box::new(source) },
        }
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

    /// Whether a query names a table that is not there.
    pub fn is_of_unknown_table(&self) -> bool {
        matches!(self, Self::Query { message, .. } if message.contains("not found"))
    }

    /// The stable number under which the documentation explains the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Query { .. } => "SC-3001",
            Self::ReadOnly { .. } => "SC-3002",
            Self::Disk { .. } => "SC-3003",
            Self::Lake(error) => error.code(),
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Query { .. } if self.is_of_unknown_table() => {
                Some("`shelfcast models` lists the tables, `shelfcast models --docs` their columns".into())
            }
            Self::Query { .. } => None,
            Self::Disk { .. } => Some(
                "check that the folders of the lake and for temporary files (TMPDIR) are writable and \
                 have free space"
                    .into(),
            ),
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

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::errors::ParquetError;
    use std::io::{Error, ErrorKind};

    #[test]
    fn a_full_disk_is_no_fault_of_the_query() {
        // As the writer of a model's files hands it up.
        let refused = |kind: ErrorKind| {
            let stored = ParquetError::External(Box::new(Error::from(kind)));
            EngineError::query("write marts.abc")(DataFusionError::ParquetError(Box::new(stored)))
        };
        let full = refused(ErrorKind::StorageFull);
        assert_eq!(full.code(), "SC-3003");
        assert_eq!(full.to_string(), "write marts.abc: no storage space");
        assert!(full.hint().is_some_and(|hint| hint.contains("free space")));
        assert_eq!(refused(ErrorKind::InvalidData).code(), "SC-3001");
    }
}
