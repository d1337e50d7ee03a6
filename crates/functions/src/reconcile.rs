//! Forecasts of all levels made to add up: one table in, one out.

use crate::columns::{element, external};
use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Decimal128Array, Float64Array, RecordBatch, StringArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Field, Float64Type, Schema, SchemaRef};
use datafusion_common::{Result, exec_datafusion_err};
use shelfcast_forecast::hierarchy::{Hierarchy, HierarchyError, MinimumTrace, OUTSIDE};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

/// Means are kept with four decimals, as quantities are, so that sums of them are exact.
const PARTS: f64 = 10_000.0;

const TOTAL: (&str, &str) = ("total", "all");

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new("series_level", DataType::Utf8, false),
        Field::new("series_id", DataType::Utf8, false),
        Field::new("period_start", DataType::Date32, false),
        Field::new("base", DataType::Float64, true),
        Field::new("mean", DataType::Decimal128(18, 4), false),
        Field::new("method", DataType::Utf8, false),
    ]))
});

/// Which series are at the bottom, and by which of their columns they add up to which levels. The
/// total is always the last level.
///
/// ```text
/// product_location -> product by product_id, location by location_id
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciliation {
    bottom: String,
    /// Level and column.
    levels: Vec<(String, String)>,
}

impl fmt::Display for Reconciliation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let levels: Vec<String> =
            self.levels.iter().map(|(level, column)| format!("{level} by {column}")).collect();
        write!(formatter, "{} -> {}", self.bottom, levels.join(", "))
    }
}

impl FromStr for Reconciliation {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let refused =
            || format!("reconcile takes `bottom -> level by column, ...`, found `{text}`");
        let (bottom, levels) = text.split_once("->").ok_or_else(refused)?;
        let level = |part: &str| {
            let (level, column) = part.split_once(" by ")?;
            Some((level.trim().to_owned(), column.trim().to_owned()))
        };
        let levels: Option<Vec<_>> = levels.split(',').map(level).collect();
        Ok(Self { bottom: bottom.trim().to_owned(), levels: levels.ok_or_else(refused)? })
    }
}

impl Reconciliation {
    /// The columns of the answer: series_level, series_id, period_start, base (the series' own
    /// forecast; null where it has none), mean (that adds up) and method.
    pub fn schema() -> SchemaRef {
        Arc::clone(&SCHEMA)
    }

    /// Makes the forecasts of all levels add up, period by period (MinT with diagonal covariance,
    /// non-negative; bottom-up where that does not settle).
    ///
    /// `rows` has a row a series: series_level, series_id, the columns that levels go by,
    /// `periods` (a list of days), `means` (a list as long) and `variance` (that of the forecast's
    /// error, in squared units). The periods are those of the bottom series. A group without a row,
    /// or without a mean for each of them, has no say; a bottom series without one stays as it is,
    /// 0 where it has none. Means of groups are sums of those of the bottom to the last digit.
    ///
    /// # Errors
    /// A column that is not there, and variances that are negative or no number.
    pub fn reconcile(&self, rows: &RecordBatch) -> Result<RecordBatch> {
        let input = Input::read(rows, self)?;
        if input.bottom.is_empty() {
            return Ok(RecordBatch::new_empty(Self::schema()));
        }
        let levels: Vec<&[u32]> = input.groups.iter().map(Vec::as_slice).collect();
        let hierarchy = Hierarchy::new(input.bottom.len(), &levels).map_err(external)?;
        let variances = input.variances(&hierarchy);
        let reconciler = MinimumTrace::new(&hierarchy, &variances).map_err(external)?;
        let mut means = Vec::with_capacity(input.periods.len());
        for period in &input.periods {
            let base = input.base(*period);
            let (values, method) = match reconciler.reconcile_non_negative(&base) {
                Ok(values) => (values, "min_trace"),
                Err(HierarchyError::NotSettled { .. }) => (base, "bottom_up"),
                Err(error) => return Err(external(error)),
            };
            let bottom: Vec<f64> =
                values[..hierarchy.bottom()].iter().map(|value| (value * PARTS).round()).collect();
            // Whole numbers below 2^53: their sums are exact in any order.
            means.push((hierarchy.aggregate(&bottom).map_err(external)?, method));
        }
        input.answer(&means)
    }
}

/// The series of a batch as nodes of a hierarchy.
struct Input {
    /// Rows of the bottom series, by their ids.
    bottom: Vec<usize>,
    /// A level's group of each bottom series.
    groups: Vec<Vec<u32>>,
    /// Level, id and row (where it has one) of each node.
    nodes: Vec<(String, String, Option<usize>)>,
    /// Own forecasts of each row.
    means: Vec<BTreeMap<i32, f64>>,
    variance: Vec<f64>,
    periods: Vec<i32>,
}

