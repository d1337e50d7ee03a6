//! Collects the rows of one series, in any order and in any number of parts.

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Float64Array, Int8Array, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Date32Type, Field, FieldRef, Float64Type, Int8Type};
use datafusion_common::{Result, ScalarValue, exec_err};
use shelfcast_forecast::{Availability, Frequency, Series};
use shelfcast_retail::{Day, TradingCalendar};
use std::sync::Arc;

use crate::columns::{element, external, missing};
use crate::driver_rows::{Coming, DenseDrivers, DriverRows};

/// The rows seen so far.
#[derive(Debug, Default)]
pub(crate) struct DemandRows {
    starts: Vec<i32>,
    units: Vec<f64>,
    availability: Vec<i8>,
    frequency: Option<Frequency>,
    drivers: DriverRows,
}

impl DemandRows {
    /// The columns in which parts are handed on.
    pub(crate) fn state_fields() -> Vec<FieldRef> {
        let list = |name: &str, data_type| {
            Arc::new(Field::new(name, DataType::List(element(data_type)), true))
        };
        let mut fields = vec![
            list("starts", DataType::Date32),
            list("units", DataType::Float64),
            list("availability", DataType::Int8),
            Arc::new(Field::new("frequency", DataType::Utf8, true)) as FieldRef,
        ];
        fields.extend(DriverRows::state_fields());
        fields
    }

    /// The number of columns in which parts are handed on.
    pub(crate) const STATE: usize = 6;

    /// Adds rows of period_start, units, availability, frequency and, where there are any, drivers.
    pub(crate) fn update(&mut self, values: &[ArrayRef]) -> Result<()> {
        if let Some(drivers) = values.get(4) {
            self.drivers.update(drivers)?;
        }
        let starts = values[0].as_primitive::<Date32Type>();
        let units = values[1].as_primitive::<Float64Type>();
        let availability = values[2].as_string::<i32>();
        for row in 0..starts.len() {
            if starts.is_null(row) || units.is_null(row) {
                return Err(missing("a demand series", "a period start and units in every row"));
            }
            self.starts.push(starts.value(row));
            self.units.push(units.value(row));
            let known =
                if availability.is_null(row) { "observed" } else { availability.value(row) };
            self.availability.push(code(known)?);
        }
        self.see_frequency(values[3].as_string::<i32>().iter().flatten().next())
    }

    fn see_frequency(&mut self, text: Option<&str>) -> Result<()> {
        if let (None, Some(text)) = (self.frequency, text) {
            self.frequency = Some(text.parse().map_err(external)?);
        }
        Ok(())
    }

    pub(crate) fn state(&self) -> Vec<ScalarValue> {
        let list = |values: ArrayRef| {
            let field = element(values.data_type().clone());
            let offsets = OffsetBuffer::from_lengths([values.len()]);
            ScalarValue::List(Arc::new(ListArray::new(field, offsets, values, None)))
        };
        let mut state = vec![
            list(Arc::new(Date32Array::from(self.starts.clone()))),
            list(Arc::new(Float64Array::from(self.units.clone()))),
            list(Arc::new(Int8Array::from(self.availability.clone()))),
            ScalarValue::Utf8(self.frequency.map(|frequency| frequency.to_string())),
        ];
        state.extend(self.drivers.state());
        state
    }

    /// Adds parts as [`DemandRows::state`] hands them on.
    pub(crate) fn merge(&mut self, states: &[ArrayRef]) -> Result<()> {
        let starts = states[0].as_list::<i32>();
        let units = states[1].as_list::<i32>();
        let availability = states[2].as_list::<i32>();
        let (names, values) = (states[4].as_list::<i32>(), states[5].as_list::<i32>());
        for part in 0..starts.len() {
            let rows = starts.value(part).len();
            self.drivers.merge(&names.value(part), &values.value(part), rows);
            self.starts.extend(starts.value(part).as_primitive::<Date32Type>().values());
            self.units.extend(units.value(part).as_primitive::<Float64Type>().values());
            self.availability.extend(availability.value(part).as_primitive::<Int8Type>().values());
        }
        self.see_frequency(states[3].as_string::<i32>().iter().flatten().next())
    }

