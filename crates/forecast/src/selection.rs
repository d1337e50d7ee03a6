//! Which candidate forecasts: the first, unless another was clearly better at earlier origins.

use crate::accuracy::pinball;
use crate::models::Candidates;
use crate::predictive::Predictive;
use crate::rolling::Origin;
use crate::{Method, Series};

/// A challenger's score must be below this share of the incumbent's: with a handful of origins a
/// smaller difference is chance.
const CHALLENGER_SHARE: f64 = 0.97;

/// Probabilities of the pinball part of the score, with their normal scores.
const PROBABILITIES: [(f64, f64); 3] =
    [(0.1, -1.281_551_565_544_6), (0.5, 0.0), (0.9, 1.281_551_565_544_6)];

/// The candidate of `current` to forecast with, judged on the periods before `limit`.
pub(crate) fn choose<'a>(
    current: &'a Candidates,
    origins: &[Origin],
    series: &Series<'_>,
    horizon: usize,
    limit: usize,
) -> &'a Predictive {
    let incumbent = &current.allowed[0];
    let mut best = (CHALLENGER_SHARE, incumbent);
    for challenger in &current.allowed[1..] {
        let (mut own, mut incumbents) = (0.0, 0.0);
        for origin in origins {
            let scores = [challenger.method(), incumbent.method()]
                .map(|method| score(origin, method, series, horizon, limit));
            if let [Some(challengers), Some(others)] = scores {
                own += challengers;
                incumbents += others;
            }
        }
        if own < best.0 * incumbents {
            best = (own / incumbents, challenger);
        }
    }
    best.1
}

/// Scaled root mean squared error of the mean plus scaled pinball loss (doubled, as in FPP3) of
/// three quantiles; `None` where the method was not allowed or nothing was observed.
fn score(
    origin: &Origin,
    method: Method,
    series: &Series<'_>,
    horizon: usize,
    limit: usize,
) -> Option<f64> {
    let forecast = origin.candidates.of(method)?;
    let scale = origin.scale;
    let (mut squares, mut losses, mut count) = (0.0, 0.0, 0.0);
    for (step, actual) in origin.scored(series, horizon, limit) {
        let error = actual - forecast.mean(step);
        squares += error * error;
        for (probability, normal_score) in PROBABILITIES {
            let quantile = forecast.quantile(step, normal_score, probability);
            losses += 2.0 * pinball(probability, actual, quantile) / PROBABILITIES.len() as f64;
        }
        count += 1.0;
    }
    (count > 0.0).then(|| {
        libm::sqrt(squares / count / scale.mean_square_step) + losses / count / scale.mean_step
    })
}