impl Input {
    fn read(rows: &RecordBatch, plan: &Reconciliation) -> Result<Self> {
        let (levels, ids) = (texts(rows, "series_level")?, texts(rows, "series_id")?);
        let text = |column: &StringArray, row: usize| column.value(row).to_owned();
        let mut bottom: Vec<usize> =
            (0..rows.num_rows()).filter(|row| levels.value(*row) == plan.bottom).collect();
        bottom.sort_unstable_by_key(|row| ids.value(*row));
        let named: BTreeMap<(&str, &str), usize> =
            (0..rows.num_rows()).map(|row| ((levels.value(row), ids.value(row)), row)).collect();
        let mut nodes: Vec<(String, String, Option<usize>)> =
            bottom.iter().map(|row| (plan.bottom.clone(), text(&ids, *row), Some(*row))).collect();
        let mut groups = vec![];
        for (level, column) in &plan.levels {
            let keys = texts(rows, column)?;
            let key = |row: &usize| (!keys.is_null(*row)).then(|| keys.value(*row));
            let key = |row: &usize| key(row).filter(|key| !key.is_empty());
            let distinct: BTreeSet<&str> = bottom.iter().filter_map(key).collect();
            let distinct: Vec<&str> = distinct.into_iter().collect();
            let place = |key: &str| distinct.partition_point(|known| *known < key) as u32;
            groups.push(bottom.iter().map(|row| key(row).map_or(OUTSIDE, place)).collect());
            nodes.extend(distinct.iter().map(|key| {
                let row = named.get(&(level.as_str(), *key)).copied();
                (level.clone(), (*key).to_owned(), row)
            }));
        }
        groups.push(vec![0; bottom.len()]);
        nodes.push((TOTAL.0.into(), TOTAL.1.into(), named.get(&TOTAL).copied()));
        let (means, variance) = (own_means(rows)?, numbers(rows, "variance")?);
        let periods: BTreeSet<i32> =
            bottom.iter().flat_map(|row| means[*row].keys().copied()).collect();
        let periods = periods.into_iter().collect();
        Ok(Self { bottom, groups, nodes, means, variance, periods })
    }

    /// Whether a node has a forecast of its own in every period.
    fn is_whole(&self, row: Option<usize>) -> bool {
        row.is_some_and(|row| self.periods.iter().all(|day| self.means[row].contains_key(day)))
    }

    fn variances(&self, hierarchy: &Hierarchy) -> Vec<f64> {
        let variance = |(node, (_, _, row)): (usize, &(String, String, Option<usize>))| match row
            .filter(|_| self.is_whole(*row))
        {
            Some(row) if self.variance[row].is_finite() => self.variance[row],
            _ if node < hierarchy.bottom() => 0.0,
            _ => f64::INFINITY,
        };
        self.nodes.iter().enumerate().map(variance).collect()
    }

    fn base(&self, period: i32) -> Vec<f64> {
        let own = |row: Option<usize>| self.means[row?].get(&period).copied();
        self.nodes.iter().map(|(_, _, row)| own(*row).unwrap_or(0.0)).collect()
    }

