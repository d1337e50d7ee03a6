//! The demand models of the pool: each turns a history into a [`Member`].

mod adida;
mod autoregression;
mod averaged_ets;
mod croston;
mod filled;
mod level;
mod pooled_shape;
mod seasonal_naive;
mod simple;
mod smoothing;
mod tsb;

pub(crate) use autoregression::Autoregression;
pub(crate) use averaged_ets::{Aggregated, AveragedEts};
pub(crate) use level::LevelMember;

use crate::adjusted::Adjusted;
use crate::calibration::BUCKETS;
use crate::combination::Weights;
use crate::drivers::{Driver, DriverPool, FittedDrivers};
use crate::ets::LONGEST_SEASON;
use crate::member::Member;
use crate::outlook::Spread;
use crate::profile::Profile;
use crate::series::Availability;
use crate::shape::DemandShape;
use crate::theta::Theta;
use crate::yearly::YearAhead;
use crate::{DemandClass, Frequency, Method, SeasonalPool, Series};

/// Indices below this say "closed": dividing by them would tell nothing of the level.
pub(crate) const SMALLEST_INDEX: f64 = 0.1;

/// Every candidate's state for one history.
pub(crate) struct Fitted {
    /// Methods that forecast together; never empty.
    pub(crate) members: Vec<Member>,
    /// Their weights before any evidence.
    pub(crate) prior: Weights,
    pub(crate) spread: Spread,
    pub(crate) whole: bool,
    pub(crate) class: DemandClass,
    /// The yardstick: each phase repeats its last observed demand.
    pub(crate) seasonal_naive: LevelMember,
}

/// Which methods, for how far, and what is known from other series.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan<'a> {
    pub(crate) horizon: usize,
    pub(crate) pool: Option<&'a SeasonalPool>,
    /// Only these; the class's own where `None`.
    pub(crate) methods: Option<&'a [Method]>,
    /// What moves demand from outside, one value a period of the whole history.
    pub(crate) drivers: &'a [Driver<'a>],
    pub(crate) driver_pool: Option<&'a DriverPool>,
    /// An earlier cutoff is forecast from, of which more is known now.
    pub(crate) is_origin: bool,
}

impl Plan<'_> {
    /// The pool's season of the year from a period of a series on, where dates are known.
    pub(crate) fn year(&self, series: &Series<'_>, period: usize) -> Option<YearAhead> {
        let until = series.day(series.len());
        let season = self.pool.and_then(|pool| pool.yearly(until.filter(|_| self.is_origin)))?;
        Some(YearAhead { season: season.clone(), next_day: series.day(period)? })
    }
}

/// Methods for low volumes with their weights. All are levels; their errors differ most where
/// demand dies, starts or moves.
const LOW_VOLUME: [(Method, f64); 3] =
    [(Method::SeasonalLevel, 0.4), (Method::TeunterSyntetosBabai, 0.4), (Method::Adida, 0.2)];

/// The method of what is sold in a part of the year only.
const SEASONAL_ONLY: [(Method, f64); 1] = [(Method::SameSeason, 1.0)];

/// Methods for days of higher volume.
const DAYS: [(Method, f64); 5] = [
    (Method::SeasonalLevel, 0.3),
    (Method::ExponentialSmoothing, 0.25),
    (Method::DynamicTheta, 0.1),
    (Method::Theta, 0.15),
    (Method::ShortAggregation, 0.2),
];

/// Methods for other series of higher volume.
const CONTINUOUS: [(Method, f64); 6] = [
    (Method::ExponentialSmoothing, 1.0 / 6.0),
    (Method::LogarithmicSmoothing, 1.0 / 6.0),
    (Method::DynamicTheta, 1.0 / 6.0),
    (Method::Theta, 1.0 / 6.0),
    (Method::ShortAggregation, 1.0 / 6.0),
    (Method::LongAggregation, 1.0 / 6.0),
];

/// The same where a season is too long to be kept by phase: only the autoregression sees it move.
const LONG_SEASONS: [(Method, f64); 7] = [
    (Method::SeasonalAutoregression, 1.0 / 2.0),
    (Method::ExponentialSmoothing, 1.0 / 12.0),
    (Method::LogarithmicSmoothing, 1.0 / 12.0),
    (Method::DynamicTheta, 1.0 / 12.0),
    (Method::Theta, 1.0 / 12.0),
    (Method::ShortAggregation, 1.0 / 12.0),
    (Method::LongAggregation, 1.0 / 12.0),
];

