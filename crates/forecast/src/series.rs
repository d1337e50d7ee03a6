use std::fmt;
use std::str::FromStr;

use crate::FitError;
use crate::error::{MAXIMUM_PERIODS, MAXIMUM_SEASON, MAXIMUM_UNITS};
use crate::indices::LONGEST_SHORT_SEASON;

/// The length of one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frequency {
    /// A business day; the season is the week.
    Day,
    /// A week; the season is the year.
    Week,
    /// A calendar month; the season is the year.
    Month,
}

impl Frequency {
    /// Periods in one season: 7, 52 and 12.
    ///
    /// A 53rd ISO week counts as the 52nd; the phases of a series cycle without a leap week.
    pub fn season_length(self) -> usize {
        match self {
            Self::Day => 7,
            Self::Week => 52,
            Self::Month => 12,
        }
    }

    /// Periods in a year: 365, 52 and 12.
    pub fn periods_a_year(self) -> usize {
        match self {
            Self::Day => 365,
            Self::Week => 52,
            Self::Month => 12,
        }
    }

    /// Known periods below which a series is [`New`](crate::SeriesStatus::New):
    /// two weeks, half a year, a year.
    pub fn shortest_history(self) -> usize {
        match self {
            Self::Day => 14,
            Self::Week => 26,
            Self::Month => 12,
        }
    }

    /// `"day"`, `"week"` or `"month"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Frequency {
    type Err = FitError;

    fn from_str(text: &str) -> Result<Self, FitError> {
        match text {
            "day" => Ok(Self::Day),
            "week" => Ok(Self::Week),
            "month" => Ok(Self::Month),
            _ => Err(FitError::UnknownFrequency { found: text.into() }),
        }
    }
}

/// What the units of a period say about the demand of that period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// The goods were there: units are the demand.
    Observed,
    /// The goods ran out: the demand was at least the units. Learnt from as such, never scored.
    Censored,
    /// The goods were not there, or nothing is known. Neither learnt from nor scored.
    Missing,
}

/// A demand history: one number a period, without gaps, oldest first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Series<'a> {
    units: &'a [f64],
    availability: &'a [Availability],
    frequency: Frequency,
    season_length: usize,
    first_phase: usize,
    first_day: Option<i32>,
}

impl<'a> Series<'a> {
    /// Checks and borrows a history.
    ///
    /// - `units`: demand in units, one a period; 0 where nothing was sold.
    /// - `availability`: one a period, or empty when every period was observed. The units of a
    ///   [`Missing`](Availability::Missing) period are checked but never used.
    /// - `first_phase`: place of the first period in its season: Monday = 0, ISO week - 1,
    ///   month - 1.
    ///
    /// # Errors
    /// [`FitError`] names the position of the first value that is negative, not finite or above
    /// [`MAXIMUM_UNITS`](crate::MAXIMUM_UNITS), lengths that differ, a phase outside the season
    /// and a series longer than [`MAXIMUM_PERIODS`](crate::MAXIMUM_PERIODS).
    pub fn new(
        units: &'a [f64],
        availability: &'a [Availability],
        frequency: Frequency,
        first_phase: usize,
    ) -> Result<Self, FitError> {
        if units.len() > MAXIMUM_PERIODS {
            return Err(FitError::TooLong { found: units.len() });
        }
        if !availability.is_empty() && availability.len() != units.len() {
            return Err(FitError::LengthMismatch {
                units: units.len(),
                availability: availability.len(),
            });
        }
        let season_length = frequency.season_length();
        check_phase(first_phase, season_length)?;
        let allowed = 0.0..=MAXIMUM_UNITS;
        if let Some(position) = units.iter().position(|value| !allowed.contains(value)) {
            return Err(FitError::InvalidUnits { position, found: units[position] });
        }
        Ok(Self { units, availability, frequency, season_length, first_phase, first_day: None })
    }

    /// The same history with another season: any number of periods from 1 (no season) on, such as
    /// 24 hours, 13 weeks or 365 days. `first_phase` is the first period's place in it.
    ///
    /// # Errors
    /// [`FitError::InvalidSeason`] for a length of 0 or above
    /// [`MAXIMUM_SEASON`](crate::MAXIMUM_SEASON), [`FitError::InvalidPhase`] for a phase outside.
    ///
    /// ```
    /// use shelfcast_forecast::{Frequency, Series};
    /// let hours = vec![1.0; 72];
    /// let series = Series::new(&hours, &[], Frequency::Day, 0)?.with_season(24, 6)?;
    /// assert_eq!((series.season_length(), series.phase(20)), (24, 2));
    /// # Ok::<(), shelfcast_forecast::FitError>(())
    /// ```
    pub fn with_season(self, season_length: usize, first_phase: usize) -> Result<Self, FitError> {
        if !(1..=MAXIMUM_SEASON).contains(&season_length) {
            return Err(FitError::InvalidSeason { found: season_length });
        }
        check_phase(first_phase, season_length)?;
        Ok(Self { season_length, first_phase, ..self })
    }

