//! What each feed promises, and the judgement of rows by it.
//!
//! A [`Contract`] is an Open Data Contract Standard v3.1 document: one comes
//! with the program for every feed (`contracts/<feed>.odcs.yaml`), and a file
//! may take its place. A [`RowChecker`] applies it to the text rows of a source
//! and gives the rows let in as a typed Arrow batch ([`arrow_schema`]) and a
//! [`Violation`] for every rule a row broke: bad data is never an error. A
//! [`Tally`] counts, and says at the end of a file whether it may stand.
//!
//! ```
//! use shelfcast_contracts::{Contract, RowChecker};
//! use shelfcast_retail::Feed;
//! use shelfcast_sources::{FeedReader, SourceSpec};
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("receipts.csv");
//! # std::fs::write(&path, "order_id,line,product_id,received_on,quantity\n7,1,TEA,2024-08-26,12\n7,2,CUP,26.08.2024,6\n")?;
//! let contract = Contract::builtin(Feed::Receipts);
//! let spec = SourceSpec::direct(Feed::Receipts, vec!["receipts.csv".to_owned()]);
//! let mut checker = RowChecker::new(&contract, &spec)?;
//! for chunk in FeedReader::open(&spec, &path, "receipts.csv")? {
//!     let checked = checker.check(&chunk?)?;
//!     assert_eq!(checked.batch.num_rows(), 1);
//!     assert_eq!(
//!         checked.violations[0].message,
//!         "receipts.csv row 3: received_on is `26.08.2024`, allowed is a day written as iso"
//!     );
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Rules about sets of rows, references between feeds among them, are written
//! here as SQL ([`SetRule`]) and run by whoever ingests; only repeats within one
//! file are found here, in passing.
//!
//! # To add a row rule
//! 1. Name it among the rules of `compile.rs`, which reads its arguments.
//! 2. Keep its severity and arguments in `rules.rs`.
//! 3. Judge it in `judge.rs`, with `found` and `allowed` a person can act on.
//! 4. Use it in a contract and assert its message in `tests.rs`.
//!
//! # To add a rule about sets of rows
//! 1. Name it, with the keys it may have, among the rules of `compile_sets.rs`.
//! 2. Write its SQL in `set_sql.rs`, and assert the text beside it.
//! 3. Give it a [`SetRuleKind`], and an id that violations carry.

mod arrays;
mod builtin;
mod checker;
mod compile;
mod compile_sets;
mod contract;
mod document;
mod error;
mod identity;
mod judge;
mod kinds;
mod late;
mod lines;
mod occurrences;
mod repeats;
mod rules;
mod schema;
mod set_rules;
mod set_sql;
mod standard;
mod tally;
#[cfg(test)]
mod tests;
mod values;
mod violation;

pub use checker::{Checked, RowChecker};
pub use contract::Contract;
pub use error::ContractError;
pub use late::LateDuplicates;
pub use rules::Rule;
pub use schema::{
    DAY_COLUMN, FILE_COLUMN, OFFSET_COLUMN, ORDINAL_COLUMN, ROW_COLUMN, ROW_HASH_COLUMN,
    arrow_schema,
};
pub use set_rules::{SetRule, SetRuleKind};
pub use tally::Tally;
pub use violation::{Severity, Violation};