    fn answer(&self, means: &[(Vec<f64>, &'static str)]) -> Result<RecordBatch> {
        let cells = || {
            let periods = self.periods.iter().zip(means);
            self.nodes.iter().enumerate().flat_map(move |(at, node)| {
                periods.clone().map(move |(day, (means, method))| (node, *day, means[at], *method))
            })
        };
        let base = |row: Option<usize>, day: i32| self.means[row?].get(&day).copied();
        let parts: Decimal128Array = cells().map(|cell| Some(cell.2 as i128)).collect();
        let columns: Vec<ArrayRef> = vec![
            Arc::new(cells().map(|cell| Some(&cell.0.0)).collect::<StringArray>()),
            Arc::new(cells().map(|cell| Some(&cell.0.1)).collect::<StringArray>()),
            Arc::new(cells().map(|cell| Some(cell.1)).collect::<Date32Array>()),
            Arc::new(cells().map(|cell| base(cell.0.2, cell.1)).collect::<Float64Array>()),
            Arc::new(parts.with_precision_and_scale(18, 4)?),
            Arc::new(cells().map(|cell| Some(cell.3)).collect::<StringArray>()),
        ];
        Ok(RecordBatch::try_new(Reconciliation::schema(), columns)?)
    }
}

fn column(rows: &RecordBatch, name: &str, data_type: &DataType) -> Result<ArrayRef> {
    let column = rows
        .column_by_name(name)
        .ok_or_else(|| exec_datafusion_err!("reconcile needs the column {name}"))?;
    Ok(cast(column, data_type)?)
}

fn texts(rows: &RecordBatch, name: &str) -> Result<StringArray> {
    Ok(column(rows, name, &DataType::Utf8)?.as_string::<i32>().clone())
}

fn numbers(rows: &RecordBatch, name: &str) -> Result<Vec<f64>> {
    let values = column(rows, name, &DataType::Float64)?;
    let values = values.as_primitive::<Float64Type>();
    Ok(values.iter().map(|value| value.unwrap_or(f64::NAN)).collect())
}

/// Each row's periods with their means.
fn own_means(rows: &RecordBatch) -> Result<Vec<BTreeMap<i32, f64>>> {
    let periods = column(rows, "periods", &DataType::List(element(DataType::Date32)))?;
    let means = column(rows, "means", &DataType::List(element(DataType::Float64)))?;
    let (periods, means) = (periods.as_list::<i32>(), means.as_list::<i32>());
    let pairs = |row: usize| {
        let (days, values) = (periods.value(row), means.value(row));
        let days = days.as_primitive::<Date32Type>().values().to_vec();
        let values = values.as_primitive::<Float64Type>().values().to_vec();
        days.into_iter().zip(values).collect()
    };
    let own = |row| if periods.is_valid(row) { pairs(row) } else { BTreeMap::new() };
    Ok((0..rows.num_rows()).map(own).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::ListArray;
    use arrow::buffer::OffsetBuffer;

    /// Level, id, product, place, means from day 100 on, variance.
    type Row = (&'static str, &'static str, &'static str, &'static str, Vec<f64>, f64);

    fn batch(rows: &[Row]) -> RecordBatch {
        let text = |value: fn(&Row) -> &'static str| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(rows.iter().map(value)))
        };
        let lengths = || OffsetBuffer::from_lengths(rows.iter().map(|row| row.4.len()));
        let days = rows.iter().flat_map(|row| (0..row.4.len()).map(|step| 100 + step as i32));
        let days: ArrayRef = Arc::new(Date32Array::from_iter_values(days));
        let means: ArrayRef =
            Arc::new(Float64Array::from_iter_values(rows.iter().flat_map(|row| row.4.clone())));
        let list = |values: ArrayRef| -> ArrayRef {
            let field = element(values.data_type().clone());
            Arc::new(ListArray::new(field, lengths(), values, None))
        };
        RecordBatch::try_from_iter([
            ("series_level", text(|row| row.0)),
            ("series_id", text(|row| row.1)),
            ("product_id", text(|row| row.2)),
            ("location_id", text(|row| row.3)),
            ("periods", list(days)),
            ("means", list(means)),
            (
                "variance",
                Arc::new(Float64Array::from_iter_values(rows.iter().map(|row| row.5))) as _,
            ),
        ])
        .unwrap()
    }

    fn reconciled(rows: &[Row]) -> BTreeMap<(String, String, i32), i128> {
        let plan = "item -> product by product_id, place by location_id".parse::<Reconciliation>();
        let answer = plan.unwrap().reconcile(&batch(rows)).unwrap();
        let (levels, ids) =
            (answer.column(0).as_string::<i32>(), answer.column(1).as_string::<i32>());
        let days = answer.column(2).as_primitive::<Date32Type>();
        let means = answer.column(4).as_primitive::<arrow::datatypes::Decimal128Type>();
        (0..answer.num_rows())
            .map(|row| {
                let key = (levels.value(row).into(), ids.value(row).into(), days.value(row));
                (key, means.value(row))
            })
            .collect()
    }

    fn shop() -> Vec<Row> {
        vec![
            ("total", "all", "", "", vec![30.0, 31.0], 4.0),
            ("item", "tea@south", "tea", "south", vec![3.1, 3.0], 2.0),
            ("item", "tea@north", "tea", "north", vec![5.0, 5.0], 4.0),
            ("item", "jam@north", "jam", "north", vec![8.7, 8.0], 5.0),
            ("item", "old@north", "", "north", vec![0.0], 3.0),
            ("product", "tea", "", "", vec![9.0, 9.0], 3.0),
            ("product", "jam", "", "", vec![9.0], 3.0),
        ]
    }

    #[test]
    fn every_level_sums_to_the_last_digit() {
        let means = reconciled(&shop());
        for day in [100, 101] {
            let of = |level: &str, id: &str| means[&(level.into(), id.into(), day)];
            let (south, north, jam) =
                (of("item", "tea@south"), of("item", "tea@north"), of("item", "jam@north"));
            assert_eq!(of("product", "tea"), south + north);
            assert_eq!(of("product", "jam"), jam);
            assert_eq!(of("place", "north"), north + jam);
            assert_eq!(of("place", "south"), south);
            assert_eq!(of("total", "all"), south + north + jam);
            assert_eq!(of("item", "old@north"), 0, "it has no forecast of every day, so it stays");
            // Between the total's own 30 and the items' 17: it moved, as its variance allows.
            assert!((170_000..310_000).contains(&of("total", "all")));
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter() {
        let mut rows = shop();
        rows.reverse();
        assert_eq!(reconciled(&rows), reconciled(&shop()));
        assert!(reconciled(&shop()[..1]).is_empty());
    }

    #[test]
    fn a_plan_reads_what_it_writes() {
        let text = "product_location -> product by product_id, region by region";
        assert_eq!(text.parse::<Reconciliation>().unwrap().to_string(), text);
        assert!("product by product_id".parse::<Reconciliation>().is_err());
    }
}
