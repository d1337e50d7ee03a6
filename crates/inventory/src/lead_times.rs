use std::collections::BTreeMap;

/// How long orders take, from those that came and those still open.
///
/// An open order is a right-censored observation: it takes at least as long as it is old. The
/// distribution is the product-limit estimate of Kaplan and Meier, "Nonparametric estimation from
/// incomplete observations", Journal of the American Statistical Association 53 (1958).
///
/// ```
/// use shelfcast_inventory::LeadTimes;
/// let mut orders = LeadTimes::default();
/// for days in [4, 5, 5, 9] {
///     orders.add_received(days);
/// }
/// orders.add_open(7);
/// assert_eq!(orders.quantile(0.5), Some(5));
/// // 4 days for all, 1 more for four in five, 4 more for two in five.
/// assert!((orders.mean().expect("orders came") - 6.4).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeadTimes {
    /// By days: orders that came, orders that are still open.
    counts: BTreeMap<u32, (u64, u64)>,
}

impl LeadTimes {
    /// An order that came after `days`.
    pub fn add_received(&mut self, days: u32) {
        self.counts.entry(days).or_default().0 += 1;
    }

    /// An order that is open since `days`.
    pub fn add_open(&mut self, days: u32) {
        self.counts.entry(days).or_default().1 += 1;
    }

    /// Adds what another has seen.
    pub fn merge(&mut self, other: &Self) {
        for (days, (received, open)) in &other.counts {
            let counts = self.counts.entry(*days).or_default();
            counts.0 += received;
            counts.1 += open;
        }
    }

    /// Days, orders that came after so many, orders open since so many; days ascending.
    pub fn counts(&self) -> impl Iterator<Item = (u32, u64, u64)> + '_ {
        self.counts.iter().map(|(days, (received, open))| (*days, *received, *open))
    }

    /// Adds a row of [`counts`](Self::counts).
    pub fn add_counts(&mut self, days: u32, received: u64, open: u64) {
        let counts = self.counts.entry(days).or_default();
        counts.0 += received;
        counts.1 += open;
    }

    /// Orders that came.
    pub fn n_received(&self) -> u64 {
        self.counts.values().map(|(received, _)| received).sum()
    }

    /// Orders that are open.
    pub fn n_open(&self) -> u64 {
        self.counts.values().map(|(_, open)| open).sum()
    }

    /// The longest time, in days, after which one came.
    pub fn longest(&self) -> Option<u32> {
        self.counts.iter().rev().find(|(_, (received, _))| *received > 0).map(|(days, _)| *days)
    }

    /// P(lead time > days) right after each day on which orders came, days ascending.
    pub fn survival(&self) -> Vec<(u32, f64)> {
        let mut at_risk = self.n_received() + self.n_open();
        let mut surviving = 1.0;
        let mut steps = Vec::new();
        for (days, (received, open)) in &self.counts {
            if *received > 0 {
                surviving *= (at_risk - received) as f64 / at_risk as f64;
                steps.push((*days, surviving));
            }
            at_risk -= received + open;
        }
        steps
    }

    /// The shortest time, in days, within which a `share` (0-1) of orders come; `None` where the
    /// open orders leave it unknown.
    pub fn quantile(&self, share: f64) -> Option<u32> {
        // A share such as 0.9 has no exact binary form.
        let reached = |surviving: f64| surviving <= 1.0 - share + 1e-9;
        self.survival().into_iter().find(|(_, surviving)| reached(*surviving)).map(|(days, _)| days)
    }

    /// Mean days, up to the longest time seen (the restricted mean); `None` when none came.
    pub fn mean(&self) -> Option<f64> {
        self.longest()?;
        let last = *self.counts.keys().next_back()?;
        let mut mean = 0.0;
        let (mut before, mut surviving) = (0, 1.0);
        for (days, next) in self.survival() {
            mean += f64::from(days - before) * surviving;
            (before, surviving) = (days, next);
        }
        Some(mean + f64::from(last - before) * surviving)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(received: &[u32], open: &[u32]) -> LeadTimes {
        let mut orders = LeadTimes::default();
        received.iter().for_each(|days| orders.add_received(*days));
        open.iter().for_each(|days| orders.add_open(*days));
        orders
    }

    #[test]
    fn the_remission_times_of_freireich_have_their_published_survival() {
        // Weeks of remission under 6-mercaptopurine, Freireich et al. (1963), as tabled in Cox and
        // Oakes, "Analysis of Survival Data" (1984): 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448.
        let weeks =
            of(&[6, 6, 6, 7, 10, 13, 16, 22, 23], &[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]);
        let survival = weeks.survival();
        let days: Vec<u32> = survival.iter().map(|(days, _)| *days).collect();
        assert_eq!(days, [6, 7, 10, 13, 16, 22, 23]);
        let rounded: Vec<f64> =
            survival.iter().map(|(_, share)| (share * 1000.0).round() / 1000.0).collect();
        assert_eq!(rounded, [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]);
        // The median survival in the same table is 23 weeks.
        assert_eq!(weeks.quantile(0.5), Some(23));
        assert_eq!(weeks.quantile(0.9), None);
    }

    #[test]
    fn without_open_orders_the_mean_is_the_plain_one() {
        let orders = of(&[3, 4, 4, 9], &[]);
        assert_eq!(orders.mean(), Some(5.0));
        assert_eq!(orders.quantile(0.5), Some(4));
        assert_eq!(orders.quantile(1.0), Some(9));
        assert_eq!(LeadTimes::default().mean(), None);
        assert_eq!(of(&[], &[5]).quantile(0.5), None);
    }

    proptest! {
        #[test]
        fn parts_merge_to_the_whole_and_survival_falls(
            received in prop::collection::vec(0..60u32, 0..40),
            open in prop::collection::vec(0..60u32, 0..40),
            cut in 0..40usize,
        ) {
            let whole = of(&received, &open);
            let (first, rest) = received.split_at(cut.min(received.len()));
            let mut merged = of(first, &[]);
            merged.merge(&of(rest, &open));
            prop_assert_eq!(&merged, &whole);
            let shares: Vec<f64> = whole.survival().iter().map(|step| step.1).collect();
            prop_assert!(shares.is_sorted_by(|left, right| left >= right));
            prop_assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)));
            if let Some(mean) = whole.mean() {
                prop_assert!((0.0..=60.0).contains(&mean));
            }
        }
    }
}
