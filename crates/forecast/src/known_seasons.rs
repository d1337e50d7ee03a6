//! A pool's season of the year as it was known at several times.
//!
//! A forecast from an earlier day must not know what came after it, the season least of all: it would
//! look surer than it could have been.

use crate::StateError;
use crate::bytes::{Reader, Writer};
use crate::yearly::{Weeks, YearlySeason};

/// Weeks before a pool's last one at which its season is kept as it was known: near ones and far ones.
const BACK: [&[usize]; 2] = [&[2, 4, 8, 12, 16], &[26, 39, 52]];
const KEPT: usize = BACK[0].len() + BACK[1].len();

/// A year says nothing of years.
const WEEKS_A_YEAR: usize = 52;

/// Furthest day that is told, from 1970-01-01 either way.
const FURTHEST: i64 = 1 << 33;

/// The season of all weeks, and of those before earlier days.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct KnownSeasons {
    pub(crate) latest: Option<YearlySeason>,
    /// With the first day that it does not know, newest first.
    earlier: Vec<(i64, Option<YearlySeason>)>,
}

impl KnownSeasons {
    pub(crate) fn of(weeks: &Weeks) -> Self {
        let Some((first, relative)) = weeks.relative() else { return Self::default() };
        let season = |lengths: &[usize]| YearlySeason::by_length(first, &relative, lengths);
        let day = |length: &usize| 7 * (i64::from(first) + *length as i64);
        let earlier = BACK.iter().flat_map(|back| {
            let lengths = back.iter().filter_map(|back| relative.len().checked_sub(*back));
            let lengths: Vec<usize> = lengths.filter(|weeks| *weeks > WEEKS_A_YEAR).collect();
            lengths.iter().map(day).zip(season(&lengths)).collect::<Vec<_>>()
        });
        let earlier = earlier.collect();
        Self { latest: season(&[relative.len()]).pop().flatten(), earlier }
    }

    /// The season that was known before a day.
    pub(crate) fn before(&self, day: i64) -> Option<&YearlySeason> {
        let known = self.earlier.iter().find(|(until, _)| *until <= day)?;
        known.1.as_ref()
    }

    /// Between a pool's seasons and those of a wider one, of which the first keep a share of their own.
    pub(crate) fn between(one: &Self, other: &Self, own: f64) -> Self {
        let between = |season: &Option<YearlySeason>, other: Option<&YearlySeason>| {
            YearlySeason::between(season.as_ref(), other, own)
        };
        let days = if one.earlier.is_empty() { &other.earlier } else { &one.earlier };
        let earlier = days.iter().map(|(day, _)| {
            let season = YearlySeason::between(one.before(*day), other.before(*day), own);
            (*day, season)
        });
        Self { latest: between(&one.latest, other.latest.as_ref()), earlier: earlier.collect() }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        YearlySeason::write_optional(self.latest.as_ref(), writer);
        writer.count(self.earlier.len());
        for (day, season) in &self.earlier {
            writer.word(*day as u64);
            YearlySeason::write_optional(season.as_ref(), writer);
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let latest = YearlySeason::read_optional(reader)?;
        let earlier = (0..reader.count(KEPT)?)
            .map(|_| {
                let day = reader.word()? as i64;
                if day.unsigned_abs() > FURTHEST.unsigned_abs() {
                    return Err(StateError::Invalid { field: "day" });
                }
                Ok((day, YearlySeason::read_optional(reader)?))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { latest, earlier })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Frequency, Series};

    /// Three years of a wave of a year, the last `weeks` of which sell four times as much.
    fn seasons(weeks: usize) -> KnownSeasons {
        let units: Vec<f64> = (0..3 * 364)
            .map(|day| {
                let noise = crate::random::uniform(3, day as u64, 0);
                let usual = (100.0 + 30.0 * libm::cos(f64::from(day) * 0.017_202)) * (0.5 + noise);
                if day as usize >= 3 * 364 - 7 * weeks { 4.0 * usual } else { usual }
            })
            .collect();
        let series = Series::new(&units, &[], Frequency::Day, 0).unwrap().on_day(14_000);
        let mut pool = Weeks::default();
        pool.add(&series, 1.0);
        KnownSeasons::of(&pool)
    }

    #[test]
    fn what_came_later_is_not_known() {
        let last = 14_000 + 3 * 364;
        let ratio = |season: &YearlySeason| season.factor(last) / season.factor(last - 182);
        let (usual, odd) = (seasons(0), seasons(4));
        let [usual_then, odd_then] =
            [&usual, &odd].map(|seasons| ratio(seasons.before(last - 28).unwrap()));
        assert!((odd_then / usual_then - 1.0).abs() < 0.05, "{usual_then} {odd_then}");
        let [usual_now, odd_now] =
            [&usual, &odd].map(|seasons| ratio(seasons.latest.as_ref().unwrap()));
        assert!((odd_now / usual_now - 1.0).abs() > 0.2, "{usual_now} {odd_now}");
        assert_eq!(usual.before(last - 366), None);
    }

    #[test]
    fn seasons_come_back_bit_for_bit() {
        const KIND: crate::bytes::Kind =
            crate::bytes::Kind { name: "seasons", magic: *b"TEST", version: 1 };
        let seasons = seasons(2);
        let mut writer = Writer::new(&KIND);
        seasons.write(&mut writer);
        let bytes = writer.finish();
        let mut reader = Reader::new(&bytes, &KIND).unwrap();
        assert_eq!(KnownSeasons::read(&mut reader).unwrap(), seasons);
        reader.finish().unwrap();
    }
}
