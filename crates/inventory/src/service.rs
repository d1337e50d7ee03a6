//! Closed forms of service measures under normal demand: what simulated answers are tested
//! against.

use crate::PlanError;
use crate::textbook::{
    normal_density, normal_distribution, normal_quantile, not_negative, positive,
};

/// A reorder level and a lot, in units, and what they cost a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReorderPoint {
    /// `s`: ordered when the position falls to it.
    pub reorder_level: f64,
    /// `Q`: units an order.
    pub quantity: f64,
    /// Expected cost of ordering, holding and shortage in the time of the demand rate.
    pub expected_cost: f64,
}

/// The standard normal loss function `G(k) = E[(Z - k)+] = phi(k) - k (1 - Phi(k))`.
///
/// ```
/// use shelfcast_inventory::normal_loss;
/// // The table of every textbook: G(0) = 0.3989, G(1) = 0.0833.
/// assert!((normal_loss(0.0) - 0.3989).abs() < 5e-5);
/// assert!((normal_loss(1.0) - 0.0833).abs() < 5e-5);
/// ```
pub fn normal_loss(k: f64) -> f64 {
    // The upper tail from erfc directly: 1 - Phi(k) would lose its digits.
    normal_density(k) - k * normal_distribution(-k)
}

/// Fill rate of (s,Q) under continuous review with backorders: `1 - sigma_L G(k) / Q`.
///
/// `mean` and `deviation` are of demand over the lead time, `k = (s - mean) / deviation`. What is
/// short at the beginning of a cycle is left out, as textbooks do: `Q` is to be large beside
/// `deviation`.
///
/// # Errors
/// A deviation or a lot of 0 or less.
pub fn normal_fill_rate_reorder_quantity(
    reorder_level: f64,
    quantity: f64,
    mean: f64,
    deviation: f64,
) -> Result<f64, PlanError> {
    positive("the standard deviation", deviation)?;
    positive("the lot", quantity)?;
    let k = (reorder_level - mean) / deviation;
    Ok(1.0 - deviation * normal_loss(k) / quantity)
}

/// Fill rate of (R,S) with backorders and independent normal days:
/// `1 - (E[(D_{L+R} - S)+] - E[(D_L - S)+]) / E[D_R]`.
///
/// `mean` and `deviation` are of one day. Sobel, "Fill rates of single-stage and multistage supply
/// systems", Manufacturing & Service Operations Management 6 (2004), for R = 1; Zhang and Zhang,
/// "Fill rate of single-stage general periodic review inventory systems", Operations Research
/// Letters 35 (2007). The traditional form drops the second expectation and understates.
///
/// # Errors
/// A mean or deviation of 0 or less, a review period of 0, a negative lead time.
pub fn normal_fill_rate_order_up_to(
    level: f64,
    lead_time_days: f64,
    review_days: f64,
    mean: f64,
    deviation: f64,
) -> Result<f64, PlanError> {
    positive("the mean demand", mean)?;
    positive("the standard deviation", deviation)?;
    positive("the review period", review_days)?;
    not_negative("the lead time", lead_time_days)?;
    let short = |days: f64| {
        let spread = deviation * libm::sqrt(days);
        if spread == 0.0 { 0.0 } else { spread * normal_loss((level - mean * days) / spread) }
    };
    let unmet = short(lead_time_days + review_days) - short(lead_time_days);
    Ok(1.0 - unmet / (mean * review_days))
}

