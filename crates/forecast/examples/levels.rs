//! Measures coherent forecasts of the M5 levels from store x department up.
//!
//! `levels LEVELS.txt [--skip N] [--origins N] [--history N] [--without NAME,NAME]`
//!
//! Lines are those of `m5_levels` in `benchmarks/forecast/prepare.py`. Origins are 28 days apart,
//! the last one 28 days before the end; `--skip` first drops that many days at the end, so that
//! choices can be made before the days that are reported. RMSSE is that of M5: by the mean squared
//! step of all days before the origin.
#![expect(clippy::print_stdout, reason = "it prints its measurements")]
#![expect(clippy::expect_used, reason = "a broken file ends the run")]

use shelfcast_forecast::drivers::Driver;
use shelfcast_forecast::hierarchy::{Hierarchy, MinimumTrace, group};
use shelfcast_forecast::metrics::root_mean_squared_scaled_error;
use shelfcast_forecast::{Availability, FitOptions, Frequency, Series, fit};
use std::fs;

const HORIZON: usize = 28;

/// What groups a level, by positions in the keys state, store, category, department.
const LEVELS: [(&str, &[usize]); 9] = [
    ("store x department", &[1, 3]),
    ("store x category", &[1, 2]),
    ("state x department", &[0, 3]),
    ("state x category", &[0, 2]),
    ("store", &[1]),
    ("state", &[0]),
    ("department", &[3]),
    ("category", &[2]),
    ("total", &[]),
];

struct Data {
    keys: Vec<[String; 4]>,
    units: Vec<Vec<f64>>,
    /// Name, state or `*`, values.
    drivers: Vec<(String, String, Vec<f64>)>,
    closed: Vec<f64>,
}

fn numbers(text: &str) -> Vec<f64> {
    text.split(',').map(|number| number.parse().expect("a number")).collect()
}

impl Data {
    fn read(path: &str) -> Self {
        let text = fs::read_to_string(path).expect("a file of levels");
        let mut data = Self { keys: vec![], units: vec![], drivers: vec![], closed: vec![] };
        for line in text.lines() {
            let fields: Vec<&str> = line.split('|').collect();
            match fields[0] {
                "closed" => data.closed = numbers(fields[1]),
                "driver" => {
                    data.drivers.push((fields[1].into(), fields[2].into(), numbers(fields[3])));
                }
                _ => {
                    data.keys.push(std::array::from_fn(|at| fields[at + 1].into()));
                    data.units.push(numbers(fields[5]));
                }
            }
        }
        data
    }

    fn hierarchy(&self) -> Hierarchy {
        let groups = LEVELS[1..].iter().map(|(_, key)| {
            let keys: Vec<Vec<&str>> = self
                .keys
                .iter()
                .map(|own| key.iter().map(|at| own[*at].as_str()).collect())
                .collect();
            group(&keys).0
        });
        let groups: Vec<Vec<u32>> = groups.collect();
        let slices: Vec<&[u32]> = groups.iter().map(Vec::as_slice).collect();
        Hierarchy::new(self.keys.len(), &slices).expect("one group a series")
    }

    /// Each node's mean over its bottom series of a driver that differs by state.
    fn drivers_of(&self, shares: &[(String, f64)], without: &[String]) -> Vec<(String, Vec<f64>)> {
        let mut drivers: Vec<(String, Vec<f64>)> = vec![];
        for (name, state, values) in &self.drivers {
            let share = shares.iter().find(|(known, _)| known == state).map_or(0.0, |(_, s)| *s);
            let share = if state == "*" { 1.0 } else { share };
            if without.iter().any(|prefix| name.starts_with(prefix.as_str())) {
                continue;
            }
            let at = drivers.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
                drivers.push((name.clone(), vec![0.0; values.len()]));
                drivers.len() - 1
            });
            drivers[at].1.iter_mut().zip(values).for_each(|(sum, value)| *sum += share * value);
        }
        drivers
    }
}

struct Node {
    units: Vec<f64>,
    drivers: Vec<(String, Vec<f64>)>,
}

fn nodes(data: &Data, hierarchy: &Hierarchy, without: &[String]) -> Vec<Node> {
    let days = data.units[0].len();
    let mut units = vec![Vec::with_capacity(days); hierarchy.nodes()];
    for day in 0..days {
        let bottom: Vec<f64> = data.units.iter().map(|units| units[day]).collect();
        let all = hierarchy.aggregate(&bottom).expect("one value a series");
        units.iter_mut().zip(all).for_each(|(units, value)| units.push(value));
    }
    let sizes = hierarchy.sizes();
    let in_state = |state: &str| -> Vec<f64> {
        let flags = data.keys.iter().map(|keys| f64::from(u8::from(keys[0] == state)));
        hierarchy.aggregate(&flags.collect::<Vec<_>>()).expect("one value a series")
    };
    let states = ["CA", "TX", "WI"].map(|state| (state, in_state(state)));
    let shares = |node: usize| -> Vec<(String, f64)> {
        states.iter().map(|(state, sums)| ((*state).into(), sums[node] / sizes[node])).collect()
    };
    units
        .into_iter()
        .enumerate()
        .map(|(node, units)| Node { units, drivers: data.drivers_of(&shares(node), without) })
        .collect()
}

