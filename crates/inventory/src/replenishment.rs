use crate::ageing::{Ageing, Turnover};
use crate::aim::Aim;
use crate::arithmetic::{Arithmetic, Worked};
use crate::figures::figures;
use crate::limits::Limits;
use crate::parts::UNIT;
use crate::position::Supply;
use crate::reorder::Positions;
use crate::sentence::explain;
use crate::sizing::{Horizon, Horizons, size};
use crate::text::sentence;
use crate::{
    Constraints, Costs, DemandPaths, Economics, LeadTimeDistribution, Lot, OrderPlan, PlanError,
    Position, ProtectionInterval, Rule, Strategy, SupplyCalendar, Unmet,
};
use shelfcast_retail::{Day, Quantity};

/// More days of cover than this are told on the line: ten years.
const LONG_COVER_DAYS: u32 = 3_650;
/// Goods that keep longer than this are not watched for write-offs in planning.
const LONGEST_WATCHED_LIFE: u32 = 60;

/// Everything that one order is planned from.
#[derive(Debug, Clone, Copy)]
pub struct Replenishment<'a> {
    /// Sample paths of demand from the day after `stock_day` on, at least
    /// [`replenishment_days`] long.
    pub paths: &'a DemandPaths,
    /// The day whose closing stock `position` is.
    pub stock_day: Day,
    /// Stock, open orders (approved lines too) and units promised.
    pub position: &'a Position,
    /// The rule, its target, what becomes of unmet demand.
    pub strategy: &'a Strategy,
    /// How long orders take.
    pub lead_time: &'a LeadTimeDistribution,
    /// When the supplier takes orders and delivers.
    pub calendar: &'a SupplyCalendar,
    /// What an order may look like.
    pub constraints: &'a Constraints,
    /// What a unit costs and brings.
    pub economics: &'a Economics,
    /// What keeping, ordering and throwing away cost.
    pub costs: &'a Costs,
}

/// The days that sample paths have to reach for [`plan_replenishment`], from the day after
/// `stock_day` on.
///
/// # Errors
/// As [`SupplyCalendar::interval`].
pub fn replenishment_days(
    stock_day: Day,
    lead_time: &LeadTimeDistribution,
    calendar: &SupplyCalendar,
    strategy: &Strategy,
) -> Result<u32, PlanError> {
    let interval = calendar.interval(stock_day, lead_time.longest())?;
    let life = strategy.shelf_life_days.unwrap_or(0);
    let watched = if life <= LONGEST_WATCHED_LIFE { life } else { 0 };
    Ok(interval.n_days.max(interval.lead_time_days() + watched))
}

