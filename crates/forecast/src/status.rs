use crate::bytes::{Reader, Writer};
use crate::profile::{FEWEST_DEMAND_PERIODS, Profile};
use crate::{Series, StateError};

/// The share of periods without full observation above which a series counts as censored.
const LARGEST_UNOBSERVED_SHARE: f64 = 0.3;

/// How much a series can say for itself, and what speaks for it otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum SeriesStatus {
    /// Enough history for the whole pool of models.
    Regular,
    /// Shorter than [`Frequency::shortest_history`](crate::Frequency::shortest_history).
    New {
        /// Known periods.
        known_periods: usize,
        /// Whether a pool lent its season and sizes.
        pooled: bool,
    },
    /// Long enough but with demand in fewer than 10 periods.
    Thin {
        /// Periods with demand.
        demand_periods: usize,
        /// Whether a pool lent its season and sizes.
        pooled: bool,
    },
    /// No longer sold: nothing is expected.
    Ended,
    /// Sold steadily once and silent for so long that chance cannot explain it: nothing is expected.
    Faded {
        /// Known periods since the last demand.
        quiet_periods: usize,
    },
    /// Sold in a part of the year only: earlier years speak for the next.
    SeasonalOnly {
        /// The longest pause between demands, in periods.
        pause: usize,
    },
    /// Never any demand in a history that is long enough.
    NoDemand {
        /// Known periods.
        known_periods: usize,
    },
    /// Fitted as a regular series, though many periods were not fully observed.
    Censored {
        /// Missing and censored periods over all periods.
        unobserved_share: f64,
    },
}

impl SeriesStatus {
    pub(crate) fn of(series: &Series<'_>, profile: &Profile, pooled: bool, ended: bool) -> Self {
        let known_periods = profile.known;
        let unobserved = series.len() - known_periods + profile.censored;
        let unobserved_share = unobserved as f64 / series.len().max(1) as f64;
        if ended {
            Self::Ended
        } else if known_periods < series.frequency().shortest_history() {
            Self::New { known_periods, pooled }
        } else if profile.with_demand == 0 {
            Self::NoDemand { known_periods }
        } else if let Some(pause) = profile.yearly_pause {
            Self::SeasonalOnly { pause }
        } else if profile.has_faded(series) {
            Self::Faded { quiet_periods: profile.quiet }
        } else if profile.is_thin(series) {
            Self::Thin { demand_periods: profile.with_demand, pooled }
        } else if unobserved_share > LARGEST_UNOBSERVED_SHARE {
            Self::Censored { unobserved_share }
        } else {
            Self::Regular
        }
    }

    /// Whether nothing at all is expected.
    pub(crate) fn is_without_demand(&self) -> bool {
        matches!(self, Self::Ended | Self::Faded { .. } | Self::NoDemand { .. })
    }

    /// `"regular"`, `"new"`, `"thin"`, `"ended"` (also when faded), `"seasonal_only"`, `"no_demand"`
    /// or `"censored"`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::New { .. } => "new",
            Self::Thin { .. } => "thin",
            Self::Ended | Self::Faded { .. } => "ended",
            Self::SeasonalOnly { .. } => "seasonal_only",
            Self::NoDemand { .. } => "no_demand",
            Self::Censored { .. } => "censored",
        }
    }

    /// One sentence for a person, with the numbers behind the status.
    pub fn reason(&self) -> String {
        match self {
            Self::Regular => "enough history with demand".into(),
            Self::New { known_periods: 0, .. } => "no known period".into(),
            Self::New { known_periods, .. } => {
                let periods = counted(*known_periods, "known period");
                format!("only {periods}, too few to tell level and season")
            }
            Self::Thin { demand_periods, .. } => {
                let periods = counted(*demand_periods, "period");
                format!("demand in only {periods}, fewer than {FEWEST_DEMAND_PERIODS}")
            }
            Self::Ended => "no longer sold".into(),
            Self::Faded { quiet_periods } => {
                let periods = counted(*quiet_periods, "period");
                format!("sold steadily before, no demand in the last {periods}")
            }
            Self::SeasonalOnly { pause } => {
                let periods = counted(*pause, "period");
                format!("sold in a part of the year only, with pauses of up to {periods}")
            }
            Self::NoDemand { known_periods } => {
                format!("no demand in any of {}", counted(*known_periods, "known period"))
            }
            Self::Censored { unobserved_share } => {
                format!("{:.0} % of the periods were not fully observed", unobserved_share * 100.0)
            }
        }
    }

    /// What speaks for the series: `"pooled_shape"`, `"own_mean"` (thin, and no pool was given),
    /// `"same_season"` or `"zero"`; `None` where it speaks for itself.
    pub fn fallback(&self) -> Option<&'static str> {
        match self {
            Self::Regular | Self::Censored { .. } => None,
            Self::New { pooled: true, .. } | Self::Thin { pooled: true, .. } => {
                Some("pooled_shape")
            }
            Self::New { .. } | Self::Thin { .. } => Some("own_mean"),
            Self::SeasonalOnly { .. } => Some("same_season"),
            Self::Ended | Self::Faded { .. } | Self::NoDemand { .. } => Some("zero"),
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        let (tag, number, pooled) = match *self {
            Self::Regular => (0, 0.0, false),
            Self::New { known_periods, pooled } => (1, known_periods as f64, pooled),
            Self::Thin { demand_periods, pooled } => (2, demand_periods as f64, pooled),
            Self::Ended => (3, 0.0, false),
            Self::NoDemand { known_periods } => (4, known_periods as f64, false),
            Self::Censored { unobserved_share } => (5, unobserved_share, false),
            Self::Faded { quiet_periods } => (6, quiet_periods as f64, false),
            Self::SeasonalOnly { pause } => (7, pause as f64, false),
        };
        writer.byte(tag);
        writer.float(number);
        writer.byte(u8::from(pooled));
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, StateError> {
        let (tag, number, pooled) = (reader.byte()?, reader.float()?, reader.flag()?);
        let periods = number as usize;
        match tag {
            0 => Ok(Self::Regular),
            1 => Ok(Self::New { known_periods: periods, pooled }),
            2 => Ok(Self::Thin { demand_periods: periods, pooled }),
            3 => Ok(Self::Ended),
            4 => Ok(Self::NoDemand { known_periods: periods }),
            5 => Ok(Self::Censored { unobserved_share: number }),
            6 => Ok(Self::Faded { quiet_periods: periods }),
            7 => Ok(Self::SeasonalOnly { pause: periods }),
            _ => Err(StateError::Invalid { field: "status" }),
        }
    }
}

/// A number and what is counted: `1 period`, `2 periods`.
fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_count_one_period_as_one() {
        let new = |known_periods| SeriesStatus::New { known_periods, pooled: true }.reason();
        assert_eq!(new(0), "no known period");
        assert_eq!(new(1), "only 1 known period, too few to tell level and season");
        assert_eq!(new(2), "only 2 known periods, too few to tell level and season");
        let thin = SeriesStatus::Thin { demand_periods: 1, pooled: true };
        assert_eq!(thin.reason(), "demand in only 1 period, fewer than 10");
    }
}
