use crate::{PlanError, Unmet};
use shelfcast_retail::{Quantity, Rate};
use std::str::FromStr;

/// When to order and how much, once levels are known.
///
/// A run once a day is a review period of 1, never continuous review; so (s,Q) and (s,S) are the
/// rules with a reorder level, reviewed daily, and (R,s,S) is the same reviewed every R days.
/// Every level covers lead time + review period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rule {
    /// (R,S): every review orders up to the level S.
    #[default]
    OrderUpTo,
    /// (s,S) and (R,s,S): at or below the reorder level s, up to S = s + the lot.
    ReorderUpTo(Lot),
    /// (s,Q): at or below the reorder level s, as many lots Q as lift the position above s.
    ReorderQuantity(Lot),
    /// Min/max with levels set by hand: below the minimum, up to the maximum.
    MinMax {
        /// Ordered when the position is below it.
        minimum: Quantity,
        /// Ordered up to it; at least the minimum.
        maximum: Quantity,
    },
    /// One purchase for one shelf life: the critical quantile of demand while the goods keep.
    Newsvendor,
}

/// The lot of a rule with a reorder level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lot {
    /// The economic order quantity at the mean demand of the sample paths, at least the mean
    /// demand of a review period.
    #[default]
    Economic,
    /// A quantity set by hand.
    Fixed(Quantity),
}

/// The words of [`Rule`] in configurations.
const RULES: [(&str, Rule); 6] = [
    ("order_up_to", Rule::OrderUpTo),
    ("base_stock", Rule::OrderUpTo),
    ("reorder_up_to", Rule::ReorderUpTo(Lot::Economic)),
    ("reorder_quantity", Rule::ReorderQuantity(Lot::Economic)),
    ("newsvendor", Rule::Newsvendor),
    ("min_max", Rule::MinMax { minimum: Quantity::ZERO, maximum: Quantity::ZERO }),
];

/// The textbook's signs for the same.
const SIGNS: [(&str, &str); 5] = [
    ("(R,S)", "order_up_to"),
    ("(s,S)", "reorder_up_to"),
    ("(R,s,S)", "reorder_up_to"),
    ("(s,Q)", "reorder_quantity"),
    ("(R,s,Q)", "reorder_quantity"),
];

impl Rule {
    /// The words that [`Rule::from_str`] knows, `min_max` with levels of 0 to be filled in.
    pub fn words() -> impl Iterator<Item = &'static str> {
        RULES.iter().map(|(word, _)| *word)
    }

    /// Min/max levels.
    ///
    /// # Errors
    /// A maximum below its minimum.
    pub fn min_max(minimum: Quantity, maximum: Quantity) -> Result<Self, PlanError> {
        if maximum < minimum {
            return Err(PlanError::MinMax { minimum, maximum });
        }
        Ok(Self::MinMax { minimum, maximum })
    }

    /// The word in configurations and tables.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::OrderUpTo => "order_up_to",
            Self::ReorderUpTo(_) => "reorder_up_to",
            Self::ReorderQuantity(_) => "reorder_quantity",
            Self::MinMax { .. } => "min_max",
            Self::Newsvendor => "newsvendor",
        }
    }
}

impl FromStr for Rule {
    type Err = PlanError;

    /// ```
    /// use shelfcast_inventory::{Lot, Rule};
    /// assert_eq!("reorder_up_to".parse::<Rule>()?, Rule::ReorderUpTo(Lot::Economic));
    /// assert_eq!("(R,S)".parse::<Rule>()?, Rule::OrderUpTo);
    /// # Ok::<(), shelfcast_inventory::PlanError>(())
    /// ```
    fn from_str(text: &str) -> Result<Self, PlanError> {
        let sign: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let word = SIGNS.iter().find(|(known, _)| *known == sign).map_or(text, |(_, word)| word);
        let rule = RULES.iter().find(|(known, _)| *known == word);
        rule.map(|(_, rule)| *rule).ok_or_else(|| PlanError::UnknownRule {
            found: text.to_owned(),
            allowed: Self::words().collect::<Vec<_>>().join(", "),
        })
    }
}

/// Goods that keep for at most so many protection intervals are fresh: what one order leaves is
/// hardly on sale for longer than the next one.
pub const FRESH_INTERVALS: u32 = 2;

