//! The text of rows that were let in at first and refused by a rule about many rows.

use super::set_rules::BrokenRow;
use super::write::{NewBatch, Refused};
use crate::PipelineError;
use shelfcast_contracts::Violation;
use std::collections::BTreeMap;

/// The violations of `rows`, each with the text of its row, read from the file once more.
pub(super) fn violations(
    batches: &[NewBatch],
    rows: &[BrokenRow],
) -> Result<Vec<Refused>, PipelineError> {
    let mut refused = Vec::new();
    for batch in batches {
        let mut broken: BTreeMap<u64, Vec<&BrokenRow>> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.sequence == batch.sequence) {
            broken.entry(row.ordinal).or_default().push(row);
        }
        if !broken.is_empty() {
            read(batch, &broken, &mut refused)?;
        }
    }
    Ok(refused)
}

fn read(
    batch: &NewBatch,
    broken: &BTreeMap<u64, Vec<&BrokenRow>>,
    refused: &mut Vec<Refused>,
) -> Result<(), PipelineError> {
    let candidate = &batch.candidate;
    let mut before = 0;
    for chunk in candidate.open()? {
        let chunk = chunk?;
        let end = before + chunk.rows() as u64;
        for (ordinal, rules) in broken.range(before..end) {
            let row = (ordinal - before) as usize;
            for rule in rules {
                let violation = Violation {
                    rule: rule.rule.clone(),
                    severity: rule.severity,
                    file: candidate.label.clone(),
                    row: chunk.row_numbers()[row],
                    ordinal: *ordinal,
                    offset: chunk.has_offsets().then(|| chunk.offsets()[row]),
                    part: chunk.part(row).map(str::to_owned),
                    column: None,
                    found: rule.found.clone(),
                    allowed: rule.allowed.clone(),
                    message: format!(
                        "{} row {}: found {}, allowed is {}",
                        candidate.label,
                        chunk.row_numbers()[row],
                        rule.found,
                        rule.allowed
                    ),
                    text: chunk.row_texts().value(row).to_owned(),
                    money: None,
                };
                refused.push(Refused::new(&batch.batch_id, batch.sequence, batch.feed, violation));
            }
        }
        before = end;
    }
    Ok(())
}
