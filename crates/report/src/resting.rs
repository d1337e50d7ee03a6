//! Days of the week on which a shop is closed: drawn, they would cut every line down to zero.

use std::collections::BTreeMap;

use shelfcast_charts::{Day, Period};

use crate::data::SalesRow;

const WEEKDAYS: [&str; 7] =
    ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];

/// Weeks that a day of the week must be seen in before it can be said to rest.
const LEAST_WEEKS: usize = 8;

/// The days of the week on which nothing ever sells while other days do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Resting([bool; 7]);

impl Resting {
    /// Of the daily sales of everything together.
    pub(crate) fn of<'a>(rows: impl IntoIterator<Item = &'a SalesRow>) -> Self {
        let mut days: BTreeMap<usize, (usize, f64)> = BTreeMap::new();
        for row in rows.into_iter().filter(|row| row.frequency == Period::Day) {
            let (seen, units) = days.entry(weekday(row.period_start)).or_default();
            *seen += 1;
            *units += row.units;
        }
        let mut resting = [false; 7];
        for (weekday, (seen, units)) in &days {
            resting[*weekday] = *seen >= LEAST_WEEKS && *units == 0.0;
        }
        match days.values().any(|(_, units)| *units > 0.0) {
            true => Self(resting),
            false => Self::default(),
        }
    }

    /// Whether a period is drawn.
    pub(crate) fn draws(self, frequency: Period, start: Day) -> bool {
        frequency != Period::Day || !self.0[weekday(start)]
    }

    /// What is left out, in a sentence.
    pub(crate) fn sentence(self) -> Option<String> {
        let names: Vec<&str> = WEEKDAYS
            .iter()
            .zip(self.0)
            .filter_map(|(name, rests)| rests.then_some(*name))
            .collect();
        let (last, others) = names.split_last()?;
        let names = match others {
            [] => (*last).to_owned(),
            others => format!("{} and {last}", others.join(", ")),
        };
        Some(format!("{names}, on which nothing sells, are left out."))
    }
}

/// Mondays are 0; 1970-01-01 was a Thursday.
fn weekday(day: Day) -> usize {
    (i64::from(day) + 3).rem_euclid(7) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten weeks from Monday 2024-07-01 (day 19,905) on; some weekdays sell nothing.
    fn weeks(closed: &[usize]) -> Vec<SalesRow> {
        let units = |day: Day| if closed.contains(&weekday(day)) { 0.0 } else { 3.0 };
        let days = 19_905..19_905 + 70;
        days.map(|day| SalesRow {
            frequency: Period::Day,
            period_start: day,
            units: units(day),
            ..SalesRow::default()
        })
        .collect()
    }

    #[test]
    fn weekdays_without_a_sale_are_left_out_and_named() {
        let resting = Resting::of(&weeks(&[6]));
        assert_eq!(resting.sentence().unwrap(), "Sundays, on which nothing sells, are left out.");
        assert!(!resting.draws(Period::Day, 19_911) && resting.draws(Period::Day, 19_912));
        assert!(resting.draws(Period::Week, 19_911));
        let both = Resting::of(&weeks(&[5, 6])).sentence().unwrap();
        assert_eq!(both, "Saturdays and Sundays, on which nothing sells, are left out.");
    }

    #[test]
    fn too_few_weeks_one_sale_or_no_sales_at_all_leave_every_day_in() {
        assert_eq!(Resting::of(&weeks(&[6])[..49]), Resting::default());
        assert_eq!(Resting::of(&weeks(&[0, 1, 2, 3, 4, 5, 6])), Resting::default());
        let mut once = weeks(&[6]);
        once[20].units = 1.0;
        assert_eq!(Resting::of(&once).sentence(), None);
    }
}
