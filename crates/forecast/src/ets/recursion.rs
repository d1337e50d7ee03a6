//! One pass of the exponential smoothing recursions over a history, for eight candidates at once.

use super::{EtsError, EtsSeason};
use crate::lanes::{LANES, Lanes};

/// Steps between two logarithms of the running product of forecasts.
const STEPS_PER_LOGARITHM: usize = 64;

/// Eight candidates: smoothing weights and starting values. All share the starting season.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Batch {
    pub(super) alpha: Lanes,
    pub(super) beta: Lanes,
    pub(super) gamma: Lanes,
    pub(super) phi: Lanes,
    pub(super) level: Lanes,
    pub(super) trend: Lanes,
}

/// What a pass found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pass {
    /// Sum of squared errors; relative errors where the error is multiplicative.
    pub(super) squares: Lanes,
    /// Sum of the logarithms of the forecasts over the scale; 0 where the error is additive.
    pub(super) logarithms: Lanes,
    /// Sums of products of the other candidates' distances from the first one's error.
    pub(super) products: [Lanes; LANES],
    /// Sums of products of these distances with the first one's error.
    pub(super) slopes: Lanes,
    pub(super) level: Lanes,
    pub(super) trend: Lanes,
}

/// The series and the shape of its model.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) values: &'a [f64],
    /// The starting season by phase, the first period's first; empty without a season.
    pub(super) season: &'a [f64],
    pub(super) error: EtsError,
    pub(super) kind: EtsSeason,
    /// Mean absolute value: what is small is small against it.
    pub(super) scale: f64,
}

impl Setting<'_> {
    /// Runs the candidates through the history; `seasons` is left as the season after it.
    pub(super) fn pass(&self, batch: &Batch, seasons: &mut Vec<Lanes>, derive: bool) -> Pass {
        seasons.clear();
        seasons.extend(self.season.iter().map(|index| [*index; LANES]));
        if seasons.is_empty() {
            seasons.push([0.0; LANES]);
        }
        use {EtsError as E, EtsSeason as S};
        match (self.error, self.kind, derive) {
            (E::Additive, S::None, false) => self.run::<false, 0, false>(batch, seasons),
            (E::Additive, S::None, true) => self.run::<false, 0, true>(batch, seasons),
            (E::Additive, S::Additive, false) => self.run::<false, 1, false>(batch, seasons),
            (E::Additive, S::Additive, true) => self.run::<false, 1, true>(batch, seasons),
            (E::Additive, S::Multiplicative, false) => self.run::<false, 2, false>(batch, seasons),
            (E::Additive, S::Multiplicative, true) => self.run::<false, 2, true>(batch, seasons),
            (E::Multiplicative, S::None, false) => self.run::<true, 0, false>(batch, seasons),
            (E::Multiplicative, S::None, true) => self.run::<true, 0, true>(batch, seasons),
            (E::Multiplicative, S::Additive, false) => self.run::<true, 1, false>(batch, seasons),
            (E::Multiplicative, S::Additive, true) => self.run::<true, 1, true>(batch, seasons),
            (E::Multiplicative, S::Multiplicative, false) => {
                self.run::<true, 2, false>(batch, seasons)
            }
            (E::Multiplicative, S::Multiplicative, true) => {
                self.run::<true, 2, true>(batch, seasons)
            }
        }
    }

    fn run<const RELATIVE: bool, const SEASON: u8, const DERIVE: bool>(
        &self,
        batch: &Batch,
        seasons: &mut [Lanes],
    ) -> Pass {
        let Batch { alpha, beta, gamma, phi, mut level, mut trend } = *batch;
        let (floor, scaling) = (1e-9 * self.scale, 1.0 / self.scale);
        let (mut squares, mut product, mut logarithms) = ([0.0; LANES], [1.0; LANES], [0.0; LANES]);
        let (mut products, mut slopes) = ([[0.0; LANES]; LANES], [0.0; LANES]);
        let mut phase = 0;
        for (period, &value) in self.values.iter().enumerate() {
            let season = &mut seasons[phase];
            let mut errors = [0.0; LANES];
            for lane in 0..LANES {
                let passing = phi[lane] * trend[lane];
                let base = level[lane] + passing;
                let index = season[lane];
                let forecast = match SEASON {
                    0 => base,
                    1 => base + index,
                    _ => base * index,
                };
                let error = if RELATIVE {
                    let forecast = forecast.max(floor);
                    product[lane] *= (forecast * scaling).clamp(1e-4, 1e4);
                    (value - forecast) / forecast
                } else {
                    value - forecast
                };
                if RELATIVE {
                    // Hyndman et al. (2008), table 2.3: with an additive season, errors are
                    // relative to the whole forecast; otherwise to the level alone.
                    let size = if SEASON == 1 { base + index } else { base };
                    level[lane] = base + alpha[lane] * size * error;
                    trend[lane] = passing + beta[lane] * size * error;
                    season[lane] = match SEASON {
                        0 => index,
                        1 => index + gamma[lane] * size * error,
                        _ => index * (1.0 + gamma[lane] * error),
                    };
                } else if SEASON == 2 {
                    level[lane] = base + alpha[lane] * error / index;
                    trend[lane] = passing + beta[lane] * error / index;
                    season[lane] = index + gamma[lane] * error / base;
                } else {
                    level[lane] = base + alpha[lane] * error;
                    trend[lane] = passing + beta[lane] * error;
                    season[lane] = if SEASON == 0 { index } else { index + gamma[lane] * error };
                }
                squares[lane] += error * error;
                errors[lane] = error;
            }
            if DERIVE {
                accumulate(&errors, &mut products, &mut slopes);
            }
            if RELATIVE && period % STEPS_PER_LOGARITHM == STEPS_PER_LOGARITHM - 1 {
                fold(&mut product, &mut logarithms);
            }
            phase += 1;
            if phase == seasons.len() {
                phase = 0;
            }
        }
        if RELATIVE {
            fold(&mut product, &mut logarithms);
        }
        Pass { squares, logarithms, products, slopes, level, trend }
    }
}

/// Adds a step to the normal equations: the first candidate's error, the others' distances.
#[inline(always)]
fn accumulate(errors: &Lanes, products: &mut [Lanes; LANES], slopes: &mut Lanes) {
    let mut distances = [0.0; LANES];
    for lane in 1..LANES {
        distances[lane] = errors[lane] - errors[0];
    }
    for row in 1..LANES {
        for lane in 0..LANES {
            products[row][lane] += distances[row] * distances[lane];
        }
    }
    for lane in 0..LANES {
        slopes[lane] += distances[lane] * errors[0];
    }
}

fn fold(product: &mut Lanes, logarithms: &mut Lanes) {
    for lane in 0..LANES {
        logarithms[lane] += libm::log(product[lane]);
        product[lane] = 1.0;
    }
}