    /// The same history with the date of its first period, in days since 1970-01-01. Days then
    /// follow the season of the year that a [`SeasonalPool`](crate::SeasonalPool) of dated series
    /// tells; weeks and months have it in their own season.
    pub fn on_day(self, first_day: i32) -> Self {
        Self { first_day: Some(first_day), ..self }
    }

    /// The date of period `index` in days since 1970-01-01, of a series of days whose season is
    /// shorter than a year; `None` where it was not [told](Self::on_day).
    pub(crate) fn day(&self, index: usize) -> Option<i64> {
        let is_daily =
            self.frequency == Frequency::Day && self.season_length <= LONGEST_SHORT_SEASON;
        self.first_day.filter(|_| is_daily).map(|first| i64::from(first) + index as i64)
    }

    /// Periods in one season.
    pub fn season_length(&self) -> usize {
        self.season_length
    }

    /// Units, one a period.
    pub fn units(&self) -> &'a [f64] {
        self.units
    }

    /// The availability of period `index`.
    ///
    /// # Panics
    /// When `index` is not below [`len`](Self::len) and the availability was given.
    pub fn availability(&self, index: usize) -> Availability {
        if self.availability.is_empty() { Availability::Observed } else { self.availability[index] }
    }

    /// The length of a period.
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// The place of period `index`, which may lie in the future, in its season.
    pub fn phase(&self, index: usize) -> usize {
        (self.first_phase + index) % self.season_length
    }

    /// Periods in the series.
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether the series has no period.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// The same periods with other units and availabilities.
    pub(crate) fn with_known<'b>(
        &self,
        units: &'b [f64],
        availability: &'b [Availability],
    ) -> Series<'b> {
        Series {
            units,
            availability,
            frequency: self.frequency,
            season_length: self.season_length,
            first_phase: self.first_phase,
            first_day: self.first_day,
        }
    }

    /// The series up to, and without, period `cutoff`: what was known then.
    pub(crate) fn prefix(&self, cutoff: usize) -> Self {
        let availability = match self.availability {
            [] => &[],
            given => &given[..cutoff],
        };
        Self { units: &self.units[..cutoff], availability, ..*self }
    }

    /// Indices and units of the periods that say something: observed or censored.
    pub(crate) fn known(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        (0..self.len())
            .filter(|&index| self.availability(index) != Availability::Missing)
            .map(|index| (index, self.units[index]))
    }

    /// Indices and units of the fully observed periods.
    pub(crate) fn observed(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        (0..self.len())
            .filter(|&index| self.availability(index) == Availability::Observed)
            .map(|index| (index, self.units[index]))
    }
}

fn check_phase(found: usize, season_length: usize) -> Result<(), FitError> {
    if found < season_length {
        Ok(())
    } else {
        Err(FitError::InvalidPhase { found, season_length })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_position_of_a_bad_value_is_named() {
        for found in [f64::NAN, f64::INFINITY, -1.0, 1e16] {
            let units = [1.0, 2.0, found, f64::NAN];
            match Series::new(&units, &[], Frequency::Day, 0) {
                Err(FitError::InvalidUnits { position, .. }) => assert_eq!(position, 2),
                other => panic!("{found}: {other:?}"),
            }
        }
    }

    #[test]
    fn shapes_are_checked() {
        let units = vec![0.0; MAXIMUM_PERIODS + 1];
        assert!(matches!(
            Series::new(&units, &[], Frequency::Day, 0),
            Err(FitError::TooLong { found }) if found == MAXIMUM_PERIODS + 1
        ));
        assert!(matches!(
            Series::new(&units[..3], &[Availability::Missing], Frequency::Day, 0),
            Err(FitError::LengthMismatch { units: 3, availability: 1 })
        ));
        assert!(matches!(
            Series::new(&units[..3], &[], Frequency::Month, 12),
            Err(FitError::InvalidPhase { found: 12, season_length: 12 })
        ));
    }

    #[test]
    fn a_frequency_reads_what_it_writes() {
        for frequency in [Frequency::Day, Frequency::Week, Frequency::Month] {
            assert_eq!(frequency.to_string().parse(), Ok(frequency));
        }
        assert_eq!(
            "hour".parse::<Frequency>().unwrap_err().to_string(),
            "frequency is \"hour\"; allowed are day, week, month"
        );
    }

    #[test]
    fn phases_cycle_from_the_first_one() {
        let series = Series::new(&[1.0, 2.0], &[], Frequency::Day, 5).unwrap();
        assert_eq!((0..4).map(|i| series.phase(i)).collect::<Vec<_>>(), [5, 6, 0, 1]);
    }
}
