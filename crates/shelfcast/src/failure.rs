//! How the program ends: exit codes, and errors as a stranger can act on them.

use crate::output;
use shelfcast_pipeline::PipelineError;
use shelfcast_report::ReportError;
use shelfcast_series::SeriesError;
use shelfcast_world::WorldError;
use std::process::ExitCode;

/// What was asked is done; rows refused within the contract's limit included.
pub const DONE: u8 = 0;
/// The data broke a limit, or a file was refused.
pub const BROKEN: u8 = 1;
/// It could not be done.
pub const COULD_NOT_CODE: u8 = 2;

/// The exit code of what could not be done.
pub struct CouldNot;
/// See [`CouldNot`].
pub const COULD_NOT: CouldNot = CouldNot;

impl From<CouldNot> for ExitCode {
    fn from(_: CouldNot) -> Self {
        Self::from(COULD_NOT_CODE)
    }
}

/// How a command ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Done, but the data broke a limit or a file was refused.
    Broken,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::from(DONE),
            Outcome::Broken => Self::from(BROKEN),
        }
    }
}

/// The user pressed Ctrl-C.
#[derive(Debug, thiserror::Error)]
#[error("stopped; what was published before stays, and nothing half-done is visible")]
pub struct Interrupted;

/// A wish that no command can fulfil as it stands.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct UsageError {
    /// The error's number.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Tells the error and its remedy on standard error.
pub fn report(error: &anyhow::Error) -> ExitCode {
    tell(error);
    let is_data = error.downcast_ref::<SeriesError>().is_some_and(SeriesError::is_refused_file);
    if is_data { Outcome::Broken.into() } else { COULD_NOT.into() }
}

fn tell(error: &anyhow::Error) {
    let (code, hint) = code_and_hint(error);
    output::say(&format!("error[{code}]: {}", told(error)));
    if let Some(hint) = hint {
        output::say(&format!("hint: {hint}"));
    }
}

/// An error and its causes, each said once: many messages hold their cause already.
fn told(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |told, cause| {
        match told.is_empty() {
            true => cause,
            false if told.contains(&cause) => told,
            false => format!("{told}: {cause}"),
        }
    })
}

/// The number and the remedy of an error.
pub fn code_and_hint(error: &anyhow::Error) -> (&'static str, Option<String>) {
    if let Some(error) = error.downcast_ref::<PipelineError>() {
        return (error.code(), error.hint());
    }
    if let Some(error) = error.downcast_ref::<UsageError>() {
        return (error.code, error.hint.clone());
    }
    if let Some(error) = error.downcast_ref::<SeriesError>() {
        return (error.code(), error.hint());
    }
    if let Some(error) = error.downcast_ref::<WorldError>() {
        return (error.code(), error.hint().map(str::to_owned));
    }
    if error.is::<ReportError>() {
        return ("SC-5002", Some("check that the folder exists and may be written to".into()));
    }
    if error.is::<Interrupted>() {
        return ("SC-5003", Some("run the command again to take up the work".into()));
    }
    ("SC-5000", None)
}

/// A crash is told in one line; the details are for whoever mends it. What a library makes of a
/// broken file is told as an error of that file.
pub fn report_panic(panic: &std::panic::PanicHookInfo<'_>) {
    if shelfcast_pipeline::sources::is_guarded() {
        return;
    }
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let text = panic.payload_as_str().unwrap_or("no message");
    output::say(&format!("error[SC-5999]: the program crashed at {place}: {text}"));
    output::say("hint: this is a fault of shelfcast; nothing was published, the lake is as it was");
}
