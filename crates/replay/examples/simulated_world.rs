//! Policies in a simulated retailer whose truth is known:
//! `simulated_world FIRST-LAST PRODUCTS SALES [FUTURES] [PLANNERS]`. PLANNERS, where it is given, has
//! to be in the name of those that are played.
//!
//! Orders to a supplier are coordinated: all its lines are reviewed every economic number of days
//! (at most half of the shortest shelf life and four weeks), under every planner but min/max,
//! which looks on every order day and fills up by economic quantities, as its formula says, or
//! bounded by half a shelf life.
//!
//! Each seed is a shop of its own: 180 days of warm-up and 365 that count, all planners from the
//! same stock with the same demand and the same lead times. Planners see prices, promotions that
//! are announced, stated lead times, measured receipts and their own sales. The oracle is the same
//! policy code fed with futures of `World::resample`. Written as CSV: seed, planner, setting,
//! class and figures; then costs at equal fill by interpolation.

use shelfcast_forecast::Availability;
use shelfcast_inventory::{
    Constraints, Economics, LeadTimeDistribution, LeadTimes, Rule, Strategy, SupplyCalendar,
    Target, Unmet, joint_order_interval,
};
use shelfcast_replay::*;
use shelfcast_retail::{Day, Money, Quantity};
use shelfcast_world::{DayTruth, Future, World, WorldConfig};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::Write;
use std::sync::{Arc, Mutex};

const WARM_UP_DAYS: i32 = 180;
const MEASURED_DAYS: i32 = 365;
const PLACE: usize = 0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let seeds = arguments.next().ok_or("usage: simulated_world FIRST-LAST PRODUCTS SALES")?;
    let (first_seed, last_seed) = seeds.split_once('-').unwrap_or((&seeds, &seeds));
    let seeds = first_seed.parse::<u64>()?..=last_seed.parse()?;
    let mut number = |otherwise: u64| arguments.next().map_or(Ok(otherwise), |text| text.parse());
    let (products, sales, futures) = (number(200)?, number(150_000)?, number(0)?);
    let asked = arguments.next().unwrap_or_default();
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "seed,planner,setting,class,items,cycle_service,fill_rate,value_fill_rate,mean_stock_value,\
         holding,ordering,write_off,lost_margin,total_cost,stock_change"
    )?;
    for seed in seeds {
        let mut curves: BTreeMap<(u64, String, String), Vec<ExchangePoint>> = BTreeMap::new();
        let config = WorldConfig {
            products: products as u32,
            places: 1,
            sales,
            customers: 1_000,
            days: 1_096,
            ..WorldConfig::shop(seed)
        };
        let shop = Shop::new(config)?;
        for (name, setting) in
            runs(futures > 0).into_iter().filter(|(name, _)| name.contains(&asked))
        {
            let outcomes = shop.play(name, setting, futures as u32)?;
            for group in shop.groups() {
                let members = outcomes.iter().zip(&shop.items);
                let members = members.filter(|(_, item)| group_names(item).contains(&group));
                let sum = Summary::of(members.map(|(outcome, _)| outcome), &Costs::default());
                write_row(&mut out, (seed, name, setting, &group), &sum)?;
                let key = (seed, group, name.to_owned());
                curves.entry(key).or_default().push(ExchangePoint::new(setting, &sum));
            }
        }
        write_equal_fill(&mut out, &curves)?;
    }
    Ok(())
}

/// Planners and their settings.
fn runs(has_oracle: bool) -> Vec<(&'static str, f64)> {
    let mut runs = vec![];
    runs.extend([0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 20.0, 60.0].map(|times| ("economic", times)));
    runs.extend([0.90, 0.95, 0.98].map(|rate| ("cycle", rate)));
    runs.extend([0.90, 0.95, 0.98].map(|rate| ("fill", rate)));
    runs.extend([0.90, 0.95, 0.98].map(|rate| ("usual", rate)));
    runs.extend([0.0, 0.5, 1.0, 2.0, 3.0, 5.0].map(|margins| ("goodwill", margins)));
    runs.extend([-1.0, -0.5, 0.0, 0.5, 1.0, 1.7, 2.5, 3.5].map(|k| ("normal", k)));
    for name in ["min_max", "min_max, bounded"] {
        runs.extend([-4.0, -2.0, 0.0, 2.0, 5.0, 9.0, 14.0, 21.0].map(|k| (name, k)));
    }
    if has_oracle {
        runs.insert(0, ("oracle", 1.0));
    }
    runs
}

