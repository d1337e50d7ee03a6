use crate::bytes::{Kind, Reader, Writer};
use crate::dependence::{Dependence, DependenceSums};
use crate::outlook::{GROUPS, MAXIMUM_ERROR};
use crate::rolling::{ErrorKind, RollingErrors};
use crate::{FittedModel, StateError};

const CALIBRATION: Kind = Kind { name: "calibration", magic: *b"SFCA", version: 3 };
const BUILDER: Kind = Kind { name: "calibration builder", magic: *b"SFCB", version: 3 };

/// First step after each horizon bucket: 1, 2-3, 4-7, 8-14, 15-28 and later periods ahead.
const BUCKET_ENDS: [usize; 5] = [1, 3, 7, 14, 28];
pub(crate) const BUCKETS: usize = BUCKET_ENDS.len() + 1;

/// Probabilities at which pooled errors are kept.
pub(crate) const GRID: [f64; 33] = [
    0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4,
    0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995,
    0.9975, 0.999,
];

const BINS_PER_UNIT: f64 = 32.0;
const BINS: usize = 514;

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
/// Errors of empirical (low-volume) and of normal (high-volume) distributions are kept apart, each
/// in groups: bell-shaped series by how restless they are, low volumes by their mean. A group is
/// shrunk to all groups together. Apart are also those of all origins, for forecasts, and those known at the last origin, for the
/// [holdout](FittedModel::holdout). A quantile carries the finite-sample correction of split
/// conformal prediction: of n errors the p quantile is the one at rank p (n + 1). Build one
/// calibration for each group of series that err alike, such as a demand class.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    grids: Vec<Option<Grid>>,
    dependence: Dependence,
    origins: u64,
}

impl Calibration {
    pub(crate) fn grid(&self, kind: ErrorKind, scope: Scope, bucket: usize) -> Option<&Grid> {
        // A horizon beyond those measured takes the nearest measured one's errors.
        (0..=bucket).rev().find_map(|bucket| {
            let at = |group| self.grids[slot(kind.empirical, scope, group, bucket)].as_ref();
            at(kind.group).or_else(|| at(ALL_GROUPS))
        })
    }

    /// How errors of different steps hang together, and the number of origins behind it.
    pub(crate) fn dependence(&self) -> (Dependence, u64) {
        (self.dependence, self.origins)
    }

    /// Standardised errors of all origins in the pool.
    pub fn errors(&self) -> u64 {
        [false, true]
            .into_iter()
            .flat_map(|empirical| (0..BUCKETS).map(move |bucket| (empirical, bucket)))
            .filter_map(|(empirical, bucket)| {
                self.grids[slot(empirical, Scope::All, ALL_GROUPS, bucket)].as_ref()
            })
            .map(|grid| grid.count)
            .fold(0, u64::saturating_add)
    }

    /// The calibration as bytes: magic, version, fields.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(&CALIBRATION);
        self.dependence.write(&mut writer);
        writer.word(self.origins);
        for grid in &self.grids {
            writer.byte(u8::from(grid.is_some()));
            if let Some(grid) = grid {
                writer.word(grid.count);
                grid.errors.iter().for_each(|error| writer.half(*error as f32));
            }
        }
        writer.finish()
    }

    /// Reads [`to_bytes`](Self::to_bytes) back, bit for bit.
    ///
    /// # Errors
    /// [`StateError`] for anything that was not written by it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::new(bytes, &CALIBRATION)?;
        let dependence = Dependence::read(&mut reader)?;
        let origins = reader.word()?;
        let grids = (0..SLOTS)
            .map(|_| if reader.flag()? { Grid::read(&mut reader).map(Some) } else { Ok(None) })
            .collect::<Result<_, _>>()?;
        reader.finish()?;
        Ok(Self { grids, dependence, origins })
    }
}

impl Grid {
    fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut grid = Self { count: reader.word()?, errors: [0.0; GRID.len()] };
        for error in &mut grid.errors {
            *error = reader.half()?;
        }
        let ascending = grid.errors.windows(2).all(|pair| pair[0] <= pair[1]);
        let bounded = grid.errors.iter().all(|error| error.abs() < 10.0);
        if grid.count > 0 && ascending && bounded {
            Ok(grid)
        } else {
            Err(StateError::Invalid { field: "error quantiles" })
        }
    }

    /// Quantiles of a histogram that is shrunk to `all`'s, linear inside its bins.
    fn of(counts: &[u64; BINS], all: Option<&[u64; BINS]>) -> Option<Self> {
        let sum = |counts: &[u64]| counts.iter().fold(0_u64, |sum, n| sum.saturating_add(*n));
        let own = sum(counts);
        if own == 0 {
            return None;
        }
        let share = all.map_or(0.0, |all| GROUP_WEIGHT.min(sum(all) as f64) / sum(all) as f64);
        let weight =
            |bin: usize| counts[bin] as f64 + share * all.map_or(0.0, |all| all[bin] as f64);
        let count: f64 = (0..BINS).map(weight).sum();
        let (mut bin, mut below) = (0, 0.0);
        let errors = GRID.map(|probability| {
            let rank = (probability * (count + 1.0)).clamp(0.5, count);
            while bin + 1 < BINS && below + weight(bin) < rank {
                below += weight(bin);
                bin += 1;
            }
            let inside = ((rank - below) / weight(bin).max(1e-9)).clamp(0.0, 1.0);
            let error = (bin as f64 + inside - BINS as f64 / 2.0) / BINS_PER_UNIT;
            // As it is stored.
            f64::from(error as f32)
        });
        Some(Self { count: count as u64, errors })
    }
}

