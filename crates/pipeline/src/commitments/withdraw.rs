use super::Desk;
use super::rows::{Commitment, Event, Word};
use crate::{Environment, PipelineError, Project};
use serde::Serialize;

/// What a withdrawal did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WithdrawalSummary {
    /// The publication that readers now see; `None` when nothing was new.
    pub published: Option<u64>,
    /// Lines that no longer count as on order.
    pub withdrawn: Vec<Commitment>,
    /// Lines that were withdrawn before.
    pub already_withdrawn: usize,
}

/// Takes approvals back: the lines, named by id or by reference, no longer count as on order.
///
/// # Errors
/// A name under which nothing was ever approved: then nothing is withdrawn.
pub async fn withdraw_orders(
    project: &Project,
    names: &[String],
    environment: &Environment,
) -> Result<WithdrawalSummary, PipelineError> {
    let desk = Desk::open(project, environment).await?;
    let mut summary = WithdrawalSummary::default();
    for name in names {
        let mut named = desk.known.lines.values().filter(|event| {
            let line = &event.commitment;
            line.order_line_id == *name || line.reference == *name
        });
        let Some(first) = named.next() else {
            return Err(PipelineError::NotApproved { found: name.clone() });
        };
        for event in std::iter::once(first).chain(named) {
            match event.word {
                Word::Approved => summary.withdrawn.push(event.commitment.clone()),
                Word::Withdrawn => summary.already_withdrawn += 1,
            }
        }
    }
    summary.withdrawn.sort_by(|one, other| one.order_line_id.cmp(&other.order_line_id));
    summary.withdrawn.dedup();
    let events: Vec<Event> = summary
        .withdrawn
        .iter()
        .map(|line| Event { word: Word::Withdrawn, commitment: line.clone() })
        .collect();
    summary.published = desk.publish(&events, None).await?;
    Ok(summary)
}
