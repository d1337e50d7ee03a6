use crate::parts::{UNIT, quantile};
use crate::position::Supply;
use crate::sizing::sell;
use crate::{DemandPaths, OpenOrder, PlanError, Position, Unmet};
use shelfcast_retail::{Day, Quantity};

/// Where the stock of one product at one place is heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// The days from the order day on, without gaps.
    pub days: Vec<ProjectedDay>,
    /// The first day whose closing stock has a median of 0.
    pub run_out_on: Option<Day>,
}

impl Projection {
    /// The last day on which an order could be dated and still be sold from
    /// the opening of the day the stock runs out. A day before the order day
    /// means that it is too late.
    pub fn last_order_on(&self, lead_time_days: u32) -> Option<Day> {
        let days = i32::try_from(lead_time_days).unwrap_or(i32::MAX);
        self.run_out_on.map(|run_out_on| run_out_on.plus(-days))
    }
}

/// One day of a [`Projection`]; figures over the sample paths, in units.
///
/// Closing stock is stock on hand, never below 0: where demand is backordered
/// the units owed are not part of it. Quantiles are values of a path (the
/// smallest that the share of the paths does not exceed).
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectedDay {
    /// The day.
    pub day: Day,
    /// Units that arrive at its opening.
    pub receipts: Quantity,
    /// Mean closing stock.
    pub mean: f64,
    /// Median closing stock.
    pub median: f64,
    /// The 10 % quantile of closing stock: the lower end of the 80 % band.
    pub lower_80: f64,
    /// The 90 % quantile of closing stock: the upper end of the 80 % band.
    pub upper_80: f64,
    /// Mean units of the day's demand met from stock.
    pub expected_sales: f64,
    /// Mean units of the day's demand not met.
    pub expected_unmet: f64,
    /// The share of paths with nothing on hand at closing.
    pub probability_stocked_out: f64,
    /// Closing stock of the first [`SAMPLED_PATHS`] paths, in path order: what sums over
    /// several products or places are made of, as quantiles do not add up.
    pub sample: Vec<f64>,
}

/// Paths whose closing stock a [`ProjectedDay`] keeps.
pub const SAMPLED_PATHS: usize = 100;

/// Projects the stock of the `n_days` days from the day after `stock_day` on.
///
/// Open orders arrive on the day they are due, late ones on the first day;
/// `proposal` is one order more, such as a planned one from
/// [`ProtectionInterval::sellable_on`](crate::ProtectionInterval::sellable_on)
/// on. Without it the projection says when stock runs out if nothing is
/// ordered. The main example is on the [crate's first page](crate).
///
/// # Errors
/// No day, paths shorter than `n_days`, or a quantity beyond 10^12 units.
pub fn project_stock(
    paths: &DemandPaths,
    stock_day: Day,
    position: &Position,
    proposal: Option<OpenOrder>,
    n_days: usize,
    unmet: Unmet,
) -> Result<Projection, PlanError> {
    if n_days == 0 {
        let most = paths.n_days() as u64;
        return Err(PlanError::Days { what: "the projection", found: 0, least: 1, most });
    }
    paths.require_days(n_days)?;
    let order_on = stock_day.plus(1);
    let mut supply = Supply::new(position, order_on, n_days)?;
    if let Some(proposal) = proposal {
        supply.receive(&proposal, order_on)?;
    }
    let mut levels = vec![supply.opening; paths.n_paths()];
    let mut days = Vec::with_capacity(n_days);
    for (index, receipt) in supply.receipts.iter().enumerate() {
        let mut sums = Sums::default();
        for (level, demand) in levels.iter_mut().zip(paths.rows()) {
            *level += receipt;
            let missed = sell(level, demand[index], unmet);
            sums.sales += i128::from(demand[index] - missed);
            sums.unmet += i128::from(missed);
        }
        days.push(close(order_on.plus(index as i32), *receipt, &levels, &sums));
    }
    let run_out_on = days.iter().find(|day| day.median == 0.0).map(|day| day.day);
    Ok(Projection { days, run_out_on })
}

#[derive(Default)]
struct Sums {
    sales: i128,
    unmet: i128,
}

