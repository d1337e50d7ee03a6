//! Draws the four pictures with made-up numbers: plain cases and awkward ones.
//!
//! `cargo run -p shelfcast-charts --example pictures -- DIRECTORY` writes an SVG and a PNG of
//! each on a light and a dark page, and one interactive page with all of them.

use std::error::Error;
use std::fs;
use std::path::Path;

use shelfcast_charts::{
    AbcAnalysis, AbcClass, AbcItem, CellBasis, Day, DaySpan, DemandForecast, Figure, ForecastBand,
    ForecastPeriod, HeatmapCell, HeatmapRow, HoldoutPeriod, Interval, InventoryHeatmap, Level,
    Period, ProjectedStock, Receipt, SalesAndStock, SalesPeriod, StockBasis, StockDay, Theme, png,
    script,
};

/// Monday, 6 January 2025.
const START: Day = 20_094;
const NAMES: [&str; 8] = [
    "Oat milk 1 l",
    "Crème brûlée, 4 × 100 g",
    "Żurek śląski w słoiku",
    "Espresso beans <dark> & strong, 1 kg, fair trade, roasted this month in small batches",
    "Молоко пастеризоване 2,5 %",
    "Rye bread",
    "Ελαιόλαδο 0,75 l",
    "Ginger beer",
];

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| "pictures".into());
    let directory = Path::new(&directory);
    fs::create_dir_all(directory)?;
    let mut page = String::new();
    for (name, figure) in pictures() {
        for (suffix, theme) in [("light", Theme::Light), ("dark", Theme::Dark)] {
            let svg = figure.to_svg(theme);
            fs::write(directory.join(format!("{name}-{suffix}.svg")), &svg)?;
            fs::write(directory.join(format!("{name}-{suffix}.png")), png(&svg, 1.0)?)?;
        }
        page.push_str(&figure.to_html(name));
    }
    for theme in ["light", "dark"] {
        let html = format!(
            "<!doctype html><html lang=\"en\" data-theme=\"{theme}\"><head><meta charset=\"utf-8\"><title>Pictures</title></head><body>{page}<script>{}</script></body></html>",
            script()
        );
        fs::write(directory.join(format!("interactive-{theme}.html")), html)?;
    }
    Ok(())
}

fn pictures() -> Vec<(&'static str, Figure)> {
    vec![
        ("sales", sales_and_stock().figure()),
        ("sales-one-count", one_count().figure()),
        ("sales-daily", daily_sales().figure()),
        ("sales-thin", thin_sales().figure()),
        ("sales-empty", SalesAndStock::default().figure()),
        ("abc-20", abc(20).figure()),
        ("abc-5000", abc(5000).figure()),
        ("abc-1", abc(1).figure()),
        ("abc-empty", AbcAnalysis::default().figure()),
        ("heatmap-20", heatmap(20, 40.0).figure()),
        ("heatmap-500", heatmap(500, 900.0).figure()),
        ("heatmap-1", heatmap(1, 10.0).figure()),
        ("heatmap-empty", InventoryHeatmap::default().figure()),
        ("forecast", forecast(104, 12).figure()),
        ("forecast-thin", forecast(3, 0).figure()),
        ("forecast-empty", DemandForecast::default().figure()),
    ]
}

