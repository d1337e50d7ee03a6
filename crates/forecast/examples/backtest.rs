//! Measures the forecasts of a set of series on the periods held out from each.
//!
//! `backtest SET.txt [--inside N] [--methods a,b] [--origins N] [--peer FORECASTS.txt]...
//! [--write FORECASTS.txt]`
//!
//! Lines of a set are `id|season_length|horizon|train|test` (see `benchmarks/forecast/`). With
//! `--inside N` the test part is not touched: the last N * 3 + horizon training periods' first
//! `horizon` are forecast from what is before them. `--peer` scores forecasts of another program.
#![expect(clippy::print_stdout, reason = "it prints its measurements")]
#![expect(clippy::expect_used, reason = "a broken set ends the run")]

use shelfcast_forecast::metrics::{
    coverage, mean_absolute_step, mean_width, pinball_loss, root_mean_squared_scaled_error,
    symmetric_absolute_percentage_error, tenths,
};
use shelfcast_forecast::theta::Theta;
use shelfcast_forecast::{
    Calibration, CalibrationBuilder, FitOptions, FittedModel, Frequency, Method,
    SeasonalPoolBuilder, Series, fit,
};
use std::collections::BTreeMap;
use std::fs;

const PROBABILITIES: [f64; 7] = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975];
const BUCKETS: [(usize, usize); 3] = [(0, 7), (7, 14), (14, 28)];

struct Item {
    id: String,
    season_length: usize,
    horizon: usize,
    train: Vec<f64>,
    test: Vec<f64>,
}

impl Item {
    fn is_daily(&self) -> bool {
        self.season_length == 7
    }

    fn frequency(&self) -> Frequency {
        match self.season_length {
            7 => Frequency::Day,
            52 => Frequency::Week,
            _ => Frequency::Month,
        }
    }

    /// All daily series of a set end on one day, so phases and dates are counted from the end.
    fn series(&self) -> Series<'_> {
        let phase = if self.is_daily() { (7_000 - self.train.len() % 7) % 7 } else { 0 };
        let series = Series::new(&self.train, &[], self.frequency(), phase).expect("a valid set");
        series.on_day(20_000 - self.train.len() as i32)
    }
}

/// What one series' forecast looks like, ours or another's.
struct Forecasts {
    mean: Vec<f64>,
    /// By probability, then step.
    quantiles: Vec<Vec<f64>>,
    /// Randomised probability integral transforms, where known.
    transforms: Vec<f64>,
    class: String,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        arguments.iter().position(|argument| argument == name).map(|at| arguments[at + 1].clone())
    };
    let number = |name: &str| value(name).map(|text| text.parse::<usize>().expect("a number"));
    let items = read(&arguments[0], number("--inside"));
    let methods: Vec<Method> = value("--methods")
        .map(|list| list.split(',').map(|name| Method::named(name).expect("a method")).collect())
        .unwrap_or_default();
    let (forecasts, milliseconds) = ours(&items, &methods, number("--origins").unwrap_or(4));
    report(
        &format!("own {}", value("--methods").unwrap_or_default()),
        milliseconds,
        &items,
        &forecasts,
    );
    if let Some(path) = value("--write") {
        write(&path, &items, &forecasts);
    }
    for at in (0..arguments.len()).filter(|at| arguments[*at] == "--peer") {
        let forecasts = peer(&arguments[at + 1], &items);
        report(&arguments[at + 1], f64::NAN, &items, &forecasts);
    }
}

fn numbers(text: &str) -> Vec<f64> {
    text.split(',').map(|number| number.parse().expect("a number")).collect()
}

fn read(path: &str, inside: Option<usize>) -> Vec<Item> {
    let text = fs::read_to_string(path).expect("a set");
    let item = |line: &str| {
        let fields: Vec<&str> = line.split('|').collect();
        let (season_length, horizon) =
            (fields[1].parse().expect("a number"), fields[2].parse().expect("a number"));
        let (mut train, mut test) = (numbers(fields[3]), numbers(fields[4]));
        if let Some(back) = inside {
            let cutoff = train.len().checked_sub(horizon + 3 * back)?;
            test = train[cutoff..cutoff + horizon].to_vec();
            train.truncate(cutoff);
        }
        let enough = train.len() >= 10 && train.iter().any(|units| *units > 0.0);
        enough.then(|| Item { id: fields[0].into(), season_length, horizon, train, test })
    };
    text.lines().filter_map(item).collect()
}

