use super::regression::{self, Column};
use super::strain::{Strain, StrainSums};
use super::{Driver, DriverKind, DriverPool, MAXIMUM_DRIVERS};
use crate::adjusted::Adjusted;
use crate::bytes::{Reader, Writer};
use crate::lost_sales::levels;
use crate::profile::Profile;
use crate::series::Availability;
use crate::{SeasonalPool, Series, StateError};

/// Periods in which a driver has to act, and not to act, to say something by itself.
const FEWEST_ACTIVE: usize = 3;

/// Standard deviation, around no effect, of the coefficient of a driver of which no pool knows.
const PRIOR_DEVIATION: f64 = 1.0;

/// A driver's estimated effect.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedDriver {
    /// Its name.
    pub name: String,
    /// What its values are.
    pub kind: DriverKind,
    /// Demand is multiplied by `exp(coefficient * value)`; of a price by
    /// `(price / reference)^coefficient`: the elasticity.
    pub coefficient: f64,
    /// The coefficient's standard deviation.
    pub deviation: f64,
    /// The usual price; 1 for a strength.
    pub reference: f64,
    /// The last known value: a price that nothing is said of stays.
    pub last: f64,
}

/// A driver that the model does not use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedDriver {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: UnusedReason,
}

/// Why a driver is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnusedReason {
    /// It never changed while demand was observed, and no pool knows its effect.
    NeverChanged,
    /// It acted in, or was away from, fewer than three observed periods, and no pool knows its
    /// effect.
    TooFewPeriods,
    /// It moves as a driver before it does: their effects cannot be told apart.
    MovesWithAnother,
    /// The series has no model to act on: it is new, thin, ended or without demand.
    NoModel,
}

impl UnusedReason {
    /// One sentence's end for a person.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NeverChanged => "never changed while demand was observed",
            Self::TooFewPeriods => "acted in fewer than three observed periods",
            Self::MovesWithAnother => "moves as another driver does",
            Self::NoModel => "the series has too little history to tell effects",
        }
    }
}

/// One period ahead taken apart: the parts sum to the mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Expected demand with everything.
    pub mean: f64,
    /// Expected demand of an average period of the season without any driver.
    pub base: f64,
    /// What the place in the season (and a trend) adds or takes.
    pub season: f64,
    /// What each driver adds or takes, in units.
    pub drivers: Vec<(String, f64)>,
}

/// The drivers of one series.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct FittedDrivers {
    pub(crate) used: Vec<FittedDriver>,
    pub(crate) unused: Vec<UnusedDriver>,
    strain: Strain,
    /// What the history says of the strain.
    pub(super) strains: StrainSums,
}

impl FittedDriver {
    /// The logarithm of the effect of a value.
    fn logarithm(&self, value: f64) -> f64 {
        self.coefficient * transformed(self.kind, value, self.reference)
    }
}

fn transformed(kind: DriverKind, value: f64, reference: f64) -> f64 {
    match kind {
        DriverKind::Strength => value,
        DriverKind::Price => libm::log(value / reference),
    }
}

