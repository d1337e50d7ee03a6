use crate::{Day, RetailError};
use holidays_rs::{Calendar, Country};
use std::str::FromStr;

/// Codes (ISO 3166) and other short names of larger countries.
const CODES: &[(&str, &str)] = &[
    ("AD", "Andorra"),
    ("AT", "Austria"),
    ("AU", "Australia"),
    ("BE", "Belgium"),
    ("BR", "Brazil"),
    ("CA", "Canada"),
    ("CH", "Switzerland"),
    ("CY", "Cyprus"),
    ("CZ", "Czechia"),
    ("DE", "Germany"),
    ("DK", "Denmark"),
    ("EE", "Estonia"),
    ("ES", "Spain"),
    ("FI", "Finland"),
    ("FR", "France"),
    ("GB", "UnitedKingdom"),
    ("GR", "Greece"),
    ("HR", "Croatia"),
    ("ID", "Indonesia"),
    ("IE", "Ireland"),
    ("IS", "Iceland"),
    ("IT", "Italy"),
    ("LI", "Liechtenstein"),
    ("LT", "Lithuania"),
    ("LU", "Luxembourg"),
    ("LV", "Latvia"),
    ("MT", "Malta"),
    ("MX", "Mexico"),
    ("NL", "Netherlands"),
    ("NO", "Norway"),
    ("NZ", "NewZealand"),
    ("PE", "Peru"),
    ("PL", "Poland"),
    ("PT", "Portugal"),
    ("RO", "Romania"),
    ("SE", "Sweden"),
    ("SI", "Slovenia"),
    ("SK", "Slovakia"),
    ("UK", "UnitedKingdom"),
    ("US", "UnitedStates"),
    ("USA", "UnitedStates"),
    ("UY", "Uruguay"),
];

/// The public holidays of a country, moving ones included.
///
/// Rules, not tables: they hold for any year of the Gregorian calendar. Holidays of single regions
/// are left out.
///
/// ```
/// use shelfcast_retail::PublicHolidays;
/// let germany: PublicHolidays = "Germany".parse()?;
/// let holidays = germany.in_year(2024);
/// assert!(holidays.iter().any(|(day, _)| day.to_string() == "2024-03-29")); // Good Friday
/// # Ok::<(), shelfcast_retail::RetailError>(())
/// ```
#[derive(Debug, Clone)]
pub struct PublicHolidays {
    name: String,
    calendar: Calendar,
}

impl PublicHolidays {
    /// The country's name, as one word: `UnitedKingdom`.
    pub fn country(&self) -> &str {
        &self.name
    }

    /// Days and names in `year`, ascending; days off in lieu of a holiday at a weekend stand on
    /// the day they are kept.
    pub fn in_year(&self, year: i16) -> Vec<(Day, &'static str)> {
        let holidays = self.calendar.holidays_in(i32::from(year));
        holidays
            .into_iter()
            .map(|(date, name)| (Day::from_epoch_days(date.days_from_epoch() as i32), name))
            .collect()
    }

    /// Every country that is known, in name order.
    pub fn countries() -> Vec<String> {
        let mut names: Vec<String> =
            Country::ALL.iter().map(|country| format!("{country:?}")).collect();
        names.sort();
        names
    }
}

impl FromStr for PublicHolidays {
    type Err = RetailError;

    /// Case and blanks do not matter: `united kingdom` is `UnitedKingdom`, and so is `GB`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |name: &str| name.replace([' ', '_', '-'], "").to_lowercase();
        let code = CODES.iter().find(|(code, _)| code.eq_ignore_ascii_case(text.trim()));
        let wanted = plain(code.map_or(text, |(_, name)| name));
        Country::ALL
            .iter()
            .map(|country| (format!("{country:?}"), *country))
            .find(|(name, _)| plain(name) == wanted)
            .map(|(name, country)| Self { name, calendar: Calendar::new(country) })
            .ok_or_else(|| RetailError::Country { found: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_holidays_move() {
        // Easter Monday: 1 April 2024 and 21 April 2025 (Book of Common Prayer, table of Easter).
        let holidays: PublicHolidays = "france".parse().unwrap();
        for (year, monday) in [(2024, "2024-04-01"), (2025, "2025-04-21")] {
            assert!(holidays.in_year(year).iter().any(|(day, _)| day.to_string() == monday));
        }
    }

    #[test]
    fn a_country_is_found_however_it_is_written() {
        for name in ["United Kingdom", "united_kingdom", "UnitedKingdom"] {
            assert_eq!(name.parse::<PublicHolidays>().unwrap().country(), "UnitedKingdom");
        }
        for (code, name) in CODES {
            assert_eq!(code.parse::<PublicHolidays>().unwrap().country(), *name);
        }
        assert!("Atlantis".parse::<PublicHolidays>().is_err());
        assert!(PublicHolidays::countries().contains(&"Germany".to_owned()));
    }
}
