//! Latent demand: what customers would buy if the shelf never ran empty.

use crate::category::{CATEGORIES, Category};
use crate::random::{self, Purpose, Streams};
use crate::{Place, Product, WorldConfig};
use rand::{Rng, RngExt};
use shelfcast_retail::Day;
use std::f64::consts::TAU;

/// Mean units a product sells a day in the largest place.
const MEAN_DAILY_UNITS: f64 = 0.85;
/// Popularity is proportional to `1 / (rank + ZIPF_SHIFT)^ZIPF_EXPONENT` (Zipf and Mandelbrot).
const ZIPF_EXPONENT: f64 = 1.1;
const ZIPF_SHIFT: f64 = 3.0;

/// How demand scatters around its mean, by the names of Syntetos and Boylan (2005).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DemandPattern {
    /// Many small purchases: nearly Poisson.
    Smooth,
    /// Every day, in very different amounts.
    Erratic,
    /// Rare purchases of one or two units.
    Intermittent,
    /// Rare purchases of many units.
    Lumpy,
}

impl DemandPattern {
    /// Rare patterns are for the slow movers only.
    fn draw(rng: &mut impl Rng, daily_units: f64) -> Self {
        let share = rng.random::<f64>();
        match daily_units {
            units if units > 1.5 => {
                if share < 0.75 {
                    Self::Smooth
                } else {
                    Self::Erratic
                }
            }
            _ => match share {
                share if share < 0.50 => Self::Smooth,
                share if share < 0.62 => Self::Erratic,
                share if share < 0.85 => Self::Intermittent,
                _ => Self::Lumpy,
            },
        }
    }

    fn draw_units(self, rng: &mut impl Rng, mean: f64) -> u32 {
        const INTERMITTENT_SIZE: f64 = 1.4;
        const LUMPY_SIZE: f64 = 5.0;
        match self {
            Self::Smooth => random::negative_binomial(rng, mean, 12.0),
            Self::Erratic => random::negative_binomial(rng, mean, 1.0),
            Self::Intermittent if random::chance(rng, mean / INTERMITTENT_SIZE) => {
                1 + random::poisson(rng, INTERMITTENT_SIZE - 1.0)
            }
            Self::Lumpy if random::chance(rng, mean / LUMPY_SIZE) => {
                random::geometric(rng, LUMPY_SIZE)
            }
            Self::Intermittent | Self::Lumpy => 0,
        }
    }
}

/// A change of level that stays.
#[derive(Debug, Clone, Copy, PartialEq)]
struct LevelShift {
    day: usize,
    factor: f64,
}

/// The law of one product's demand in one place.
#[derive(Debug, Clone)]
pub(crate) struct DemandProfile {
    pattern: DemandPattern,
    daily_units: f64,
    yearly_growth: f64,
    shift: Option<LevelShift>,
    category: &'static Category,
    /// Days of the history on which the product is sold, launch to end, as indices.
    pub(crate) life: std::ops::Range<usize>,
    is_launch: bool,
}

impl DemandProfile {
    /// What holds for a product everywhere is drawn per product, its level per place.
    pub(crate) fn new(
        config: &WorldConfig,
        streams: Streams,
        product: &Product,
        place: &Place,
    ) -> Self {
        let mut rng = streams.of(Purpose::Profile, product.number, 0);
        let popularity = MEAN_DAILY_UNITS * popularity(product.popularity_rank, config.products);
        let pattern = DemandPattern::draw(&mut rng, popularity);
        let yearly_growth = random::between(&mut rng, -0.12, 0.15);
        let shift = level_shift(config, &mut rng);
        let mut local = streams.of(Purpose::PlaceProfile, product.number, place.number);
        let launched = product.launched_on.days_since(config.first_day());
        let end = product.ended_on.map_or(config.days as usize, |day| {
            usize::try_from(day.days_since(config.first_day()) + 1).unwrap_or(0)
        });
        let start = usize::try_from(launched).unwrap_or(0);
        Self {
            pattern,
            daily_units: popularity * place.size * random::log_normal(&mut local, 0.25),
            yearly_growth,
            shift,
            category: &CATEGORIES[product.category_index],
            life: start..end.max(start),
            is_launch: launched >= 0,
        }
    }

    pub(crate) fn pattern(&self) -> DemandPattern {
        self.pattern
    }

    /// Mean units of a day at the start of the product's life, before its seasons.
    pub(crate) fn daily_units(&self) -> f64 {
        self.daily_units
    }

    /// Mean units wanted on the day with this index.
    pub(crate) fn mean_on(&self, index: usize, day: Day) -> f64 {
        if !self.life.contains(&index) {
            return 0.0;
        }
        let level = match self.shift {
            Some(shift) if index >= shift.day => shift.factor,
            _ => 1.0,
        };
        let years = (index - self.life.start) as f64 / 365.25;
        let growth = libm::pow(1.0 + self.yearly_growth, years);
        let weekday = self.category.weekday[usize::from(day.weekday())];
        self.daily_units * level * growth * weekday * self.season(day) * self.launch_ramp(index)
    }

    /// The yearly wave and the weeks before Christmas.
    fn season(&self, day: Day) -> f64 {
        let (year, _, _) = day.ymd();
        let new_year = Day::from_ymd(year, 1, 1).unwrap_or(day);
        let day_of_year = f64::from(day.days_since(new_year));
        let angle = TAU * (day_of_year - self.category.peak_day) / 365.25;
        let wave = 1.0 + self.category.wave * libm::cos(angle);
        // 20 December is day 353 from New Year; the rise takes about three weeks.
        let weeks = (day_of_year - 353.0) / if day_of_year > 353.0 { 3.0 } else { 14.0 };
        wave + self.category.christmas * libm::exp(-weeks * weeks)
    }

