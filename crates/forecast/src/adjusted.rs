//! A history with its season divided out, as the level models read it.

use crate::indices::seasonal_indices;
use crate::profile::Profile;
use crate::series::Availability;
use crate::shape::DemandShape;
use crate::{SeasonalPool, Series, normal};

/// Recency weights of the demand shape halve about every 69 periods.
const RECENCY: f64 = 0.99;

/// Periods that the demand shape looks back.
const SHAPE_PERIODS: usize = 364;

/// Weight, in periods with demand, of assumed sizes against own sizes.
const SIZE_PRIOR: f64 = 3.0;

/// One period's demand over its seasonal index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Demand {
    Exactly(f64),
    AtLeast(f64),
    Unknown,
}

/// The part of a history from its first demand on, seasonally adjusted.
pub(crate) struct Adjusted {
    pub(crate) demand: Vec<Demand>,
    pub(crate) indices: Vec<f64>,
    /// Variance over mean of adjusted demand, in units.
    dispersion: f64,
}

impl Adjusted {
    pub(crate) fn new(series: &Series<'_>, start: usize, indices: Vec<f64>) -> Self {
        let demand: Vec<Demand> = (start..series.len())
            .map(|period| {
                let index = indices[series.phase(period)];
                let adjusted = series.units()[period] / index;
                match series.availability(period) {
                    Availability::Missing => Demand::Unknown,
                    _ if index < crate::models::SMALLEST_INDEX => Demand::Unknown,
                    Availability::Censored => Demand::AtLeast(adjusted),
                    Availability::Observed => Demand::Exactly(adjusted),
                }
            })
            .collect();
        let dispersion = dispersion(&demand);
        Self { demand, indices, dispersion }
    }

    /// Adjusted by the pool's and the series' own indices.
    pub(crate) fn seasonal(series: &Series<'_>, start: usize, pool: Option<&SeasonalPool>) -> Self {
        Self::new(series, start, seasonal_indices(series, start, pool))
    }

    /// Not adjusted at all.
    pub(crate) fn flat(series: &Series<'_>, start: usize) -> Self {
        Self::new(series, start, vec![1.0; series.season_length()])
    }

    /// The demand to learn from, given what is expected: `None` where nothing is known.
    pub(crate) fn learnt(&self, demand: Demand, level: f64) -> Option<f64> {
        match demand {
            Demand::Exactly(units) => Some(units),
            Demand::AtLeast(units) => {
                let deviation = libm::sqrt(self.dispersion * level.max(0.0));
                Some(normal::mean_at_least(level, deviation, units))
            }
            Demand::Unknown => None,
        }
    }

    /// Mean of the known demand among the first `periods`; 0 when there is none.
    pub(crate) fn mean_of_first(&self, periods: usize) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for demand in self.demand.iter().take(periods) {
            if let Demand::Exactly(units) | Demand::AtLeast(units) = demand {
                sum += units;
                count += 1.0;
            }
        }
        if count > 0.0 { sum / count } else { 0.0 }
    }

    /// The recency-weighted empirical distribution of adjusted demand, its sizes shrunk a little
    /// to the pool's (or to geometric sizes) so that it has a tail.
    pub(crate) fn shape(
        &self,
        profile: &Profile,
        pool: Option<&SeasonalPool>,
    ) -> Option<DemandShape> {
        let mut weight = 1.0;
        let mut points: Vec<(f64, f64)> = Vec::with_capacity(SHAPE_PERIODS);
        for demand in self.demand.iter().rev().take(SHAPE_PERIODS) {
            if let Demand::Exactly(units) = demand {
                points.push((*units, weight));
            }
            weight *= RECENCY;
        }
        with_assumed_sizes(points, profile.whole, pool)
    }
}

/// Adds assumed sizes around the points' own mean size.
pub(crate) fn with_assumed_sizes(
    mut points: Vec<(f64, f64)>,
    whole: bool,
    pool: Option<&SeasonalPool>,
) -> Option<DemandShape> {
    let (mut weight, mut mass) = (0.0, 0.0);
    for (units, own) in points.iter().filter(|(units, _)| *units > 0.0) {
        weight += own;
        mass += units * own;
    }
    if weight > 0.0 {
        // The share of demand periods stays: own sizes give way, zeros do not.
        let own_share = weight / (weight + SIZE_PRIOR);
        points.iter_mut().filter(|point| point.0 > 0.0).for_each(|point| point.1 *= own_share);
        let assumed = assumed_sizes(mass / weight, whole, pool);
        let assumed_weight = weight * (1.0 - own_share);
        points.extend(assumed.into_iter().map(|(size, share)| (size, share * assumed_weight)));
    }
    DemandShape::new(points)
}

/// Sizes around a mean size, as (size, share): the pool's, or else geometric for whole units and
/// exponential otherwise.
pub(crate) fn assumed_sizes(
    mean_size: f64,
    whole: bool,
    pool: Option<&SeasonalPool>,
) -> Vec<(f64, f64)> {
    const POINTS: usize = 16;
    let share = 1.0 / POINTS as f64;
    let size_at = |probability: f64| match pool {
        Some(pool) => pool.sizes().quantile(mean_size, probability, false),
        // A geometric size is at least one unit; the rest is about exponential.
        None if whole && mean_size >= 1.0 => 1.0 - (mean_size - 1.0) * libm::log(1.0 - probability),
        None => -mean_size * libm::log(1.0 - probability),
    };
    (0..POINTS).map(|point| (size_at((point as f64 + 0.5) * share), share)).collect()
}

fn dispersion(demand: &[Demand]) -> f64 {
    let exact = || {
        demand.iter().filter_map(|demand| match demand {
            Demand::Exactly(units) => Some(*units),
            _ => None,
        })
    };
    let count = exact().count().max(1) as f64;
    let mean = exact().sum::<f64>() / count;
    if mean <= 0.0 {
        return 0.0;
    }
    exact().map(|units| (units - mean) * (units - mean)).sum::<f64>() / count / mean
}