impl Fitted {
    /// Takes the season of the year out, finds the drivers' effects and fits the candidates to what
    /// they leave.
    pub(crate) fn freed(
        series: &Series<'_>,
        plan: &Plan<'_>,
        profile: &Profile,
    ) -> (Self, FittedDrivers) {
        let Some(year) = plan.year(series, 0) else {
            return Self::with_drivers(series, plan, profile);
        };
        let (units, availability) = parts(series, |period| year.factor(period));
        let series_of_level = series.with_known(&units, &availability);
        let (mut fitted, drivers) = Self::with_drivers(&series_of_level, plan, profile);
        fitted.seasonal_naive = seasonal_naive::fit(series, profile);
        (fitted, drivers)
    }

    fn with_drivers(
        series: &Series<'_>,
        plan: &Plan<'_>,
        profile: &Profile,
    ) -> (Self, FittedDrivers) {
        let drivers = FittedDrivers::fit(series, plan.drivers, plan.pool, plan.driver_pool);
        if drivers.used.is_empty() {
            return (Self::to(series, plan, profile), drivers);
        }
        let (units, availability) = parts(series, |period| drivers.factor(plan.drivers, period));
        let freed = series.with_known(&units, &availability);
        (Self::to(&freed, plan, profile), drivers)
    }

    /// Fits the candidates to a history; `profile` is that of the demand that was counted.
    fn to(series: &Series<'_>, plan: &Plan<'_>, profile: &Profile) -> Self {
        let seasonal_naive = seasonal_naive::fit(series, profile);
        let is_seasonal_only = profile.yearly_pause.is_some();
        if profile.is_thin(series) && !is_seasonal_only && plan.methods.is_none() {
            let (member, spread) = pooled_shape::fit(series, profile, plan.pool);
            let member = Member::Level(member);
            let prior = Weights::prior([(member.method(), [1.0; BUCKETS])]);
            let (whole, class) = (profile.whole, profile.class());
            return Self { members: vec![member], prior, spread, whole, class, seasonal_naive };
        }
        History::new(series, profile, plan).fit(seasonal_naive)
    }
}

/// Units divided by a factor a period, and availabilities.
fn parts(series: &Series<'_>, factor: impl Fn(usize) -> f64) -> (Vec<f64>, Vec<Availability>) {
    let units = series.units().iter().enumerate();
    let freed = units.map(|(period, units)| units / factor(period)).collect();
    (freed, (0..series.len()).map(|period| series.availability(period)).collect())
}

/// A history as the methods read it.
struct History<'a> {
    series: &'a Series<'a>,
    profile: &'a Profile,
    plan: &'a Plan<'a>,
    start: usize,
    seasonal: Adjusted,
    shape: Option<DemandShape>,
}

impl<'a> History<'a> {
    fn new(series: &'a Series<'a>, profile: &'a Profile, plan: &'a Plan<'a>) -> Self {
        let start = profile.first_demand.unwrap_or(series.len());
        let seasonal = Adjusted::seasonal(series, start, plan.pool);
        let shape = if profile.is_low_volume() { seasonal.shape(profile, plan.pool) } else { None };
        Self { series, profile, plan, start, seasonal, shape }
    }

    fn fit(&self, seasonal_naive: LevelMember) -> Fitted {
        let named: Vec<(Method, f64)>;
        let candidates: &[(Method, f64)] = match self.plan.methods {
            Some(methods) => {
                named = methods.iter().map(|method| (*method, 1.0)).collect();
                &named
            }
            None if self.profile.yearly_pause.is_some() => &SEASONAL_ONLY,
            None if self.shape.is_some() => &LOW_VOLUME,
            None if self.series.frequency() == Frequency::Day => &DAYS,
            None if self.leans_on_others() => {
                named = self.with_pool();
                &named
            }
            None if self.series.season_length() > LONGEST_SEASON => &LONG_SEASONS,
            None => &CONTINUOUS,
        };
        let level = smoothing::seasonal_level(self.series, &self.seasonal, self.plan.horizon);
        let (mut members, mut spread) = (Vec::with_capacity(candidates.len()), None);
        if self.shape.is_none() {
            spread = self.fit_continuous(candidates, &level, &mut members);
        }
        for (method, _) in candidates {
            members.extend(self.fit_level(*method, &level, &seasonal_naive).map(Member::Level));
        }
        let spread = spread.unwrap_or_else(|| self.spread(&level));
        if members.is_empty() {
            members.push(Member::Level(level.member));
        }
        let prior = Weights::prior(candidates.iter().map(|(method, w)| (*method, [*w; BUCKETS])));
        let (whole, class) = (self.profile.whole, self.profile.class());
        Fitted { members, prior, spread, whole, class, seasonal_naive }
    }

    /// Whether too little is known to tell the season, and others tell it. Not at rolling origins: the
    /// others' season would know what came after them.
    fn leans_on_others(&self) -> bool {
        let known = self.series.len() - self.start;
        let is_seasonal = |pool: &SeasonalPool| pool.indices().iter().any(|index| *index != 1.0);
        !self.plan.is_origin
            && 2 * known < 3 * self.series.season_length()
            && self.plan.pool.is_some_and(is_seasonal)
    }

