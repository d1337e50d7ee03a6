//! Stock of products by week: all of them, those of a category, and those in a place.

use std::collections::{BTreeMap, BTreeSet};

use shelfcast_charts::{CellBasis, Figure, HeatmapCell, InventoryHeatmap, Period, written_number};

use super::tidy;
use crate::data::{Basis, HeatmapRow, ReportData, SeriesLevel};
use crate::index::Choice;

/// The most products drawn of one place.
const PRODUCTS_OF_A_PLACE: usize = 50;

/// What a cell's colour stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeatmapMeasure {
    Units,
    Cover,
}

impl HeatmapMeasure {
    pub(super) const ALL: [Self; 2] = [Self::Units, Self::Cover];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Cover => "cover",
        }
    }
}

struct Product<'a> {
    name: &'a str,
    category: &'a str,
    class: &'a str,
    /// Class and rank first, then id.
    order: (&'a str, u64, &'a str),
}

pub(super) struct HeatmapPictures<'a> {
    data: &'a ReportData,
    choices: &'a [Choice],
    products: BTreeMap<&'a str, Product<'a>>,
    /// Cells by place (empty for all places) and product.
    cells: BTreeMap<(&'a str, &'a str), Vec<&'a HeatmapRow>>,
}

impl<'a> HeatmapPictures<'a> {
    pub(super) fn new(data: &'a ReportData, choices: &'a [Choice]) -> Self {
        let products = choices.iter().filter(|choice| choice.level == SeriesLevel::Product);
        let places = choices.iter().filter(|choice| choice.level == SeriesLevel::Location);
        let places: BTreeSet<&str> = places.map(|place| place.id.as_str()).collect();
        let mut cells: BTreeMap<(&str, &str), Vec<&HeatmapRow>> = BTreeMap::new();
        let is_drawn = |place: &str| place.is_empty() || places.contains(place);
        for row in data.heatmap.iter().filter(|row| is_drawn(&row.location_id)) {
            cells.entry((&row.location_id, &row.product_id)).or_default().push(row);
        }
        let standings: BTreeMap<&str, (&str, u64)> = data
            .abc
            .iter()
            .filter(|row| row.location_id.is_empty())
            .map(|row| (row.product_id.as_str(), (row.abc_class.as_str(), row.value_rank)))
            .collect();
        let product = |choice: &'a Choice| {
            let standing = standings.get(choice.id.as_str()).copied();
            let (class, rank) = standing.unwrap_or(("", u64::MAX));
            // No class comes after class C.
            let class_order = if class.is_empty() { "~" } else { class };
            let product = Product {
                name: &choice.name,
                category: &choice.category,
                class,
                order: (class_order, rank, &choice.id),
            };
            (choice.id.as_str(), product)
        };
        Self { data, choices, products: products.map(product).collect(), cells }
    }

    /// The series whose heatmap is drawn for a choice, and what is to be said about it.
    ///
    /// A product is shown among those of its category.
    pub(super) fn scope(&self, choice: &'a Choice) -> (&'a Choice, String) {
        let id = choice.id.as_str();
        if choice.level != SeriesLevel::Product {
            return (choice, String::new());
        }
        let is_category =
            |other: &&Choice| other.level == SeriesLevel::Category && other.id == choice.category;
        let shown = self.choices.iter().find(is_category).unwrap_or(&self.choices[0]);
        let inside = self.rows_in("", |product| {
            shown.level == SeriesLevel::Total || product.category == shown.id
        });
        let note = match inside.iter().position(|product| product.order.2 == id) {
            Some(row) => format!(
                "{} is number {} of {} here by class and value.",
                choice.name,
                written_number((row + 1) as f64),
                written_number(inside.len() as f64)
            ),
            None => format!("The stock of {} is not known by week.", choice.name),
        };
        (shown, note)
    }

    pub(super) fn figure(&self, choice: &Choice, measure: HeatmapMeasure) -> Figure {
        let rows = match choice.level {
            SeriesLevel::Total | SeriesLevel::Product => self.products_in("", measure, |_| true),
            SeriesLevel::Category => {
                self.products_in("", measure, |product| product.category == choice.id)
            }
            SeriesLevel::Location => {
                let mut rows = self.products_in(self.place(&choice.id), measure, |_| true);
                rows.truncate(PRODUCTS_OF_A_PLACE);
                rows
            }
        };
        let title = format!("Stock by week: {}", choice.name);
        if rows.is_empty() {
            return Figure::nothing(title, self.nothing(measure));
        }
        let (what, unit) = match measure {
            HeatmapMeasure::Units => ("stock on hand", "units"),
            HeatmapMeasure::Cover => ("days of cover", "days"),
        };
        let picture = InventoryHeatmap {
            title,
            subtitle: format!("{what} at the end of each week"),
            caption: self.caption(choice),
            measure: what.into(),
            unit: unit.into(),
            period: Period::Week,
            rows,
            today: Some(self.data.run.business_date),
        };
        picture.figure()
    }

    /// The one place of a retailer has the cells of all places.
    fn place<'b>(&self, location_id: &'b str) -> &'b str {
        let is_given = self.cells.keys().any(|(place, _)| *place == location_id);
        if !is_given && self.data.run.locations <= 1 { "" } else { location_id }
    }

    fn products_in(
        &self,
        place: &str,
        measure: HeatmapMeasure,
        is_wanted: impl Fn(&Product<'_>) -> bool,
    ) -> Vec<shelfcast_charts::HeatmapRow> {
        let row = |product: &Product<'_>| {
            let cells = drawn(self.cells.get(&(place, product.order.2))?, measure);
            let (name, group) = (product.name.to_owned(), product.class.to_owned());
            Some(shelfcast_charts::HeatmapRow { name, group, cells })
        };
        let rows = self.rows_in(place, is_wanted).into_iter().filter_map(row);
        rows.filter(|row| !row.cells.is_empty()).collect()
    }

    /// The products with cells in a place, by class and value.
    fn rows_in(&self, place: &str, is_wanted: impl Fn(&Product<'_>) -> bool) -> Vec<&Product<'a>> {
        let has_cells = |id: &str| self.cells.contains_key(&(place, id));
        let wanted =
            self.products.iter().filter(|(id, product)| has_cells(id) && is_wanted(product));
        let mut rows: Vec<&Product<'a>> = wanted.map(|(_, product)| product).collect();
        rows.sort_by_key(|product| product.order);
        rows
    }

    fn nothing(&self, measure: HeatmapMeasure) -> String {
        match (measure, self.data.heatmap.is_empty()) {
            (_, true) => "no stock is known by week: it needs a stock count".into(),
            (HeatmapMeasure::Units, false) => "no stock is known of these products here".into(),
            (HeatmapMeasure::Cover, false) => {
                "days of cover need stock and a demand forecast".into()
            }
        }
    }

    fn caption(&self, choice: &Choice) -> String {
        let all = self.data.run.products.max(self.products.len() as u64);
        let drawn = match choice.level {
            SeriesLevel::Location => self.products.len().min(PRODUCTS_OF_A_PLACE),
            _ => self.products.len(),
        };
        if all <= drawn as u64 {
            return String::new();
        }
        format!(
            "Drawn for the first {} of {} products by net revenue.",
            written_number(drawn as f64),
            written_number(all as f64)
        )
    }
}

fn drawn(rows: &[&HeatmapRow], measure: HeatmapMeasure) -> Vec<HeatmapCell> {
    let cell = |row: &&HeatmapRow| {
        let basis = match (row.basis, row.at_least) {
            (Basis::Counted, _) => CellBasis::Counted,
            (Basis::Derived, _) => CellBasis::Derived,
            (Basis::Bound, false) => CellBasis::AtMost,
            (Basis::Bound, true) => CellBasis::AtLeast,
            (Basis::Projected, _) => CellBasis::Projected,
            (Basis::Unknown, _) => return None,
        };
        let value = match measure {
            HeatmapMeasure::Units => row.units,
            HeatmapMeasure::Cover => row.cover_days?,
        };
        let stockout = row.stockout;
        Some(HeatmapCell { start: row.week_start, value: tidy(value), basis, stockout })
    };
    rows.iter().filter_map(cell).collect()
}
