use super::Refusal;
use serde::{Deserialize, Serialize};
use shelfcast_inventory::{Rule, Target};
use shelfcast_retail::Rate;
use std::collections::BTreeMap;

/// Lead time and review period together: a forecast further ahead would decide nothing.
const MOST_INTERVAL_DAYS: u32 = 730;
/// The most money that a list may cost.
const MOST_MONEY: f64 = 1e12;
/// Of customers who find a shelf empty 31 % buy elsewhere (Corsten and Gruen 2003, Desperately seeking
/// shelf availability); with half a dozen other goods in the basket that is about two margins.
const DEFAULT_GOODWILL: f64 = 2.0;
/// The most margins that a lost unit may cost besides its own.
const MOST_GOODWILL: f64 = 1_000.0;
pub(super) const TARGETS: [&str; 3] = ["cycle_service", "fill_rate", "economic"];

/// `[policy]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyConfig {
    /// Days from an order to its goods on the shelf; without one, products that have none of
    /// their own get no orders.
    pub lead_time_days: Option<u32>,
    /// Whether orders are sized by the lead times that were measured, shrunk to the stated one
    /// where receipts are few; else by the stated one alone.
    pub measured_lead_times: bool,
    /// Days from one review of a product to the next.
    pub review_days: u32,
    /// When to order and how much: a word of [`Rule::words`].
    pub kind: String,
    /// What levels are sized for: `cycle_service`, `fill_rate` or `economic`. Left out it is
    /// `economic` for fresh goods that have no target of their own, `cycle_service` for all others.
    pub target: Option<String>,
    /// The target's share: of replenishment cycles without a stockout, or of demand met at once.
    pub service_target: f64,
    /// Money that one list of orders may cost; no limit when left out.
    pub budget: Option<f64>,
    /// Days of cover at most to which orders are raised to reach a supplier's minimum.
    pub supplier_cover_days: u32,
    /// Days of demand beyond whose 90 % quantile stock counts as excess.
    pub excess_days: u32,
    /// Days without a sale after which stock counts as dead.
    pub dead_after_days: u32,
    /// Days without its purchase order after which an approved order line is flagged.
    pub commitment_days: u32,
    /// Whether products whose stock is in doubt get no order until they are counted; else they get
    /// one that says so.
    pub hold_doubtful_stock: bool,
    /// The settings above that nobody has confirmed; orders that use one say so.
    pub assumed: Vec<String>,
    /// What holds for the products of a class: `A`, or ABC and XYZ class together as in `AX`.
    pub classes: BTreeMap<String, ClassPolicy>,
    /// What holds for single products, at one place or at all.
    pub products: Vec<ProductPolicy>,
}

impl Default for PolicyConfig {
    fn default() -> Self {
        Self {
            lead_time_days: None,
            measured_lead_times: true,
            review_days: 7,
            kind: "order_up_to".to_owned(),
            target: None,
            service_target: 0.95,
            budget: None,
            supplier_cover_days: 60,
            excess_days: 180,
            dead_after_days: 180,
            commitment_days: 7,
            hold_doubtful_stock: false,
            assumed: Vec::new(),
            classes: BTreeMap::new(),
            products: Vec::new(),
        }
    }
}

/// `[policy.classes.AX]`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClassPolicy {
    /// As in `[policy]`.
    pub kind: Option<String>,
    /// As in `[policy]`.
    pub target: Option<String>,
    /// As in `[policy]`.
    pub service_target: Option<f64>,
    /// As in `[policy]`.
    pub review_days: Option<u32>,
}

/// `[[policy.products]]`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductPolicy {
    /// The product.
    pub product_id: String,
    /// The place; all places when left out.
    pub location_id: Option<String>,
    /// As in `[policy]`.
    pub lead_time_days: Option<u32>,
    /// As in `[policy]`.
    pub kind: Option<String>,
    /// As in `[policy]`.
    pub target: Option<String>,
    /// As in `[policy]`.
    pub service_target: Option<f64>,
    /// As in `[policy]`.
    pub review_days: Option<u32>,
}

/// `[costs]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CostsConfig {
    /// Cost of keeping a unit for a year, as a share of its purchase cost.
    pub holding_rate: f64,
    /// Cost of one order to one supplier, whatever is in it.
    pub order_cost: f64,
    /// Cost of one more line on an order.
    pub order_line_cost: f64,
    /// What a unit that is written off still brings, as a share of its purchase cost.
    pub salvage_share: f64,
    /// What a unit that is not sold costs besides its margin, in margins.
    pub goodwill: f64,
}

impl Default for CostsConfig {
    fn default() -> Self {
        Self {
            holding_rate: 0.20,
            order_cost: 25.0,
            order_line_cost: 2.0,
            salvage_share: 0.0,
            goodwill: DEFAULT_GOODWILL,
        }
    }
}

