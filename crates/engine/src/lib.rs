//! The engine: sessions over pinned lake versions, and the seam behind which a
//! cluster would sit.
//!
//! [`Engine`] takes *physical* plans: plain Parquet scans and functions known by
//! name. [`LocalEngine`] runs them in this process. Another engine would run the
//! same plans elsewhere; nothing above this crate would change. Only the caller
//! commits: a write returns the files it added, and adds nothing to any table.

mod engine;
mod error;
mod grain;
mod provider;
mod row_estimates;
mod row_order;
mod session;
mod steps;
mod storable;
mod wide_states;
mod writer;

pub use engine::{Engine, LocalEngine, WriteTarget, WrittenFile};
pub use error::EngineError;
pub use grain::Grain;
pub use provider::LakeTable;
pub use session::{Session, SessionOptions, Written};
pub use steps::Step;
pub use storable::{storable_batch, storable_schema};
pub use writer::TableWriter;

pub use datafusion::common::DataFusionError;
pub use datafusion::execution::SendableRecordBatchStream;
pub use datafusion::physical_plan::ExecutionPlan;
