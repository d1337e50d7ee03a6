//! What moves demand, read out of struct columns: each field is a driver, called as the field.
//!
//! A driver called `price`, or ending in `_price`, is a price; any other is a strength. A null says
//! nothing: a strength does not act, a price stays as it was.

use crate::columns::element;
use arrow::array::{Array, ArrayRef, AsArray, Float64Array, ListArray, StringArray};
use arrow::buffer::OffsetBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Field, FieldRef, Float64Type};
use datafusion_common::{Result, ScalarValue, exec_err};
use shelfcast_forecast::drivers::{Driver, DriverKind, FittedDriver};
use std::sync::Arc;

/// The field of a list of coming periods that is no driver.
const PERIOD: &str = "period_start";

/// The drivers of some rows, by driver.
#[derive(Debug, Default)]
pub(crate) struct DriverRows {
    names: Vec<String>,
    /// One value a row, NaN where nothing is said; shorter than the rows where nothing was said of
    /// the last.
    columns: Vec<Vec<f64>>,
    rows: usize,
}

impl DriverRows {
    pub(crate) fn state_fields() -> Vec<FieldRef> {
        let list = |name: &str, data_type| {
            Arc::new(Field::new(name, DataType::List(element(data_type)), true))
        };
        vec![list("driver_names", DataType::Utf8), list("driver_values", DataType::Float64)]
    }

    /// Adds the rows of a column; one that is no struct says nothing.
    pub(crate) fn update(&mut self, column: &ArrayRef) -> Result<()> {
        if let Some(fields) = column.as_struct_opt() {
            for (field, values) in fields.fields().iter().zip(fields.columns()) {
                if field.name() == PERIOD || values.null_count() == values.len() {
                    continue;
                }
                let values = cast(values, &DataType::Float64)?;
                let values = values.as_primitive::<Float64Type>().iter();
                self.column(field.name()).extend(values.map(|value| value.unwrap_or(f64::NAN)));
            }
        }
        self.rows += column.len();
        Ok(())
    }

    /// The column of a driver, as long as there are rows.
    fn column(&mut self, name: &str) -> &mut Vec<f64> {
        let place = self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.columns.push(vec![]);
            self.names.len() - 1
        });
        let column = &mut self.columns[place];
        column.resize(self.rows, f64::NAN);
        column
    }

    pub(crate) fn state(&self) -> Vec<ScalarValue> {
        let list = |values: ArrayRef| {
            let field = element(values.data_type().clone());
            let offsets = OffsetBuffer::from_lengths([values.len()]);
            ScalarValue::List(Arc::new(ListArray::new(field, offsets, values, None)))
        };
        let rows = self.rows;
        let values = self
            .columns
            .iter()
            .flat_map(|column| (0..rows).map(|row| column.get(row).copied().unwrap_or(f64::NAN)));
        vec![
            list(Arc::new(StringArray::from_iter_values(&self.names))),
            list(Arc::new(Float64Array::from_iter_values(values))),
        ]
    }

    /// Adds a part of `rows` rows, as [`state`](Self::state) hands it on.
    pub(crate) fn merge(&mut self, names: &ArrayRef, values: &ArrayRef, rows: usize) {
        let values = values.as_primitive::<Float64Type>().values();
        for (at, name) in names.as_string::<i32>().iter().flatten().enumerate() {
            self.column(name).extend_from_slice(&values[at * rows..(at + 1) * rows]);
        }
        self.rows += rows;
    }

    pub(crate) fn size(&self) -> usize {
        self.columns.iter().map(|column| column.capacity() * 8 + 64).sum()
    }

    fn value(&self, driver: usize, row: usize) -> f64 {
        self.columns[driver].get(row).copied().unwrap_or(f64::NAN)
    }
}

/// What is known of periods to come: some of them, in any order, each with its drivers.
#[derive(Debug, Default)]
pub(crate) struct Coming {
    starts: Vec<i32>,
    drivers: DriverRows,
}

impl Coming {
    /// From a list of structs with a `period_start`, of which the fields are drivers; `None` where
    /// nothing is said.
    pub(crate) fn of(lists: &ArrayRef, row: usize) -> Result<Option<Self>> {
        let Some(lists) = lists.as_list_opt::<i32>().filter(|lists| lists.is_valid(row)) else {
            return Ok(None);
        };
        let rows = lists.value(row);
        let periods = rows.as_struct_opt().and_then(|rows| rows.column_by_name(PERIOD));
        let Some(periods) = periods else {
            return exec_err!("coming periods are structs with a {PERIOD} and drivers");
        };
        let periods = cast(periods, &DataType::Date32)?;
        let mut coming = Self::default();
        coming.starts.extend_from_slice(periods.as_primitive::<Date32Type>().values());
        coming.drivers.update(&rows)?;
        Ok(Some(coming))
    }

    pub(crate) fn parts(&self) -> (&[i32], &DriverRows) {
        (&self.starts, &self.drivers)
    }

    pub(crate) fn from_parts(starts: Vec<i32>, drivers: DriverRows) -> Self {
        Self { starts, drivers }
    }

    /// The drivers of the periods that begin at `future`, after a history that a model knows.
    pub(crate) fn dense(&self, known: &[FittedDriver], future: &[i32]) -> DenseDrivers {
        let mut last = DriverRows { rows: 1, ..DriverRows::default() };
        for driver in known.iter().filter(|driver| driver.kind == DriverKind::Price) {
            last.names.push(driver.name.clone());
            last.columns.push(vec![driver.last]);
        }
        DenseDrivers::of(&last, &[Some(0)], self, future)
    }
}

