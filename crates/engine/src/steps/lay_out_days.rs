use arrow::array::{Array, ArrayRef, AsArray, Date32Array, RecordBatch, UInt32Array};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Date32Type, Field, Schema, SchemaRef};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, exec_err, plan_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties,
};
use futures::{StreamExt, stream};
use std::fmt;
use std::sync::Arc;

/// Rows of one batch that is handed on.
const BATCH_ROWS: usize = 16_384;
const FROM: &str = "from_day";
const UNTIL: &str = "until_day";

/// A row for each day that a row holds, in the order of the rows; days ascend within each.
#[derive(Debug)]
pub(super) struct LayOutDays {
    input: Arc<dyn ExecutionPlan>,
    day: String,
    from: usize,
    until: usize,
    /// The columns that are kept, in order; the day stands where `from_day` stood.
    kept: Vec<usize>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
}

impl LayOutDays {
    pub(super) fn new(input: Arc<dyn ExecutionPlan>, day: &str) -> Result<Self> {
        let columns = input.schema();
        let (Some((from, _)), Some((until, _))) =
            (columns.fields().find(FROM), columns.fields().find(UNTIL))
        else {
            return plan_err!("lay_out_days needs the columns {FROM} and {UNTIL}");
        };
        let kept: Vec<usize> =
            (0..columns.fields().len()).filter(|index| *index != until).collect();
        let fields = kept.iter().map(|index| match *index == from {
            true => Arc::new(Field::new(day, DataType::Date32, false)),
            false => Arc::clone(&columns.fields()[*index]),
        });
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            datafusion::physical_plan::Partitioning::UnknownPartitioning(
                input.output_partitioning().partition_count(),
            ),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        let properties = Arc::new(properties);
        Ok(Self { input, day: day.to_owned(), from, until, kept, schema, properties })
    }

    /// The batch's rows, a batch of days at a time.
    fn laid_out(&self, batch: &RecordBatch) -> Result<Vec<RecordBatch>> {
        let days = |column: usize| cast(batch.column(column), &DataType::Date32);
        let (from, until) = (days(self.from)?, days(self.until)?);
        let (from, until) = (from.as_primitive::<Date32Type>(), until.as_primitive::<Date32Type>());
        let mut batches = Vec::new();
        let (mut rows, mut each_day) = (Vec::new(), Vec::new());
        for row in 0..batch.num_rows() {
            if from.is_null(row) || until.is_null(row) {
                return exec_err!("lay_out_days found a row without {FROM} or {UNTIL}");
            }
            for day in from.value(row)..=until.value(row) {
                rows.push(row as u32);
                each_day.push(day);
                if rows.len() == BATCH_ROWS {
                    batches.push(self.rows(batch, &mut rows, &mut each_day)?);
                }
            }
        }
        if !rows.is_empty() {
            batches.push(self.rows(batch, &mut rows, &mut each_day)?);
        }
        Ok(batches)
    }

    fn rows(
        &self,
        batch: &RecordBatch,
        rows: &mut Vec<u32>,
        days: &mut Vec<i32>,
    ) -> Result<RecordBatch> {
        let indices = UInt32Array::from(std::mem::take(rows));
        let days: ArrayRef = Arc::new(Date32Array::from(std::mem::take(days)));
        let column = |index: &usize| match *index == self.from {
            true => Ok(Arc::clone(&days)),
            false => take(batch.column(*index), &indices, None),
        };
        let columns = self.kept.iter().map(column).collect::<Result<Vec<_>, _>>()?;
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

impl DisplayAs for LayOutDays {
    fn fmt_as(&self, _: DisplayFormatType, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "LayOutDays: day={}", self.day)
    }
}

impl ExecutionPlan for LayOutDays {
    fn name(&self) -> &str {
        "LayOutDays"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match (children.pop(), children.is_empty()) {
            (Some(input), true) => Ok(Arc::new(Self::new(input, &self.day)?)),
            _ => plan_err!("LayOutDays has one child"),
        }
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        let plan = Self::new(Arc::clone(&self.input), &self.day)?;
        let batches = input.flat_map(move |batch| {
            let laid_out = batch.and_then(|batch| plan.laid_out(&batch));
            let batches: Vec<Result<RecordBatch, DataFusionError>> = match laid_out {
                Ok(batches) => batches.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            };
            stream::iter(batches)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StringArray;
    use datafusion::datasource::memory::MemorySourceConfig;

    fn plan(rows: &[(&str, i32, i32)]) -> LayOutDays {
        let column = |value: fn(&(&str, i32, i32)) -> i32| -> ArrayRef {
            Arc::new(Date32Array::from_iter_values(rows.iter().map(value)))
        };
        let names: ArrayRef = Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0)));
        let batch = RecordBatch::try_from_iter([
            ("name", names),
            (FROM, column(|row| row.1)),
            (UNTIL, column(|row| row.2)),
        ])
        .unwrap();
        let input = MemorySourceConfig::try_new_exec(&[vec![batch.clone()]], batch.schema(), None);
        LayOutDays::new(input.unwrap(), "day").unwrap()
    }

    fn rows(plan: &LayOutDays) -> Vec<(String, i32)> {
        let context = Arc::new(TaskContext::default());
        let batches = futures::executor::block_on_stream(plan.execute(0, context).unwrap());
        let mut rows = Vec::new();
        for batch in batches.map(Result::unwrap) {
            let names = batch.column(0).as_string::<i32>();
            let days = batch.column(1).as_primitive::<Date32Type>();
            let each =
                (0..batch.num_rows()).map(|row| (names.value(row).to_owned(), days.value(row)));
            rows.extend(each);
        }
        rows
    }

    #[test]
    fn each_row_becomes_its_days_in_order() {
        let found = rows(&plan(&[("a", 3, 5), ("none", 9, 8), ("b", 7, 7)]));
        let expected = [("a", 3), ("a", 4), ("a", 5), ("b", 7)];
        assert_eq!(found, expected.map(|(name, day)| (name.to_owned(), day)));
    }

    #[test]
    fn long_runs_are_cut_into_batches_without_loss() {
        let last = 3 * BATCH_ROWS as i32;
        let found = rows(&plan(&[("a", 0, last)]));
        assert_eq!(found.len(), last as usize + 1);
        assert!(found.iter().enumerate().all(|(index, row)| row.1 == index as i32));
    }

    #[test]
    fn a_query_without_days_is_refused_by_name() {
        let input = plan(&[("a", 1, 1)]);
        let refused = LayOutDays::new(Arc::new(input), "day").unwrap_err();
        assert!(refused.to_string().contains("needs the columns from_day and until_day"));
    }
}
