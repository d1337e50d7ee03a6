//! From a need to a quantity that can be ordered: minimum, pack, maximum.

use crate::parts::{UNIT, bounded};
use crate::steps::{Ladder, StepKind};
use crate::text::{amount, counted};
use crate::{Constraints, PlanError};
use shelfcast_retail::Quantity;

/// Constraints after repair, in ten-thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) pack: i128,
    pub(crate) minimum: i128,
    maximum: Option<i128>,
    pub(crate) display_minimum: i128,
}

/// How much sells before it is written off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ShelfLife {
    pub(crate) days: u32,
    /// A quantile over the sample paths, in ten-thousandths.
    pub(crate) sellable: i128,
}

impl Limits {
    /// Repairs what cannot be meant and says so in `notes`.
    pub(crate) fn new(
        constraints: &Constraints,
        notes: &mut Vec<String>,
    ) -> Result<Self, PlanError> {
        let mut repaired = |what: &'static str, found: Quantity, least: i64, instead: i64| {
            let parts = bounded(what, found)?;
            if parts >= least {
                return Ok(i128::from(parts));
            }
            let instead = i128::from(instead);
            notes
                .push(format!("{what} of {found} is planned as {}", Quantity::from_parts(instead)));
            Ok(instead)
        };
        Ok(Self {
            pack: repaired("pack", constraints.order_multiple, 1, UNIT)?,
            minimum: repaired("minimum order", constraints.min_order_quantity, 0, 0)?,
            maximum: match constraints.max_quantity {
                Some(maximum) => Some(repaired("maximum", maximum, 0, 0)?),
                None => None,
            },
            display_minimum: repaired("display minimum", constraints.display_minimum, 0, 0)?,
        })
    }

    /// The least that can be ordered: the minimum in whole packs.
    pub(crate) fn least_order(&self) -> i64 {
        let packs = (self.minimum + self.pack - 1).div_euclid(self.pack).max(1);
        i64::try_from(packs * self.pack).unwrap_or(i64::MAX)
    }

    /// Turns the ladder's positive total into a quantity that can be ordered.
    pub(crate) fn apply(&self, ladder: &mut Ladder, position: i128, shelf_life: Option<ShelfLife>) {
        if ladder.total() < self.minimum {
            ladder.move_to(StepKind::MinimumOrder, self.minimum, || {
                format!("raised to the minimum order of {}", shown(self.minimum))
            });
        }
        let packs = (ladder.total() + self.pack - 1).div_euclid(self.pack);
        ladder.move_to(StepKind::Pack, packs * self.pack, || {
            format!("rounded up to {}", self.packs_in_words())
        });
        if let Some(life) = shelf_life {
            self.apply_shelf_life(ladder, life);
        }
        if let Some(maximum) = self.maximum {
            self.apply_maximum(ladder, maximum, maximum - position);
        }
    }

    /// Never below the smallest possible order: a pack that may spoil is better than none.
    fn apply_shelf_life(&self, ladder: &mut Ladder, life: ShelfLife) {
        let least = i128::from(self.least_order());
        let fitting = life.sellable.max(0).div_euclid(self.pack) * self.pack;
        let target = fitting.max(least).min(ladder.total());
        ladder.move_to(StepKind::ShelfLife, target, || {
            format!("lowered to what sells within a shelf life of {}", counted(life.days, "day"))
        });
    }

    fn apply_maximum(&self, ladder: &mut Ladder, maximum: i128, room: i128) {
        if ladder.total() <= room {
            return;
        }
        let fitting = room.max(0).div_euclid(self.pack) * self.pack;
        let allowed = if fitting < self.minimum { 0 } else { fitting };
        ladder.move_to(StepKind::Maximum, allowed, || {
            let maximum = shown(maximum);
            if allowed > 0 {
                return format!("lowered to stay within the maximum of {maximum}");
            }
            format!(
                "the maximum of {maximum} leaves room for {}, too little for an order",
                shown(room.max(0))
            )
        });
    }

    /// "packs of 12", or "whole units" where the pack is one unit.
    pub(crate) fn packs_in_words(&self) -> String {
        if self.pack == i128::from(UNIT) {
            return "whole units".to_owned();
        }
        format!("packs of {}", Quantity::from_parts(self.pack))
    }
}

