use crate::WorldError;
use shelfcast_retail::Day;
use std::fmt::Display;
use std::ops::RangeInclusive;

/// What a simulated retailer is made of. Same configuration, same bytes.
///
/// ```
/// use shelfcast_world::WorldConfig;
///
/// let config = WorldConfig { products: 50, days: 90, ..WorldConfig::shop(7) };
/// assert_eq!(config.last_day.to_string(), "2025-12-31");
/// assert_eq!(config.first_day().to_string(), "2025-10-03");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorldConfig {
    /// Seed of every random number.
    pub seed: u64,
    /// Number of products, 1 to 1 000 000.
    pub products: u32,
    /// Number of places that sell, 1 to 10 000.
    pub places: u32,
    /// Days of history, 1 to 3 660.
    pub days: u32,
    /// Last day of history; no clock is read.
    pub last_day: Day,
    /// Known customers of all places, 1 to 100 000 000 and, past ten thousand, no more than a third of
    /// the lines of sales: each comes at least once. None only where nothing is sold.
    pub customers: u32,
    /// Number of suppliers, 1 to 10 000.
    pub suppliers: u32,
    /// Lines that customers want over all places and days, about: what the shelves
    /// lack and chance change it by up to a tenth.
    pub sales: u64,
}

impl WorldConfig {
    /// The shop of the demonstration: 200 products in 2 places over 730 days up to
    /// 2025-12-31, about 150 000 lines of sales.
    pub fn shop(seed: u64) -> Self {
        Self {
            seed,
            products: 200,
            places: 2,
            days: 730,
            last_day: Day::from_epoch_days(LAST_DAY_OF_2025),
            customers: 2_000,
            suppliers: 12,
            sales: 150_000,
        }
    }

    /// A chain: 20 000 products in 100 places over 1 096 days up to 2025-12-31, a
    /// billion lines of sales.
    pub fn chain(seed: u64) -> Self {
        Self {
            products: 20_000,
            places: 100,
            days: 1_096,
            customers: 2_000_000,
            suppliers: 400,
            sales: 1_000_000_000,
            ..Self::shop(seed)
        }
    }

    /// The first day of history.
    pub fn first_day(&self) -> Day {
        self.last_day.plus(1_i32.saturating_sub_unsigned(self.days))
    }

    pub(crate) fn check(&self) -> Result<(), WorldError> {
        within("products", self.products, 1..=1_000_000)?;
        within("locations", self.places, 1..=10_000)?;
        within("days", self.days, 1..=3_660)?;
        within("suppliers", self.suppliers, 1..=10_000)?;
        within("last_day", self.last_day, earliest_last_day()..=latest_last_day())?;
        let place_days = u64::from(self.places) * u64::from(self.days);
        within("sales", self.sales, 0..=place_days * MOST_LINES_A_DAY)?;
        let most_customers = (self.sales / 3).clamp(10_000, 100_000_000);
        within("customers", u64::from(self.customers), u64::from(self.sales > 0)..=most_customers)
    }
}

/// Days from 1970-01-01 to 2025-12-31.
const LAST_DAY_OF_2025: i32 = 20_453;

/// Lines that one place can sell on one day; a hypermarket sells some 50 000.
const MOST_LINES_A_DAY: u64 = 500_000;

/// 1990-01-01: launches lie up to ten years before the first day, which lies up to ten
/// years before the last, and all of them after 1970.
fn earliest_last_day() -> Day {
    Day::from_epoch_days(7_305)
}

/// 2099-12-31: the feeds' contracts know no later day.
fn latest_last_day() -> Day {
    Day::from_epoch_days(47_481)
}

fn within<T: PartialOrd + Display>(
    setting: &'static str,
    value: T,
    allowed: RangeInclusive<T>,
) -> Result<(), WorldError> {
    if allowed.contains(&value) {
        return Ok(());
    }
    let allowed = format!("{} to {}", allowed.start(), allowed.end());
    Err(WorldError::Setting { setting, found: value.to_string(), allowed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shop_ends_on_the_last_day_of_2025() {
        let config = WorldConfig::shop(1);
        assert_eq!(config.last_day.to_string(), "2025-12-31");
        // 2024 has 366 days, so 730 days up to 2025-12-31 start on 2024-01-02.
        assert_eq!(config.first_day().to_string(), "2024-01-02");
        assert!(config.check().is_ok());
        assert!(WorldConfig::chain(1).check().is_ok());
        assert_eq!(WorldConfig::chain(1).first_day().to_string(), "2023-01-01");
        assert_eq!(earliest_last_day().to_string(), "1990-01-01");
        assert_eq!(latest_last_day().to_string(), "2099-12-31");
    }

    #[test]
    fn settings_outside_their_range_are_refused_by_name() {
        let shop = WorldConfig::shop(1);
        let refused = |config: WorldConfig| config.check().unwrap_err().to_string();
        assert_eq!(
            refused(WorldConfig { products: 0, ..shop }),
            "setting `products` is 0; allowed are 1 to 1000000"
        );
        assert_eq!(
            refused(WorldConfig { days: 0, ..shop }),
            "setting `days` is 0; allowed are 1 to 3660"
        );
        assert_eq!(
            refused(WorldConfig { customers: 0, ..shop }),
            "setting `customers` is 0; allowed are 1 to 50000"
        );
        assert!(WorldConfig { customers: 0, sales: 0, ..shop }.check().is_ok());
        assert!(refused(WorldConfig { places: 0, ..shop }).starts_with("setting `locations` is 0"));
        assert_eq!(
            refused(WorldConfig { sales: u64::MAX, ..shop }),
            "setting `sales` is 18446744073709551615; allowed are 0 to 730000000"
        );
        let ancient = WorldConfig { last_day: Day::from_epoch_days(-1), ..shop };
        assert_eq!(
            refused(ancient),
            "setting `last_day` is 1969-12-31; allowed are 1990-01-01 to 2099-12-31"
        );
    }
}
