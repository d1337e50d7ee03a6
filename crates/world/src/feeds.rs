//! Writes a world as the files a retailer would send, and its truth apart from them.

use crate::output::{self, OutputFolder, Table, WrittenFile};
use crate::{PlaceHistory, World, WorldError, records};
use csv::{StringRecord, Terminator};
use shelfcast_retail::Feed;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

const LINE_FEED: Terminator = Terminator::Any(b'\n');

/// How far writing has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Series (a product in a place) simulated so far.
    pub done: u64,
    /// Series in all.
    pub total: u64,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The feeds' files.
    pub feeds: Vec<WrittenFile>,
    /// The truth's files; empty when no truth was asked for.
    pub truth: Vec<WrittenFile>,
}

const LATENT_DEMAND: [&str; 7] =
    ["product_id", "location_id", "day", "latent", "sold", "lost", "on_hand_close"];

const LEAD_TIMES: [&str; 8] = [
    "order_id",
    "supplier_id",
    "location_id",
    "ordered_on",
    "expected_on",
    "delivered_on",
    "stated_lead_time_days",
    "actual_lead_time_days",
];

impl World {
    /// Simulates and writes every file: the feeds into `out` and, if asked for,
    /// `latent_demand.csv` and `lead_times.csv` into `truth`.
    ///
    /// Both folders must be new or empty. Files get their names at the very end;
    /// after an error nothing is left. Headers are the canonical columns of
    /// [`Feed`], lines end in LF, instants are local to the place.
    ///
    /// ```
    /// use shelfcast_world::{World, WorldConfig};
    ///
    /// let outside = tempfile::tempdir()?;
    /// let world = World::new(WorldConfig { products: 12, days: 30, ..WorldConfig::shop(7) })?;
    /// let (out, truth) = (outside.path().join("shop"), outside.path().join("truth"));
    /// let written = world.write_csv(&out, Some(&truth), &mut |_| ())?;
    /// assert_eq!(written.feeds.len(), 9);
    /// assert!(out.join("sales.csv").exists() && truth.join("latent_demand.csv").exists());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write_csv(
        &self,
        out: &Path,
        truth: Option<&Path>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Written, WorldError> {
        check_folders(out, truth)?;
        let mut feeds = FeedFiles::create(out)?;
        let mut truth = truth.map(TruthFiles::create).transpose()?;
        feeds.write_masters(self)?;
        let mut done = 0;
        let total = self.products().len() as u64 * self.places().len() as u64;
        for place in 0..self.places().len() {
            let history = PlaceHistory::simulate(self, place, &mut || {
                done += 1;
                progress(Progress { done, total });
            });
            feeds.write_history(self, &history)?;
            if let Some(truth) = &mut truth {
                truth.write_history(self, &history)?;
            }
        }
        let mut feeds = feeds.close()?;
        let mut truth = truth.map(TruthFiles::close).transpose()?;
        feeds.rename()?;
        truth.as_mut().map_or(Ok(()), OutputFolder::rename)?;
        let truth = truth.map_or_else(Vec::new, OutputFolder::keep);
        Ok(Written { feeds: feeds.keep(), truth })
    }
}

fn check_folders(out: &Path, truth: Option<&Path>) -> Result<(), WorldError> {
    output::check_empty(out)?;
    if let Some(truth) = truth {
        output::check_empty(truth)?;
        if std::path::absolute(out).ok() == std::path::absolute(truth).ok() {
            return Err(WorldError::SameFolder { folder: out.to_owned() });
        }
    }
    Ok(())
}

/// The feeds' files; a file is started when it is first asked for.
struct FeedFiles {
    folder: OutputFolder,
    tables: BTreeMap<Feed, Table>,
}

impl FeedFiles {
    fn create(out: &Path) -> Result<Self, WorldError> {
        Ok(Self { folder: OutputFolder::create(out)?, tables: BTreeMap::new() })
    }

    fn write(
        &mut self,
        feed: Feed,
        records: impl Iterator<Item = StringRecord>,
    ) -> Result<(), WorldError> {
        let table = match self.tables.entry(feed) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let header: Vec<_> = feed.columns().iter().map(|column| column.name).collect();
                let name = format!("{feed}.csv");
                entry.insert(self.folder.table(&name, &header, LINE_FEED)?)
            }
        };
        table.write_all(records)
    }

    fn write_masters(&mut self, world: &World) -> Result<(), WorldError> {
        let products = world.products().iter().map(|product| records::product(world, product));
        self.write(Feed::Products, products)?;
        self.write(Feed::Locations, world.places().iter().map(records::place))?;
        self.write(Feed::Suppliers, world.suppliers().iter().map(records::supplier))?;
        self.write(Feed::Customers, world.customers().iter().map(records::customer))
    }

    fn write_history(&mut self, world: &World, history: &PlaceHistory) -> Result<(), WorldError> {
        let PlaceHistory { sales, counts, movements, order_lines, receipts, .. } = history;
        let place = &world.places()[history.place];
        self.write(Feed::Sales, sales.iter().map(|line| records::sale(world, place, line)))?;
        self.write(Feed::Stock, counts.iter().map(|count| records::count(world, place, count)))?;
        let movements = movements.iter().map(|movement| records::movement(world, place, movement));
        self.write(Feed::Movements, movements)?;
        let orders = order_lines.iter().map(|line| records::order_line(world, place, line));
        self.write(Feed::PurchaseOrders, orders)?;
        self.write(Feed::Receipts, receipts.iter().map(records::receipt))
    }

    fn close(mut self) -> Result<OutputFolder, WorldError> {
        for table in self.tables.into_values() {
            self.folder.close(table)?;
        }
        Ok(self.folder)
    }
}

/// The truth's two files.
struct TruthFiles {
    folder: OutputFolder,
    latent_demand: Table,
    lead_times: Table,
}

impl TruthFiles {
    fn create(out: &Path) -> Result<Self, WorldError> {
        let mut folder = OutputFolder::create(out)?;
        let latent_demand = folder.table("latent_demand.csv", &LATENT_DEMAND, LINE_FEED)?;
        let lead_times = folder.table("lead_times.csv", &LEAD_TIMES, LINE_FEED)?;
        Ok(Self { folder, latent_demand, lead_times })
    }

    fn write_history(&mut self, world: &World, history: &PlaceHistory) -> Result<(), WorldError> {
        let place = &world.places()[history.place];
        for series in &history.truth {
            let days = series.days.iter().zip(world.days());
            self.latent_demand.write_all(
                days.map(|(truth, day)| records::truth(world, place, series.product, *day, truth)),
            )?;
        }
        self.lead_times.write_all(history.lead_times.iter().map(records::lead_time))
    }

    fn close(mut self) -> Result<OutputFolder, WorldError> {
        self.folder.close(self.latent_demand)?;
        self.folder.close(self.lead_times)?;
        Ok(self.folder)
    }
}
