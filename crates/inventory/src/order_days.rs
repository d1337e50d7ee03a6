use crate::PlanError;
use shelfcast_retail::Day;
use std::fmt;
use std::str::FromStr;

const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The weekdays on which a supplier takes orders.
///
/// Read from words such as `mon wed fri`, in any case, long or short, with blanks, commas or
/// semicolons between them. An empty text means any day.
///
/// ```
/// use shelfcast_inventory::OrderDays;
/// let days: OrderDays = "Mon, Thursday".parse()?;
/// assert_eq!(days.to_string(), "mon thu");
/// assert!(days.includes("2024-08-26".parse().expect("a Monday")));
/// assert_eq!("".parse::<OrderDays>()?, OrderDays::any());
/// # Ok::<(), shelfcast_inventory::PlanError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OrderDays([bool; 7]);

impl OrderDays {
    /// Every day of the week.
    pub const fn any() -> Self {
        Self([true; 7])
    }

    /// Whether orders are taken on the weekday of a day.
    pub fn includes(&self, day: Day) -> bool {
        self.0[usize::from(day.weekday())]
    }
}

impl Default for OrderDays {
    fn default() -> Self {
        Self::any()
    }
}

impl FromStr for OrderDays {
    type Err = PlanError;

    fn from_str(text: &str) -> Result<Self, PlanError> {
        let mut days = [false; 7];
        for word in text.split([' ', ',', ';', '|']).filter(|word| !word.is_empty()) {
            let short: String = word.chars().take(3).flat_map(char::to_lowercase).collect();
            let weekday = NAMES.iter().position(|name| *name == short);
            let weekday = weekday.ok_or_else(|| PlanError::OrderDay { found: word.to_owned() })?;
            days[weekday] = true;
        }
        Ok(if days.contains(&true) { Self(days) } else { Self::any() })
    }
}

impl fmt::Display for OrderDays {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let taken = NAMES.iter().zip(self.0).filter(|(_, is_taken)| *is_taken);
        formatter.write_str(&taken.map(|(name, _)| *name).collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_weekday_is_named() {
        assert_eq!(
            "mon fry".parse::<OrderDays>().unwrap_err().to_string(),
            "order day `fry` is no weekday; allowed are mon, tue, wed, thu, fri, sat and sun"
        );
    }

    #[test]
    fn weekdays_follow_the_calendar() {
        let days: OrderDays = "tue;SUN".parse().unwrap();
        // 2024-08-26 was a Monday.
        let monday: Day = "2024-08-26".parse().unwrap();
        let taken: Vec<bool> = (0..7).map(|offset| days.includes(monday.plus(offset))).collect();
        assert_eq!(taken, [false, true, false, false, false, false, true]);
    }
}
