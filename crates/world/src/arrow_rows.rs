//! Tables as Arrow record batches.

use crate::WorldError;
use crate::csv_rows::{CsvRows, Lines};
use crate::ids::Ids;
use crate::tables::{DAILY, Table};
use crate::{PlaceDays, World};
use arrow::array::RecordBatch;
use arrow::csv::ReaderBuilder;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use shelfcast_retail::ColumnKind;
use std::collections::VecDeque;
use std::sync::Arc;

impl Table {
    /// The Arrow schema: ids and words as text, money, quantities and rates as exact decimals
    /// with four places, instants in UTC microseconds.
    pub fn schema(self) -> SchemaRef {
        let fields = match self {
            Self::Feed(feed) => feed
                .columns()
                .iter()
                .map(|column| Field::new(column.name, of_kind(column.kind), !column.required))
                .collect::<Vec<_>>(),
            _ => self
                .columns()
                .into_iter()
                .map(|name| Field::new(name, of_truth(name), true))
                .collect(),
        };
        Arc::new(Schema::new(fields))
    }
}

fn of_kind(kind: ColumnKind) -> DataType {
    match kind {
        ColumnKind::Text | ColumnKind::Id => DataType::Utf8,
        ColumnKind::Money | ColumnKind::Quantity | ColumnKind::Rate => DataType::Decimal128(18, 4),
        ColumnKind::Integer => DataType::Int64,
        ColumnKind::Day => DataType::Date32,
        // Arrow knows names of zones only with a table of zones.
        ColumnKind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into())),
        ColumnKind::Flag => DataType::Boolean,
    }
}

/// The type of a column of the truth, by its name.
fn of_truth(name: &str) -> DataType {
    match name {
        "day" | "ordered_on" | "expected_on" | "delivered_on" => DataType::Date32,
        "is_sporadic" | "resold" => DataType::Boolean,
        "popularity"
        | "elasticity"
        | "display_lift"
        | "dip_after_promotion"
        | "yearly_growth"
        | "mean_quantity"
        | "late_share"
        | "mean_lateness_days"
        | "early_share"
        | "split_share"
        | "relative_demand" => DataType::Float64,
        "department" | "quantity_law" | "category" | "reason" | "kind" | "file" | "column"
        | "clean" | "dirty" | "expected" => DataType::Utf8,
        name if name.ends_with("_id") => DataType::Utf8,
        _ => DataType::Int64,
    }
}

/// The lines of a table as one batch. Arrow's own reader makes it of the text, so that both
/// formats hold the same values by construction.
pub(crate) fn batch(table: Table, lines: &Lines) -> Result<RecordBatch, WorldError> {
    let failed = |source| WorldError::Arrow { table: table.name(), source };
    let schema = table.schema();
    let reader = ReaderBuilder::new(Arc::clone(&schema))
        .with_batch_size(lines.rows.max(1) as usize)
        .build(&lines.text[..])
        .map_err(failed)?;
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    arrow::compute::concat_batches(&schema, &batches).map_err(failed)
}

/// The daily tables of one place as record batches; see [`World::batches_of`].
pub struct PlaceBatches<'a> {
    days: PlaceDays<'a>,
    rows: CsvRows,
    lines: [Lines; DAILY.len()],
    rows_per_batch: u64,
    ready: VecDeque<(Table, Lines)>,
    is_over: bool,
}

impl World {
    /// The daily tables of the place with index `place` as record batches of about
    /// `rows_per_batch` rows, in the order in which they fill; the truth's tables as well.
    ///
    /// # Panics
    /// When there is no such place.
    ///
    /// ```
    /// use shelfcast_retail::Feed;
    /// use shelfcast_world::{Table, World, WorldConfig};
    ///
    /// let config = WorldConfig { products: 20, days: 60, sales: 4_000, ..WorldConfig::shop(7) };
    /// let world = World::new(config)?;
    /// let mut n_sales = 0;
    /// for batch in world.batches_of(0, 1_000) {
    ///     let (table, batch) = batch?;
    ///     if table == Table::Feed(Feed::Sales) {
    ///         n_sales += batch.num_rows();
    ///     }
    /// }
    /// assert!(n_sales > 1_000);
    /// # Ok::<(), shelfcast_world::WorldError>(())
    /// ```
    pub fn batches_of(&self, place: usize, rows_per_batch: usize) -> PlaceBatches<'_> {
        PlaceBatches {
            days: self.days_of(place).with_truth(),
            rows: CsvRows::new(self, Arc::new(Ids::new(self)), place),
            lines: Default::default(),
            rows_per_batch: rows_per_batch as u64,
            ready: VecDeque::new(),
            is_over: false,
        }
    }
}

impl PlaceBatches<'_> {
    fn play_a_day(&mut self) {
        match self.days.next_day() {
            Some(day) => self.rows.write(day, &mut self.lines),
            None => self.is_over = true,
        }
        for (table, lines) in DAILY.into_iter().zip(&mut self.lines) {
            if lines.rows >= self.rows_per_batch || (self.is_over && lines.rows > 0) {
                self.ready.push_back((table, std::mem::take(lines)));
            }
        }
    }
}

impl Iterator for PlaceBatches<'_> {
    type Item = Result<(Table, RecordBatch), WorldError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && !self.is_over {
            self.play_a_day();
        }
        let (table, lines) = self.ready.pop_front()?;
        Some(batch(table, &lines).map(|batch| (table, batch)))
    }
}
