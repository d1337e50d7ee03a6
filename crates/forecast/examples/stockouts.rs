//! Measures the bias that stockouts leave, in a simulated world whose latent demand is known.
//!
//! `stockouts TRUTH/latent_demand.csv... [--origins N] [--methods a,b] [--undated]`
//!
//! Each file is the truth of one world of `shelfcast simulate`. A day that ends without stock is
//! missing if nothing was sold and censored if something was; a day without a row changed nothing.
//! Days before an item is first on sale and after it was last are left out, as its launch and its
//! end would be known. At origins 28 days apart (12), 28 days are forecast from what was sold.
//! Printed are, less 1:
//!
//! - forecast over latent demand of those days; the same for a model that knew latent demand, and
//!   for sales read as demand, as if nobody knew of stockouts;
//! - forecast over that of the model that knew what was asked for at the shelf (latent demand and
//!   what stood in for others that were out): neither the luck of the days forecast is in it nor
//!   which series are looked at for their stockouts, only what censoring does to the estimate;
//! - latent demand of days that began with stock over that of all days: what no model can know;
//! - what stood in for others over latent demand: sales that nobody can tell from the item's own;
//! - the sum of absolute errors of the totals of 28 days over latent demand.
//!
//! Behind each stands its standard error over worlds (jackknife, one world left out in turn), where
//! there are several: items and days of a world share its promotions and its weather.
//!
//! `--undated` tells no dates, so that there is no season of the year.
#![expect(clippy::print_stdout, reason = "it prints its measurements")]
#![expect(clippy::expect_used, reason = "a broken file ends the run")]

use shelfcast_forecast::{
    Availability, DemandClass, FitOptions, FittedModel, Frequency, Method, SeasonalPool,
    SeasonalPoolBuilder, Series, fit,
};
use std::collections::BTreeMap;
use std::fs;

const HORIZON: usize = 28;

#[derive(Default)]
struct Item {
    /// Days before it was first on sale, and days until it was last.
    first: usize,
    last: usize,
    latent: Vec<f64>,
    stood_in: Vec<f64>,
    sold: Vec<f64>,
    on_hand: f64,
    availability: Vec<Availability>,
}

impl Item {
    /// With the days found on which there was stock or demand.
    fn on_sale(mut self) -> Self {
        let is_on = |day: &usize| {
            self.latent[*day] > 0.0 || self.availability[*day] != Availability::Missing
        };
        let days = 0..self.latent.len();
        self.first = days.clone().find(is_on).unwrap_or(0);
        self.last = days.rev().find(is_on).map_or(0, |day| day + 1);
        self
    }

    fn push(&mut self, latent: f64, stood_in: f64, sold: f64, on_hand: f64) {
        self.latent.push(latent);
        self.stood_in.push(stood_in);
        self.sold.push(sold);
        self.on_hand = on_hand;
        self.availability.push(match (on_hand > 0.0, sold > 0.0) {
            (true, _) => Availability::Observed,
            (false, true) => Availability::Censored,
            (false, false) => Availability::Missing,
        });
    }

    /// Days on which nothing happened, until there are `days`.
    fn extend(&mut self, days: usize) {
        while self.sold.len() < days {
            self.push(0.0, 0.0, 0.0, self.on_hand);
        }
    }

    fn until(&self, cutoff: usize) -> Series<'_> {
        let days = self.first..cutoff;
        series(&self.sold[days.clone()], &self.availability[days], self.first)
    }
}

/// What was forecast and what came.
#[derive(Default, Clone, Copy)]
struct Sums {
    series: f64,
    latent: f64,
    out: f64,
    days: f64,
    from_latent: f64,
    from_shelf: f64,
    stood_in: f64,
    absolute: f64,
    censored: f64,
    ignorant: f64,
    /// Latent demand of all days before the origins, and of those that began with stock.
    history: f64,
    seen: f64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let origins = arguments.iter().position(|argument| argument == "--origins");
    let origins = origins.map_or(12, |at| arguments[at + 1].parse().expect("a number"));
    let methods = arguments.iter().position(|argument| argument == "--methods");
    let methods: Vec<Method> = methods
        .map(|at| arguments[at + 1].split(',').map(|name| Method::named(name).expect("a method")))
        .into_iter()
        .flatten()
        .collect();
    let paths = arguments.iter().take_while(|argument| !argument.starts_with("--"));
    let mut scored: Vec<Scored> = vec![];
    for (world, items) in paths.map(|path| read(path)).enumerate() {
        for origin in 1..=origins {
            let forecasts = measure(&items, origin, &methods).into_iter();
            scored.extend(forecasts.map(|(out, class, sums)| Scored { world, out, class, sums }));
        }
    }
    report("all", &scored, |_| true);
    report("10-30 % of days out of stock", &scored, |one| (0.1..0.3).contains(&one.out));
    for class in
        [DemandClass::Smooth, DemandClass::Erratic, DemandClass::Intermittent, DemandClass::Lumpy]
    {
        report(class.as_str(), &scored, |one| one.class == class);
        let name = format!("{}, 10-30 % of days", class.as_str());
        report(&name, &scored, |one| one.class == class && (0.1..0.3).contains(&one.out));
    }
    scored.sort_by(|left, right| left.out.total_cmp(&right.out));
    for decile in 0..10 {
        let part = &scored[scored.len() * decile / 10..scored.len() * (decile + 1) / 10];
        report(&format!("decile {} of the stockout share", decile + 1), part, |_| true);
    }
}