fn shown(parts: i128) -> String {
    amount(Quantity::from_parts(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(text: &str) -> Quantity {
        text.parse().unwrap()
    }

    fn ordered(need: &str, position: &str, constraints: &Constraints) -> (String, Vec<String>) {
        let limits = Limits::new(constraints, &mut Vec::new()).unwrap();
        let mut ladder = Ladder::default();
        ladder.show(StepKind::ForecastOverReview, quantity(need).parts(), String::new());
        limits.apply(&mut ladder, quantity(position).parts(), None);
        let notes = ladder.steps.iter().skip(1).map(|step| step.note.clone()).collect();
        (Quantity::from_parts(ladder.total()).to_string(), notes)
    }

    #[test]
    fn a_need_is_raised_to_the_minimum_then_to_whole_packs() {
        let constraints = Constraints {
            order_multiple: quantity("12"),
            min_order_quantity: quantity("20"),
            ..Constraints::default()
        };
        let (total, notes) = ordered("3.2", "0", &constraints);
        assert_eq!(total, "24");
        assert_eq!(notes, ["raised to the minimum order of 20", "rounded up to packs of 12"]);
        assert_eq!(ordered("24", "0", &constraints).0, "24");
        assert_eq!(ordered("24.0001", "0", &constraints).0, "36");
    }

    #[test]
    fn weighed_goods_come_in_parts_of_a_unit() {
        let constraints =
            Constraints { order_multiple: quantity("0.25"), ..Constraints::default() };
        assert_eq!(ordered("1.3", "0", &constraints).0, "1.5");
    }

    #[test]
    fn goods_that_spoil_are_lowered_to_what_sells_but_not_below_one_pack() {
        let constraints = Constraints { order_multiple: quantity("6"), ..Constraints::default() };
        let limits = Limits::new(&constraints, &mut Vec::new()).unwrap();
        let ordered = |sellable: &str| {
            let mut ladder = Ladder::default();
            ladder.show(StepKind::ForecastOverReview, quantity("30").parts(), String::new());
            let sellable = quantity(sellable).parts();
            limits.apply(&mut ladder, 0, Some(ShelfLife { days: 4, sellable }));
            Quantity::from_parts(ladder.total()).to_string()
        };
        assert_eq!([ordered("20"), ordered("40"), ordered("-3")], ["18", "30", "6"]);
    }

    #[test]
    fn the_maximum_lowers_to_whole_packs_or_to_nothing() {
        let constraints = Constraints {
            order_multiple: quantity("12"),
            min_order_quantity: quantity("24"),
            max_quantity: Some(quantity("50")),
            ..Constraints::default()
        };
        // Position 10 leaves room for 40: three packs. Position 30 leaves 20,
        // one pack, below the minimum of two.
        let (total, notes) = ordered("60", "10", &constraints);
        assert_eq!(
            (total.as_str(), notes[0].as_str()),
            ("36", "lowered to stay within the maximum of 50")
        );
        let (total, notes) = ordered("60", "30", &constraints);
        assert_eq!(total, "0");
        assert_eq!(notes, ["the maximum of 50 leaves room for 20, too little for an order"]);
    }

    #[test]
    fn limits_that_cannot_be_meant_are_repaired_and_told() {
        let constraints = Constraints {
            order_multiple: Quantity::ZERO,
            min_order_quantity: quantity("-1"),
            max_quantity: Some(quantity("-5")),
            ..Constraints::default()
        };
        let mut notes = Vec::new();
        let limits = Limits::new(&constraints, &mut notes).unwrap();
        assert_eq!((limits.pack, limits.minimum, limits.maximum), (10_000, 0, Some(0)));
        assert_eq!(
            notes,
            [
                "pack of 0 is planned as 1",
                "minimum order of -1 is planned as 0",
                "maximum of -5 is planned as 0"
            ]
        );
    }
}