fn write_row(
    out: &mut impl Write,
    (seed, name, setting, class): (u64, &str, f64, &str),
    sum: &Summary,
) -> Result<(), Box<dyn Error>> {
    writeln!(
        out,
        "{seed},{name},{setting},{class},{},{:.4},{:.4},{:.4},{:.0},{:.0},{:.0},{:.0},{:.0},{:.0},{:.0}",
        sum.items,
        sum.cycle_service_level().unwrap_or(1.0),
        sum.fill_rate().unwrap_or(1.0),
        sum.value_fill_rate().unwrap_or(1.0),
        sum.mean_stock_value,
        sum.holding_cost,
        sum.ordering_cost,
        sum.write_off_cost,
        sum.lost_margin,
        sum.total_cost(),
        sum.stock_change
    )?;
    out.flush()?;
    Ok(())
}

fn write_equal_fill(
    out: &mut impl Write,
    curves: &BTreeMap<(u64, String, String), Vec<ExchangePoint>>,
) -> Result<(), Box<dyn Error>> {
    writeln!(out, "equal fill: seed,class,planner,operating cost at 0.92,at 0.95,at 0.98")?;
    for ((seed, class, name), curve) in curves.iter().filter(|(_, curve)| curve.len() > 1) {
        let at = |fill| {
            at_fill_rate(curve, fill, |point| point.operating_cost)
                .map_or("-".to_owned(), |value| format!("{value:.0}"))
        };
        writeln!(out, "equal fill: {seed},{class},{name},{},{},{}", at(0.92), at(0.95), at(0.98))?;
    }
    Ok(())
}

/// The groups that an item counts in: all, its class, and the class by whether goods keep and by
/// whether a pack is at most one review period's mean demand.
fn group_names(item: &ReplayItem) -> Vec<String> {
    let Terms { class, strategy, constraints, calendar, .. } = &item.terms;
    let history = &item.truth.demand;
    let daily = history.iter().sum::<f64>() / history.len().max(1) as f64;
    let fits =
        constraints.order_multiple.to_f64() <= daily * f64::from(calendar.review_days().max(1));
    let keeps = if strategy.shelf_life_days.is_some() { "fresh" } else { "keeps" };
    let pack = if fits { "small packs" } else { "large packs" };
    vec!["all".into(), class.clone(), format!("{class} {keeps}"), format!("{class} {pack}")]
}

/// One simulated place: its items, and the futures of its demand.
struct Shop {
    world: World,
    items: Vec<ReplayItem>,
    products: Vec<u32>,
    options: ReplayOptions,
}

/// What the shop's own systems and its truth say of one product, day by day.
#[derive(Default, Clone)]
struct Record {
    sold: Vec<f64>,
    availability: Vec<Availability>,
    latent: Vec<f64>,
    discount: Vec<f64>,
    /// On the shelf at the last closing before the replay.
    on_hand: u32,
    /// In the book at the last closing.
    book: u32,
}

impl Shop {
    fn groups(&self) -> BTreeSet<String> {
        self.items.iter().flat_map(group_names).collect()
    }

    fn new(config: WorldConfig) -> Result<Self, Box<dyn Error>> {
        let world = World::new(config)?;
        let last = config.last_day;
        let measure_from = last.plus(1 - MEASURED_DAYS);
        let first = measure_from.plus(-WARM_UP_DAYS);
        let options = ReplayOptions { measure_from, threads: 2, ..ReplayOptions::new(first, last) };
        let (records, lead_times) = watch(&world, first);
        let mut shop = Self { world, items: Vec::new(), products: Vec::new(), options };
        for (product, record) in records {
            if let Some(item) = shop.item(product, &record, &lead_times)? {
                shop.items.push(item);
                shop.products.push(product);
            }
        }
        shop.class_items();
        shop.coordinate()?;
        Ok(shop)
    }