/// (s,Q) of least cost when shortages cost a sum a unit: the expected-inventory-level
/// approximation of Hadley and Whitin, solved by turns for `Q` and `s`.
///
/// `Q = sqrt(2 D (K + p n(s)) / h)` and `P(D_L > s) = Q h / (p D)`, with `n(s)` the mean shortage
/// of a cycle. `demand_rate` and `demand_deviation` are of a year (or any other time),
/// `lead_time` a part of it. Snyder and Shen, section 5.3.2.
///
/// # Errors
/// A cost, rate, deviation or lead time of 0 or less; a shortage cost too low to hold any stock.
///
/// ```
/// use shelfcast_inventory::normal_reorder_point;
/// // Example 5.2 of Snyder and Shen.
/// let found = normal_reorder_point(8.0, 0.225, 7.5, 1300.0, 150.0, 1.0 / 12.0)?;
/// assert!((found.reorder_level - 213.97).abs() < 0.01);
/// assert!((found.quantity - 318.59).abs() < 0.01);
/// # Ok::<(), shelfcast_inventory::PlanError>(())
/// ```
pub fn normal_reorder_point(
    order_cost: f64,
    holding_cost: f64,
    shortage_cost: f64,
    demand_rate: f64,
    demand_deviation: f64,
    lead_time: f64,
) -> Result<ReorderPoint, PlanError> {
    positive("the order cost", order_cost)?;
    positive("the holding cost", holding_cost)?;
    positive("the shortage cost", shortage_cost)?;
    positive("the demand rate", demand_rate)?;
    positive("the standard deviation", demand_deviation)?;
    positive("the lead time", lead_time)?;
    let mean = demand_rate * lead_time;
    let deviation = demand_deviation * libm::sqrt(lead_time);
    let short = |level: f64| deviation * normal_loss((level - mean) / deviation);
    let mut quantity = libm::sqrt(2.0 * demand_rate * order_cost / holding_cost);
    let mut level = mean;
    for _ in 0..200 {
        let exceeded = quantity * holding_cost / (shortage_cost * demand_rate);
        if exceeded >= 1.0 {
            let (what, allowed) = ("the shortage cost", "more than it costs to hold a lot");
            return Err(PlanError::Parameter { what, found: shortage_cost, allowed });
        }
        level = mean + deviation * normal_quantile(1.0 - exceeded);
        let owed = order_cost + shortage_cost * short(level);
        quantity = libm::sqrt(2.0 * demand_rate * owed / holding_cost);
    }
    let cycles = demand_rate / quantity;
    Ok(ReorderPoint {
        reorder_level: level,
        quantity,
        expected_cost: holding_cost * (level - mean + quantity / 2.0)
            + cycles * (order_cost + shortage_cost * short(level)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_reorder_point_is_found() {
        // Snyder and Shen, example 5.2: h = 0.225, p = 7.5, K = 8, D = 1300 a year with deviation
        // 150, L = 1/12; digits as stockpyl prints them in r_q_eil_approximation. It stops at a
        // tolerance of 1e-6, which leaves its last digits open.
        let found = normal_reorder_point(8.0, 0.225, 7.5, 1300.0, 150.0, 1.0 / 12.0).unwrap();
        assert!((found.reorder_level - 213.970_442_135_802_44).abs() < 1e-5, "{found:?}");
        assert!((found.quantity - 318.590_181_076_872_9).abs() < 1e-5, "{found:?}");
        assert!((found.expected_cost - 95.451_140_222_851_96).abs() < 1e-8, "{found:?}");
    }

    #[test]
    fn sobels_form_is_above_the_traditional_one_and_meets_it_without_lead_time() {
        // 20 a day, deviation 6, level for 8 days.
        let exact = normal_fill_rate_order_up_to(150.0, 5.0, 3.0, 20.0, 6.0).unwrap();
        let spread = 6.0 * 8_f64.sqrt();
        let traditional = 1.0 - spread * normal_loss((150.0 - 160.0) / spread) / 60.0;
        assert!(exact > traditional);
        let no_lead = normal_fill_rate_order_up_to(60.0, 0.0, 3.0, 20.0, 6.0).unwrap();
        let spread = 6.0 * 3_f64.sqrt();
        assert!((no_lead - (1.0 - spread * normal_loss(0.0) / 60.0)).abs() < 1e-12);
    }

    #[test]
    fn the_tail_of_the_loss_keeps_its_digits() {
        // G(6) = 1.5646e-10: table of Zipkin, "Foundations of Inventory Management", to the order
        // of magnitude; by its asymptotic series phi(k) / k^2 (1 - 3/k^2 + 15/k^4 - 105/k^6).
        let series =
            normal_density(6.0) / 36.0 * (1.0 - 3.0 / 36.0 + 15.0 / 1296.0 - 105.0 / 46656.0);
        assert!((normal_loss(6.0) / series - 1.0).abs() < 1e-3);
    }

    #[test]
    fn parameters_outside_their_range_are_named() {
        assert!(normal_fill_rate_reorder_quantity(1.0, 0.0, 1.0, 1.0).is_err());
        assert!(normal_fill_rate_order_up_to(1.0, 0.0, 0.0, 1.0, 1.0).is_err());
        assert_eq!(
            normal_reorder_point(8.0, 0.225, 0.0001, 1300.0, 150.0, 1.0).unwrap_err().to_string(),
            "the shortage cost is `0.0001`; allowed is more than it costs to hold a lot"
        );
    }
}
