//! Products by value: all of them, those of a category, and those of a place.

use std::collections::BTreeMap;

use shelfcast_charts::{
    AbcAnalysis, AbcClass, AbcCuts, AbcItem, Figure, written_day, written_number,
};

use super::{money_unit, tidy};
use crate::data::{AbcRow, ReportData, SeriesLevel};
use crate::index::Choice;

/// The most products of all categories together for which each category is drawn too.
const PRODUCTS_BY_CATEGORY: usize = 5_000;

/// The most products of a place for which the place is drawn too.
const PRODUCTS_OF_A_PLACE: usize = 500;

pub(super) struct AbcPictures<'a> {
    data: &'a ReportData,
    /// Rows by place (empty for all places), by rank.
    places: BTreeMap<&'a str, Vec<&'a AbcRow>>,
}

impl<'a> AbcPictures<'a> {
    pub(super) fn new(data: &'a ReportData) -> Self {
        let mut places: BTreeMap<&str, Vec<&AbcRow>> = BTreeMap::new();
        for row in &data.abc {
            places.entry(&row.location_id).or_default().push(row);
        }
        for rows in places.values_mut() {
            rows.sort_by_key(|row| (row.value_rank, &row.product_id));
        }
        Self { data, places }
    }

    /// The series whose analysis is drawn for a choice, and what is to be said about it.
    pub(super) fn scope(&self, choice: &Choice) -> (String, String) {
        let own = || (choice.key(), String::new());
        let all = |note: String| ("total".to_owned(), note);
        let together =
            |what: &str, why: &str| all(format!("Drawn for all {what} together: {why}."));
        match (choice.level, self.rows(choice)) {
            (SeriesLevel::Total, _) | (SeriesLevel::Category | SeriesLevel::Location, Some(_)) => {
                own()
            }
            (SeriesLevel::Category, None) => together("categories", "there are too many products"),
            (SeriesLevel::Location, None) if self.places.contains_key(choice.id.as_str()) => {
                together("places", "this one has too many products")
            }
            (SeriesLevel::Location, None) => together("places", "value is not given by place"),
            (SeriesLevel::Product, _) => all(self.standing(choice)),
        }
    }

    /// The products of a category or place that has an analysis of its own.
    fn rows(&self, choice: &Choice) -> Option<Vec<&'a AbcRow>> {
        match choice.level {
            SeriesLevel::Category if self.all().len() <= PRODUCTS_BY_CATEGORY => {
                let inside = |row: &&AbcRow| row.category == choice.id;
                Some(self.all().iter().copied().filter(inside).collect())
            }
            SeriesLevel::Location => {
                let rows = self.places.get(choice.id.as_str());
                rows.filter(|rows| rows.len() <= PRODUCTS_OF_A_PLACE).cloned()
            }
            _ => None,
        }
    }

    /// Where a product stands among all.
    fn standing(&self, choice: &Choice) -> String {
        let rows = self.all();
        match rows.iter().find(|row| row.product_id == choice.id) {
            Some(row) => format!(
                "{} is number {} of {} by net revenue: class {}, {:.2} % of all.",
                choice.name,
                row.value_rank,
                written_number(rows.len() as f64),
                row.abc_class,
                row.value_share * 100.0
            ),
            None => format!("{} had no net revenue in the last 365 days.", choice.name),
        }
    }

    pub(super) fn figure(&self, choice: &Choice) -> Figure {
        let part = self.rows(choice);
        let is_part = part.is_some();
        let name = if is_part { choice.name.as_str() } else { "Total" };
        let caption = "Colours are the classes among all products in all places.";
        let picture = AbcAnalysis {
            title: format!("ABC analysis: {name}"),
            subtitle: self.subtitle(),
            caption: if is_part { caption.into() } else { String::new() },
            measure: "net revenue, last 365 days".into(),
            unit: money_unit(self.data),
            items: part.as_deref().unwrap_or(self.all()).iter().map(|row| item(row)).collect(),
            cuts: AbcCuts::default(),
        };
        picture.figure()
    }

    fn all(&self) -> &[&'a AbcRow] {
        self.places.get("").map_or(&[], Vec::as_slice)
    }

    fn subtitle(&self) -> String {
        match self.data.run.last_sale_on {
            Some(day) => format!("products by net revenue in the 365 days to {}", written_day(day)),
            None => "products by net revenue".into(),
        }
    }
}

fn item(row: &AbcRow) -> AbcItem {
    AbcItem {
        name: if row.name.is_empty() { row.product_id.clone() } else { row.name.clone() },
        value: tidy(row.value),
        class: class(&row.abc_class),
    }
}

fn class(word: &str) -> AbcClass {
    match word {
        "A" => AbcClass::A,
        "B" => AbcClass::B,
        _ => AbcClass::C,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Choice {
        let (id, name) = ("main".to_owned(), "Main street".to_owned());
        Choice { level: SeriesLevel::Location, id, name, category: String::new() }
    }

    fn scope(products: usize, location_id: &str) -> (String, String) {
        let row = |rank| AbcRow {
            location_id: location_id.into(),
            value_rank: rank,
            ..AbcRow::default()
        };
        let abc = (0..products as u64).map(row).collect();
        AbcPictures::new(&ReportData { abc, ..ReportData::default() }).scope(&place())
    }

    #[test]
    fn a_place_is_drawn_if_its_values_are_given_and_few_enough() {
        assert_eq!(scope(PRODUCTS_OF_A_PLACE, "main"), ("location/main".into(), String::new()));
        let (key, note) = scope(PRODUCTS_OF_A_PLACE + 1, "main");
        assert_eq!(key, "total");
        assert!(note.ends_with("this one has too many products."), "{note}");
        let (key, note) = scope(3, "");
        assert_eq!(key, "total");
        assert!(note.ends_with("value is not given by place."), "{note}");
    }
}