/// Writes means and quantiles in the layout of a peer's.
fn write(path: &str, items: &[Item], forecasts: &[Forecasts]) {
    let text = |values: &Vec<f64>| {
        values.iter().map(|value| format!("{value:.7e}")).collect::<Vec<_>>().join(",")
    };
    let line = |(item, forecast): (&Item, &Forecasts)| {
        let columns = std::iter::once(&forecast.mean).chain(&forecast.quantiles).map(text);
        format!("{}|{}\n", item.id, columns.collect::<Vec<_>>().join("|"))
    };
    fs::write(path, items.iter().zip(forecasts).map(line).collect::<String>()).expect("a file");
}

/// CPU seconds of this process, from the scheduler's own count.
fn cpu_seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split(' ')
        .next()
        .and_then(|first| first.parse::<f64>().ok())
        .map_or(f64::NAN, |ns| ns / 1e9)
}

fn ours(items: &[Item], methods: &[Method], origins: usize) -> (Vec<Forecasts>, f64) {
    let started = cpu_seconds();
    let pool = items[0].is_daily().then(|| {
        let mut pool = SeasonalPoolBuilder::new(Frequency::Day);
        items.iter().for_each(|item| pool.add(&item.series()).expect("one frequency"));
        pool.finish().expect("demand")
    });
    let models: Vec<FittedModel> = items
        .iter()
        .map(|item| {
            let mut options =
                FitOptions::new(item.horizon).with_origins(origins).with_methods(methods);
            options.pool = pool.as_ref();
            fit(&item.series(), &options).expect("valid options")
        })
        .collect();
    let mut calibration = CalibrationBuilder::new();
    models.iter().for_each(|model| calibration.add(model));
    let calibration = calibration.finish();
    let mut forecasts: Vec<Forecasts> = items
        .iter()
        .zip(&models)
        .map(|(item, model)| forecast(item, model, &calibration))
        .collect();
    let milliseconds = (cpu_seconds() - started) * 1000.0 / items.len() as f64;
    for ((item, model), forecast) in items.iter().zip(&models).zip(&mut forecasts) {
        forecast.transforms = transforms(item, model, &calibration);
    }
    (forecasts, milliseconds)
}

fn forecast(item: &Item, model: &FittedModel, calibration: &Calibration) -> Forecasts {
    let mean = model.forecast(item.horizon, Some(calibration), &[]).expect("a horizon").mean;
    let quantiles =
        model.quantiles(item.horizon, Some(calibration), &PROBABILITIES).expect("probabilities");
    let column = |at: usize| (0..item.horizon).map(|step| quantiles.step(step)[at]).collect();
    Forecasts {
        mean,
        quantiles: (0..PROBABILITIES.len()).map(column).collect(),
        transforms: vec![],
        class: model.demand_class().as_str().into(),
    }
}

/// Randomised probability integral transforms of what came.
fn transforms(item: &Item, model: &FittedModel, calibration: &Calibration) -> Vec<f64> {
    item.test
        .iter()
        .enumerate()
        .map(|(step, actual)| {
            let at = |y: f64| model.cdf(step + 1, y, Some(calibration)).expect("a horizon")[step];
            let below = if !model.is_whole() {
                at(*actual)
            } else if *actual > 0.0 {
                at(actual - 1.0)
            } else {
                0.0
            };
            below + pseudo_random(&item.id, step) * (at(*actual) - below)
        })
        .collect()
}

