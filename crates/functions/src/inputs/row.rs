//! One row of inputs as the words of planning.

use super::fields::{FieldReader, Texts};
use crate::columns::{element, external, missing};
use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Decimal128Array};
use arrow::datatypes::{DataType, Int64Type};
use datafusion_common::Result;
use shelfcast_inventory::{
    Constraints, Costs, DemandPaths, Economics, LeadTimeDistribution, OrderDays, PlanError,
    Position, Replenishment, Rule, StatusThresholds, Strategy, SupplyCalendar, Target, Unmet,
};
use shelfcast_retail::{Day, Money, Quantity, Rate};

/// A row, or the reason why it cannot be planned.
pub(crate) type Planned<T> = std::result::Result<T, String>;

/// One row of inputs.
pub(crate) struct InputRow {
    pub(super) row: usize,
    /// Without one, no demand is expected.
    pub(super) has_model: bool,
    pub(super) series_id: String,
    pub(crate) stock_day: Day,
    pub(super) last_period: Day,
    /// Days without trade, for models of weeks and months.
    pub(super) closed_days: Vec<Day>,
    pub(crate) position: Position,
    pub(crate) strategy: Strategy,
    pub(crate) lead_time: LeadTimeDistribution,
    pub(crate) calendar: SupplyCalendar,
    pub(crate) constraints: Constraints,
    pub(crate) economics: Economics,
    pub(crate) costs: Costs,
    pub(crate) thresholds: StatusThresholds,
    pub(crate) n_paths: usize,
    pub(super) seed: u64,
}

impl InputRow {
    /// What an order is planned from, with these paths.
    pub(crate) fn request<'a>(&'a self, paths: &'a DemandPaths) -> Replenishment<'a> {
        Replenishment {
            paths,
            stock_day: self.stock_day,
            position: &self.position,
            strategy: &self.strategy,
            lead_time: &self.lead_time,
            calendar: &self.calendar,
            constraints: &self.constraints,
            economics: &self.economics,
            costs: &self.costs,
        }
    }
}

/// The policy whose levels are set by hand.
const BY_HAND: &str = "min_max";
const NO_MODEL: &str = "no demand is known";
const NO_LEAD_TIME: &str = "no lead time is known: set lead_time_days in [policy], of the \
                            supplier or in item settings, or let receipts come in";

pub(super) fn read(reader: &FieldReader<'_>) -> Result<Vec<Planned<InputRow>>> {
    let columns = Columns::read(reader)?;
    let rows = 0..reader.len();
    // Levels set by hand need no demand.
    let can_plan = |row: usize| reader.has_model(row) || columns.kinds.at(row) == BY_HAND;
    rows.map(|row| match can_plan(row) {
        true => columns.row(reader, row),
        false => Ok(Err(NO_MODEL.to_owned())),
    })
    .collect()
}

struct Columns {
    series: Texts,
    stock_days: Date32Array,
    last_periods: Date32Array,
    closed_days: super::fields::DayLists,
    on_hand: Decimal128Array,
    open_orders: super::fields::OpenOrders,
    ordered_already: Decimal128Array,
    lead_times: super::fields::MeasuredLeadTimes,
    stated: super::fields::Wholes,
    reviews: super::fields::Wholes,
    order_days: Texts,
    closures: Texts,
    kinds: Texts,
    targets: Texts,
    rates: Decimal128Array,
    rate_sources: Texts,
    unmet: Texts,
    shelf_lives: super::fields::Wholes,
    multiples: Decimal128Array,
    minimums: Decimal128Array,
    levels: (Decimal128Array, Decimal128Array),
    displays: Decimal128Array,
    blocks: ArrayRef,
    ends: Date32Array,
    costs: Decimal128Array,
    prices: Decimal128Array,
    holding_rates: Decimal128Array,
    order_costs: Decimal128Array,
    line_costs: Decimal128Array,
    salvage_shares: Decimal128Array,
    goodwill: Decimal128Array,
    assumptions: ArrayRef,
    excess_days: super::fields::Wholes,
    paths: super::fields::Wholes,
    seeds: ArrayRef,
}

