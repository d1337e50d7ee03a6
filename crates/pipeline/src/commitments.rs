//! Order lines approved and withdrawn: what counts as on order until its purchase order comes.

mod approve;
mod rows;
mod steps;
mod withdraw;

pub use approve::{Approval, ApprovalSummary, approve_all, approve_orders};
pub use rows::Commitment;
pub use withdraw::{WithdrawalSummary, withdraw_orders};

use crate::ingest::take_back_leftovers;
use crate::lock::RunLock;
use crate::rows::RowsWriter;
use crate::{Environment, PipelineError, Project, migrate, raw};
use arrow::array::RecordBatch;
use rows::{Event, KnownCommitments, event_rows};
use shelfcast_engine::Session;
use shelfcast_lake::{Lake, Publication, PublicationKind};

/// A lake held to write commitments into.
struct Desk<'a> {
    environment: &'a Environment,
    lake: Lake,
    session: Session,
    published: Option<Publication>,
    known: KnownCommitments,
    _lock: RunLock,
}

impl<'a> Desk<'a> {
    async fn open(project: &Project, environment: &'a Environment) -> Result<Self, PipelineError> {
        let lake = project.open_lake(environment).await?;
        let lock = RunLock::take(project, environment)?;
        migrate::if_old(project, &lake, environment).await?;
        let published = lake.publication(None).await?;
        take_back_leftovers(&lake, published.as_ref()).await?;
        let session = project.session(lake.clone())?;
        raw::register(&session, published.as_ref()).await?;
        let known = KnownCommitments::read(&session).await?;
        Ok(Self { environment, lake, session, published, known, _lock: lock })
    }

    /// Appends `events` and their steps and publishes them as one; nothing where there are none.
    async fn publish(
        &self,
        events: &[Event],
        steps: Option<RecordBatch>,
    ) -> Result<Option<u64>, PipelineError> {
        if events.is_empty() {
            return Ok(None);
        }
        let mut publication =
            self.environment.publication(self.published.as_ref(), PublicationKind::Approve);
        let rows =
            RowsWriter { lake: &self.lake, session: &self.session, environment: self.environment };
        let events = event_rows(events, self.known.next_sequence, self.environment.now_millis)?;
        rows.append(&raw::commitments_table()?, &events, &mut publication).await?;
        if let Some(steps) = steps {
            rows.append(&raw::commitment_steps_table()?, &steps, &mut publication).await?;
        }
        self.lake.publish(&publication).await?;
        Ok(Some(publication.sequence))
    }
}
