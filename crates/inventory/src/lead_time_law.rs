use crate::clock::MAX_INTERVAL_DAYS;
use crate::{LeadTimes, PlanError};

/// How many received orders weigh as much as the stated figure.
const ORDERS_PER_STATEMENT: f64 = 5.0;

/// The lead time as planning draws it: days and how likely they are.
///
/// ```
/// use shelfcast_inventory::{LeadTimeDistribution, LeadTimes};
/// let mut orders = LeadTimes::default();
/// for days in [4, 4, 5, 9, 9] {
///     orders.add_received(days);
/// }
/// // Five orders weigh as much as the five days that the supplier states.
/// let law = LeadTimeDistribution::measured(&orders, Some(5))?.expect("orders came");
/// assert_eq!(law.shares().collect::<Vec<_>>(), [(4, 0.2), (5, 0.6), (9, 0.2)]);
/// assert!((law.mean() - 5.6).abs() < 1e-12);
/// assert_eq!((law.typical(), law.longest()), (5, 9));
/// # Ok::<(), shelfcast_inventory::PlanError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LeadTimeDistribution {
    /// Days ascending, each with the share of orders that take at most so long.
    cumulative: Vec<(u32, f64)>,
}

impl LeadTimeDistribution {
    /// Always the same number of days.
    ///
    /// # Errors
    /// More days than [`MAX_INTERVAL_DAYS`].
    pub fn fixed(days: u32) -> Result<Self, PlanError> {
        Ok(Self { cumulative: vec![(checked(days)?, 1.0)] })
    }

    /// From measured receipts, shrunk to the stated figure when they are few.
    ///
    /// Of `n` received orders the measured distribution (Kaplan and Meier's, with open orders as
    /// right-censored observations) weighs `n / (n + 5)`, the stated figure the rest. What the
    /// open orders leave unknown is put at the longest time that was seen. `None` without a
    /// received order and without a stated figure: nothing can be ordered then.
    ///
    /// # Errors
    /// More days than [`MAX_INTERVAL_DAYS`].
    pub fn measured(orders: &LeadTimes, stated: Option<u32>) -> Result<Option<Self>, PlanError> {
        let n_received = orders.n_received() as f64;
        let weight = match (stated, orders.longest()) {
            (None, None) => return Ok(None),
            (Some(days), None) => return Self::fixed(days).map(Some),
            (None, Some(_)) => 1.0,
            (Some(_), Some(_)) => n_received / (n_received + ORDERS_PER_STATEMENT),
        };
        let mut shares: Vec<(u32, f64)> = Vec::new();
        let mut surviving = 1.0;
        for (days, next) in orders.survival() {
            shares.push((checked(days)?, weight * (surviving - next)));
            surviving = next;
        }
        let last = orders.counts().map(|(days, ..)| days).max().unwrap_or(0);
        shares.push((checked(last)?, weight * surviving));
        if let Some(days) = stated {
            shares.push((checked(days)?, 1.0 - weight));
        }
        Ok(Some(Self::of(shares)))
    }

    fn of(mut shares: Vec<(u32, f64)>) -> Self {
        shares.retain(|(_, share)| *share > 1e-12);
        shares.sort_by_key(|(days, _)| *days);
        let mut cumulative: Vec<(u32, f64)> = Vec::with_capacity(shares.len());
        let mut sum = 0.0;
        for (days, share) in shares {
            sum += share;
            match cumulative.last_mut() {
                Some(last) if last.0 == days => last.1 = sum,
                _ => cumulative.push((days, sum)),
            }
        }
        if let Some(last) = cumulative.last_mut() {
            last.1 = 1.0;
        }
        Self { cumulative }
    }

