//! Writes a world as the files a retailer would send, and its truth apart from them.

use crate::archive::{Archive, FileKey, PlaceFiles};
use crate::csv_rows::Lines;
use crate::ids::Ids;
use crate::output::{self, OutputFolder, WrittenFile};
use crate::sheets::Sheets;
use crate::tables::Table;
use crate::{Compression, PlaceDays, World, WorldError, master_rows};
use shelfcast_retail::Feed;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How files are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Split {
    /// One file a table.
    #[default]
    No,
    /// One file a table and month: `sales-2025-12.csv`.
    Month,
    /// One file a table and place: `sales-L01.csv`.
    Place,
}

/// What files are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileFormat {
    /// Comma-separated values.
    #[default]
    Csv,
    /// Apache Parquet, packed with Snappy.
    #[cfg(feature = "arrow")]
    Parquet,
}

impl FileFormat {
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Csv => ".csv",
            #[cfg(feature = "arrow")]
            Self::Parquet => ".parquet",
        }
    }

    /// Bytes of text of a table that are worth a write, or a row group.
    pub(crate) const fn full(self) -> usize {
        match self {
            Self::Csv => 1 << 18,
            #[cfg(feature = "arrow")]
            Self::Parquet => 1 << 23,
        }
    }
}

/// One of several machines' share of the work: places, simulated from the first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    number: u32,
    of: u32,
}

impl Default for Part {
    /// The whole.
    fn default() -> Self {
        Self { number: 1, of: 1 }
    }
}

impl Part {
    /// Part `number`, from 1, of `of` parts.
    pub fn new(number: u32, of: u32) -> Result<Self, WorldError> {
        if (1..=of).contains(&number) {
            return Ok(Self { number, of });
        }
        Err(WorldError::Options {
            what: format!("part {number} of {of} was asked for"),
            allowed: "a part from 1 to the number of parts, such as 2/8",
        })
    }

    fn is_first(self) -> bool {
        self.number == 1
    }

    /// Indices of the part's places; parts one after the other are all places in order.
    fn places(self, n_places: usize) -> std::ops::Range<usize> {
        let edge = |part: u32| n_places * part as usize / self.of as usize;
        edge(self.number - 1)..edge(self.number)
    }
}

/// How to write a world.
#[derive(Debug, Clone, Copy)]
pub struct WriteOptions<'a> {
    /// The feeds' folder, new or empty.
    pub out: &'a Path,
    /// The truth's folder, new or empty.
    pub truth: Option<&'a Path>,
    /// What files are made of.
    pub format: FileFormat,
    /// How files are cut.
    pub split: Split,
    /// How text files are packed.
    pub compression: Compression,
    /// Which places to write. The files of parts one after the other are the files of the
    /// whole, byte for byte, unless they are split by month: headers, products, suppliers and
    /// laws are in part 1 alone.
    pub part: Part,
    /// Threads, at least 1. The bytes do not depend on it.
    pub threads: usize,
    /// About this share of the rows of sales is spoilt, and the key written to the truth:
    /// 0 to 0.2, 0 for none. Spoilt worlds are written on one thread and in one part, since
    /// the key counts the rows of all places.
    pub dirt: f64,
}

impl<'a> WriteOptions<'a> {
    /// Plain files, one a table, on one thread, without the truth.
    pub fn new(out: &'a Path) -> Self {
        Self {
            out,
            truth: None,
            format: FileFormat::Csv,
            split: Split::No,
            compression: Compression::None,
            part: Part::default(),
            threads: 1,
            dirt: 0.0,
        }
    }
}

/// How far writing has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Days simulated so far, over all places.
    pub days: u64,
    /// Such days in all.
    pub total_days: u64,
    /// Rows of the feeds so far.
    pub rows: u64,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The feeds' files.
    pub feeds: Vec<WrittenFile>,
    /// The truth's files; empty when no truth was asked for.
    pub truth: Vec<WrittenFile>,
}

/// What the writer tells and asks while it works.
#[derive(Clone, Copy)]
pub struct Watcher<'a> {
    /// Told about every month of a place, from any thread.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Set to stop early: what was written is removed.
    pub stop: &'a AtomicBool,
}

