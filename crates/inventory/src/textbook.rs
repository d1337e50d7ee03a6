//! Closed forms of inventory theory.
//!
//! Source of the formulas and of the examples: Snyder and Shen, "Fundamentals
//! of Supply Chain Theory", 2nd edition, Wiley 2019, chapters 3 and 4.

use crate::PlanError;

/// The newsvendor's order and what it costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Newsvendor {
    /// `Cu / (Cu + Co)`: the share of demand that is worth covering.
    pub critical_ratio: f64,
    /// The order `Q`: that quantile of demand, in units.
    pub quantity: f64,
    /// Expected cost of leftovers and shortages, in money.
    pub expected_cost: f64,
}

/// The economic order quantity of Wilson: `sqrt(2 * K * D / h)`, in units.
///
/// `order_cost` is `K`, money an order; `demand_rate` is `D`, units a year (or
/// any other time); `holding_cost` is `h`, money a unit in the same time.
///
/// # Errors
/// An order cost or demand that is negative, a holding cost of 0 or less.
///
/// ```
/// use shelfcast_inventory::economic_order_quantity;
/// // Example 3.1 of Snyder and Shen: K = 8, D = 1300, h = 0.225.
/// let quantity = economic_order_quantity(8.0, 1300.0, 0.225)?;
/// assert!((quantity - 304.047).abs() < 0.001);
/// # Ok::<(), shelfcast_inventory::PlanError>(())
/// ```
pub fn economic_order_quantity(
    order_cost: f64,
    demand_rate: f64,
    holding_cost: f64,
) -> Result<f64, PlanError> {
    not_negative("the order cost", order_cost)?;
    not_negative("the demand rate", demand_rate)?;
    positive("the holding cost", holding_cost)?;
    Ok(libm::sqrt(2.0 * order_cost * demand_rate / holding_cost))
}

/// The economic time between orders that hold several lines: `sqrt(2 (K + n k) / sum(h_i d_i))`.
///
/// `order_cost` is `K`, money an order; `line_cost` is `k`, money a line; `lines` are pairs of a
/// demand rate `d` (units a year) and a holding cost `h` (money a unit a year). The answer is in
/// years. All lines are ordered each time: chapter 10 of Silver, Pyke and Thomas, "Inventory and
/// Production Management in Supply Chains", 4th edition, CRC Press 2017, with every multiple 1.
/// `None` where keeping the lines costs nothing.
///
/// # Errors
/// A negative cost or demand.
///
/// ```
/// use shelfcast_inventory::{economic_order_quantity, joint_order_interval};
/// // One line alone is Wilson's quantity: Q = T d.
/// let alone = joint_order_interval(8.0, 0.0, &[(1300.0, 0.225)])?.expect("it costs something");
/// let quantity = economic_order_quantity(8.0, 1300.0, 0.225)?;
/// assert!((alone * 1300.0 - quantity).abs() < 1e-9);
/// # Ok::<(), shelfcast_inventory::PlanError>(())
/// ```
pub fn joint_order_interval(
    order_cost: f64,
    line_cost: f64,
    lines: &[(f64, f64)],
) -> Result<Option<f64>, PlanError> {
    not_negative("the order cost", order_cost)?;
    not_negative("the line cost", line_cost)?;
    let mut kept = 0.0;
    for (demand_rate, holding_cost) in lines {
        not_negative("the demand rate", *demand_rate)?;
        not_negative("the holding cost", *holding_cost)?;
        kept += demand_rate * holding_cost;
    }
    let ordered = order_cost + line_cost * lines.len() as f64;
    Ok((kept > 0.0).then(|| libm::sqrt(2.0 * ordered / kept)))
}

