use super::rows::{Commitment, Event, Word, commitments_of};
use super::{Desk, steps};
use crate::{Environment, PipelineError, Project};
use arrow::compute::concat_batches;
use serde::Serialize;
use shelfcast_engine::EngineError;
use shelfcast_lake::TableName;
use shelfcast_retail::Quantity;
use std::collections::BTreeMap;

/// An order line to approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The line, as in `marts.order_proposals`.
    pub order_line_id: String,
    /// Units, where they differ from those proposed.
    pub quantity: Option<Quantity>,
    /// The id that the purchase order has or will have; the line's own when left out.
    pub reference: Option<String>,
}

/// What an approval did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ApprovalSummary {
    /// The publication that readers now see; `None` when nothing was new.
    pub published: Option<u64>,
    /// Lines that count as on order from now on.
    pub approved: Vec<Commitment>,
    /// Lines that were approved before, with the same quantity and reference.
    pub already_approved: usize,
}

/// Approves order lines: they count as on order at once, until a purchase order with their
/// reference arrives or they are withdrawn. Approving the same lines again changes nothing.
///
/// # Errors
/// A line that is not proposed, one that is approved with another quantity or reference, a
/// quantity of 0 or less, or a lake that is in use: then none of the lines is approved.
pub async fn approve_orders(
    project: &Project,
    lines: &[Approval],
    environment: &Environment,
) -> Result<ApprovalSummary, PipelineError> {
    let desk = Desk::open(project, environment).await?;
    let proposed = proposals(&desk).await?;
    approve(&desk, &proposed, lines).await
}

/// Approves every line that is proposed, under `reference` where there is one.
///
/// # Errors
/// As [`approve_orders`].
pub async fn approve_all(
    project: &Project,
    reference: Option<&str>,
    environment: &Environment,
) -> Result<ApprovalSummary, PipelineError> {
    let desk = Desk::open(project, environment).await?;
    let proposed = proposals(&desk).await?;
    let lines: Vec<Approval> = proposed
        .keys()
        .map(|id| Approval {
            order_line_id: id.clone(),
            quantity: None,
            reference: reference.map(str::to_owned),
        })
        .collect();
    approve(&desk, &proposed, &lines).await
}

type Proposals = BTreeMap<String, Commitment>;

async fn approve(
    desk: &Desk<'_>,
    proposed: &Proposals,
    lines: &[Approval],
) -> Result<ApprovalSummary, PipelineError> {
    let mut summary = ApprovalSummary::default();
    let mut new: Proposals = BTreeMap::new();
    for line in lines {
        let approved = desk.known.in_force(&line.order_line_id);
        let Some(earlier) = approved.or_else(|| new.get(&line.order_line_id)) else {
            let commitment = commitment(proposed, line)?;
            new.insert(line.order_line_id.clone(), commitment);
            continue;
        };
        refuse_other(earlier, line)?;
        summary.already_approved += 1;
    }
    summary.approved = new.into_values().collect();
    let events: Vec<Event> = summary
        .approved
        .iter()
        .map(|line| Event { word: Word::Approved, commitment: line.clone() })
        .collect();
    let steps = steps::of_approved(desk, &summary.approved, proposed).await?;
    summary.published = desk.publish(&events, steps).await?;
    Ok(summary)
}

fn commitment(proposed: &Proposals, line: &Approval) -> Result<Commitment, PipelineError> {
    let id = &line.order_line_id;
    let Some(proposal) = proposed.get(id) else {
        return Err(PipelineError::NotProposed { found: id.clone() });
    };
    let quantity = line.quantity.unwrap_or(proposal.quantity);
    if quantity <= Quantity::ZERO {
        return Err(PipelineError::NoUnits { order_line_id: id.clone(), found: quantity });
    }
    let reference = line.reference.clone().unwrap_or_else(|| id.clone());
    Ok(Commitment { quantity, reference, ..proposal.clone() })
}

/// A line that is approved already may be named again, but not changed by that.
fn refuse_other(approved: &Commitment, line: &Approval) -> Result<(), PipelineError> {
    let refuse = |what, found: String, approved: String| {
        let order_line_id = line.order_line_id.clone();
        Err(PipelineError::ApprovedOtherwise { order_line_id, what, found, approved })
    };
    match (line.quantity, &line.reference) {
        (Some(quantity), _) if quantity != approved.quantity => {
            refuse("quantity", quantity.to_string(), approved.quantity.to_string())
        }
        (_, Some(reference)) if *reference != approved.reference => {
            refuse("reference", reference.clone(), approved.reference.clone())
        }
        _ => Ok(()),
    }
}

/// The lines that the last build proposes.
async fn proposals(desk: &Desk<'_>) -> Result<Proposals, PipelineError> {
    let table = TableName::new("marts", "order_proposals")?;
    let published = desk.published.as_ref();
    let Some(version) = published.and_then(|publication| publication.version(&table)) else {
        return Ok(Proposals::new());
    };
    desk.session.register(&table, version).await?;
    let sql = format!(
        "select order_line_id, product_id, location_id, supplier_id, quantity, unit_cost, \
            order_on as ordered_on, arrives_on as expected_on, order_line_id as reference, reason \
         from {table}"
    );
    let (schema, batches) = desk.session.collect(&sql).await?;
    let batch = concat_batches(&schema, &batches)
        .map_err(|error| EngineError::query("read the proposals")(error.into()))?;
    let lines = commitments_of(&batch)?;
    Ok(lines.into_iter().map(|line| (line.order_line_id.clone(), line)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed() -> Proposals {
        let line = Commitment {
            order_line_id: "L".to_owned(),
            product_id: "TEA".to_owned(),
            location_id: "L1".to_owned(),
            supplier_id: None,
            quantity: Quantity::from_whole(12),
            unit_cost: None,
            ordered_on: Day::from_epoch_days(0),
            expected_on: Day::from_epoch_days(7),
            reference: "L".to_owned(),
            reason: String::new(),
        };
        BTreeMap::from([("L".to_owned(), line)])
    }

    use shelfcast_retail::Day;

    fn line(quantity: Option<i64>, reference: Option<&str>) -> Approval {
        Approval {
            order_line_id: "L".to_owned(),
            quantity: quantity.map(Quantity::from_whole),
            reference: reference.map(str::to_owned),
        }
    }

    #[test]
    fn what_the_buyer_says_stands_before_what_is_proposed() {
        let approved = commitment(&proposed(), &line(Some(24), Some("PO-7"))).unwrap();
        assert_eq!(approved.quantity, Quantity::from_whole(24));
        assert_eq!(approved.reference, "PO-7");
        let approved = commitment(&proposed(), &line(None, None)).unwrap();
        assert_eq!(
            (approved.quantity, approved.reference.as_str()),
            (Quantity::from_whole(12), "L")
        );
    }

    #[test]
    fn no_units_are_refused() {
        let refused = commitment(&proposed(), &line(Some(0), None)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "order line L is approved with 0 units; allowed are more than 0"
        );
    }

    #[test]
    fn an_approved_line_is_named_again_but_not_changed() {
        let approved = &proposed()["L"];
        assert!(refuse_other(approved, &line(None, None)).is_ok());
        assert!(refuse_other(approved, &line(Some(12), Some("L"))).is_ok());
        let refused = refuse_other(approved, &line(Some(13), None)).unwrap_err();
        assert_eq!(refused.to_string(), "order line L is approved with the quantity 12, found 13");
        assert!(refuse_other(approved, &line(None, Some("PO-7"))).is_err());
    }
}
