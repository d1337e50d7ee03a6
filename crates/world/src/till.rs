//! At the till: discounts, payment, totals, and what comes back later.

use crate::random::{self, FastRng};
use crate::{Payment, SaleKind, SaleLine, Segment};
use rand::{Rng, RngExt};

/// Longest time between a sale and its return, in days.
pub(crate) const LONGEST_RETURN_DAYS: u32 = 30;
/// Mean of that time.
const MEAN_RETURN_DAYS: f64 = 7.0;

const REASONS: [(&str, bool); 4] =
    [("changed mind", true), ("wrong item", true), ("not as described", true), ("faulty", false)];

/// What half to even makes of `price x quantity x (1 - discount)`, in cents.
pub(crate) fn total_cents(unit_price_cents: u32, quantity: i32, discount_parts: u16) -> i64 {
    let kept = 10_000 - i64::from(discount_parts);
    let exact = i64::from(unit_price_cents) * i64::from(quantity) * kept;
    let (whole, rest) = (exact.div_euclid(10_000), exact.rem_euclid(10_000));
    whole + i64::from(rest > 5_000 || (rest == 5_000 && whole & 1 == 1))
}

pub(crate) fn payment(rng: &mut FastRng) -> Payment {
    match rng.next_u32() >> 24 {
        0..148 => Payment::Card,
        148..210 => Payment::Cash,
        210..246 => Payment::Mobile,
        _ => Payment::GiftCard,
    }
}

/// Discount on what is not on promotion: coupons of known customers, goods marked down.
pub(crate) fn coupon(bits: u32, segment: Option<Segment>) -> u16 {
    let share = match segment {
        Some(Segment::Vip) => 26,
        Some(_) => 13,
        None => 5,
    };
    if bits >> 24 >= share {
        return 0;
    }
    [500, 1_000, 1_000, 2_000][(bits & 3) as usize]
}

/// A line that will come back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlannedReturn {
    pub(crate) line: SaleLine,
    pub(crate) slot: u32,
    pub(crate) sold_on: u32,
    pub(crate) reason: &'static str,
    pub(crate) is_resold: bool,
}

/// Decides how a line that will come back does so, and after how many days.
pub(crate) fn plan_return(
    rng: &mut FastRng,
    line: SaleLine,
    slot: u32,
    sold_on: u32,
) -> (u32, PlannedReturn) {
    let lag = random::geometric(rng, MEAN_RETURN_DAYS).min(LONGEST_RETURN_DAYS);
    let quantity = rng.random_range(1..=line.quantity);
    let (reason, is_resold) = random::one_of(rng, &REASONS);
    let refund = SaleLine {
        line: 1,
        quantity: -quantity,
        total_cents: total_cents(line.unit_price_cents, -quantity, line.discount_parts),
        kind: SaleKind::Return,
        ..line
    };
    (lag, PlannedReturn { line: refund, slot, sold_on, reason, is_resold })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::cents;
    use proptest::prelude::*;
    use shelfcast_retail::{Quantity, Rate};

    proptest! {
        #[test]
        fn totals_are_those_of_the_retail_crate(
            price in 1_u32..1_000_000, quantity in -500_i32..500, discount in 0_u16..=10_000
        ) {
            let rate = Rate::from_parts(i128::from(discount)).unwrap();
            let units = Quantity::from_whole(i64::from(quantity));
            let expected = cents(price).line_total(units, rate).unwrap().parts();
            prop_assert_eq!(i128::from(total_cents(price, quantity, discount)) * 100, expected);
        }
    }
}
