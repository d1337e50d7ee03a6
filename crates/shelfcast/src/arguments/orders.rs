//! What is done with orders.

use super::{Format, JsonArguments};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `orders`
#[derive(Debug, Args)]
pub struct OrdersArguments {
    /// What to do with them.
    #[command(subcommand)]
    pub what: Orders,
}

/// What can be done with proposed orders.
#[derive(Debug, Subcommand)]
pub enum Orders {
    /// Approve order lines: they count as on order until their purchase order comes.
    Approve(ApproveArguments),
    /// Take approvals back: the lines no longer count as on order.
    Withdraw(WithdrawArguments),
    /// List the approved lines and what became of them.
    List(JsonArguments),
}

/// `orders approve`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  shelfcast -C shop orders approve 2024-08-27/main/P01 2024-08-27/main/P02
  shelfcast -C shop orders approve approved.csv --reference PO-4711
  shelfcast -C shop orders approve --all")]
pub struct ApproveArguments {
    /// Order lines: ids as in marts.order_proposals, or CSV files with the column order_line_id
    /// and, where they differ from the proposal, quantity and reference.
    #[arg(required_unless_present = "all", value_name = "FILE|IDS")]
    pub lines: Vec<String>,
    /// Every line that the last build proposes.
    #[arg(long, conflicts_with = "lines")]
    pub all: bool,
    /// The id that the purchase order of these lines has; each line's own id when left out.
    #[arg(long, value_name = "ORDER")]
    pub reference: Option<String>,
    /// Print what was approved as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `orders withdraw`
#[derive(Debug, Args)]
pub struct WithdrawArguments {
    /// Approved lines, by id or by reference.
    #[arg(required = true, value_name = "IDS")]
    pub lines: Vec<String>,
    /// Print what was withdrawn as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `explain`
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// What to explain.
    #[command(subcommand)]
    pub what: Explain,
}

/// What can be explained.
#[derive(Debug, Subcommand)]
pub enum Explain {
    /// An order line, proposed or approved: its sentences, and the steps that sum to its quantity.
    Order {
        /// The line's id, as in marts.order_proposals.
        id: String,
        /// The line as it was published at this instant, such as 2024-08-27T06:00:00Z.
        #[arg(long, value_name = "INSTANT")]
        as_of: Option<String>,
        /// Plan the line again from its stored inputs, and say whether it is the same.
        #[arg(long)]
        recompute: bool,
    },
}

/// `diff-orders`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  shelfcast -C shop diff-orders                          the last build against the one before
  shelfcast -C shop diff-orders 2024-08-26 2024-08-27    the last builds for two days
  shelfcast -C shop diff-orders 12 15 --format csv       two publications")]
pub struct DiffOrdersArguments {
    /// The earlier build: the number of its publication or its business date; the one before
    /// the later build when left out.
    pub before: Option<String>,
    /// The later build, in the same words; the last one when left out.
    pub after: Option<String>,
    /// How to print the lines that changed; sentences when left out.
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

/// `replay`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  shelfcast -C shop replay
  shelfcast -C shop replay --days 180 --format csv
  shelfcast -C shop replay --service-target 0.99 --lead-time-days 3
  shelfcast -C shop replay --budget 20000                      what a stock of 20,000 would serve
  shelfcast -C shop replay --products 50 --curve curve.svg     eight settings of each policy")]
pub struct ReplayArguments {
    /// Days that are measured, up to the last known sale.
    #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=1_100))]
    pub days: u32,
    /// Days before them in which a policy takes over the stock it found.
    #[arg(long, value_name = "N", default_value_t = 28, value_parser = clap::value_parser!(u32).range(0..=365))]
    pub warm_up: u32,
    /// Only the products of the highest value.
    #[arg(long, value_name = "N")]
    pub products: Option<u32>,
    /// What if: this service target for all.
    #[arg(long, value_name = "SHARE", value_parser = target)]
    pub service_target: Option<f64>,
    /// What if: this lead time for all, planned with and kept.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(0..=730))]
    pub lead_time_days: Option<u32>,
    /// What if: mean stock worth this much, in money. Traces the curve of each policy and replays the
    /// setting that keeps such a stock.
    #[arg(long, value_name = "MONEY", value_parser = budget)]
    pub budget: Option<f64>,
    /// Draw service against stock value at eight settings of each policy, as SVG or PNG.
    #[arg(long, value_name = "FILE")]
    pub curve: Option<PathBuf>,
    /// How to print the table.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Print it as JSON, one object a line.
    #[arg(long)]
    pub json: bool,
}

/// An amount of money above 0.
fn budget(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(money) if money > 0.0 && money.is_finite() => Ok(money),
        _ => Err("allowed is an amount above 0, such as 20000".to_owned()),
    }
}

/// A service target: above 0 and at most 1.
fn target(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(target) if target > 0.0 && target <= 1.0 => Ok(target),
        _ => Err("allowed is a share above 0 and at most 1, such as 0.95".to_owned()),
    }
}
