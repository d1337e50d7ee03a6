use super::LevelMember;
use super::level::Estimates;
use crate::Series;
use crate::adjusted::{Adjusted, Demand};

const SIZE_GRID: [f64; 3] = [0.05, 0.1, 0.2];
const PROBABILITY_GRID: [f64; 4] = [0.01, 0.03, 0.06, 0.12];

/// Periods that the starting values are taken from.
const START_PERIODS: usize = 28;

/// Pairs of a size weight and a probability weight that are tried.
const PAIRS: usize = SIZE_GRID.len() * PROBABILITY_GRID.len();

/// One pair of weights' course through a history.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Tsb {
    size_smoothing: f64,
    probability_smoothing: f64,
    probability: f64,
    size: f64,
    /// Sum of squared one-step errors.
    squares: f64,
}

impl Tsb {
    fn start(pair: usize, (probability, size): (f64, f64)) -> Self {
        Self {
            size_smoothing: SIZE_GRID[pair / PROBABILITY_GRID.len()],
            probability_smoothing: PROBABILITY_GRID[pair % PROBABILITY_GRID.len()],
            probability,
            size,
            squares: 0.0,
        }
    }

    /// Teunter, Syntetos and Babai (2011), equations 2 and 3: the demand probability is updated in
    /// every period, the size in periods with demand, so that a dying item's forecast decays.
    fn update(&mut self, learnt: f64, scored: bool) {
        let error = learnt - self.probability * self.size;
        if scored {
            self.squares += error * error;
        }
        let occurred = if learnt > 0.0 { 1.0 } else { 0.0 };
        self.probability += self.probability_smoothing * (occurred - self.probability);
        self.size += self.size_smoothing * occurred * (learnt - self.size);
    }
}

fn recursion(adjusted: &Adjusted, start: (f64, f64)) -> [Tsb; PAIRS] {
    let mut pairs: [Tsb; PAIRS] = std::array::from_fn(|pair| Tsb::start(pair, start));
    for demand in &adjusted.demand {
        let scored = matches!(demand, Demand::Exactly(_));
        for pair in &mut pairs {
            if let Some(learnt) = adjusted.learnt(*demand, pair.probability * pair.size) {
                pair.update(learnt, scored);
            }
        }
    }
    pairs
}

/// Demand probability and mean size of the first periods.
fn starting_values(adjusted: &Adjusted) -> (f64, f64) {
    let (mut known, mut occurred, mut sum) = (0.0, 0.0, 0.0);
    for demand in adjusted.demand.iter().take(START_PERIODS) {
        if let Demand::Exactly(units) | Demand::AtLeast { least: units, .. } = demand {
            known += 1.0;
            occurred += if *units > 0.0 { 1.0 } else { 0.0 };
            sum += units;
        }
    }
    (occurred / f64::max(known, 1.0), sum / f64::max(occurred, 1.0))
}

/// The recursion on seasonally adjusted demand; both weights minimise one-step squared error.
pub(crate) fn fit(series: &Series<'_>, adjusted: &Adjusted) -> LevelMember {
    let fitted = recursion(adjusted, starting_values(adjusted))
        .into_iter()
        .min_by(|a, b| a.squares.total_cmp(&b.squares))
        .expect("the grid is not empty");
    LevelMember {
        estimates: Estimates::Tsb {
            size_smoothing: fitted.size_smoothing,
            probability_smoothing: fitted.probability_smoothing,
            demand_probability: fitted.probability,
            mean_size: fitted.size,
        },
        next_phase: series.phase(series.len()),
        level: fitted.probability * fitted.size,
        indices: adjusted.indices.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// statsforecast's TSB with weights 0.1 and 0.06 (tests/golden/make.py). It starts from the
    /// first period, which has a demand of 1.
    #[test]
    fn the_recursion_is_statsforecasts() {
        let golden = include_str!("../../tests/golden/golden.csv");
        let numbers = |name: &str| -> Vec<f64> {
            let line = golden.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.split(' ').map(|number| number.parse().unwrap()).collect()
        };
        let units = numbers("series demand,,");
        let fitted = course(&units, (1.0, units[0]), (0.1, 0.06));
        let expected = numbers("tsb 0.1 0.06,,")[0];
        assert!((fitted.probability * fitted.size - expected).abs() < 1e-12);
    }
    use crate::Frequency;

    fn course(units: &[f64], start: (f64, f64), weights: (f64, f64)) -> Tsb {
        let series = Series::new(units, &[], Frequency::Day, 0).unwrap();
        let pairs = recursion(&Adjusted::flat(&series, 0), start);
        let wanted = |pair: &&Tsb| (pair.size_smoothing, pair.probability_smoothing) == weights;
        *pairs.iter().find(wanted).unwrap()
    }

    #[test]
    fn recursion_follows_the_paper() {
        // From p = 0.5, z = 4, with weights 0.2 (size) and 0.06 (probability):
        // demand 6: p = 0.5 + 0.06 (1 - 0.5) = 0.53, z = 4 + 0.2 (6 - 4) = 4.4
        // demand 0: p = 0.53 (1 - 0.06) = 0.4982, z stays
        // demand 2: p = 0.4982 + 0.06 (1 - 0.4982) = 0.528308, z = 4.4 + 0.2 (2 - 4.4) = 3.92
        let fitted = course(&[6.0, 0.0, 2.0], (0.5, 4.0), (0.2, 0.06));
        assert!((fitted.probability - 0.528_308).abs() < 1e-12);
        assert!((fitted.size - 3.92).abs() < 1e-12);
        // One-step forecasts 2, 2.332 and 2.19208.
        let squares = 4.0_f64.powi(2) + 2.332_f64.powi(2) + 0.19208_f64.powi(2);
        assert!((fitted.squares - squares).abs() < 1e-12);
    }

    #[test]
    fn a_dead_item_decays_geometrically() {
        let mut units = vec![3.0; 30];
        units.extend(vec![0.0; 50]);
        let fitted = course(&units, (1.0, 3.0), (0.1, 0.12));
        assert!((fitted.probability - 0.88_f64.powi(50)).abs() < 1e-12);
        assert!((fitted.size - 3.0).abs() < 1e-12);
    }
}
