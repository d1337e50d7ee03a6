//! Files in: read, checked against the contract, written, committed, published.

mod file;
mod known;
mod lookups;
mod names;
mod overlap;
mod set_rules;
mod summary;
mod texts;
mod write;

pub use summary::{FileOutcome, FileSummary, IngestSummary};

pub(crate) use known::KnownBatches;
pub(crate) use overlap::{HiddenRow, Retraction, hidden_again, hidden_row_rows, retraction_rows};

use crate::lock::RunLock;
use crate::rows::RowsWriter;
use crate::{Environment, PipelineError, Project, migrate, raw};
use file::{Candidate, Identity, candidates};
use known::Standing;
use names::Names;
use shelfcast_engine::Session;
use shelfcast_lake::{Lake, Publication, PublicationKind};
use std::collections::BTreeSet;
use std::path::PathBuf;
use write::{IngestWriter, NewBatch, Started};

/// Lets files in: all that the project's sources name, or `files` alone.
///
/// Each file is one batch for each source that takes it, known by a hash of its bytes, the
/// source's mapping and the contract: the same thing twice changes nothing. A file that breaks
/// a limit is refused as a whole and the others still come in; refused rows go to
/// `raw.rejected` with their file, row and reason. Rows that an earlier file brought word for
/// word do not count twice. A file that was taken back stays out until it is named in `files`.
/// Nothing is visible until the one row that publishes the new versions
/// of all tables is written.
pub async fn ingest(
    project: &Project,
    files: &[PathBuf],
    environment: &Environment,
) -> Result<IngestSummary, PipelineError> {
    let found = candidates(project, files)?;
    let lake = project.create_lake(environment).await?;
    let _lock = RunLock::take(project, environment)?;
    migrate::if_old(project, &lake, environment).await?;
    let published = lake.publication(None).await?;
    take_back_leftovers(&lake, published.as_ref()).await?;
    let session = project.session(lake.clone())?;
    raw::register(&session, published.as_ref()).await?;
    let known = KnownBatches::read(&session).await?;
    let mut summary = IngestSummary::default();
    summary.files.extend(found.refused);
    if files.is_empty() {
        summary.untaken = file::untaken(project, &found.candidates);
    }
    let early = start_early(project, &known, &found.candidates);
    let batches = identify_all(project, &found.candidates, &mut summary);
    let names = Names::new(&known, &batches);
    let is_first = batches.first().is_some_and(|(first, _)| {
        found.candidates.first().is_some_and(|candidate| std::ptr::eq(*first, candidate))
    });
    let mut writer = IngestWriter::new(&session, environment, known.last_sequence);
    let n_files = batches.len() as u64;
    let standing = |candidate: &Candidate, identity: &Identity| {
        known.standing(&identity.batch_id, &candidate.label, candidate.is_named)
    };
    // A file is read while the one before it is written.
    let mut ahead = early.filter(|_| is_first);
    for (done, (candidate, identity)) in batches.iter().enumerate() {
        (environment.progress)(&format!("reading {}", candidate.label), done as u64, n_files);
        let started = ahead.take();
        let file = match standing(candidate, identity) {
            Standing::New if !writer.has(&identity.batch_id) => {
                let started = started.unwrap_or_else(|| Started::new(project, candidate, None));
                let next = batches.get(done + 1);
                let next =
                    next.filter(|(next, identity)| standing(next, identity) == Standing::New);
                ahead = next.and_then(|(next, _)| Started::ahead(project, next));
                writer.write_file(project, candidate, identity, started).await?
            }
            standing => FileSummary::left_out(candidate, &identity.batch_id, standing),
        };
        summary.files.push(file);
    }
    if writer.is_empty() && names.are_known() {
        return Ok(summary);
    }
    let mut work = Work { project, lake: &lake, session: &session, environment, known: &known };
    work.publish(published.as_ref(), writer, &names, &mut summary).await?;
    Ok(summary)
}

/// A large file is read from its start while its hash is still worked out; not one that looks like
/// a file that came in before, whose hash will most likely be known.
fn start_early(
    project: &Project,
    known: &KnownBatches,
    candidates: &[Candidate],
) -> Option<Started> {
    let first = candidates.first()?;
    let n_bytes = write::n_bytes(first);
    (n_bytes > write::SMALL_BYTES && !known.has_like(&first.label, n_bytes))
        .then(|| Started::new(project, first, None))
}

/// The candidates that can be read, with what names them.
fn identify_all<'c>(
    project: &Project,
    candidates: &'c [Candidate],
    summary: &mut IngestSummary,
) -> Vec<(&'c Candidate, Identity)> {
    let mut batches = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        match file::identify(project, candidate) {
            Ok(identity) => batches.push((candidate, identity)),
            Err(error) => summary.files.push(FileSummary::refused(candidate, &error)),
        }
    }
    batches
}