/// What a level is sized for. Whatever it is, both service measures are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The probability that no demand is left unmet in a replenishment cycle.
    CycleService(Rate),
    /// The share of demanded units met from stock at once.
    FillRate(Rate),
    /// The level at which one more unit costs in holding and write-off what it brings in margin.
    /// Where cost or margin is missing or 0, this cycle service level instead, and it is said.
    Economic {
        /// The cycle service level without cost or margin.
        otherwise: Rate,
    },
}

impl Target {
    /// The word in configurations and tables.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::CycleService(_) => "cycle_service",
            Self::FillRate(_) => "fill_rate",
            Self::Economic { .. } => "economic",
        }
    }

    /// A target from its word and its rate.
    ///
    /// # Errors
    /// A word that is none of `cycle_service`, `fill_rate` and `economic`.
    pub fn named(word: &str, rate: Rate) -> Result<Self, PlanError> {
        match word {
            "cycle_service" => Ok(Self::CycleService(rate)),
            "fill_rate" => Ok(Self::FillRate(rate)),
            "economic" => Ok(Self::Economic { otherwise: rate }),
            _ => Err(PlanError::UnknownRule {
                found: word.to_owned(),
                allowed: "cycle_service, fill_rate, economic".to_owned(),
            }),
        }
    }

    /// What goods are sized for where nobody has set a target: the cheapest level for those that do
    /// not outlive [`FRESH_INTERVALS`] protection intervals of `interval_days` days, a cycle service
    /// level for all others.
    ///
    /// A unit of goods that keep costs little when it waits for the next customer; one that is
    /// written off costs all that was paid for it, and a level for a given service buys many.
    ///
    /// ```
    /// use shelfcast_inventory::Target;
    /// let usual = |life| Target::usual("0.95".parse().expect("a rate"), life, 9).as_str();
    /// assert_eq!(usual(None), "cycle_service");
    /// assert_eq!((usual(Some(18)), usual(Some(19))), ("economic", "cycle_service"));
    /// ```
    pub fn usual(rate: Rate, shelf_life_days: Option<u32>, interval_days: u32) -> Self {
        let longest = interval_days.saturating_mul(FRESH_INTERVALS);
        match shelf_life_days {
            Some(life) if life <= longest => Self::Economic { otherwise: rate },
            _ => Self::CycleService(rate),
        }
    }

    /// The rate it was made with.
    pub const fn rate(&self) -> Rate {
        match self {
            Self::CycleService(rate)
            | Self::FillRate(rate)
            | Self::Economic { otherwise: rate } => *rate,
        }
    }
}

/// How the stock of one product at one place is replenished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strategy {
    /// When to order and how much.
    pub rule: Rule,
    /// What the levels are sized for.
    pub target: Target,
    /// What becomes of demand that finds no stock.
    pub unmet: Unmet,
    /// Days from receipt after which unsold units are written off; `None` for goods that keep.
    pub shelf_life_days: Option<u32>,
    /// What had to be assumed, each a clause; repeated in every answer.
    pub assumptions: Vec<String>,
}

impl Strategy {
    /// (R,S) for a target, for goods that keep, where unmet demand is lost.
    pub fn new(target: Target) -> Self {
        Self {
            rule: Rule::OrderUpTo,
            target,
            unmet: Unmet::Lost,
            shelf_life_days: None,
            assumptions: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_read_from_its_own_word() {
        for word in Rule::words().filter(|word| *word != "base_stock") {
            assert_eq!(word.parse::<Rule>().unwrap().as_str(), word);
        }
        for (sign, word) in SIGNS {
            assert_eq!(sign.parse::<Rule>(), word.parse::<Rule>(), "{sign}");
        }
        assert_eq!("( R, s, S )".parse::<Rule>().unwrap().as_str(), "reorder_up_to");
    }

    #[test]
    fn unknown_words_are_told_what_is_allowed() {
        assert_eq!(
            "minmax".parse::<Rule>().unwrap_err().to_string(),
            "policy `minmax` is unknown; allowed are order_up_to, base_stock, reorder_up_to, \
             reorder_quantity, newsvendor, min_max"
        );
        assert!(Target::named("service", Rate::ZERO).is_err());
        let (one, two) = (Quantity::from_whole(1), Quantity::from_whole(2));
        assert_eq!(
            Rule::min_max(two, one).unwrap_err().to_string(),
            "the maximum of 1 is below the minimum of 2"
        );
    }
}