/// Errors that all groups together weigh against a group's own.
const GROUP_WEIGHT: f64 = 200.0;

/// The slot of all groups together.
const ALL_GROUPS: usize = GROUPS;

const SLOTS: usize = 4 * (GROUPS + 1) * BUCKETS;

fn slot(empirical: bool, scope: Scope, group: usize, bucket: usize) -> usize {
    let half = usize::from(empirical) * 2 + usize::from(scope == Scope::Earlier);
    (half * (GROUPS + 1) + group) * BUCKETS + bucket
}

/// Gathers a [`Calibration`] model by model.
///
/// Errors are counted in bins 1/32 of a standard deviation wide, so the calibration does not
/// depend on the order in which models are added or builders merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalibrationBuilder {
    /// A histogram a slot; most slots of a class stay empty.
    counts: Vec<Option<Box<[u64; BINS]>>>,
    dependence: DependenceSums,
}

impl Default for CalibrationBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl CalibrationBuilder {
    /// No errors yet.
    pub fn new() -> Self {
        Self { counts: vec![None; SLOTS], dependence: DependenceSums::default() }
    }

    /// Adds the rolling errors of a model.
    pub fn add(&mut self, model: &FittedModel) {
        self.add_errors(model.errors(), Scope::All);
        self.add_errors(model.earlier_errors(), Scope::Earlier);
        self.dependence.add(model.errors());
    }

    fn add_errors(&mut self, errors: &RollingErrors, scope: Scope) {
        for (row, kind) in errors.rows() {
            for (step, error) in row.iter().enumerate().filter(|(_, error)| !error.is_nan()) {
                let error = f64::from(*error).clamp(-MAXIMUM_ERROR, MAXIMUM_ERROR);
                let bin = (error * BINS_PER_UNIT + BINS as f64 / 2.0) as usize;
                for group in [kind.group, ALL_GROUPS] {
                    let slot = slot(kind.empirical, scope, group, bucket(step));
                    self.histogram(slot)[bin.min(BINS - 1)] += 1;
                }
            }
        }
    }

    fn histogram(&mut self, slot: usize) -> &mut [u64; BINS] {
        self.counts[slot].get_or_insert_with(|| Box::new([0; BINS]))
    }

    /// Adds everything another builder gathered.
    pub fn merge(&mut self, other: &Self) {
        for (slot, other) in other.counts.iter().enumerate() {
            if let Some(other) = other {
                for (own, other) in self.histogram(slot).iter_mut().zip(other.iter()) {
                    *own = own.saturating_add(*other);
                }
            }
        }
        self.dependence.merge(&other.dependence);
    }

    /// The calibration; without errors it changes nothing.
    pub fn finish(&self) -> Calibration {
        Calibration {
            grids: (0..SLOTS).map(|slot| self.grid(slot)).collect(),
            dependence: self.dependence.mean(),
            origins: self.dependence.origins(),
        }
    }

    fn grid(&self, slot: usize) -> Option<Grid> {
        let own = self.counts[slot].as_deref()?;
        let per_half = (GROUPS + 1) * BUCKETS;
        let all = slot / per_half * per_half + ALL_GROUPS * BUCKETS + slot % BUCKETS;
        let all = if all == slot { None } else { self.counts[all].as_deref() };
        Grid::of(own, all)
    }

    /// The builder as bytes, to be merged elsewhere.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(&BUILDER);
        self.dependence.write(&mut writer);
        let slots = self.counts.iter().enumerate();
        let histograms = slots.filter_map(|(slot, counts)| Some((slot, counts.as_deref()?)));
        let used: Vec<(usize, u64)> = histograms
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
        writer.finish()
    }

    /// Reads [`to_bytes`](Self::to_bytes) back.
    ///
    /// # Errors
    /// [`StateError`] for anything that was not written by it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::new(bytes, &BUILDER)?;
        let mut builder = Self::new();
        builder.dependence = DependenceSums::read(&mut reader)?;
        for _ in 0..reader.count(SLOTS * BINS)? {
            let index = reader.count(SLOTS * BINS - 1)?;
            builder.histogram(index / BINS)[index % BINS] = reader.word()?;
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
        counts[..99].fill(1);
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