impl World {
    /// Simulates and writes every file.
    ///
    /// Files get their names at the very end; after an error, or a stop, nothing is left.
    /// Headers are the canonical columns of [`Feed`], lines end in LF, instants are UTC.
    ///
    /// ```
    /// use shelfcast_world::{Watcher, World, WorldConfig, WriteOptions};
    /// use std::sync::atomic::AtomicBool;
    ///
    /// let outside = tempfile::tempdir()?;
    /// let config = WorldConfig { products: 12, days: 30, sales: 1_000, ..WorldConfig::shop(7) };
    /// let world = World::new(config)?;
    /// let (out, truth) = (outside.path().join("shop"), outside.path().join("truth"));
    /// let options = WriteOptions { truth: Some(&truth), ..WriteOptions::new(&out) };
    /// let watcher = Watcher { progress: &|_| (), stop: &AtomicBool::new(false) };
    /// let written = world.write(&options, watcher)?;
    /// assert_eq!(written.feeds.len(), 12);
    /// assert!(out.join("sales.csv").exists() && truth.join("latent_demand.csv").exists());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write(
        &self,
        options: &WriteOptions<'_>,
        watcher: Watcher<'_>,
    ) -> Result<Written, WorldError> {
        check_folders(options.out, options.truth)?;
        check_dirt(options)?;
        check_format(options)?;
        let feeds = OutputFolder::create(options.out)?;
        check_room(self, options)?;
        let truth = options.truth.map(OutputFolder::create).transpose()?;
        let has_headers = options.part.is_first() || options.split == Split::Place;
        let archive = Archive::new(feeds, truth, options, has_headers);
        let run = Run {
            world: self,
            ids: Arc::new(Ids::new(self)),
            options,
            archive: &archive,
            watcher,
            next: AtomicUsize::new(0),
            days: AtomicU64::new(0),
            rows: AtomicU64::new(0),
            failure: Mutex::new(None),
            n_lines: Mutex::default(),
        };
        run.write_all()?;
        let (feeds, truth) = archive.finish()?;
        Ok(Written { feeds, truth })
    }
}

fn check_folders(out: &Path, truth: Option<&Path>) -> Result<(), WorldError> {
    output::check_empty(out)?;
    let Some(truth) = truth else { return Ok(()) };
    output::check_empty(truth)?;
    let absolute = |path| std::path::absolute(path).unwrap_or_default();
    let (out, truth) = (absolute(out), absolute(truth));
    if out.starts_with(&truth) || truth.starts_with(&out) {
        return Err(WorldError::SameFolder { folder: out });
    }
    Ok(())
}

/// More would leave nothing to tell a fault from.
const MOST_DIRT: f64 = 0.2;

fn check_dirt(options: &WriteOptions<'_>) -> Result<(), WorldError> {
    let refuse = |what: String, allowed| Err(WorldError::Options { what, allowed });
    if !(0.0..=MOST_DIRT).contains(&options.dirt) {
        return refuse(format!("a share of dirt of {} was asked for", options.dirt), "0 to 0.2");
    }
    if options.dirt > 0.0 && options.truth.is_none() {
        return refuse(
            "dirt was asked for, and no folder for its key".to_owned(),
            "a folder for the truth as well",
        );
    }
    if options.dirt > 0.0 && options.part != Part::default() {
        return refuse("dirt and a part were asked for".to_owned(), "one of the two");
    }
    Ok(())
}

fn check_format(options: &WriteOptions<'_>) -> Result<(), WorldError> {
    let refuse = |what: &str, allowed| {
        Err(WorldError::Options { what: format!("Parquet and {what} were asked for"), allowed })
    };
    if options.format == FileFormat::Csv {
        return Ok(());
    }
    if options.compression != Compression::None {
        return refuse("a packing of text", "Parquet alone, which is packed by itself");
    }
    if options.dirt > 0.0 {
        return refuse("dirt", "CSV with dirt: a typed column cannot hold most faults");
    }
    if options.part != Part::default() && options.split != Split::Place {
        return refuse("a part", "parts split by place: Parquet files cannot be put together");
    }
    Ok(())
}

/// Bytes that a line of sales takes, packed or not, at the least.
const SHORTEST_LINE: u64 = 80;
const SHORTEST_PACKED_LINE: u64 = 8;

/// Refuses before any work what cannot fit, from the size of the sales alone.
fn check_room(world: &World, options: &WriteOptions<'_>) -> Result<(), WorldError> {
    let bytes = match options.compression {
        Compression::None if options.format == FileFormat::Csv => SHORTEST_LINE,
        _ => SHORTEST_PACKED_LINE,
    };
    let needed = world.config().sales.saturating_mul(bytes) / u64::from(options.part.of);
    // Where the system does not say what is left, writing itself will.
    match fs4::available_space(options.out) {
        Ok(available) if available < needed => {
            Err(WorldError::TooLarge { folder: options.out.to_owned(), needed, available })
        }
        _ => Ok(()),
    }
}

/// One call of [`World::write`].
pub(crate) struct Run<'a> {
    pub(crate) world: &'a World,
    pub(crate) ids: Arc<Ids>,
    pub(crate) options: &'a WriteOptions<'a>,
    pub(crate) archive: &'a Archive,
    watcher: Watcher<'a>,
    next: AtomicUsize,
    days: AtomicU64,
    rows: AtomicU64,
    failure: Mutex<Option<WorldError>>,
    /// Rows of each file so far, where faults are put in.
    n_lines: Mutex<BTreeMap<FileKey, u64>>,
}