/// A forecast of a series at an origin.
struct Scored {
    world: usize,
    /// Its share of days out of stock.
    out: f64,
    class: DemandClass,
    sums: Sums,
}

fn read(path: &str) -> Vec<Item> {
    let text = fs::read_to_string(path).expect("a truth");
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let place = |name: &str| header.iter().position(|column| *column == name).expect("a column");
    let places =
        ["product_id", "location_id", "day", "latent", "stood_in", "sold", "on_hand_close"]
            .map(place);
    let rows: Vec<(i64, [&str; 7])> = lines
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let row = places.map(|place| fields[place]);
            (day_number(row[2]), row)
        })
        .collect();
    let first = rows.iter().map(|row| row.0).min().expect("a day");
    let last = rows.iter().map(|row| row.0).max().expect("a day");
    let mut items: BTreeMap<(&str, &str), Item> = BTreeMap::new();
    for (day, row) in &rows {
        let item = items.entry((row[0], row[1])).or_default();
        let number = |at: usize| row[at].parse::<f64>().expect("a number");
        item.extend((day - first) as usize);
        item.push(number(3), number(4), number(5), number(6));
    }
    items.values_mut().for_each(|item| item.extend((last - first + 1) as usize));
    let items = items.into_values().filter(|item| item.sold.iter().sum::<f64>() > 0.0);
    items.map(Item::on_sale).collect()
}

/// Days since some day, of a date of four, two and two digits (Hinnant's algorithm).
fn day_number(date: &str) -> i64 {
    let number = |range: std::ops::Range<usize>| date[range].parse::<i64>().expect("a date");
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + of_year
}

fn series<'a>(units: &'a [f64], availability: &'a [Availability], first: usize) -> Series<'a> {
    let series = Series::new(units, availability, Frequency::Day, first % 7).expect("units");
    let is_undated = std::env::args().any(|argument| argument == "--undated");
    if is_undated { series } else { series.on_day(first as i32) }
}

fn pool<'a>(all: impl Iterator<Item = Series<'a>>) -> Option<SeasonalPool> {
    let mut pool = SeasonalPoolBuilder::new(Frequency::Day);
    all.for_each(|series| pool.add(&series).expect("days"));
    pool.finish()
}

fn total(
    series: &Series<'_>,
    pool: Option<&SeasonalPool>,
    methods: &[Method],
) -> (f64, FittedModel) {
    let mut options = FitOptions::new(HORIZON).with_methods(methods);
    options.pool = pool;
    let model = fit(series, &options).expect("valid options");
    let mean = model.forecast(HORIZON, None, &[]).expect("a horizon").mean;
    (mean.iter().sum(), model)
}

