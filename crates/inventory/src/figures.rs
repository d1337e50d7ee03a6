//! What an order comes to: every figure that follows from its steps.

use crate::arithmetic::{Arithmetic, Worked};
use crate::{Economics, MarginSaved, OrderPlan, StepKind};
use shelfcast_retail::{Money, Quantity};

/// Parts of an order whose saved margin is told.
const MOST_PARTS: i128 = 16;

/// The plan without its words.
pub(crate) fn figures(
    arithmetic: &Arithmetic<'_>,
    worked: Worked,
    economics: &Economics,
) -> OrderPlan {
    let sizing = arithmetic.sizing;
    let level = i128::from(sizing.level);
    let total = worked.ladder.total();
    let quantity = Quantity::from_parts(total);
    let unmet_before_receipt = Quantity::from_parts(sizing.unmet_before_receipt);
    let unmet_without_order = Quantity::from_parts(sizing.unmet_without_order);
    OrderPlan {
        quantity,
        interval: arithmetic.interval,
        ordered_on: arithmetic.ordered_on,
        next_order_day: arithmetic.next_order_day,
        waiting_quantity: waiting(&worked),
        sells_in_time: sizing
            .surely_sellable
            .map(|units| Quantity::from_parts((units - sizing.ordered_already).max(0).into())),
        order_up_to_level: Quantity::from_parts(level),
        safety_stock: Quantity::from_parts(level - sizing.mean_demand),
        inventory_position: Quantity::from_parts(arithmetic.inventory_position()),
        expected_demand: Quantity::from_parts(sizing.mean_demand),
        service_level_reached: sizing.service_level(total),
        fill_rate_reached: sizing.fill_rate(i64::try_from(total).unwrap_or(i64::MAX)),
        probability_of_stockout_before_receipt: sizing.stockout_before_receipt,
        probability_of_stockout_without_order: sizing.stockout_without_order,
        expected_unmet_before_receipt: unmet_before_receipt,
        expected_unmet_without_order: unmet_without_order,
        lost_margin_at_risk: value(economics.unit_margin(), unmet_before_receipt),
        lost_margin_without_order: value(economics.unit_margin(), unmet_without_order),
        margin_saved: margin_saved(arithmetic, total, economics),
        order_value: value(economics.cost(), quantity),
        days_of_cover_forced: forced_cover(arithmetic, &worked),
        steps: worked.ladder.steps,
        notes: Vec::new(),
        sentence: String::new(),
    }
}

/// Units x money per unit, to two decimals, half to even.
fn value(per_unit: Option<Money>, units: Quantity) -> Option<Money> {
    per_unit?.times(units).map(|value| value.round_half_even(2))
}

/// What waits for the supplier's next order day.
fn waiting(worked: &Worked) -> Quantity {
    let step = worked.ladder.step(StepKind::WaitsForOrderDay);
    step.map_or(Quantity::ZERO, |step| Quantity::from_parts(-step.quantity.parts()))
}

fn margin_saved(
    arithmetic: &Arithmetic<'_>,
    total: i128,
    economics: &Economics,
) -> Vec<MarginSaved> {
    let (Some(margin), true) = (economics.unit_margin(), total > 0) else {
        return Vec::new();
    };
    let limits = &arithmetic.limits;
    let packs = total.div_euclid(limits.pack);
    let first = (limits.minimum + limits.pack - 1).div_euclid(limits.pack).clamp(1, packs.max(1));
    let stride = (packs - first).div_euclid(MOST_PARTS - 1).max(1);
    let mut counts: Vec<i128> = (0..MOST_PARTS)
        .map(|part| first + part * stride)
        .take_while(|count| *count < packs)
        .collect();
    counts.push(packs);
    counts
        .into_iter()
        .filter_map(|count| {
            let quantity = count * limits.pack;
            let saved = arithmetic.sizing.units_saved(i64::try_from(quantity).ok()?);
            let margin = margin.times(Quantity::from_parts(saved))?;
            Some(MarginSaved { quantity: Quantity::from_parts(quantity), margin })
        })
        .collect()
}

fn forced_cover(arithmetic: &Arithmetic<'_>, worked: &Worked) -> Option<u32> {
    let quantity = worked.ladder.total();
    let demand = arithmetic.sizing.mean_demand;
    if worked.need <= 0 || quantity <= worked.need || demand <= 0 {
        return None;
    }
    let position = (arithmetic.inventory_position() + quantity).max(0);
    let days = position * arithmetic.horizon().covered as i128 / demand;
    Some(u32::try_from(days).unwrap_or(u32::MAX))
}
