use super::LevelMember;
use super::level::Estimates;
use crate::adjusted::{assumed_sizes, with_assumed_sizes};
use crate::outlook::Spread;
use crate::profile::Profile;
use crate::shape::DemandShape;
use crate::{Frequency, SeasonalPool, Series};

/// Periods that the pool's demand probability weighs against the series' own.
const PROBABILITY_PRIOR: f64 = 1.0;

/// For a thin series: its own mean rate times the pool's seasonal shape; demand occurs with a
/// probability and then takes one of its own sizes, shrunk to the pool's. A period's weight halves
/// with every year of age.
///
/// Without a pool there is no season and no shrinkage; without either there is no demand.
pub(crate) fn fit(
    series: &Series<'_>,
    profile: &Profile,
    pool: Option<&SeasonalPool>,
) -> (LevelMember, Spread) {
    let indices = match pool {
        Some(pool) => pool.indices().to_vec(),
        None => vec![1.0; series.season_length()],
    };
    let history = History::of(series);
    let demand_probability = history.demand_probability(pool);
    let mean_size = match pool {
        Some(pool) if history.sizes.is_empty() => pool.mean_size(),
        _ => history.mean_size(),
    };
    let level = demand_probability * mean_size;
    let spread = history
        .shape(profile.whole, pool, demand_probability, mean_size)
        .filter(|_| level > 0.0)
        .map_or(Spread::None, Spread::Shape);
    let estimates = Estimates::PooledShape { demand_probability, mean_size };
    let next_phase = series.phase(series.len());
    (LevelMember { estimates, level, indices, next_phase }, spread)
}

/// Known periods by recency: their weight, and the demand among them with its weight.
struct History {
    known: f64,
    sizes: Vec<(f64, f64)>,
}

impl History {
    fn of(series: &Series<'_>) -> Self {
        let yearly = match series.frequency() {
            Frequency::Day => 365.0,
            Frequency::Week => 52.0,
            Frequency::Month => 12.0,
        };
        let (mut known, mut sizes) = (0.0, Vec::new());
        for (index, units) in series.known() {
            let weight = libm::exp2(-((series.len() - 1 - index) as f64) / yearly);
            known += weight;
            if units > 0.0 {
                sizes.push((units, weight));
            }
        }
        Self { known, sizes }
    }

    fn weight(&self) -> f64 {
        self.sizes.iter().map(|(_, weight)| weight).sum()
    }

    /// Mean demand of a period that has any; 0 without demand.
    fn mean_size(&self) -> f64 {
        let mass: f64 = self.sizes.iter().map(|(units, weight)| units * weight).sum();
        if mass > 0.0 { mass / self.weight() } else { 0.0 }
    }

    fn demand_probability(&self, pool: Option<&SeasonalPool>) -> f64 {
        let (prior, expected) = match pool {
            Some(pool) => (PROBABILITY_PRIOR, pool.demand_probability()),
            None => (0.0, 0.0),
        };
        let periods = self.known + prior;
        if periods > 0.0 { (self.weight() + prior * expected) / periods } else { 0.0 }
    }

    /// No demand with its probability, else a size.
    fn shape(
        self,
        whole: bool,
        pool: Option<&SeasonalPool>,
        demand_probability: f64,
        mean_size: f64,
    ) -> Option<DemandShape> {
        let mut points = self.sizes;
        if points.is_empty() {
            points = assumed_sizes(mean_size, whole, pool);
        }
        let weight: f64 = points.iter().map(|point| point.1).sum();
        if demand_probability > 0.0 {
            points.push((0.0, weight * (1.0 / demand_probability - 1.0)));
        }
        with_assumed_sizes(points, whole, pool)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::Effects;
    use crate::outlook::Outlook;
    use crate::{Frequency, SeasonalPoolBuilder};

    fn pool() -> SeasonalPool {
        // Twice as much on the sixth day of the week as on the others: indices 7/8 and 14/8.
        let units: Vec<f64> = (0..70).map(|day| if day % 7 == 5 { 4.0 } else { 2.0 }).collect();
        let mut builder = SeasonalPoolBuilder::new(Frequency::Day);
        builder.add(&Series::new(&units, &[], Frequency::Day, 0).unwrap()).unwrap();
        builder.finish().unwrap()
    }

    #[test]
    fn own_rate_takes_the_pools_shape() {
        // Demands of 3 on days 4 and 11 of 20, of ages 15 and 8; the pool's probability 1 weighs
        // one period. Weights 2^(-age / 365) are a geometric series.
        let mut units = [0.0; 20];
        (units[4], units[11]) = (3.0, 3.0);
        let weight = |age: f64| 2.0_f64.powf(-age / 365.0);
        let known = (1.0 - weight(20.0)) / (1.0 - weight(1.0));
        let probability = (weight(15.0) + weight(8.0) + 1.0) / (known + 1.0);
        let series = Series::new(&units, &[], Frequency::Day, 0).unwrap();
        let (member, spread) = fit(&series, &Profile::of(&series), Some(&pool()));
        assert!((member.level - probability * 3.0).abs() < 1e-9);
        // The next period is day 20, phase 6; phase 5 comes six steps later.
        let outlook = Outlook::new(member.means(7), Effects::default(), spread, true);
        assert!((outlook.means[6] / outlook.means[0] - 2.0).abs() < 1e-6);
        assert!((outlook.distribution(0, 0.0) - (1.0 - probability)).abs() < 0.02);
    }

    #[test]
    fn a_series_without_history_takes_everything_from_the_pool() {
        let series = Series::new(&[], &[], Frequency::Day, 0).unwrap();
        let (member, _) = fit(&series, &Profile::of(&series), Some(&pool()));
        assert!((member.level - pool().mean_size()).abs() < 1e-9);
        let (alone, spread) = fit(&series, &Profile::of(&series), None);
        assert_eq!((alone.level, spread), (0.0, Spread::None));
    }
}