    fn item(
        &self,
        product: u32,
        record: &Record,
        lead_times: &BTreeMap<usize, LeadTimes>,
    ) -> Result<Option<ReplayItem>, Box<dyn Error>> {
        let sheet = &self.world.products()[product as usize];
        let config = self.world.config();
        let (first, last) = (self.options.first, self.options.last);
        // On sale through all days that are played, and known for eight weeks before.
        let is_there =
            sheet.launched_on <= first.plus(-56) && sheet.ended_on.is_none_or(|end| end >= last);
        if !is_there {
            return Ok(None);
        }
        let start = sheet.launched_on.max(config.first_day());
        let skipped = start.days_since(config.first_day()).max(0) as usize;
        let supplier = &self.world.suppliers()[sheet.supplier];
        let calendar = SupplyCalendar::every(1)?
            .with_order_days(supplier.order_days().parse()?)
            .with_closures(supplier.closures.clone())?;
        let stated = supplier.stated_lead_time_days;
        let measured = lead_times.get(&sheet.supplier).cloned().unwrap_or_default();
        let lead_time = LeadTimeDistribution::measured(&measured, Some(stated))?
            .ok_or("a stated lead time is there")?;
        let pack = Quantity::from_whole(i64::from(sheet.pack_size.max(1)));
        let terms = Terms {
            id: format!("P{}", product + 1),
            order_group: format!("S{}", sheet.supplier + 1),
            constraints: Constraints { order_multiple: pack, ..Constraints::default() },
            economics: Economics {
                unit_cost: Some(sheet.unit_cost),
                unit_price: Some(sheet.unit_price),
            },
            first_phase: usize::from(start.weekday()),
            drivers: vec![KnownDriver {
                name: "promotion".into(),
                is_price: false,
                values: record.discount[skipped..].to_vec(),
            }],
            ..Terms::new(
                Strategy {
                    rule: Rule::OrderUpTo,
                    unmet: Unmet::Lost,
                    shelf_life_days: sheet.shelf_life_days,
                    ..Strategy::new(Target::Economic { otherwise: "0.95".parse()? })
                },
                lead_time,
                calendar,
            )
        };
        let played = 0..last.days_since(first) + 1;
        let truth = Truth {
            first_day: start,
            demand: record
                .history_then_truth(first.days_since(config.first_day()) as usize, skipped),
            availability: record.availability[skipped..].to_vec(),
            on_hand: Quantity::from_whole(i64::from(record.on_hand)),
            open_orders: vec![],
            lead_time_days: ActualLeadTimes::ByDay(
                played
                    .map(|at| self.world.lead_time_days(sheet.supplier, PLACE, first.plus(at)))
                    .collect(),
            ),
        };
        Ok(Some(ReplayItem { terms, truth }))
    }

    /// A to 80 % of the sales before the replay, B to 95 %, C the rest.
    fn class_items(&mut self) {
        let revenue = |item: &ReplayItem| -> f64 {
            let before = self.options.first.days_since(item.truth.first_day).max(0) as usize;
            let from = before.saturating_sub(365);
            let price = item.terms.economics.unit_price.unwrap_or(Money::ZERO).to_f64();
            item.truth.demand[from..before].iter().sum::<f64>() * price
        };
        let mut order: Vec<(f64, usize)> =
            self.items.iter().enumerate().map(|(index, item)| (revenue(item), index)).collect();
        order.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        let total: f64 = order.iter().map(|(revenue, _)| revenue).sum();
        let mut before = 0.0;
        for (revenue, index) in order {
            let share = before / total.max(1.0);
            let class = if share < 0.80 {
                "A"
            } else if share < 0.95 {
                "B"
            } else {
                "C"
            };
            self.items[index].terms.class = class.into();
            before += revenue;
        }
    }

