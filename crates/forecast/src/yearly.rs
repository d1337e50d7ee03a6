//! The season of the year that many series of days share, on top of that of the week.
//!
//! One series of days is too restless to tell its season of the year, and few years are known. A
//! pool's weeks together are not: their logarithms are a level that walks at random plus harmonics
//! of the year, and how far each may reach is what makes the weeks most likely (a structural time
//! series: Harvey 1989, chapters 2 to 4). A walk that comes back at the same time of each year is a
//! season; one that does not is none.

use std::collections::BTreeMap;
use std::f64::consts::PI;

use crate::bytes::{Reader, Writer};
use crate::error::MAXIMUM_PERIODS;
use crate::season::fixed;
use crate::series::Availability;
use crate::structural::{self, HARMONICS, Row};
use crate::{Series, StateError};

const DAYS_A_YEAR: f64 = 365.2425;

/// Observed days from which on a series tells of the year.
const LEAST_DAYS: f64 = 365.0;

/// Weeks that a pool may have: those between any two dates.
const MOST_WEEKS: usize = 1 << 32;

/// A season of less than this is none.
const SMALLEST: f64 = 1e-4;

/// Largest coefficient: a season of e to one.
const LARGEST: f64 = 3.0;

/// Demand by day of the year over that of the year's mean day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct YearlySeason {
    /// Takes the mean of the factors over a year to 1.
    centre: f64,
    /// Cosine and sine of each harmonic, of the logarithm.
    waves: [(f64, f64); HARMONICS],
}

impl YearlySeason {
    /// Of a pool's mean relative demand by week, the first that of week `first`, NaN where nothing
    /// is known. Weeks begin on days that 7 divides. `None` for a year or less and for no season.
    ///
    /// What is less than two years is repeated in part only, and counts in proportion, and a season
    /// counts by the evidence for it.
    #[cfg(test)]
    pub(crate) fn of_weeks(first: i32, relative: &[f64]) -> Option<Self> {
        Self::by_length(first, relative, &[relative.len()]).pop().flatten()
    }

    /// The same of the first so many weeks, for each of several lengths.
    pub(crate) fn by_length(first: i32, relative: &[f64], lengths: &[usize]) -> Vec<Option<Self>> {
        let is_known = |(_, value): &(usize, &f64)| **value > 0.0;
        let rows: Vec<Row> = relative
            .iter()
            .enumerate()
            .filter(is_known)
            .map(|(week, value)| {
                let angle = angle((f64::from(first) + week as f64) * 7.0 + 3.0);
                Row::new(week as f64, angle, libm::log(*value))
            })
            .collect();
        let known = |length: usize| relative[..length].iter().enumerate().filter(is_known).count();
        let counts: Vec<usize> = lengths.iter().map(|length| known(*length)).collect();
        // Waves a year: the finest is five weeks long.
        let found = structural::fit_parts(&rows, HARMONICS, &counts);
        let parts = found.into_iter().zip(lengths).zip(counts);
        parts.map(|((found, length), rows)| Self::believed(&found?, *length, rows)).collect()
    }

    /// As much of a season as so many weeks, of which so many are known, say.
    fn believed(found: &structural::Season, weeks: usize, known: usize) -> Option<Self> {
        let years = weeks as f64 * 7.0 / DAYS_A_YEAR;
        let believed = (years - 1.0).clamp(0.0, 1.0) * found.probability(known);
        if believed <= 0.0 {
            return None;
        }
        let mut waves = [(0.0, 0.0); HARMONICS];
        for (harmonic, wave) in waves.iter_mut().enumerate() {
            let kept = |coefficient: f64| (believed * coefficient).clamp(-LARGEST, LARGEST);
            let (cosine, sine) = found.waves[harmonic];
            *wave = (kept(cosine), kept(sine));
        }
        let is_none = waves.iter().all(|(cosine, sine)| cosine.abs().max(sine.abs()) < SMALLEST);
        (!is_none).then(|| Self { centre: 0.0, waves }.centred())
    }

    fn centred(mut self) -> Self {
        let sum: f64 = (0..365).map(|day| libm::exp(self.logarithm(day))).sum();
        self.centre = -libm::log(sum / 365.0);
        self
    }

