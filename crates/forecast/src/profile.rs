//! What a history looks like before any model: how much is known, how often there is demand.

use crate::bytes::Reader;
use crate::series::Availability;
use crate::shape::is_whole;
use crate::{Series, StateError};

/// Periods with demand below which a series is thin.
pub(crate) const FEWEST_DEMAND_PERIODS: usize = 10;

/// The demand classes of Syntetos and Boylan (2005), on the series' own period.
///
/// Cuts: average demand interval 1.32, squared coefficient of variation 0.49.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DemandClass {
    /// Often and of even size.
    Smooth,
    /// Often and of uneven size.
    Erratic,
    /// Seldom and of even size.
    Intermittent,
    /// Seldom and of uneven size.
    Lumpy,
    /// No demand at all.
    None,
}

impl DemandClass {
    /// The class of an average demand interval (periods) and a squared coefficient of variation.
    pub fn of(average_demand_interval: f64, squared_variation: f64) -> Self {
        match (average_demand_interval < 1.32, squared_variation < 0.49) {
            (true, true) => Self::Smooth,
            (true, false) => Self::Erratic,
            (false, true) => Self::Intermittent,
            (false, false) => Self::Lumpy,
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        match reader.byte()? {
            0 => Ok(Self::Smooth),
            1 => Ok(Self::Erratic),
            2 => Ok(Self::Intermittent),
            3 => Ok(Self::Lumpy),
            4 => Ok(Self::None),
            _ => Err(StateError::Invalid { field: "demand class" }),
        }
    }

    /// `"smooth"`, `"erratic"`, `"intermittent"`, `"lumpy"` or `"none"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Smooth => "smooth",
            Self::Erratic => "erratic",
            Self::Intermittent => "intermittent",
            Self::Lumpy => "lumpy",
            Self::None => "none",
        }
    }
}

/// Counts and moments of the known periods; a censored one counts with what was sold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Profile {
    /// Periods that say something: observed or censored.
    pub(crate) known: usize,
    pub(crate) with_demand: usize,
    pub(crate) censored: usize,
    /// Mean over known periods.
    pub(crate) mean: f64,
    /// Squared coefficient of variation of the periods with demand.
    pub(crate) squared_variation: f64,
    /// Every known period holds a whole number.
    pub(crate) whole: bool,
    /// First period with demand.
    pub(crate) first_demand: Option<usize>,
    /// Known periods since the last demand.
    pub(crate) quiet: usize,
    /// The longest pause of a series that pauses for months and at the same time of the year.
    pub(crate) yearly_pause: Option<usize>,
}

/// Steady demand falls silent by chance with at most this probability.
const FADED_PROBABILITY: f64 = 1e-5;

impl Profile {
    pub(crate) fn of(series: &Series<'_>) -> Self {
        let (mut known, mut with_demand, mut censored) = (0, 0, 0);
        let (mut sum, mut whole, mut first_demand) = (0.0, true, None);
        let mut pauses = Pauses::default();
        for (index, units) in series.known() {
            known += 1;
            sum += units;
            whole &= is_whole(units);
            censored += usize::from(series.availability(index) == Availability::Censored);
            pauses.add(index, units > 0.0);
            if units > 0.0 {
                with_demand += 1;
                first_demand = first_demand.or(Some(index));
            }
        }
        let mean_size = sum / with_demand.max(1) as f64;
        let squares: f64 = series
            .known()
            .filter(|(_, units)| *units > 0.0)
            .map(|(_, units)| (units - mean_size) * (units - mean_size))
            .sum();
        let variance = squares / with_demand.max(1) as f64;
        Self {
            known,
            with_demand,
            censored,
            mean: sum / known.max(1) as f64,
            squared_variation: if with_demand > 0 {
                variance / (mean_size * mean_size)
            } else {
                0.0
            },
            whole,
            first_demand,
            quiet: pauses.current,
            // Who says that there is no season means none of pauses either.
            yearly_pause: pauses
                .yearly(series.frequency().periods_a_year())
                .filter(|_| series.season_length() > 1),
        }
    }

    /// Whether demand has stopped: a quarter of a year without any, which chance does not explain
    /// in a series that sold as often as this one did.
    pub(crate) fn has_faded(&self, series: &Series<'_>) -> bool {
        let before = self.known - self.quiet;
        let probability = self.with_demand as f64 / before.max(1) as f64;
        let silence = libm::pow(1.0 - probability, self.quiet as f64);
        self.with_demand >= FEWEST_DEMAND_PERIODS
            && 4 * self.quiet >= series.frequency().periods_a_year()
            && silence < FADED_PROBABILITY
    }

    /// Mean interval between periods with demand: known periods over periods with demand.
    pub(crate) fn average_demand_interval(&self) -> Option<f64> {
        (self.with_demand > 0).then(|| self.known as f64 / self.with_demand as f64)
    }

    pub(crate) fn class(&self) -> DemandClass {
        let interval = self.average_demand_interval();
        interval.map_or(DemandClass::None, |adi| DemandClass::of(adi, self.squared_variation))
    }

    fn zero_share(&self) -> f64 {
        1.0 - self.with_demand as f64 / self.known.max(1) as f64
    }

