//! What was found out while forecasting: statuses, drivers, and what intervals held.

use crate::dense::Dense;
use crate::{DriverColumn, Plan, SeriesSet};
use shelfcast_forecast::drivers::DriverKind;
use shelfcast_forecast::metrics::pinball_loss;
use shelfcast_forecast::{Calibration, DemandClass, FittedModel, HoldoutPoint, Level};
use std::collections::{BTreeMap, BTreeSet};

/// Last step of each horizon bucket: 1, 2-3, 4-7, 8-14, 15-28 and all later ones.
const BUCKET_ENDS: [usize; 5] = [1, 3, 7, 14, 28];

/// What a run over a set says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Series.
    pub series: usize,
    /// Periods from first to last known values, those without one included.
    pub periods: usize,
    /// Periods between known values that have none.
    pub missing: usize,
    /// Series by status.
    pub statuses: BTreeMap<&'static str, usize>,
    /// Each driver column, in the order of the file.
    pub drivers: Vec<DriverUse>,
    /// Measured on the last periods of each series, forecast from what was known before them.
    pub coverage: Vec<MeasuredCoverage>,
    measured: BTreeMap<(DemandClass, usize, usize), Measured>,
    levels: Vec<Level>,
    horizon: usize,
}

/// How many series use a driver, and why others do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriverUse {
    /// The column.
    pub name: String,
    /// What its values are.
    pub kind: DriverKind,
    /// Series whose model uses it.
    pub used: usize,
    /// Coming periods of these series.
    pub ahead: usize,
    /// Those of which the file says nothing: a strength is taken not to act, a price to stay.
    pub silent: usize,
    /// Series whose model does not, by reason.
    pub unused: BTreeMap<&'static str, usize>,
}

/// Coverage, width and loss of one level, for a demand class and some steps ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredCoverage {
    /// The class.
    pub class: DemandClass,
    /// First and last step ahead, from 1.
    pub steps: (usize, usize),
    /// The level.
    pub level: Level,
    /// Series.
    pub series: usize,
    /// Points.
    pub points: usize,
    /// The share of points inside the interval.
    pub covered: f64,
    /// The mean probability that the forecasts themselves gave to their intervals: of counts it is
    /// more than the level.
    pub claimed: f64,
    /// Mean width over mean demand; `None` without demand.
    pub width: Option<f64>,
    /// Mean pinball loss of both ends over mean demand; `None` without demand.
    pub pinball: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Measured {
    series: usize,
    points: usize,
    inside: usize,
    claimed: f64,
    width: f64,
    pinball: f64,
    demand: f64,
    last: usize,
}

/// What one model adds to the summary.
pub(crate) struct ModelNotes {
    status: &'static str,
    class: DemandClass,
    periods: usize,
    missing: usize,
    /// By column: coming periods of which nothing is said.
    silent: Vec<usize>,
    used: Vec<String>,
    unused: Vec<(String, &'static str)>,
    holdout: Vec<HoldoutPoint>,
}

impl ModelNotes {
    pub(crate) fn of(
        model: &FittedModel,
        dense: &Dense,
        calibration: Option<&Calibration>,
        (set, plan): (&SeriesSet, &Plan),
    ) -> Self {
        let unused = model.unused_drivers().iter();
        Self {
            status: model.status().as_str(),
            class: model.demand_class(),
            periods: dense.units.len(),
            missing: dense.missing(),
            silent: (0..set.drivers.len()).map(|driver| dense.silent(driver)).collect(),
            used: model.drivers().iter().map(|driver| driver.name.clone()).collect(),
            unused: unused.map(|driver| (driver.name.clone(), driver.reason.as_str())).collect(),
            holdout: model.holdout(calibration, &plan.levels),
        }
    }
}

impl Summary {
    pub(crate) fn new(set: &SeriesSet, plan: &Plan) -> Self {
        let driver = |column: &DriverColumn| DriverUse {
            name: column.name.clone(),
            kind: column.kind,
            used: 0,
            ahead: 0,
            silent: 0,
            unused: BTreeMap::new(),
        };
        Self {
            series: 0,
            periods: 0,
            missing: 0,
            statuses: BTreeMap::new(),
            drivers: set.drivers.iter().map(driver).collect(),
            coverage: vec![],
            measured: BTreeMap::new(),
            levels: plan.levels.clone(),
            horizon: plan.horizon,
        }
    }

    pub(crate) fn add(&mut self, notes: &ModelNotes) {
        self.series += 1;
        self.periods += notes.periods;
        self.missing += notes.missing;
        *self.statuses.entry(notes.status).or_default() += 1;
        for (driver, silent) in self.drivers.iter_mut().zip(&notes.silent) {
            if notes.used.contains(&driver.name) {
                driver.used += 1;
                driver.ahead += self.horizon;
                driver.silent += silent;
            }
            for (_, reason) in notes.unused.iter().filter(|(name, _)| *name == driver.name) {
                *driver.unused.entry(reason).or_default() += 1;
            }
        }
        let mut seen = BTreeSet::new();
        for point in notes.holdout.iter().filter(|point| point.observed) {
            let bucket = BUCKET_ENDS.partition_point(|end| *end < point.step);
            for (position, interval) in point.intervals.iter().enumerate() {
                let measured = self.measured.entry((notes.class, bucket, position)).or_default();
                measured.series += usize::from(seen.insert((bucket, position)));
                measured.points += 1;
                let is_inside = (interval.lower..=interval.upper).contains(&point.actual);
                measured.inside += usize::from(is_inside);
                measured.claimed += interval.claimed;
                measured.width += interval.upper - interval.lower;
                measured.demand += point.actual;
                measured.last = measured.last.max(point.step);
                measured.pinball +=
                    (pinball_loss(interval.level.lower(), point.actual, interval.lower)
                        + pinball_loss(interval.level.upper(), point.actual, interval.upper))
                        / 2.0;
            }
        }
    }

    pub(crate) fn finish(&mut self) {
        let over = |sum: f64, demand: f64| (demand > 0.0).then(|| sum / demand);
        self.coverage = std::mem::take(&mut self.measured)
            .into_iter()
            .map(|((class, bucket, position), measured)| MeasuredCoverage {
                class,
                steps: (bucket.checked_sub(1).map_or(0, |at| BUCKET_ENDS[at]) + 1, measured.last),
                level: self.levels[position],
                series: measured.series,
                points: measured.points,
                covered: measured.inside as f64 / measured.points as f64,
                claimed: measured.claimed / measured.points as f64,
                width: over(measured.width, measured.demand),
                pinball: over(measured.pinball, measured.demand),
            })
            .collect();
    }
}
