//! How a category behaves.

use shelfcast_retail::Day;
use std::f64::consts::TAU;

/// One kind of goods: its names, its prices and the shape of its demand.
#[derive(Debug)]
pub(crate) struct Category {
    pub(crate) name: &'static str,
    pub(crate) department: &'static str,
    pub(crate) brands: [&'static str; 5],
    pub(crate) variants: [&'static str; 4],
    /// Name, size and typical price in cents.
    pub(crate) goods: &'static [(&'static str, &'static str, u32)],
    pub(crate) unit: &'static str,
    /// Units in a supplier's pack.
    pub(crate) pack_sizes: &'static [u32],
    pub(crate) shelf_life_days: Option<u32>,
    /// Lowest and highest (price - cost) / price.
    pub(crate) margin: (f64, f64),
    /// Demand by weekday, Monday first; the mean is 1.
    pub(crate) weekday: [f64; 7],
    /// Day of the year on which the yearly wave is highest.
    pub(crate) peak_day: f64,
    /// Height of the yearly wave above its mean.
    pub(crate) wave: f64,
    /// How many times more is wanted just before Christmas, on top of the wave.
    pub(crate) christmas: f64,
    /// How often its products rank among the popular ones.
    pub(crate) pull: f64,
    /// Share of the lines sold that customers bring back.
    pub(crate) return_share: f64,
    /// Weekdays on which its suppliers take orders, Monday = 0.
    pub(crate) order_weekdays: &'static [u8],
    /// Lowest and highest lead time its suppliers state, in days.
    pub(crate) lead_time_days: (u32, u32),
    /// Mean price elasticity of its products, as a positive number.
    pub(crate) elasticity: f64,
    /// The category that shoppers think of next.
    pub(crate) goes_with: &'static str,
}

pub(crate) const FRESH_WEEK: [f64; 7] = [0.90, 0.85, 0.90, 0.95, 1.15, 1.40, 0.85];
pub(crate) const GROCERY_WEEK: [f64; 7] = [0.85, 0.80, 0.85, 0.95, 1.20, 1.45, 0.90];
pub(crate) const LEISURE_WEEK: [f64; 7] = [0.65, 0.65, 0.75, 0.85, 1.10, 1.80, 1.20];
pub(crate) const EVEN_WEEK: [f64; 7] = [1.05, 1.00, 1.00, 1.00, 1.05, 1.15, 0.75];

impl Category {
    /// Demand on a day of the year relative to the yearly mean: a wave, and the weeks
    /// before Christmas.
    pub(crate) fn season(&self, day: Day) -> f64 {
        let (year, _, _) = day.ymd();
        let new_year = Day::from_ymd(year, 1, 1).unwrap_or(day);
        let day_of_year = f64::from(day.days_since(new_year));
        let angle = TAU * (day_of_year - self.peak_day) / 365.25;
        let wave = 1.0 + self.wave * libm::cos(angle);
        // 20 December is day 353 from New Year; the rise takes about three weeks.
        let weeks = (day_of_year - 353.0) / if day_of_year > 353.0 { 3.0 } else { 14.0 };
        wave + self.christmas * libm::exp(-weeks * weeks)
    }

    /// Demand on a day relative to the mean: season and weekday.
    pub(crate) fn pull_on(&self, day: Day) -> f64 {
        self.season(day) * self.weekday[usize::from(day.weekday())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assortment::categories;

    #[test]
    fn toys_peak_before_christmas_and_garden_in_may() {
        let peak = |name: &str| {
            let category = categories().find(|category| category.name == name).unwrap();
            let new_year: Day = "2025-01-01".parse().unwrap();
            (0..365)
                .map(|offset| new_year.plus(offset))
                .max_by(|left, right| category.season(*left).total_cmp(&category.season(*right)))
                .unwrap()
                .ymd()
        };
        assert_eq!(peak("Toys").1, 12);
        assert_eq!(peak("Garden").1, 5);
    }
}