    /// Whether demand is too small or too often zero for a bell-shaped distribution: whole
    /// numbers with a mean below 10, or a quarter of the periods without demand.
    pub(crate) fn is_low_volume(&self) -> bool {
        (self.whole && self.mean < 10.0) || self.zero_share() > 0.25
    }

    pub(crate) fn is_thin(&self, series: &Series<'_>) -> bool {
        self.known < series.frequency().shortest_history()
            || self.with_demand < FEWEST_DEMAND_PERIODS
    }
}

/// Runs of known periods without demand, after the first demand.
#[derive(Default)]
struct Pauses {
    started: bool,
    current: usize,
    start: usize,
    /// (start, length) of pauses that ended.
    ended: Vec<(usize, usize)>,
}

/// Shortest pause that may be a season's: two of twelve months.
const PAUSES_A_YEAR: usize = 6;

impl Pauses {
    fn add(&mut self, index: usize, has_demand: bool) {
        if has_demand {
            if self.current > 0 && self.started {
                self.ended.push((self.start, self.current));
            }
            (self.started, self.current) = (true, 0);
        } else {
            if self.current == 0 {
                self.start = index;
            }
            self.current += 1;
        }
    }

    /// The longest pause, if there are two long ones a year or two apart, give or take a month,
    /// and none at another time.
    fn yearly(mut self, year: usize) -> Option<usize> {
        if self.started && self.current > 0 {
            self.ended.push((self.start, self.current));
        }
        self.ended.retain(|(_, length)| PAUSES_A_YEAR * length >= year);
        let (first, _) = *self.ended.first()?;
        let tolerance = year / 10 + 1;
        let is_yearly = |(start, _): &(usize, usize)| {
            let off = (start - first) % year;
            off <= tolerance || year - off <= tolerance
        };
        let longest = self.ended.iter().map(|(_, length)| *length).max();
        (self.ended.len() >= 2 && self.ended.iter().all(is_yearly)).then_some(longest)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Frequency;

    #[test]
    fn interval_and_variation_are_the_textbooks() {
        // Demands 3, 1, 2 in 9 periods: interval 9 / 3 = 3, mean size 2, variance 2 / 3,
        // squared variation (2 / 3) / 4 = 1 / 6: intermittent.
        let units = [0.0, 3.0, 0.0, 0.0, 1.0, 0.0, 0.0, 2.0, 0.0];
        let profile = Profile::of(&Series::new(&units, &[], Frequency::Day, 0).unwrap());
        assert_eq!(profile.average_demand_interval(), Some(3.0));
        assert!((profile.squared_variation - 1.0 / 6.0).abs() < 1e-12);
        assert_eq!(DemandClass::of(3.0, profile.squared_variation), DemandClass::Intermittent);
    }

    #[test]
    fn the_cuts_belong_to_the_upper_class() {
        assert_eq!(DemandClass::of(1.31, 0.48), DemandClass::Smooth);
        assert_eq!(DemandClass::of(1.31, 0.49), DemandClass::Erratic);
        assert_eq!(DemandClass::of(1.32, 0.48), DemandClass::Intermittent);
        assert_eq!(DemandClass::of(1.32, 0.49), DemandClass::Lumpy);
    }

    #[test]
    fn a_pause_at_the_same_time_of_the_year_is_a_season() {
        // Sold in months 5 to 9 of each of three years.
        let summer: Vec<f64> =
            (0..36).map(|t| if (4..9).contains(&(t % 12)) { 3.0 } else { 0.0 }).collect();
        let of = |units: &[f64]| {
            Profile::of(&Series::new(units, &[], Frequency::Month, 0).unwrap()).yearly_pause
        };
        assert_eq!(of(&summer), Some(7));
        // Nor is it one for who says that there are no seasons.
        let series = Series::new(&summer, &[], Frequency::Month, 0).unwrap();
        assert_eq!(Profile::of(&series.with_season(1, 0).unwrap()).yearly_pause, None);
        // One long pause, or none, is no season.
        assert_eq!(of(&summer[..20]), None);
        assert_eq!(of(&[3.0; 36]), None);
    }

    #[test]
    fn steady_demand_that_stops_has_faded() {
        let mut units = [1.0, 0.0, 2.0].repeat(40);
        let faded = |units: &[f64]| {
            let series = Series::new(units, &[], Frequency::Day, 0).unwrap();
            Profile::of(&series).has_faded(&series)
        };
        units.extend([0.0; 60]);
        assert!(!faded(&units), "two months may be a gap");
        units.extend([0.0; 40]);
        assert!(faded(&units));
    }

    #[test]
    fn missing_periods_count_for_nothing() {
        let units = [4.0, 7.5, 2.0];
        let availability = [Availability::Observed, Availability::Missing, Availability::Censored];
        let series = Series::new(&units, &availability, Frequency::Day, 0).unwrap();
        let profile = Profile::of(&series);
        assert_eq!((profile.known, profile.with_demand, profile.censored), (2, 2, 1));
        assert!(profile.whole, "7.5 is not known");
        assert_eq!(profile.mean, 3.0);
    }
}