    pub(crate) fn size(&self) -> usize {
        self.starts.capacity() * 4
            + self.units.capacity() * 8
            + self.availability.capacity()
            + self.drivers.size()
    }

    /// The rows as one series; `None` when there were none. Periods between its first and its last
    /// that no row tells of are missing: nothing of it was on sale.
    pub(crate) fn series(&self) -> Result<Option<DemandSeries>> {
        let (Some(frequency), false) = (self.frequency, self.starts.is_empty()) else {
            return Ok(None);
        };
        let mut order: Vec<usize> = (0..self.starts.len()).collect();
        order.sort_unstable_by_key(|row| self.starts[*row]);
        let first = self.starts[order[0]];
        let mut series = DemandSeries {
            frequency,
            first,
            last: first,
            units: vec![],
            availability: vec![],
            rows: vec![],
        };
        for row in order {
            series.fill_until(self.starts[row])?;
            series.push(self.units[row], decode(self.availability[row]), Some(row));
        }
        Ok(Some(series))
    }

    /// The drivers of the series' periods and of `horizon` coming ones.
    pub(crate) fn drivers(
        &self,
        series: &DemandSeries,
        coming: &Coming,
        horizon: usize,
    ) -> DenseDrivers {
        DenseDrivers::of(&self.drivers, &series.rows, coming, &series.future(horizon))
    }
}

/// A series with its dates.
#[derive(Debug)]
pub(crate) struct DemandSeries {
    pub(crate) frequency: Frequency,
    pub(crate) first: i32,
    pub(crate) last: i32,
    units: Vec<f64>,
    availability: Vec<Availability>,
    /// The row that tells of each period, if any.
    rows: Vec<Option<usize>>,
}

impl DemandSeries {
    /// Adds what is missing before the period that begins on `start`, which must be the next or one
    /// after it.
    fn fill_until(&mut self, start: i32) -> Result<()> {
        let first = Day::from_epoch_days(self.first);
        let calendar = TradingCalendar::default();
        loop {
            let index = self.units.len() as i32;
            let next = calendar.period_after(first, retail(self.frequency), index);
            if next.epoch_days() > start {
                return exec_err!(
                    "a demand series has one row a {}: expected {next} or later next, found {}",
                    self.frequency,
                    Day::from_epoch_days(start)
                );
            }
            self.last = next.epoch_days();
            if self.last == start {
                return Ok(());
            }
            self.push(0.0, Availability::Missing, None);
        }
    }

    fn push(&mut self, units: f64, availability: Availability, row: Option<usize>) {
        self.units.push(units);
        self.availability.push(availability);
        self.rows.push(row);
    }

    /// The starts of the `horizon` periods after the last.
    pub(crate) fn future(&self, horizon: usize) -> Vec<i32> {
        let (last, frequency) = (Day::from_epoch_days(self.last), retail(self.frequency));
        let start =
            |step| TradingCalendar::default().period_after(last, frequency, step).epoch_days();
        (1..=horizon as i32).map(start).collect()
    }

    pub(crate) fn periods(&self) -> usize {
        self.units.len()
    }

    pub(crate) fn as_series(&self) -> Result<Series<'_>> {
        let phase = TradingCalendar::default()
            .season_phase(Day::from_epoch_days(self.first), retail(self.frequency));
        let series = Series::new(&self.units, &self.availability, self.frequency, phase)
            .map_err(external)?;
        Ok(if self.frequency == Frequency::Day { series.on_day(self.first) } else { series })
    }
}

pub(crate) fn retail(frequency: Frequency) -> shelfcast_retail::Frequency {
    match frequency {
        Frequency::Day => shelfcast_retail::Frequency::Day,
        Frequency::Week => shelfcast_retail::Frequency::Week,
        Frequency::Month => shelfcast_retail::Frequency::Month,
    }
}

fn code(availability: &str) -> Result<i8> {
    match availability {
        "observed" => Ok(0),
        "censored" => Ok(1),
        "missing" => Ok(2),
        other => exec_err!("availability is observed, censored or missing, found {other}"),
    }
}

fn decode(code: i8) -> Availability {
    match code {
        1 => Availability::Censored,
        2 => Availability::Missing,
        _ => Availability::Observed,
    }
}
