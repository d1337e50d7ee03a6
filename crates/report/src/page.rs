//! The page: views filled into the template.

mod availability;
mod classes;
mod customers;
mod doubts;
mod json;
mod key_figures;
mod measures;
mod order_list;
mod orders;
mod planning;
mod prices;
mod quality;
mod replay;
mod sales;
mod stuck;
mod suppliers;
mod table;
mod views;

use std::collections::{BTreeMap, BTreeSet};

use minijinja::Environment;
use minijinja::value::Serde;
use serde::Serialize;
use shelfcast_charts::written_day;

use crate::data::{ReportData, SeriesLevel};
use crate::decimal::Exact;
use crate::error::ReportError;
use crate::figures::{Entry, Gallery, PICTURES, money_unit};

use key_figures::KeyFigure;
use table::{Cell, Table};

const TEMPLATES: [(&str, &str); 4] = [
    ("report.html", include_str!("../templates/report.html")),
    ("facts.html", include_str!("../templates/facts.html")),
    ("table.html", include_str!("../templates/table.html")),
    ("glossary.html", include_str!("../templates/glossary.html")),
];
const STYLE: &str = include_str!("../assets/report.css");
const EARLY_SCRIPT: &str = include_str!("../assets/early.js");
const SCRIPT: &str = include_str!("../assets/report.js");

/// Fills the page.
pub(crate) fn html(data: &ReportData, gallery: &Gallery) -> Result<String, ReportError> {
    let view = View::new(data, &gallery.catalog);
    let page = Page {
        style: STYLE,
        early_script: EARLY_SCRIPT,
        charts_script: shelfcast_charts::script(),
        script: SCRIPT,
        head: Head::new(data),
        key_figures: key_figures::key_figures(data, &view.money),
        customers: customers::sentence(&view),
        tables: tables(&view),
        pictures: PICTURES.map(|id| Slot { id, title: title(id) }),
        stills: gallery.stills.keys().copied().collect(),
        products_drawn: products_drawn(data, gallery),
        catalog: json::for_script(&gallery.catalog),
        figures: gallery
            .figures
            .iter()
            .map(|(id, figure)| (id.as_str(), figure))
            .chain(gallery.stills.iter().map(|(id, figure)| (*id, figure)))
            .map(|(id, figure)| (id, json::compact(&figure.to_json())))
            .collect(),
        money: view.money,
    };
    let mut environment = Environment::new();
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    Ok(environment.get_template("report.html")?.render(Serde(page))?)
}

/// What the template reads.
#[derive(Serialize)]
struct Page<'a> {
    style: &'static str,
    early_script: &'static str,
    charts_script: &'static str,
    script: &'static str,
    head: Head,
    /// The currency, or `money`.
    money: String,
    key_figures: Vec<KeyFigure>,
    tables: BTreeMap<&'static str, Table>,
    /// A sentence about all customers; empty if none is known.
    customers: String,
    pictures: [Slot; 4],
    /// Pictures that belong to no series, by name.
    stills: BTreeSet<&'static str>,
    /// Which products have no pictures; empty if all have.
    products_drawn: String,
    /// JSON that is safe inside a `script` element.
    catalog: String,
    /// Marks by figure id, as JSON that is safe inside a `script` element.
    figures: BTreeMap<&'a str, String>,
}

/// The tables by the names that the template reads them by.
fn tables(view: &View<'_>) -> BTreeMap<&'static str, Table> {
    BTreeMap::from([
        ("exceptions", planning::exceptions(view)),
        ("order_suppliers", orders::suppliers(view)),
        ("orders", orders::lines(view)),
        ("supplier_minimums", order_list::minimums(view)),
        ("orders_left_out", order_list::left_out(view)),
        ("commitments", order_list::commitments(view)),
        ("expedite", order_list::expedite(view)),
        ("stock", planning::stock(view)),
        ("coverage", quality::coverage(view.data)),
        ("coverage_by_step", quality::coverage_by_step(view.data)),
        ("replays", replay::policies(view)),
        ("rejected", quality::rejected(view.data, &view.money)),
        ("limits", quality::limits(view.data)),
        ("series_status", quality::statuses(view.data)),
        ("assumptions", quality::assumptions(view.data)),
        ("sales_periods", sales::periods(view)),
        ("sales_groups", sales::groups(view)),
        ("sales_products", sales::products(view)),
        ("baskets", sales::baskets(view)),
        ("promotions", prices::promotions(view)),
        ("price_points", prices::points(view)),
        ("view_category", views::side_by_side(view, "category")),
        ("view_location", views::side_by_side(view, "location")),
        ("view_supplier", views::side_by_side(view, "supplier")),
        ("view_months", views::months(view)),
        ("statuses", stuck::statuses(view)),
        ("ageing", stuck::ageing(view)),
        ("stuck", stuck::lines(view)),
        ("class_matrix", classes::matrix(view)),
        ("class_changes", classes::changes(view)),
        ("availability", availability::groups(view)),
        ("lost_sales", availability::months(view)),
        ("stock_facts", availability::products(view)),
        ("suppliers", suppliers::performance(view)),
        ("lead_times", suppliers::lead_times(view)),
        ("segments", customers::segments(view)),
        ("given_segments", customers::given(view)),
        ("cohorts", customers::cohorts(view)),
        ("doubt_kinds", doubts::kinds(view)),
        ("doubts", doubts::lines(view)),
    ])
}

/// What every table needs: the data, and how things in it are called.
struct View<'a> {
    data: &'a ReportData,
    /// The currency, or `money`.
    money: String,
    /// Keys of the series that have pictures.
    drawn: BTreeSet<&'a str>,
    place_names: BTreeMap<&'a str, &'a str>,
    product_names: BTreeMap<&'a str, &'a str>,
}