/// Each series' stockout share, class and sums at an origin.
fn measure(items: &[Item], origin: usize, methods: &[Method]) -> Vec<(f64, DemandClass, Sums)> {
    let cutoff = items[0].sold.len() - origin * HORIZON;
    let is_scored =
        |item: &&Item| item.first + 3 * HORIZON <= cutoff && item.last >= cutoff + HORIZON;
    let items: Vec<&Item> = items.iter().filter(is_scored).collect();
    let latent = |item: &'_ Item| item.latent[item.first..cutoff].to_vec();
    let sold = |item: &'_ Item| item.sold[item.first..cutoff].to_vec();
    let shelf = |item: &'_ Item| -> Vec<f64> {
        let days = item.first..cutoff;
        let stood_in = &item.stood_in[days.clone()];
        item.latent[days].iter().zip(stood_in).map(|(latent, other)| latent + other).collect()
    };
    let plain = |units: &dyn Fn(&Item) -> Vec<f64>| -> Option<SeasonalPool> {
        let all: Vec<(usize, Vec<f64>)> =
            items.iter().map(|item| (item.first, units(item))).collect();
        pool(all.iter().map(|(first, units)| series(units, &[], *first)))
    };
    let known = pool(items.iter().map(|item| item.until(cutoff)));
    let pools = [plain(&latent), known, plain(&sold), plain(&shelf)];
    items
        .iter()
        .map(|item| {
            let (censored, model) = total(&item.until(cutoff), pools[1].as_ref(), methods);
            let days = (cutoff - item.first) as f64;
            let past =
                || item.latent[item.first..cutoff].iter().zip(&item.availability[item.first..]);
            let out = past().filter(|(_, day)| **day != Availability::Observed).count() as f64;
            let seen: Vec<f64> = past()
                .filter(|(_, day)| **day != Availability::Missing)
                .map(|(units, _)| *units)
                .collect();
            let (latent, sold, shelf) = (latent(item), sold(item), shelf(item));
            let wanted: f64 = item.latent[cutoff..cutoff + HORIZON].iter().sum();
            let sums = Sums {
                absolute: (censored - wanted).abs(),
                history: latent.iter().sum(),
                // As if all days were like those that are seen.
                seen: seen.iter().sum::<f64>() * days / f64::max(seen.len() as f64, 1.0),
                series: 1.0,
                latent: wanted,
                out,
                days,
                from_latent: total(&series(&latent, &[], item.first), pools[0].as_ref(), methods).0,
                from_shelf: total(&series(&shelf, &[], item.first), pools[3].as_ref(), methods).0,
                stood_in: item.stood_in[item.first..cutoff].iter().sum(),
                censored,
                ignorant: total(&series(&sold, &[], item.first), pools[2].as_ref(), methods).0,
            };
            (out / days, model.demand_class(), sums)
        })
        .collect()
}

impl Sums {
    fn plus(self, other: &Self) -> Self {
        Self {
            series: self.series + other.series,
            latent: self.latent + other.latent,
            out: self.out + other.out,
            days: self.days + other.days,
            from_latent: self.from_latent + other.from_latent,
            from_shelf: self.from_shelf + other.from_shelf,
            stood_in: self.stood_in + other.stood_in,
            absolute: self.absolute + other.absolute,
            censored: self.censored + other.censored,
            ignorant: self.ignorant + other.ignorant,
            history: self.history + other.history,
            seen: self.seen + other.seen,
        }
    }
}

/// Prints what is kept of the forecasts.
fn report(name: &str, scored: &[Scored], keep: impl Fn(&Scored) -> bool) {
    let mut worlds: BTreeMap<usize, Sums> = BTreeMap::new();
    for one in scored.iter().filter(|one| keep(one)) {
        let sums = worlds.entry(one.world).or_default();
        *sums = sums.plus(&one.sums);
    }
    let worlds: Vec<Sums> = worlds.into_values().collect();
    let sums = worlds.iter().fold(Sums::default(), |sum, world| sum.plus(world));
    let text = |share: fn(&Sums) -> f64| {
        let error = standard_error(&worlds, share);
        format!("{:+6.2} % ({:.2})", 100.0 * share(&sums), 100.0 * error)
    };
    println!(
        "{name:32} forecasts {:5} out of stock {:4.1} % | against latent demand {} (latent history \
         {}, sales as demand {}) | against latent history {} | against the shelf's history {} | days \
         with stock against all {} | stood in {:4.2} % | error {:5.2} %",
        sums.series,
        100.0 * sums.out / sums.days,
        text(|sums| sums.censored / sums.latent - 1.0),
        text(|sums| sums.from_latent / sums.latent - 1.0),
        text(|sums| sums.ignorant / sums.latent - 1.0),
        text(|sums| sums.censored / sums.from_latent - 1.0),
        text(|sums| sums.censored / sums.from_shelf - 1.0),
        text(|sums| sums.seen / sums.history - 1.0),
        100.0 * sums.stood_in / sums.history,
        100.0 * sums.absolute / sums.latent,
    );
}

/// Of a share, over worlds: the jackknife.
fn standard_error(worlds: &[Sums], share: fn(&Sums) -> f64) -> f64 {
    let left_out: Vec<f64> = (0..worlds.len())
        .map(|out| {
            let others = worlds.iter().enumerate().filter(|(world, _)| *world != out);
            share(&others.fold(Sums::default(), |sum, (_, world)| sum.plus(world)))
        })
        .collect();
    let count = left_out.len() as f64;
    let mean = left_out.iter().sum::<f64>() / count;
    let squares: f64 = left_out.iter().map(|share| (share - mean).powi(2)).sum();
    if count < 2.0 { f64::NAN } else { (squares * (count - 1.0) / count).sqrt() }
}
