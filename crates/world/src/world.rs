use crate::random::Streams;
use crate::{
    Customer, Place, PlaceHistory, Product, Supplier, WorldConfig, WorldError, catalogue, people,
};
use shelfcast_retail::Day;

/// A simulated retailer: who it is, and on demand what happened to it.
///
/// Master data is made at once; a place's history is made when it is asked for,
/// so that a large world never stands in memory as a whole.
///
/// ```
/// use shelfcast_world::{World, WorldConfig};
///
/// let config = WorldConfig { products: 20, days: 60, ..WorldConfig::shop(7) };
/// let world = World::new(config)?;
/// for history in world.histories() {
///     for series in &history.truth {
///         for day in &series.days {
///             assert!(day.sold <= day.latent);
///         }
///     }
/// }
/// # Ok::<(), shelfcast_world::WorldError>(())
/// ```
#[derive(Debug, Clone)]
pub struct World {
    config: WorldConfig,
    streams: Streams,
    days: Vec<Day>,
    products: Vec<Product>,
    places: Vec<Place>,
    suppliers: Vec<Supplier>,
    customers: Vec<Customer>,
}

impl World {
    /// Makes the master data. Fails on a setting outside its range.
    pub fn new(config: WorldConfig) -> Result<Self, WorldError> {
        config.check()?;
        let streams = Streams::new(config.seed);
        let first_day = config.first_day();
        Ok(Self {
            config,
            streams,
            days: (0..config.days).map(|offset| first_day.plus(offset as i32)).collect(),
            products: catalogue::products(&config, streams),
            places: catalogue::places(&config, streams),
            suppliers: catalogue::suppliers(&config, streams),
            customers: people::customers(&config, streams),
        })
    }

    /// The configuration it was made from.
    pub fn config(&self) -> &WorldConfig {
        &self.config
    }

    /// The days of the history, ascending.
    pub fn days(&self) -> &[Day] {
        &self.days
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

    /// The known customers.
    pub fn customers(&self) -> &[Customer] {
        &self.customers
    }

    /// The history of each place in turn, simulated as it is asked for.
    pub fn histories(&self) -> impl Iterator<Item = PlaceHistory> + '_ {
        (0..self.places.len()).map(|place| PlaceHistory::simulate(self, place, &mut || ()))
    }

    pub(crate) fn streams(&self) -> Streams {
        self.streams
    }
}