    /// Days and the share of orders that take so long, days ascending.
    pub fn shares(&self) -> impl Iterator<Item = (u32, f64)> + '_ {
        let before = std::iter::once(0.0).chain(self.cumulative.iter().map(|step| step.1));
        self.cumulative.iter().zip(before).map(|(step, before)| {
            let share = step.1 - before;
            (step.0, (share * 1e12).round() / 1e12)
        })
    }

    /// Mean days.
    pub fn mean(&self) -> f64 {
        self.shares().map(|(days, share)| f64::from(days) * share).sum()
    }

    /// Standard deviation in days.
    pub fn deviation(&self) -> f64 {
        let mean = self.mean();
        let squares = self.shares().map(|(days, share)| (f64::from(days) - mean).powi(2) * share);
        libm::sqrt(squares.sum())
    }

    /// The fewest days within which a `share` (0-1) of orders come.
    pub fn quantile(&self, share: f64) -> u32 {
        let reached = self.cumulative.iter().find(|(_, reached)| *reached >= share - 1e-9);
        reached.map_or(self.longest(), |(days, _)| *days)
    }

    /// The median: the days that dates are shown with.
    pub fn typical(&self) -> u32 {
        self.quantile(0.5)
    }

    /// The most days that are planned for.
    pub fn longest(&self) -> u32 {
        self.cumulative.last().map_or(0, |(days, _)| *days)
    }

    /// Whether every order takes the same time.
    pub fn is_fixed(&self) -> bool {
        self.cumulative.len() == 1
    }

    /// Lead times of this order and of the next one along a sample path.
    ///
    /// Two sequences of Weyl (multiples of irrational numbers, modulo 1) take the place of random
    /// numbers: any run of paths meets every quantile evenly, and nothing needs a seed.
    pub(crate) fn drawn(&self, path: usize) -> (u32, u32) {
        const GOLDEN: f64 = 0.618_033_988_749_894_9;
        let step = (path + 1) as f64;
        let at = |slope: f64| self.quantile((step * slope).fract());
        (at(GOLDEN), at(std::f64::consts::SQRT_2))
    }
}

fn checked(days: u32) -> Result<u32, PlanError> {
    if days <= MAX_INTERVAL_DAYS {
        return Ok(days);
    }
    let (what, most) = ("the lead time", u64::from(MAX_INTERVAL_DAYS));
    Err(PlanError::Days { what, found: days.into(), least: 0, most })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn orders(received: &[u32], open: &[u32]) -> LeadTimes {
        let mut orders = LeadTimes::default();
        received.iter().for_each(|days| orders.add_received(*days));
        open.iter().for_each(|days| orders.add_open(*days));
        orders
    }

    #[test]
    fn without_receipts_the_stated_figure_stands_and_without_both_nothing() {
        let none = LeadTimes::default();
        assert_eq!(LeadTimeDistribution::measured(&none, None), Ok(None));
        let stated = LeadTimeDistribution::measured(&none, Some(14)).unwrap().unwrap();
        assert_eq!((stated.mean(), stated.deviation()), (14.0, 0.0));
        assert!(LeadTimeDistribution::fixed(4_000).is_err());
    }

    #[test]
    fn open_orders_move_weight_to_longer_times() {
        let closed = LeadTimeDistribution::measured(&orders(&[5, 5, 5, 9], &[]), None);
        let open = LeadTimeDistribution::measured(&orders(&[5, 5, 5, 9], &[8, 12]), None);
        let (closed, open) = (closed.unwrap().unwrap(), open.unwrap().unwrap());
        assert!(open.mean() > closed.mean());
        // Kaplan-Meier: 3 of 6 at 5 days, 1 of the 2 left at 9, the rest put at 12.
        assert_eq!(open.shares().collect::<Vec<_>>(), [(5, 0.5), (9, 0.25), (12, 0.25)]);
    }

    #[test]
    fn many_receipts_outweigh_the_statement() {
        let mean = |n: usize| {
            let law = LeadTimeDistribution::measured(&orders(&vec![10; n], &[]), Some(4));
            law.unwrap().unwrap().mean()
        };
        // 4 + 6 n / (n + 5).
        assert!((mean(5) - 7.0).abs() < 1e-9);
        assert!((mean(95) - 9.7).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn drawn_lead_times_have_the_mean_and_deviation_of_the_law(
            received in prop::collection::vec(0..40_u32, 1..30),
            stated in prop::option::of(0..40_u32),
        ) {
            let law = LeadTimeDistribution::measured(&orders(&received, &[]), stated);
            let law = law.unwrap().unwrap();
            let n = 2_000;
            for of in [|pair: (u32, u32)| pair.0, |pair: (u32, u32)| pair.1] {
                let days: Vec<f64> = (0..n).map(|path| f64::from(of(law.drawn(path)))).collect();
                let mean = days.iter().sum::<f64>() / n as f64;
                // The discrepancy of Weyl's sequence is below 0.01 at 2,000; times at most 40 days.
                prop_assert!((mean - law.mean()).abs() < 0.4, "{} {}", mean, law.mean());
            }
        }
    }
}
