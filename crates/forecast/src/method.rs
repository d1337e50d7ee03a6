use std::fmt;

use crate::StateError;

/// A demand model, or what a series was forecast with.
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
    /// Croston's method on seasonally adjusted demand (1972).
    Croston,
    /// Croston's method with the correction of Syntetos and Boylan (2005).
    SyntetosBoylan,
    /// Aggregate-disaggregate: smoothing of buckets as long as the demand interval (Nikolopoulos
    /// et al. 2011).
    Adida,
    /// The last observed demand.
    Naive,
    /// The mean of the last season, or of the last seven periods where a season is shorter.
    WindowAverage,
    /// Exponential smoothing in state-space form, averaged over its models (Hyndman et al. 2008).
    ExponentialSmoothing,
    /// The same on logarithms.
    LogarithmicSmoothing,
    /// The Theta method (Assimakopoulos and Nikolopoulos 2000).
    Theta,
    /// The dynamic optimised Theta method (Fiorucci et al. 2016).
    DynamicTheta,
    /// Exponential smoothing of sums over a few periods (Kourentzes, Petropoulos and Trapero 2014).
    ShortAggregation,
    /// The same over about a quarter of a season or two.
    LongAggregation,
    /// A weighted mean of several methods.
    Combination,
    /// The mean of the same time of earlier years, for what is sold in a part of the year only.
    SameSeason,
    /// Changes explained by those just before and those of one and two seasons ago: ridge regression
    /// on lagged differences of logarithms (Box and Jenkins 1970; Hoerl and Kennard 1970).
    SeasonalAutoregression,
}

/// Every method with its stable name; the position is its tag in stored states.
const NAMES: [(Method, &str); 20] = [
    (Method::NoDemand, "no_demand"),
    (Method::PooledShape, "pooled_shape"),
    (Method::SeasonalNaive, "seasonal_naive"),
    (Method::SimpleExponentialSmoothing, "simple_exponential_smoothing"),
    (Method::SeasonalLevel, "seasonal_level"),
    (Method::TeunterSyntetosBabai, "teunter_syntetos_babai"),
    (Method::Croston, "croston"),
    (Method::SyntetosBoylan, "syntetos_boylan"),
    (Method::Adida, "adida"),
    (Method::Naive, "naive"),
    (Method::WindowAverage, "window_average"),
    (Method::ExponentialSmoothing, "exponential_smoothing"),
    (Method::LogarithmicSmoothing, "logarithmic_smoothing"),
    (Method::Theta, "theta"),
    (Method::DynamicTheta, "dynamic_theta"),
    (Method::ShortAggregation, "short_aggregation"),
    (Method::LongAggregation, "long_aggregation"),
    (Method::Combination, "combination"),
    (Method::SameSeason, "same_season"),
    (Method::SeasonalAutoregression, "seasonal_autoregression"),
];

impl Method {
    /// A stable name: the variant's in lower case, words joined by `_`.
    ///
    /// ```
    /// use shelfcast_forecast::Method;
    /// assert_eq!(Method::TeunterSyntetosBabai.as_str(), "teunter_syntetos_babai");
    /// assert_eq!(Method::named("dynamic_theta"), Some(Method::DynamicTheta));
    /// ```
    pub fn as_str(self) -> &'static str {
        NAMES[usize::from(self.tag())].1
    }

    /// The method of a name.
    pub fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(method, _)| *method)
    }

    pub(crate) fn tag(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_tag(tag: u8) -> Result<Self, StateError> {
        let found = NAMES.get(usize::from(tag)).map(|(method, _)| *method);
        found.ok_or(StateError::Invalid { field: "method" })
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_is_found_by_name_and_by_tag() {
        for (position, (method, name)) in NAMES.iter().enumerate() {
            assert_eq!(usize::from(method.tag()), position, "{name}");
            assert_eq!(Method::named(name), Some(*method));
            assert_eq!(Method::from_tag(method.tag()), Ok(*method));
        }
        assert!(Method::from_tag(NAMES.len() as u8).is_err());
    }
}
