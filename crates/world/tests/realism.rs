//! The world beside real data: the same figures of both, and how far apart they may be.
//!
//! Figures of M5 are those of `m5/items_daily.parquet` (9,979 series over 390 days, each from
//! its first sale), computed with DuckDB; those of completejourney are computed here
//! from its file.

#![expect(clippy::unwrap_used, reason = "a test that cannot make its world should stop")]

mod support;

use shelfcast_world::{SaleKind, World, WorldConfig};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::PathBuf;
use std::sync::LazyLock;

/// Two places, a thousand products, 390 days: as long as the series of M5.
static WORLD: LazyLock<Figures> = LazyLock::new(|| {
    let config = WorldConfig {
        products: 1_000,
        days: 390,
        customers: 9_000,
        sales: 700_000,
        suppliers: 40,
        ..WorldConfig::shop(7)
    };
    Figures::of(&World::new(config).unwrap())
});

#[derive(Default)]
struct Figures {
    /// Units a day of each product and place from its first sale on.
    series: Vec<Vec<f64>>,
    product_value: BTreeMap<u32, f64>,
    customer_value: BTreeMap<u32, f64>,
    basket_lines: Vec<f64>,
    quantities: Vec<f64>,
    visit_days: BTreeMap<String, BTreeSet<i64>>,
}

impl Figures {
    fn of(world: &World) -> Self {
        let mut figures = Self::default();
        for place in 0..world.places().len() {
            let mut days = world.days_of(place);
            let mut series: BTreeMap<u32, Vec<f64>> =
                days.carried().map(|product| (product, Vec::new())).collect();
            while let Some(day) = days.next_day() {
                let mut units: BTreeMap<u32, f64> = BTreeMap::new();
                let mut baskets: BTreeMap<u32, f64> = BTreeMap::new();
                for line in day.sales.iter().filter(|line| line.kind == SaleKind::Sale) {
                    let (quantity, total) = (f64::from(line.quantity), line.total().to_f64());
                    *units.entry(line.product).or_default() += quantity;
                    *baskets.entry(line.sale).or_default() += 1.0;
                    *figures.product_value.entry(line.product).or_default() += total;
                    figures.quantities.push(quantity);
                    if let Some(customer) = line.customer {
                        *figures.customer_value.entry(customer).or_default() += total;
                        let days = figures.visit_days.entry(customer.to_string()).or_default();
                        days.insert(day.day().epoch_days().into());
                    }
                }
                figures.basket_lines.extend(baskets.into_values());
                for (product, series) in &mut series {
                    series.push(units.get(product).copied().unwrap_or_default());
                }
            }
            let from_first_sale = series.into_values().filter_map(|series| {
                let first = series.iter().position(|units| *units > 0.0)?;
                Some(series[first..].to_vec())
            });
            figures.series.extend(from_first_sale);
        }
        figures
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variation(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / (values.len() - 1) as f64).sqrt() / mean
}

fn quantile(mut values: Vec<f64>, level: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * level) as usize]
}

/// Share of the total that the largest fifth has.
fn top_fifth(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(|left, right| right.total_cmp(left));
    let head: f64 = values[..values.len() / 5].iter().sum();
    head / values.iter().sum::<f64>()
}

/// Days between two days of visits, of all customers.
fn gaps(visits: &BTreeMap<String, BTreeSet<i64>>) -> Vec<f64> {
    let of_one = |days: &BTreeSet<i64>| -> Vec<f64> {
        days.iter().zip(days.iter().skip(1)).map(|(day, next)| (next - day) as f64).collect()
    };
    visits.values().flat_map(of_one).collect()
}

fn near(name: &str, found: f64, real: f64, allowed: f64) {
    assert!((found - real).abs() <= allowed, "{name}: {found:.3} beside {real:.3} +- {allowed:.3}");
}

/// Smooth, erratic, intermittent, lumpy (Syntetos and Boylan 2005: 1.32 and 0.49).
fn class(series: &[f64]) -> usize {
    let sales: Vec<f64> = series.iter().copied().filter(|units| *units > 0.0).collect();
    let interval = series.len() as f64 / sales.len() as f64;
    let is_varied = sales.len() > 1 && variation(&sales).powi(2) >= 0.49;
    usize::from(is_varied) + 2 * usize::from(interval >= 1.32)
}

#[test]
fn all_four_demand_classes_occur_about_as_often_as_in_m5() {
    let mut shares = [0.0; 4];
    for series in &WORLD.series {
        shares[class(series)] += 1.0 / WORLD.series.len() as f64;
    }
    for (index, (name, m5)) in
        [("smooth", 0.099), ("erratic", 0.021), ("intermittent", 0.752), ("lumpy", 0.128)]
            .into_iter()
            .enumerate()
    {
        near(name, shares[index], m5, 0.12);
        assert!(shares[index] > 0.01, "{name}: {}", shares[index]);
    }
}

