//! A share of cases that a band should hold.

use crate::error::ChartError;

/// A probability or share from 0 to 1, as in the 80 % band.
///
/// ```
/// use shelfcast_charts::Level;
///
/// assert_eq!(Level::new(0.8)?, Level::EIGHTY);
/// assert_eq!(Level::EIGHTY.to_string(), "80 %");
/// assert!(Level::new(80.0).is_err());
/// # Ok::<(), shelfcast_charts::ChartError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Level(f64);

impl Level {
    /// 80 %.
    pub const EIGHTY: Self = Self(0.80);
    /// 95 %.
    pub const NINETY_FIVE: Self = Self(0.95);

    /// A level from 0 to 1.
    ///
    /// # Errors
    /// [`ChartError::Level`] for anything else.
    pub fn new(share: f64) -> Result<Self, ChartError> {
        if (0.0..=1.0).contains(&share) {
            Ok(Self(share))
        } else {
            Err(ChartError::Level { share })
        }
    }

    /// The level as a number from 0 to 1.
    pub fn share(self) -> f64 {
        self.0
    }
}

impl Default for Level {
    fn default() -> Self {
        Self::EIGHTY
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&crate::number::per_cent(self.0))
    }
}
