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
    /// A name that is none of the weekdays.
    #[error("`{found}` is not a weekday; allowed are monday to sunday")]
    Weekday {
        /// The name as found.
        found: String,
    },
    /// A name that is none of the patterns of a year.
    #[error("`{found}` is not a pattern of a year; allowed are calendar, 4-4-5, 4-5-4, 5-4-4")]
    YearPattern {
        /// The name as found.
        found: String,
    },
    /// A text that is no day of every year.
    #[error("`{found}` is not a day of every year of the form MM-DD")]
    DayOfYear {
        /// The text as found.
        found: String,
    },
    /// A country without public holidays here.
    #[error("no public holidays are known for `{found}`")]
    Country {
        /// The name as found.
        found: String,
    },
    /// A name that the time zone database does not know.
    #[error("`{found}` is not a known time zone: allowed are names such as Europe/Berlin or UTC")]
    TimeZone {
        /// The name as found.
        found: String,
    },
}