    /// The usual methods, and the one that knows the pool's season with as much weight as all of them.
    fn with_pool(&self) -> Vec<(Method, f64)> {
        let usual: &[(Method, f64)] = match self.series.season_length() > LONGEST_SEASON {
            true => &LONG_SEASONS,
            false => &CONTINUOUS,
        };
        std::iter::once((Method::SeasonalLevel, 1.0)).chain(usual.iter().copied()).collect()
    }

    fn fit_level(
        &self,
        method: Method,
        level: &smoothing::Smoothed,
        seasonal_naive: &LevelMember,
    ) -> Option<LevelMember> {
        let (series, seasonal) = (self.series, &self.seasonal);
        match method {
            Method::SeasonalLevel => Some(level.member.clone()),
            Method::SimpleExponentialSmoothing => Some(smoothing::simple(series, self.start)),
            Method::TeunterSyntetosBabai => Some(tsb::fit(series, seasonal)),
            Method::Croston => Some(croston::fit(series, seasonal, false)),
            Method::SyntetosBoylan => Some(croston::fit(series, seasonal, true)),
            Method::Adida => Some(adida::fit(series, seasonal)),
            Method::Naive => Some(simple::naive(series)),
            Method::SameSeason => Some(simple::same_season(series)),
            Method::WindowAverage => Some(simple::window_average(series)),
            Method::SeasonalNaive => Some(seasonal_naive.clone()),
            Method::PooledShape => Some(pooled_shape::fit(series, self.profile, self.plan.pool).0),
            _ => None,
        }
    }

    /// Fits the methods that want complete values; the spread is theirs then.
    fn fit_continuous(
        &self,
        candidates: &[(Method, f64)],
        level: &smoothing::Smoothed,
        members: &mut Vec<Member>,
    ) -> Option<Spread> {
        let wants = |method: Method| candidates.iter().any(|(known, _)| *known == method);
        let values = filled::values(self.series, self.start, &self.seasonal, &level.member);
        let season_length = self.series.season_length();
        let season = averaged_ets::season_of(&values, season_length);
        let horizon = self.plan.horizon;
        let (mut deviations, mut weights) = (Vec::new(), Vec::new());
        for (method, logarithmic) in
            [(Method::ExponentialSmoothing, false), (Method::LogarithmicSmoothing, true)]
        {
            if let Some(ets) = wants(method)
                .then(|| AveragedEts::fit(&values, season_length, &season, horizon, logarithmic))
                .flatten()
            {
                if !logarithmic {
                    deviations.push(ets.deviation);
                    weights.push(ets.smoothing);
                }
                members.push(Member::Ets(method, ets));
            }
        }
        let theta_models = [
            (Method::DynamicTheta, Theta::dynamic(season_length)),
            (Method::Theta, Theta::standard(season_length)),
        ];
        for (method, theta) in theta_models.into_iter().filter(|(method, _)| wants(*method)) {
            let fitted = theta.fit_with(&values, season.clone());
            deviations.push(fitted.one_step_deviation());
            weights.push(fitted.alpha());
            members.push(Member::Theta(method, fitted));
        }
        let aggregations = averaged_ets::aggregations(season_length);
        for (method, periods) in
            [Method::ShortAggregation, Method::LongAggregation].into_iter().zip(aggregations)
        {
            if wants(method) {
                let fitted = Aggregated::fit(&values, &season, periods, horizon);
                members.extend(fitted.map(|fitted| Member::Aggregated(method, fitted)));
            }
        }
        if wants(Method::SeasonalAutoregression) {
            let fitted = Autoregression::fit(&values, season_length);
            members.extend(fitted.map(Member::Autoregression));
        }
        let is_level = wants(Method::SeasonalLevel);
        if is_level {
            deviations.push(level.deviation);
            weights.push(level.smoothing);
        }
        let average = |list: &[f64]| list.iter().sum::<f64>() / list.len() as f64;
        let alpha = average(&weights);
        let spread = Spread::Normal {
            deviation: average(&deviations),
            growth: alpha * alpha,
            proportional: season.multiplicative || is_level,
        };
        (!deviations.is_empty()).then_some(spread)
    }

    /// The low-volume shape if there is one, else a normal spread.
    fn spread(&self, level: &smoothing::Smoothed) -> Spread {
        match &self.shape {
            Some(shape) => Spread::Shape(shape.clone()),
            None => {
                let growth = level.smoothing * level.smoothing;
                Spread::Normal { deviation: level.deviation, growth, proportional: true }
            }
        }
    }
}
