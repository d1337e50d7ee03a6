//! Measures what intervals hold, by class and horizon, at several origins.
//!
//! `coverage SET.txt [--origins N] [--skip N] [--whole]`
//!
//! Lines of a set are `id|season_length|horizon|train|test` (see `benchmarks/forecast/`), and
//! `|name=values` for each driver, of train and test; names that end in `price` are prices. What
//! drivers do ahead is known. Origins (3) are a horizon apart and end with the train part, so that
//! test parts stay untouched; `--skip` leaves out the last so many, for choices; `--whole` adds the
//! test part. At each origin everything is learnt anew from what was known.
//!
//! Series of a mean of at least 10 units are continuous: shares inside the 80 % and 95 % bands,
//! with standard errors of a bootstrap over series, beside the mass that the bands claim: bands of
//! whole units claim more than their level. Others are counts: the tenths of the randomised
//! probability integral transform (Czado, Gneiting and Held 2009).
#![expect(clippy::print_stdout, reason = "it prints its measurements")]
#![expect(clippy::expect_used, reason = "a broken set ends the run")]

use shelfcast_forecast::drivers::{Driver, DriverKind, DriverPool, DriverPoolBuilder};
use shelfcast_forecast::metrics::tenths;
use shelfcast_forecast::{
    Availability, Calibration, CalibrationBuilder, DemandClass, FitOptions, FittedModel, Forecast,
    Frequency, Level, SeasonalPool, SeasonalPoolBuilder, Series, fit,
};
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;

const BUCKETS: [(usize, usize); 3] = [(0, 7), (7, 14), (14, 28)];
const CONTINUOUS: f64 = 10.0;
const ORIGINS: usize = 4;
const REPETITIONS: usize = 500;

struct Item {
    season_length: usize,
    horizon: usize,
    units: Vec<f64>,
    availability: Vec<Availability>,
    drivers: Vec<Given>,
}

/// A driver in each period.
struct Given {
    name: String,
    kind: DriverKind,
    values: Vec<f64>,
}

impl Item {
    fn frequency(&self) -> Frequency {
        match self.season_length {
            7 => Frequency::Day,
            52 => Frequency::Week,
            _ => Frequency::Month,
        }
    }

    /// All series of a set end together, so phases are counted from the end.
    fn until(&self, cutoff: usize) -> Series<'_> {
        let season = self.season_length;
        let phase = (season - self.units.len() % season) % season;
        let (units, availability) = (&self.units[..cutoff], &self.availability[..cutoff]);
        let series =
            Series::new(units, availability, self.frequency(), phase).expect("a valid set");
        // Any date will do, if series that end together have it in common.
        series.on_day(20_000 - self.units.len() as i32)
    }

    fn drivers<'a>(&'a self, periods: Range<usize>) -> Vec<Driver<'a>> {
        let of = |driver: &'a Given| Driver {
            name: &driver.name,
            kind: driver.kind,
            values: &driver.values[periods.clone()],
        };
        self.drivers.iter().map(of).collect()
    }

    /// Whether a driver that is no price acts in a period.
    fn acts(&self, period: usize) -> bool {
        let strengths = self.drivers.iter().filter(|driver| driver.kind == DriverKind::Strength);
        strengths.into_iter().any(|driver| driver.values[period] != 0.0)
    }

    fn fit(&self, cutoff: usize, origins: usize, known: Known<'_>) -> FittedModel {
        let drivers = self.drivers(0..cutoff);
        let mut options =
            FitOptions::new(self.horizon).with_origins(origins).with_drivers(&drivers);
        (options.pool, options.driver_pool) = (known.seasons, known.drivers);
        fit(&self.until(cutoff), &options).expect("valid options")
    }

    fn cutoff(&self, origin: usize) -> Option<usize> {
        let cutoff = self.units.len().checked_sub((origin + 1) * self.horizon)?;
        let has_demand = self.units[..cutoff].iter().filter(|units| **units > 0.0).count() > 1;
        (cutoff >= 3 * self.horizon && has_demand).then_some(cutoff)
    }
}

/// What series know of one another.
#[derive(Clone, Copy)]
struct Known<'a> {
    seasons: Option<&'a SeasonalPool>,
    drivers: Option<&'a DriverPool>,
}

/// What one series showed in one bucket, over all origins.
#[derive(Default, Clone)]
struct Shown {
    points: f64,
    inside: [f64; 2],
    claimed: [f64; 2],
    width: f64,
    transforms: Vec<f64>,
}

impl Shown {
    fn add(&mut self, other: &Self) {
        self.points += other.points;
        self.width += other.width;
        for at in 0..2 {
            self.inside[at] += other.inside[at];
            self.claimed[at] += other.claimed[at];
        }
        self.transforms.extend(&other.transforms);
    }
}

/// Which periods: all, or with drivers those in which one acts and the others.
const WHEN: [&str; 3] = ["", " acting", " resting"];