/// A number from 0 to 1 that looks random and is always the same (Steele et al. 2014, SplitMix64).
fn noise(seed: usize) -> f64 {
    let mut bits = (seed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

fn week(index: usize) -> Day {
    START + 7 * index as Day
}

fn sold(index: usize) -> f64 {
    (30.0 + 12.0 * (index as f64 / 8.3).sin() + 14.0 * (noise(index) - 0.5)).round()
}

fn sales(weeks: usize) -> Vec<SalesPeriod> {
    let sale = |index| SalesPeriod { start: week(index), units: sold(index) };
    (0..weeks).map(sale).collect()
}

fn sales_and_stock() -> SalesAndStock {
    let first_count = START + 70;
    let last = START + 52 * 7;
    let mut stock = Vec::new();
    let mut on_hand = 120.0;
    for day in START..last {
        let low = if day < first_count {
            StockDay {
                day,
                low: 0.0,
                high: Some(120.0 + f64::from(first_count - day) * 4.2),
                basis: StockBasis::Bound,
            }
        } else {
            on_hand =
                if (day - first_count) % 28 == 27 { 140.0 } else { f64::max(on_hand - 4.6, 0.0) };
            let is_count = (day - first_count) % 91 == 0;
            let basis = if is_count { StockBasis::Counted } else { StockBasis::Derived };
            StockDay { day, low: on_hand, high: Some(on_hand), basis }
        };
        stock.push(low);
    }
    let project = |ahead: Day| {
        let far = f64::from(ahead);
        ProjectedStock {
            day: last + ahead,
            low: f64::max(on_hand - 6.2 * far, 0.0),
            median: f64::max(on_hand - 4.4 * far, 0.0),
            high: f64::max(on_hand - 2.6 * far, 0.0),
        }
    };
    let receipt = |order: Day| Receipt { day: first_count + 27 + 28 * order, units: 130.0 };
    SalesAndStock {
        title: "Crème brûlée, 4 × 100 g at main".into(),
        subtitle: "Class A, smooth weekly demand".into(),
        caption: "Movements are known from 17 March 2025 on; before that only sales are.".into(),
        unit: "units".into(),
        sales: sales(52),
        stock,
        projected: (0..42).map(project).collect(),
        stockouts: vec![DaySpan { from: START + 300, to: START + 306 }],
        receipts: (0..10).map(receipt).collect(),
        reorder_point: Some(42.0),
        today: Some(last),
        ..SalesAndStock::default()
    }
}

fn one_count() -> SalesAndStock {
    let count = START + 20 * 7;
    let mut stock = Vec::new();
    for index in 0..30 {
        let day = week(index);
        let weeks = f64::from(count - day) / 7.0;
        stock.push(if day < count {
            let high = Some(60.0 + 30.0 * weeks);
            StockDay { day, low: 0.0, high, basis: StockBasis::Bound }
        } else if day == count {
            StockDay { day, low: 60.0, high: Some(60.0), basis: StockBasis::Counted }
        } else {
            let low = f64::max(60.0 + 30.0 * weeks, 0.0);
            StockDay { day, low, high: None, basis: StockBasis::Bound }
        });
    }
    SalesAndStock {
        title: NAMES[3].repeat(2),
        subtitle: "Counted once".into(),
        unit: "units".into(),
        sales: sales(30),
        stock,
        today: Some(week(30)),
        ..SalesAndStock::default()
    }
}

fn daily_sales() -> SalesAndStock {
    let sale = |index: usize| SalesPeriod {
        start: START + index as Day,
        units: (4.0 * noise(index)).floor(),
    };
    SalesAndStock {
        title: "Daily sales over two years, no stock file".into(),
        unit: "units".into(),
        period: Period::Day,
        sales: (0..730).map(sale).collect(),
        today: Some(START + 730),
        ..SalesAndStock::default()
    }
}

fn thin_sales() -> SalesAndStock {
    SalesAndStock {
        title: "商品 thin: two sales and a count".into(),
        unit: "bottles of 0.75 litres".into(),
        sales: vec![
            SalesPeriod { start: week(0), units: 1.0 },
            SalesPeriod { start: week(9), units: 2.0 },
        ],
        stock: vec![StockDay {
            day: week(4),
            low: 12_345.0,
            high: None,
            basis: StockBasis::Counted,
        }],
        reorder_point: Some(0.0),
        today: Some(week(10)),
        ..SalesAndStock::default()
    }
}

fn abc(count: usize) -> AbcAnalysis {
    let value = |rank: usize| (90_000.0 / (rank + 2) as f64).powf(1.05);
    let total: f64 = (0..count).map(value).sum();
    let mut before = 0.0;
    let item = |rank: usize| {
        let share = before / total;
        before += value(rank);
        AbcItem {
            name: format!("{} {}", NAMES[rank % NAMES.len()], rank / NAMES.len() + 1),
            value: value(rank),
            class: match share {
                share if share < 0.80 => AbcClass::A,
                share if share < 0.95 => AbcClass::B,
                _ => AbcClass::C,
            },
        }
    };
    AbcAnalysis {
        title: "Which products bring the revenue".into(),
        subtitle: "All places, 365 days to 5 January 2026".into(),
        caption: "An item is A if the cumulative share before it is below 80 %.".into(),
        measure: "net revenue, last 365 days".into(),
        unit: "GBP".into(),
        items: (0..count).map(item).collect(),
        ..AbcAnalysis::default()
    }
}

fn heatmap(products: usize, top: f64) -> InventoryHeatmap {
    let row = |product: usize| HeatmapRow {
        name: NAMES[product % NAMES.len()].into(),
        group: match product * 10 / products {
            0..2 => "A",
            2..5 => "B",
            _ => "C",
        }
        .into(),
        cells: (0..60).filter_map(|index| heatmap_cell(product, index, top)).collect(),
    };
    InventoryHeatmap {
        title: "Stock week by week".into(),
        subtitle: "Closing stock of each week, class A first".into(),
        caption: "Projected with the median of demand and the orders proposed.".into(),
        measure: "stock on hand".into(),
        unit: "units".into(),
        rows: (0..products).map(row).collect(),
        today: Some(week(52)),
        ..InventoryHeatmap::default()
    }
}

fn heatmap_cell(product: usize, index: usize, top: f64) -> Option<HeatmapCell> {
    let first_count = 4 + product % 9;
    let cycle = (index + product * 3) % 6;
    let size = top * noise(product + 7).powi(3) + 4.0;
    let value = (size * (1.0 - cycle as f64 / 5.5)).max(0.0).round();
    let basis = match index {
        index if product % 7 == 6 && index < 30 => return None,
        index if index < first_count => CellBasis::AtMost,
        index if index >= 52 => CellBasis::Projected,
        index if (index - first_count).is_multiple_of(13) => CellBasis::Counted,
        _ => CellBasis::Derived,
    };
    let known = matches!(basis, CellBasis::Counted | CellBasis::Derived);
    Some(HeatmapCell { start: week(index), value, basis, stockout: known && value == 0.0 })
}

fn forecast(weeks: usize, holdout: usize) -> DemandForecast {
    let ahead = |index: usize| (weeks + index, 1.0 + index as f64 / 10.0);
    let mean = |index: usize| 30.0 + 12.0 * (index as f64 / 8.3).sin();
    let band = |level: Level, half: f64| ForecastBand {
        level,
        intervals: (0..13)
            .map(ahead)
            .map(|(index, wider)| Interval {
                start: week(index),
                low: f64::max(mean(index) - half * wider, 0.0),
                high: mean(index) + 1.2 * half * wider,
            })
            .collect(),
    };
    let held_out = |index: usize| HoldoutPeriod {
        start: week(index),
        mean: mean(index),
        low: mean(index) - 9.0,
        high: mean(index) + 9.5,
        actual: sold(index),
    };
    DemandForecast {
        title: "Oat milk 1 l at main: demand and forecast".into(),
        subtitle: "Exponential smoothing with a yearly season".into(),
        caption: "The 80 % band held 11 of 12 in this series; 81 % in its pool.".into(),
        unit: "units".into(),
        history: sales(weeks),
        forecast: (0..13)
            .map(ahead)
            .map(|(index, _)| ForecastPeriod {
                start: week(index),
                mean: mean(index),
                median: Some(mean(index) - 1.5),
            })
            .collect(),
        bands: vec![band(Level::EIGHTY, 9.0), band(Level::NINETY_FIVE, 15.0)],
        holdout: (weeks - holdout..weeks).map(held_out).collect(),
        censored: vec![DaySpan { from: week(1), to: week(1) + 4 }],
        today: Some(week(weeks)),
        ..DemandForecast::default()
    }
}