/// A uniform number from a series and a step.
fn pseudo_random(id: &str, step: usize) -> f64 {
    let seed = id.bytes().fold(step as u64 + 1, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
    let mut word = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((word ^ (word >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn peer(path: &str, items: &[Item]) -> Vec<Forecasts> {
    let text = fs::read_to_string(path).expect("forecasts");
    let lines: BTreeMap<&str, &str> =
        text.lines().filter_map(|line| line.split_once('|')).collect();
    items
        .iter()
        .map(|item| {
            let mut columns = lines[item.id.as_str()].split('|').map(numbers);
            let clip = |values: Vec<f64>| values.into_iter().map(|v| v.max(0.0)).collect();
            let mean = clip(columns.next().expect("a mean"));
            Forecasts {
                mean,
                quantiles: columns.map(clip).collect(),
                transforms: vec![],
                class: String::new(),
            }
        })
        .collect()
}

/// Naive 2 of the M competitions: naive on what a classical decomposition leaves.
fn naive2(item: &Item, lag: usize) -> Vec<f64> {
    let n = item.train.len();
    let last = item.train[n - 1];
    let Some(season) = Theta::naive2_season(&item.train, lag) else {
        return vec![last; item.horizon];
    };
    (0..item.horizon).map(|step| last / season[(n - 1) % lag] * season[(n + step) % lag]).collect()
}

#[derive(Default)]
struct Means {
    count: f64,
    sums: [f64; 8],
}

impl Means {
    fn add(&mut self, values: [f64; 8]) {
        self.count += 1.0;
        for (sum, value) in self.sums.iter_mut().zip(values) {
            *sum += value;
        }
    }
}

fn report(name: &str, milliseconds: f64, items: &[Item], forecasts: &[Forecasts]) {
    let mut means = Means::default();
    let (mut demand, mut absolute, mut signed) = (0.0, 0.0, 0.0);
    for (item, forecast) in items.iter().zip(forecasts) {
        // M4 scales weekly and daily series by single steps.
        let lag = if item.season_length == 12 { 12 } else { 1 };
        let (y, f, q) = (&item.test, &forecast.mean, &forecast.quantiles);
        let Some(scale) = mean_absolute_step(&item.train, lag) else { continue };
        let naive = naive2(item, lag);
        let smape = |f: &[f64]| symmetric_absolute_percentage_error(y, f).unwrap_or(0.0);
        let error = |f: &[f64]| y.iter().zip(f).map(|(a, b)| (a - b).abs()).sum::<f64>();
        let horizon = item.horizon as f64;
        let losses = PROBABILITIES.iter().zip(q).map(|(p, q)| {
            y.iter().zip(q).map(|(y, q)| pinball_loss(*p, *y, *q)).sum::<f64>() / horizon
        });
        let pinball = losses.sum::<f64>() / PROBABILITIES.len() as f64 / scale;
        let rmsse = root_mean_squared_scaled_error(y, f, &item.train).unwrap_or(0.0);
        means.add([
            smape(f),
            error(f) / horizon / scale,
            smape(&naive),
            error(&naive) / horizon / scale,
            rmsse,
            pinball,
            coverage(y, &q[1], &q[5]).unwrap_or(0.0),
            coverage(y, &q[0], &q[6]).unwrap_or(0.0),
        ]);
        demand += y.iter().sum::<f64>();
        absolute += error(&q[3]);
        signed += f.iter().sum::<f64>() - y.iter().sum::<f64>();
    }
    let [smape, mase, naive_smape, naive_mase, rmsse, pinball, c80, c95] =
        means.sums.map(|sum| sum / means.count);
    println!(
        "{name}: n {} cpu_ms {milliseconds:.3} sMAPE {smape:.3} MASE {mase:.4} OWA {:.4} RMSSE {rmsse:.4} \
         WAPE {:.4} bias {:+.4} SPL {pinball:.4} c80 {c80:.3} c95 {c95:.3}",
        means.count,
        0.5 * (smape / naive_smape + mase / naive_mase),
        absolute / demand,
        signed / demand,
    );
    groups(items, forecasts);
}

/// Coverage by demand class and horizon, and the tenths of the transforms.
fn groups(items: &[Item], forecasts: &[Forecasts]) {
    let classes: std::collections::BTreeSet<&str> = forecasts
        .iter()
        .map(|forecast| forecast.class.as_str())
        .filter(|c| !c.is_empty())
        .collect();
    for class in classes {
        let members: Vec<(&Item, &Forecasts)> =
            items.iter().zip(forecasts).filter(|(_, forecast)| forecast.class == class).collect();
        for (from, to) in BUCKETS {
            let mut all: [Vec<f64>; 6] = Default::default();
            for (item, forecast) in &members {
                let steps = from..to.min(item.horizon);
                if steps.is_empty() {
                    continue;
                }
                all[0].extend(&item.test[steps.clone()]);
                for (slot, at) in [0, 1, 5, 6].into_iter().enumerate() {
                    all[slot + 1].extend(&forecast.quantiles[at][steps.clone()]);
                }
                all[5].extend(&forecast.transforms[steps]);
            }
            let [y, low95, low80, high80, high95, transforms] = &all;
            let shares = tenths(transforms.iter().copied()).map(|share| format!("{share:.3}"));
            println!(
                "  {class} steps {}-{to} series {} points {} c80 {:.3} c95 {:.3} width80 {:.3} PIT {}",
                from + 1,
                members.len(),
                y.len(),
                coverage(y, low80, high80).unwrap_or(f64::NAN),
                coverage(y, low95, high95).unwrap_or(f64::NAN),
                mean_width(low80, high80).unwrap_or(f64::NAN),
                shares.join(" "),
            );
        }
    }
}
