//! Draws the world beside real data, as `docs/world-realism.svg` shows it.
//!
//! `cargo run --release -p shelfcast-world --example realism -- DATA OUT.svg`, where DATA holds
//! `completejourney/transactions_sample.csv.gz`.

use shelfcast_world::{SaleKind, World, WorldConfig};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io::Read;
use std::path::Path;

type Visits = BTreeMap<String, BTreeSet<i64>>;
type Anything<T> = Result<T, Box<dyn std::error::Error>>;

/// Quantiles of the mean daily units of M5's series, each from its first sale, at [`LEVELS`];
/// computed with DuckDB.
const M5_MEANS: [f64; 5] = [0.132, 0.264, 0.586, 1.309, 2.862];
const LEVELS: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];
/// Shares of smooth, erratic, intermittent and lumpy series of M5, computed with DuckDB.
const M5_CLASSES: [f64; 4] = [0.099, 0.021, 0.752, 0.128];
const CLASSES: [&str; 4] = ["smooth", "erratic", "intermittent", "lumpy"];

fn main() -> Anything<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(data), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("name the folder of the real data and the picture".into());
    };
    let config = WorldConfig {
        products: 1_000,
        days: 390,
        customers: 9_000,
        sales: 700_000,
        suppliers: 40,
        ..WorldConfig::shop(7)
    };
    let (series, visits) = play(&World::new(config)?);
    let file = Path::new(&data).join("completejourney/transactions_sample.csv.gz");
    let mut shares = [0.0; 4];
    for series in &series {
        shares[class(series)] += 1.0;
    }
    let shares = shares.map(|count| count / series.len() as f64);
    let mut means: Vec<f64> = series.iter().map(|series| mean(series)).collect();
    means.sort_by(f64::total_cmp);
    let world_means = LEVELS.map(|level| means[(level * (means.len() - 1) as f64) as usize]);
    let mut picture = Picture::new();
    picture.bars(
        "Demand classes, share of series",
        CLASSES.map(str::to_owned),
        shares,
        M5_CLASSES,
        "M5",
    );
    picture.bars(
        "Mean daily units, by quantile of series",
        LEVELS.map(|level| format!("{:.0} %", 100.0 * level)),
        world_means,
        M5_MEANS,
        "M5",
    );
    let edges = [1, 2, 3, 5, 8, 13, 21, 34, 1_000];
    picture.bars(
        "Days between visits, share of visits",
        ["1", "2", "3-4", "5-7", "8-12", "13-20", "21-33", "34+"].map(str::to_owned),
        gaps(&visits, edges),
        gaps(&households(&file)?, edges),
        "completejourney",
    );
    std::fs::write(out, picture.finish())?;
    Ok(())
}

/// Daily units of every series from its first sale, and the days on which customers came.
fn play(world: &World) -> (Vec<Vec<f64>>, Visits) {
    let (mut all, mut visits) = (Vec::new(), Visits::new());
    for place in 0..world.places().len() {
        let mut days = world.days_of(place);
        let mut series: BTreeMap<u32, Vec<f64>> =
            days.carried().map(|product| (product, Vec::new())).collect();
        while let Some(day) = days.next_day() {
            for units in series.values_mut() {
                units.push(0.0);
            }
            for line in day.sales.iter().filter(|line| line.kind == SaleKind::Sale) {
                if let Some(today) =
                    series.get_mut(&line.product).and_then(|units| units.last_mut())
                {
                    *today += f64::from(line.quantity);
                }
                if let Some(customer) = line.customer {
                    let days = visits.entry(customer.to_string()).or_default();
                    days.insert(day.day().epoch_days().into());
                }
            }
        }
        all.extend(series.into_values().filter_map(|series| {
            let first = series.iter().position(|units| *units > 0.0)?;
            Some(series[first..].to_vec())
        }));
    }
    (all, visits)
}

