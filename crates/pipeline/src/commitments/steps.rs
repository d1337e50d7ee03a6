//! The arithmetic of an approved line, kept as it was approved.

use super::Desk;
use super::rows::Commitment;
use crate::{PipelineError, raw};
use arrow::array::{ArrayRef, AsArray, Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Decimal128Type};
use arrow::error::ArrowError;
use shelfcast_engine::EngineError;
use shelfcast_lake::TableName;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The step of a quantity that is not the proposed one.
const BUYER: &str = "buyer";

struct Step {
    step: String,
    quantity: i128,
    note: String,
    input: String,
}

/// The steps of the lines `approved`, with the published versions of what they come from; a last
/// one where the buyer ordered another quantity than was proposed. `None` where no line is new.
pub(super) async fn of_approved(
    desk: &Desk<'_>,
    approved: &[Commitment],
    proposed: &BTreeMap<String, Commitment>,
) -> Result<Option<RecordBatch>, PipelineError> {
    if approved.is_empty() {
        return Ok(None);
    }
    let mut known = read(desk).await?;
    let mut rows = Rows::default();
    for (index, line) in approved.iter().enumerate() {
        let sequence = desk.known.next_sequence + index as i64;
        let mut steps = known.remove(&line.order_line_id).unwrap_or_default();
        let proposal = proposed.get(&line.order_line_id).unwrap_or(line);
        if proposal.quantity != line.quantity {
            steps.push(Step {
                step: BUYER.to_owned(),
                quantity: line.quantity.parts() - proposal.quantity.parts(),
                note: format!("{} were proposed, {} approved", proposal.quantity, line.quantity),
                input: raw::commitments_table()?.to_string(),
            });
        }
        for (number, step) in steps.into_iter().enumerate() {
            rows.push(desk, sequence, line, number as i64 + 1, step)?;
        }
    }
    let build = desk.published.as_ref().map_or("", |publication| &publication.build_id);
    rows.into_batch(build).map(Some)
}

/// The steps of the last build, by line.
async fn read(desk: &Desk<'_>) -> Result<BTreeMap<String, Vec<Step>>, PipelineError> {
    let table = TableName::new("marts", "order_proposal_steps")?;
    let published = desk.published.as_ref();
    let Some(version) = published.and_then(|publication| publication.version(&table)) else {
        return Ok(BTreeMap::new());
    };
    desk.session.register(&table, version).await?;
    let sql = format!(
        "select order_line_id, step, quantity, note, input from {table} \
         order by order_line_id, step_number"
    );
    let (schema, batches) = desk.session.collect(&sql).await?;
    let batch = concat_batches(&schema, &batches).map_err(form)?;
    let text = |column: usize| cast(batch.column(column), &DataType::Utf8).map_err(form);
    let (ids, steps, notes, inputs) = (text(0)?, text(1)?, text(3)?, text(4)?);
    let quantities = cast(batch.column(2), &DataType::Decimal128(18, 4)).map_err(form)?;
    let at = |array: &ArrayRef, row: usize| array.as_string::<i32>().value(row).to_owned();
    let mut by_line: BTreeMap<String, Vec<Step>> = BTreeMap::new();
    for row in 0..batch.num_rows() {
        by_line.entry(at(&ids, row)).or_default().push(Step {
            step: at(&steps, row),
            quantity: quantities.as_primitive::<Decimal128Type>().value(row),
            note: at(&notes, row),
            input: at(&inputs, row),
        });
    }
    Ok(by_line)
}

#[derive(Default)]
struct Rows {
    sequences: Vec<i64>,
    ids: Vec<String>,
    numbers: Vec<i64>,
    steps: Vec<Step>,
    versions: Vec<Option<i64>>,
}

impl Rows {
    fn push(
        &mut self,
        desk: &Desk<'_>,
        sequence: i64,
        line: &Commitment,
        number: i64,
        step: Step,
    ) -> Result<(), PipelineError> {
        let table: TableName = step.input.parse()?;
        let version = desk.published.as_ref().and_then(|publication| publication.version(&table));
        self.sequences.push(sequence);
        self.ids.push(line.order_line_id.clone());
        self.numbers.push(number);
        self.versions.push(version.map(u64::cast_signed));
        self.steps.push(step);
        Ok(())
    }

    fn into_batch(self, build_id: &str) -> Result<RecordBatch, PipelineError> {
        let text = |value: &dyn Fn(&Step) -> &str| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(self.steps.iter().map(value)))
        };
        let quantities: Decimal128Array =
            self.steps.iter().map(|step| Some(step.quantity)).collect();
        let builds = vec![build_id; self.steps.len()];
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(self.sequences.clone())),
            Arc::new(StringArray::from(self.ids.clone())),
            Arc::new(Int64Array::from(self.numbers.clone())),
            text(&|step| &step.step),
            Arc::new(quantities.with_precision_and_scale(18, 4).map_err(form)?),
            text(&|step| &step.note),
            text(&|step| &step.input),
            Arc::new(self.versions.iter().copied().collect::<Int64Array>()),
            Arc::new(StringArray::from(builds)),
        ];
        RecordBatch::try_new(raw::commitment_steps_schema(), columns).map_err(form)
    }
}

fn form(error: ArrowError) -> PipelineError {
    EngineError::query("read the steps of proposals")(error.into()).into()
}
