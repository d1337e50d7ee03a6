use crate::arguments::{Compress, FileKind, SimulateArguments, Size, SplitBy};
use crate::environment::environment;
use crate::failure::{Interrupted, Outcome, UsageError};
use crate::output::{self, count};
use shelfcast_retail::Day;
use shelfcast_world::{
    Compression, Estimate, FileFormat, Part, Progress, SampleWorld, Split, Watcher, World,
    WorldConfig, WorldError, WriteOptions, WrittenFile,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

pub async fn run(arguments: &SimulateArguments) -> anyhow::Result<Outcome> {
    let Some(config) = config(arguments)? else {
        return sample(arguments);
    };
    let world = World::new(config)?;
    if arguments.describe {
        describe(&world, n_threads(arguments));
        return Ok(Outcome::Done);
    }
    tell(&write(world, Order::of(arguments)?).await?);
    Ok(Outcome::Done)
}

fn tell(written: &[WrittenFile]) {
    for file in written {
        output::data(&format!("{}\t{}\n", file.path.display(), file.rows));
    }
}

/// The world that the arguments ask for; `None` for the sample.
fn config(arguments: &SimulateArguments) -> anyhow::Result<Option<WorldConfig>> {
    let size = match arguments.size {
        Size::Sample => return Ok(None),
        Size::Shop => WorldConfig::shop(arguments.seed),
        Size::Chain => WorldConfig::chain(arguments.seed),
    };
    let sales = arguments.sales.unwrap_or(size.sales);
    // Each buys about as much as in the whole size.
    let in_proportion = u64::from(size.customers).saturating_mul(sales).div_ceil(size.sales);
    let in_proportion = u32::try_from(in_proportion).unwrap_or(u32::MAX);
    Ok(Some(WorldConfig {
        customers: arguments.customers.unwrap_or(in_proportion),
        products: arguments.products.unwrap_or(size.products),
        places: arguments.locations.unwrap_or(size.places),
        suppliers: arguments.suppliers.unwrap_or(size.suppliers),
        days: arguments.days.unwrap_or(size.days),
        sales,
        last_day: arguments.last_day.as_deref().map_or(Ok(size.last_day), last_day)?,
        ..size
    }))
}

fn last_day(text: &str) -> Result<Day, UsageError> {
    text.parse().map_err(|_| UsageError {
        code: "SC-5110",
        message: format!("--last-day is `{text}`, which is no day"),
        hint: Some("write it as in 2025-12-31".to_owned()),
    })
}

fn sample(arguments: &SimulateArguments) -> anyhow::Result<Outcome> {
    let is_changed = arguments.customers.is_some()
        || arguments.products.is_some()
        || arguments.locations.is_some()
        || arguments.suppliers.is_some()
        || arguments.days.is_some()
        || arguments.sales.is_some()
        || arguments.last_day.is_some()
        || arguments.part.is_some()
        || arguments.dirt > 0.0
        || arguments.format != FileKind::Csv
        || arguments.split != SplitBy::None
        || arguments.compress != Compress::None;
    if arguments.truth.is_some() || is_changed || arguments.describe {
        return Err(UsageError {
            code: "SC-5004",
            message: "a sample is always the same three files: it has no truth apart from them, \
                      no other size and no parts"
                .to_owned(),
            hint: Some("use --size shop".to_owned()),
        }
        .into());
    }
    tell(&SampleWorld::new(arguments.seed).write_csv(&arguments.out, arguments.history)?);
    Ok(Outcome::Done)
}

/// Rows, bytes and seconds, table by table.
fn describe(world: &World, threads: usize) {
    let started = Instant::now();
    let Estimate { tables, pilot_rows } = world.describe();
    let seconds_a_row = started.elapsed().as_secs_f64() / pilot_rows.max(1) as f64;
    let mut text = String::from("file\trows\tbytes\n");
    for table in &tables {
        let name = format!("{}.csv", table.table.name());
        text.push_str(&format!("{name}\t{}\t{}\n", table.rows, table.bytes));
    }
    let rows: u64 = tables.iter().map(|table| table.rows).sum();
    let bytes: u64 = tables.iter().map(|table| table.bytes).sum();
    text.push_str(&format!("all\t{rows}\t{bytes}\n"));
    output::data(&text);
    let busy = threads.min(world.places().len()).max(1);
    output::say(&format!(
        "about {:.0} seconds on {}; truth included, which is written with --truth",
        (rows as f64 * seconds_a_row / busy as f64).max(1.0),
        count(busy as u64, "thread", "threads"),
    ));
}

fn n_threads(arguments: &SimulateArguments) -> usize {
    let available = || std::thread::available_parallelism().map_or(1, usize::from);
    arguments.threads.map_or_else(available, usize::from)
}

/// Where and how to write a world.
pub struct Order {
    out: PathBuf,
    truth: Option<PathBuf>,
    format: FileFormat,
    split: Split,
    compression: Compression,
    part: Part,
    threads: usize,
    dirt: f64,
}

impl Order {
    /// Plain files in one folder.
    pub fn plain(out: &Path) -> Self {
        Self {
            out: out.to_owned(),
            truth: None,
            format: FileFormat::Csv,
            split: Split::No,
            compression: Compression::None,
            part: Part::default(),
            dirt: 0.0,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }

    fn of(arguments: &SimulateArguments) -> Result<Self, WorldError> {
        Ok(Self {
            truth: arguments.truth.clone(),
            format: match arguments.format {
                FileKind::Csv => FileFormat::Csv,
                FileKind::Parquet => FileFormat::Parquet,
            },
            split: match arguments.split {
                SplitBy::None => Split::No,
                SplitBy::Month => Split::Month,
                SplitBy::Place => Split::Place,
            },
            compression: match arguments.compress {
                Compress::None => Compression::None,
                Compress::Gz => Compression::Gzip,
                Compress::Zst => Compression::Zstd,
            },
            part: arguments
                .part
                .map_or(Ok(Part::default()), |(number, of)| Part::new(number, of))?,
            threads: n_threads(arguments),
            dirt: arguments.dirt,
            ..Self::plain(&arguments.out)
        })
    }
}

/// Tells the threads that write to stop when nobody waits for them any more.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Writes the files of a simulated retailer and says which. Dropped on Ctrl-C, it stops the
/// threads, which remove what they wrote before the program ends.
pub async fn write(world: World, order: Order) -> anyhow::Result<Vec<WrittenFile>> {
    let stop = StopOnDrop(Arc::new(AtomicBool::new(false)));
    let stopped = Arc::clone(&stop.0);
    let written = tokio::task::spawn_blocking(move || {
        let progress = progress();
        let watcher = Watcher { progress: &progress, stop: &stopped };
        let options = WriteOptions {
            truth: order.truth.as_deref(),
            format: order.format,
            split: order.split,
            compression: order.compression,
            part: order.part,
            threads: order.threads,
            dirt: order.dirt,
            ..WriteOptions::new(&order.out)
        };
        world.write(&options, watcher)
    });
    match written.await? {
        Ok(written) => Ok(written.feeds.into_iter().chain(written.truth).collect()),
        Err(WorldError::Stopped) => Err(Interrupted.into()),
        Err(error) => Err(error.into()),
    }
}

/// Rows a second and seconds left on a terminal; one line elsewhere.
fn progress() -> impl Fn(Progress) + Sync {
    let environment = environment("simulate");
    let started = Instant::now();
    move |progress| {
        let Progress { days, total_days, rows } = progress;
        let seconds = started.elapsed().as_secs_f64().max(0.001);
        let step = if output::is_terminal() {
            let left = seconds / days.max(1) as f64 * total_days.saturating_sub(days) as f64;
            let pace = count((rows as f64 / seconds) as u64, "row", "rows");
            format!(
                "days of places: {}, {pace} a second, {left:.0} s left",
                count(rows, "row", "rows")
            )
        } else {
            "simulating days of places".to_owned()
        };
        (environment.progress)(&step, days, total_days);
    }
}
