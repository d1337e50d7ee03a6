use serde::{Deserialize, Serialize};
use shelfcast_retail::{PublicHolidays, RetailError, TradingCalendar, Weekday};
use std::collections::BTreeMap;

/// `[calendar]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CalendarConfig {
    /// The day on which weeks start: `monday` to `sunday`. When left out, that on which the weeks of
    /// weekly sales start, else Monday.
    pub first_weekday: Option<String>,
    /// `calendar` for civil months, or a year of whole weeks: `4-4-5`, `4-5-4`, `5-4-4`.
    pub year: String,
    /// A year of whole weeks begins on the first weekday nearest to this day (`MM-DD`).
    pub year_starts_near: String,
    /// The country whose public holidays hold; none when left out.
    pub country: Option<String>,
    /// Countries of single places: location to country.
    pub countries: BTreeMap<String, String>,
}

impl Default for CalendarConfig {
    fn default() -> Self {
        Self {
            first_weekday: None,
            year: "calendar".to_owned(),
            year_starts_near: "01-01".to_owned(),
            country: None,
            countries: BTreeMap::new(),
        }
    }
}

impl CalendarConfig {
    /// The trading calendar that it describes; weeks start on `usual` where it does not say.
    pub fn trading_calendar(&self, usual: Weekday) -> Result<TradingCalendar, RetailError> {
        let refused = || RetailError::DayOfYear { found: self.year_starts_near.clone() };
        let (month, day) = self.year_starts_near.split_once('-').ok_or_else(refused)?;
        let (month, day) =
            (month.parse().map_err(|_| refused())?, day.parse().map_err(|_| refused())?);
        let first_weekday = self.first_weekday.as_deref().map_or(Ok(usual), str::parse)?;
        TradingCalendar::new(first_weekday).with_year(self.year.parse()?, month, day)
    }

    /// The public holidays of every country that is named, by its name as written.
    pub fn holidays(&self) -> Result<BTreeMap<&str, PublicHolidays>, RetailError> {
        let named = self.country.iter().chain(self.countries.values());
        named.map(|country| Ok((country.as_str(), country.parse()?))).collect()
    }
}
