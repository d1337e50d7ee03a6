use datafusion::common::stats::Precision;
use datafusion::common::{JoinType, Result, Statistics};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::joins::{HashJoinExec, NestedLoopJoinExec};
use datafusion::physical_plan::operator_statistics::{
    ExtendedStatistics, StatisticsProvider, StatisticsRegistry, StatisticsResult,
};
use std::sync::Arc;

/// Rows of a group, where nothing says how many values a column has.
const ROWS_OF_A_GROUP: usize = 10;

/// How many rows operators give, so that of two joined tables the smaller one is held in memory.
///
/// The lake knows how many rows its files have, and nothing of the values in them. The engine by
/// itself then knows nothing of what joins give, and holds the left one: all sales, to look up
/// their products.
pub(crate) fn registry() -> StatisticsRegistry {
    let mut registry = StatisticsRegistry::default_with_builtin_providers();
    registry.register(Arc::new(RowEstimates));
    registry
}

#[derive(Debug)]
struct RowEstimates;

impl StatisticsProvider for RowEstimates {
    fn compute_statistics(
        &self,
        plan: &dyn ExecutionPlan,
        children: &[ExtendedStatistics],
    ) -> Result<StatisticsResult> {
        let rows = |child: &ExtendedStatistics| child.base().num_rows.get_value().copied();
        let estimate = match children {
            [left, right] => joined(plan, rows(left), rows(right)),
            [child] => rows(child).and_then(|rows| of_one(plan, child, rows)),
            _ => None,
        };
        let Some(estimate) = estimate else { return Ok(StatisticsResult::Delegate) };
        let mut statistics = Statistics::new_unknown(&plan.schema());
        statistics.num_rows = Precision::Inexact(estimate);
        Ok(StatisticsResult::Computed(ExtendedStatistics::new(statistics)))
    }
}

/// Joins look things up: every row of the larger side, or of the side that is kept, finds one.
fn joined(plan: &dyn ExecutionPlan, left: Option<usize>, right: Option<usize>) -> Option<usize> {
    let kind = match plan.downcast_ref::<HashJoinExec>() {
        Some(join) => join.join_type(),
        None => plan.downcast_ref::<NestedLoopJoinExec>()?.join_type(),
    };
    match kind {
        JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark => left,
        JoinType::Right | JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark => right,
        JoinType::Inner | JoinType::Full => Some(left?.max(right?)),
    }
}

fn of_one(plan: &dyn ExecutionPlan, child: &ExtendedStatistics, rows: usize) -> Option<usize> {
    if let Some(aggregate) = plan.downcast_ref::<AggregateExec>() {
        return match aggregate.mode() {
            _ if aggregate.group_expr().is_empty() => None,
            // What each thread gives is little less than what it gets.
            AggregateMode::Partial => Some(rows),
            _ => Some(rows.div_ceil(ROWS_OF_A_GROUP)),
        };
    }
    let has_more_columns = plan.schema().fields().len() != child.base().column_statistics.len();
    (has_more_columns && matches!(plan.cardinality_effect(), CardinalityEffect::Equal))
        .then_some(rows)
}
