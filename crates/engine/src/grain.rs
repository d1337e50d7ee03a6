//! What a table promises about its rows, and when that is known without a look at them.

use datafusion::common::Column;
use datafusion::logical_expr::{Expr, LogicalPlan};

/// The columns that name one row of a table, and those that its rows are in the order of.
#[derive(Debug, Clone, Copy, Default)]
pub struct Grain<'a> {
    /// The columns that name one row.
    pub key: &'a [String],
    /// The columns by which the rows are sorted, ascending, nulls last.
    pub sorted_by: &'a [String],
}

impl Grain<'_> {
    /// Whether rows in their order that never repeat are rows that no other has the key of.
    pub(crate) fn order_names_rows(&self) -> bool {
        let has_all =
            |these: &[String], those: &[String]| those.iter().all(|name| these.contains(name));
        !self.key.is_empty()
            && has_all(self.key, self.sorted_by)
            && has_all(self.sorted_by, self.key)
    }

    /// Whether the rows of `plan` are groups by columns of the key, so that none has another's key.
    pub(crate) fn names_groups(&self, plan: &LogicalPlan) -> bool {
        let mut columns: Vec<Column> = Vec::with_capacity(self.key.len());
        for name in self.key {
            let Ok(index) = plan.schema().as_arrow().index_of(name) else { return false };
            columns.push(Column::from(plan.schema().qualified_field(index)));
        }
        groups_by(plan, columns)
    }
}

/// Follows columns down through what neither adds rows nor changes values.
fn groups_by(plan: &LogicalPlan, columns: Vec<Column>) -> bool {
    match plan {
        LogicalPlan::Sort(sort) => groups_by(&sort.input, columns),
        LogicalPlan::Filter(filter) => groups_by(&filter.input, columns),
        LogicalPlan::Projection(projection) => {
            // What is worked out only adds to the key.
            let below = columns.iter().filter_map(|column| {
                let index = projection.schema.index_of_column(column).ok()?;
                match projection.expr[index].clone().unalias() {
                    Expr::Column(column) => Some(column),
                    _ => None,
                }
            });
            groups_by(&projection.input, below.collect())
        }
        LogicalPlan::Aggregate(aggregate) => {
            let is_plain =
                !aggregate.group_expr.iter().any(|expr| matches!(expr, Expr::GroupingSet(_)));
            is_plain
                && (0..aggregate.group_expr.len()).all(|index| {
                    columns.contains(&Column::from(aggregate.schema.qualified_field(index)))
                })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Int64Array, RecordBatch};
    use arrow::datatypes::{DataType, Field, Schema};
    use datafusion::prelude::SessionContext;
    use std::sync::Arc;

    async fn is_known(key: &[&str], sql: &str) -> bool {
        let context = SessionContext::new();
        let fields = ["a", "b", "c"].map(|name| Field::new(name, DataType::Int64, true));
        let columns = [1, 2, 3].map(|value| Arc::new(Int64Array::from(vec![value])) as _);
        let rows = RecordBatch::try_new(Arc::new(Schema::new(fields.to_vec())), columns.to_vec());
        context.register_batch("t", rows.unwrap()).unwrap();
        let plan = context.state().create_logical_plan(sql).await.unwrap();
        let key: Vec<String> = key.iter().map(|&name| name.to_owned()).collect();
        Grain { key: &key, sorted_by: &[] }.names_groups(&plan)
    }

    #[tokio::test]
    async fn groups_have_keys_of_their_own() {
        assert!(is_known(&["a", "b"], "select a, b, sum(c) from t group by a, b").await);
        assert!(
            is_known(&["b", "a", "n"], "select a, b, count(*) as n from t group by a, b").await
        );
        assert!(
            is_known(&["day"], "select a + 1 as day, sum(c) from t group by a + 1 order by 1")
                .await
        );
        assert!(
            is_known(&["a"], "select a, sum(c) as n from t group by a having sum(c) > 1").await
        );
    }

    #[tokio::test]
    async fn what_may_repeat_a_key_is_not_taken_for_groups() {
        assert!(!is_known(&["a"], "select a, b, sum(c) from t group by a, b").await);
        assert!(!is_known(&["a"], "select a from t").await);
        assert!(!is_known(&["a"], "select a / 2 as a, sum(c) from t group by t.a").await);
        assert!(
            !is_known(&["a"], "select a, sum(c) from t group by a union all select a, b from t")
                .await
        );
        assert!(
            !is_known(&["a"], "select a, sum(c) from t group by grouping sets ((a), ())").await
        );
        assert!(!is_known(&["a"], "select x.a from (select a from t group by a) as x, t").await);
        assert!(
            !is_known(
                &["a"],
                "select a, unnest(make_array(1, 2)) from (select a from t group by a)"
            )
            .await
        );
    }
}
