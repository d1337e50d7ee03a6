//! Rolling origins: what would have been forecast at earlier cutoffs, against what came.

use crate::accuracy::Scale;
use crate::bytes::{Reader, Writer};
use crate::combination::{Evidence, Weighting, Weights};
use crate::effects::Effects;
use crate::error::{MAXIMUM_HORIZON, MAXIMUM_ORIGINS, MAXIMUM_PERIODS};
use crate::member::Member;
use crate::models::{Fitted, Plan};
use crate::outlook::{GROUPS, Outlook, Spread};
use crate::profile::Profile;
use crate::series::Availability;
use crate::{DemandClass, Method, Series, StateError, random};

/// One cutoff with every candidate's forecast from what was known then.
pub(crate) struct Origin {
    /// Periods known; the first forecast is for period `cutoff`.
    pub(crate) cutoff: usize,
    /// Expected demand by candidate.
    pub(crate) members: Vec<(Method, Vec<f64>)>,
    /// What has multiplied it.
    effects: Effects,
    prior: Weights,
    /// The demand class of what was known.
    pub(crate) class: DemandClass,
    spread: Spread,
    whole: bool,
    /// Seasonal naive forecasts.
    pub(crate) naive: Vec<f64>,
    /// Scales of the history before the cutoff.
    pub(crate) scale: Scale,
}

impl Origin {
    fn at(series: &Series<'_>, cutoff: usize, plan: &Plan<'_>) -> Self {
        let known = series.prefix(cutoff);
        let plan = &Plan { is_origin: true, ..*plan };
        let (fitted, drivers) = Fitted::freed(&known, plan, &Profile::of(&known));
        let year = plan.year(&known, cutoff);
        let steps = if drivers.used.is_empty() { 0 } else { plan.horizon };
        let effects = Effects {
            strain: drivers.strain(),
            drivers: (0..steps).map(|step| drivers.factor(plan.drivers, cutoff + step)).collect(),
            year: year.map_or(vec![], |year| year.factors(plan.horizon)),
        };
        let means = |member: &Member| {
            let means = member.means(plan.horizon).into_iter().enumerate();
            (member.method(), means.map(|(step, mean)| mean * effects.factor(step)).collect())
        };
        let members = fitted.members.iter().map(means).collect();
        Self {
            cutoff,
            members,
            effects,
            prior: fitted.prior,
            class: fitted.class,
            spread: fitted.spread,
            whole: fitted.whole,
            naive: fitted.seasonal_naive.means(plan.horizon),
            scale: Scale::of(&known),
        }
    }

    /// The combined forecast with given evidence.
    pub(crate) fn outlook(&self, weights: &Weighting<'_>) -> Outlook {
        let weights = weights.on(&self.prior);
        let means = weights.combine(&self.members, self.naive.len());
        Outlook::new(means, self.effects.clone(), self.spread.clone(), self.whole)
    }

    /// (step, actual) of the observed periods after the cutoff and before `limit`.
    pub(crate) fn scored<'a>(
        &self,
        series: &'a Series<'_>,
        horizon: usize,
        limit: usize,
    ) -> impl Iterator<Item = (usize, f64)> + 'a {
        let cutoff = self.cutoff;
        (cutoff..(cutoff + horizon).min(limit).min(series.len()))
            .filter(|&index| series.availability(index) == Availability::Observed)
            .map(move |index| (index - cutoff, series.units()[index]))
    }
}

/// Forecasts from up to `origins` cutoffs, oldest first.
pub(crate) fn roll(series: &Series<'_>, origins: usize, plan: &Plan<'_>) -> Vec<Origin> {
    cutoffs(series, plan.horizon, origins)
        .into_iter()
        .map(|cutoff| Origin::at(series, cutoff, plan))
        .collect()
}

/// Each origin's combined forecast, weighted by what the others say: an origin that had helped to
/// find its own weights would err too little.
pub(crate) fn outlooks(
    series: &Series<'_>,
    origins: &[Origin],
    class: Option<&Weights>,
    horizon: usize,
    limit: usize,
) -> Vec<Outlook> {
    origins
        .iter()
        .map(|origin| {
            let others = origins.iter().filter(|other| other.cutoff != origin.cutoff);
            let evidence = Evidence::of(others, series, horizon, limit);
            origin.outlook(&Weighting { class, evidence })
        })
        .collect()
}

/// The last cutoff leaves one horizon; earlier ones step back by a horizon, or by less where the
/// history is short. None leaves less than half the history or less than the shortest history.
fn cutoffs(series: &Series<'_>, horizon: usize, origins: usize) -> Vec<usize> {
    let earliest = series.frequency().shortest_history().max(series.len() / 2);
    let last = series.len().saturating_sub(horizon).max(earliest);
    if origins == 0 || last >= series.len() {
        return vec![];
    }
    let spacing = match origins {
        1 => 0,
        _ => ((last - earliest) / (origins - 1)).min(horizon),
    };
    let count = if spacing == 0 { 1 } else { origins };
    (0..count).rev().map(|back| last - back * spacing).collect()
}