impl Run<'_> {
    fn write_all(&self) -> Result<(), WorldError> {
        let places = self.options.part.places(self.world.places().len());
        let threads = if self.options.dirt > 0.0 { 1 } else { self.options.threads };
        let threads = threads.clamp(1, places.len().max(1));
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|| self.work(places.clone()));
            }
            self.work(places.clone());
        });
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        failure.map_or(Ok(()), Err)
    }

    /// Takes one place after the other until there is none.
    fn work(&self, places: std::ops::Range<usize>) {
        while !self.archive.is_stopped() {
            let order = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(place) = places.clone().nth(order) else { return };
            let total_days = places.len() as u64 * u64::from(self.world.config().days);
            if let Err(error) = self.write_place(place, order, total_days) {
                self.archive.stop();
                let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
                failure.get_or_insert(error);
            }
        }
    }

    fn write_place(&self, place: usize, order: usize, total_days: u64) -> Result<(), WorldError> {
        let mut files = PlaceFiles::new(self.archive, order);
        let mut sheets = Sheets::new(self, place);
        if order == 0 && self.options.part.is_first() {
            self.write_masters(&mut files)?;
        }
        self.write_people(&mut files, &mut sheets, place)?;
        let mut days = self.days(place);
        let mut untold = 0;
        let mut month = None;
        while let Some(day) = days.next_day() {
            let this_month = day.day().ymd().1;
            if month.replace(this_month).is_some_and(|month| month != this_month) {
                sheets.turn_month(&mut files)?;
                self.tell(&mut untold, total_days)?;
            }
            self.rows.fetch_add(day.n_rows() as u64, Ordering::Relaxed);
            untold += 1;
            sheets.write(day, &mut files)?;
        }
        sheets.finish(&mut files)?;
        self.tell(&mut untold, total_days)?;
        files.finish()
    }

    /// Counts the rows of a batch; the line of the file, from 1, in which the first stands.
    pub(crate) fn first_line(&self, key: &FileKey, rows: u64) -> u64 {
        let mut n_lines = self.n_lines.lock().unwrap_or_else(PoisonError::into_inner);
        let before = n_lines.entry(key.clone()).or_default();
        *before += rows;
        // The header is line 1.
        *before - rows + 2
    }

    fn days(&self, place: usize) -> PlaceDays<'_> {
        let days = self.world.days_of(place);
        if self.archive.has_truth() { days.with_truth() } else { days }
    }

    fn tell(&self, untold: &mut u64, total_days: u64) -> Result<(), WorldError> {
        let days = self.days.fetch_add(*untold, Ordering::Relaxed) + *untold;
        *untold = 0;
        let rows = self.rows.load(Ordering::Relaxed);
        (self.watcher.progress)(Progress { days, total_days, rows });
        if self.watcher.stop.load(Ordering::Relaxed) || self.archive.is_stopped() {
            return Err(WorldError::Stopped);
        }
        Ok(())
    }

    pub(crate) fn put(
        &self,
        files: &mut PlaceFiles<'_>,
        table: Table,
        lines: &mut Lines,
    ) -> Result<(), WorldError> {
        if lines.rows > 0 {
            let bytes = self.encode(table, lines)?;
            files.write((table, None), &bytes, lines.rows)?;
        }
        lines.text.clear();
        lines.rows = 0;
        Ok(())
    }

    /// Rows as they stand in a file.
    #[cfg_attr(
        not(feature = "arrow"),
        expect(unused_variables, reason = "text is written alike for every table")
    )]
    pub(crate) fn encode(&self, table: Table, lines: &Lines) -> Result<Vec<u8>, WorldError> {
        match self.options.format {
            FileFormat::Csv => Ok(self.options.compression.pack(&lines.text)),
            #[cfg(feature = "arrow")]
            FileFormat::Parquet => crate::parquet_file::encode(table, lines),
        }
    }

    /// What belongs to no place.
    fn write_masters(&self, files: &mut PlaceFiles<'_>) -> Result<(), WorldError> {
        let (world, ids, lines) = (self.world, &self.ids, &mut Lines::default());
        master_rows::products(world, ids, lines);
        self.put(files, Table::Feed(Feed::Products), lines)?;
        master_rows::suppliers(world, ids, lines);
        self.put(files, Table::Feed(Feed::Suppliers), lines)?;
        if !self.archive.has_truth() {
            return Ok(());
        }
        master_rows::product_laws(world, ids, lines);
        self.put(files, Table::ProductLaws, lines)?;
        master_rows::supplier_laws(world, ids, lines);
        self.put(files, Table::SupplierLaws, lines)?;
        master_rows::seasonality(lines);
        self.put(files, Table::Seasonality, lines)
    }

    fn write_people(
        &self,
        files: &mut PlaceFiles<'_>,
        sheets: &mut Sheets<'_>,
        place: usize,
    ) -> Result<(), WorldError> {
        let lines = &mut Lines::default();
        master_rows::location(&self.world.places()[place], &self.ids, lines);
        self.put(files, Table::Feed(Feed::Locations), lines)?;
        for customer in self.world.customers(place) {
            master_rows::customer(&customer, &self.ids, lines);
            if lines.text.len() > self.options.format.full() {
                sheets.soil_people(lines);
                self.put(files, Table::Feed(Feed::Customers), lines)?;
            }
        }
        sheets.soil_people(lines);
        self.put(files, Table::Feed(Feed::Customers), lines)
    }
}
