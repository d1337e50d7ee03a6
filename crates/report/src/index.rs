//! The drawn rows by series, and the series that can be chosen.

use std::collections::BTreeMap;

use shelfcast_charts::Period;

use crate::data::{
    AccuracyRow, ForecastRow, HoldoutRow, Measure, ModelRow, PartRow, ProjectedStockRow,
    ReportData, SalesRow, SeriesLevel, SeriesRow, StockRow,
};
use crate::resting::Resting;

/// The most products that the pictures of a page are drawn for.
///
/// The first by rank are drawn; the page says how many are left out, and the CSV tables have them
/// all. It keeps a page for 500 series below 15 MB.
pub const PRODUCTS_DRAWN: usize = 300;

/// The most categories, and the most places, that the pictures of a page are drawn for.
const GROUPS_DRAWN: usize = 20;

/// The most series of a level that are drawn.
pub(crate) fn most_drawn(level: SeriesLevel) -> usize {
    match level {
        SeriesLevel::Total => 1,
        SeriesLevel::Category | SeriesLevel::Location => GROUPS_DRAWN,
        SeriesLevel::Product => PRODUCTS_DRAWN,
    }
}

/// A series that the reader can choose.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    pub(crate) level: SeriesLevel,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) category: String,
}

impl Choice {
    /// What the page calls the series: `total`, or as in `product/P-1`.
    pub(crate) fn key(&self) -> String {
        match self.level {
            SeriesLevel::Total => "total".to_owned(),
            level => format!("{}/{}", level.word(), self.id),
        }
    }
}

/// The total, then categories, places and products by rank, of each level up to the most drawn.
pub(crate) fn choices(data: &ReportData) -> Vec<Choice> {
    let mut rows: Vec<&SeriesRow> =
        data.series.iter().filter(|row| row.series_level != SeriesLevel::Total).collect();
    rows.sort_by_key(|row| (row.series_level, row.rank, &row.series_id));
    rows.dedup_by_key(|row| (row.series_level, &row.series_id));
    let drawn = rows.chunk_by(|one, next| one.series_level == next.series_level);
    let drawn = drawn.flat_map(|level| level.iter().take(most_drawn(level[0].series_level)));
    let total = Choice {
        level: SeriesLevel::Total,
        id: String::new(),
        name: "Total".into(),
        category: String::new(),
    };
    let choice = |row: &&SeriesRow| Choice {
        level: row.series_level,
        id: row.series_id.clone(),
        name: if row.name.is_empty() { row.series_id.clone() } else { row.name.clone() },
        category: row.category.clone(),
    };
    std::iter::once(total).chain(drawn.map(choice)).collect()
}

/// The rows of one series.
#[derive(Debug, Default)]
pub(crate) struct SeriesRows<'a> {
    pub(crate) sales: Vec<&'a SalesRow>,
    pub(crate) stock: Vec<&'a StockRow>,
    pub(crate) projected: Vec<&'a ProjectedStockRow>,
    pub(crate) models: Vec<&'a ModelRow>,
    pub(crate) forecasts: Vec<&'a ForecastRow>,
    pub(crate) parts: Vec<&'a PartRow>,
    pub(crate) holdout: Vec<&'a HoldoutRow>,
    pub(crate) accuracy: Vec<&'a AccuracyRow>,
    /// Of what is drawn by days, these days of the week are left out.
    pub(crate) resting: Resting,
}

impl SeriesRows<'_> {
    fn leave_out(&mut self, resting: Resting) {
        self.resting = resting;
        self.sales.retain(|row| resting.draws(row.frequency, row.period_start));
        self.forecasts.retain(|row| resting.draws(row.frequency, row.period_start));
        self.parts.retain(|row| resting.draws(row.frequency, row.period_start));
        self.holdout.retain(|row| resting.draws(row.frequency, row.period_start));
    }

    /// What a caption says of days that are left out.
    pub(crate) fn left_out(&self) -> Option<String> {
        self.resting.sentence().filter(|_| self.frequency(Measure::Units) == Period::Day)
    }

    /// The one frequency that is drawn of a measure.
    pub(crate) fn frequency(&self, measure: Measure) -> Period {
        let forecasts = self.forecasts.iter().filter(|row| row.measure == measure);
        let models = self.models.iter().filter(|row| row.measure == measure);
        let sales = self.sales.iter().map(|row| row.frequency);
        most_usual(forecasts.map(|row| row.frequency), [Period::Week, Period::Day, Period::Month])
            .or_else(|| most_usual(sales, [Period::Week, Period::Month, Period::Day]))
            .or_else(|| models.map(|row| row.frequency).next())
            .unwrap_or(Period::Week)
    }
}