    /// The logarithm of the factor of a day, counted from 1970-01-01.
    fn logarithm(&self, day: i64) -> f64 {
        let angle = angle(day as f64);
        let (step_cosine, step_sine) = (libm::cos(angle), libm::sin(angle));
        let (mut cosine, mut sine, mut sum) = (1.0, 0.0, self.centre);
        for (a, b) in self.waves {
            (cosine, sine) =
                (cosine * step_cosine - sine * step_sine, sine * step_cosine + cosine * step_sine);
            sum += a * cosine + b * sine;
        }
        sum
    }

    /// Demand of a day, counted from 1970-01-01, over that of the year's mean day.
    pub(crate) fn factor(&self, day: i64) -> f64 {
        libm::exp(self.logarithm(day).clamp(-LARGEST, LARGEST))
    }

    /// Between one season and another, of which the first keeps a share of its own; none is the
    /// same all year.
    pub(crate) fn between(one: Option<&Self>, other: Option<&Self>, own: f64) -> Option<Self> {
        one.or(other)?;
        let wave = |season: Option<&Self>, at: usize| season.map_or((0.0, 0.0), |s| s.waves[at]);
        let waves = std::array::from_fn(|at| {
            let (one, other) = (wave(one, at), wave(other, at));
            (other.0 + own * (one.0 - other.0), other.1 + own * (one.1 - other.1))
        });
        Some(Self { centre: 0.0, waves }.centred())
    }

    pub(crate) fn write_optional(season: Option<&Self>, writer: &mut Writer) {
        writer.byte(u8::from(season.is_some()));
        season.into_iter().for_each(|season| season.write(writer));
    }

    pub(crate) fn read_optional(reader: &mut Reader<'_>) -> Result<Option<Self>, StateError> {
        if reader.flag()? { Self::read(reader).map(Some) } else { Ok(None) }
    }

    fn write(&self, writer: &mut Writer) {
        writer.float(self.centre);
        for (cosine, sine) in self.waves {
            writer.float(cosine);
            writer.float(sine);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let centre = reader.within(2.0 * HARMONICS as f64 * LARGEST)?;
        let mut waves = [(0.0, 0.0); HARMONICS];
        for wave in &mut waves {
            *wave = (reader.within(LARGEST)?, reader.within(LARGEST)?);
        }
        Ok(Self { centre, waves })
    }
}

/// A season of the year from the first period ahead on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct YearAhead {
    pub(crate) season: YearlySeason,
    /// The first day ahead.
    pub(crate) next_day: i64,
}

impl YearAhead {
    /// Demand of a step ahead over that of the year's mean day.
    pub(crate) fn factor(&self, step: usize) -> f64 {
        self.season.factor(self.next_day + step as i64)
    }

    /// The same of each of so many steps.
    pub(crate) fn factors(&self, horizon: usize) -> Vec<f64> {
        (0..horizon).map(|step| self.factor(step)).collect()
    }

    pub(crate) fn write_optional(year: Option<&Self>, writer: &mut Writer) {
        YearlySeason::write_optional(year.map(|year| &year.season), writer);
        year.into_iter().for_each(|year| writer.word(year.next_day as u64));
    }

    pub(crate) fn read_optional(reader: &mut Reader<'_>) -> Result<Option<Self>, StateError> {
        let Some(season) = YearlySeason::read_optional(reader)? else { return Ok(None) };
        let next_day = reader.word()? as i64;
        if next_day.unsigned_abs() > 1 << 33 {
            return Err(StateError::Invalid { field: "day" });
        }
        Ok(Some(Self { season, next_day }))
    }
}

/// A pool's demand by week over its series' means, kept as integers so that the order of series
/// does not matter: the sum of relative units and of days, both by the series' weights.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Weeks {
    sums: BTreeMap<i32, (i128, i128)>,
}