    /// Reviews all lines of a supplier every economic number of days, as the year before tells.
    fn coordinate(&mut self) -> Result<(), Box<dyn Error>> {
        let costs = Costs::default();
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, item) in self.items.iter().enumerate() {
            groups.entry(item.terms.order_group.clone()).or_default().push(index);
        }
        for members in groups.values() {
            let mut lines = Vec::new();
            let mut longest = 28.0_f64;
            for &index in members {
                let ReplayItem { terms, truth } = &self.items[index];
                let before = self.options.first.days_since(truth.first_day).max(0) as usize;
                let known = &truth.demand[before.saturating_sub(365)..before];
                let rate = known.iter().sum::<f64>() / known.len().max(1) as f64 * 365.0;
                let cost = terms.economics.unit_cost.unwrap_or(Money::ZERO).to_f64();
                lines.push((rate, cost * costs.holding_rate.to_f64()));
                let life = terms.strategy.shelf_life_days.map_or(f64::INFINITY, f64::from);
                longest = longest.min(life / 2.0);
            }
            let (order, line) = (costs.order_cost.to_f64(), costs.order_line_cost.to_f64());
            let years = joint_order_interval(order, line, &lines)?.unwrap_or(1.0);
            let days = (years * 365.0).min(longest).max(1.0).floor() as u32;
            for &index in members {
                let calendar = self.items[index].terms.calendar.clone();
                self.items[index].terms.calendar = calendar.reviewed_every(days)?;
            }
        }
        Ok(())
    }

    fn play(&self, name: &str, setting: f64, futures: u32) -> Result<Vec<Outcome>, Box<dyn Error>> {
        let rate = format!("{:.4}", setting.clamp(0.0, 1.0)).parse()?;
        let retargeted = |target: Target| -> Vec<ReplayItem> {
            let mut items = self.items.clone();
            items.iter_mut().for_each(|item| item.terms.strategy.target = target);
            items
        };
        let paths = PathsPlanner { paths: 200, ..PathsPlanner::default() };
        Ok(match name {
            "economic" => {
                let mut items = self.items.clone();
                items.iter_mut().try_for_each(|item| weigh_margin(&mut item.terms, setting))?;
                let mut outcomes = replay(&items, &paths, &self.options)?;
                for (outcome, item) in outcomes.iter_mut().zip(&self.items) {
                    let margin = item.terms.economics.unit_margin();
                    outcome.unit_margin = margin.map_or(0.0, Money::to_f64);
                }
                outcomes
            }
            "cycle" => replay(&retargeted(Target::CycleService(rate)), &paths, &self.options)?,
            "usual" | "goodwill" => {
                let is_goodwill = name == "goodwill";
                let rate = if is_goodwill { "0.95".parse()? } else { rate };
                let mut items = self.items.clone();
                for ReplayItem { terms, .. } in &mut items {
                    let interval = terms.lead_time.typical() + terms.calendar.review_days();
                    let life = terms.strategy.shelf_life_days;
                    terms.strategy.target = Target::usual(rate, life, interval);
                }
                let goodwill = if is_goodwill { setting } else { 0.0 };
                let costs = Costs { goodwill, ..Costs::default() };
                replay(&items, &PathsPlanner { costs, ..paths }, &self.options)?
            }
            "fill" => replay(&retargeted(Target::FillRate(rate)), &paths, &self.options)?,
            "normal" => {
                let planner = NormalPlanner {
                    forecaster: Forecaster::Models(Learning::default()),
                    safety_factor: setting,
                    has_lots: false,
                    costs: Costs::default(),
                };
                replay(&self.items, &planner, &self.options)?
            }
            "min_max" | "min_max, bounded" => {
                let mut items = self.items.clone();
                for item in &mut items {
                    item.terms.calendar = item.terms.calendar.clone().reviewed_every(1)?;
                }
                let planner =
                    MinMaxPlanner { safety_days: setting, is_bounded: name.ends_with("bounded") };
                replay(&items, &planner, &self.options)?
            }
            _ => {
                let futures = Resampled { shop: self, futures, known: Mutex::default() };
                let planner =
                    FuturesPlanner { futures, target_rate: None, costs: Costs::default() };
                replay(&self.items, &planner, &self.options)?
            }
        })
    }
}

/// Prices at which a lost unit costs so many times its margin: the knob of the economic target.
fn weigh_margin(terms: &mut Terms, times: f64) -> Result<(), Box<dyn Error>> {
    let margin = terms.economics.unit_margin().ok_or("a margin is known")?;
    let cost = terms.economics.unit_cost.ok_or("a cost is known")?;
    let price = cost.parts() + (margin.parts() as f64 * times).round() as i128;
    terms.economics.unit_price = Some(Money::from_parts(price));
    Ok(())
}