/// Plans the next order of one product at one place.
///
/// Each sample path has its own lead times, of this order and of the next: the days that the
/// order has to serve on that path run from the one's arrival to the other's. The level is the
/// smallest that meets the [`Target`](crate::Target) over all paths; what follows, from the
/// position to packs, is as in [`plan_order`](crate::plan_order), which is the case of one lead
/// time, any order day and a cycle service level. A reorder level is the lowest that meets the
/// target at the positions in which lots leave the stock.
///
/// | rule | level | ordered |
/// |---|---|---|
/// | `order_up_to` (R,S) | S | S less the position |
/// | `reorder_up_to` (s,S), (R,s,S) | s | at or below s: s less the position, and the lot |
/// | `reorder_quantity` (s,Q) | s | at or below s: whole lots until the position is above s |
/// | `min_max` | the minimum | below the minimum: the maximum less the position |
/// | `newsvendor` | the critical quantile of demand over one shelf life | level less position |
///
/// Where the supplier takes no orders on the day after `stock_day`, the steps come to what would be
/// ordered, and the last one takes it off.
///
/// # Errors
/// Paths shorter than [`replenishment_days`], an interval that
/// [`SupplyCalendar::interval`] refuses, or a quantity beyond 10^12 units. Other doubtful figures
/// are repaired and told in [`OrderPlan::notes`].
///
/// ```
/// use shelfcast_inventory::*;
/// use shelfcast_retail::Quantity;
///
/// // Two a day, a lead time of one day, reviewed daily: an order placed at 2 comes in time, and lots
/// // of 10 leave no position between 2 and 4. So s is 2.
/// let paths = DemandPaths::new(&[2.0; 2], 1, 2)?;
/// let strategy = Strategy {
///     rule: Rule::ReorderQuantity(Lot::Fixed(Quantity::from_whole(10))),
///     ..Strategy::new(Target::FillRate("0.98".parse()?))
/// };
/// let plan = |on_hand| plan_replenishment(&Replenishment {
///     paths: &paths,
///     stock_day: "2024-08-26".parse().expect("a day"),
///     position: &Position { on_hand: Quantity::from_whole(on_hand), ..Position::default() },
///     strategy: &strategy,
///     lead_time: &LeadTimeDistribution::fixed(1)?,
///     calendar: &SupplyCalendar::every(1)?,
///     constraints: &Constraints::default(),
///     economics: &Economics::default(),
///     costs: &Costs::default(),
/// });
/// assert_eq!(plan(4)?.quantity, Quantity::ZERO);
/// assert_eq!(plan(2)?.quantity, Quantity::from_whole(10));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn plan_replenishment(request: &Replenishment<'_>) -> Result<OrderPlan, PlanError> {
    let Replenishment { paths, stock_day, position, strategy, constraints, .. } = *request;
    let mut notes = strategy.assumptions.clone();
    let (interval, horizons) = horizons(request, &mut notes)?;
    let n_days = horizons.longest();
    paths.require_days(n_days)?;
    let supply = Supply::new(position, interval.order_on, n_days)?;
    notes.extend(position.doubts(interval.order_on));
    let limits = Limits::new(constraints, &mut notes)?;
    let daily = paths.mean_daily(interval.n_days as usize);
    let lot = lot(request, daily, &interval, &mut notes)?;
    let economics = request.economics;
    let aim = Aim::new(strategy, economics, request.costs, interval.review_days(), &mut notes);
    let least_order = limits.least_order().max(i64::try_from(lot).unwrap_or(i64::MAX));
    let ageing = ageing(strategy, &aim, &interval, supply.opening, (daily, least_order));
    let ageing = ageing.as_ref();
    let packs = (limits.pack, (daily * UNIT as f64 * f64::from(interval.review_days())) as i64);
    let positions = positions(request, &interval, (lot, packs), &aim);
    let positions = positions.as_ref();
    let sizing = size(paths, &supply, &horizons, strategy.unmet, &aim, ageing, positions);
    let ordered_on = request.calendar.order_day_from(interval.order_on)?;
    let next_order_day = request.calendar.order_day_from(ordered_on.plus(1))?;
    let longest = interval.stock_day().plus(n_days as i32);
    let counted = ProtectionInterval::between(
        stock_day,
        interval.sellable_on,
        longest.max(interval.covers_until),
    )?;
    let horizons = &horizons;
    let sizing = &sizing;
    let arithmetic = Arithmetic {
        interval,
        counted,
        horizons,
        sizing,
        ageing,
        position,
        strategy,
        aim,
        constraints,
        limits,
        ordered_on,
        next_order_day,
        is_rounded: positions.is_some_and(|positions| positions.is_rounded),
        lot,
    };
    let worked = arithmetic.work();
    let explained = explain(&arithmetic, &worked);
    notes.extend(minimum_in_days(&arithmetic, &worked));
    let plan = figures(&arithmetic, worked, economics);
    if plan.days_of_cover_forced.is_some_and(|days| days > LONG_COVER_DAYS) {
        notes.push("this covers more than ten years of expected demand".to_owned());
    }
    let reasons = std::iter::once(explained).chain(notes.iter().map(|note| sentence(note)));
    let sentence = reasons.collect::<Vec<_>>().join(" ");
    notes.extend(economics.doubts());
    Ok(OrderPlan { notes, sentence, ..plan })
}

/// The interval that dates are shown with, and the days of every path.
fn horizons(
    request: &Replenishment<'_>,
    notes: &mut Vec<String>,
) -> Result<(ProtectionInterval, Horizons), PlanError> {
    let Replenishment { stock_day, calendar, lead_time, strategy, constraints, .. } = *request;
    let mut interval = calendar.interval(stock_day, lead_time.typical())?;
    let life = match (strategy.rule, strategy.shelf_life_days) {
        (Rule::Newsvendor, None) => {
            notes.push("no shelf life is known: planned as order_up_to".to_owned());
            None
        }
        (Rule::Newsvendor, life) => life,
        _ => None,
    };
    if let Some(days) = life {
        let until = interval.sellable_on.plus(days.max(1).cast_signed() - 1);
        interval = ProtectionInterval::between(stock_day, interval.sellable_on, until)?;
    }
    let until_end = constraints
        .ends_on
        .map_or(usize::MAX, |ends_on| ends_on.days_since(stock_day).max(0).unsigned_abs() as usize);
    let horizon = |lead_time: u32, n_days: u32| Horizon {
        lead_time: lead_time as usize,
        covered: (n_days as usize).min(until_end),
    };
    let typical = horizon(interval.lead_time_days(), interval.n_days);
    let mut drawn = Vec::new();
    if !lead_time.is_fixed() {
        let ordered_on = calendar.order_day_from(stock_day.plus(1))?;
        let next_on = calendar.order_day_after(ordered_on)?;
        let order_on = stock_day.plus(1);
        drawn.extend((0..request.paths.n_paths()).map(|path| {
            let (this, next) = lead_time.drawn(path);
            let days = calendar.sellable_on(ordered_on, this).days_since(order_on).unsigned_abs();
            let until = calendar.sellable_on(next_on, next).days_since(order_on).unsigned_abs();
            // Orders do not overtake one another: a day is served at least.
            horizon(days, life.map_or(until.max(days + 1), |life| days + life.max(1)))
        }));
    }
    Ok((interval, Horizons { typical, drawn }))
}

