//! Why people come, and how much they take.

use crate::QuantityLaw;
use crate::category::Category;
use shelfcast_retail::Day;

/// A reason to come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mission {
    /// Mean lines of the basket in a large assortment.
    pub(crate) mean_lines: f64,
    /// Share of the visits, of 256: Sunday to Thursday, Friday and Saturday.
    shares: [u16; 2],
}

/// Something missing, a few things, the week's shopping. A household's baskets in
/// completejourney, of which the sample keeps one line in twenty, are of that kind.
pub(crate) const MISSIONS: [Mission; 3] = [
    Mission { mean_lines: 2.2, shares: [134, 104] },
    Mission { mean_lines: 6.0, shares: [86, 90] },
    Mission { mean_lines: 16.0, shares: [36, 62] },
];

impl Mission {
    /// Mean lines of all visits, weekdays weighted by their visitors.
    pub(crate) fn mean_lines() -> f64 {
        // Friday and Saturday have 2.59 of 7 visitor days.
        const WEEKEND: f64 = 2.59 / 7.0;
        let mean = |mission: &Mission| {
            let [week, weekend] = mission.shares.map(|share| f64::from(share) / 256.0);
            mission.mean_lines * (week * (1.0 - WEEKEND) + weekend * WEEKEND)
        };
        MISSIONS.iter().map(mean).sum()
    }

    /// How much more a category is wanted on this errand than on others.
    pub(crate) fn tilt(&self, category: &Category) -> f64 {
        match category.department {
            "Fresh" => 1.0,
            "Leisure" if self.mean_lines < 3.0 => 1.2,
            "Home" if self.mean_lines < 3.0 => 0.8,
            _ => 1.0,
        }
    }
}

/// The mission that each of 256 numbers stands for on a day.
pub(crate) fn mission_on(day: Day) -> [u8; 256] {
    let is_weekend = usize::from(matches!(day.weekday(), 4 | 5));
    let [first, second, _] = MISSIONS.map(|mission| mission.shares[is_weekend]);
    std::array::from_fn(|number| {
        let number = number as u16;
        u8::from(number >= first) + u8::from(number >= first + second)
    })
}

/// Units by law, each of 256 numbers as likely as another.
#[derive(Debug, Clone)]
pub(crate) struct Quantities {
    tables: [[u8; 256]; 3],
}

impl Quantities {
    /// Probabilities of 1, 2, 3, ... units.
    fn probabilities(law: QuantityLaw) -> Vec<f64> {
        match law {
            QuantityLaw::Single => vec![0.91, 0.08, 0.01],
            QuantityLaw::Few => vec![0.74, 0.20, 0.04, 0.02],
            QuantityLaw::Bulk => {
                (0..40).map(|more| 0.2 * libm::pow(0.8, f64::from(more))).collect()
            }
        }
    }

    pub(crate) fn new() -> Self {
        let table = |law| {
            let mut cumulative = 0.0;
            let mut table = [1; 256];
            for (units, probability) in (1..).zip(Self::probabilities(law)) {
                let from = libm::round(cumulative * 256.0) as usize;
                cumulative += probability;
                table[from.min(256)..].fill(units);
            }
            table
        };
        Self { tables: [QuantityLaw::Single, QuantityLaw::Few, QuantityLaw::Bulk].map(table) }
    }

    pub(crate) fn pick(&self, law: QuantityLaw, bits: u32) -> u32 {
        u32::from(self.tables[law as usize][(bits >> 24) as usize])
    }

    /// Mean units of a law.
    pub(crate) fn mean(law: QuantityLaw) -> f64 {
        let probabilities = Self::probabilities(law);
        let total: f64 = probabilities.iter().sum();
        let units = (1..).zip(&probabilities);
        units.map(|(units, probability)| f64::from(units) * probability / total).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_keep_the_means_of_their_laws() {
        let quantities = Quantities::new();
        for law in [QuantityLaw::Single, QuantityLaw::Few, QuantityLaw::Bulk] {
            let units = (0..256_u32).map(|number| quantities.pick(law, number << 24));
            let mean = f64::from(units.sum::<u32>()) / 256.0;
            // A table of 256 steps cuts the tail of the bulk law.
            assert!((mean / Quantities::mean(law) - 1.0).abs() < 0.05, "{law:?}: {mean}");
        }
        assert!((Quantities::mean(QuantityLaw::Bulk) - 5.0).abs() < 0.02);
    }

    #[test]
    fn every_mission_has_its_share() {
        for (day, column) in [("2025-12-16", 0), ("2025-12-20", 1)] {
            let missions = mission_on(day.parse().unwrap());
            for (index, mission) in MISSIONS.iter().enumerate() {
                let share = missions.iter().filter(|number| usize::from(**number) == index).count();
                assert_eq!(share, usize::from(mission.shares[column]), "{day}");
            }
        }
    }
}
