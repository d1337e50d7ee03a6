use crate::{Day, RetailError};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// When the clocks of a place show which time, by the IANA time zone database.
///
/// ```
/// use shelfcast_retail::ZoneRules;
/// let zone = ZoneRules::named("America/New_York")?;
/// // 2024-08-26T02:30:00Z is still the evening of the 25th in New York.
/// assert_eq!(zone.day(1_724_639_400_000_000).expect("in range").to_string(), "2024-08-25");
/// # Ok::<(), shelfcast_retail::RetailError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ZoneRules(TimeZone);

impl ZoneRules {
    /// The rules of a zone such as `Europe/Berlin`.
    ///
    /// # Errors
    /// A name that the database does not know.
    pub fn named(name: &str) -> Result<Self, RetailError> {
        TimeZone::get(name).map(Self).map_err(|_| RetailError::TimeZone { found: name.to_owned() })
    }

    /// The instant, in microseconds since 1970-01-01 UTC, at which clocks show `written`; times
    /// that they skip or show twice count as before the change (RFC 5545). `None` out of range.
    pub fn microseconds(&self, written: DateTime) -> Option<i64> {
        self.0.to_timestamp(written).ok().map(|at| at.as_microsecond())
    }

    /// The day that clocks show at an instant, in microseconds since 1970-01-01 UTC; `None` out
    /// of range.
    pub fn day(&self, microseconds: i64) -> Option<Day> {
        let at = jiff::Timestamp::from_microsecond(microseconds).ok()?;
        let date = self.0.to_datetime(at).date();
        Day::from_ymd(date.year(), date.month(), date.day())
    }
}