impl<'a> View<'a> {
    fn new(data: &'a ReportData, catalog: &'a [Entry]) -> Self {
        let places = data.series.iter().filter(|row| row.series_level == SeriesLevel::Location);
        Self {
            data,
            money: money_unit(data),
            drawn: catalog.iter().map(|entry| entry.key.as_str()).collect(),
            place_names: places.map(|row| (row.series_id.as_str(), row.name.as_str())).collect(),
            product_names: product_names(data),
        }
    }

    /// A product whose row holds only its id.
    fn named_product(&self, product_id: &str) -> Cell {
        self.product(self.product_names.get(product_id).copied().unwrap_or(""), product_id)
    }

    /// A product's name and id, leading to its pictures if it has any.
    fn product(&self, name: &str, product_id: &str) -> Cell {
        let key = format!("product/{product_id}");
        let series = self.drawn.contains(key.as_str()).then_some(key);
        Cell { series, ..Cell::named(name, product_id) }
    }

    fn place(&self, location_id: &str) -> Cell {
        Cell::named(self.place_names.get(location_id).copied().unwrap_or(""), location_id)
    }
}

fn product_names(data: &ReportData) -> BTreeMap<&str, &str> {
    let sold = data.abc.iter().map(|row| (row.product_id.as_str(), row.name.as_str()));
    let stocked = data.stock_facts.iter().map(|row| (row.product_id.as_str(), row.name.as_str()));
    sold.chain(stocked).filter(|(_, name)| !name.is_empty()).collect()
}

/// The page's head: which run this is.
#[derive(Serialize)]
struct Head {
    project: String,
    /// Pairs of a label and what is said.
    facts: Vec<(&'static str, String)>,
}

impl Head {
    fn new(data: &ReportData) -> Self {
        let run = &data.run;
        let day = |day: Option<i32>| day.map_or_else(|| "none".to_owned(), written_day);
        let mut business_date = written_day(run.business_date);
        if !run.business_date_reason.is_empty() {
            business_date = format!("{business_date} ({})", run.business_date_reason);
        }
        let span = match (run.first_day, run.last_sale_on) {
            (Some(from), Some(to)) => format!("{} to {}", written_day(from), written_day(to)),
            _ => "no sales".to_owned(),
        };
        let count = |count: u64| Exact::from(count).trimmed();
        let currency =
            if run.currency.is_empty() { "not known".to_owned() } else { run.currency.clone() };
        Self {
            project: if run.project.is_empty() { "Shelfcast".into() } else { run.project.clone() },
            facts: vec![
                ("Business date", business_date),
                ("Data", span),
                ("Last stock count", day(run.last_count_on)),
                ("Products", count(run.products)),
                ("Places", count(run.locations)),
                ("Suppliers", count(run.suppliers)),
                ("Currency", currency),
                ("Seed", run.seed.map_or_else(|| "none".to_owned(), |seed| seed.to_string())),
                ("Build", run.build_id.clone()),
            ],
        }
    }
}

/// An empty place for one of the four pictures.
#[derive(Serialize)]
struct Slot {
    id: &'static str,
    title: &'static str,
}

fn title(picture: &str) -> &'static str {
    match picture {
        "sales-and-stock" => "Sales and stock",
        "abc" => "ABC analysis",
        "heatmap" => "Stock by week",
        _ => "Demand forecast",
    }
}

/// Says of which products and places no pictures are drawn; empty if of none.
fn products_drawn(data: &ReportData, gallery: &Gallery) -> String {
    let part = |level: SeriesLevel, all: u64, name: &str| {
        let entries = gallery.catalog.iter();
        let drawn = entries.filter(|entry| entry.level == level.word()).count() as u64;
        let [drawn_text, all_text] = [drawn, all].map(|count| Exact::from(count).trimmed());
        (drawn < all).then(|| format!("{drawn_text} of {all_text} {name}"))
    };
    let of_level = |level| data.series.iter().filter(|row| row.series_level == level).count();
    let parts = [
        part(SeriesLevel::Product, data.run.products, "products"),
        part(SeriesLevel::Category, of_level(SeriesLevel::Category) as u64, "categories"),
        part(SeriesLevel::Location, of_level(SeriesLevel::Location) as u64, "places"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return String::new();
    }
    format!(
        "Pictures are drawn for the first {} by net revenue; the others are in the CSV tables \
         beside this page and in the marts.",
        parts.join(", ")
    )
}
