//! The command line.

mod demand;
mod orders;

pub use demand::*;
pub use orders::*;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Turns a retailer's raw sales and stock files into tomorrow's orders, and the reason for each.
#[derive(Debug, Parser)]
#[command(name = "shelfcast", version, propagate_version = true, after_help = EXAMPLES)]
pub struct Arguments {
    /// The project's folder.
    #[arg(long, short = 'C', global = true, default_value = ".", value_name = "DIR")]
    pub project: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  shelfcast demo                                simulate a shop, run everything, show the report
  shelfcast init shop --from data/*.csv         propose a project from your files
  shelfcast -C shop run                         ingest what is new and build every table
  shelfcast -C shop report --open               the page to look at
  shelfcast -C shop query \"select * from marts.order_proposals order by lost_margin_without_order desc limit 10\"

Exit codes: 0 done, 1 the data broke a limit or a file was refused, 2 could not do it.";

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Simulate a shop, run everything, and say where the report is.
    Demo(DemoArguments),
    /// Write the files of a simulated retailer.
    Simulate(SimulateArguments),
    /// Propose a project from files: sources, mappings and reasons, in a shelfcast.toml.
    Init(InitArguments),
    /// Let files in under their contracts; those that came in before change nothing.
    Ingest(IngestArguments),
    /// Build every table from what came in.
    Build(BuildArguments),
    /// Ingest what is new, then build.
    Run(BuildArguments),
    /// Write the report: one page, its pictures and its tables.
    Report(ReportArguments),
    /// Forecast the past, and say what those forecasts were worth.
    Backtest(BacktestArguments),
    /// Forecast any series of a file, without a project: unique_id, ds, y in, intervals out.
    Series(SeriesArguments),
    /// Ask the tables in SQL; nothing can be changed this way.
    Query(QueryArguments),
    /// List the rows that were refused, by rule, or write them out for mending.
    Rejects(RejectsArguments),
    /// Take batches back: their rows no longer count.
    Retract(RetractArguments),
    /// Keep the lake small: put files together, drop what is older than --as-of needs.
    Maintain(MaintainArguments),
    /// List the models that make the tables, in build order.
    Models(ModelsArguments),
    /// Approve proposed orders, withdraw them, list what is approved.
    Orders(OrdersArguments),
    /// Explain one order line.
    Explain(ExplainArguments),
    /// Say how orders changed from one build to another, and which input changed them.
    DiffOrders(DiffOrdersArguments),
    /// Decide past orders again, day by day, and say what they would have come to.
    Replay(ReplayArguments),
    /// Hold what was found in simulated files against their truth.
    Score(ScoreArguments),
    /// Say which build this is.
    Version(JsonArguments),
}

/// `demo`
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Where to put the project; made when it is not there.
    #[arg(long, default_value = "shelfcast-demo", value_name = "DIR")]
    pub dir: PathBuf,
    /// The simulated shop's seed.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// The size of the simulated retailer.
    #[arg(long, value_enum, default_value_t = Size::Shop)]
    pub size: Size,
}

/// How large a simulated retailer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Size {
    /// 20 customers, 20 products, 100 sales in three files.
    Sample,
    /// 200 products in 2 places over 2 years, 150,000 lines of sales, with counts, receipts and orders.
    Shop,
    /// 20,000 products in 100 places over 3 years, a billion lines of sales.
    Chain,
}

/// `simulate`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  shelfcast simulate --size shop --seed 7 --out data --truth truth
  shelfcast simulate --size chain --seed 7 --out data --describe
  shelfcast simulate --size chain --seed 7 --out data --part 2/8 --compress zst
  shelfcast simulate --size shop --sales 2000000 --products 5000 --seed 7 --out data --split month")]
pub struct SimulateArguments {
    /// The size; what is named below changes it.
    #[arg(long, value_enum)]
    pub size: Size,
    /// The seed: the same one gives the same bytes.
    #[arg(long)]
    pub seed: u64,
    /// The folder to write to; it must be empty or not there.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Where to write the truth (latent demand, lead times and more), which the pipeline never sees.
    #[arg(long, value_name = "DIR")]
    pub truth: Option<PathBuf>,
    /// Add a year of weekly stock and of receipts to the sample.
    #[arg(long)]
    pub history: bool,
    /// Known customers; in proportion to the lines of sales when left out.
    #[arg(long, value_name = "N")]
    pub customers: Option<u32>,
    /// Products.
    #[arg(long, value_name = "N")]
    pub products: Option<u32>,
    /// Places that sell.
    #[arg(long, value_name = "N")]
    pub locations: Option<u32>,
    /// Suppliers.
    #[arg(long, value_name = "N")]
    pub suppliers: Option<u32>,
    /// Days of history.
    #[arg(long, value_name = "N")]
    pub days: Option<u32>,
    /// Lines of sales, about.
    #[arg(long, value_name = "N")]
    pub sales: Option<u64>,
    /// The last day of history.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub last_day: Option<String>,
    /// Spoil about this share of the rows, 0 to 0.2, and list each fault in the truth's dirt.csv.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, requires = "truth")]
    pub dirt: f64,
    /// How files are cut.
    #[arg(long, value_enum, default_value_t = SplitBy::None)]
    pub split: SplitBy,
    /// What files are made of.
    #[arg(long, value_enum, default_value_t = FileKind::Csv)]
    pub format: FileKind,
    /// How text files are packed.
    #[arg(long, value_enum, default_value_t = Compress::None)]
    pub compress: Compress,
    /// Write only this part of the places, such as 2/8; the files of all parts, one after the
    /// other, are those of the whole.
    #[arg(long, value_name = "I/N", value_parser = part)]
    pub part: Option<(u32, u32)>,
    /// Threads; all processors when left out. They change no byte.
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Say what would be written (rows, bytes, seconds), and write nothing.
    #[arg(long)]
    pub describe: bool,
}

/// How files are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SplitBy {
    /// One file a table.
    None,
    /// One file a table and month.
    Month,
    /// One file a table and place.
    Place,
}

/// What files are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileKind {
    /// Comma-separated values.
    Csv,
    /// Apache Parquet.
    Parquet,
}

/// How files are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Compress {
    /// Plain text.
    None,
    /// gzip.
    Gz,
    /// Zstandard.
    Zst,
}

/// `init`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  shelfcast init shop --from data/*.csv
  shelfcast init shop --from sales.csv --answer sales.sold_at=%d/%m/%Y
  shelfcast init shop --from stock.xlsx --answer 'stock.counted_on={ constant = \"2024-08-26\" }'")]
pub struct InitArguments {
    /// The project's folder; made when it is not there.
    pub dir: PathBuf,
    /// The files to look at.
    #[arg(long, num_args = 1.., required = true, value_name = "FILES")]
    pub from: Vec<PathBuf>,
    /// The answer to a question, such as sales.sold_at=%d/%m/%Y or sales.product_id=SKU.
    #[arg(long = "answer", value_name = "COLUMN=ANSWER")]
    pub answers: Vec<String>,
    /// Print the proposal as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `ingest`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  shelfcast -C shop ingest
  shelfcast -C shop ingest --watch shop/incoming --interval 10")]
pub struct IngestArguments {
    /// The files to let in; all that the project's sources name when left out.
    pub files: Vec<PathBuf>,
    /// Take files as they appear complete in this folder, once each, until stopped.
    #[arg(long, value_name = "DIR", conflicts_with = "files")]
    pub watch: Option<PathBuf>,
    /// Seconds between two looks at the watched folder.
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0, requires = "watch",
          value_parser = seconds)]
    pub interval: f64,
    /// Print what came in as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `build` and `run`
#[derive(Debug, Args)]
pub struct BuildArguments {
    /// The day to plan for; the day after the last known sale or count when left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub business_date: Option<String>,
    /// Print what was done as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `report`
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// The folder to write to.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Open the page in the browser.
    #[arg(long)]
    pub open: bool,
}

/// `query`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  shelfcast query \"show tables\"
  shelfcast query \"select * from marts.abc order by value_rank limit 5\" --format csv
  shelfcast query \"select * from marts.forecasts\" --format parquet > forecasts.parquet")]
pub struct QueryArguments {
    /// The query; a bare table name is looked up in `marts`.
    pub sql: String,
    /// How to print the rows.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// The tables as they were published at this instant, such as 2024-08-27T06:00:00Z.
    #[arg(long, value_name = "INSTANT")]
    pub as_of: Option<String>,
}

/// How rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for people.
    Table,
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object a line.
    Json,
    /// Apache Parquet.
    Parquet,
}

/// `rejects`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  shelfcast -C shop rejects
  shelfcast -C shop rejects --export mend
  shelfcast -C shop rejects --rule total --json")]
pub struct RejectsArguments {
    /// Only what broke this rule.
    #[arg(long)]
    pub rule: Option<String>,
    /// Write the refused rows to this folder, a file for each they came from.
    #[arg(long, value_name = "DIR")]
    pub export: Option<PathBuf>,
    /// Print the rows as JSON, one object a line.
    #[arg(long)]
    pub json: bool,
}

/// `retract`
#[derive(Debug, Args)]
pub struct RetractArguments {
    /// Batches: each an id, a number, or a file's name (all of its batches).
    #[arg(required = true)]
    pub batches: Vec<String>,
    /// Print what was taken back as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `maintain`
#[derive(Debug, Args)]
pub struct MaintainArguments {
    /// Days that --as-of reaches back at least.
    #[arg(long, default_value_t = 30, value_name = "DAYS")]
    pub keep_days: u32,
    /// Print what was done as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `models`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  shelfcast models                              the models that come with the program
  shelfcast -C shop models --docs > models.md   those of a project, with columns and row counts")]
pub struct ModelsArguments {
    /// Print the project's models as Markdown: graph, grain, columns, tests, row counts.
    #[arg(long, conflicts_with = "json")]
    pub docs: bool,
    /// Print them as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `score`
#[derive(Debug, Args)]
#[command(after_help = "Example:
  shelfcast simulate --size shop --seed 7 --out shop/data --truth truth --dirt 0.02
  shelfcast init shop --from shop/data/*.csv
  shelfcast -C shop run
  shelfcast -C shop score --truth truth")]
pub struct ScoreArguments {
    /// The folder that `simulate --truth` wrote.
    #[arg(long, value_name = "DIR")]
    pub truth: PathBuf,
}

/// Only `--json`
#[derive(Debug, Args)]
pub struct JsonArguments {
    /// Print it as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Seconds between two looks: a number above 0 and at most a day.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if seconds > 0.0 && seconds <= 86_400.0 => Ok(seconds),
        _ => Err("allowed is a number above 0 and at most 86400".to_owned()),
    }
}

/// A part and the number of parts, such as `2/8`.
fn part(text: &str) -> Result<(u32, u32), String> {
    text.split_once('/')
        .and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)))
        .ok_or_else(|| "allowed are two whole numbers, such as 2/8".to_owned())
}