/// The newsvendor problem with normal demand of mean `mean` and standard
/// deviation `deviation`, in units.
///
/// `underage_cost` is `Cu`, money a unit short (the margin); `overage_cost` is
/// `Co`, money a unit left over. `Q = mean + z * deviation` with `z` the
/// critical ratio's normal quantile; the expected cost is
/// `(Cu + Co) * phi(z) * deviation`.
///
/// # Errors
/// A cost of 0 or less, or a deviation that is negative.
///
/// ```
/// use shelfcast_inventory::normal_newsvendor;
/// // Example 4.3 of Snyder and Shen: mean 50, deviation 8, h = 0.18, p = 0.70.
/// let order = normal_newsvendor(50.0, 8.0, 0.70, 0.18)?;
/// assert!((order.quantity - 56.6).abs() < 0.01);
/// assert!((order.expected_cost - 2.0).abs() < 0.01);
/// # Ok::<(), shelfcast_inventory::PlanError>(())
/// ```
pub fn normal_newsvendor(
    mean: f64,
    deviation: f64,
    underage_cost: f64,
    overage_cost: f64,
) -> Result<Newsvendor, PlanError> {
    not_negative("the standard deviation", deviation)?;
    positive("the underage cost", underage_cost)?;
    positive("the overage cost", overage_cost)?;
    let critical_ratio = underage_cost / (underage_cost + overage_cost);
    let z = normal_quantile(critical_ratio);
    Ok(Newsvendor {
        critical_ratio,
        quantity: mean + z * deviation,
        expected_cost: (underage_cost + overage_cost) * normal_density(z) * deviation,
    })
}

/// Safety stock for a cycle service level when daily demand is normal and the
/// lead time random: `z * sqrt(T * sigma^2 + mean^2 * sigma_L^2)`, in units.
///
/// `T` is `interval_days`, lead time + review period; `mean` and `sigma` are
/// of one day's demand, `sigma_L` is `lead_time_deviation` in days. This is
/// the form that [`plan_order`](crate::plan_order) replaces by a simulated
/// quantile.
///
/// # Errors
/// A service level that is not strictly between 0 and 1, or a deviation or
/// interval that is negative.
pub fn normal_safety_stock(
    service_level: f64,
    interval_days: f64,
    mean: f64,
    deviation: f64,
    lead_time_deviation: f64,
) -> Result<f64, PlanError> {
    not_negative("the interval", interval_days)?;
    not_negative("the standard deviation", deviation)?;
    not_negative("the lead time's standard deviation", lead_time_deviation)?;
    if !(service_level > 0.0 && service_level < 1.0) {
        let (what, allowed) = ("the service level", "more than 0 and less than 1");
        return Err(PlanError::Parameter { what, found: service_level, allowed });
    }
    let variance = interval_days * deviation * deviation
        + mean * mean * lead_time_deviation * lead_time_deviation;
    Ok(normal_quantile(service_level) * libm::sqrt(variance))
}

/// Cycle service level of an order-up-to level when demand over the protection
/// interval is normal: `P(D <= S)`.
///
/// # Errors
/// A deviation of 0 or less.
pub fn normal_cycle_service_level(
    order_up_to_level: f64,
    mean: f64,
    deviation: f64,
) -> Result<f64, PlanError> {
    positive("the standard deviation", deviation)?;
    Ok(normal_distribution((order_up_to_level - mean) / deviation))
}

pub(crate) fn not_negative(what: &'static str, found: f64) -> Result<(), PlanError> {
    if found >= 0.0 && found.is_finite() {
        return Ok(());
    }
    Err(PlanError::Parameter { what, found, allowed: "a number of at least 0" })
}

pub(crate) fn positive(what: &'static str, found: f64) -> Result<(), PlanError> {
    if found > 0.0 && found.is_finite() {
        return Ok(());
    }
    Err(PlanError::Parameter { what, found, allowed: "a number above 0" })
}

pub(crate) fn normal_density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / libm::sqrt(std::f64::consts::TAU)
}

