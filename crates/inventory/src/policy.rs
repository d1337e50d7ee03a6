use shelfcast_retail::{Day, Money, Quantity, Rate};

/// What becomes of demand that finds no stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Unmet {
    /// The customer leaves; the sale is lost. Usual in shops.
    #[default]
    Lost,
    /// The customer waits; the unit is owed and served from the next receipt.
    Backordered,
}

impl Unmet {
    /// The word used in files and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Backordered => "backordered",
        }
    }
}

/// How the stock of one product at one place is replenished: the periodic
/// review, order-up-to policy (R,S).
///
/// Every `review_days` an order lifts the inventory position to the
/// order-up-to level. A run once a day is a review period of 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Cycle service level: the wished probability that no demand is left
    /// unmet from the day the order can be sold until the next one can.
    ///
    /// 1 means that none of the sample paths may run out; 0 sizes for the
    /// mildest path.
    pub service_target: Rate,
    /// Days from one order to the next, at least 1.
    pub review_days: u32,
    /// Days from the order's date to the day it can be sold.
    pub lead_time_days: u32,
    /// What becomes of unmet demand.
    pub unmet: Unmet,
    /// What had to be assumed to form this policy, each a clause such as
    /// "lead time of 14 days is assumed"; repeated in every answer.
    pub assumptions: Vec<String>,
}

/// What an order may look like, whatever the demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraints {
    /// The pack: orders are whole multiples of it. 0 and below are planned as 1.
    pub order_multiple: Quantity,
    /// The least that can be ordered, if anything is; raised to whole packs.
    pub min_order_quantity: Quantity,
    /// The most the place may hold: the inventory position after the order
    /// stays at or below it.
    pub max_quantity: Option<Quantity>,
    /// Units that should still be on display at the end of the interval, in
    /// the mean of the sample paths. Not asked for once sale ends.
    pub display_minimum: Quantity,
    /// Whether orders of this product are blocked.
    pub order_block: bool,
    /// The last day of sale; no demand is covered after it.
    pub ends_on: Option<Day>,
}

impl Default for Constraints {
    /// Single units, no limits.
    fn default() -> Self {
        Self {
            order_multiple: Quantity::from_whole(1),
            min_order_quantity: Quantity::ZERO,
            max_quantity: None,
            display_minimum: Quantity::ZERO,
            order_block: false,
            ends_on: None,
        }
    }
}

/// What one unit costs and brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Economics {
    /// Purchase cost of one unit.
    pub unit_cost: Option<Money>,
    /// Net price of one unit: after discounts, without tax.
    pub unit_price: Option<Money>,
}

impl Economics {
    /// What a lost unit costs: net price - cost, and nothing for a unit sold
    /// below cost. `None` when either is missing or negative.
    pub fn unit_margin(&self) -> Option<Money> {
        let price = self.unit_price.filter(|price| *price >= Money::ZERO)?;
        price.checked_sub(self.cost()?).map(|margin| margin.max(Money::ZERO))
    }

    /// The cost, unless it is missing or negative.
    pub(crate) fn cost(&self) -> Option<Money> {
        self.unit_cost.filter(|cost| *cost >= Money::ZERO)
    }

    /// What a reader of the amounts should know about these figures.
    pub(crate) fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        for (what, value) in [("cost", self.unit_cost), ("price", self.unit_price)] {
            match value {
                None => doubts.push(format!("no unit {what} is known")),
                Some(value) if value < Money::ZERO => {
                    doubts.push(format!("unit {what} of {value} is negative and not used"));
                }
                Some(_) => {}
            }
        }
        if self.unit_cost == Some(Money::ZERO) {
            doubts.push("unit cost is 0, so the whole price counts as margin".to_owned());
        }
        if let (Some(cost), Some(price)) = (self.unit_cost, self.unit_price)
            && price < cost
        {
            doubts.push(format!("price of {price} is below cost of {cost}: no margin at risk"));
        }
        doubts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn economics(cost: Option<&str>, price: Option<&str>) -> Economics {
        let money = |text: Option<&str>| text.map(|text| text.parse().unwrap());
        Economics { unit_cost: money(cost), unit_price: money(price) }
    }

    #[test]
    fn margin_is_price_less_cost_and_never_negative() {
        let margin = |cost, price| economics(cost, price).unit_margin().map(|m| m.to_string());
        assert_eq!(margin(Some("6.10"), Some("9.95")).as_deref(), Some("3.85"));
        assert_eq!(margin(Some("0"), Some("9.95")).as_deref(), Some("9.95"));
        assert_eq!(margin(Some("12"), Some("9.95")).as_deref(), Some("0"));
        assert_eq!(margin(None, Some("9.95")), None);
        assert_eq!(margin(Some("6.10"), None), None);
        assert_eq!(margin(Some("-1"), Some("9.95")), None);
    }

    #[test]
    fn doubtful_figures_are_told() {
        assert_eq!(
            economics(Some("0"), Some("9.95")).doubts(),
            ["unit cost is 0, so the whole price counts as margin"]
        );
        assert_eq!(
            economics(None, Some("-1")).doubts(),
            ["no unit cost is known", "unit price of -1 is negative and not used"]
        );
        assert_eq!(
            economics(Some("12"), Some("9.95")).doubts(),
            ["price of 9.95 is below cost of 12: no margin at risk"]
        );
        assert!(economics(Some("6.10"), Some("9.95")).doubts().is_empty());
    }
}
