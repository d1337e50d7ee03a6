use std::fmt;

/// The demand model that a series was fitted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Method {
    /// Zero: the series has ended or never had demand.
    NoDemand,
    /// Own mean rate times the pool's seasonal shape; demand probability times own sizes.
    PooledShape,
    /// Each phase repeats its last observed demand.
    SeasonalNaive,
    /// Simple exponential smoothing, no season (Brown 1959).
    SimpleExponentialSmoothing,
    /// Seasonal indices, shrunk to the pool's, times a smoothed level.
    SeasonalLevel,
    /// Teunter-Syntetos-Babai on seasonally adjusted demand (2011).
    TeunterSyntetosBabai,
}

impl Method {
    /// A stable name: `"no_demand"`, `"pooled_shape"`, `"seasonal_naive"`,
    /// `"simple_exponential_smoothing"`, `"seasonal_level"`, `"teunter_syntetos_babai"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoDemand => "no_demand",
            Self::PooledShape => "pooled_shape",
            Self::SeasonalNaive => "seasonal_naive",
            Self::SimpleExponentialSmoothing => "simple_exponential_smoothing",
            Self::SeasonalLevel => "seasonal_level",
            Self::TeunterSyntetosBabai => "teunter_syntetos_babai",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