fn most_usual(found: impl Iterator<Item = Period>, preferred: [Period; 3]) -> Option<Period> {
    let found: Vec<Period> = found.collect();
    preferred.into_iter().find(|period| found.contains(period))
}

type Key<'a> = (SeriesLevel, &'a str);

/// The rows of all series.
#[derive(Debug, Default)]
pub(crate) struct Index<'a> {
    series: BTreeMap<Key<'a>, SeriesRows<'a>>,
    none: SeriesRows<'a>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(data: &'a ReportData) -> Self {
        let mut index = Self::default();
        for row in &data.sales {
            index.of(row.series_level, &row.series_id).sales.push(row);
        }
        for row in &data.stock {
            index.of(row.series_level, &row.series_id).stock.push(row);
        }
        for row in &data.projected_stock {
            index.of(row.series_level, &row.series_id).projected.push(row);
        }
        for row in &data.models {
            index.of(row.series_level, &row.series_id).models.push(row);
        }
        for row in &data.forecasts {
            index.of(row.series_level, &row.series_id).forecasts.push(row);
        }
        for row in &data.parts {
            index.of(row.series_level, &row.series_id).parts.push(row);
        }
        for row in &data.holdout {
            index.of(row.series_level, &row.series_id).holdout.push(row);
        }
        for row in &data.accuracy {
            index.of(row.series_level, &row.series_id).accuracy.push(row);
        }
        let total = index.of(SeriesLevel::Total, "");
        let resting = Resting::of(total.sales.iter().copied());
        index.series.values_mut().for_each(|rows| rows.leave_out(resting));
        index
    }

    /// The rows of a series; none if it has no rows.
    pub(crate) fn rows(&self, choice: &'a Choice) -> &SeriesRows<'a> {
        self.series.get(&(choice.level, id(choice.level, &choice.id))).unwrap_or(&self.none)
    }

    fn of(&mut self, level: SeriesLevel, series_id: &'a str) -> &mut SeriesRows<'a> {
        self.series.entry((level, id(level, series_id))).or_default()
    }
}

/// A total has one series, whatever its id.
fn id(level: SeriesLevel, series_id: &str) -> &str {
    if level == SeriesLevel::Total { "" } else { series_id }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(id: &str, rank: u64) -> SeriesRow {
        SeriesRow {
            series_level: SeriesLevel::Product,
            series_id: id.into(),
            rank,
            ..SeriesRow::default()
        }
    }

    #[test]
    fn the_total_comes_first_and_every_level_is_cut_by_rank() {
        let mut data = ReportData::default();
        let many = PRODUCTS_DRAWN as u64 + 7;
        data.series = (1..=many).rev().map(|rank| product(&format!("P{rank}"), rank)).collect();
        data.series.push(SeriesRow {
            series_level: SeriesLevel::Location,
            series_id: "main".into(),
            rank: 0,
            ..SeriesRow::default()
        });
        data.series.extend((1..=30).map(|rank| SeriesRow {
            series_level: SeriesLevel::Location,
            series_id: format!("place-{rank}"),
            rank,
            ..SeriesRow::default()
        }));
        let choices = choices(&data);
        let keys: Vec<String> = choices.iter().map(Choice::key).collect();
        assert_eq!(keys[..2], ["total", "location/main"]);
        assert_eq!(keys[1 + GROUPS_DRAWN], "product/P1");
        assert_eq!(choices.len(), 1 + GROUPS_DRAWN + PRODUCTS_DRAWN);
        assert_eq!(choices[1].name, "main");
    }

    #[test]
    fn the_frequency_drawn_is_that_of_the_forecast_before_that_of_the_sales() {
        let weekly = SalesRow::default();
        let daily = SalesRow { frequency: Period::Day, ..SalesRow::default() };
        let monthly = ForecastRow { frequency: Period::Month, ..ForecastRow::default() };
        let mut rows = SeriesRows { sales: vec![&daily, &weekly], ..SeriesRows::default() };
        assert_eq!(rows.frequency(Measure::Units), Period::Week);
        rows.forecasts.push(&monthly);
        assert_eq!(rows.frequency(Measure::Units), Period::Month);
        assert_eq!(rows.frequency(Measure::Revenue), Period::Week);
    }
}