impl FittedDrivers {
    /// All drivers unused for one reason.
    pub(crate) fn none(drivers: &[Driver<'_>], reason: UnusedReason) -> Self {
        let unused = |driver: &Driver<'_>| UnusedDriver { name: driver.name.into(), reason };
        Self { unused: drivers.iter().map(unused).collect(), ..Self::default() }
    }

    /// Estimates effects from a history; drivers have at least its periods.
    pub(crate) fn fit(
        series: &Series<'_>,
        drivers: &[Driver<'_>],
        pool: Option<&SeasonalPool>,
        known: Option<&DriverPool>,
    ) -> Self {
        if drivers.is_empty() {
            return Self::default();
        }
        let profile = Profile::of(series);
        if profile.is_thin(series) && known.is_none() {
            return Self::none(drivers, UnusedReason::NoModel);
        }
        let start = profile.first_demand.unwrap_or(series.len());
        let mut fitted = Self::default();
        let mut columns: Vec<Column> = vec![];
        for driver in drivers {
            let (used, column) = prepare(series, driver, start, known);
            match unused_reason(series, start, &column, &columns, known, driver.name) {
                Some(reason) => {
                    fitted.unused.push(UnusedDriver { name: driver.name.into(), reason });
                }
                None => {
                    fitted.used.push(used);
                    columns.push(column);
                }
            }
        }
        let units: Vec<f64> = (start..series.len())
            .map(|period| match series.availability(period) {
                Availability::Observed => series.units()[period],
                _ => f64::NAN,
            })
            .collect();
        let found = regression::fit(&units, &columns, |freed| base(series, start, freed, pool));
        for (driver, (coefficient, deviation)) in fitted.used.iter_mut().zip(found) {
            (driver.coefficient, driver.deviation) = (coefficient, deviation);
        }
        if !profile.is_low_volume() && !fitted.used.is_empty() {
            let errors = fitted.errors(&units, &columns, |freed| base(series, start, freed, pool));
            fitted.strains = StrainSums::of(&errors);
            let slope = fitted.strains.slope(known.map_or(0.0, DriverPool::strain));
            fitted.strain = Strain::new(slope, &errors);
        }
        fitted
    }

    /// How much less sure periods are that the drivers move.
    pub(crate) fn strain(&self) -> Strain {
        self.strain
    }

    /// The pull of the drivers on each observed period, and its relative error around a base.
    fn errors(
        &self,
        units: &[f64],
        columns: &[Column],
        base: impl Fn(&[f64]) -> Vec<f64>,
    ) -> Vec<(f64, f64)> {
        let coefficients: Vec<f64> = self.used.iter().map(|driver| driver.coefficient).collect();
        let effects = regression::effects(columns, &coefficients, units.len());
        let freed: Vec<f64> = units.iter().zip(&effects).map(|(u, effect)| u / effect).collect();
        let periods = freed.iter().zip(base(&freed)).zip(effects);
        periods
            .filter(|((freed, base), _)| !freed.is_nan() && *base > 0.0)
            .map(|((freed, base), effect)| (libm::log(effect).abs(), freed / base - 1.0))
            .collect()
    }

    /// The product of the effects in period `at` of the given drivers.
    pub(crate) fn factor(&self, drivers: &[Driver<'_>], at: usize) -> f64 {
        libm::exp(self.logarithms(drivers, at).iter().sum::<f64>().clamp(-6.0, 6.0))
    }

    /// The effect of a future of which nothing is said; none without drivers.
    pub(crate) fn absent_factor(&self) -> Vec<f64> {
        if self.used.is_empty() { vec![] } else { vec![self.factor(&[], 0)] }
    }

    /// The logarithm of each used driver's effect in period `at`. A strength of which nothing is
    /// given does not act, a price stays as it was.
    pub(crate) fn logarithms(&self, drivers: &[Driver<'_>], at: usize) -> Vec<f64> {
        self.used
            .iter()
            .map(|driver| {
                let given = drivers.iter().find(|given| given.name == driver.name);
                let value = given.and_then(|given| given.values.get(at).copied());
                let absent = match driver.kind {
                    DriverKind::Strength => 0.0,
                    DriverKind::Price => driver.last,
                };
                driver.logarithm(value.unwrap_or(absent))
            })
            .collect()
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.count(self.used.len());
        for driver in &self.used {
            writer.text(&driver.name);
            writer.byte(driver.kind as u8);
            [driver.coefficient, driver.deviation, driver.reference, driver.last]
                .into_iter()
                .for_each(|value| writer.float(value));
        }
        writer.count(self.unused.len());
        for driver in &self.unused {
            writer.text(&driver.name);
            writer.byte(driver.reason as u8);
        }
        self.strain.write(writer);
        self.strains.write(writer);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut drivers = Self::default();
        for _ in 0..reader.count(MAXIMUM_DRIVERS)? {
            let name = reader.text()?;
            let kind = match reader.byte()? {
                0 => DriverKind::Strength,
                1 => DriverKind::Price,
                _ => return Err(StateError::Invalid { field: "driver" }),
            };
            let (coefficient, deviation) = (reader.within(10.0)?, reader.positive(1e6)?);
            let (reference, last) = (reader.positive(1e15)?, reader.within(1e15)?);
            if reference <= 0.0 || (kind == DriverKind::Price && last <= 0.0) {
                return Err(StateError::Invalid { field: "driver" });
            }
            drivers.used.push(FittedDriver { name, kind, coefficient, deviation, reference, last });
        }
        for _ in 0..reader.count(MAXIMUM_DRIVERS)? {
            let name = reader.text()?;
            let reason = match reader.byte()? {
                0 => UnusedReason::NeverChanged,
                1 => UnusedReason::TooFewPeriods,
                2 => UnusedReason::MovesWithAnother,
                3 => UnusedReason::NoModel,
                _ => return Err(StateError::Invalid { field: "driver" }),
            };
            drivers.unused.push(UnusedDriver { name, reason });
        }
        (drivers.strain, drivers.strains) = (Strain::read(reader)?, StrainSums::read(reader)?);
        Ok(drivers)
    }
}

fn prepare(
    series: &Series<'_>,
    driver: &Driver<'_>,
    start: usize,
    known: Option<&DriverPool>,
) -> (FittedDriver, Column) {
    let values = &driver.values[..series.len()];
    let reference = match driver.kind {
        DriverKind::Strength => 1.0,
        DriverKind::Price => median(values),
    };
    let (mean, deviation) =
        known.and_then(|pool| pool.effect(driver.name)).unwrap_or((0.0, PRIOR_DEVIATION));
    let column = Column {
        values: values[start..]
            .iter()
            .map(|value| transformed(driver.kind, *value, reference))
            .collect(),
        mean,
        precision: 1.0 / (deviation * deviation).max(1e-6),
    };
    let used = FittedDriver {
        name: driver.name.into(),
        kind: driver.kind,
        coefficient: mean,
        deviation,
        reference,
        last: values.last().copied().unwrap_or(reference),
    };
    (used, column)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(1.0)
}

fn unused_reason(
    series: &Series<'_>,
    start: usize,
    column: &Column,
    others: &[Column],
    known: Option<&DriverPool>,
    name: &str,
) -> Option<UnusedReason> {
    let observed: Vec<usize> = (0..column.values.len())
        .filter(|offset| series.availability(start + offset) == Availability::Observed)
        .collect();
    let moves_with = |other: &Column| correlation(&observed, column, other).abs() > 0.98;
    if others.iter().any(moves_with) {
        return Some(UnusedReason::MovesWithAnother);
    }
    if known.is_some_and(|pool| pool.effect(name).is_some()) {
        return None;
    }
    let first = observed.first().map(|offset| column.values[*offset]);
    if observed.iter().all(|offset| Some(column.values[*offset]) == first) {
        return Some(UnusedReason::NeverChanged);
    }
    let active = observed.iter().filter(|offset| column.values[**offset] != 0.0).count();
    (active.min(observed.len() - active) < FEWEST_ACTIVE && active < observed.len())
        .then_some(UnusedReason::TooFewPeriods)
}

fn correlation(periods: &[usize], left: &Column, right: &Column) -> f64 {
    let n = periods.len().max(1) as f64;
    let mean = |column: &Column| periods.iter().map(|p| column.values[*p]).sum::<f64>() / n;
    let (left_mean, right_mean) = (mean(left), mean(right));
    let (mut product, mut left_square, mut right_square) = (0.0, 0.0, 0.0);
    for period in periods {
        let (a, b) = (left.values[*period] - left_mean, right.values[*period] - right_mean);
        product += a * b;
        left_square += a * a;
        right_square += b * b;
    }
    let size = libm::sqrt(left_square * right_square);
    if size > 0.0 { product / size } else { 0.0 }
}

/// The level around each period times its seasonal index, of units freed of all effects.
fn base(series: &Series<'_>, start: usize, freed: &[f64], pool: Option<&SeasonalPool>) -> Vec<f64> {
    let mut units = series.units().to_vec();
    let mut availability = vec![Availability::Observed; units.len()];
    for (offset, value) in freed.iter().enumerate() {
        match value.is_nan() {
            true => availability[start + offset] = Availability::Missing,
            false => units[start + offset] = *value,
        }
    }
    let freed = series.with_known(&units, &availability);
    let adjusted = Adjusted::seasonal(&freed, start, pool);
    levels(&adjusted)
        .into_iter()
        .enumerate()
        .map(|(offset, level)| level * adjusted.indices[series.phase(start + offset)])
        .collect()
}
