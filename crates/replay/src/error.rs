use shelfcast_forecast::FitError;
use shelfcast_inventory::PlanError;
use shelfcast_retail::Day;

/// Why a replay cannot be played.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The last day lies before the first.
    #[error("a replay from {first} to {last} has no day")]
    NoDays {
        /// The first day as stated.
        first: Day,
        /// The last day as stated.
        last: Day,
    },
    /// An item's demand does not reach over the replay.
    #[error("demand of `{id}` is known from {from} to {to}; the replay needs {first} to {last}")]
    DemandTooShort {
        /// The item.
        id: String,
        /// The first known day.
        from: Day,
        /// The last known day.
        to: Day,
        /// The first day needed.
        first: Day,
        /// The last day needed.
        last: Day,
    },
    /// Lists that should be of one length are not.
    #[error("{what} of `{id}` has {found} values; allowed are {allowed}")]
    Length {
        /// What is listed.
        what: &'static str,
        /// The item.
        id: String,
        /// The length as found.
        found: usize,
        /// The length needed.
        allowed: usize,
    },
    /// A demand that is negative or not a number.
    #[error("demand of `{id}` on day {position} is `{found}`; allowed are 0 to 1000000000")]
    Demand {
        /// The item.
        id: String,
        /// Days after the first known one.
        position: usize,
        /// The value as found.
        found: f64,
    },
    /// A model could not be fitted.
    #[error("no demand model for `{id}`")]
    Fit {
        /// The item.
        id: String,
        /// Why.
        source: FitError,
    },
    /// An order could not be planned.
    #[error("no order of `{id}` on {order_on}")]
    Plan {
        /// The item.
        id: String,
        /// The day of the order.
        order_on: Day,
        /// Why.
        source: PlanError,
    },
}
