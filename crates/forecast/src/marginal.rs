//! The demand of one period as a function of its latent normal score.

use std::sync::LazyLock;

use crate::latent::BLOCK;
use crate::normal;
use crate::outlook::{Outlook, Spread};
use crate::scores::Scores;

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
        let errors = scores.at_all(step, &EDGES);
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
                let values = shape.steps(centre, outlook.is_whole());
                Self::Steps(Box::new(Steps::new(&values, calibrated)))
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
    pub(crate) fn apply(&self, scores: &mut [f64; BLOCK]) {
        match self {
            Self::Constant(value) => scores.fill(*value),
            Self::Steps(steps) => steps.apply(scores),
            Self::Bell { calibrated, centre, deviation, whole } => {
                let cells = place_all(scores);
                for (score, cell) in scores.iter_mut().zip(cells) {
                    let (error, rise) = calibrated.cells[cell as usize % CELLS];
                    let error = error + (*score - f64::from(cell)) * rise;
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
    /// The place at which each value ends; the last one never does, nor do [`Steps::most`] after it.
    ends: Vec<f64>,
    /// The value at the lower edge of each cell.
    first: [u16; CELLS],
    /// The most values that end in one cell, at least 1.
    most: usize,
}

impl Steps {
    fn new(distribution: &[(f64, f64)], calibrated: &Calibrated) -> Self {
        let probabilities = &calibrated.probabilities;
        let (mut values, mut ends) = (Vec::new(), Vec::new());
        let mut edge = 0;
        for (value, through) in distribution.iter().copied() {
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
        Self::looked_up(values, ends)
    }

    fn looked_up(values: Vec<f64>, mut ends: Vec<f64>) -> Self {
        let (mut at, mut most) = (0, 0);
        let first = std::array::from_fn(|cell| {
            let before = at;
            while ends[at] <= cell as f64 {
                at += 1;
            }
            most = most.max(at - before);
            at as u16
        });
        let rest = ends[at..].iter().take_while(|end| **end < f64::INFINITY).count();
        let most = most.max(rest).max(1);
        ends.resize(ends.len() + most, f64::INFINITY);
        Self { values, ends, first, most }
    }

    /// As many looks as the fullest cell needs: a branch that nobody can foresee would cost more.
    fn apply(&self, scores: &mut [f64; BLOCK]) {
        match self.most {
            1 => self.look(scores, 1),
            2 => self.look(scores, 2),
            3 => self.look(scores, 3),
            most => self.look(scores, most),
        }
    }

    #[inline(always)]
    fn look(&self, scores: &mut [f64; BLOCK], looks: usize) {
        let cells = place_all(scores);
        for (score, cell) in scores.iter_mut().zip(cells) {
            let first = usize::from(self.first[cell as usize % CELLS]);
            let ends = &self.ends[first..first + looks];
            let passed = ends.iter().fold(0, |passed, end| passed + usize::from(*end <= *score));
            *score = self.values[first + passed];
        }
    }
}

/// Turns scores into places, in cells; returns the cells.
fn place_all(scores: &mut [f64; BLOCK]) -> [u32; BLOCK] {
    let mut cells = [0; BLOCK];
    for (score, cell) in scores.iter_mut().zip(&mut cells) {
        let place = ((*score + LARGEST_SCORE) * CELLS_PER_UNIT).clamp(0.0, LAST_PLACE);
        // The nearest whole number of half less is the cell, or at an edge the one before it.
        *cell = (place - 0.5 + SHIFT).to_bits() as u32 % CELLS as u32;
        *score = place;
    }
    cells
}
