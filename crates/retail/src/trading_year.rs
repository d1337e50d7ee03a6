use crate::{Day, RetailError, Weekday};
use std::fmt;
use std::str::FromStr;

/// How a trading year is cut into twelve months.
///
/// Retailers that compare like with like cut the year into whole weeks: 52 of them, and a 53rd
/// when the start has drifted by a week, which goes to the last month.
///
/// ```
/// use shelfcast_retail::YearPattern;
/// let pattern: YearPattern = "4-5-4".parse()?;
/// assert_eq!(pattern.to_string(), "4-5-4");
/// # Ok::<(), shelfcast_retail::RetailError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum YearPattern {
    /// The months of the civil calendar.
    #[default]
    Calendar,
    /// Months of four, four and five weeks.
    FourFourFive,
    /// Months of four, five and four weeks, as the National Retail Federation has it.
    FourFiveFour,
    /// Months of five, four and four weeks.
    FiveFourFour,
}

impl YearPattern {
    /// All patterns.
    pub const ALL: [Self; 4] =
        [Self::Calendar, Self::FourFourFive, Self::FourFiveFour, Self::FiveFourFour];

    /// The word used in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::FourFourFive => "4-4-5",
            Self::FourFiveFour => "4-5-4",
            Self::FiveFourFour => "5-4-4",
        }
    }

    /// Weeks of the three months of a quarter; `None` for civil months.
    pub(crate) const fn weeks(self) -> Option<[i32; 3]> {
        match self {
            Self::Calendar => None,
            Self::FourFourFive => Some([4, 4, 5]),
            Self::FourFiveFour => Some([4, 5, 4]),
            Self::FiveFourFour => Some([5, 4, 4]),
        }
    }
}

impl fmt::Display for YearPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for YearPattern {
    type Err = RetailError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|pattern| pattern.as_str() == text)
            .ok_or_else(|| RetailError::YearPattern { found: text.to_owned() })
    }
}

/// Weeks before the months of a year begin, twelve of them.
pub(crate) fn weeks_before(weeks: [i32; 3]) -> [i32; 12] {
    let quarter: i32 = weeks.iter().sum();
    std::array::from_fn(|month| {
        let into_quarter: i32 = weeks[..month % 3].iter().sum();
        (month / 3) as i32 * quarter + into_quarter
    })
}

/// The first day of the year of whole weeks that begins nearest to `anchor`.
pub(crate) fn nearest_start(anchor: Day, first_weekday: Weekday) -> Day {
    let after = (i32::from(anchor.weekday()) - first_weekday as i32).rem_euclid(7);
    if after <= 3 { anchor.plus(-after) } else { anchor.plus(7 - after) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_of_whole_weeks_fill_the_year() {
        assert_eq!(weeks_before([4, 4, 5]), [0, 4, 8, 13, 17, 21, 26, 30, 34, 39, 43, 47]);
        assert_eq!(weeks_before([4, 5, 4])[2], 9);
    }

    #[test]
    fn a_year_begins_on_the_first_weekday_nearest_to_its_anchor() {
        // National Retail Federation, 4-5-4 calendars: fiscal 2023 begins on Sunday 29 January
        // 2023, fiscal 2024 on Sunday 4 February 2024, fiscal 2025 on Sunday 2 February 2025.
        for (year, start) in [(2023, "2023-01-29"), (2024, "2024-02-04"), (2025, "2025-02-02")] {
            let anchor = Day::from_ymd(year, 2, 1).unwrap();
            assert_eq!(nearest_start(anchor, Weekday::Sunday).to_string(), start);
        }
    }

    #[test]
    fn an_unknown_pattern_is_refused_with_what_is_allowed() {
        let error = "4-4-4".parse::<YearPattern>().unwrap_err().to_string();
        assert_eq!(
            error,
            "`4-4-4` is not a pattern of a year; allowed are calendar, 4-4-5, 4-5-4, 5-4-4"
        );
    }
}
