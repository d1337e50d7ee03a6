//! Known futures of the drivers, and forecasts taken apart.

use crate::FittedModel;
use crate::drivers::{Driver, Explanation, FittedDriver, UnusedDriver};
use crate::effects::Effects;
use crate::error::{FitError, MAXIMUM_HORIZON};

impl FittedModel {
    /// The drivers with their effects.
    pub fn drivers(&self) -> &[FittedDriver] {
        &self.drivers.used
    }

    /// Drivers that were given and are not used, each with its reason.
    pub fn unused_drivers(&self) -> &[UnusedDriver] {
        &self.drivers.unused
    }

    /// The same model with the drivers' future declared: one value a period ahead. Forecasts,
    /// quantiles, probabilities and paths of the model returned are given that future.
    ///
    /// A strength of which nothing is said does not act, a price stays as it was last. Beyond the
    /// values given the last one goes on.
    ///
    /// # Errors
    /// [`FitError`] for a driver whose values differ in number from the first one's, are invalid,
    /// or are more than [`MAXIMUM_HORIZON`](crate::MAXIMUM_HORIZON).
    pub fn given(&self, future: &[Driver<'_>]) -> Result<Self, FitError> {
        let periods = future.first().map_or(0, |driver| driver.values.len());
        if periods > MAXIMUM_HORIZON {
            return Err(FitError::InvalidHorizon { found: periods });
        }
        future.iter().try_for_each(|driver| driver.check(periods))?;
        let factors = match periods {
            0 => self.drivers.absent_factor(),
            _ if self.drivers.used.is_empty() => vec![],
            _ => (0..periods).map(|at| self.drivers.factor(future, at)).collect(),
        };
        Ok(Self { factors, ..self.clone() })
    }

    /// Takes the mean of each period ahead apart, given the drivers' future: "base 5.1 + season 1.4
    /// + promotion 3.2". The parts sum to the mean.
    ///
    /// Effects multiply; each gets its logarithm's share of the difference between mean and base
    /// (the logarithmic mean Divisia decomposition of Ang 2005, which leaves no remainder).
    ///
    /// # Errors
    /// As [`given`](Self::given).
    ///
    /// ```
    /// use shelfcast_forecast::drivers::Driver;
    /// use shelfcast_forecast::{fit, FitOptions, Frequency, Series};
    /// let promotion: Vec<f64> = (0..210).map(|day| f64::from(u8::from(day % 30 < 4))).collect();
    /// let units: Vec<f64> = promotion.iter().map(|acts| 20.0 + 20.0 * acts).collect();
    /// let drivers = [Driver::strength("promotion", &promotion)];
    /// let options = FitOptions::new(7).with_drivers(&drivers);
    /// let model = fit(&Series::new(&units, &[], Frequency::Day, 0)?, &options)?;
    /// let parts = model.explain(&[Driver::strength("promotion", &[0.0, 1.0])])?;
    /// assert!((parts[1].mean - 40.0).abs() < 2.0);
    /// assert!((parts[1].drivers[0].1 - 20.0).abs() < 2.0);
    /// assert!(parts[0].drivers[0].1.abs() < 1e-9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain(&self, future: &[Driver<'_>]) -> Result<Vec<Explanation>, FitError> {
        self.explain_ahead(future.first().map_or(0, |driver| driver.values.len()), future)
    }

    /// The same for `horizon` periods, of which the drivers may say nothing, or something of the
    /// first of them.
    ///
    /// # Errors
    /// As [`given`](Self::given).
    pub fn explain_ahead(
        &self,
        horizon: usize,
        future: &[Driver<'_>],
    ) -> Result<Vec<Explanation>, FitError> {
        let model = self.given(future)?;
        let plain = self.predictive.means(horizon.max(self.season_length), &Effects::default());
        let base = plain[..self.season_length].iter().sum::<f64>() / self.season_length as f64;
        let means = self.predictive.means(horizon, &model.effects_ahead(horizon));
        Ok((0..horizon)
            .map(|at| {
                let logarithms = self.drivers.logarithms(future, at);
                let share = logarithmic_mean(means[at], base);
                let names = self.drivers.used.iter().map(|driver| driver.name.clone());
                let drivers: Vec<(String, f64)> =
                    names.zip(logarithms.iter().map(|log| share * log)).collect();
                let sum: f64 = drivers.iter().map(|(_, units)| units).sum();
                Explanation { mean: means[at], base, season: means[at] - base - sum, drivers }
            })
            .collect())
    }
}

/// The number between two that turns logarithmic differences into differences; 0 beside a zero.
fn logarithmic_mean(a: f64, b: f64) -> f64 {
    if a <= 0.0 || b <= 0.0 {
        return 0.0;
    }
    let logarithm = libm::log(a / b);
    if logarithm.abs() < 1e-9 { a } else { (a - b) / logarithm }
}