fn households(file: &Path) -> Anything<Visits> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(file)?).read_to_string(&mut text)?;
    let mut visits = Visits::new();
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row?;
        let seconds: f64 = row.get(10).unwrap_or_default().parse()?;
        let household = row.get(0).unwrap_or_default().to_owned();
        visits.entry(household).or_default().insert((seconds / 86_400.0) as i64);
    }
    Ok(visits)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The classes of Syntetos and Boylan (2005): 1.32 days between sales, 0.49 squared variation.
fn class(series: &[f64]) -> usize {
    let sales: Vec<f64> = series.iter().copied().filter(|units| *units > 0.0).collect();
    let mean = mean(&sales);
    let squares: f64 = sales.iter().map(|units| (units - mean).powi(2)).sum();
    let variation = squares / (sales.len().max(2) - 1) as f64 / (mean * mean);
    usize::from(variation >= 0.49)
        + 2 * usize::from(series.len() as f64 / sales.len() as f64 >= 1.32)
}

/// Shares of the gaps between visits that lie between two edges.
fn gaps<const N: usize>(visits: &Visits, edges: [i64; N]) -> [f64; 8] {
    let mut counts = [0.0; 8];
    for days in visits.values() {
        for (day, next) in days.iter().zip(days.iter().skip(1)) {
            let class = edges.iter().filter(|edge| **edge <= next - day).count();
            counts[class.clamp(1, 8) - 1] += 1.0;
        }
    }
    let total: f64 = counts.iter().sum();
    counts.map(|count| count / total)
}

/// Panels of paired bars, one below the other.
struct Picture {
    body: String,
    top: f64,
}

impl Picture {
    const WIDTH: f64 = 720.0;
    const PANEL: f64 = 210.0;
    const BARS: f64 = 120.0;

    fn new() -> Self {
        Self { body: String::new(), top: 0.0 }
    }

    fn bars<const N: usize>(
        &mut self,
        title: &str,
        labels: [String; N],
        world: [f64; N],
        real: [f64; N],
        source: &str,
    ) {
        let (top, bottom) = (self.top + 48.0, self.top + 48.0 + Self::BARS);
        self.text(20.0, self.top + 24.0, "start", 15, title);
        self.swatch(440.0, "#1f5fa8", "simulated");
        self.swatch(560.0, "#b8b8b8", source);
        let most = world.iter().chain(&real).fold(0.0_f64, |most, value| most.max(*value));
        let step = (Self::WIDTH - 40.0) / N as f64;
        for (index, label) in labels.iter().enumerate() {
            let left = 20.0 + step * index as f64;
            for (offset, value, colour) in
                [(0.12, world[index], "#1f5fa8"), (0.5, real[index], "#b8b8b8")]
            {
                let height = Self::BARS * value / most;
                let (x, width) = (left + step * offset, step * 0.36);
                let y = bottom - height;
                let _ = writeln!(
                    self.body,
                    r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{colour}"/>"#
                );
                self.text(
                    x + width / 2.0,
                    (y - 4.0).max(top - 6.0),
                    "middle",
                    10,
                    &format!("{value:.2}"),
                );
            }
            self.text(left + step / 2.0, bottom + 18.0, "middle", 12, label);
        }
        self.top += Self::PANEL;
    }

    fn swatch(&mut self, x: f64, colour: &str, label: &str) {
        let y = self.top + 14.0;
        let _ = writeln!(
            self.body,
            r#"<rect x="{x}" y="{y}" width="12" height="12" fill="{colour}"/>"#
        );
        self.text(x + 18.0, y + 11.0, "start", 12, label);
    }

    fn text(&mut self, x: f64, y: f64, anchor: &str, size: u32, text: &str) {
        let _ = writeln!(
            self.body,
            r##"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" font-size="{size}" fill="#222">{text}</text>"##
        );
    }

    fn finish(self) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{}</svg>\n",
            Self::WIDTH,
            self.top,
            self.body
        )
    }
}
