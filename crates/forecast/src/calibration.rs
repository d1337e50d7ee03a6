use crate::bytes::{Kind, Reader, Writer};
use crate::dependence::{Dependence, DependenceSums};
use crate::origin_effect::{self, ORIGINS, Widening};
use crate::outlook::{GROUPS, MAXIMUM_ERROR};
use crate::rolling::{ErrorKind, RollingErrors};
use crate::{DemandClass, FittedModel, StateError};
use std::collections::BTreeMap;

const CALIBRATION: Kind = Kind { name: "calibration", magic: *b"SFCA", version: 5 };
const BUILDER: Kind = Kind { name: "calibration builder", magic: *b"SFCB", version: 5 };

/// First step after each horizon bucket: 1, 2-3, 4-7, 8-14, 15-28 and later periods ahead.
const BUCKET_ENDS: [usize; 5] = [1, 3, 7, 14, 28];
pub(crate) const BUCKETS: usize = BUCKET_ENDS.len() + 1;

/// Probabilities at which pooled errors are kept.
pub(crate) const GRID: [f64; 33] = [
    0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4,
    0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995,
    0.9975, 0.999,
];

/// Largest error of a grid.
const LARGEST_ERROR: f64 = 3.0 * MAXIMUM_ERROR;

const BINS_PER_UNIT: f64 = 32.0;
pub(crate) const BINS: usize = 514;

/// Errors by bin.
pub(crate) type Histogram = [u64; BINS];

/// The bucket of a step counted from 0.
pub(crate) fn bucket(step: usize) -> usize {
    BUCKET_ENDS.partition_point(|&end| end <= step)
}

/// Whose errors a forecast may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Those of all rolling origins.
    All,
    /// Those that were known at the last rolling origin.
    Earlier,
}

/// Pooled quantiles of one horizon bucket.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grid {
    pub(crate) count: u64,
    /// Errors at [`GRID`]'s probabilities, ascending.
    pub(crate) errors: [f64; GRID.len()],
}

/// The standardised rolling errors of many series, as quantiles by horizon bucket.
///
/// Errors of empirical (low-volume) and of normal (high-volume) distributions are kept apart, and
/// those of each demand class, as it was at the origin: a class by the whole history would know
/// which series were about to err, and smooth ones would seem surer than they are. Each class has
/// groups: bell-shaped series by how restless they are, low volumes by how often there is demand. A
/// group is shrunk to all groups of its class, and those to all classes. Apart are also errors of
/// all origins, for forecasts, and those known at the last origin, for the
/// [holdout](FittedModel::holdout). Newer origins weigh more. A quantile carries the finite-sample
/// correction of split conformal prediction: of n errors the p quantile is the one at rank
/// p (n + 1). Build one calibration of all series that err alike, whatever their class.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    grids: BTreeMap<usize, Grid>,
    /// By class, then of everything: how errors of different steps hang together, and the origins
    /// behind it.
    dependence: [(Dependence, u64); CLASSES + 1],
}

impl Calibration {
    pub(crate) fn grid(&self, kind: ErrorKind, scope: Scope, bucket: usize) -> Option<&Grid> {
        // A horizon beyond those measured takes the nearest measured one's errors.
        (0..=bucket).rev().find_map(|bucket| {
            let at = |pool| self.grids.get(&slot(kind.empirical, scope, pool, bucket));
            pools(kind).into_iter().find_map(at)
        })
    }

    /// How errors of different steps hang together, and the number of origins behind it.
    pub(crate) fn dependence(&self) -> (Dependence, u64) {
        self.dependence[CLASSES]
    }

    /// The number of standardised errors in the pool, those of earlier origins by their weight.
    pub fn errors(&self) -> u64 {
        [false, true]
            .into_iter()
            .flat_map(|empirical| (0..BUCKETS).map(move |bucket| (empirical, bucket)))
            .filter_map(|(empirical, bucket)| {
                self.grids.get(&slot(empirical, Scope::All, EVERYTHING, bucket))
            })
            .map(|grid| grid.count)
            .fold(0, u64::saturating_add)
    }

    /// What series of one class need of it: a smaller one that gives them the same intervals, and
    /// paths that hang together as that class's errors do.
    pub fn of_class(&self, class: DemandClass) -> Self {
        let first = class as usize * POOLS_A_CLASS;
        let is_needed = |slot: &usize| {
            let pool = slot / BUCKETS % POOLS;
            pool == EVERYTHING || (first..first + POOLS_A_CLASS).contains(&pool)
        };
        let grids = self.grids.iter().filter(|(slot, _)| is_needed(slot));
        let mut dependence = self.dependence;
        if dependence[class as usize].1 > 0 {
            dependence[CLASSES] = dependence[class as usize];
        }
        Self { grids: grids.map(|(slot, grid)| (*slot, grid.clone())).collect(), dependence }
    }

