use crate::bytes::{Reader, Writer};
use crate::metrics::pinball_loss;
use crate::normal;
use crate::outlook::Outlook;
use crate::rolling::Origin;
use crate::{Series, StateError};

/// Probabilities whose pinball losses are averaged.
const PROBABILITIES: [f64; 7] = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975];

/// Errors over all rolling origins, on observed periods only, before any calibration.
///
/// Absolute errors are those of the median forecast and squared errors and bias those of the
/// mean: each is judged by the loss it minimises. A ratio is `None` where its denominator is 0.
/// Each origin is combined with weights that the others found. Later origins may be among them: the
/// [holdout](crate::FittedModel::holdout) knows earlier ones alone.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Accuracy {
    /// Forecast and actual pairs.
    pub points: usize,
    /// Rolling origins.
    pub origins: usize,
    /// Sum of absolute errors over the sum of demand.
    pub wape: Option<f64>,
    /// Mean absolute error over the in-sample seasonal naive one (Hyndman and Koehler 2006).
    pub mase: Option<f64>,
    /// Root mean squared error, in units.
    pub rmse: f64,
    /// Root mean squared scaled error, scaled by in-sample steps from the first demand on (M5).
    pub rmsse: Option<f64>,
    /// Sum of (forecast - actual) over the sum of demand: above 0 is too much.
    pub bias: Option<f64>,
    /// Mean pinball loss of seven quantiles from 0.025 to 0.975, not doubled, over the MASE scale.
    pub scaled_pinball: Option<f64>,
    /// WAPE of the seasonal naive forecast on the same points.
    pub seasonal_naive_wape: Option<f64>,
}

impl Accuracy {
    /// Forecast value added: the seasonal naive WAPE minus the own.
    pub fn forecast_value_added(&self) -> Option<f64> {
        Some(self.seasonal_naive_wape? - self.wape?)
    }

    /// `None` when no period was scored.
    pub(crate) fn of(
        series: &Series<'_>,
        origins: &[Origin],
        outlooks: &[Outlook],
        horizon: usize,
    ) -> Option<Self> {
        let mut sums = Sums::default();
        for (origin, outlook) in origins.iter().zip(outlooks) {
            sums.add(series, origin, outlook, horizon);
        }
        let points = sums.points as f64;
        let ratio = |sum: f64, denominator: f64| (denominator > 0.0).then(|| sum / denominator);
        (sums.points > 0).then(|| Self {
            points: sums.points,
            origins: origins.len(),
            wape: ratio(sums.absolute, sums.demand),
            mase: ratio(sums.absolute_scaled, points).filter(|value| value.is_finite()),
            rmse: libm::sqrt(sums.square / points),
            rmsse: Some(libm::sqrt(sums.square_scaled / points)).filter(|value| value.is_finite()),
            bias: ratio(sums.signed, sums.demand),
            scaled_pinball: ratio(sums.pinball_scaled, points).filter(|value| value.is_finite()),
            seasonal_naive_wape: ratio(sums.naive_absolute, sums.demand),
        })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.count(self.points);
        writer.count(self.origins);
        writer.float(self.rmse);
        [
            self.wape,
            self.mase,
            self.rmsse,
            self.bias,
            self.scaled_pinball,
            self.seasonal_naive_wape,
        ]
        .into_iter()
        .for_each(|value| writer.optional(value));
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        Ok(Self {
            points: reader.count(usize::MAX)?,
            origins: reader.count(usize::MAX)?,
            rmse: reader.positive(1e3 * crate::MAXIMUM_UNITS)?,
            wape: reader.optional()?,
            mase: reader.optional()?,
            rmsse: reader.optional()?,
            bias: reader.optional()?,
            scaled_pinball: reader.optional()?,
            seasonal_naive_wape: reader.optional()?,
        })
    }
}

#[derive(Default)]
struct Sums {
    points: usize,
    demand: f64,
    absolute: f64,
    absolute_scaled: f64,
    square: f64,
    square_scaled: f64,
    signed: f64,
    pinball_scaled: f64,
    naive_absolute: f64,
}

impl Sums {
    fn add(&mut self, series: &Series<'_>, origin: &Origin, outlook: &Outlook, horizon: usize) {
        let scale = origin.scale;
        let median = outlook.end(0.0);
        let ends = PROBABILITIES
            .map(|probability| (probability, outlook.end(normal::quantile(probability))));
        for (step, actual) in origin.scored(series, horizon, series.len()) {
            let error = outlook.means[step] - actual;
            let absolute = (outlook.at(step, median) - actual).abs();
            self.points += 1;
            self.demand += actual;
            self.signed += error;
            self.absolute += absolute;
            self.absolute_scaled += absolute / scale.mean_seasonal_step;
            self.square += error * error;
            self.square_scaled += error * error / scale.mean_square_step;
            self.naive_absolute += (origin.naive[step] - actual).abs();
            for (probability, end) in ends {
                self.pinball_scaled += pinball_loss(probability, actual, outlook.at(step, end))
                    / ends.len() as f64
                    / scale.mean_seasonal_step;
            }
        }
    }
}

/// In-sample sizes of the steps from one period to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    pub(crate) mean_step: f64,
    pub(crate) mean_square_step: f64,
    /// Over a season where the history has two, else over a period.
    pub(crate) mean_seasonal_step: f64,
}

impl Scale {
    /// Scales of a history from its first demand on; a history that never moves has scale 0,
    /// given as its mean so that ratios stay finite.
    pub(crate) fn of(series: &Series<'_>) -> Self {
        let used: Vec<f64> =
            series.observed().map(|(_, units)| units).skip_while(|units| *units == 0.0).collect();
        let season_length = series.season_length();
        let lag = if used.len() >= 2 * season_length { season_length } else { 1 };
        let mean = used.iter().sum::<f64>() / used.len().max(1) as f64;
        let flat = if mean > 0.0 { mean } else { 1.0 };
        let average = |lag: usize, of: fn(f64) -> f64| {
            let steps = used.len().saturating_sub(lag);
            let sum: f64 = used.iter().zip(used.iter().skip(lag)).map(|(a, b)| of(b - a)).sum();
            if sum > 0.0 { sum / steps as f64 } else { 0.0 }
        };
        let or_flat = |value: f64, flat: f64| if value > 0.0 { value } else { flat };
        Self {
            mean_step: or_flat(average(1, f64::abs), flat),
            mean_square_step: or_flat(average(1, |step| step * step), flat * flat),
            mean_seasonal_step: or_flat(average(lag, f64::abs), flat),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Frequency;

    #[test]
    fn scale_starts_at_the_first_demand() {
        // Steps 2, -1, 3 after the two leading zeros: means 2 and 14 / 3.
        let units = [0.0, 0.0, 1.0, 3.0, 2.0, 5.0];
        let scale = Scale::of(&Series::new(&units, &[], Frequency::Day, 0).unwrap());
        assert!((scale.mean_step - 2.0).abs() < 1e-12);
        assert!((scale.mean_square_step - 14.0 / 3.0).abs() < 1e-12);
        assert_eq!(scale.mean_seasonal_step, scale.mean_step, "no two seasons");
    }
}
