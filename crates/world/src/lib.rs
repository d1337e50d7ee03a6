//! A simulated retailer whose truth is known.
//!
//! [`World`] is a shop with its suppliers, customers and two years of days:
//! latent demand meets the shelf, sales are what the shelf allowed, a buyer
//! reorders by rule of thumb, suppliers deliver late or in parts, goods vanish
//! and are missed at the next count. It writes what such a retailer's systems
//! would export, and apart from that the truth those systems never see: what
//! customers wanted and how long deliveries took. [`SampleWorld`] is the
//! smallest retailer, in the three files of a well-known sample.
//!
//! Used by the command line to make demonstrations and by tests to judge
//! estimates against the truth. Nothing that plans may depend on this crate.
//! What does not belong here: reading files, forecasting, ordering advice.
//!
//! **Clock.** An order dated day t is placed before the opening of t, from the
//! book at the closing of t - 1; with a lead time of L days it is sellable at
//! the opening of t + L. Counts are of the close of their day.
//!
//! **Determinism.** Every random number comes from a stream addressed by seed,
//! purpose, thing and day; logarithms and the like come from `libm`. The same
//! configuration gives the same bytes on every machine.
//!
//! ```
//! use shelfcast_world::{World, WorldConfig};
//!
//! let world = World::new(WorldConfig { products: 20, days: 90, ..WorldConfig::shop(7) })?;
//! let history = world.histories().next().expect("there is a place");
//! let sold: u32 = history.truth.iter().flat_map(|series| &series.days).map(|day| day.sold).sum();
//! let wanted: u32 = history.truth.iter().flat_map(|series| &series.days).map(|day| day.latent).sum();
//! assert!(0 < sold && sold < wanted);
//! # Ok::<(), shelfcast_world::WorldError>(())
//! ```

mod baskets;
mod catalogue;
mod category;
mod config;
mod demand;
mod error;
mod events;
mod feeds;
mod history;
mod masters;
mod output;
mod people;
mod random;
mod records;
mod sample;
mod series;
mod shelf;
mod supply;
mod world;

pub use config::WorldConfig;
pub use error::WorldError;
pub use events::{
    Count, LeadTime, LocalInstant, Movement, MovementKind, OrderLine, OrderNumber, Receipt,
    SaleKind, SaleLine, SaleNumber,
};
pub use feeds::{Progress, Written};
pub use history::{PlaceHistory, SeriesTruth};
pub use masters::{Customer, Place, Product, Supplier};
pub use output::WrittenFile;
pub use sample::{SampleCustomer, SampleProduct, SampleSale, SampleWorld};
pub use series::DayTruth;
pub use world::World;
