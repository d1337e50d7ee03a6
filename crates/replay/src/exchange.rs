use crate::Summary;

/// One setting of a policy on its exchange curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExchangePoint {
    /// What was turned: a service target, a factor, days.
    pub setting: f64,
    /// Value-weighted share of demand met at once.
    pub fill_rate: f64,
    /// Mean closing stock at cost.
    pub stock_value: f64,
    /// Holding, ordering and write-off.
    pub operating_cost: f64,
    /// The same and lost margin.
    pub total_cost: f64,
}

impl ExchangePoint {
    /// The point of one replay.
    pub fn new(setting: f64, summary: &Summary) -> Self {
        Self {
            setting,
            fill_rate: summary.value_fill_rate().unwrap_or(1.0),
            stock_value: summary.mean_stock_value,
            operating_cost: summary.operating_cost(),
            total_cost: summary.total_cost(),
        }
    }
}

/// A figure of the curve at a fill rate, linear between the two settings around it; `None` where
/// the curve does not reach so far.
///
/// Where a curve passes the rate more than once the least figure stands.
///
/// ```
/// use shelfcast_replay::{ExchangePoint, at_fill_rate};
/// let point = |fill_rate, stock_value| ExchangePoint {
///     setting: 0.0, fill_rate, stock_value, operating_cost: 0.0, total_cost: 0.0,
/// };
/// let curve = [point(0.90, 100.0), point(0.98, 180.0)];
/// let value = at_fill_rate(&curve, 0.95, |point| point.stock_value).expect("between the two");
/// assert!((value - 150.0).abs() < 1e-9);
/// assert_eq!(at_fill_rate(&curve, 0.99, |point| point.stock_value), None);
/// ```
pub fn at_fill_rate(
    curve: &[ExchangePoint],
    fill_rate: f64,
    figure: impl Fn(&ExchangePoint) -> f64,
) -> Option<f64> {
    let between = |pair: &[ExchangePoint]| {
        let (one, other) = (&pair[0], &pair[1]);
        let low = one.fill_rate.min(other.fill_rate);
        let high = one.fill_rate.max(other.fill_rate);
        if !(low..=high).contains(&fill_rate) {
            return None;
        }
        let width = other.fill_rate - one.fill_rate;
        let place = if width == 0.0 { 0.0 } else { (fill_rate - one.fill_rate) / width };
        Some(figure(one) + place * (figure(other) - figure(one)))
    };
    curve.windows(2).filter_map(between).min_by(f64::total_cmp)
}

/// A figure of the curve where its stock is worth `stock_value`, linear between the two settings
/// around it; `None` where the curve does not reach so far.
///
/// Where a curve passes the value more than once the setting that serves most stands.
///
/// ```
/// use shelfcast_replay::{ExchangePoint, at_stock_value};
/// let point = |setting, fill_rate, stock_value| ExchangePoint {
///     setting, fill_rate, stock_value, operating_cost: 0.0, total_cost: 0.0,
/// };
/// let curve = [point(0.9, 0.92, 100.0), point(0.98, 0.97, 180.0)];
/// let target = at_stock_value(&curve, 140.0, |point| point.setting).expect("between the two");
/// assert!((target - 0.94).abs() < 1e-9);
/// assert_eq!(at_stock_value(&curve, 90.0, |point| point.setting), None);
/// ```
pub fn at_stock_value(
    curve: &[ExchangePoint],
    stock_value: f64,
    figure: impl Fn(&ExchangePoint) -> f64,
) -> Option<f64> {
    let between = |pair: &[ExchangePoint]| {
        let (one, other) = (&pair[0], &pair[1]);
        let low = one.stock_value.min(other.stock_value);
        let high = one.stock_value.max(other.stock_value);
        if !(low..=high).contains(&stock_value) {
            return None;
        }
        let width = other.stock_value - one.stock_value;
        let place = if width == 0.0 { 0.0 } else { (stock_value - one.stock_value) / width };
        let at = |of: &dyn Fn(&ExchangePoint) -> f64| of(one) + place * (of(other) - of(one));
        Some((at(&|point| point.fill_rate), at(&|point| figure(point))))
    };
    let found = curve.windows(2).filter_map(between);
    found.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, figure)| figure)
}
