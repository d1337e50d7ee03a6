//! Holds what a pipeline found against the truth it never saw.
//!
//! Whoever runs the pipeline reads its tables and hands the rows in as plain values; nothing
//! here knows an engine.
//!
//! ```
//! use shelfcast_world::Fault;
//! use shelfcast_world::score::{Flag, FlaggedRow, KeyRow, score_dirt};
//!
//! let row = |row| KeyRow { fault: Fault::WrongUnit, file: "sales.csv".into(), row };
//! let flagged = |row| FlaggedRow { flag: Flag::Total, file: "sales.csv".into(), row };
//! let scores = score_dirt(&[row(7), row(9)], &[flagged(7), flagged(30)]);
//! assert_eq!((scores[0].recall(), scores[0].precision()), (Some(0.5), Some(0.5)));
//! ```

mod dirt;
mod ledger;

pub use dirt::{Flag, FlaggedRow, KeyRow, KindScore, read_key, score_dirt};
pub use ledger::{DayStock, DemandScore, LedgerScore, TrueDays, read_days};
