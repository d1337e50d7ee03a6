use crate::bytes::{Kind, Reader, Writer};
use crate::error::MAXIMUM_SEASON;
use crate::indices::{PhaseTotals, normalised};
use crate::known_seasons::KnownSeasons;
use crate::shape::DemandShape;
use crate::yearly::{Weeks, YearlySeason};
use crate::{FitError, Frequency, Series, StateError};

const POOL: Kind = Kind { name: "seasonal pool", magic: *b"SFSP", version: 4 };
const BUILDER: Kind = Kind { name: "seasonal pool builder", magic: *b"SFSB", version: 3 };

/// Bins of relative size: eighths of a doubling from 1/32 of the mean to 64 times it.
const SIZE_BINS: usize = 88;
const BINS_PER_DOUBLING: f64 = 8.0;
const DOUBLINGS_BELOW: f64 = 5.0;

/// What many series have in common: the season's shape, how often and how much is sold.
///
/// A thin series borrows all of it; a rich one borrows the shape in proportion to its noise.
#[derive(Debug, Clone, PartialEq)]
pub struct SeasonalPool {
    frequency: Frequency,
    series: u64,
    indices: Vec<f64>,
    demand_probability: f64,
    mean_size: f64,
    sizes: DemandShape,
    yearly: KnownSeasons,
}

impl SeasonalPool {
    /// The length of a period.
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// Series with demand that were added.
    pub fn series(&self) -> u64 {
        self.series
    }

    /// Multiplicative seasonal indices by phase, mean 1; all 1 when no series had two seasons.
    pub fn indices(&self) -> &[f64] {
        &self.indices
    }

    /// Demand on a date, in days since 1970-01-01, over that of the year's mean day; `None` where
    /// the pool tells no season of the year: without [dates](Series::on_day), within a year, or
    /// where years do not repeat. What is less than two years counts in part.
    pub fn yearly_factor(&self, day: i32) -> Option<f64> {
        self.yearly.latest.as_ref().map(|yearly| yearly.factor(i64::from(day)))
    }

    /// The season of the year; of what was known before a day where one is given.
    pub(crate) fn yearly(&self, before: Option<i64>) -> Option<&YearlySeason> {
        match before {
            Some(day) => self.yearly.before(day),
            None => self.yearly.latest.as_ref(),
        }
    }

    /// The share of observed periods with demand.
    pub fn demand_probability(&self) -> f64 {
        self.demand_probability
    }

    /// Geometric mean over series of the mean demand of a period that has any, in units.
    pub fn mean_size(&self) -> f64 {
        self.mean_size
    }

    /// The pool of a category, shrunk to that of all: a category is taken to differ from all as a
    /// series does from its category, so one of n series keeps n / (n + 1) of its own indices, demand
    /// probability and (by logarithm) mean size and season of the year. Sizes stay its own.
    ///
    /// # Errors
    /// [`FitError::PoolFrequency`] or [`FitError::PoolSeason`] when the other has another one.
    ///
    /// ```
    /// use shelfcast_forecast::{Frequency, SeasonalPoolBuilder, Series};
    /// let pool_of = |saturday: f64| -> Result<_, shelfcast_forecast::FitError> {
    ///     let units: Vec<f64> =
    ///         (0..28).map(|day| if day % 7 == 5 { saturday } else { 2.0 }).collect();
    ///     let mut builder = SeasonalPoolBuilder::new(Frequency::Day);
    ///     builder.add(&Series::new(&units, &[], Frequency::Day, 0)?)?;
    ///     Ok(builder.finish().expect("there was demand"))
    /// };
    /// let (category, all) = (pool_of(4.0)?, pool_of(2.0)?);
    /// let shrunken = category.shrunk_to(&all)?;
    /// // Half-way between 14 / 8 and 1: the category has one series.
    /// assert!((shrunken.indices()[5] - 0.5 * (1.75 + 1.0)).abs() < 1e-9);
    /// # Ok::<(), shelfcast_forecast::FitError>(())
    /// ```
    pub fn shrunk_to(&self, all: &Self) -> Result<Self, FitError> {
        let season = (self.frequency, self.indices.len());
        check_season(season, (all.frequency, all.indices.len()))?;
        let own = self.series as f64 / (self.series as f64 + 1.0);
        let mix = |own_value: f64, other: f64| other + own * (own_value - other);
        let logarithm = |pool: &Self| libm::log(pool.mean_size.max(f64::MIN_POSITIVE));
        let indices = self.indices.iter().zip(&all.indices);
        Ok(Self {
            indices: normalised(indices.map(|(index, other)| mix(*index, *other)).collect()),
            demand_probability: mix(self.demand_probability, all.demand_probability),
            mean_size: libm::exp(mix(logarithm(self), logarithm(all))),
            yearly: KnownSeasons::between(&self.yearly, &all.yearly, own),
            ..self.clone()
        })
    }