/// By continuous or not, class, bucket and which periods: what each series showed.
type Groups = BTreeMap<(bool, DemandClass, usize, usize), BTreeMap<usize, Shown>>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_whole = arguments.iter().any(|argument| argument == "--whole");
    let number = |name: &str, usual: usize| {
        let at = arguments.iter().position(|argument| argument == name);
        at.map_or(usual, |at| arguments[at + 1].parse().expect("a number"))
    };
    let (origins, skipped) = (number("--origins", 3), number("--skip", 0));
    let items = read(&arguments[0], is_whole);
    let mut groups = Groups::new();
    for origin in skipped..skipped + origins {
        measure(&items, origin, &mut groups);
    }
    for ((is_continuous, class, bucket, when), series) in &groups {
        report(
            *is_continuous,
            *class,
            (*bucket, WHEN[*when]),
            &series.values().cloned().collect::<Vec<_>>(),
        );
    }
}

fn read(path: &str, is_whole: bool) -> Vec<Item> {
    let text = fs::read_to_string(path).expect("a set");
    let numbers = |text: &str| -> Vec<f64> {
        text.split(',').map(|number| number.parse().expect("a number")).collect()
    };
    let item = |line: &str| {
        let fields: Vec<&str> = line.split('|').collect();
        let mut units = numbers(fields[3]);
        if is_whole {
            units.extend(numbers(fields[4]));
        }
        let driver = |field: &&str| {
            let (name, values) = field.split_once('=').expect("name=values");
            let is_price = name.ends_with("price");
            let kind = if is_price { DriverKind::Price } else { DriverKind::Strength };
            Given { name: name.to_owned(), kind, values: numbers(values) }
        };
        let availability = |units: &f64| {
            if units.is_nan() { Availability::Missing } else { Availability::Observed }
        };
        Item {
            season_length: fields[1].parse().expect("a number"),
            horizon: fields[2].parse().expect("a number"),
            availability: units.iter().map(availability).collect(),
            units: units
                .into_iter()
                .map(|units| if units.is_nan() { 0.0 } else { units })
                .collect(),
            drivers: fields[5..].iter().map(driver).collect(),
        }
    };
    text.lines().map(item).collect()
}

fn measure(items: &[Item], origin: usize, groups: &mut Groups) {
    let known: Vec<(usize, &Item, usize)> = items
        .iter()
        .enumerate()
        .filter_map(|(number, item)| Some((number, item, item.cutoff(origin)?)))
        .collect();
    let mut pool = SeasonalPoolBuilder::new(items[0].frequency());
    known.iter().for_each(|(_, item, cut)| pool.add(&item.until(*cut)).expect("one frequency"));
    let pool = (items[0].season_length == 7).then(|| pool.finish()).flatten();
    let effects = driver_pool(&known, pool.as_ref());
    let learnt = Known { seasons: pool.as_ref(), drivers: effects.as_ref() };
    let models: Vec<FittedModel> =
        known.iter().map(|(_, item, cutoff)| item.fit(*cutoff, ORIGINS, learnt)).collect();
    let mut calibration = CalibrationBuilder::new();
    models.iter().for_each(|model| calibration.add(model));
    let calibration = calibration.finish();
    for ((number, item, cutoff), model) in known.iter().zip(&models) {
        score(*number, item, *cutoff, model, &calibration, groups);
    }
}

/// What each driver does in the mean of the series.
fn driver_pool(
    known: &[(usize, &Item, usize)],
    seasons: Option<&SeasonalPool>,
) -> Option<DriverPool> {
    if known.iter().all(|(_, item, _)| item.drivers.is_empty()) {
        return None;
    }
    let mut builder = DriverPoolBuilder::new();
    for (_, item, cutoff) in known {
        builder.add(&item.fit(*cutoff, 0, Known { seasons, drivers: None }));
    }
    Some(builder.finish())
}

fn score(
    number: usize,
    item: &Item,
    cutoff: usize,
    model: &FittedModel,
    calibration: &Calibration,
    groups: &mut Groups,
) {
    let levels = [0.80, 0.95].map(|level| Level::new(level).expect("a level"));
    let known = item.until(cutoff);
    let demand: f64 = known.units().iter().sum();
    let is_continuous = demand >= CONTINUOUS * model.observations() as f64;
    let future = item.drivers(cutoff..cutoff + item.horizon);
    let model = &model.given(&future).expect("valid drivers");
    let forecast = model.forecast(item.horizon, Some(calibration), &levels).expect("a horizon");
    for step in 0..item.horizon {
        let (actual, at) = (item.units[cutoff + step], cutoff + step);
        if item.availability[at] != Availability::Observed {
            continue;
        }
        let bucket = BUCKETS.iter().position(|(_, end)| step < *end).unwrap_or(BUCKETS.len() - 1);
        let shown = shown(model, &forecast, calibration, step, actual, number * 4_096 + at);
        let when = match (item.drivers.is_empty(), item.acts(at)) {
            (true, _) => &[0][..],
            (_, acts) => &[0, if acts { 1 } else { 2 }],
        };
        for when in when {
            let key = (is_continuous, model.demand_class(), bucket, *when);
            groups.entry(key).or_default().entry(number).or_default().add(&shown);
        }
    }
}

