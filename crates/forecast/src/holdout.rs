use crate::bytes::{Reader, Writer};
use crate::calibration::{Calibration, Scope};
use crate::combination::{Evidence, Weighting, Weights};
use crate::error::{MAXIMUM_PERIODS, MAXIMUM_UNITS};
use crate::outlook::Outlook;
use crate::profile::DemandClass;
use crate::rolling::{ErrorKind, Origin, RollingErrors, outlooks};
use crate::scores::Scores;
use crate::series::Availability;
use crate::{FittedModel, Level, Series, StateError};

/// One period of the last rolling origin: what was forecast then and what came.
#[derive(Debug, Clone, PartialEq)]
pub struct HoldoutPoint {
    /// Periods ahead, from 1.
    pub step: usize,
    /// Index into the series, from 0.
    pub index: usize,
    /// Whether demand was fully observed; only then the point may be scored.
    pub observed: bool,
    /// Units of the period.
    pub actual: f64,
    /// Expected demand.
    pub mean: f64,
    /// Median demand.
    pub median: f64,
    /// One interval a level, in the order asked for.
    pub intervals: Vec<HoldoutInterval>,
}

/// An interval of a [`HoldoutPoint`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HoldoutInterval {
    /// The level asked for.
    pub level: Level,
    /// Lower end, inclusive.
    pub lower: f64,
    /// Upper end, inclusive.
    pub upper: f64,
    /// The probability that the forecast itself gives to `lower..=upper`. Where demand is counted
    /// it is at least the level, often more: compare measured coverage with this.
    pub claimed: f64,
}

/// Measured coverage of one level over the observed points of any number of holdouts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coverage {
    /// The level.
    pub level: Level,
    /// Points scored.
    pub points: usize,
    /// Points inside the interval, both ends included.
    pub inside: usize,
    /// Mean claimed probability.
    pub claimed: f64,
    /// Mean width of the interval, in units.
    pub width: f64,
}

impl Coverage {
    /// The share of points inside; `None` without points.
    pub fn share(&self) -> Option<f64> {
        (self.points > 0).then(|| self.inside as f64 / self.points as f64)
    }

    /// The coverage of the `position`-th interval of each observed point; `None` without any.
    ///
    /// ```
    /// use shelfcast_forecast::{fit, Coverage, FitOptions, Frequency, Level, Series};
    /// let units: Vec<f64> = (0..200).map(|day| f64::from(day * 31 % 7)).collect();
    /// let model = fit(&Series::new(&units, &[], Frequency::Day, 0)?, &FitOptions::new(14))?;
    /// let points = model.holdout(None, &[Level::new(0.8)?, Level::new(0.95)?]);
    /// let coverage = Coverage::of(&points, 1).expect("the history is long enough");
    /// assert_eq!((coverage.level.percent().as_str(), coverage.points), ("95", 14));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of<'a>(
        points: impl IntoIterator<Item = &'a HoldoutPoint>,
        position: usize,
    ) -> Option<Self> {
        let mut coverage: Option<Self> = None;
        for point in points.into_iter().filter(|point| point.observed) {
            let interval = point.intervals.get(position)?;
            let sum = coverage.get_or_insert(Self {
                level: interval.level,
                points: 0,
                inside: 0,
                claimed: 0.0,
                width: 0.0,
            });
            sum.points += 1;
            sum.inside += usize::from((interval.lower..=interval.upper).contains(&point.actual));
            sum.claimed += interval.claimed;
            sum.width += interval.upper - interval.lower;
        }
        if let Some(sum) = &mut coverage {
            sum.claimed /= sum.points as f64;
            sum.width /= sum.points as f64;
        }
        coverage
    }
}

/// The last rolling origin, kept so that its forecast can be drawn and scored later.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HoldoutState {
    cutoff: usize,
    /// The class of what was known then.
    class: DemandClass,
    /// Combined by what earlier origins said alone.
    outlook: Outlook,
    actual: Vec<f64>,
    observed: Vec<bool>,
    /// Errors of earlier origins in periods before the cutoff.
    pub(crate) earlier: RollingErrors,
}

