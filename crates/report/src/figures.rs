//! From rows to the four pictures, for every series that can be chosen.

mod abc;
mod forecast;
mod heatmap;
mod sales_and_stock;
mod stills;

use std::collections::BTreeMap;

use serde::Serialize;
use shelfcast_charts::Figure;

use crate::data::{Measure, ReportData, SeriesLevel};
use crate::index::{Choice, Index, choices};

use abc::AbcPictures;
use heatmap::{HeatmapMeasure, HeatmapPictures};

/// The names of the four pictures, as the page and its files have them.
pub(crate) const PICTURES: [&str; 4] = ["sales-and-stock", "abc", "heatmap", "forecast"];

/// The products, by rank, whose sales and stock are drawn in money too.
const PRODUCTS_IN_MONEY: usize = 100;

/// All figures of a page, and which of them belong to which series.
pub(crate) struct Gallery {
    /// Figures by id, as in `forecast/product/P-1/units`.
    pub(crate) figures: BTreeMap<String, Figure>,
    /// Pictures that belong to no series, by name.
    pub(crate) stills: BTreeMap<&'static str, Figure>,
    /// What can be chosen, in order.
    pub(crate) catalog: Vec<Entry>,
}

/// One series of the chooser.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Entry {
    /// `total`, or as in `product/P-1`.
    pub(crate) key: String,
    /// The level's word.
    pub(crate) level: &'static str,
    pub(crate) name: String,
    pub(crate) category: String,
    /// For each picture the figure ids by measure.
    pub(crate) pictures: BTreeMap<&'static str, BTreeMap<&'static str, String>>,
    /// What is to be said about a picture of this series.
    pub(crate) notes: BTreeMap<&'static str, String>,
}

impl Gallery {
    /// Draws everything that can be chosen.
    pub(crate) fn new(data: &ReportData) -> Self {
        let index = Index::new(data);
        let choices = choices(data);
        let abc = AbcPictures::new(data);
        let heatmap = HeatmapPictures::new(data, &choices);
        let stills = [
            ("exchange-curve", stills::exchange_curve(data)),
            ("coverage", stills::coverage(data)),
        ];
        let stills =
            stills.into_iter().filter_map(|(name, figure)| Some((name, figure?))).collect();
        let mut gallery = Self { figures: BTreeMap::new(), stills, catalog: Vec::new() };
        for choice in &choices {
            let mut hung = Hung { gallery: &mut gallery, entry: Entry::new(choice) };
            hung.series_pictures(data, &index, choice);
            hung.abc(&abc, choice);
            hung.heatmap(&heatmap, choice);
            let entry = hung.entry;
            gallery.catalog.push(entry);
        }
        gallery
    }

    /// The figure that a picture opens on: the total, in money if that is its only measure.
    pub(crate) fn opening(&self, picture: &str) -> Option<&Figure> {
        let measures = self.catalog.first()?.pictures.get(picture)?;
        let id = measures.get("units").or_else(|| measures.values().next())?;
        self.figures.get(id)
    }
}

impl Entry {
    fn new(choice: &Choice) -> Self {
        Self {
            key: choice.key(),
            level: choice.level.word(),
            name: choice.name.clone(),
            category: choice.category.clone(),
            pictures: BTreeMap::new(),
            notes: BTreeMap::new(),
        }
    }
}

/// An entry whose pictures are being hung.
struct Hung<'a> {
    gallery: &'a mut Gallery,
    entry: Entry,
}

impl Hung<'_> {
    fn series_pictures<'a>(&mut self, data: &ReportData, index: &Index<'a>, choice: &'a Choice) {
        let rows = index.rows(choice);
        for measure in [Measure::Units, Measure::Revenue] {
            let is_drawn = measure == Measure::Units || self.is_drawn_in_money(choice);
            let sales = is_drawn.then(|| sales_and_stock::figure(data, rows, choice, measure));
            if let Some(figure) = sales.flatten() {
                self.own("sales-and-stock", word(measure), figure);
            }
            if let Some(figure) = forecast::figure(data, rows, choice, measure) {
                self.own("forecast", word(measure), figure);
            }
        }
    }

    /// Sales and stock of one product in money are those in units times a price: they are drawn
    /// for the first products only.
    fn is_drawn_in_money(&self, choice: &Choice) -> bool {
        let product = SeriesLevel::Product;
        let earlier = self.gallery.catalog.iter().rev();
        choice.level != product
            || earlier.take_while(|entry| entry.level == product.word()).count() < PRODUCTS_IN_MONEY
    }

    fn abc(&mut self, abc: &AbcPictures<'_>, choice: &Choice) {
        let (scope, note) = abc.scope(choice);
        let id = format!("abc/{scope}/money");
        self.shared("abc", "money", id, || abc.figure(choice));
        self.entry.notes.insert("abc", note);
    }

    fn heatmap<'a>(&mut self, heatmap: &HeatmapPictures<'a>, choice: &'a Choice) {
        let (shown, note) = heatmap.scope(choice);
        for measure in HeatmapMeasure::ALL {
            let id = format!("heatmap/{}/{}", shown.key(), measure.word());
            self.shared("heatmap", measure.word(), id, || heatmap.figure(shown, measure));
        }
        self.entry.notes.insert("heatmap", note);
    }

    fn own(&mut self, picture: &'static str, measure: &'static str, figure: Figure) {
        let id = format!("{picture}/{}/{measure}", self.entry.key);
        self.shared(picture, measure, id, || figure);
    }

    fn shared(
        &mut self,
        picture: &'static str,
        measure: &'static str,
        id: String,
        figure: impl FnOnce() -> Figure,
    ) {
        self.gallery.figures.entry(id.clone()).or_insert_with(figure);
        self.entry.pictures.entry(picture).or_default().insert(measure, id);
    }
}

/// What the page's switch calls a measure.
fn word(measure: Measure) -> &'static str {
    match measure {
        Measure::Units => "units",
        Measure::Revenue => "money",
    }
}

/// The unit of a measure on an axis.
fn unit(data: &ReportData, measure: Measure) -> String {
    match measure {
        Measure::Units => "units".into(),
        Measure::Revenue => money_unit(data),
    }
}

/// The currency, or `money` if it is not known.
pub(crate) fn money_unit(data: &ReportData) -> String {
    let currency = data.run.currency.trim();
    if currency.is_empty() { "money".into() } else { currency.to_owned() }
}

/// What a series is, under a picture's title.
fn described(choice: &Choice) -> String {
    match choice.level {
        SeriesLevel::Total => "all products in all places".into(),
        SeriesLevel::Category => format!("category {}, all places", choice.name),
        SeriesLevel::Location => format!("place {}, all products", choice.name),
        SeriesLevel::Product if choice.category.is_empty() => {
            format!("product {}, all places", choice.id)
        }
        SeriesLevel::Product => {
            format!("product {} in category {}, all places", choice.id, choice.category)
        }
    }
}

/// Rounds to the four decimals that the marts' quantities have: a page of half the size.
fn tidy(value: f64) -> f64 {
    let rounded = (value * 1e4).round() / 1e4;
    if rounded == 0.0 { 0.0 } else { rounded }
}