impl Columns {
    fn read(reader: &FieldReader<'_>) -> Result<Self> {
        let (texts, wholes) = (|name| reader.texts(name), |name| reader.wholes(name));
        let decimals = |name| reader.decimals(name);
        Ok(Self {
            series: texts("series_id")?,
            stock_days: reader.days("stock_day")?,
            last_periods: reader.days("last_period")?,
            closed_days: reader.day_lists("closed_days")?,
            on_hand: decimals("on_hand")?,
            open_orders: reader.open_orders()?,
            ordered_already: reader.decimals_or_null("ordered_already")?,
            lead_times: reader.lead_times()?,
            stated: wholes("lead_time_days")?,
            reviews: wholes("review_days")?,
            order_days: texts("order_days")?,
            closures: texts("closures")?,
            kinds: texts("kind")?,
            targets: texts("target")?,
            rates: decimals("service_target")?,
            rate_sources: reader.texts_or_empty("service_source")?,
            unmet: texts("unmet")?,
            shelf_lives: wholes("shelf_life_days")?,
            multiples: decimals("order_multiple")?,
            minimums: decimals("min_order_quantity")?,
            levels: (decimals("min_quantity")?, decimals("max_quantity")?),
            displays: decimals("display_minimum")?,
            blocks: reader.cast("order_block", &DataType::Boolean)?,
            ends: reader.days("ends_on")?,
            costs: decimals("unit_cost")?,
            prices: decimals("unit_price")?,
            holding_rates: decimals("holding_rate")?,
            order_costs: decimals("order_cost")?,
            line_costs: decimals("order_line_cost")?,
            salvage_shares: decimals("salvage_share")?,
            goodwill: reader.decimals_or_null("goodwill")?,
            assumptions: reader.cast("assumptions", &DataType::List(element(DataType::Utf8)))?,
            excess_days: reader.wholes_or_null("excess_days")?,
            paths: wholes("paths")?,
            seeds: reader.cast("seed", &DataType::Int64)?,
        })
    }

    fn row(&self, reader: &FieldReader<'_>, row: usize) -> Result<Planned<InputRow>> {
        let need = |what: &str| missing(reader.function(), what);
        let day = |array: &Date32Array, what: &str| {
            let valid = array.is_valid(row).then(|| Day::from_epoch_days(array.value(row)));
            valid.ok_or_else(|| need(what))
        };
        let rate = decimal(&self.rates, row).ok_or_else(|| need("service_target"))?;
        let rate = Rate::from_parts(rate).map_err(external)?;
        let measured = self.lead_times.at(row);
        let law = LeadTimeDistribution::measured(&measured, self.stated.at(row)?);
        let lead_time = match law {
            Ok(Some(lead_time)) => lead_time,
            Ok(None) => return Ok(Err(NO_LEAD_TIME.to_owned())),
            Err(error) => return Ok(Err(error.to_string())),
        };
        let mut constraints = self.constraints(row);
        let calendar = match self.calendar(row)? {
            Ok(calendar) => calendar,
            Err(reason) => return Ok(Err(reason)),
        };
        let interval_days = lead_time.typical() + calendar.review_days();
        let strategy = match self.strategy(row, (rate, interval_days), &mut constraints)? {
            Ok(strategy) => strategy,
            Err(error) => return Ok(Err(error.to_string())),
        };
        Ok(Ok(InputRow {
            row,
            has_model: reader.has_model(row),
            series_id: self.series.at(row).to_owned(),
            stock_day: day(&self.stock_days, "stock_day")?,
            last_period: match reader.has_model(row) {
                true => day(&self.last_periods, "last_period")?,
                false => day(&self.stock_days, "stock_day")?,
            },
            closed_days: self.closed_days.at(row),
            position: Position {
                on_hand: Quantity::from_parts(decimal(&self.on_hand, row).unwrap_or(0)),
                open_orders: self.open_orders.at(row),
                ordered_already: Quantity::from_parts(
                    decimal(&self.ordered_already, row).unwrap_or(0),
                ),
                reserved: Quantity::ZERO,
            },
            strategy,
            lead_time,
            calendar,
            constraints,
            economics: Economics {
                unit_cost: decimal(&self.costs, row).map(Money::from_parts),
                unit_price: decimal(&self.prices, row).map(Money::from_parts),
            },
            costs: self.costs(row)?,
            thresholds: self.thresholds(row)?,
            n_paths: self.paths.at(row)?.unwrap_or(0) as usize,
            seed: self.seeds.as_primitive::<Int64Type>().value(row) as u64,
        }))
    }

    fn strategy(
        &self,
        row: usize,
        (rate, interval_days): (Rate, u32),
        constraints: &mut Constraints,
    ) -> Result<std::result::Result<Strategy, PlanError>> {
        let shelf_life_days = self.shelf_lives.at(row)?;
        let target = match self.targets.at(row) {
            "" => Ok(Target::usual(rate, shelf_life_days, interval_days)),
            word => Target::named(word, rate),
        };
        let rule = self.kinds.at(row).parse::<Rule>();
        let (target, rule) = match (target, rule) {
            (Ok(target), Ok(rule)) => (target, rule),
            (Err(error), _) | (_, Err(error)) => return Ok(Err(error)),
        };
        let mut assumptions = texts_at(&self.assumptions, row);
        if !matches!(rule, Rule::MinMax { .. }) {
            assumptions.extend(self.assumed_target(row, target, shelf_life_days));
        }
        let rule = match rule {
            Rule::MinMax { .. } => {
                // The maximum is a level here, not what the place may hold.
                constraints.max_quantity = None;
                self.min_max(row, &mut assumptions)
            }
            rule => rule,
        };
        Ok(Ok(Strategy {
            rule,
            target,
            unmet: match self.unmet.at(row) {
                "backordered" => Unmet::Backordered,
                _ => Unmet::Lost,
            },
            shelf_life_days,
            assumptions,
        }))
    }