    /// The calibration as bytes: magic, version, fields.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(&CALIBRATION);
        for (dependence, origins) in &self.dependence {
            dependence.write(&mut writer);
            writer.word(*origins);
        }
        writer.count(self.grids.len());
        for (slot, grid) in &self.grids {
            writer.count(*slot);
            writer.word(grid.count);
            grid.errors.iter().for_each(|error| writer.half(*error as f32));
        }
        writer.finish()
    }

    /// Reads [`to_bytes`](Self::to_bytes) back, bit for bit.
    ///
    /// # Errors
    /// [`StateError`] for anything that was not written by it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::new(bytes, &CALIBRATION)?;
        let nothing = DependenceSums::default();
        let mut dependence = [(nothing.mean(), nothing.origins()); CLASSES + 1];
        for (dependence, origins) in &mut dependence {
            (*dependence, *origins) = (Dependence::read(&mut reader)?, reader.word()?);
        }
        let grids = (0..reader.count(SLOTS)?)
            .map(|_| Ok((reader.count(SLOTS - 1)?, Grid::read(&mut reader)?)))
            .collect::<Result<_, StateError>>()?;
        reader.finish()?;
        Ok(Self { grids, dependence })
    }
}

impl Grid {
    fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut grid = Self { count: reader.word()?, errors: [0.0; GRID.len()] };
        for error in &mut grid.errors {
            *error = reader.half()?;
        }
        let ascending = grid.errors.windows(2).all(|pair| pair[0] <= pair[1]);
        let bounded = grid.errors.iter().all(|error| error.abs() <= LARGEST_ERROR);
        if grid.count > 0 && ascending && bounded {
            Ok(grid)
        } else {
            Err(StateError::Invalid { field: "error quantiles" })
        }
    }

    /// The same around its median, wider.
    fn widened(mut self, widening: Widening) -> Self {
        let median = self.errors[GRID.len() / 2];
        for (error, probability) in self.errors.iter_mut().zip(GRID) {
            let wider = median + widening.factor(probability) * (*error - median);
            // As it is stored.
            *error = f64::from(wider.clamp(-LARGEST_ERROR, LARGEST_ERROR) as f32);
        }
        self
    }

    /// Quantiles of a histogram that is shrunk to `all`'s, linear inside its bins.
    fn of(counts: &[u64; BINS], all: Option<&[u64; BINS]>) -> Option<Self> {
        let sum = |counts: &[u64]| counts.iter().fold(0_u64, |sum, n| sum.saturating_add(*n));
        if sum(counts) == 0 {
            return None;
        }
        let errors = |count: u64| count as f64 / NEWEST as f64;
        let share = all.map_or(0.0, |all| (WIDER_WEIGHT / errors(sum(all))).min(1.0));
        let weight =
            |bin: usize| errors(counts[bin]) + share * all.map_or(0.0, |all| errors(all[bin]));
        let count: f64 = (0..BINS).map(weight).sum();
        let (mut bin, mut below) = (0, 0.0);
        let quantiles = GRID.map(|probability| {
            let rank = (probability * (count + 1.0)).clamp(f64::min(0.5, count), count);
            while bin + 1 < BINS && below + weight(bin) < rank {
                below += weight(bin);
                bin += 1;
            }
            let inside = ((rank - below) / weight(bin).max(1e-9)).clamp(0.0, 1.0);
            let error = (bin as f64 + inside - BINS as f64 / 2.0) / BINS_PER_UNIT;
            // As it is stored.
            f64::from(error as f32)
        });
        Some(Self { count: (count as u64).max(1), errors: quantiles })
    }
}

/// Weight of an error of the newest origin, and what is left of it an origin earlier: what was
/// known then was less, and the time another one (Barber, Candès, Ramdas and Tibshirani 2023,
/// "Conformal prediction beyond exchangeability").
const NEWEST: u64 = 64;
const DECAY: f64 = 0.7;

/// The weight of the errors of an origin, by the number of origins after it.
fn recency(age: usize) -> u64 {
    (NEWEST as f64 * libm::pow(DECAY, age as f64)).round().max(1.0) as u64
}

/// Errors that a wider pool weighs against a pool's own.
const WIDER_WEIGHT: f64 = 200.0;

/// Demand classes, that of series without demand among them.
const CLASSES: usize = 5;

/// A pool for each group of each class, one for each class and one of everything.
const POOLS_A_CLASS: usize = GROUPS + 1;
const EVERYTHING: usize = CLASSES * POOLS_A_CLASS;
const POOLS: usize = EVERYTHING + 1;