impl Record {
    fn close(&mut self, truth: Option<&DayTruth>, is_before: bool) {
        let truth = truth.copied().unwrap_or(DayTruth {
            on_hand_close: self.on_hand,
            book_close: self.book,
            ..DayTruth::default()
        });
        self.sold.push(f64::from(truth.sold));
        self.latent.push(f64::from(truth.latent));
        self.availability.push(match (truth.book_close, truth.sold) {
            (1.., _) => Availability::Observed,
            (0, 0) => Availability::Missing,
            (0, _) => Availability::Censored,
        });
        self.book = truth.book_close;
        if is_before {
            self.on_hand = truth.on_hand_close;
        }
    }

    /// What the shop saw before the replay, what was wanted in it.
    fn history_then_truth(&self, first: usize, skipped: usize) -> Vec<f64> {
        let mut demand = self.sold[skipped..first].to_vec();
        demand.extend(&self.latent[first..]);
        demand
    }
}

/// Plays the shop under its own buyer: what its systems saw, and what was truly wanted.
fn watch(world: &World, first: Day) -> (BTreeMap<u32, Record>, BTreeMap<usize, LeadTimes>) {
    let mut records: BTreeMap<u32, Record> = BTreeMap::new();
    let mut lead_times: BTreeMap<usize, LeadTimes> = BTreeMap::new();
    let mut promoted: BTreeMap<u32, (Day, f64)> = BTreeMap::new();
    let mut received: BTreeSet<(i32, u32)> = BTreeSet::new();
    let mut days = world.days_of(PLACE).with_truth();
    for product in days.carried().collect::<Vec<_>>() {
        records.insert(product, Record::default());
    }
    while let Some(day) = days.next_day() {
        let date = day.day();
        for promotion in &day.promotions {
            let share = f64::from(promotion.discount_parts) / 10_000.0;
            promoted.insert(promotion.product, (promotion.ends_on, share));
        }
        for receipt in &day.receipts {
            let ordered_on = receipt.order.ordered_on;
            if date < first && received.insert((ordered_on, receipt.order.supplier)) {
                let days = (date.epoch_days() - ordered_on).unsigned_abs();
                lead_times.entry(receipt.order.supplier as usize).or_default().add_received(days);
            }
        }
        // The truth tells of products on which anything happened; the others stand as they were.
        let told: BTreeMap<u32, &DayTruth> =
            day.truth.iter().map(|truth| (truth.product, truth)).collect();
        for (product, record) in &mut records {
            let running = promoted.get(product).filter(|(ends_on, _)| *ends_on >= date);
            record.discount.push(running.map_or(0.0, |(_, share)| *share));
            record.close(told.get(product).copied(), date < first);
        }
    }
    (records, lead_times)
}

/// Futures drawn on every third day, kept for the items that ask on the same days.
struct Resampled<'a> {
    shop: &'a Shop,
    futures: u32,
    known: Mutex<BTreeMap<Day, Arc<Vec<Future>>>>,
}

/// Days that a future reaches; later days repeat its last four weeks.
const REACH: usize = 63;
/// Draws kept: more than a block of four weeks has.
const KEPT: usize = 12;

impl DemandFutures for Resampled<'_> {
    fn draw(&self, item: usize, from: Day, periods: usize) -> (Vec<f64>, usize) {
        let skipped = from.epoch_days().rem_euclid(3);
        let paths = self.on(from.plus(-skipped));
        let product = self.shop.products[item] as usize;
        let place = |at: usize| {
            let at = at + skipped.unsigned_abs() as usize;
            if at < REACH { at } else { REACH - 28 + (at - REACH) % 28 }
        };
        let mut values = Vec::with_capacity(paths.len() * periods);
        for path in paths.iter() {
            let units = path.units(product);
            values.extend((0..periods).map(|at| f64::from(units[place(at)])));
        }
        (values, paths.len())
    }
}

impl Resampled<'_> {
    fn on(&self, from: Day) -> Arc<Vec<Future>> {
        let Ok(mut known) = self.known.lock() else { return Arc::default() };
        if let Some(paths) = known.get(&from) {
            return Arc::clone(paths);
        }
        let futures = self.shop.world.resample(from.plus(-1), self.futures);
        let paths = futures.map(|futures| futures.of_place(PLACE, REACH as u32).collect());
        let paths = Arc::new(paths.unwrap_or_default());
        known.insert(from, Arc::clone(&paths));
        while known.len() > KEPT {
            known.pop_first();
        }
        paths
    }
}
