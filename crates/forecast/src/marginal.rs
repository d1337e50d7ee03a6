//! The demand of one period as a function of its latent normal score.

use std::sync::LazyLock;

use crate::normal;
use crate::outlook::{Outlook, Spread};
use crate::scores::Scores;
use crate::shape::DemandShape;

/// Cells of equal width that scores are looked up in, from -4 to 4; beyond are 63 in a million.
const CELLS: usize = 128;
const CELLS_PER_UNIT: f64 = 16.0;
const LARGEST_SCORE: f64 = 4.0;
/// Just below [`CELLS`].
const LAST_PLACE: f64 = CELLS as f64 - 1e-9;

/// Added to a number of less than 2^51 it leaves the nearest whole number in the low bits. A cast
/// does the same one value at a time, and several times slower.
const SHIFT: f64 = 1.5 * (1_u64 << 52) as f64;

/// The probabilities below the cells' edges.
static EDGES: LazyLock<[f64; CELLS + 1]> = LazyLock::new(|| {
    std::array::from_fn(|edge| normal::cdf(edge as f64 / CELLS_PER_UNIT - LARGEST_SCORE))
});

/// What the calibration makes of the scores in one horizon bucket.
#[derive(Debug, Clone)]
pub(crate) struct Calibrated {
    /// The standardised error at each cell's lower edge, and how much it rises in the cell.
    cells: [(f64, f64); CELLS],
    /// The probability that the model's own distribution gives to the error at each edge; 0 for
    /// bell-shaped demand, which does not need it.
    probabilities: [f64; CELLS + 1],
}

impl Calibrated {
    pub(crate) fn new(scores: &Scores, step: usize, is_empirical: bool) -> Self {
        let errors = EDGES.map(|probability| scores.at(step, probability));
        Self {
            cells: std::array::from_fn(|cell| (errors[cell], errors[cell + 1] - errors[cell])),
            probabilities: if is_empirical { errors.map(normal::cdf) } else { [0.0; CELLS + 1] },
        }
    }
}

/// The calibrated quantile function of one period.
#[derive(Debug, Clone)]
pub(crate) enum Marginal<'a> {
    /// All mass on one value.
    Constant(f64),
    /// `centre + deviation x error`, cut at zero; rounded where demand is whole.
    Bell { calibrated: &'a Calibrated, centre: f64, deviation: f64, whole: bool },
    /// A step function.
    Steps(Box<Steps>),
}

impl<'a> Marginal<'a> {
    pub(crate) fn new(outlook: &Outlook, step: usize, calibrated: &'a Calibrated) -> Self {
        let (mean, centre) = (outlook.means[step], outlook.centre(step));
        match outlook.spread() {
            Spread::None => Self::Constant(mean),
            Spread::Shape(_) if mean <= 0.0 => Self::Constant(0.0),
            Spread::Shape(shape) => {
                Self::Steps(Box::new(Steps::new(shape, centre, outlook.is_whole(), calibrated)))
            }
            Spread::Normal { .. } => Self::Bell {
                calibrated,
                centre,
                deviation: outlook.deviation(step),
                whole: outlook.is_whole(),
            },
        }
    }

    /// Puts the demand at each score in its place.
    pub(crate) fn apply(&self, scores: &mut [f64]) {
        match self {
            Self::Constant(value) => scores.fill(*value),
            Self::Steps(steps) => scores.iter_mut().for_each(|score| *score = steps.at(*score)),
            Self::Bell { calibrated, centre, deviation, whole } => {
                for score in scores {
                    let (place, cell) = place_of(*score);
                    let (error, rise) = calibrated.cells[cell];
                    let error = error + (place - cell as f64) * rise;
                    let value = (centre + deviation * error).max(0.0);
                    *score = if *whole { value + SHIFT - SHIFT } else { value };
                }
            }
        }
    }
}

/// An empirical distribution: values, and the scores at which one gives way to the next.
#[derive(Debug, Clone)]
pub(crate) struct Steps {
    values: Vec<f64>,
    /// The place at which each value ends; the last one never does.
    ends: Vec<f64>,
    /// The value at the lower edge of each cell.
    first: [u16; CELLS],
}

impl Steps {
    fn new(shape: &DemandShape, mean: f64, whole: bool, calibrated: &Calibrated) -> Self {
        let probabilities = &calibrated.probabilities;
        let (mut values, mut ends) = (Vec::new(), Vec::new());
        let mut edge = 0;
        for (value, through) in shape.steps(mean, whole) {
            // What rounding errors leave of a whole probability is none.
            let enough = through + 1e-12;
            while edge <= CELLS && probabilities[edge] <= enough {
                edge += 1;
            }
            if edge == 0 {
                continue;
            }
            values.push(value);
            if edge > CELLS {
                break;
            }
            let (below, above) = (probabilities[edge - 1], probabilities[edge]);
            let inside = ((through - below) / (above - below)).clamp(0.0, 1.0);
            ends.push((edge - 1) as f64 + inside);
        }
        ends.resize(values.len().max(1) - 1, f64::INFINITY);
        ends.push(f64::INFINITY);
        let mut at = 0;
        let first = std::array::from_fn(|cell| {
            while ends[at] <= cell as f64 {
                at += 1;
            }
            at as u16
        });
        Self { values, ends, first }
    }

    fn at(&self, score: f64) -> f64 {
        let (place, cell) = place_of(score);
        // Few cells hold two steps: one look without a branch that nobody can foresee.
        let first = usize::from(self.first[cell]);
        let mut at = first + usize::from(self.ends[first] <= place);
        while self.ends[at] <= place {
            at += 1;
        }
        self.values[at]
    }
}

/// Where a score lies, in cells, and the cell.
fn place_of(score: f64) -> (f64, usize) {
    let place = ((score + LARGEST_SCORE) * CELLS_PER_UNIT).clamp(0.0, LAST_PLACE);
    // The nearest whole number of half less is the cell, or at an edge the one before it.
    (place, (place - 0.5 + SHIFT).to_bits() as usize % CELLS)
}