const SLOTS: usize = 4 * POOLS * BUCKETS;

/// The pools of an error, the narrowest first.
fn pools(kind: ErrorKind) -> [usize; 3] {
    let class = kind.class as usize * POOLS_A_CLASS;
    [class + kind.group, class + GROUPS, EVERYTHING]
}

/// The next wider pool.
fn wider(pool: usize) -> Option<usize> {
    if pool == EVERYTHING {
        None
    } else if pool % POOLS_A_CLASS == GROUPS {
        Some(EVERYTHING)
    } else {
        Some(pool - pool % POOLS_A_CLASS + GROUPS)
    }
}

fn slot(empirical: bool, scope: Scope, pool: usize, bucket: usize) -> usize {
    let half = usize::from(empirical) * 2 + usize::from(scope == Scope::Earlier);
    (half * POOLS + pool) * BUCKETS + bucket
}

fn histogram(counts: &mut BTreeMap<usize, Box<Histogram>>, slot: usize) -> &mut Histogram {
    counts.entry(slot).or_insert_with(|| Box::new([0; BINS]))
}

fn add_all(counts: &mut BTreeMap<usize, Box<Histogram>>, others: &BTreeMap<usize, Box<Histogram>>) {
    for (slot, other) in others {
        for (own, other) in histogram(counts, *slot).iter_mut().zip(other.iter()) {
            *own = own.saturating_add(*other);
        }
    }
}

/// Gathers a [`Calibration`] model by model.
///
/// Errors are counted in bins 1/32 of a standard deviation wide, so the calibration does not
/// depend on the order in which models are added or builders merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalibrationBuilder {
    /// Histograms by slot; most stay empty.
    counts: BTreeMap<usize, Box<Histogram>>,
    /// Those of each class by origin, without weights.
    by_origin: BTreeMap<usize, Box<Histogram>>,
    dependence: [DependenceSums; CLASSES + 1],
}

impl Default for CalibrationBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl CalibrationBuilder {
    /// No errors yet.
    pub fn new() -> Self {
        Self { counts: BTreeMap::new(), by_origin: BTreeMap::new(), dependence: Default::default() }
    }

    /// Adds the rolling errors of a model.
    pub fn add(&mut self, model: &FittedModel) {
        self.add_errors(model.errors(), Scope::All);
        self.add_errors(model.earlier_errors(), Scope::Earlier);
        for place in [model.demand_class() as usize, CLASSES] {
            self.dependence[place].add(model.errors());
        }
    }

    fn add_errors(&mut self, errors: &RollingErrors, scope: Scope) {
        let rows = errors.rows().count();
        for (position, (row, kind)) in errors.rows().enumerate() {
            let age = rows - 1 - position;
            let weight = recency(age);
            for (step, error) in row.iter().enumerate().filter(|(_, error)| !error.is_nan()) {
                let error = f64::from(*error).clamp(-MAXIMUM_ERROR, MAXIMUM_ERROR);
                let bin = (error * BINS_PER_UNIT + BINS as f64 / 2.0) as usize;
                let bin = bin.min(BINS - 1);
                for pool in pools(kind) {
                    let slot = slot(kind.empirical, scope, pool, bucket(step));
                    histogram(&mut self.counts, slot)[bin] += weight;
                }
                // What counts do by chance is more than what they have in common.
                if age < ORIGINS && !kind.empirical {
                    let class = slot(kind.empirical, scope, pools(kind)[1], bucket(step));
                    histogram(&mut self.by_origin, class * ORIGINS + age)[bin] += 1;
                }
            }
        }
    }

    /// Adds everything another builder gathered.
    pub fn merge(&mut self, other: &Self) {
        add_all(&mut self.counts, &other.counts);
        add_all(&mut self.by_origin, &other.by_origin);
        for (own, other) in self.dependence.iter_mut().zip(&other.dependence) {
            own.merge(other);
        }
    }

    /// The calibration; without errors it changes nothing.
    pub fn finish(&self) -> Calibration {
        Calibration {
            grids: self.grids(),
            dependence: self.dependence.map(|sums| (sums.mean(), sums.origins())),
        }
    }

    fn grids(&self) -> BTreeMap<usize, Grid> {
        let widenings: Vec<Widening> =
            (0..4 * CLASSES * BUCKETS).map(|place| self.widening(place)).collect();
        let widened = |slot: usize| {
            let (half, pool, bucket) =
                (slot / (POOLS * BUCKETS), slot / BUCKETS % POOLS, slot % BUCKETS);
            let class = pool / POOLS_A_CLASS;
            let widening = match pool {
                EVERYTHING => Widening::default(),
                _ => widenings[(half * CLASSES + class) * BUCKETS + bucket],
            };
            Some((slot, self.grid(slot)?.widened(widening)))
        };
        self.counts.keys().filter_map(|slot| widened(*slot)).collect()
    }

