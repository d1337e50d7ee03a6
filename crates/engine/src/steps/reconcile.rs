use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
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
use futures::{TryStreamExt, stream};
use shelfcast_functions::Reconciliation;
use std::fmt;
use std::sync::Arc;

/// All rows of all partitions in one table, reconciled.
#[derive(Debug)]
pub(super) struct Reconcile {
    input: Arc<dyn ExecutionPlan>,
    plan: Reconciliation,
    properties: Arc<PlanProperties>,
}

impl Reconcile {
    pub(super) fn new(input: Arc<dyn ExecutionPlan>, plan: Reconciliation) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Reconciliation::schema()),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        let input: Arc<dyn ExecutionPlan> = match input.properties().partitioning.partition_count()
        {
            1 => input,
            _ => Arc::new(CoalescePartitionsExec::new(input)),
        };
        Self { input, plan, properties: Arc::new(properties) }
    }
}

impl DisplayAs for Reconcile {
    fn fmt_as(&self, _: DisplayFormatType, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Reconcile: {}", self.plan)
    }
}

impl ExecutionPlan for Reconcile {
    fn name(&self) -> &str {
        "Reconcile"
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
            (Some(input), true) => Ok(Arc::new(Self::new(input, self.plan.clone()))),
            _ => plan_err!("Reconcile has one child"),
        }
    }

    fn execute(&self, _: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(0, context)?;
        let (schema, plan): (SchemaRef, _) = (self.input.schema(), self.plan.clone());
        let reconciled = async move {
            let batches: Vec<_> = input.try_collect().await?;
            plan.reconcile(&concat_batches(&schema, &batches)?)
        };
        let answer = stream::once(reconciled);
        Ok(Box::pin(RecordBatchStreamAdapter::new(Reconciliation::schema(), answer)))
    }
}
