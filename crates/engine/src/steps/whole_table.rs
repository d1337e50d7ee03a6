use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, plan_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
};
use futures::{StreamExt, TryStreamExt, stream};
use std::fmt;
use std::sync::Arc;

/// All rows in, all rows out; the answer does not depend on the order of the rows.
type Apply = Arc<dyn Fn(&RecordBatch) -> Result<RecordBatch> + Send + Sync>;

/// What makes the rows of a table from all rows of a query.
#[derive(Clone)]
pub(super) struct WholeTable {
    /// The step as a model's header names it.
    pub(super) name: String,
    /// The columns that it makes.
    pub(super) schema: SchemaRef,
    pub(super) apply: Apply,
}

impl fmt::Debug for WholeTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("WholeTable").field(&self.name).finish()
    }
}

/// All rows of a query, gathered and turned into the rows of a table.
#[derive(Debug)]
pub(super) struct WholeTablePlan {
    input: Arc<dyn ExecutionPlan>,
    step: WholeTable,
    properties: Arc<PlanProperties>,
}

impl WholeTablePlan {
    pub(super) fn new(input: Arc<dyn ExecutionPlan>, step: WholeTable) -> Self {
        let gathered: Arc<dyn ExecutionPlan> = Arc::new(CoalescePartitionsExec::new(input));
        Self::over(gathered, step)
    }

    fn over(input: Arc<dyn ExecutionPlan>, step: WholeTable) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&step.schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Self { input, step, properties: Arc::new(properties) }
    }
}

impl DisplayAs for WholeTablePlan {
    fn fmt_as(&self, _: DisplayFormatType, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "WholeTable: step={}", self.step.name)
    }
}

impl ExecutionPlan for WholeTablePlan {
    fn name(&self) -> &str {
        "WholeTable"
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
            (Some(input), true) => Ok(Arc::new(Self::over(input, self.step.clone()))),
            _ => plan_err!("WholeTable has one child"),
        }
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        let (columns, apply) = (input.schema(), Arc::clone(&self.step.apply));
        let rows = stream::once(async move {
            let batches: Vec<RecordBatch> = input.try_collect().await?;
            apply(&concat_batches(&columns, &batches)?)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.step.schema), rows.boxed())))
    }
}