/// Drivers without gaps: the history's periods, then the coming ones.
#[derive(Debug, Default)]
pub(crate) struct DenseDrivers {
    names: Vec<String>,
    values: Vec<Vec<f64>>,
    history: usize,
}

impl DenseDrivers {
    /// `order` has the row of each period of the history, if any, `future` the starts of coming periods.
    /// Drivers that never act and prices that nobody knows are left out.
    pub(crate) fn of(
        rows: &DriverRows,
        order: &[Option<usize>],
        coming: &Coming,
        future: &[i32],
    ) -> Self {
        let mut names: Vec<&String> = rows.names.iter().chain(&coming.drivers.names).collect();
        names.sort_unstable();
        names.dedup();
        let mut dense = Self { history: order.len(), ..Self::default() };
        for name in names {
            let mut values = vec![f64::NAN; order.len() + future.len()];
            if let Some(driver) = rows.names.iter().position(|known| known == name) {
                for (value, row) in values.iter_mut().zip(order) {
                    *value = row.map_or(f64::NAN, |row| rows.value(driver, row));
                }
            }
            if let Some(driver) = coming.drivers.names.iter().position(|known| known == name) {
                for (row, start) in coming.starts.iter().enumerate() {
                    let said = coming.drivers.value(driver, row);
                    if let (Ok(step), false) = (future.binary_search(start), said.is_nan()) {
                        values[order.len() + step] = said;
                    }
                }
            }
            if fill(kind(name), &mut values) {
                dense.names.push(name.clone());
                dense.values.push(values);
            }
        }
        dense
    }

    pub(crate) fn history(&self) -> Vec<Driver<'_>> {
        self.drivers(0..self.history)
    }

    pub(crate) fn coming(&self) -> Vec<Driver<'_>> {
        let end = self.values.first().map_or(self.history, Vec::len);
        self.drivers(self.history..end)
    }

    fn drivers(&self, span: std::ops::Range<usize>) -> Vec<Driver<'_>> {
        let pairs = self.names.iter().zip(&self.values);
        pairs
            .map(|(name, values)| Driver { name, kind: kind(name), values: &values[span.clone()] })
            .collect()
    }
}

fn kind(name: &str) -> DriverKind {
    match name == "price" || name.ends_with("_price") {
        true => DriverKind::Price,
        false => DriverKind::Strength,
    }
}

/// Puts values where nothing is said; `false` where nothing is said at all.
fn fill(kind: DriverKind, values: &mut [f64]) -> bool {
    match kind {
        DriverKind::Strength => {
            values.iter_mut().filter(|value| value.is_nan()).for_each(|value| *value = 0.0);
            values.iter().any(|value| *value != 0.0)
        }
        DriverKind::Price => {
            let Some(first) = values.iter().copied().find(|value| !value.is_nan()) else {
                return false;
            };
            let mut last = first;
            for value in values.iter_mut() {
                if value.is_nan() {
                    *value = last;
                }
                last = *value;
            }
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StructArray;

    fn rows(promotion: Vec<Option<f64>>, price: Vec<Option<f64>>) -> ArrayRef {
        let fields = vec![
            (Arc::new(Field::new("promotion", DataType::Float64, true)), column(promotion)),
            (Arc::new(Field::new("price", DataType::Float64, true)), column(price)),
        ];
        Arc::new(StructArray::from(fields))
    }

    fn column(values: Vec<Option<f64>>) -> ArrayRef {
        Arc::new(Float64Array::from(values))
    }

    #[test]
    fn a_strength_does_not_act_and_a_price_stays_where_nothing_is_said() {
        let mut drivers = DriverRows::default();
        let nothing: ArrayRef = Arc::new(arrow::array::NullArray::new(1));
        drivers.update(&nothing).unwrap();
        drivers.update(&rows(vec![Some(1.0), None], vec![Some(9.0), None])).unwrap();
        drivers.update(&rows(vec![None], vec![Some(8.0)])).unwrap();
        let dense =
            DenseDrivers::of(&drivers, &[0, 1, 2, 3].map(Some), &Coming::default(), &[10, 11]);
        let history = dense.history();
        assert_eq!((history[0].name, history[0].values), ("price", &[9.0, 9.0, 9.0, 8.0][..]));
        assert_eq!((history[1].name, history[1].values), ("promotion", &[0.0, 1.0, 0.0, 0.0][..]));
        assert_eq!(dense.coming()[0].values, [8.0, 8.0]);
        assert_eq!(dense.coming()[1].values, [0.0, 0.0]);
    }

    #[test]
    fn parts_merge_to_the_whole() {
        let (one, two) = (
            rows(vec![Some(1.0), None], vec![None, None]),
            rows(vec![None, None], vec![Some(3.0), None]),
        );
        let mut whole = DriverRows::default();
        whole.update(&one).unwrap();
        whole.update(&two).unwrap();
        let mut merged = DriverRows::default();
        for part in [&one, &two] {
            let mut rows = DriverRows::default();
            rows.update(part).unwrap();
            let state = rows.state();
            let list = |at: usize| match &state[at] {
                ScalarValue::List(list) => list.value(0),
                other => panic!("{other}"),
            };
            merged.merge(&list(0), &list(1), 2);
        }
        let order = [0, 1, 2, 3].map(Some);
        let dense = |rows| DenseDrivers::of(rows, &order, &Coming::default(), &[]);
        assert_eq!(dense(&merged).history(), dense(&whole).history());
    }
}