/// The lot of a rule with a reorder level, in ten-thousandths.
fn lot(
    request: &Replenishment<'_>,
    daily: f64,
    interval: &ProtectionInterval,
    notes: &mut Vec<String>,
) -> Result<i128, PlanError> {
    let (Rule::ReorderUpTo(lot) | Rule::ReorderQuantity(lot)) = request.strategy.rule else {
        return Ok(0);
    };
    match lot {
        Lot::Fixed(quantity) if quantity > Quantity::ZERO => Ok(quantity.parts()),
        Lot::Fixed(quantity) => {
            notes.push(format!("a lot of {quantity} is planned as one pack"));
            Ok(request.constraints.order_multiple.parts().max(1))
        }
        Lot::Economic => {
            let economic = request.costs.economic_quantity(daily, request.economics)?;
            if economic.is_none() {
                notes.push("without a unit cost a lot is one review period's demand".to_owned());
            }
            let review = daily * f64::from(interval.review_days());
            // Rounded to whole units: lots are rounded up to packs later.
            let units = libm::ceil(economic.unwrap_or(0.0).max(review).min(1e12));
            Ok(units as i128 * 10_000)
        }
    }
}

/// How stock ages in planning; `None` for goods that keep.
fn ageing(
    strategy: &Strategy,
    aim: &Aim,
    interval: &ProtectionInterval,
    opening: i64,
    turnover: (f64, i64),
) -> Option<Ageing> {
    let life = strategy.shelf_life_days.filter(|life| *life <= LONGEST_WATCHED_LIFE)?;
    if matches!(aim, Aim::Economic { .. }) {
        return Some(Ageing::uncounted(life as usize));
    }
    Some(aged(life, interval, opening, turnover))
}

/// The day from which the order, and what is ordered with it already, can be sold.
pub(crate) fn arrival_of(request: &Replenishment<'_>) -> Result<Day, PlanError> {
    let (interval, _) = horizons(request, &mut Vec::new())?;
    Ok(interval.sellable_on)
}

/// The same stock where it ages, whatever it is planned for.
pub(crate) fn ageing_of(
    request: &Replenishment<'_>,
    life: u32,
    opening: i64,
) -> Result<Ageing, PlanError> {
    let (interval, _) = horizons(request, &mut Vec::new())?;
    let limits = Limits::new(request.constraints, &mut Vec::new())?;
    let daily = request.paths.mean_daily(interval.n_days as usize);
    let lot = lot(request, daily, &interval, &mut Vec::new())?;
    let least_order = limits.least_order().max(i64::try_from(lot).unwrap_or(i64::MAX));
    Ok(aged(life, &interval, opening, (daily, least_order)))
}

fn aged(
    life: u32,
    interval: &ProtectionInterval,
    opening: i64,
    (daily, least_order): (f64, i64),
) -> Ageing {
    let turnover = Turnover {
        daily: daily * UNIT as f64,
        review_days: interval.review_days() as usize,
        lead_time_days: interval.lead_time_days() as usize,
        least_order,
    };
    Ageing::new(opening, life as usize, turnover)
}

/// Where reviews leave the position; `None` where every one orders up to the level itself and nothing
/// is owed. Of packs the size is known, and the mean demand of a review period.
fn positions(
    request: &Replenishment<'_>,
    interval: &ProtectionInterval,
    (lot, (pack, review_demand)): (i128, (i128, i64)),
    aim: &Aim,
) -> Option<Positions> {
    let Replenishment { paths, strategy, .. } = *request;
    let is_backordered = strategy.unmet == Unmet::Backordered;
    if lot > 0 {
        let lot = i64::try_from(lot).unwrap_or(i64::MAX);
        let lowest = if is_backordered { -paths.smallest_unit() } else { 0 };
        let review = interval.review_days() as usize;
        return Some(Positions::of_lots(paths, strategy.rule, (lot, review), lowest));
    }
    // Single units are what levels come in; the textbook's level does not count on their rounding.
    let is_rounded = strategy.rule == Rule::OrderUpTo && pack > i128::from(UNIT);
    let pack = if is_rounded { i64::try_from(pack).unwrap_or(i64::MAX) } else { 0 };
    let of_packs = Positions::of_packs(paths.smallest_unit(), (pack, review_demand));
    let is_weighed = is_backordered && matches!(aim, Aim::Economic { .. });
    of_packs.or_else(|| is_weighed.then(|| Positions::at_level(paths.smallest_unit())))
}

/// "the minimum order of 500 is 94 days of cover", where that is longer than the interval.
fn minimum_in_days(arithmetic: &Arithmetic<'_>, worked: &Worked) -> Option<String> {
    let demand = arithmetic.sizing.mean_demand;
    let covered = arithmetic.horizon().covered as i128;
    let minimum = arithmetic.limits.minimum;
    worked.ladder.step(crate::StepKind::MinimumOrder)?;
    if demand <= 0 {
        return Some("the minimum order meets no expected demand".to_owned());
    }
    let days = minimum * covered / demand;
    let shown = Quantity::from_parts(minimum);
    (days > covered).then(|| format!("the minimum order of {shown} is {days} days of cover"))
}
