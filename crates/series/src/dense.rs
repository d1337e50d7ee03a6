//! One series as the models want it: a value a period, no gap.

use crate::set::Rows;
use crate::stamps::Periods;
use crate::{DriverColumn, SeriesError, SeriesSet};
use shelfcast_forecast::drivers::{Driver, DriverKind};
use shelfcast_forecast::{Availability, FitError, Frequency, MAXIMUM_PERIODS, Series};

/// A series from its first to its last known value, periods without a row missing.
pub(crate) struct Dense {
    pub(crate) units: Vec<f64>,
    /// Empty when every period is known.
    availability: Vec<Availability>,
    first: i32,
    periods: Periods,
    frequency: Frequency,
    /// A driver's values in the history, then in the horizon.
    drivers: Vec<Vec<f64>>,
    /// Periods of the horizon of which each driver's column says nothing.
    silent: Vec<usize>,
}

impl Dense {
    pub(crate) fn of(
        set: &SeriesSet,
        at: usize,
        frequency: Frequency,
        horizon: usize,
    ) -> Result<Self, SeriesError> {
        let rows = &set.rows[at];
        let periods = Periods::of(set.kind, frequency, &rows.stamps);
        let ordered = ordered(set, at, &periods, frequency)?;
        let first = ordered.first().map_or(0, |(index, _)| *index);
        let known = ordered.iter().rev().find(|(_, row)| !rows.values[*row].is_nan());
        let length = known.map_or(0, |(last, _)| i64::from(*last) - i64::from(first) + 1);
        if length > MAXIMUM_PERIODS as i64 {
            return Err(SeriesError::TooLong {
                id: set.ids[at].clone(),
                first: set.kind.text(periods.stamp(first)),
                last: set.kind.text(periods.stamp(first + length as i32 - 1)),
                found: length,
            });
        }
        let length = length as usize;
        let mut units = vec![0.0; length];
        let mut availability = vec![Availability::Missing; length];
        for (index, row) in &ordered {
            let period = (index - first) as usize;
            let value = rows.values[*row];
            if period < length && !value.is_nan() {
                units[period] = value;
                availability[period] = Availability::Observed;
            }
        }
        if availability.iter().all(|known| *known == Availability::Observed) {
            availability.clear();
        }
        let (drivers, silent) = (0..set.drivers.len())
            .map(|driver| {
                let said = said(rows, &ordered, &set.drivers, driver, (first, length + horizon));
                let ahead = said.iter().filter(|(period, _)| *period >= length).count();
                (filled(&said, set.drivers[driver].kind, length + horizon), horizon - ahead)
            })
            .unzip();
        Ok(Self { units, availability, first, periods, frequency, drivers, silent })
    }

    pub(crate) fn series(&self, season_length: usize) -> Result<Series<'_>, FitError> {
        let phase = self.periods.phase(self.first, season_length);
        let series = Series::new(&self.units, &self.availability, self.frequency, 0)?
            .with_season(season_length, phase)?;
        Ok(self.periods.day(self.first).map_or(series, |day| series.on_day(day)))
    }

    /// Periods without a value.
    pub(crate) fn missing(&self) -> usize {
        self.availability.iter().filter(|known| **known == Availability::Missing).count()
    }

    /// Periods of the horizon of which a driver's column says nothing.
    pub(crate) fn silent(&self, driver: usize) -> usize {
        self.silent[driver]
    }

    /// The stamp of the period `step` after the history, from 0.
    pub(crate) fn stamp_ahead(&self, step: usize) -> i32 {
        self.periods.stamp(self.first + (self.units.len() + step) as i32)
    }

    pub(crate) fn history<'a>(&'a self, columns: &'a [DriverColumn]) -> Vec<Driver<'a>> {
        self.driven(columns, 0..self.units.len())
    }

    pub(crate) fn future<'a>(&'a self, columns: &'a [DriverColumn]) -> Vec<Driver<'a>> {
        let end = self.drivers.first().map_or(0, Vec::len);
        self.driven(columns, self.units.len()..end)
    }

    fn driven<'a>(
        &'a self,
        columns: &'a [DriverColumn],
        span: std::ops::Range<usize>,
    ) -> Vec<Driver<'a>> {
        let pairs = columns.iter().zip(&self.drivers);
        pairs
            .map(|(column, values)| Driver {
                name: &column.name,
                kind: column.kind,
                values: &values[span.clone()],
            })
            .collect()
    }
}

/// Periods in order, each with its row.
fn ordered(
    set: &SeriesSet,
    at: usize,
    periods: &Periods,
    frequency: Frequency,
) -> Result<Vec<(i32, usize)>, SeriesError> {
    let rows = &set.rows[at];
    let mut ordered = Vec::with_capacity(rows.stamps.len());
    for (row, stamp) in rows.stamps.iter().enumerate() {
        let index = periods.index(*stamp).ok_or_else(|| SeriesError::OffGrid {
            id: set.ids[at].clone(),
            row: rows.numbers[row],
            ds: set.kind.text(*stamp),
            frequency,
            anchor: set.kind.text(rows.stamps[0]),
        })?;
        ordered.push((index, row));
    }
    ordered.sort_unstable();
    match ordered.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => Err(SeriesError::Duplicate {
            id: set.ids[at].clone(),
            ds: set.kind.text(rows.stamps[pair[0].1]),
            first: rows.numbers[pair[0].1],
            second: rows.numbers[pair[1].1],
        }),
        None => Ok(ordered),
    }
}

/// What is said of a driver in the `length` periods from `first` on, in order.
fn said(
    rows: &Rows,
    ordered: &[(i32, usize)],
    columns: &[DriverColumn],
    driver: usize,
    (first, length): (i32, usize),
) -> Vec<(usize, f64)> {
    let column = &columns[driver];
    let value = |row: usize| rows.drivers[row * columns.len() + driver] / column.scale;
    let said = ordered.iter().map(|(index, row)| ((index - first) as usize, value(*row)));
    said.filter(|(period, value)| *period < length && !value.is_nan()).collect()
}

/// A driver's value in each of `length` periods. Where nothing is said a strength does not act, and a
/// price stays as it was, or as it is first known to be.
fn filled(said: &[(usize, f64)], kind: DriverKind, length: usize) -> Vec<f64> {
    let mut values = vec![0.0; length];
    match kind {
        DriverKind::Strength => said.iter().for_each(|(period, value)| values[*period] = *value),
        DriverKind::Price => {
            let mut last = said.first().map_or(1.0, |(_, value)| *value);
            let mut said = said.iter().peekable();
            for (period, slot) in values.iter_mut().enumerate() {
                if let Some((_, value)) = said.next_if(|(at, _)| *at == period) {
                    last = *value;
                }
                *slot = last;
            }
        }
    }
    values
}