fn close(day: Day, receipt: i64, levels: &[i64], sums: &Sums) -> ProjectedDay {
    let mut on_hand: Vec<i64> = levels.iter().map(|level| (*level).max(0)).collect();
    let n_paths = on_hand.len() as f64;
    let mean = |sum: i128| sum as f64 / (n_paths * UNIT as f64);
    let total: i128 = on_hand.iter().map(|units| i128::from(*units)).sum();
    let n_empty = on_hand.iter().filter(|units| **units == 0).count();
    let sample =
        on_hand.iter().take(SAMPLED_PATHS).map(|units| *units as f64 / UNIT as f64).collect();
    let mut at = |share| quantile(&mut on_hand, share) as f64 / UNIT as f64;
    ProjectedDay {
        day,
        receipts: Quantity::from_parts(receipt.into()),
        mean: mean(total),
        median: at(5_000),
        lower_80: at(1_000),
        upper_80: at(9_000),
        expected_sales: mean(sums.sales),
        expected_unmet: mean(sums.unmet),
        probability_stocked_out: n_empty as f64 / n_paths,
        sample,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn position(on_hand: i64, due: &[(&str, i64)]) -> Position {
        let open_order = |(due_on, quantity): &(&str, i64)| OpenOrder {
            due_on: day(due_on),
            quantity: Quantity::from_whole(*quantity),
        };
        Position {
            on_hand: Quantity::from_whole(on_hand),
            open_orders: due.iter().map(open_order).collect(),
            reserved: Quantity::ZERO,
        }
    }

    #[test]
    fn stock_runs_out_on_the_first_day_that_closes_empty() {
        // 7 on hand, 2 a day: closings 5, 3, 1, 0; the fourth day sells one of two.
        let paths = DemandPaths::new(&[2.0; 5], 1, 5).unwrap();
        let projection =
            project_stock(&paths, day("2024-08-26"), &position(7, &[]), None, 5, Unmet::Lost)
                .unwrap();
        let closings: Vec<f64> = projection.days.iter().map(|day| day.median).collect();
        assert_eq!(closings, [5.0, 3.0, 1.0, 0.0, 0.0]);
        assert_eq!(projection.run_out_on, Some(day("2024-08-30")));
        assert_eq!(projection.days[3].expected_sales, 1.0);
        assert_eq!(projection.days[3].expected_unmet, 1.0);
        // Three days of lead time: dated 2024-08-27, sold from 2024-08-30 on.
        assert_eq!(projection.last_order_on(3), Some(day("2024-08-27")));
    }

    #[test]
    fn a_proposal_keeps_stock_from_running_out() {
        let paths = DemandPaths::new(&[2.0; 5], 1, 5).unwrap();
        let proposal = OpenOrder { due_on: day("2024-08-30"), quantity: Quantity::from_whole(6) };
        let stock = position(7, &[]);
        let projection =
            project_stock(&paths, day("2024-08-26"), &stock, Some(proposal), 5, Unmet::Lost)
                .unwrap();
        assert_eq!(projection.run_out_on, None);
        assert_eq!(projection.last_order_on(3), None);
        assert_eq!(projection.days[3].receipts, Quantity::from_whole(6));
        // 7 + 6 - 10.
        assert_eq!(projection.days[4].mean, 3.0);
    }

    #[test]
    fn units_owed_are_taken_from_the_next_receipt() {
        // 1 on hand, 2 a day, 5 due on the third day. Backordered: owed 1,
        // owed 3, then 5 - 3 - 2 = 0. Lost: 0, 0, then 5 - 2 = 3.
        let paths = DemandPaths::new(&[2.0; 3], 1, 3).unwrap();
        let stock = position(1, &[("2024-08-29", 5)]);
        let closing = |unmet| {
            project_stock(&paths, day("2024-08-26"), &stock, None, 3, unmet).unwrap().days[2].mean
        };
        assert_eq!((closing(Unmet::Backordered), closing(Unmet::Lost)), (0.0, 3.0));
    }

    #[test]
    fn the_band_is_read_from_the_paths() {
        // Ten paths want 1 to 10 of 10: closings 9 to 0. The first, fifth and
        // ninth smallest are 0, 4 and 8; one path of ten is empty.
        let units: Vec<f64> = (1..=10).map(f64::from).collect();
        let paths = DemandPaths::new(&units, 10, 1).unwrap();
        let stock = position(10, &[]);
        let projection =
            project_stock(&paths, day("2024-08-26"), &stock, None, 1, Unmet::Lost).unwrap();
        let first = &projection.days[0];
        assert_eq!((first.lower_80, first.median, first.upper_80), (0.0, 4.0, 8.0));
        assert_eq!((first.mean, first.probability_stocked_out), (4.5, 0.1));
    }

    #[test]
    fn more_days_than_the_paths_have_are_refused() {
        let paths = DemandPaths::new(&[2.0; 5], 1, 5).unwrap();
        let projected = |n_days| {
            project_stock(&paths, day("2024-08-26"), &position(7, &[]), None, n_days, Unmet::Lost)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(projected(6), "sample paths of 5 days are too short; 6 days are needed");
        assert_eq!(projected(0), "the projection is 0 days; allowed are 1 to 5");
    }

    proptest! {
        #[test]
        fn units_neither_appear_nor_vanish(
            units in prop::collection::vec(0_u32..20, 24),
            on_hand in 0_i64..80,
            arriving in 0_i64..40,
            due in 0_i32..8,
        ) {
            // Four paths of six days; whole units and four paths keep f64 exact.
            let units: Vec<f64> = units.into_iter().map(f64::from).collect();
            let paths = DemandPaths::new(&units, 4, 6).unwrap();
            let due_on = day("2024-08-27").plus(due);
            let order = OpenOrder { due_on, quantity: Quantity::from_whole(arriving) };
            let stock = Position { open_orders: vec![order], ..position(on_hand, &[]) };
            let projection =
                project_stock(&paths, day("2024-08-26"), &stock, None, 6, Unmet::Lost).unwrap();
            let mut opening = on_hand as f64;
            for (index, day) in projection.days.iter().enumerate() {
                prop_assert_eq!(opening + day.receipts.to_f64() - day.expected_sales, day.mean);
                let wanted: f64 = units.iter().skip(index).step_by(6).sum::<f64>() / 4.0;
                prop_assert_eq!(day.expected_sales + day.expected_unmet, wanted);
                prop_assert_eq!(day.median == 0.0, day.probability_stocked_out >= 0.5);
                prop_assert!(day.lower_80 <= day.median && day.median <= day.upper_80);
                opening = day.mean;
            }
        }
    }
}
