//! A history with its season divided out, as the level models read it.

use crate::censored::{Beyond, Dispersed};
use crate::indices::seasonal_indices;
use crate::profile::Profile;
use crate::series::Availability;
use crate::shape::{DemandShape, is_whole};
use crate::{SeasonalPool, Series};

/// Recency weights of the demand shape halve about every 69 periods.
const RECENCY: f64 = 0.99;

/// Periods that the demand shape looks back.
const SHAPE_PERIODS: usize = 364;

/// Means from here on are compared with the season divided out even if they are counted.
const LARGEST_COUNTED: f64 = 10.0;

/// Rounds in which a level agrees with what it expects of censored periods.
const LEVEL_ROUNDS: usize = 12;

/// Weight, in periods with demand, of assumed sizes against own sizes.
const SIZE_PRIOR: f64 = 3.0;

/// One period's demand over its seasonal index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Demand {
    Exactly(f64),
    /// At least so much, and at the mean of the history so much in `excess` of it, where the assumed
    /// family expects `assumed`.
    AtLeast {
        least: f64,
        excess: f64,
        assumed: f64,
    },
    Unknown,
}

/// The part of a history from its first demand on, seasonally adjusted.
pub(crate) struct Adjusted {
    pub(crate) demand: Vec<Demand>,
    pub(crate) indices: Vec<f64>,
    /// How adjusted demand spreads, and its mean: with censored periods taken for what they are.
    dispersed: Dispersed,
    mean: f64,
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
                    Availability::Censored => {
                        Demand::AtLeast { least: adjusted, excess: 0.0, assumed: 0.0 }
                    }
                    Availability::Observed => Demand::Exactly(adjusted),
                }
            })
            .collect();
        let (exact, bounds) = parts(demand.iter());
        let whole = series.known().all(|(_, units)| is_whole(units));
        let (dispersed, mean) = Dispersed::fit(&exact, &bounds, whole);
        let mut adjusted = Self { demand, indices, dispersed, mean };
        if !bounds.is_empty() {
            let beyond = adjusted.beyond(series, start, &exact, &bounds);
            adjusted.believe(&beyond, &exact, &bounds);
        }
        adjusted
    }

    /// What was seen beyond each bound. Few units have the same sizes whatever the season, which
    /// changes how often there is demand: they are compared as they were counted.
    fn beyond(
        &self,
        series: &Series<'_>,
        start: usize,
        exact: &[f64],
        bounds: &[f64],
    ) -> Vec<Beyond> {
        if !self.dispersed.whole || self.mean >= LARGEST_COUNTED {
            return Beyond::each(exact, bounds);
        }
        let (mut exact, mut bounds, mut indices) = (vec![], vec![], vec![]);
        for (offset, demand) in self.demand.iter().enumerate() {
            let units = series.units()[start + offset];
            match demand {
                Demand::Exactly(_) => exact.push(units),
                Demand::AtLeast { .. } => {
                    bounds.push(units);
                    indices.push(self.indices[series.phase(start + offset)]);
                }
                Demand::Unknown => {}
            }
        }
        let mut beyond = Beyond::each(&exact, &bounds);
        beyond.iter_mut().zip(indices).for_each(|(beyond, index)| beyond.excess /= index);
        beyond
    }

    /// Takes what was seen beyond the bounds for more than the family's word.
    fn believe(&mut self, beyond: &[Beyond], exact: &[f64], bounds: &[f64]) {
        let assumed = |level: f64, bound: f64| self.dispersed.tail(level, bound).mean - bound;
        let excesses: Vec<f64> = beyond
            .iter()
            .zip(bounds)
            .map(|(beyond, bound)| beyond.blended(assumed(self.mean, *bound)))
            .collect();
        let sum: f64 = exact.iter().chain(bounds).chain(&excesses).sum();
        let mean = sum / (exact.len() + bounds.len()) as f64;
        let dispersed = self.dispersed;
        let mut excesses = excesses.into_iter();
        for demand in &mut self.demand {
            if let Demand::AtLeast { least, excess, assumed } = demand {
                *excess = excesses.next().unwrap_or(0.0);
                *assumed = dispersed.tail(mean, *least).mean - *least;
            }
        }
        self.mean = mean;
    }

    /// Adjusted by the pool's and the series' own indices.
    pub(crate) fn seasonal(series: &Series<'_>, start: usize, pool: Option<&SeasonalPool>) -> Self {
        let is_censored = (start..series.len())
            .any(|period| series.availability(period) == Availability::Censored);
        if !is_censored {
            return Self::new(series, start, seasonal_indices(series, start, pool));
        }
        // A phase that sells out more often than others must not look weaker: the season is that
        // of the expected demand.
        let prior =
            pool.map_or_else(|| vec![1.0; series.season_length()], |pool| pool.indices().to_vec());
        let first = Self::new(series, start, prior);
        let mut units = series.units().to_vec();
        let mut availability: Vec<Availability> =
            (0..series.len()).map(|period| series.availability(period)).collect();
        for (offset, demand) in first.demand.iter().enumerate() {
            if let Demand::AtLeast { .. } = demand {
                let period = start + offset;
                let index = first.indices[series.phase(period)];
                units[period] = first.learnt(*demand, first.mean).unwrap_or(0.0) * index;
                availability[period] = Availability::Observed;
            }
        }
        let expected = series.with_known(&units, &availability);
        Self::new(series, start, seasonal_indices(&expected, start, pool))
    }

    /// Not adjusted at all.
    pub(crate) fn flat(series: &Series<'_>, start: usize) -> Self {
        Self::new(series, start, vec![1.0; series.season_length()])
    }

    /// The demand to learn from, given what is expected: `None` where nothing is known.
    pub(crate) fn learnt(&self, demand: Demand, level: f64) -> Option<f64> {
        match demand {
            Demand::Exactly(units) => Some(units),
            Demand::AtLeast { least, excess, assumed } => {
                if assumed <= 0.0 || self.mean <= 0.0 {
                    return Some(least + excess);
                }
                // At another level demand is larger, or there is more often any: the excess grows
                // with the level, or not at all, or something between.
                let expected = self.dispersed.tail(level, least).mean - least;
                let grown = (level / self.mean).max(0.0);
                Some(least + excess * (expected / assumed).clamp(grown.min(1.0), grown.max(1.0)))
            }
            Demand::Unknown => None,
        }
    }

    /// The demand of a period given the mean of the whole history.
    pub(crate) fn expected(&self, demand: Demand) -> Option<f64> {
        self.learnt(demand, self.mean)
    }

    /// Mean of the expected demand among the first `periods`; 0 when there is none.
    pub(crate) fn mean_of_first(&self, periods: usize) -> f64 {
        let used = &self.demand[..periods.min(self.demand.len())];
        let mean_given = |level: f64| {
            let known = used.iter().filter_map(|demand| self.learnt(*demand, level));
            let (sum, count) = known.fold((0.0, 0.0), |(sum, n), units| (sum + units, n + 1.0));
            sum / f64::max(count, 1.0)
        };
        let is_censored = used.iter().any(|demand| matches!(demand, Demand::AtLeast { .. }));
        let rounds = if is_censored { LEVEL_ROUNDS } else { 1 };
        (0..rounds).fold(self.mean, |level, _| mean_given(level))
    }

    /// How demand spreads around a level.
    pub(crate) fn dispersed(&self) -> Dispersed {
        self.dispersed
    }

    /// The recency-weighted empirical distribution of adjusted demand, its sizes shrunk a little
    /// to the pool's (or to geometric sizes) so that it has a tail.
    pub(crate) fn shape(
        &self,
        profile: &Profile,
        pool: Option<&SeasonalPool>,
    ) -> Option<DemandShape> {
        let mut weight = 1.0;
        let mut points = Gathered::new(self.indices.len());
        let mut bounds: Vec<(f64, f64, f64)> = vec![];
        for (back, demand) in self.demand.iter().rev().take(SHAPE_PERIODS).enumerate() {
            match demand {
                Demand::Exactly(units) => points.add(back, *units, weight),
                Demand::AtLeast { least, .. } => {
                    bounds.push((*least, weight, self.expected(*demand).unwrap_or(*least)));
                }
                Demand::Unknown => {}
            }
            weight *= RECENCY;
        }
        let mut points = points.points;
        for (bound, weight, expected) in bounds {
            spread_over(&mut points, bound, weight, expected);
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

/// Weighted sizes, equal ones of a phase together: counts repeat, and few points sort fast.
struct Gathered {
    points: Vec<(f64, f64)>,
    /// By phase, the places of its first sizes.
    seen: Vec<Vec<usize>>,
}

/// Sizes of a phase that are looked for among the points.
const SIZES_SEEN: usize = 8;

impl Gathered {
    fn new(season_length: usize) -> Self {
        Self { points: Vec::with_capacity(64), seen: vec![vec![]; season_length] }
    }

    fn add(&mut self, back: usize, size: f64, weight: f64) {
        let phases = self.seen.len();
        let seen = &mut self.seen[back % phases];
        if let Some(place) = seen.iter().find(|place| self.points[**place].0 == size) {
            self.points[*place].1 += weight;
            return;
        }
        if seen.len() < SIZES_SEEN {
            seen.push(self.points.len());
        }
        self.points.push((size, weight));
    }
}

/// Gives a censored period's weight to the sizes from its bound on, in proportion to theirs
/// (Efron's redistribution to the right, 1967); to what is expected where there are none.
fn spread_over(points: &mut Vec<(f64, f64)>, bound: f64, weight: f64, expected: f64) {
    let above: f64 = points.iter().filter(|point| point.0 >= bound).map(|point| point.1).sum();
    if above > 0.0 {
        let factor = 1.0 + weight / above;
        points.iter_mut().filter(|point| point.0 >= bound).for_each(|point| point.1 *= factor);
    } else {
        points.push((expected, weight));
    }
}

/// Exactly known demand and lower bounds.
fn parts<'a>(demand: impl Iterator<Item = &'a Demand>) -> (Vec<f64>, Vec<f64>) {
    let (mut exact, mut bounds) = (vec![], vec![]);
    for demand in demand {
        match demand {
            Demand::Exactly(units) => exact.push(*units),
            Demand::AtLeast { least, .. } => bounds.push(*least),
            Demand::Unknown => {}
        }
    }
    (exact, bounds)
}