#[test]
fn series_sell_as_much_as_rarely_and_as_unevenly_as_those_of_m5() {
    let of_all = |figure: fn(&Vec<f64>) -> f64| -> Vec<f64> {
        WORLD.series.iter().filter(|series| series.len() > 60).map(figure).collect()
    };
    let means = of_all(|series| mean(series));
    let median = quantile(means.clone(), 0.5);
    // M5: quartiles of the mean daily units 0.264, 0.586, 1.309, tenths 0.132 and 2.862.
    near("lower quartile", quantile(means.clone(), 0.25) / median, 0.45, 0.10);
    near("upper quartile", quantile(means.clone(), 0.75) / median, 2.24, 0.60);
    near("upper tenth", quantile(means, 0.9) / median, 4.89, 1.5);
    let zeros = of_all(|series| {
        series.iter().filter(|units| **units == 0.0).count() as f64 / series.len() as f64
    });
    near("share of days without sales", quantile(zeros, 0.5), 0.628, 0.12);
    near("coefficient of variation", quantile(of_all(|series| variation(series)), 0.5), 1.617, 0.5);
    let weekly = of_all(|series| correlation(&series[7..], &series[..series.len() - 7]));
    near("autocorrelation after a week", quantile(weekly.clone(), 0.5), 0.062, 0.04);
    near("its upper tenth", quantile(weekly, 0.9), 0.258, 0.12);
}

fn correlation(left: &[f64], right: &[f64]) -> f64 {
    let (of_left, of_right) = (mean(left), mean(right));
    let sum = |product: &dyn Fn(f64, f64) -> f64| -> f64 {
        left.iter().zip(right).map(|(x, y)| product(x - of_left, y - of_right)).sum()
    };
    sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt().max(f64::MIN_POSITIVE)
}

/// The text of a file of the test data; `None`, told, where it is missing.
fn data(path: &str) -> Option<String> {
    let folder = std::env::var_os("SHELFCAST_TEST_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let Ok(bytes) = std::fs::read(folder.join(path)) else {
        assert!(std::env::var_os("CI").is_none(), "{path} is missing");
        #[expect(clippy::print_stderr, reason = "says that a test had nothing to judge by")]
        {
            eprintln!("skipped: {path} is missing");
        }
        return None;
    };
    let mut text = String::new();
    if path.ends_with(".gz") {
        flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8_lossy(&bytes).into_owned();
    }
    Some(text)
}

#[test]
fn customers_come_and_spend_like_the_households_of_completejourney() {
    let Some(text) = data("completejourney/transactions_sample.csv.gz") else { return };
    let mut real = Figures::default();
    let mut values: BTreeMap<String, f64> = BTreeMap::new();
    let mut products: BTreeMap<String, f64> = BTreeMap::new();
    for row in support::rows(text.as_bytes()) {
        let seconds: f64 = row["transaction_timestamp"].parse().unwrap();
        let days = real.visit_days.entry(row["household_id"].clone()).or_default();
        days.insert((seconds / 86_400.0) as i64);
        let value: f64 = row["sales_value"].parse().unwrap();
        *values.entry(row["household_id"].clone()).or_default() += value;
        *products.entry(row["product_id"].clone()).or_default() += value;
        real.quantities.push(row["quantity"].parse().unwrap());
    }
    let (real_gaps, gaps) = (gaps(&real.visit_days), gaps(&WORLD.visit_days));
    near("mean days between visits", mean(&gaps), mean(&real_gaps), 5.0);
    near("their variation", variation(&gaps), variation(&real_gaps), 0.3);
    for level in [0.25, 0.5, 0.75, 0.9] {
        let real = quantile(real_gaps.clone(), level);
        near("quantile of days between visits", quantile(gaps.clone(), level), real, 0.35 * real);
    }
    let ones = |figures: &Figures| {
        let ones = figures.quantities.iter().filter(|quantity| **quantity == 1.0).count();
        ones as f64 / figures.quantities.len() as f64
    };
    near("lines of one unit", ones(&WORLD), ones(&real), 0.05);
    let spent = top_fifth(WORLD.customer_value.values().copied());
    near("spent by the top fifth", spent, top_fifth(values.into_values()), 0.15);
    let sold = top_fifth(WORLD.product_value.values().copied());
    near("value of the top fifth of products", sold, top_fifth(products.into_values()), 0.12);
}

/// A wholesaler's invoices are longer; how unequal they are is compared. The variation is that
/// of the 9,598 invoices of the 167 files with a price and a quantity above zero, exact
/// duplicates and codes that are no products left out, computed with DuckDB.
#[test]
fn baskets_are_as_unequal_as_in_online_retail() {
    near("variation of lines", variation(&WORLD.basket_lines), 1.726, 0.4);
}