/// What one period showed.
fn shown(
    model: &FittedModel,
    forecast: &Forecast,
    calibration: &Calibration,
    step: usize,
    actual: f64,
    key: usize,
) -> Shown {
    let mut shown = Shown { points: 1.0, ..Shown::default() };
    let below = |y: f64| model.cdf(step + 1, y, Some(calibration)).expect("a horizon")[step];
    for (at, interval) in forecast.intervals.iter().enumerate() {
        let (lower, upper) = (interval.lower[step], interval.upper[step]);
        let beneath = match model.is_whole() {
            true if lower > 0.0 => below(lower.ceil() - 1.0),
            true => 0.0,
            false => below(lower),
        };
        shown.claimed[at] = below(upper) - beneath;
        shown.inside[at] = f64::from(u8::from(lower <= actual && actual <= upper));
    }
    let ends = &forecast.intervals[0];
    shown.width = (ends.upper[step] - ends.lower[step]) / forecast.mean[step].max(1e-9);
    let high = below(actual);
    let low = match model.is_whole() {
        true if actual > 0.0 => below(actual - 1.0),
        true => 0.0,
        false => high,
    };
    shown.transforms.push(low + uniform(key) * (high - low));
    shown
}

/// A uniform number of a key.
fn uniform(key: usize) -> f64 {
    let mut word = (key as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for _ in 0..2 {
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word ^= word >> 31;
    }
    (word >> 11) as f64 / (1_u64 << 53) as f64
}

/// Standard deviation of a share over resampled series.
fn standard_error(series: &[Shown], level: usize) -> f64 {
    let shares: Vec<f64> = (0..REPETITIONS)
        .map(|repetition| {
            let (mut inside, mut points) = (0.0, 0.0);
            for draw in 0..series.len() {
                let at = (uniform(repetition * series.len() + draw) * series.len() as f64) as usize;
                inside += series[at].inside[level];
                points += series[at].points;
            }
            inside / points
        })
        .collect();
    let mean = shares.iter().sum::<f64>() / REPETITIONS as f64;
    (shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / REPETITIONS as f64).sqrt()
}

fn report(
    is_continuous: bool,
    class: DemandClass,
    (bucket, when): (usize, &str),
    series: &[Shown],
) {
    let points: f64 = series.iter().map(|shown| shown.points).sum();
    let (from, to) = BUCKETS[bucket];
    let head = format!(
        "{} {} steps {}-{to}{when}: series {} points {points}",
        if is_continuous { "continuous" } else { "counts" },
        class.as_str(),
        from + 1,
        series.len(),
    );
    let transforms = series.iter().flat_map(|shown| shown.transforms.iter().copied());
    let shares = tenths(transforms);
    if is_continuous {
        let share =
            |level: usize| series.iter().map(|shown| shown.inside[level]).sum::<f64>() / points;
        let width = series.iter().map(|shown| shown.width).sum::<f64>() / points;
        let claim =
            |level: usize| series.iter().map(|shown| shown.claimed[level]).sum::<f64>() / points;
        let judged = series.len() >= 200 && points >= 2_000.0;
        let is_near = |level: usize, claimed: f64, room: f64| {
            (share(level) - claimed).abs() <= f64::max(room, 2.0 * standard_error(series, level))
        };
        let is_held = is_near(0, 0.80, 0.03) && is_near(1, 0.95, 0.015);
        let is_as_claimed = is_near(0, claim(0), 0.03) && is_near(1, claim(1), 0.015);
        println!(
            "{head} c80 {:.3} (se {:.3}, claimed {:.3}) c95 {:.3} (se {:.3}, claimed {:.3}) \
             width80/mean {width:.2} {}",
            share(0),
            standard_error(series, 0),
            claim(0),
            share(1),
            standard_error(series, 1),
            claim(1),
            match (judged, is_held, is_as_claimed) {
                (false, ..) => "not judged",
                (true, true, _) => "held",
                (true, false, true) => "MISSED, as claimed",
                (true, false, false) => "MISSED",
            },
        );
    } else {
        let judged = points >= 10_000.0;
        let worst = shares.iter().map(|share| (share - 0.1).abs()).fold(0.0, f64::max);
        let verdict = match (judged, worst <= 0.03) {
            (false, _) => "not judged",
            (true, true) => "held",
            (true, false) => "MISSED",
        };
        let text = shares.map(|share| format!("{share:.3}")).join(" ");
        println!("{head} PIT {text} worst {worst:.3} {verdict}");
    }
}