/// Standardised errors of the forecasts, by origin and step.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RollingErrors {
    pub(crate) cutoffs: Vec<usize>,
    pub(crate) horizon: usize,
    /// Row-major by origin; NaN where nothing was observed.
    errors: Vec<f32>,
    /// Which errors an origin's are comparable with.
    kinds: Vec<ErrorKind>,
}

/// What errors are comparable with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ErrorKind {
    /// They come from an empirical distribution.
    pub(crate) empirical: bool,
    /// The class of what was known: what came later must not tell errors apart.
    pub(crate) class: DemandClass,
    pub(crate) group: usize,
}

impl ErrorKind {
    pub(crate) fn of(outlook: &Outlook, class: DemandClass) -> Self {
        Self { empirical: outlook.is_empirical(), class, group: outlook.group() }
    }
}

impl RollingErrors {
    /// Errors of the combined forecasts, one outlook an origin, for periods before `limit`.
    pub(crate) fn of(
        series: &Series<'_>,
        origins: &[Origin],
        outlooks: &[Outlook],
        horizon: usize,
        limit: usize,
    ) -> Self {
        let mut errors = vec![f32::NAN; origins.len() * horizon];
        for (row, (origin, outlook)) in origins.iter().zip(outlooks).enumerate() {
            for (step, actual) in origin.scored(series, horizon, limit) {
                let v = random::uniform(origin.cutoff as u64, step as u64, 0);
                let error = outlook.standardised_error(step, actual, v);
                errors[row * horizon + step] = error as f32;
            }
        }
        Self {
            cutoffs: origins.iter().map(|origin| origin.cutoff).collect(),
            horizon,
            errors,
            kinds: origins
                .iter()
                .zip(outlooks)
                .map(|(origin, outlook)| ErrorKind::of(outlook, origin.class))
                .collect(),
        }
    }

    /// Each origin's errors by step, NaN where nothing was observed, and their kind.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&[f32], ErrorKind)> {
        self.errors.chunks_exact(self.horizon.max(1)).zip(self.kinds.iter().copied())
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.count(self.horizon);
        writer.count(self.cutoffs.len());
        self.cutoffs.iter().for_each(|cutoff| writer.count(*cutoff));
        for kind in &self.kinds {
            writer.byte(u8::from(kind.empirical));
            writer.byte(kind.class as u8);
            writer.byte(kind.group as u8);
        }
        writer.halves(&self.errors);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let horizon = reader.count(MAXIMUM_HORIZON)?;
        let origins = reader.count(MAXIMUM_ORIGINS)?;
        let cutoffs: Vec<usize> =
            (0..origins).map(|_| reader.count(MAXIMUM_PERIODS)).collect::<Result<_, _>>()?;
        let kinds: Vec<ErrorKind> = (0..origins)
            .map(|_| {
                Ok(ErrorKind {
                    empirical: reader.flag()?,
                    class: DemandClass::read(reader)?,
                    group: reader.byte()?.into(),
                })
            })
            .collect::<Result<_, StateError>>()?;
        let errors = reader.halves(horizon * origins)?;
        let ascending = cutoffs.windows(2).all(|pair| pair[0] < pair[1]);
        let finite = errors.iter().all(|error| error.is_nan() || error.abs() < 10.0);
        let grouped = kinds.iter().all(|kind| kind.group < GROUPS);
        if errors.len() == horizon * origins && ascending && finite && grouped {
            Ok(Self { cutoffs, horizon, errors, kinds })
        } else {
            Err(StateError::Invalid { field: "rolling errors" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Frequency;

    fn cutoffs_of(
        length: usize,
        frequency: Frequency,
        horizon: usize,
        origins: usize,
    ) -> Vec<usize> {
        let units = vec![1.0; length];
        cutoffs(&Series::new(&units, &[], frequency, 0).unwrap(), horizon, origins)
    }

    #[test]
    fn a_long_history_steps_by_whole_horizons() {
        assert_eq!(cutoffs_of(420, Frequency::Day, 28, 4), [308, 336, 364, 392]);
    }

    #[test]
    fn a_short_history_steps_by_less() {
        // Half of 48 months is 24; the last cutoff is 30, so three steps of 2 fit.
        assert_eq!(cutoffs_of(48, Frequency::Month, 18, 4), [24, 26, 28, 30]);
        assert_eq!(cutoffs_of(20, Frequency::Day, 28, 4), [14]);
        assert_eq!(cutoffs_of(14, Frequency::Day, 28, 4), []);
        assert_eq!(cutoffs_of(420, Frequency::Day, 28, 0), []);
    }
}
