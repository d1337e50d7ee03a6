use datafusion::common::Result;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::{ExecutionPlan, InputOrderMode};
use std::sync::Arc;

/// Rows of a batch where one row may hold all of a series: with three years of days and what moves
/// demand on them that is some 90 kB, and several batches are under way at once.
const ROWS: usize = 256;

/// The context in which `plan` runs: `context`, with fewer rows in a batch if groups come in order
/// and hold lists.
///
/// Such groups leave an aggregate as soon as they are complete, so few are open; but batches of
/// their states are merged on the way to the next step, and of the usual 8,192 rows one batch
/// alone may need more memory than there is.
pub(crate) fn context_for(
    plan: &Arc<dyn ExecutionPlan>,
    context: &Arc<TaskContext>,
) -> Result<Arc<TaskContext>> {
    let config = context.session_config();
    if config.batch_size() <= ROWS || !has_wide_states(plan)? {
        return Ok(Arc::clone(context));
    }
    Ok(Arc::new(TaskContext::new(
        context.task_id(),
        context.session_id(),
        config.clone().with_batch_size(ROWS),
        context.scalar_functions().clone(),
        context.higher_order_functions().clone(),
        context.aggregate_functions().clone(),
        context.window_functions().clone(),
        context.runtime_env(),
    )))
}

fn has_wide_states(plan: &Arc<dyn ExecutionPlan>) -> Result<bool> {
    if let Some(aggregate) = plan.downcast_ref::<AggregateExec>()
        && matches!(aggregate.input_order_mode(), InputOrderMode::Sorted)
    {
        for function in aggregate.aggr_expr() {
            if function.state_fields()?.iter().any(|field| field.data_type().is_nested()) {
                return Ok(true);
            }
        }
    }
    for child in plan.children() {
        if has_wide_states(child)? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use crate::{Grain, Session, SessionOptions};
    use futures::TryStreamExt;
    use shelfcast_lake::{Lake, LakeLocation, TableName};

    const LIMIT: usize = 64 << 20;
    const GROUPS: usize = 12_000;

    /// Two files of groups in their order, each group's rows holding 16 kB.
    async fn stored_groups(lake: &Lake, session: &Session) -> TableName {
        let table = TableName::new("marts", "long_rows").unwrap();
        let order = ["k".to_owned()];
        let mut files = Vec::new();
        let mut schema = None;
        for half in [0, 1] {
            let (first, last) = (half * GROUPS * 4, (half + 1) * GROUPS * 4 - 1);
            let sql = format!(
                "select cast(value / 8 as bigint) as k, concat(repeat('x', 2000), value) as v \
                 from generate_series({first}, {last})"
            );
            let grain = Grain { key: &[], sorted_by: &order };
            let write_id = format!("half{half}");
            let written = session.write_model(&sql, None, &table, &write_id, grain).await.unwrap();
            files.extend(written.files);
            schema = Some(written.schema);
        }
        let version = lake.replace(&table, &schema.unwrap(), &order, &files).await.unwrap();
        session.register(&table, version).await.unwrap();
        table
    }

    #[tokio::test]
    async fn groups_in_order_need_memory_for_those_under_way_alone() {
        let folder = tempfile::tempdir().unwrap();
        let location = LakeLocation::Folder(folder.path().join("lake"));
        let lake = Lake::create(&location, 0).await.unwrap();
        let options = SessionOptions { threads: 2, memory_limit: LIMIT, spill_folder: None };
        let session = Session::new(lake.clone(), &options).unwrap();
        let table = stored_groups(&lake, &session).await;
        // Three times the limit in all.
        let sql = format!("select k, array_agg(v) as rows from {table} group by k");
        let plan = session.explain(&sql).await.unwrap();
        assert!(plan.contains("ordering_mode=Sorted"), "{plan}");
        let mut stream = session.stream(&sql).await.unwrap();
        let mut groups = 0;
        while let Some(batch) = stream.try_next().await.unwrap() {
            groups += batch.num_rows();
        }
        assert_eq!(groups, GROUPS);
    }
}
