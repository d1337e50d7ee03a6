//! Where is sold: stores by region, size and format.

use crate::random::{self, Purpose, Streams};
use crate::{Format, Place, WorldConfig};
use rand::RngExt;
use shelfcast_retail::Day;

const STREETS: [&str; 8] = [
    "Market Square",
    "Harbour Street",
    "Station Road",
    "Mill Lane",
    "Castle Hill",
    "Riverside",
    "Park Avenue",
    "Old Town",
];

/// Name, time zone and hours from UTC in winter; all four keep the summer time of the
/// European Union (Directive 2000/84/EC) on the same instants.
const REGIONS: [(&str, &str, i32); 4] = [
    ("North", "Europe/London", 0),
    ("South", "Europe/Paris", 1),
    ("West", "Europe/Dublin", 0),
    ("East", "Europe/Helsinki", 2),
];

/// The share of sales that known customers make.
pub(crate) const KNOWN_SHARE: f64 = 0.65;

/// Every place; the first is the largest.
pub(crate) fn places(config: &WorldConfig, streams: Streams) -> Vec<Place> {
    let mut places: Vec<Place> =
        (0..config.places).map(|index| place(config, streams, index)).collect();
    settle_customers(config, &mut places);
    places
}

fn place(config: &WorldConfig, streams: Streams, index: u32) -> Place {
    let mut rng = streams.of(Purpose::Place, index, 0);
    let street = STREETS[index as usize % STREETS.len()];
    let round = index as usize / STREETS.len();
    let region_index = index as usize % REGIONS.len();
    let (region, time_zone, hours_from_utc) = REGIONS[region_index];
    let (format, size) = match (index, rng.random_range(0..10)) {
        (0, _) => (Format::Hypermarket, 1.0),
        (_, 0..2) => (Format::Hypermarket, random::between(&mut rng, 0.80, 1.0)),
        (_, 2..7) => (Format::Supermarket, random::between(&mut rng, 0.45, 0.80)),
        _ => (Format::Convenience, random::between(&mut rng, 0.20, 0.45)),
    };
    Place {
        number: index + 1,
        name: if round == 0 { street.into() } else { format!("{street} {}", round + 1) },
        kind: "store",
        format,
        region,
        time_zone,
        unmet: "lost",
        size,
        rebuilt: rebuilding(config, &mut rng),
        region_index: region_index as u8,
        hours_from_utc,
        first_customer: 0,
        n_customers: 0,
    }
}

/// One place in eight is rebuilt for one to two weeks, where the history is long enough.
fn rebuilding(config: &WorldConfig, rng: &mut impl rand::Rng) -> Option<(Day, Day)> {
    if config.days < 180 || !random::chance(rng, 0.125) {
        return None;
    }
    let first = rng.random_range(config.days / 4..config.days * 3 / 4) as i32;
    let first = config.first_day().plus(first);
    Some((first, first.plus(rng.random_range(6..=13))))
}

/// Shares the customers out in proportion to size, one after the other.
fn settle_customers(config: &WorldConfig, places: &mut [Place]) {
    let total: f64 = places.iter().map(|place| place.size).sum();
    let mut sizes = 0.0;
    let mut next = 1;
    for place in places.iter_mut() {
        sizes += place.size;
        let end = 1 + libm::round(f64::from(config.customers) * sizes / total) as u32;
        place.first_customer = next;
        place.n_customers = end - next;
        next = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_customer_has_one_home() {
        for (places, customers) in [(1, 1), (7, 3), (100, 12_345)] {
            let config = WorldConfig { places, customers, ..WorldConfig::shop(3) };
            let mut next = 1;
            for place in super::places(&config, Streams::new(3)) {
                assert_eq!(place.first_customer, next);
                next += place.n_customers;
            }
            assert_eq!(next, customers + 1);
        }
    }
}
