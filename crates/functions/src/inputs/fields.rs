//! Columns of the struct of inputs, each cast to the type that planning reads.

use super::{EXACT, Inputs};
use crate::columns::{element, nullable};
use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Decimal128Array, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Fields, Int64Type};
use datafusion_common::{Result, exec_datafusion_err};
use shelfcast_inventory::{LeadTimes, OpenOrder};
use shelfcast_retail::{Day, Quantity};

pub(super) struct FieldReader<'a> {
    pub(super) inputs: &'a Inputs,
}

impl FieldReader<'_> {
    pub(super) fn len(&self) -> usize {
        self.inputs.fields.len()
    }

    pub(super) fn function(&self) -> &'static str {
        self.inputs.function
    }

    pub(super) fn has_model(&self, row: usize) -> bool {
        self.inputs.models.is_valid(row)
    }

    pub(super) fn cast(&self, name: &str, data_type: &DataType) -> Result<ArrayRef> {
        let column = self.inputs.fields.column_by_name(name).ok_or_else(|| {
            exec_datafusion_err!("{} needs a field {name} in its inputs", self.inputs.function)
        })?;
        Ok(cast(column, data_type)?)
    }

    pub(super) fn texts(&self, name: &str) -> Result<Texts> {
        Ok(Texts(self.cast(name, &DataType::Utf8)?))
    }

    /// The same, empty where builds of earlier programs kept inputs without it.
    pub(super) fn texts_or_empty(&self, name: &str) -> Result<Texts> {
        match self.has(name) {
            true => self.texts(name),
            false => Ok(Texts(new_null_array(&DataType::Utf8, self.len()))),
        }
    }

    /// Decimals, null where builds of earlier programs kept inputs without them.
    pub(super) fn decimals_or_null(&self, name: &str) -> Result<Decimal128Array> {
        match self.has(name) {
            true => self.decimals(name),
            false => {
                Ok(new_null_array(&EXACT, self.len()).as_primitive::<Decimal128Type>().clone())
            }
        }
    }

    /// Whole numbers, null where builds of earlier programs kept inputs without them.
    pub(super) fn wholes_or_null(&self, name: &str) -> Result<Wholes> {
        match self.has(name) {
            true => self.wholes(name),
            false => Ok(Wholes(new_null_array(&DataType::Int64, self.len()))),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.inputs.fields.column_by_name(name).is_some()
    }

    pub(super) fn wholes(&self, name: &str) -> Result<Wholes> {
        Ok(Wholes(self.cast(name, &DataType::Int64)?))
    }

    pub(super) fn decimals(&self, name: &str) -> Result<Decimal128Array> {
        Ok(self.cast(name, &EXACT)?.as_primitive::<Decimal128Type>().clone())
    }

    pub(super) fn days(&self, name: &str) -> Result<Date32Array> {
        Ok(self.cast(name, &DataType::Date32)?.as_primitive::<Date32Type>().clone())
    }

    pub(super) fn day_lists(&self, name: &str) -> Result<DayLists> {
        Ok(DayLists(self.cast(name, &DataType::List(element(DataType::Date32)))?))
    }

    pub(super) fn open_orders(&self) -> Result<OpenOrders> {
        let fields =
            Fields::from(vec![nullable("due_on", DataType::Date32), nullable("quantity", EXACT)]);
        let rows = DataType::List(element(DataType::Struct(fields)));
        Ok(OpenOrders(self.cast("open_orders", &rows)?))
    }

    pub(super) fn lead_times(&self) -> Result<MeasuredLeadTimes> {
        Ok(MeasuredLeadTimes(self.cast("lead_times", &DataType::List(element(DataType::Int64)))?))
    }
}

/// A column of texts.
pub(super) struct Texts(ArrayRef);

impl Texts {
    /// The text of a row; empty where null.
    pub(super) fn at(&self, row: usize) -> &str {
        if self.0.is_null(row) { "" } else { self.0.as_string::<i32>().value(row) }
    }
}

/// A column of whole numbers.
pub(super) struct Wholes(ArrayRef);

impl Wholes {
    pub(super) fn at(&self, row: usize) -> Result<Option<u32>> {
        let valid = self.0.is_valid(row);
        valid.then(|| super::whole(self.0.as_primitive::<Int64Type>().value(row))).transpose()
    }
}

/// A column of lists of days.
pub(super) struct DayLists(ArrayRef);

impl DayLists {
    /// The days of a row; none where null.
    pub(super) fn at(&self, row: usize) -> Vec<Day> {
        if self.0.is_null(row) {
            return Vec::new();
        }
        let days = self.0.as_list::<i32>().value(row);
        let days = days.as_primitive::<Date32Type>();
        days.iter().flatten().map(Day::from_epoch_days).collect()
    }
}

/// A column of lists of open orders.
pub(super) struct OpenOrders(ArrayRef);

impl OpenOrders {
    pub(super) fn at(&self, row: usize) -> Vec<OpenOrder> {
        if self.0.is_null(row) {
            return Vec::new();
        }
        let orders = self.0.as_list::<i32>().value(row);
        let orders = orders.as_struct();
        let days = orders.column(0).as_primitive::<Date32Type>();
        let quantities = orders.column(1).as_primitive::<Decimal128Type>();
        (0..orders.len())
            .filter(|order| days.is_valid(*order) && quantities.is_valid(*order))
            .map(|order| OpenOrder {
                due_on: Day::from_epoch_days(days.value(order)),
                quantity: Quantity::from_parts(quantities.value(order)),
            })
            .collect()
    }
}

/// A column of the counts that `measured_lead_time` gives: days, received, open, again and again.
pub(super) struct MeasuredLeadTimes(ArrayRef);

impl MeasuredLeadTimes {
    pub(super) fn at(&self, row: usize) -> LeadTimes {
        let mut measured = LeadTimes::default();
        if self.0.is_valid(row) {
            let counts = self.0.as_list::<i32>().value(row);
            for count in counts.as_primitive::<Int64Type>().values().chunks_exact(3) {
                measured.add_counts(count[0] as u32, count[1] as u64, count[2] as u64);
            }
        }
        measured
    }
}