    /// A new product is tried by ever more people over about two months.
    fn launch_ramp(&self, index: usize) -> f64 {
        if !self.is_launch {
            return 1.0;
        }
        1.0 - 0.6 * libm::exp(-((index - self.life.start) as f64) / 20.0)
    }

    /// The units wanted on every day of the history.
    pub(crate) fn latent(&self, rng: &mut impl Rng, days: &[Day], traffic: &[f64]) -> Vec<u32> {
        days.iter()
            .zip(traffic)
            .enumerate()
            .map(|(index, (day, traffic))| {
                self.pattern.draw_units(rng, self.mean_on(index, *day) * traffic)
            })
            .collect()
    }
}

/// How busy a place is, relative to what is usual: weather and events shared by all products.
pub(crate) fn traffic(streams: Streams, place: &Place, n_days: usize) -> Vec<f64> {
    let mut rng = streams.of(Purpose::Traffic, place.number, 0);
    (0..n_days).map(|_| random::log_normal(&mut rng, 0.08)).collect()
}

/// A rank's share of demand, relative to the mean product.
fn popularity(rank: u32, n_products: u32) -> f64 {
    let weight = |rank: f64| libm::pow(rank + ZIPF_SHIFT, -ZIPF_EXPONENT);
    // The integral of the weights from 1/2 to n + 1/2 stands for their sum.
    let integral = |rank: f64| -libm::pow(rank + ZIPF_SHIFT, 1.0 - ZIPF_EXPONENT);
    let last = f64::from(n_products) + 0.5;
    let total = (integral(last) - integral(0.5)) / (ZIPF_EXPONENT - 1.0);
    weight(f64::from(rank)) * f64::from(n_products) / total
}

/// One product in seven changes its level for good, one in thirty all but dies.
fn level_shift(config: &WorldConfig, rng: &mut impl Rng) -> Option<LevelShift> {
    let day = random::between(rng, 0.2, 0.85) * f64::from(config.days);
    let share = rng.random::<f64>();
    let factor = if share < 0.03 {
        0.01
    } else if share < 0.17 {
        random::one_of(rng, &[0.35, 0.5, 1.6, 2.2])
    } else {
        return None;
    };
    Some(LevelShift { day: day as usize, factor })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    fn profile(pattern: DemandPattern) -> DemandProfile {
        DemandProfile {
            pattern,
            daily_units: 0.7,
            yearly_growth: 0.0,
            shift: None,
            category: &CATEGORIES[0],
            life: 0..36_500,
            is_launch: false,
        }
    }

    #[test]
    fn every_pattern_keeps_its_mean() {
        let mut rng = Streams::new(1).of(Purpose::Demand, 0, 0);
        for pattern in [
            DemandPattern::Smooth,
            DemandPattern::Erratic,
            DemandPattern::Intermittent,
            DemandPattern::Lumpy,
        ] {
            let total: u32 = (0..40_000).map(|_| pattern.draw_units(&mut rng, 0.7)).sum();
            let mean = f64::from(total) / 40_000.0;
            // The largest variance, of Lumpy, is 6.2: four standard errors are 0.05.
            assert!((mean - 0.7).abs() < 0.05, "{pattern:?}: {mean}");
        }
    }

    #[test]
    fn popularity_averages_to_one_and_falls_with_rank() {
        let shares: Vec<f64> = (1..=200).map(|rank| popularity(rank, 200)).collect();
        let mean = shares.iter().sum::<f64>() / 200.0;
        assert!((mean - 1.0).abs() < 0.01, "{mean}");
        assert!(shares.is_sorted_by(|left, right| left > right));
        // The long tail: the first tenth of the products sells about half of the units.
        let head = shares[..20].iter().sum::<f64>() / 200.0;
        assert!((0.4..0.6).contains(&head), "{head}");
    }

    #[test]
    fn nothing_is_wanted_before_the_launch_or_after_the_end() {
        let days: Vec<Day> = (0..40).map(|offset| Day::from_epoch_days(20_000 + offset)).collect();
        let mut profile = profile(DemandPattern::Smooth);
        profile.life = 10..30;
        profile.daily_units = 50.0;
        let mut rng = Streams::new(1).of(Purpose::Demand, 0, 0);
        let latent = profile.latent(&mut rng, &days, &[1.0; 40]);
        assert!(latent[..10].iter().chain(&latent[30..]).all(|units| *units == 0));
        assert!(latent[10..30].iter().all(|units| *units > 0));
    }

    #[test]
    fn toys_peak_before_christmas_and_garden_in_may() {
        let peak = |category: usize| {
            let mut profile = profile(DemandPattern::Smooth);
            profile.category = &CATEGORIES[category];
            let new_year: Day = "2025-01-01".parse().unwrap();
            (0..365)
                .map(|offset| new_year.plus(offset))
                .max_by(|left, right| profile.season(*left).total_cmp(&profile.season(*right)))
        };
        assert_eq!((CATEGORIES[8].name, CATEGORIES[9].name), ("Toys", "Garden"));
        assert_eq!(peak(8).unwrap().ymd().1, 12);
        assert_eq!(peak(9).unwrap().ymd().1, 5);
    }

    #[test]
    fn a_product_keeps_its_pattern_in_every_place() {
        let config = WorldConfig { places: 2, ..WorldConfig::shop(3) };
        let streams = Streams::new(3);
        let places = catalogue::places(&config, streams);
        for product in catalogue::products(&config, streams) {
            let [first, second] = [0, 1]
                .map(|place: usize| DemandProfile::new(&config, streams, &product, &places[place]));
            assert_eq!(first.pattern, second.pattern);
            assert_eq!(first.shift, second.shift);
            assert_eq!(first.life, second.life);
        }
    }
}
