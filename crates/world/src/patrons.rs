//! A place's known customers as a process: who is there, how often they come, what they like.

use crate::alias::Alias;
use crate::assortment::{N_CATEGORIES, categories};
use crate::places::KNOWN_SHARE;
use crate::random::{self, Purpose, Streams};
use crate::{Place, Segment, WorldConfig};
use rand::{Rng, RngExt};
use shelfcast_retail::Day;

/// Shape of the gamma law of visit rates (the NBD model of Ehrenberg 1959). Visits then vary
/// over customers with a coefficient of variation of 0.9, as households' baskets do in
/// completejourney (0.92).
const RATE_SHAPE: f64 = 1.25;
/// Customers come for so many days on average.
const MEAN_LIFE_DAYS: f64 = 900.0;
/// The earliest of them joined so long before the history.
const OLDEST_DAYS: i32 = 1_500;
/// A share of all customers comes once and never again.
const FIRST_TIME_SHARE: f64 = 0.25;
/// Rate, relative to the mean, from which a customer is called a VIP: about one in nine.
const VIP_RATE: f64 = 2.2;

/// One known customer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patron {
    /// The day of the first visit.
    pub(crate) joined: Day,
    /// The day from which they come no more.
    pub(crate) left: Day,
    pub(crate) segment: Segment,
    /// Share of their choices that go to an offer if there is one.
    pub(crate) price_sensitivity: f32,
    pub(crate) favourites: [u8; 2],
    /// What makes their habits theirs.
    pub(crate) habit: u32,
    rate: f32,
}

impl Patron {
    fn draw(rng: &mut impl Rng, config: &WorldConfig, tastes: &Alias) -> Self {
        let joined = if random::chance(rng, 0.6) {
            -rng.random_range(1..=OLDEST_DAYS)
        } else {
            rng.random_range(0..config.days) as i32
        };
        let joined = config.first_day().plus(joined);
        let life = -MEAN_LIFE_DAYS * libm::log(1.0 - rng.random::<f64>());
        let is_once = random::chance(rng, FIRST_TIME_SHARE);
        let rate = random::gamma(rng, RATE_SHAPE) / RATE_SHAPE;
        let favourite = |bits: u64| tastes.pick(bits).unwrap_or(0) as u8;
        Self {
            joined,
            left: joined.plus(if is_once { 1 } else { 1 + life as i32 }),
            segment: match (is_once, rate >= VIP_RATE) {
                (true, _) => Segment::FirstTime,
                (false, true) => Segment::Vip,
                (false, false) => Segment::Regular,
            },
            price_sensitivity: random::between(rng, 0.0, 0.4) as f32,
            favourites: [favourite(rng.random()), favourite(rng.random())],
            habit: rng.random(),
            rate: if is_once { 0.0 } else { rate as f32 },
        }
    }

    fn is_active(&self, day: Day) -> bool {
        // The first visit is drawn apart.
        self.joined < day && day < self.left
    }
}

/// The known customers of one place.
///
/// A customer's visits are a Poisson process while they are active. Such processes
/// together are one process whose visits belong to customers in proportion to their
/// rates; so a day costs its visits, not its customers: visits of the sum of all rates
/// are drawn, and those of customers who are not active fall away.
#[derive(Debug, Clone)]
pub(crate) struct Patrons {
    patrons: Vec<Patron>,
    by_rate: Alias,
    /// First visits in the order of their days.
    first_visits: Vec<(Day, u32)>,
    /// Visits of the sum of all rates on a day with visitors 1.
    daily_visits: f64,
}

