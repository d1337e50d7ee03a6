use std::fmt;

/// One broken rule, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What is wrong: the thing, and what was found.
    pub(crate) what: String,
    /// What to do.
    pub(crate) mend: String,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { what: what.into(), mend: mend.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n  hint: {}", self.what, self.mend)
    }
}

/// Why a task ended without success.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Rules are broken.
    Broken(Vec<Failure>),
    /// A file or program could not be used.
    Unusable {
        /// The file or program.
        what: String,
        /// Why not.
        reason: String,
    },
    /// The arguments name no task.
    Usage(&'static str),
}

impl Fault {
    pub(crate) fn unusable(what: impl fmt::Display, reason: impl fmt::Display) -> Self {
        Self::Unusable { what: what.to_string(), reason: reason.to_string() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(failures) => {
                for failure in failures {
                    writeln!(formatter, "{failure}")?;
                }
                write!(formatter, "{} house rules are broken", failures.len())
            }
            Self::Unusable { what, reason } => write!(formatter, "{what}: {reason}"),
            Self::Usage(usage) => formatter.write_str(usage),
        }
    }
}