    fn grid(&self, slot: usize) -> Option<Grid> {
        let own = self.counts.get(&slot)?;
        let pool = slot / BUCKETS % POOLS;
        let wider =
            wider(pool).and_then(|wider| self.counts.get(&(slot + (wider - pool) * BUCKETS)));
        Grid::of(own, wider.map(|counts| &**counts))
    }

    /// The factor by which a class's errors spread more over origins than inside them, for a place
    /// of half, class and bucket: half its own, half that of the class's other buckets, as a
    /// handful of origins says little.
    fn widening(&self, place: usize) -> Widening {
        let first = place - place % BUCKETS;
        let found: Vec<Option<Widening>> =
            (first..first + BUCKETS).map(|place| self.own_widening(place)).collect();
        let known: Vec<Widening> = found.iter().flatten().copied().collect();
        let mean = Widening::mean(&known);
        Widening::mean(&[found[place % BUCKETS].unwrap_or(mean), mean])
    }

    fn own_widening(&self, place: usize) -> Option<Widening> {
        let (half, class, bucket) =
            (place / (CLASSES * BUCKETS), place / BUCKETS % CLASSES, place % BUCKETS);
        let slot = (half * POOLS + class * POOLS_A_CLASS + GROUPS) * BUCKETS + bucket;
        let origins: Vec<(&Histogram, f64)> = (0..ORIGINS)
            .filter_map(|age| {
                let counts = self.by_origin.get(&(slot * ORIGINS + age))?;
                Some((&**counts, recency(age) as f64))
            })
            .collect();
        origin_effect::widening(&origins)
    }

    /// The builder as bytes, to be merged elsewhere.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(&BUILDER);
        self.dependence.iter().for_each(|sums| sums.write(&mut writer));
        for histograms in [&self.counts, &self.by_origin] {
            let used: Vec<(usize, u64)> = histograms
                .iter()
                .flat_map(|(slot, counts)| {
                    counts.iter().enumerate().map(move |(bin, count)| (slot * BINS + bin, *count))
                })
                .filter(|(_, count)| *count > 0)
                .collect();
            writer.count(used.len());
            for (index, count) in used {
                writer.count(index);
                writer.word(count);
            }
        }
        writer.finish()
    }

    /// Reads [`to_bytes`](Self::to_bytes) back.
    ///
    /// # Errors
    /// [`StateError`] for anything that was not written by it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::new(bytes, &BUILDER)?;
        let mut builder = Self::new();
        for sums in &mut builder.dependence {
            *sums = DependenceSums::read(&mut reader)?;
        }
        for (histograms, slots) in
            [(&mut builder.counts, SLOTS), (&mut builder.by_origin, SLOTS * ORIGINS)]
        {
            for _ in 0..reader.count(slots * BINS)? {
                let index = reader.count(slots * BINS - 1)?;
                histogram(histograms, index / BINS)[index % BINS] = reader.word()?;
            }
        }
        reader.finish()?;
        Ok(builder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn buckets_are_1_3_7_14_28_and_beyond() {
        let ahead = [1, 2, 3, 4, 7, 8, 14, 15, 28, 29, 4000];
        let buckets: Vec<usize> = ahead.iter().map(|ahead| bucket(ahead - 1)).collect();
        assert_eq!(buckets, [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    }

    #[test]
    fn grid_is_ascending_and_symmetric() {
        for (low, high) in GRID.iter().zip(GRID.iter().rev()) {
            assert!((low + high - 1.0).abs() < 1e-12);
        }
        assert!(GRID.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn quantiles_are_at_rank_p_times_n_plus_one() {
        // 99 errors, one in each of 99 neighbouring bins: rank 0.9 * 100 = 90 is the upper edge
        // of the 90th bin used.
        let mut counts = [0; BINS];
        counts[..99].fill(NEWEST);
        let grid = Grid::of(&counts, None).unwrap();
        let at = GRID.iter().position(|p| *p == 0.9).unwrap();
        assert!((grid.errors[at] - (90.0 - BINS as f64 / 2.0) / BINS_PER_UNIT).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            for kind in [CALIBRATION, BUILDER] {
                let mut framed = kind.magic.to_vec();
                framed.extend(kind.version.to_le_bytes());
                framed.extend(&bytes);
                if let Ok(builder) = CalibrationBuilder::from_bytes(&framed) {
                    builder.finish();
                }
                let _ = Calibration::from_bytes(&framed).is_ok();
            }
        }
    }
}
