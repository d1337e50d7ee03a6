//! A simulated retailer whose truth is known.
//!
//! [`World`] is a retailer with its products, places, suppliers and customers.
//! Customers come for a reason, with habits, and take home what they find:
//! latent demand meets the shelf, what is missing is substituted or lost, a buyer
//! reorders by rule of thumb, suppliers deliver late or in parts, goods are
//! damaged, expire, come back and vanish, and are missed at the next count. It
//! writes what such a retailer's systems would export, and apart from that the
//! truth those systems never see. [`SampleWorld`] is the smallest retailer, in
//! the three files of a well-known sample.
//!
//! Used by the command line to make demonstrations and by tests to judge
//! estimates against the truth. Nothing that plans may depend on this crate.
//! What does not belong here: reading files, forecasting, ordering advice.
//!
//! **From visits to rows.** [`World::days_of`] plays one place day by day, in
//! memory that grows neither with days nor with sales. Before opening goods come
//! in and orders go out; visits follow in the order of their times, each with a
//! mission, a basket and, for known customers, tastes and habits; after closing
//! things are written off and counted. What visitors want depends on season,
//! weekday, prices, promotions and on shifts that nobody announced, never on
//! shelves: [`World::resample`] draws other futures of the same demand.
//!
//! **Clock.** An order dated day t is placed before the opening of t, from the
//! book at the closing of t - 1; with a lead time of L days it is sellable at
//! the opening of t + L. Counts are of the close of their day. Trading weeks,
//! in which prices and promotions change, begin on Thursday.
//!
//! **Determinism.** Every random number comes from a stream addressed by seed,
//! purpose, thing and day; logarithms and the like come from `libm`. The same
//! configuration gives the same bytes on every machine and any number of
//! threads, and the files of parts (some places each), one after the other, are
//! the files of the whole.
//!
//! **What is left out.** A central warehouse: places are supplied directly, so
//! that they can be simulated apart. Weighed goods: quantities are whole units.
//! One currency, no taxes.

mod alias;
mod archive;
#[cfg(feature = "arrow")]
mod arrow_rows;
mod assortment;
mod buying;
mod catalogue;
mod category;
mod closing;
mod compression;
mod config;
mod csv_rows;
mod describe;
mod diary;
mod dirt;
mod error;
mod events;
mod holidays;
mod ids;
mod market;
mod master_rows;
mod masters;
mod missions;
mod output;
#[cfg(feature = "arrow")]
mod parquet_file;
mod patrons;
mod people;
mod place_days;
mod places;
mod random;
mod range;
mod resample;
mod sample;
mod sample_history;
pub mod score;
mod selling;
mod sheets;
mod shoppers;
mod stockroom;
mod suppliers;
mod supply;
mod tables;
mod text;
mod till;
mod trading;
mod world;
mod write;

#[cfg(feature = "arrow")]
pub use arrow_rows::PlaceBatches;
pub use compression::Compression;
pub use config::WorldConfig;
pub use describe::{Estimate, TableEstimate};
pub use dirt::{Expected, Fault};
pub use error::WorldError;
pub use events::{
    Count, DayTruth, LeadTime, Movement, MovementKind, OrderKey, OrderLine, Payment, PlaceDay,
    PriceStart, PromotionStart, Receipt, ReturnReason, SaleKind, SaleLine,
};
pub use masters::{Customer, Format, Place, Product, QuantityLaw, Segment, Supplier};
pub use output::WrittenFile;
pub use place_days::PlaceDays;
pub use resample::{Future, Futures};
pub use sample::{LocalInstant, SampleCustomer, SampleProduct, SampleSale, SampleWorld};
pub use sample_history::{SampleHistory, SampleReceipt, StockLevel};
pub use tables::Table;
pub use world::World;
pub use write::{FileFormat, Part, Progress, Split, Watcher, WriteOptions, Written};
