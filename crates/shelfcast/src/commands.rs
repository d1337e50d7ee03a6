//! One file per command, one function in it.

mod approvals;
mod build;
mod demo;
mod diff_orders;
mod explain;
mod export_rejects;
mod ingest;
mod init;
mod maintain;
mod models;
mod orders;
mod query;
mod rejects;
mod replay;
mod report;
mod retract;
mod score;
mod series;
mod simulate;
mod version;
mod watch;

use crate::arguments::{Arguments, Command};
use crate::failure::Outcome;

/// Runs the command that the arguments name.
pub async fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let project = &arguments.project;
    match &arguments.command {
        Command::Demo(demo) => demo::run(demo).await,
        Command::Simulate(simulate) => simulate::run(simulate).await,
        Command::Init(init) => init::run(init),
        Command::Ingest(ingest) => match &ingest.watch {
            Some(watched) => watch::run(project, watched, ingest).await,
            None => ingest::run(project, ingest).await,
        },
        Command::Build(build) => build::build(project, build).await,
        Command::Run(run) => build::run(project, run).await,
        Command::Report(report) => report::run(project, report).await,
        Command::Series(series) => series::run(series).await,
        Command::Query(query) => query::run(project, query).await,
        Command::Rejects(rejects) => rejects::run(project, rejects).await,
        Command::Retract(retract) => retract::run(project, retract).await,
        Command::Maintain(maintain) => maintain::run(project, maintain).await,
        Command::Models(models) => models::run(project, models).await,
        Command::Orders(orders) => orders::run(project, orders).await,
        Command::Explain(explain) => explain::run(project, explain).await,
        Command::Replay(arguments) => replay::run(project, arguments).await,
        Command::DiffOrders(arguments) => diff_orders::run(project, arguments).await,
        Command::Score(arguments) => score::run(project, arguments).await,
        Command::Version(version) => version::run(version),
    }
}
