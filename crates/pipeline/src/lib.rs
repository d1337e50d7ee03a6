//! The verbs: what `shelfcast` does with a project's files, lake and models.
//!
//! A project is a folder with a `shelfcast.toml` and a lake. [`propose`] writes the
//! first, [`ingest`] lets files into the second under contract, [`build`] turns raw
//! tables into marts by the SQL under `models/`, [`Reader`] asks them.
//!
//! Clock, seed and build come in through [`Environment`]; nothing here asks the
//! machine what time it is. Nothing here knows the simulated world.

mod backtest;
mod build;
mod calendar_rows;
mod commitments;
mod compare_orders;
mod config;
mod describe;
mod environment;
mod error;
mod graph;
mod ingest;
mod lock;
mod maintain;
mod migrate;
mod model;
mod models;
mod policy_rows;
mod previous;
mod project;
mod propose;
mod raw;
mod reader;
mod results;
mod retract;
mod rows;
mod settings;
mod watch;

pub use backtest::{BacktestSummary, backtest};
pub use build::{BuildSummary, ModelSummary, TestFailure, build};
pub use commitments::{
    Approval, ApprovalSummary, Commitment, WithdrawalSummary, approve_all, approve_orders,
    withdraw_orders,
};
pub use compare_orders::{BuildName, CAUSES, OrderComparison, compare_orders};
pub use config::{
    AbcConfig, CalendarConfig, ClassPolicy, Config, CostsConfig, EngineConfig, ForecastConfig,
    PolicyConfig, ProductPolicy, ProjectConfig,
};
pub use describe::{ModelDescription, as_markdown, describe};
pub use environment::{Environment, ProgressSink};
pub use error::PipelineError;
pub use graph::build_order;
pub use ingest::{FileOutcome, FileSummary, IngestSummary, ingest};
pub use maintain::{MaintainSummary, maintain};
pub use model::{Materialization, Model, ModelTest};
pub use models::{builtin_models, project_models};
pub use project::Project;
pub use propose::{ProposedProject, propose, propose_with};
pub use reader::Reader;
pub use results::keep_replay;
pub use retract::{RetractedBatch, retract};
pub use watch::FolderWatch;

pub use shelfcast_contracts as contracts;
pub use shelfcast_engine as engine;
pub use shelfcast_lake as lake;
pub use shelfcast_sources as sources;