impl HoldoutState {
    pub(crate) fn of(
        series: &Series<'_>,
        origins: &[Origin],
        class: Option<&Weights>,
        horizon: usize,
    ) -> Option<Self> {
        let (last, earlier) = origins.split_last()?;
        let cutoff = last.cutoff;
        let evidence = Evidence::of(earlier, series, horizon, cutoff);
        let weighting = Weighting { class, evidence };
        let outlooks = outlooks(series, earlier, class, horizon, cutoff);
        let end = (cutoff + horizon).min(series.len());
        let observed = |index| series.availability(index) == Availability::Observed;
        Some(Self {
            cutoff,
            class: last.class,
            actual: series.units()[cutoff..end].to_vec(),
            observed: (cutoff..end).map(observed).collect(),
            earlier: RollingErrors::of(series, earlier, &outlooks, horizon, cutoff),
            outlook: last.outlook(&weighting),
        })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.count(self.cutoff);
        writer.byte(self.class as u8);
        self.outlook.write(writer);
        writer.floats(&self.actual);
        self.observed.iter().for_each(|flag| writer.byte(u8::from(*flag)));
        self.earlier.write(writer);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let cutoff = reader.count(MAXIMUM_PERIODS)?;
        let class = DemandClass::read(reader)?;
        let outlook = Outlook::read(reader)?;
        let actual = reader.floats(outlook.horizon())?;
        if actual.iter().any(|units| !(0.0..=MAXIMUM_UNITS).contains(units)) {
            return Err(StateError::Invalid { field: "holdout" });
        }
        let observed = actual.iter().map(|_| reader.flag()).collect::<Result<_, _>>()?;
        let earlier = RollingErrors::read(reader)?;
        Ok(Self { cutoff, class, outlook, actual, observed, earlier })
    }
}

impl FittedModel {
    /// The last rolling origin's forecast beside what came.
    ///
    /// Nothing in it knew the periods it forecasts: the models were fitted before them and
    /// weighted by earlier origins, its intervals use only errors that were known by then, its own
    /// and the calibration's. Empty when the history is too short to keep periods back.
    pub fn holdout(
        &self,
        calibration: Option<&Calibration>,
        levels: &[Level],
    ) -> Vec<HoldoutPoint> {
        let Some(state) = &self.holdout else {
            return vec![];
        };
        let length = state.actual.len();
        let kind = ErrorKind::of(&state.outlook, state.class);
        let scores = Scores::new(&state.earlier, kind, calibration, Scope::Earlier, length);
        let mut outlook = state.outlook.clone();
        outlook.keep_means(&scores);
        (0..length).map(|step| state.point(step, &outlook, &scores, levels)).collect()
    }
}

impl HoldoutState {
    fn point(
        &self,
        step: usize,
        outlook: &Outlook,
        scores: &Scores,
        levels: &[Level],
    ) -> HoldoutPoint {
        HoldoutPoint {
            step: step + 1,
            index: self.cutoff + step,
            observed: self.observed[step],
            actual: self.actual[step],
            mean: outlook.means[step],
            median: outlook.at(step, outlook.end(scores.at(step, 0.5))),
            intervals: levels.iter().map(|level| interval(step, outlook, scores, *level)).collect(),
        }
    }
}

fn interval(step: usize, outlook: &Outlook, scores: &Scores, level: Level) -> HoldoutInterval {
    let [lower, upper] = [level.lower(), level.upper()]
        .map(|probability| outlook.at(step, outlook.end(scores.at(step, probability))));
    let through = outlook.calibrated(step, scores, upper, false);
    let below = outlook.calibrated(step, scores, lower, true);
    HoldoutInterval { level, lower, upper, claimed: through - below }
}
