//! What a world will come to, before it is written.

use crate::csv_rows::{CsvRows, Lines};
use crate::ids::Ids;
use crate::tables::{DAILY, Table};
use crate::{World, WorldConfig, master_rows};
use shelfcast_retail::Feed;
use std::sync::Arc;

/// Days of the first place that are simulated to estimate the rest.
const PILOT_DAYS: u32 = 56;
/// Customers that are made to learn how long their rows are.
const PILOT_CUSTOMERS: usize = 500;

/// About how many rows and bytes a world has; see [`World::describe`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// The feeds, then the truth.
    pub tables: Vec<TableEstimate>,
    /// Rows made to estimate the others: what they took tells what all will take.
    pub pilot_rows: u64,
}

/// About how large one table is as CSV, without its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableEstimate {
    /// The table.
    pub table: Table,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
}

impl TableEstimate {
    /// How many sales are wanted is known, whatever the first weeks were like.
    fn knowing(self, config: &WorldConfig) -> Self {
        if self.table != Table::Feed(Feed::Sales) || self.rows == 0 {
            return self;
        }
        let bytes = self.bytes as f64 / self.rows as f64 * config.sales as f64;
        Self { rows: config.sales, bytes: bytes as u64, ..self }
    }
}

impl Estimate {
    /// Rows and bytes of the feeds, or of the truth.
    pub fn total(&self, is_truth: bool) -> (u64, u64) {
        let tables = self.tables.iter().filter(|estimate| estimate.table.is_truth() == is_truth);
        tables.fold((0, 0), |sum, estimate| (sum.0 + estimate.rows, sum.1 + estimate.bytes))
    }
}

impl World {
    /// Estimates the files from the first weeks of the first place, which are simulated.
    ///
    /// ```
    /// use shelfcast_world::{World, WorldConfig};
    ///
    /// let estimate = World::new(WorldConfig::shop(7))?.describe();
    /// let (rows, bytes) = estimate.total(false);
    /// assert!(rows > 150_000 && bytes > 40 * rows);
    /// # Ok::<(), shelfcast_world::WorldError>(())
    /// ```
    pub fn describe(&self) -> Estimate {
        let ids = Arc::new(Ids::new(self));
        let (first_day, later_days, pilot_days) = self.pilot(&ids);
        let mut pilot_rows = 0;
        let mut tables = self.describe_masters(&ids);
        for (index, table) in DAILY.into_iter().enumerate() {
            let (first, later) = (&first_day[index], &later_days[index]);
            pilot_rows += first.rows + later.rows;
            let places = self.in_first_places(table);
            let days = f64::from(self.config().days - 1) / f64::from(pilot_days.max(1));
            let scale =
                |first: u64, later: u64| (places * (first as f64 + later as f64 * days)) as u64;
            let rows = scale(first.rows, later.rows);
            let bytes = scale(first.text.len() as u64, later.text.len() as u64);
            tables.push(TableEstimate { table, rows, bytes }.knowing(self.config()));
        }
        tables.sort_by_key(|estimate| (estimate.table.is_truth(), estimate.table));
        Estimate { tables, pilot_rows }
    }

    /// The rows of the first place's first day, and of the following days.
    fn pilot(&self, ids: &Arc<Ids>) -> ([Lines; DAILY.len()], [Lines; DAILY.len()], u32) {
        let mut rows = CsvRows::new(self, Arc::clone(ids), 0);
        let mut days = self.days_of(0).with_truth();
        let (mut first, mut later) = (Default::default(), Default::default());
        if let Some(day) = days.next_day() {
            rows.write(day, &mut first);
        }
        let mut pilot_days = 0;
        while pilot_days < PILOT_DAYS
            && let Some(day) = days.next_day()
        {
            rows.write(day, &mut later);
            pilot_days += 1;
        }
        (first, later, pilot_days)
    }

    /// All places as a multiple of the first, by what makes a table's rows.
    fn in_first_places(&self, table: Table) -> f64 {
        let places = self.places();
        let sum = |weight: fn(&crate::Place) -> f64| {
            places.iter().map(weight).sum::<f64>() / weight(&places[0])
        };
        match table {
            Table::Feed(Feed::Sales) | Table::Returns => sum(|place| place.size),
            Table::Feed(Feed::Calendar) => places.len() as f64,
            // Between one row a product and one row a sale.
            _ => sum(|place| 0.3 + 0.7 * place.format.assortment_share()),
        }
    }

    fn describe_masters(&self, ids: &Ids) -> Vec<TableEstimate> {
        let measure = |table, write: &dyn Fn(&mut Lines), count: u64| {
            let mut lines = Lines::default();
            write(&mut lines);
            let bytes = lines.text.len() as u64 * count / lines.rows.max(1);
            TableEstimate { table, rows: count, bytes }
        };
        let config = self.config();
        vec![
            measure(
                Table::Feed(Feed::Products),
                &|lines| master_rows::products(self, ids, lines),
                config.products.into(),
            ),
            measure(
                Table::Feed(Feed::Suppliers),
                &|lines| master_rows::suppliers(self, ids, lines),
                config.suppliers.into(),
            ),
            measure(
                Table::Feed(Feed::Locations),
                &|lines| {
                    self.places().iter().for_each(|place| master_rows::location(place, ids, lines));
                },
                config.places.into(),
            ),
            measure(
                Table::Feed(Feed::Customers),
                &|lines| {
                    let some = self.customers(0).take(PILOT_CUSTOMERS);
                    some.for_each(|customer| master_rows::customer(&customer, ids, lines));
                },
                config.customers.into(),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_is_near_what_is_written() {
        let config = WorldConfig { places: 4, days: 365, ..WorldConfig::shop(7) };
        let world = World::new(config).unwrap();
        let estimate = world.describe();
        let ids = Arc::new(Ids::new(&world));
        let mut lines: [Lines; DAILY.len()] = Default::default();
        for place in 0..4 {
            let mut rows = CsvRows::new(&world, Arc::clone(&ids), place);
            let mut days = world.days_of(place);
            while let Some(day) = days.next_day() {
                rows.write(day, &mut lines);
            }
        }
        for (table, lines) in DAILY.into_iter().zip(lines).take(5) {
            let expected = estimate.tables.iter().find(|found| found.table == table).unwrap();
            for (expected, found) in
                [(expected.rows, lines.rows), (expected.bytes, lines.text.len() as u64)]
            {
                let ratio = expected as f64 / found as f64;
                // Eight weeks of August and September stand for a year.
                assert!((0.6..1.6).contains(&ratio), "{table:?}: {expected} for {found}");
            }
        }
    }
}