pub(super) const POLICY_KEYS: &[&str] = &[
    "lead_time_days",
    "measured_lead_times",
    "review_days",
    "kind",
    "target",
    "service_target",
    "budget",
    "supplier_cover_days",
    "excess_days",
    "dead_after_days",
    "commitment_days",
    "hold_doubtful_stock",
    "assumed",
    "classes",
    "products",
];
pub(super) const CLASS_KEYS: &[&str] = &["kind", "target", "service_target", "review_days"];
pub(super) const PRODUCT_KEYS: &[&str] = &[
    "product_id",
    "location_id",
    "lead_time_days",
    "kind",
    "target",
    "service_target",
    "review_days",
];
pub(super) const COSTS_KEYS: &[&str] =
    &["holding_rate", "order_cost", "order_line_cost", "salvage_share", "goodwill"];

/// Every class that a policy may be given for, the wider ones first.
const CLASSES: [&str; 12] = ["A", "B", "C", "AX", "AY", "AZ", "BX", "BY", "BZ", "CX", "CY", "CZ"];

impl PolicyConfig {
    /// The first setting that cannot be meant.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let section = Section { header: "[policy]".to_owned(), nth: 0 };
        section.service_target(Some(self.service_target))?;
        section.days(self.lead_time_days, Some(self.review_days))?;
        section.words(Some(&self.kind), self.target.as_deref())?;
        if let Some(budget) = self.budget
            && !(0.0..=MOST_MONEY).contains(&budget)
        {
            return section.refuse(
                "budget",
                format!("budget is {budget}, allowed is 0 to {MOST_MONEY}"),
                "leave it out where there is no limit",
            );
        }
        if !(1..=MOST_INTERVAL_DAYS).contains(&self.excess_days) {
            let found = self.excess_days;
            let message = format!("excess_days is {found}, allowed is 1 to {MOST_INTERVAL_DAYS}");
            return section.refuse("excess_days", message, "half a year is 180");
        }
        let known = ["lead_time_days", "review_days", "service_target"];
        if let Some(name) = self.assumed.iter().find(|name| !known.contains(&name.as_str())) {
            let message = format!("assumed names `{name}`, allowed are {}", known.join(", "));
            return section.refuse("assumed", message, "name settings of [policy] only");
        }
        for (class, policy) in &self.classes {
            let section = Section { header: format!("[policy.classes.{class}]"), nth: 0 };
            if !CLASSES.contains(&class.as_str()) {
                let message =
                    format!("class `{class}` is unknown; allowed are {}", CLASSES.join(", "));
                return section.refuse("", message, "name an ABC class, or one of ABC and XYZ");
            }
            section.service_target(policy.service_target)?;
            section.days(self.lead_time_days, policy.review_days)?;
            section.words(policy.kind.as_deref(), policy.target.as_deref())?;
        }
        for (nth, policy) in self.products.iter().enumerate() {
            let section = Section { header: "[[policy.products]]".to_owned(), nth };
            section.service_target(policy.service_target)?;
            section.days(policy.lead_time_days.or(self.lead_time_days), policy.review_days)?;
            section.words(policy.kind.as_deref(), policy.target.as_deref())?;
            let is_same = |other: &ProductPolicy| {
                (&other.product_id, &other.location_id) == (&policy.product_id, &policy.location_id)
            };
            if self.products[..nth].iter().any(is_same) {
                let message = format!("product `{}` has a policy already", policy.product_id);
                return section.refuse(
                    "product_id",
                    message,
                    "keep one entry of a product and place",
                );
            }
        }
        Ok(())
    }
}

impl CostsConfig {
    /// The first cost that cannot be meant.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let section = Section { header: "[costs]".to_owned(), nth: 0 };
        for (key, share) in
            [("holding_rate", self.holding_rate), ("salvage_share", self.salvage_share)]
        {
            if !(0.0..=1.0).contains(&share) {
                let message = format!("{key} is {share}, allowed is 0 to 1");
                return section.refuse(key, message, "write 20 % as 0.20");
            }
        }
        if !(0.0..=MOST_GOODWILL).contains(&self.goodwill) {
            let message = format!("goodwill is {}, allowed is 0 to {MOST_GOODWILL}", self.goodwill);
            return section.refuse(
                "goodwill",
                message,
                "write how many margins a lost unit costs besides its own",
            );
        }
        for (key, money) in
            [("order_cost", self.order_cost), ("order_line_cost", self.order_line_cost)]
        {
            if !(0.0..=MOST_MONEY).contains(&money) {
                let message = format!("{key} is {money}, allowed is 0 to {MOST_MONEY}");
                return section.refuse(key, message, "write what one more of it costs");
            }
        }
        Ok(())
    }
}

/// A table of the file, for messages that name its line.
struct Section {
    header: String,
    nth: usize,
}

impl Section {
    fn refuse(&self, key: &str, message: String, hint: &str) -> Result<(), Refusal> {
        Err(Refusal {
            header: self.header.clone(),
            nth: self.nth,
            key: key.to_owned(),
            message,
            hint: hint.to_owned(),
        })
    }

    fn service_target(&self, found: Option<f64>) -> Result<(), Refusal> {
        match found {
            Some(target) if !(target > 0.0 && target <= 1.0) => {
                let message = format!("service_target is {target}, allowed is above 0 to 1");
                self.refuse("service_target", message, "write 95 % as 0.95")
            }
            _ => Ok(()),
        }
    }