impl Patrons {
    /// Draws a place's customers and scales their rates so that they make their share of
    /// `visits`, the visits to the place over the history.
    pub(crate) fn new(
        config: &WorldConfig,
        streams: Streams,
        place: &Place,
        visits: f64,
        visitor_days: f64,
    ) -> Self {
        let tastes = Alias::new(&categories().map(|category| category.pull).collect::<Vec<_>>());
        let mut rng = streams.many(Purpose::Patron, place.number, 0, 0);
        let patrons: Vec<Patron> =
            (0..place.n_customers).map(|_| Patron::draw(&mut rng, config, &tastes)).collect();
        let rates: Vec<f64> = patrons.iter().map(|patron| f64::from(patron.rate)).collect();
        let first_day = config.first_day();
        let mut first_visits: Vec<(Day, u32)> = (0..)
            .zip(&patrons)
            .filter(|(_, patron)| patron.joined >= first_day)
            .map(|(index, patron)| (patron.joined, index))
            .collect();
        first_visits.sort_unstable();
        let active: f64 = patrons.iter().map(|patron| active_share(config, patron)).sum();
        let wanted = (KNOWN_SHARE * visits - first_visits.len() as f64).max(0.0);
        let per_rate = if active > 0.0 { wanted / (active * visitor_days) } else { 0.0 };
        Self {
            daily_visits: per_rate * rates.iter().sum::<f64>(),
            by_rate: Alias::new(&rates),
            patrons,
            first_visits,
        }
    }

    pub(crate) fn all(&self) -> &[Patron] {
        &self.patrons
    }

    pub(crate) fn get(&self, index: u32) -> &Patron {
        &self.patrons[index as usize]
    }

    /// Those who come for the first time on a day.
    pub(crate) fn joining(&self, day: Day) -> impl Iterator<Item = u32> + '_ {
        let start = self.first_visits.partition_point(|visit| visit.0 < day);
        let visits = self.first_visits[start..].iter().take_while(move |visit| visit.0 == day);
        visits.map(|visit| visit.1)
    }

    /// Mean of the visits that [`Self::visitor`] is to be asked for, at `visitors` times the
    /// usual day.
    pub(crate) fn mean_visits(&self, visitors: f64) -> f64 {
        self.daily_visits * visitors
    }

    /// Whose visit it is; `None` when that customer is not active.
    pub(crate) fn visitor(&self, day: Day, bits: u64) -> Option<u32> {
        let index = self.by_rate.pick(bits)?;
        self.patrons[index as usize].is_active(day).then_some(index)
    }
}

/// A customer's rate times the share of the history for which they are active.
fn active_share(config: &WorldConfig, patron: &Patron) -> f64 {
    let first = patron.joined.plus(1).max(config.first_day());
    let end = patron.left.min(config.last_day.plus(1));
    f64::from(patron.rate) * f64::from(end.days_since(first).max(0)) / f64::from(config.days)
}

const _: () = assert!(N_CATEGORIES < 256, "a favourite is kept in a byte");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places;

    #[test]
    fn segments_are_as_frequent_as_documented() {
        let config = WorldConfig { customers: 20_000, places: 1, ..WorldConfig::shop(5) };
        let place = &places::places(&config, Streams::new(5))[0];
        let patrons = Patrons::new(&config, Streams::new(5), place, 50_000.0, 725.0);
        let share = |segment| {
            let found = patrons.all().iter().filter(|patron| patron.segment == segment).count();
            found as f64 / 20_000.0
        };
        assert!((share(Segment::FirstTime) - 0.25).abs() < 0.02);
        assert!((0.05..0.12).contains(&share(Segment::Vip)), "{}", share(Segment::Vip));
    }

    #[test]
    fn visits_add_up_to_the_share_of_known_customers() {
        let config = WorldConfig { customers: 3_000, places: 1, ..WorldConfig::shop(5) };
        let place = &places::places(&config, Streams::new(5))[0];
        let patrons = Patrons::new(&config, Streams::new(5), place, 50_000.0, 725.0);
        let mut rng = Streams::new(5).many(Purpose::Visit, 0, 0, 0);
        let mut visits = 0;
        for offset in 0..730 {
            let day = config.first_day().plus(offset);
            visits += patrons.joining(day).count();
            let asked = random::poisson(&mut rng, patrons.mean_visits(725.0 / 730.0));
            visits += (0..asked).filter(|_| patrons.visitor(day, rng.random()).is_some()).count();
        }
        // 0.65 x 50 000 visits; five standard errors of a Poisson number are 900.
        assert!((visits as f64 - 32_500.0).abs() < 900.0, "{visits}");
    }
}
