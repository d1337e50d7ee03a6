use crate::parts::quantile;
use crate::paths::Path;
use crate::position::Supply;
use crate::stock::Stock;
use crate::{DemandPaths, Economics, OpenOrder, OrderPlan, PlanError, Policy, Position, Unmet};
use shelfcast_retail::{Day, Money, Quantity, Rate};

/// One thing to know about the stock of one product at one place.
///
/// Several can hold at once, save [`Healthy`](Self::Healthy), which stands
/// alone.
#[derive(Debug, Clone, PartialEq)]
pub enum StockStatus {
    /// Nothing is on hand and demand is expected.
    StockedOut {
        /// Mean unmet units before an order of today can be sold.
        expected_unmet: Quantity,
    },
    /// Stock is likelier to run out before an order of today can be sold than
    /// the service target allows.
    WillRunOut {
        /// The probability of unmet demand before `sellable_on`.
        probability: f64,
        /// The probability that the service target allows.
        allowed: f64,
        /// The day from which an order of today could help.
        sellable_on: Day,
    },
    /// On hand and on order are above the order-up-to level and above a high
    /// quantile of a long time's demand.
    Excess {
        /// On hand + on order - reserved, every open order counted.
        position: Quantity,
        /// The higher of the two levels.
        limit: Quantity,
        /// Units above it.
        excess: Quantity,
        /// Their value at cost, to two decimals; `None` without cost.
        value: Option<Money>,
        /// Days of demand that the sample paths held; fewer than
        /// [`StatusThresholds::excess_days`] were scaled up in proportion.
        days_simulated: usize,
    },
    /// Stock that nobody has bought for long.
    Dead {
        /// Units on hand.
        on_hand: Quantity,
        /// Days since the last sale, or since the launch where that is later.
        days_without_sale: u32,
        /// Their value at cost, to two decimals; `None` without cost.
        value: Option<Money>,
    },
    /// An open order that could be cancelled, together with the other surplus
    /// orders, and leave the probability of a stockout within the target.
    SurplusOrder {
        /// The order.
        order: OpenOrder,
        /// The probability of unmet demand without it, from its day on.
        probability: f64,
    },
    /// An open order whose day has passed without a receipt.
    LateOrder {
        /// The order.
        order: OpenOrder,
        /// Days from the day it was due to the order day.
        days_late: u32,
    },
    /// None of the others.
    Healthy,
}

impl StockStatus {
    /// The word used in tables.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::StockedOut { .. } => "stocked_out",
            Self::WillRunOut { .. } => "will_run_out",
            Self::Excess { .. } => "excess",
            Self::Dead { .. } => "dead",
            Self::SurplusOrder { .. } => "surplus_order",
            Self::LateOrder { .. } => "late_order",
            Self::Healthy => "healthy",
        }
    }
}

/// When the product was first and last sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SalesHistory {
    /// First day of sale; `None` where unknown.
    pub launched_on: Option<Day>,
    /// Day of the last sale; `None` where there was none.
    pub last_sale_on: Option<Day>,
}

/// What counts as long and as much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusThresholds {
    /// Days of demand that stock may stand for before it is excess.
    pub excess_days: u32,
    /// The quantile of that demand which stock has to be above.
    pub excess_quantile: Rate,
    /// Days without a sale after which stock is dead.
    pub dead_after_days: u32,
}

impl Default for StatusThresholds {
    /// 180 days of demand at its 90 % quantile; dead after 180 days.
    fn default() -> Self {
        Self {
            excess_days: 180,
            excess_quantile: Rate::from_parts(9_000).expect("0.9 is between 0 and 1"),
            dead_after_days: 180,
        }
    }
}

/// What is wrong with the stock that `plan` was made for, worst first.
///
/// Takes the paths, position, policy and economics that [`plan_order`] took.
/// Stock is dead only where the launch or a sale is known: without either
/// nothing says how long it has been on sale. A surplus order is looked for
/// from the last one due to the first, each judged with the surplus ones
/// before it cancelled, over the days from its arrival through the protection
/// interval or through one review period after it, whichever is later; an
/// order due after the last simulated day is not judged.
///
/// # Errors
/// Paths shorter than the plan's interval, or a quantity beyond 10^12 units.
///
/// [`plan_order`]: crate::plan_order
///
/// ```
/// use shelfcast_inventory::{
///     Constraints, DemandPaths, Economics, Policy, Position, SalesHistory, StatusThresholds,
///     Unmet, plan_order, status,
/// };
///
/// let paths = DemandPaths::new(&[1.0; 6], 2, 3)?;
/// let policy = Policy {
///     service_target: "0.95".parse()?,
///     review_days: 1,
///     lead_time_days: 2,
///     unmet: Unmet::Lost,
///     assumptions: vec![],
/// };
/// let (position, economics) = (Position::default(), Economics::default());
/// let stock_day = "2024-08-26".parse()?;
/// let constraints = Constraints::default();
/// let plan = plan_order(&paths, stock_day, &position, &policy, &constraints, &economics)?;
/// let (history, thresholds) = (SalesHistory::default(), StatusThresholds::default());
/// let found = status(&plan, &paths, &position, &policy, &economics, &history, &thresholds)?;
/// assert_eq!(found[0].as_str(), "stocked_out");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn status(
    plan: &OrderPlan,
    paths: &DemandPaths,
    position: &Position,
    policy: &Policy,
    economics: &Economics,
    history: &SalesHistory,
    thresholds: &StatusThresholds,
) -> Result<Vec<StockStatus>, PlanError> {
    paths.require_days(plan.interval.n_days as usize)?;
    let mut found = Vec::new();
    found.extend(shortage(plan, position, policy));
    found.extend(excess(plan, paths, position, economics, thresholds));
    found.extend(dead(plan.interval.stock_day(), position, economics, history, thresholds));
    let surplus = surplus_orders(plan, paths, position, policy)?;
    let surplus = surplus.into_iter();
    found.extend(
        surplus.map(|(order, probability)| StockStatus::SurplusOrder { order, probability }),
    );
    let order_on = plan.interval.order_on;
    found.extend(position.late_orders(order_on).map(|order| StockStatus::LateOrder {
        order: *order,
        days_late: order_on.days_since(order.due_on).unsigned_abs(),
    }));
    if found.is_empty() {
        found.push(StockStatus::Healthy);
    }
    Ok(found)
}