    /// Demand sizes relative to their series' mean size.
    pub(crate) fn sizes(&self) -> &DemandShape {
        &self.sizes
    }

    /// The pool as bytes: magic, version, fields.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(&POOL);
        writer.byte(self.frequency as u8);
        writer.count(self.indices.len());
        writer.word(self.series);
        self.indices.iter().for_each(|index| writer.float(*index));
        writer.float(self.demand_probability);
        writer.float(self.mean_size);
        self.sizes.write(&mut writer);
        self.yearly.write(&mut writer);
        writer.finish()
    }

    /// Reads [`to_bytes`](Self::to_bytes) back, bit for bit.
    ///
    /// # Errors
    /// [`StateError`] for anything that was not written by it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::new(bytes, &POOL)?;
        let frequency = read_frequency(&mut reader)?;
        let season_length = read_season_length(&mut reader)?;
        let pool = Self {
            frequency,
            series: reader.word()?,
            indices: (0..season_length)
                .map(|_| reader.positive(season_length as f64 * 1.001))
                .collect::<Result<_, _>>()?,
            demand_probability: reader.positive(1.0)?,
            mean_size: reader.positive(2.0 * crate::MAXIMUM_UNITS)?,
            sizes: DemandShape::read(&mut reader)?,
            yearly: KnownSeasons::read(&mut reader)?,
        };
        reader.finish()?;
        Ok(pool)
    }
}

/// Gathers a [`SeasonalPool`] series by series.
///
/// Sums are kept as integers, so the pool does not depend on the order in which series are added
/// or builders merged.
///
/// ```
/// use shelfcast_forecast::{Frequency, SeasonalPoolBuilder, Series};
/// let units: Vec<f64> = (0..28).map(|day| if day % 7 == 5 { 2.0 } else { 1.0 }).collect();
/// let mut builder = SeasonalPoolBuilder::new(Frequency::Day);
/// builder.add(&Series::new(&units, &[], Frequency::Day, 0)?)?;
/// let pool = builder.finish().expect("there was demand");
/// assert!((pool.indices()[5] - 7.0 / 4.0).abs() < 1e-6);
/// assert_eq!(pool.demand_probability(), 1.0);
/// # Ok::<(), shelfcast_forecast::FitError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeasonalPoolBuilder {
    frequency: Frequency,
    series: u64,
    known_periods: u64,
    demand_periods: u64,
    logarithms: i128,
    relative_units: Vec<i128>,
    weights: Vec<i128>,
    size_counts: Vec<u64>,
    weeks: Weeks,
}

impl SeasonalPoolBuilder {
    /// An empty pool for series of one frequency with its usual season.
    pub fn new(frequency: Frequency) -> Self {
        Self::with_season(frequency, frequency.season_length())
    }

    /// An empty pool for series of one frequency and a season of `season_length` periods; what
    /// [`Series::with_season`] takes.
    pub fn with_season(frequency: Frequency, season_length: usize) -> Self {
        Self {
            frequency,
            series: 0,
            known_periods: 0,
            demand_periods: 0,
            logarithms: 0,
            relative_units: vec![0; season_length],
            weights: vec![0; season_length],
            size_counts: vec![0; SIZE_BINS],
            weeks: Weeks::default(),
        }
    }

    /// Adds a series; one without demand counts for the demand probability only.
    ///
    /// # Errors
    /// [`FitError::PoolFrequency`] or [`FitError::PoolSeason`] when the series has another one.
    pub fn add(&mut self, series: &Series<'_>) -> Result<(), FitError> {
        self.check(series.frequency(), series.season_length())?;
        let sizes: Vec<f64> =
            series.observed().map(|(_, units)| units).filter(|units| *units > 0.0).collect();
        let known = series.observed().count();
        self.known_periods = self.known_periods.saturating_add(known as u64);
        self.demand_periods = self.demand_periods.saturating_add(sizes.len() as u64);
        if sizes.is_empty() {
            return Ok(());
        }
        self.series = self.series.saturating_add(1);
        let mean_size = sizes.iter().sum::<f64>() / sizes.len() as f64;
        self.logarithms += fixed(libm::log(mean_size));
        for size in &sizes {
            let doublings = libm::log2(size / mean_size) + DOUBLINGS_BELOW;
            let bin = (doublings * BINS_PER_DOUBLING).clamp(0.0, (SIZE_BINS - 1) as f64);
            self.size_counts[bin as usize] += 1;
        }
        let share = sizes.len() as f64 / known as f64;
        self.add_shape(series, share);
        self.weeks.add(series, share);
        Ok(())
    }

