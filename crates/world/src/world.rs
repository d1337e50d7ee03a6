use crate::catalogue::{self, cents};
use crate::market;
use crate::patrons::Patrons;
use crate::random::Streams;
use crate::shoppers::Traffic;
use crate::{
    Customer, Place, Product, Supplier, WorldConfig, WorldError, people, places, suppliers,
};
use shelfcast_retail::Day;

/// A simulated retailer: who it is, and on demand what happened to it.
///
/// Products, places and suppliers are made at once; customers and days are made place by
/// place when they are asked for, so that a large world never stands in memory as a whole.
///
/// ```
/// use shelfcast_world::{World, WorldConfig};
///
/// let config = WorldConfig { products: 20, days: 60, sales: 4_000, ..WorldConfig::shop(7) };
/// let world = World::new(config)?;
/// let mut days = world.days_of(0);
/// let mut units = 0;
/// while let Some(day) = days.next_day() {
///     units += day.sales.iter().map(|line| line.quantity).sum::<i32>();
/// }
/// assert!(units > 0);
/// # Ok::<(), shelfcast_world::WorldError>(())
/// ```
#[derive(Debug, Clone)]
pub struct World {
    config: WorldConfig,
    streams: Streams,
    products: Vec<Product>,
    places: Vec<Place>,
    suppliers: Vec<Supplier>,
    total_size: f64,
}

impl World {
    /// Makes the master data. Fails on a setting outside its range.
    pub fn new(config: WorldConfig) -> Result<Self, WorldError> {
        config.check()?;
        let streams = Streams::new(config.seed);
        let mut products = catalogue::products(&config, streams);
        let last_prices = market::last_prices(&config, streams, &products);
        for (product, (price, cost)) in products.iter_mut().zip(last_prices) {
            product.unit_price = cents(price);
            product.unit_cost = cents(cost);
        }
        let places = places::places(&config, streams);
        Ok(Self {
            config,
            streams,
            products,
            total_size: places.iter().map(|place| place.size).sum(),
            places,
            suppliers: suppliers::suppliers(&config, streams),
        })
    }

    /// The configuration it was made from.
    pub fn config(&self) -> &WorldConfig {
        &self.config
    }

    /// The days of the history, ascending.
    pub fn days(&self) -> impl ExactSizeIterator<Item = Day> + use<> {
        let first = self.config.first_day();
        (0..self.config.days as i32).map(move |offset| first.plus(offset))
    }

    /// The products; their indices are used everywhere.
    pub fn products(&self) -> &[Product] {
        &self.products
    }

    /// The places.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The suppliers.
    pub fn suppliers(&self) -> &[Supplier] {
        &self.suppliers
    }

    /// The known customers whose home is the place with index `place`, by number.
    ///
    /// # Panics
    /// When there is no such place.
    pub fn customers(&self, place: usize) -> impl Iterator<Item = Customer> + '_ {
        let patrons = self.patrons(place, &self.traffic(place));
        (0..patrons.all().len())
            .map(move |index| people::customer(self, place, index, patrons.get(index as u32)))
    }

    /// Truth: days until an order to the supplier with index `supplier`, dated `ordered_on` by the
    /// place with index `place`, can be sold, were it placed.
    ///
    /// # Panics
    /// When there is no such supplier or place.
    pub fn lead_time_days(&self, supplier: usize, place: usize, ordered_on: Day) -> u32 {
        let (supplier, place) = (&self.suppliers[supplier], &self.places[place]);
        crate::supply::actual_lead_time(self.streams, supplier, place, ordered_on)
    }

    pub(crate) fn streams(&self) -> Streams {
        self.streams
    }

    pub(crate) fn traffic(&self, place: usize) -> Traffic {
        let place = &self.places[place];
        let lines = self.config.sales as f64 * place.size / self.total_size;
        Traffic::new(self, place, lines)
    }

    pub(crate) fn patrons(&self, place: usize, traffic: &Traffic) -> Patrons {
        let place = &self.places[place];
        Patrons::new(&self.config, self.streams, place, traffic.visits, traffic.visitor_days)
    }
}
