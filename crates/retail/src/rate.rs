use crate::{Quantity, RetailError};
use std::fmt;
use std::str::FromStr;

/// A share between 0 and 1 with four decimals: a discount, a service target.
///
/// Being a type of its own keeps 0.95 and 95 from being mixed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Rate(i128);

impl Rate {
    /// None of it.
    pub const ZERO: Self = Self(0);

    /// From ten-thousandths, 0 to 10 000.
    pub fn from_parts(parts: i128) -> Result<Self, RetailError> {
        if (0..=10_000).contains(&parts) {
            Ok(Self(parts))
        } else {
            Err(RetailError::Rate { found: Quantity::from_parts(parts).to_string() })
        }
    }

    /// As ten-thousandths.
    pub const fn parts(self) -> i128 {
        self.0
    }

    /// The nearest `f64`, for models and drawings only.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 10_000.0
    }
}

impl FromStr for Rate {
    type Err = RetailError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let value: Quantity =
            text.parse().map_err(|_| RetailError::Rate { found: text.to_owned() })?;
        Self::from_parts(value.parts())
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Quantity::from_parts(self.0).fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_stays_between_zero_and_one() {
        assert_eq!("0.07".parse::<Rate>().unwrap().parts(), 700);
        assert_eq!("1".parse::<Rate>().unwrap().to_string(), "1");
        assert_eq!("7".parse::<Rate>().unwrap_err().to_string(), "rate `7` is not between 0 and 1");
        assert!("-0.01".parse::<Rate>().is_err());
    }
}