    /// A series weighs by its share of periods with demand: rare demand says little of the season.
    fn add_shape(&mut self, series: &Series<'_>, weight: f64) {
        if let Some(totals) = PhaseTotals::of(series, 0) {
            for phase in 0..self.weights.len() {
                self.relative_units[phase] += fixed(weight * totals.units[phase] / totals.mean);
                self.weights[phase] += fixed(weight * totals.periods[phase]);
            }
        }
    }

    /// Adds everything another builder gathered.
    ///
    /// # Errors
    /// [`FitError::PoolFrequency`] or [`FitError::PoolSeason`] when the other has another one.
    pub fn merge(&mut self, other: &Self) -> Result<(), FitError> {
        self.check(other.frequency, other.weights.len())?;
        self.series = self.series.saturating_add(other.series);
        self.known_periods = self.known_periods.saturating_add(other.known_periods);
        self.demand_periods = self.demand_periods.saturating_add(other.demand_periods);
        self.logarithms = self.logarithms.saturating_add(other.logarithms);
        for phase in 0..self.weights.len() {
            let (units, weight) = (other.relative_units[phase], other.weights[phase]);
            self.relative_units[phase] = self.relative_units[phase].saturating_add(units);
            self.weights[phase] = self.weights[phase].saturating_add(weight);
        }
        for (own, other) in self.size_counts.iter_mut().zip(&other.size_counts) {
            *own = own.saturating_add(*other);
        }
        self.weeks.merge(&other.weeks);
        Ok(())
    }

    fn check(&self, frequency: Frequency, season_length: usize) -> Result<(), FitError> {
        check_season((self.frequency, self.weights.len()), (frequency, season_length))
    }

    /// The pool, or `None` when no series had demand.
    pub fn finish(&self) -> Option<SeasonalPool> {
        let points = self.size_counts.iter().enumerate().map(|(bin, count)| {
            let doublings = (bin as f64 + 0.5) / BINS_PER_DOUBLING - DOUBLINGS_BELOW;
            (libm::exp2(doublings), *count as f64)
        });
        let sizes = DemandShape::new(points.collect())?;
        let ratios = self.relative_units.iter().zip(&self.weights);
        let raw: Vec<f64> = ratios
            .map(|(units, weight)| if *weight > 0 { *units as f64 / *weight as f64 } else { 1.0 })
            .collect();
        let mean_logarithm = self.logarithms as f64 / FIXED_ONE / self.series.max(1) as f64;
        Some(SeasonalPool {
            frequency: self.frequency,
            series: self.series,
            indices: normalised(raw),
            demand_probability: self.demand_periods as f64 / self.known_periods.max(1) as f64,
            mean_size: libm::exp(mean_logarithm.min(libm::log(crate::MAXIMUM_UNITS))),
            sizes,
            yearly: KnownSeasons::of(&self.weeks),
        })
    }

    /// The builder as bytes, to be merged elsewhere.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(&BUILDER);
        writer.byte(self.frequency as u8);
        writer.count(self.weights.len());
        [self.series, self.known_periods, self.demand_periods]
            .iter()
            .for_each(|word| writer.word(*word));
        writer.wide(self.logarithms);
        self.relative_units.iter().chain(&self.weights).for_each(|sum| writer.wide(*sum));
        self.size_counts.iter().for_each(|count| writer.word(*count));
        self.weeks.write(&mut writer);
        writer.finish()
    }

    /// Reads [`to_bytes`](Self::to_bytes) back.
    ///
    /// # Errors
    /// [`StateError`] for anything that was not written by it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader::new(bytes, &BUILDER)?;
        let frequency = read_frequency(&mut reader)?;
        let mut builder = Self::with_season(frequency, read_season_length(&mut reader)?);
        builder.series = reader.word()?;
        builder.known_periods = reader.word()?;
        builder.demand_periods = reader.word()?;
        builder.logarithms = reader.wide()?;
        for sum in builder.relative_units.iter_mut().chain(&mut builder.weights) {
            *sum = reader.wide()?;
            if *sum < 0 {
                return Err(StateError::Invalid { field: "sum" });
            }
        }
        for count in &mut builder.size_counts {
            *count = reader.word()?;
        }
        builder.weeks = Weeks::read(&mut reader)?;
        reader.finish()?;
        Ok(builder)
    }
}

