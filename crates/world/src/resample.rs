//! Futures of latent demand, conditional on the world's state on a day.

use crate::shoppers::Shoppers;
use crate::trading::TradingDay;
use crate::{World, WorldError};
use shelfcast_retail::Day;

/// Longest future, in days.
const LONGEST_HORIZON: u32 = 366;

/// The futures that could follow the close of a day; see [`World::resample`].
#[derive(Debug, Clone, Copy)]
pub struct Futures<'a> {
    world: &'a World,
    date: Day,
    paths: u32,
}

/// One future of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Future {
    /// Its number, from 1.
    pub path: u32,
    first_day: Day,
    days: usize,
    units: Vec<u32>,
}

impl World {
    /// Draws what could have been wanted after `date`, `paths` times.
    ///
    /// All futures share what is settled by the close of `date`: who the customers are, how
    /// far the levels of products have shifted, which are on promotion and which promotions
    /// and price changes are planned, launches, ends and holidays. Everything else is drawn
    /// anew: weather, visits, baskets, coming shifts and hypes. What happened is one more
    /// draw of the same kind, so quantiles over many futures are the best honest intervals
    /// for it, and no planner can do better than the best plan over them.
    ///
    /// # Errors
    /// When `date` is not within the history.
    ///
    /// ```
    /// use shelfcast_world::{World, WorldConfig};
    ///
    /// let config = WorldConfig { products: 20, days: 60, sales: 9_000, ..WorldConfig::shop(7) };
    /// let world = World::new(config)?;
    /// let futures = world.resample(config.first_day().plus(40), 10)?;
    /// let totals: Vec<u32> =
    ///     futures.of_place(0, 14).map(|future| future.units(3).iter().sum()).collect();
    /// assert_eq!(totals.len(), 10);
    /// # Ok::<(), shelfcast_world::WorldError>(())
    /// ```
    pub fn resample(&self, date: Day, paths: u32) -> Result<Futures<'_>, WorldError> {
        let (first, last) = (self.config().first_day(), self.config().last_day);
        if (first..=last).contains(&date) {
            Ok(Futures { world: self, date, paths })
        } else {
            Err(WorldError::NoSuchDay { found: date, first, last })
        }
    }
}

impl<'a> Futures<'a> {
    /// The futures of the place with index `place`, over at most 366 days.
    ///
    /// # Panics
    /// When there is no such place.
    pub fn of_place(
        &self,
        place: usize,
        horizon_days: u32,
    ) -> impl Iterator<Item = Future> + use<'a> {
        let Self { world, date, paths } = *self;
        let mut state = Shoppers::new(world, place);
        state.turn_week(date);
        (1..=paths).map(move |path| {
            let mut shoppers = state.clone();
            shoppers.set_future(world.streams().on_path(path));
            demand(world, place, &mut shoppers, (path, date), horizon_days.min(LONGEST_HORIZON))
        })
    }

    /// What was truly wanted in the same days: the future that happened.
    ///
    /// # Panics
    /// When there is no such place.
    pub fn realised(&self, place: usize, horizon_days: u32) -> Future {
        let mut shoppers = Shoppers::new(self.world, place);
        shoppers.turn_week(self.date);
        demand(self.world, place, &mut shoppers, (0, self.date), horizon_days.min(LONGEST_HORIZON))
    }
}

fn demand(
    world: &World,
    place: usize,
    shoppers: &mut Shoppers<'_>,
    (path, date): (u32, Day),
    horizon_days: u32,
) -> Future {
    let days = horizon_days as usize;
    let mut units = vec![0; world.products().len() * days];
    let (mut visits, mut basket) = (Vec::new(), Vec::new());
    for offset in 0..days {
        let day = date.plus(offset as i32 + 1);
        shoppers.turn_week(day);
        let trading = TradingDay::new(&world.places()[place], day);
        let mut rng = shoppers.visits(&trading, &mut visits);
        for visit in &visits {
            shoppers.fill(&mut rng, visit, &mut basket);
            for want in &basket {
                let product = shoppers.range().slots()[want.slot as usize].product as usize;
                units[product * days + offset] += want.units;
            }
        }
    }
    Future { path, first_day: date.plus(1), days, units }
}

impl Future {
    /// The day after the date of the resampling.
    pub fn first_day(&self) -> Day {
        self.first_day
    }

    /// Units wanted of the product with index `product`, day by day; zeros where the place
    /// does not carry it.
    ///
    /// # Panics
    /// When there is no such product.
    pub fn units(&self, product: usize) -> &[u32] {
        &self.units[product * self.days..(product + 1) * self.days]
    }
}
