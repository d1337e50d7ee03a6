//! The lake: Delta tables, their versions, and the one commit point that says
//! which version of every table belongs together.
//!
//! Delta commits one table at a time. A run therefore writes each table, and
//! ends by publishing one row with the exact version of all of them. Readers
//! resolve tables through the last published row, never through "latest", so
//! they see the lake as it was before the run or as it is after, nothing between.
//!
//! This crate is the only home of the table format. It neither plans nor reads
//! data: it hands out file lists, and takes file lists to commit.

mod durable;
mod error;
mod file;
mod lake;
mod location;
mod publication;
mod snapshot;
mod table;
mod tables;
#[cfg(test)]
mod tests;
mod upkeep;

pub use error::{LakeError, disk_refusal};
pub use file::DataFile;
pub use lake::{FORMAT_VERSION, Lake};
pub use location::LakeLocation;
pub use publication::{Publication, PublicationKind};
pub use snapshot::Snapshot;
pub use table::TableName;
pub use upkeep::Removed;