/// A pool and a series, or two pools, have to agree on frequency and season.
pub(crate) fn check_season(
    pool: (Frequency, usize),
    series: (Frequency, usize),
) -> Result<(), FitError> {
    if pool.0 != series.0 {
        Err(FitError::PoolFrequency { pool: pool.0, series: series.0 })
    } else if pool.1 != series.1 {
        Err(FitError::PoolSeason { pool: pool.1, series: series.1 })
    } else {
        Ok(())
    }
}

pub(crate) fn read_season_length(reader: &mut Reader<'_>) -> Result<usize, StateError> {
    match reader.count(MAXIMUM_SEASON)? {
        0 => Err(StateError::Invalid { field: "season length" }),
        season_length => Ok(season_length),
    }
}

pub(crate) fn read_frequency(reader: &mut Reader<'_>) -> Result<Frequency, StateError> {
    match reader.byte()? {
        0 => Ok(Frequency::Day),
        1 => Ok(Frequency::Week),
        2 => Ok(Frequency::Month),
        _ => Err(StateError::Invalid { field: "frequency" }),
    }
}

pub(crate) const FIXED_ONE: f64 = 4_294_967_296.0;

/// A number as an integer count of 2^-32: sums of these do not depend on their order.
pub(crate) fn fixed(value: f64) -> i128 {
    (value * FIXED_ONE).round() as i128
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn builder_of(series: &[Vec<f64>]) -> SeasonalPoolBuilder {
        let mut builder = SeasonalPoolBuilder::new(Frequency::Day);
        for units in series {
            builder.add(&Series::new(units, &[], Frequency::Day, 0).unwrap()).unwrap();
        }
        builder
    }

    #[test]
    fn no_demand_is_no_pool() {
        assert_eq!(builder_of(&[vec![0.0; 30], vec![]]).finish(), None);
    }

    #[test]
    fn thin_series_still_tell_sizes_and_probability() {
        // Sizes 2 and 8: the geometric mean is 4; 2 of 10 periods have demand.
        let pool = builder_of(&[vec![2.0, 0.0, 0.0, 0.0, 0.0], vec![0.0, 8.0, 0.0, 0.0, 0.0]])
            .finish()
            .unwrap();
        assert!((pool.mean_size() - 4.0).abs() < 1e-8);
        assert!((pool.demand_probability() - 0.2).abs() < 1e-12);
        assert_eq!(pool.indices(), [1.0; 7]);
    }

    #[test]
    fn another_frequency_is_refused() {
        let mut builder = SeasonalPoolBuilder::new(Frequency::Week);
        let series = Series::new(&[1.0], &[], Frequency::Day, 0).unwrap();
        assert!(matches!(builder.add(&series), Err(FitError::PoolFrequency { .. })));
    }

    proptest! {
        #[test]
        fn order_and_grouping_do_not_matter(
            series in prop::collection::vec(prop::collection::vec(0.0..9.0_f64, 0..40), 1..8),
            cut in 0_usize..8,
        ) {
            let together = builder_of(&series);
            let (left, right) = series.split_at(cut.min(series.len()));
            let mut reversed: Vec<Vec<f64>> = right.to_vec();
            reversed.reverse();
            let mut merged = builder_of(&reversed);
            let stored = builder_of(left).to_bytes();
            merged.merge(&SeasonalPoolBuilder::from_bytes(&stored).unwrap()).unwrap();
            prop_assert_eq!(&merged, &together);
            if let Some(pool) = merged.finish() {
                let bytes = pool.to_bytes();
                prop_assert_eq!(SeasonalPool::from_bytes(&bytes).unwrap().to_bytes(), bytes);
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            for kind in [POOL, BUILDER] {
                let mut framed = kind.magic.to_vec();
                framed.extend(kind.version.to_le_bytes());
                framed.extend(&bytes);
                if let Ok(builder) = SeasonalPoolBuilder::from_bytes(&framed) {
                    builder.finish();
                }
                if let Ok(pool) = SeasonalPool::from_bytes(&framed) {
                    prop_assert!(pool.indices().iter().all(|index| index.is_finite()));
                }
            }
        }
    }
}
