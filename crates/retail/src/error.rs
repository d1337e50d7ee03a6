/// Why a word of the domain could not be formed from what was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RetailError {
    /// A text that is no decimal number of at most four decimals.
    #[error("`{found}` is not a decimal number with at most 4 decimals")]
    Decimal {
        /// The text as found.
        found: String,
    },
    /// A text that is no ISO 8601 date.
    #[error("`{found}` is not a date of the form YYYY-MM-DD")]
    Day {
        /// The text as found.
        found: String,
    },
    /// A rate outside 0 to 1.
    #[error("rate `{found}` is not between 0 and 1")]
    Rate {
        /// The text as found.
        found: String,
    },
    /// A name that is none of the feeds.
    #[error("`{found}` is not a feed; the feeds are {allowed}")]
    Feed {
        /// The name as found.
        found: String,
        /// Every feed's name, comma separated.
        allowed: String,
    },
    /// A name that is none of the trading frequencies.
    #[error("`{found}` is not a frequency; allowed are day, week, month")]
    Frequency {
        /// The name as found.
        found: String,
    },
    /// An identifier that is empty.
    #[error("an identifier must not be empty")]
    EmptyId,
}