/// What a run left behind that ended before it published is taken back, so that it can
/// neither be seen nor counted twice.
pub(crate) async fn take_back_leftovers(
    lake: &Lake,
    published: Option<&Publication>,
) -> Result<(), PipelineError> {
    for (table, _) in raw::tables()? {
        let version = published.and_then(|publication| publication.version(&table));
        lake.roll_back(&table, version).await?;
    }
    Ok(())
}

/// What the end of an ingest works with.
struct Work<'a> {
    project: &'a Project,
    lake: &'a Lake,
    session: &'a Session,
    environment: &'a Environment,
    known: &'a KnownBatches,
}

impl Work<'_> {
    /// Commits what was written, finds out what it replaces, repeats and breaks, and publishes.
    async fn publish(
        &mut self,
        published: Option<&Publication>,
        writer: IngestWriter<'_>,
        names: &Names,
        summary: &mut IngestSummary,
    ) -> Result<(), PipelineError> {
        let environment = self.environment;
        let mut publication = environment.publication(published, PublicationKind::Ingest);
        let (versions, batches) = match writer.is_empty() {
            true => (Vec::new(), Vec::new()),
            false => writer.commit(self.lake).await?,
        };
        for (table, version) in versions {
            publication.set(&table, version);
        }
        raw::register(self.session, Some(&publication)).await?;
        // What is to be replaced does not count while the new files are judged; a file that is
        // refused replaces nothing.
        let planned = names.replaced(self.known, &batches);
        self.suppose_retracted(&planned).await?;
        let verdict = set_rules::judge(self.project, self.session, &batches, environment).await?;
        raw::register(self.session, Some(&publication)).await?;
        let refused: BTreeSet<i64> = verdict.retractions.iter().map(|it| it.sequence).collect();
        let mut retractions: Vec<Retraction> = planned
            .into_iter()
            .filter(|gone| gone.by_sequence.is_none_or(|by| !refused.contains(&by)))
            .collect();
        summary.replaced = retractions.iter().map(|gone| gone.batch_id.clone()).collect();
        summary.warnings.extend(verdict.warnings);
        summary.refuse(&verdict.refused);
        retractions.extend(verdict.retractions);
        self.retract(&mut publication, &retractions).await?;
        if let Some(copies) = names.copies(&batches)? {
            self.rows().append(&raw::copies_table()?, &copies, &mut publication).await?;
        }
        let last = self.known.last_sequence;
        let found = overlap::overlap(self.session, &batches, last).await?;
        let gone: Vec<i64> = retractions.iter().map(|retraction| retraction.sequence).collect();
        let mut hidden = found.hidden;
        hidden.extend(hidden_again(self.session, &gone).await?);
        hidden.extend(verdict.hidden);
        self.hide(&mut publication, &hidden).await?;
        let broken = [verdict.rows, found.conflicts].concat();
        self.keep_violations(&mut publication, &batches, &broken).await?;
        summary.note_repeats(&batches, &found.repeats);
        summary.note_refused(&batches, &broken);
        Ok(self.lake.publish(&publication).await?)
    }

    /// Lets the session, and nobody else, see `planned` among the retractions.
    async fn suppose_retracted(&self, planned: &[Retraction]) -> Result<(), PipelineError> {
        if planned.is_empty() {
            return Ok(());
        }
        let table = raw::retractions_table()?;
        let (_, mut rows) = self.session.collect(&format!("select * from {table}")).await?;
        rows.push(retraction_rows(planned, self.environment.now_millis)?);
        Ok(self.session.register_rows(&table, raw::retractions_schema(), rows)?)
    }

    /// Adds to `raw.retractions`, so that what follows no longer sees those batches.
    async fn retract(
        &self,
        publication: &mut Publication,
        retractions: &[Retraction],
    ) -> Result<(), PipelineError> {
        if retractions.is_empty() {
            return Ok(());
        }
        let rows = retraction_rows(retractions, self.environment.now_millis)?;
        self.rows().append(&raw::retractions_table()?, &rows, publication).await
    }

    async fn hide(
        &self,
        publication: &mut Publication,
        hidden: &[HiddenRow],
    ) -> Result<(), PipelineError> {
        if hidden.is_empty() {
            return Ok(());
        }
        self.rows().append(&raw::hidden_rows_table()?, &hidden_row_rows(hidden)?, publication).await
    }

    async fn keep_violations(
        &self,
        publication: &mut Publication,
        batches: &[NewBatch],
        rows: &[set_rules::BrokenRow],
    ) -> Result<(), PipelineError> {
        let violations = texts::violations(batches, rows)?;
        if violations.is_empty() {
            return Ok(());
        }
        let rejected = write::rejected_rows(&violations)?;
        self.rows().append(&raw::rejected_table()?, &rejected, publication).await
    }

    fn rows(&self) -> RowsWriter<'_> {
        RowsWriter { lake: self.lake, session: self.session, environment: self.environment }
    }
}