/// Mean forecasts of a node and their error variance.
fn forecast(node: &Node, closed: &[f64], from: usize, cutoff: usize) -> (Vec<f64>, f64) {
    let availability: Vec<Availability> = closed[from..cutoff]
        .iter()
        .map(|closed| if *closed > 0.0 { Availability::Missing } else { Availability::Observed })
        .collect();
    let series = Series::new(&node.units[from..cutoff], &availability, Frequency::Day, from % 7);
    let slices = |days: std::ops::Range<usize>| -> Vec<Driver<'_>> {
        node.drivers
            .iter()
            .map(|(name, values)| Driver::strength(name, &values[days.clone()]))
            .collect()
    };
    let history = slices(from..cutoff);
    let options = FitOptions::new(HORIZON).with_drivers(&history);
    let model = fit(&series.expect("units"), &options).expect("valid options");
    let variance = model.accuracy().map_or(1.0, |accuracy| accuracy.rmse * accuracy.rmse);
    let model = model.given(&slices(cutoff..cutoff + HORIZON)).expect("as many values");
    (model.forecast(HORIZON, None, &[]).expect("a horizon").mean, variance)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        arguments.iter().position(|argument| argument == name).map(|at| arguments[at + 1].clone())
    };
    let number = |name: &str, default: usize| {
        value(name).map_or(default, |text| text.parse().expect("a number"))
    };
    let without: Vec<String> = value("--without")
        .map(|names| names.split(',').map(String::from).collect())
        .unwrap_or_default();
    let data = Data::read(&arguments[0]);
    let hierarchy = data.hierarchy();
    let nodes = nodes(&data, &hierarchy, &without);
    let end = data.closed.len() - number("--skip", 0);
    let origins = number("--origins", 4);
    let mut sums = vec![[0.0; 4]; hierarchy.nodes()];
    for origin in 1..=origins {
        let cutoff = end - origin * HORIZON;
        let from = cutoff.saturating_sub(number("--history", usize::MAX));
        for (sums, errors) in sums.iter_mut().zip(errors(&data, &hierarchy, &nodes, from, cutoff)) {
            sums.iter_mut().zip(errors).for_each(|(sum, error)| *sum += error / origins as f64);
        }
    }
    report(&hierarchy, &sums);
}

/// RMSSE of each node: seasonal naive, own models, bottom-up, reconciled.
fn errors(
    data: &Data,
    hierarchy: &Hierarchy,
    nodes: &[Node],
    from: usize,
    cutoff: usize,
) -> Vec<[f64; 4]> {
    let forecasts: Vec<(Vec<f64>, f64)> =
        nodes.iter().map(|node| forecast(node, &data.closed, from, cutoff)).collect();
    let variances: Vec<f64> = forecasts.iter().map(|(_, variance)| *variance).collect();
    let reconciler = MinimumTrace::new(hierarchy, &variances).expect("variances");
    let (mut summed, mut reconciled) = (vec![], vec![]);
    for step in 0..HORIZON {
        let base: Vec<f64> = forecasts.iter().map(|(means, _)| means[step]).collect();
        summed.push(hierarchy.aggregate(&base[..hierarchy.bottom()]).expect("a value a series"));
        reconciled.push(reconciler.reconcile_non_negative(&base).expect("finite forecasts"));
    }
    nodes
        .iter()
        .enumerate()
        .map(|(at, node)| {
            let history = &node.units[..cutoff];
            let actual = &node.units[cutoff..cutoff + HORIZON];
            let naive: Vec<f64> = (0..HORIZON).map(|step| history[cutoff - 7 + step % 7]).collect();
            let column = |rows: &[Vec<f64>]| rows.iter().map(|row| row[at]).collect::<Vec<f64>>();
            let error =
                |f: &[f64]| root_mean_squared_scaled_error(actual, f, history).expect("demand");
            [
                error(&naive),
                error(&forecasts[at].0),
                error(&column(&summed)),
                error(&column(&reconciled)),
            ]
        })
        .collect()
}

fn report(hierarchy: &Hierarchy, sums: &[[f64; 4]]) {
    println!("level                  series  snaive     own  bottom-up  MinT  MinT / snaive");
    let mut means = [0.0; 4];
    for (level, (name, _)) in LEVELS.iter().enumerate() {
        let range = if level == 0 { 0..hierarchy.bottom() } else { hierarchy.groups(level - 1) };
        let count = range.len();
        let mut row = [0.0; 4];
        for errors in &sums[range] {
            row.iter_mut().zip(errors).for_each(|(sum, error)| *sum += error / count as f64);
        }
        println!(
            "{name:20} {count:8} {:7.4} {:7.4} {:10.4} {:6.4} {:8.3}",
            row[0],
            row[1],
            row[2],
            row[3],
            row[3] / row[0]
        );
        means.iter_mut().zip(row).for_each(|(sum, value)| *sum += value / LEVELS.len() as f64);
    }
    println!(
        "mean over levels              {:7.4} {:7.4} {:10.4} {:6.4} {:8.3}",
        means[0],
        means[1],
        means[2],
        means[3],
        means[3] / means[0]
    );
}