    /// What the target rests on, where nobody has set it.
    fn assumed_target(&self, row: usize, target: Target, life: Option<u32>) -> Option<String> {
        match (self.targets.at(row), target, life) {
            ("", Target::Economic { .. }, Some(days)) => Some(format!(
                "it keeps {days} days, so it is sized for the cheapest level: no target is set for it"
            )),
            _ if self.rate_sources.at(row) == "assumed" => {
                let percent = target.rate().parts() as f64 / 100.0;
                Some(format!("the service target of {percent:.1} % is assumed"))
            }
            _ => None,
        }
    }

    /// The levels set by hand, or the default where they are not there.
    fn min_max(&self, row: usize, assumptions: &mut Vec<String>) -> Rule {
        let level = |levels: &Decimal128Array| decimal(levels, row).map(Quantity::from_parts);
        match (level(&self.levels.0), level(&self.levels.1)) {
            (Some(minimum), Some(maximum)) => {
                Rule::min_max(minimum, maximum).unwrap_or_else(|error| {
                    assumptions.push(format!("{error}: planned as order_up_to"));
                    Rule::OrderUpTo
                })
            }
            _ => {
                assumptions
                    .push("no minimum and maximum are set: planned as order_up_to".to_owned());
                Rule::OrderUpTo
            }
        }
    }

    fn constraints(&self, row: usize) -> Constraints {
        let units = |array: &Decimal128Array| decimal(array, row).map(Quantity::from_parts);
        Constraints {
            order_multiple: units(&self.multiples).unwrap_or(Quantity::from_whole(1)),
            min_order_quantity: units(&self.minimums).unwrap_or_default(),
            max_quantity: units(&self.levels.1),
            display_minimum: units(&self.displays).unwrap_or_default(),
            order_block: self.blocks.is_valid(row) && self.blocks.as_boolean().value(row),
            ends_on: self.ends.is_valid(row).then(|| Day::from_epoch_days(self.ends.value(row))),
        }
    }

    fn calendar(&self, row: usize) -> Result<Planned<SupplyCalendar>> {
        let review_days = self.reviews.at(row)?.unwrap_or(1);
        let calendar = SupplyCalendar::every(review_days).and_then(|calendar| {
            let order_days: OrderDays = self.order_days.at(row).parse()?;
            Ok(calendar.with_order_days(order_days))
        });
        let spans = match closure_days(self.closures.at(row)) {
            Ok(spans) => spans,
            Err(reason) => return Ok(Err(reason)),
        };
        let calendar = calendar.and_then(|calendar| calendar.with_closures(spans));
        Ok(calendar.map_err(|error| error.to_string()))
    }

    fn thresholds(&self, row: usize) -> Result<StatusThresholds> {
        let usual = StatusThresholds::default();
        let excess_days = self.excess_days.at(row)?.unwrap_or(usual.excess_days);
        Ok(StatusThresholds { excess_days, ..usual })
    }

    fn costs(&self, row: usize) -> Result<Costs> {
        let share = |array: &Decimal128Array| {
            Rate::from_parts(decimal(array, row).unwrap_or(0)).map_err(external)
        };
        let money = |array: &Decimal128Array| Money::from_parts(decimal(array, row).unwrap_or(0));
        Ok(Costs {
            holding_rate: share(&self.holding_rates)?,
            order_cost: money(&self.order_costs),
            order_line_cost: money(&self.line_costs),
            salvage_share: share(&self.salvage_shares)?,
            goodwill: Quantity::from_parts(decimal(&self.goodwill, row).unwrap_or(0)).to_f64(),
            ..Costs::default()
        })
    }
}

fn decimal(array: &Decimal128Array, row: usize) -> Option<i128> {
    array.is_valid(row).then(|| array.value(row))
}

fn texts_at(lists: &ArrayRef, row: usize) -> Vec<String> {
    if lists.is_null(row) {
        return Vec::new();
    }
    let texts = lists.as_list::<i32>().value(row);
    texts.as_string::<i32>().iter().flatten().map(str::to_owned).collect()
}

/// Days and ISO 8601 intervals of days, with blanks, commas or semicolons between them.
///
/// # Errors
/// A word that is neither, in words for a reader.
pub fn closure_days(text: &str) -> std::result::Result<Vec<(Day, Day)>, String> {
    let words = text.split([' ', ',', ';']).filter(|word| !word.is_empty());
    words
        .map(|word| {
            let (first, last) = word.split_once('/').unwrap_or((word, word));
            match (first.parse(), last.parse()) {
                (Ok(first), Ok(last)) => Ok((first, last)),
                _ => Err(format!(
                    "closure `{word}` is no day and no interval of days such as \
                     2024-08-01/2024-08-14"
                )),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closures_are_days_or_intervals_of_days() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!(
            closure_days("2024-08-01/2024-08-14 2024-12-25").unwrap(),
            [(day("2024-08-01"), day("2024-08-14")), (day("2024-12-25"), day("2024-12-25"))]
        );
        assert_eq!(closure_days("").unwrap(), []);
        assert!(closure_days("summer").unwrap_err().starts_with("closure `summer` is no day"));
    }
}