impl Weeks {
    /// Adds a series that was seen for a year; of less one cannot say what its mean is.
    pub(crate) fn add(&mut self, series: &Series<'_>, weight: f64) {
        let Some(first) = series.day(0) else { return };
        let (sum, count) =
            series.observed().fold((0.0, 0.0), |(sum, n), (_, units)| (sum + units, n + 1.0));
        if count < LEAST_DAYS || sum <= 0.0 {
            return;
        }
        let scale = weight * count / sum;
        let skipped = (-first).rem_euclid(7) as usize;
        for from in (skipped..series.len().saturating_sub(6)).step_by(7) {
            let week = from..from + 7;
            let is_observed = |index: usize| series.availability(index) == Availability::Observed;
            if week.clone().all(is_observed) {
                let units: f64 = series.units()[week].iter().sum();
                let number = (first + from as i64).div_euclid(7) as i32;
                let sums = self.sums.entry(number).or_default();
                sums.0 = sums.0.saturating_add(fixed(scale * units));
                sums.1 = sums.1.saturating_add(fixed(7.0 * weight));
            }
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (week, other) in &other.sums {
            let own = self.sums.entry(*week).or_default();
            *own = (own.0.saturating_add(other.0), own.1.saturating_add(other.1));
        }
    }

    /// The first week and the mean relative demand of all weeks from it on.
    pub(crate) fn relative(&self) -> Option<(i32, Vec<f64>)> {
        let (first, last) = (*self.sums.keys().next()?, *self.sums.keys().next_back()?);
        let count = last.checked_sub(first).filter(|count| *count <= MAXIMUM_PERIODS as i32 / 7)?;
        let mut relative = vec![f64::NAN; count as usize + 1];
        for (week, (units, days)) in &self.sums {
            if *days > 0 {
                relative[(week - first) as usize] = *units as f64 / *days as f64;
            }
        }
        Some((first, relative))
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.count(self.sums.len());
        for (week, (units, days)) in &self.sums {
            writer.word(*week as u64);
            writer.wide(*units);
            writer.wide(*days);
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let mut weeks = Self::default();
        for _ in 0..reader.count(MOST_WEEKS)? {
            let week = reader.word()? as i64;
            let week = i32::try_from(week).map_err(|_| StateError::Invalid { field: "week" })?;
            let sums = (reader.wide()?, reader.wide()?);
            if sums.0 < 0 || sums.1 < 0 {
                return Err(StateError::Invalid { field: "sum" });
            }
            weeks.sums.insert(week, sums);
        }
        Ok(weeks)
    }
}

fn angle(day: f64) -> f64 {
    2.0 * PI * (day / DAYS_A_YEAR).fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weeks(count: usize, season: f64, noise: f64) -> Vec<f64> {
        let mut level = 0.0;
        (0..count)
            .map(|week| {
                let u = |column| crate::random::uniform(4, week as u64, column) - 0.5;
                level += noise * u(0);
                let middle = week as f64 * 7.0 + 3.0;
                libm::exp(level + season * libm::cos(angle(middle)) + noise * u(1))
            })
            .collect()
    }

    #[test]
    fn a_season_is_found_and_its_mean_is_one() {
        let found = YearlySeason::of_weeks(0, &weeks(156, 0.3, 0.05)).unwrap();
        let mean = (0..365).map(|day| found.factor(day)).sum::<f64>() / 365.0;
        assert!((mean - 1.0).abs() < 1e-9);
        // New year over midsummer is e^0.6; three years of 5 % noise leave a few percent.
        let ratio = found.factor(0) / found.factor(182);
        assert!((ratio / libm::exp(0.6) - 1.0).abs() < 0.08, "{ratio}");
    }

    #[test]
    fn a_walk_is_no_season() {
        let found = YearlySeason::of_weeks(0, &weeks(156, 0.0, 0.05));
        let largest = found.map_or(0.0, |found| {
            (0..365).map(|day| (found.factor(day) - 1.0).abs()).fold(0.0, f64::max)
        });
        assert!(largest < 0.05, "{largest}");
    }

    #[test]
    fn what_was_seen_once_is_believed_in_part() {
        let swing = |count: usize| {
            let found = YearlySeason::of_weeks(0, &weeks(count, 0.3, 0.02))?;
            Some(libm::log(found.factor(0) / found.factor(182)))
        };
        assert_eq!(swing(52), None);
        let (part, whole) = (swing(78).unwrap(), swing(120).unwrap());
        // One and a half years: half of it.
        assert!((0.35..0.65).contains(&(part / whole)), "{part} {whole}");
    }

    #[test]
    fn a_category_lies_between_itself_and_all() {
        let one = YearlySeason::of_weeks(0, &weeks(156, 0.3, 0.02)).unwrap();
        let swing = |season: &YearlySeason| libm::log(season.factor(0) / season.factor(182));
        let half = YearlySeason::between(Some(&one), None, 0.5).unwrap();
        assert!((swing(&half) / swing(&one) - 0.5).abs() < 1e-9);
        assert_eq!(YearlySeason::between(Some(&one), Some(&half), 1.0), Some(one));
        assert_eq!(YearlySeason::between(None, None, 0.5), None);
    }
}