pub(crate) fn normal_distribution(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// The normal quantile of a probability strictly between 0 and 1.
///
/// By bisection of the distribution function: slower than a fitted rational
/// function and right to the last digits that `erfc` has, without a table of
/// constants.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    let (mut low, mut high) = (-40.0, 40.0);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if normal_distribution(middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{found} is not {expected}");
    }

    #[test]
    fn the_printed_economic_order_quantity_is_found() {
        // Snyder and Shen, example 3.1, with the digits that stockpyl
        // prints in its documentation of economic_order_quantity.
        assert_near(economic_order_quantity(8.0, 1300.0, 0.225).unwrap(), 304.0467800264368);
    }

    #[test]
    fn the_printed_newsvendor_order_is_found() {
        // Snyder and Shen, example 4.3, with the digits that stockpyl
        // prints in its documentation of newsvendor_normal.
        let order = normal_newsvendor(50.0, 8.0, 0.70, 0.18).unwrap();
        assert_near(order.quantity, 56.60395592743389);
        assert_near(order.expected_cost, 1.9976051931766445);
        assert_near(order.critical_ratio, 0.70 / 0.88);
    }

    #[test]
    fn the_printed_order_up_to_order_is_found() {
        // Jacobs and Chase, "Operations and Supply Chain Management", the example "Quantity to
        // order" of the fixed-time period model: 10 a day with a deviation of 3, review period of
        // 30 days, lead time of 14, 98 % service, 150 in inventory. Printed: a deviation of 19.90
        // over 44 days, 331 units.
        let safety = normal_safety_stock(0.98, 44.0, 10.0, 3.0, 0.0).unwrap();
        assert!((safety / normal_quantile(0.98) - 19.90).abs() < 0.005);
        assert_near((10.0 * 44.0 + safety - 150.0).round(), 331.0);
    }

    #[test]
    fn two_lines_together_are_ordered_at_the_economic_interval() {
        // K = 25, k = 2; 100 a year at 1.20 and 50 a year at 4: sqrt(2 x 29 / 320).
        let interval = joint_order_interval(25.0, 2.0, &[(100.0, 1.2), (50.0, 4.0)]).unwrap();
        assert_near(interval.unwrap(), libm::sqrt(58.0 / 320.0));
        assert_eq!(joint_order_interval(25.0, 2.0, &[(100.0, 0.0)]), Ok(None));
    }

    #[test]
    fn quantiles_match_the_printed_table() {
        // Table of the standard normal distribution to six decimals.
        for (probability, z) in [(0.5, 0.0), (0.9, 1.281552), (0.95, 1.644854), (0.99, 2.326348)] {
            assert!((normal_quantile(probability) - z).abs() < 5e-7, "{probability}");
        }
    }

    #[test]
    fn safety_stock_and_service_level_undo_each_other() {
        // 21 days of mean 3.1 and deviation 2: the level is 65.1 + safety.
        let safety = normal_safety_stock(0.95, 21.0, 3.1, 2.0, 0.0).unwrap();
        let level = normal_cycle_service_level(65.1 + safety, 65.1, libm::sqrt(84.0)).unwrap();
        assert_near(level, 0.95);
        // A lead time that varies by a day adds the demand of a day: 84 + 9.61.
        let more = normal_safety_stock(0.95, 21.0, 3.1, 2.0, 1.0).unwrap();
        assert_near(more * more / (safety * safety), (84.0 + 9.61) / 84.0);
    }

    #[test]
    fn parameters_outside_their_range_are_named() {
        assert_eq!(
            economic_order_quantity(8.0, 1300.0, 0.0).unwrap_err().to_string(),
            "the holding cost is `0`; allowed is a number above 0"
        );
        assert_eq!(
            normal_safety_stock(1.0, 21.0, 3.1, 2.0, 0.0).unwrap_err().to_string(),
            "the service level is `1`; allowed is more than 0 and less than 1"
        );
        assert!(normal_newsvendor(50.0, f64::NAN, 0.7, 0.2).is_err());
        assert!(normal_cycle_service_level(60.0, 50.0, 0.0).is_err());
    }
}