    fn days(&self, lead_time_days: Option<u32>, review_days: Option<u32>) -> Result<(), Refusal> {
        if review_days == Some(0) {
            let message = "review_days is 0, allowed is 1 or more".to_owned();
            return self.refuse("review_days", message, "a daily review is 1");
        }
        let (lead, review) = (lead_time_days.unwrap_or(0), review_days.unwrap_or(1));
        if lead.saturating_add(review) > MOST_INTERVAL_DAYS {
            let message = format!(
                "lead_time_days is {lead} and review_days is {review}, allowed are \
                 {MOST_INTERVAL_DAYS} days together"
            );
            return self.refuse("lead_time_days", message, "write weeks and months as days");
        }
        Ok(())
    }

    fn words(&self, kind: Option<&str>, target: Option<&str>) -> Result<(), Refusal> {
        if let Some(kind) = kind
            && kind.parse::<Rule>().is_err()
        {
            let allowed: Vec<&str> = Rule::words().collect();
            return self.unknown_word("kind", kind, &allowed);
        }
        if let Some(target) = target
            && Target::named(target, Rate::default()).is_err()
        {
            return self.unknown_word("target", target, &TARGETS);
        }
        Ok(())
    }

    fn unknown_word(&self, key: &str, found: &str, allowed: &[&str]) -> Result<(), Refusal> {
        let message = format!("{key} is `{found}`, allowed are {}", allowed.join(", "));
        let hint = match super::nearest(found, allowed) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "docs/orders.md says what each does".to_owned(),
        };
        self.refuse(key, message, &hint)
    }
}

#[cfg(test)]
mod tests {
    use crate::Config;

    fn refused(text: &str) -> String {
        let text = format!("[project]\nname = \"shop\"\n{text}");
        let error = Config::parse(&text, "shelfcast.toml").unwrap_err();
        format!("{error}\n{}", error.hint().unwrap_or_default())
    }

    #[test]
    fn what_cannot_be_meant_is_named_with_its_own_line() {
        assert_eq!(
            refused(
                "[policy]\nservice_target = 0.9\n[policy.classes.AX]\nreview_days = 1\nservice_target = 98\n"
            ),
            "shelfcast.toml:7: service_target is 98, allowed is above 0 to 1\nwrite 95 % as 0.95"
        );
        assert_eq!(
            refused("[policy.classes.AX]\nkind = \"reorder_upto\"\n"),
            "shelfcast.toml:4: kind is `reorder_upto`, allowed are order_up_to, base_stock, \
             reorder_up_to, reorder_quantity, newsvendor, min_max\ndid you mean `reorder_up_to`?"
        );
        assert_eq!(
            refused("[policy.classes.Q]\nreview_days = 1\n"),
            "shelfcast.toml:3: class `Q` is unknown; allowed are A, B, C, AX, AY, AZ, BX, BY, BZ, \
             CX, CY, CZ\nname an ABC class, or one of ABC and XYZ"
        );
        assert_eq!(
            refused(
                "[[policy.products]]\nproduct_id = \"P\"\n[[policy.products]]\nproduct_id = \"Q\"\ntarget = \"fillrate\"\n"
            ),
            "shelfcast.toml:7: target is `fillrate`, allowed are cycle_service, fill_rate, economic\n\
             did you mean `fill_rate`?"
        );
        assert_eq!(
            refused("[costs]\norder_cost = 2\nholding_rate = 20\n"),
            "shelfcast.toml:5: holding_rate is 20, allowed is 0 to 1\nwrite 20 % as 0.20"
        );
        assert_eq!(
            refused("[costs]\ngoodwill = -1\n"),
            "shelfcast.toml:4: goodwill is -1, allowed is 0 to 1000\n\
             write how many margins a lost unit costs besides its own"
        );
        assert_eq!(
            refused("[policy]\nbudget = -1\n"),
            "shelfcast.toml:4: budget is -1, allowed is 0 to 1000000000000\n\
             leave it out where there is no limit"
        );
    }

    #[test]
    fn unknown_keys_of_inner_tables_are_named_with_their_neighbour() {
        assert_eq!(
            refused("[policy.classes.AX]\nservice_taget = 0.98\n"),
            "shelfcast.toml:4: unknown key `service_taget` in [policy.classes.AX]; allowed are \
             kind, target, service_target, review_days\ndid you mean `service_target`?"
        );
        assert_eq!(
            refused("[[policy.products]]\nproduct = \"P\"\n"),
            "shelfcast.toml:4: unknown key `product` in [[policy.products]]; allowed are \
             product_id, location_id, lead_time_days, kind, target, service_target, review_days\n\
             did you mean `product_id`?"
        );
        assert_eq!(
            refused("[costs]\nholding_cost = 0.2\n"),
            "shelfcast.toml:4: unknown key `holding_cost` in [costs]; allowed are holding_rate, \
             order_cost, order_line_cost, salvage_share, goodwill\ndid you mean `holding_rate`?"
        );
    }
}