fn allowed_probability(policy: &Policy) -> f64 {
    (10_000 - policy.service_target.parts()) as f64 / 10_000.0
}

fn shortage(plan: &OrderPlan, position: &Position, policy: &Policy) -> Option<StockStatus> {
    if position.on_hand <= Quantity::ZERO && plan.expected_demand > Quantity::ZERO {
        let expected_unmet = plan.expected_unmet_before_receipt;
        return Some(StockStatus::StockedOut { expected_unmet });
    }
    let probability = plan.probability_of_stockout_before_receipt;
    let allowed = allowed_probability(policy);
    let sellable_on = plan.interval.sellable_on;
    (probability > allowed).then_some(StockStatus::WillRunOut { probability, allowed, sellable_on })
}

fn excess(
    plan: &OrderPlan,
    paths: &DemandPaths,
    position: &Position,
    economics: &Economics,
    thresholds: &StatusThresholds,
) -> Option<StockStatus> {
    let days_simulated = (thresholds.excess_days.max(1) as usize).min(paths.n_days());
    let limit = excess_limit(plan.order_up_to_level, paths, thresholds);
    let everything = position.committed();
    let excess = everything.checked_sub(limit).filter(|excess| *excess > Quantity::ZERO)?;
    let value = value_at_cost(economics, excess);
    Some(StockStatus::Excess { position: everything, limit, excess, value, days_simulated })
}

/// What stock on hand and on order has to be above to be excess: the order-up-to level, and the
/// quantile of the demand of [`StatusThresholds::excess_days`], scaled up in proportion where the
/// paths have fewer days.
pub fn excess_limit(
    order_up_to_level: Quantity,
    paths: &DemandPaths,
    thresholds: &StatusThresholds,
) -> Quantity {
    let days_wanted = thresholds.excess_days.max(1) as usize;
    let days_simulated = days_wanted.min(paths.n_days());
    let mut demands: Vec<i64> = paths.rows().map(|path| path.demand(0..days_simulated)).collect();
    let demand = i128::from(quantile(&mut demands, thresholds.excess_quantile.parts()));
    let demand = demand * days_wanted as i128 / days_simulated as i128;
    Quantity::from_parts(demand).max(order_up_to_level)
}

fn dead(
    stock_day: Day,
    position: &Position,
    economics: &Economics,
    history: &SalesHistory,
    thresholds: &StatusThresholds,
) -> Option<StockStatus> {
    let since = history.last_sale_on.max(history.launched_on)?;
    let days_without_sale = u32::try_from(stock_day.days_since(since)).ok()?;
    let on_hand = position.on_hand;
    let dead = on_hand > Quantity::ZERO && days_without_sale >= thresholds.dead_after_days;
    let value = value_at_cost(economics, on_hand);
    dead.then_some(StockStatus::Dead { on_hand, days_without_sale, value })
}

fn value_at_cost(economics: &Economics, units: Quantity) -> Option<Money> {
    economics.cost()?.times(units).map(|value| value.round_half_even(2))
}

/// Open orders that could be cancelled, each with the probability of a stockout without it and
/// without those before it in the list, from the last one due to the first; see [`status`].
///
/// # Errors
/// A quantity beyond 10^12 units.
pub fn surplus_orders(
    plan: &OrderPlan,
    paths: &DemandPaths,
    position: &Position,
    policy: &Policy,
) -> Result<Vec<(OpenOrder, f64)>, PlanError> {
    let order_on = plan.interval.order_on;
    let mut supply = Supply::new(position, order_on, paths.n_days())?;
    let mut latest_first = position.open_orders.clone();
    latest_first.retain(|order| order.quantity > Quantity::ZERO);
    latest_first.sort_by_key(|order| std::cmp::Reverse((order.due_on, order.quantity)));
    let mut until = plan.interval.n_days as usize;
    let mut surplus = Vec::new();
    for order in latest_first {
        let due = order.due_on.days_since(order_on).max(0).unsigned_abs() as usize;
        if due >= paths.n_days() {
            continue;
        }
        until = until.max(due + policy.review_days as usize).min(paths.n_days());
        let mut without = supply.clone();
        without.cancel(&order, order_on);
        let probability = stockout_probability(paths, &without, due, until, policy.unmet);
        if probability <= allowed_probability(policy) {
            supply = without;
            surplus.push((order, probability));
        }
    }
    Ok(surplus)
}

/// The share of paths with unmet demand on a day from `from` to before `until`.
fn stockout_probability(
    paths: &DemandPaths,
    supply: &Supply,
    from: usize,
    until: usize,
    unmet: Unmet,
) -> f64 {
    let arrivals = supply.arrivals();
    let is_short = |path: &Path<'_>| {
        let mut stock = Stock::new(supply.opening, &arrivals);
        stock.pass(*path, 0..from, unmet);
        stock.pass(*path, from..until, unmet) > 0
    };
    paths.rows().filter(is_short).count() as f64 / paths.n_paths() as f64
}

#[cfg(test)]
mod tests;
