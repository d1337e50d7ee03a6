use crate::ForecastError;

/// The probability that an interval claims to hold, strictly between 0 and 1.
///
/// A type of its own because tools differ: some write 0.8, some 80.
///
/// ```
/// use shelfcast_forecast::Level;
/// let level = Level::new(0.80)?;
/// assert_eq!(level.percent(), "80");
/// assert!((level.lower() - 0.10).abs() < 1e-12 && (level.upper() - 0.90).abs() < 1e-12);
/// assert!(Level::new(80.0).is_err());
/// # Ok::<(), shelfcast_forecast::ForecastError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Level(f64);

impl Level {
    /// # Errors
    /// [`ForecastError::InvalidLevel`] unless `0 < value < 1`.
    pub fn new(value: f64) -> Result<Self, ForecastError> {
        if value > 0.0 && value < 1.0 {
            Ok(Self(value))
        } else {
            Err(ForecastError::InvalidLevel { found: value })
        }
    }

    /// The level as a share, 0 to 1.
    pub fn value(self) -> f64 {
        self.0
    }

    /// The level in percent without needless digits: `"80"`, `"97.5"`.
    pub fn percent(self) -> String {
        let rounded = (self.0 * 1e10).round() / 1e8;
        rounded.to_string()
    }

    /// The probability below the interval's lower end: `(1 - level) / 2`.
    pub fn lower(self) -> f64 {
        (1.0 - self.0) / 2.0
    }

    /// The probability below the interval's upper end: `(1 + level) / 2`.
    pub fn upper(self) -> f64 {
        (1.0 + self.0) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_has_no_rounding_noise() {
        for (value, text) in
            [(0.8, "80"), (0.95, "95"), (0.975, "97.5"), (0.29, "29"), (0.999, "99.9")]
        {
            assert_eq!(Level::new(value).unwrap().percent(), text);
        }
    }

    #[test]
    fn ends_and_nonsense_are_refused() {
        for value in [0.0, 1.0, -0.1, 80.0, f64::NAN, f64::INFINITY] {
            assert!(Level::new(value).is_err(), "{value}");
        }
    }
}
