use crate::ageing::{Ageing, NetSupply};
use crate::parts::{UNIT, quantile};
use crate::position::Supply;
use crate::replenishment::{ageing_of, arrival_of};
use crate::stock::Stock;
use crate::{DemandPaths, OpenOrder, PlanError, Position, Replenishment, Unmet};
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
    /// Mean units written off at its closing because their shelf life is over.
    pub expected_written_off: f64,
    /// The share of paths with nothing on hand at closing.
    pub probability_stocked_out: f64,
    /// Closing stock of the first [`SAMPLED_PATHS`] paths, in path order: what sums over
    /// several products or places are made of, as quantiles do not add up.
    pub sample: Vec<f64>,
}

/// Paths whose closing stock a [`ProjectedDay`] keeps.
pub const SAMPLED_PATHS: usize = 100;

/// Projects the stock of the `n_days` days from the day after `stock_day` on, of goods that keep.
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
    let supply = supply(paths, stock_day, position, proposal, n_days)?;
    Ok(project(paths, stock_day, &supply, unmet, None))
}

/// The same for what an order is planned from: goods with a shelf life age as they do in
/// [`plan_replenishment`](crate::plan_replenishment), the proposal too.
///
/// Stock on hand is taken to have come with the newest receipts, oldest is sold first, and what
/// has not sold by its last day is written off at that day's closing.
///
/// # Errors
/// As [`project_stock`], and as
/// [`SupplyCalendar::interval`](crate::SupplyCalendar::interval).
///
/// ```
/// use shelfcast_inventory::*;
/// use shelfcast_retail::Quantity;
///
/// // Ten on hand, two a day, ordered daily and sold on the same day: five days of stock. But goods
/// // keep three days, so the newest two came yesterday and all others have to be sold by today.
/// let strategy = Strategy {
///     shelf_life_days: Some(3),
///     ..Strategy::new(Target::CycleService("0.9".parse()?))
/// };
/// let projection = project_replenishment(
///     &Replenishment {
///         paths: &DemandPaths::new(&[2.0; 4], 1, 4)?,
///         stock_day: "2024-08-26".parse()?,
///         position: &Position { on_hand: Quantity::from_whole(10), ..Position::default() },
///         strategy: &strategy,
///         lead_time: &LeadTimeDistribution::fixed(0)?,
///         calendar: &SupplyCalendar::every(1)?,
///         constraints: &Constraints::default(),
///         economics: &Economics::default(),
///         costs: &Costs::default(),
///     },
///     None,
///     4,
/// )?;
/// let closings: Vec<f64> = projection.days.iter().map(|day| day.median).collect();
/// assert_eq!(closings, [2.0, 0.0, 0.0, 0.0]);
/// assert_eq!(projection.days[0].expected_written_off, 6.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn project_replenishment(
    request: &Replenishment<'_>,
    proposal: Option<OpenOrder>,
    n_days: usize,
) -> Result<Projection, PlanError> {
    let Replenishment { paths, stock_day, position, strategy, .. } = *request;
    let mut supply = supply(paths, stock_day, position, proposal, n_days)?;
    if position.ordered_already > Quantity::ZERO {
        let (due_on, quantity) = (arrival_of(request)?, position.ordered_already);
        supply.receive(&OpenOrder { due_on, quantity }, stock_day.plus(1))?;
    }
    let ageing = match strategy.shelf_life_days {
        Some(life) => Some(ageing_of(request, life, supply.opening)?),
        None => None,
    };
    Ok(project(paths, stock_day, &supply, strategy.unmet, ageing.as_ref()))
}

fn supply(
    paths: &DemandPaths,
    stock_day: Day,
    position: &Position,
    proposal: Option<OpenOrder>,
    n_days: usize,
) -> Result<Supply, PlanError> {
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
    Ok(supply)
}

/// What happens on one day over all paths.
#[derive(Default)]
struct DayOfPaths {
    /// Stock on hand at closing, one a path.
    on_hand: Vec<i64>,
    sales: i128,
    unmet: i128,
    written_off: i128,
}

fn project(
    paths: &DemandPaths,
    stock_day: Day,
    supply: &Supply,
    unmet: Unmet,
    ageing: Option<&Ageing>,
) -> Projection {
    let mut days: Vec<DayOfPaths> = supply.receipts.iter().map(|_| DayOfPaths::default()).collect();
    let arrivals = supply.arrivals();
    let mut net = NetSupply::default();
    for path in paths.rows() {
        let arrivals = match ageing {
            Some(ageing) => {
                ageing.net_supply((supply.opening, &arrivals), path, unmet, &mut net);
                &net.arrivals
            }
            None => &arrivals,
        };
        let mut stock = Stock::new(supply.opening, arrivals);
        let mut written_off = net.written_off.iter().copied().peekable();
        for (index, day) in days.iter_mut().enumerate() {
            let missed = stock.pass(path, index..index + 1, unmet);
            let gone = written_off.next_if(|(on, _)| *on == index).map_or(0, |(_, units)| units);
            day.sales += i128::from(path.on(index) - missed);
            day.unmet += i128::from(missed);
            day.written_off += i128::from(gone);
            day.on_hand.push((stock.level - gone).max(0));
        }
    }
    let dated = days.into_iter().zip(&supply.receipts).enumerate();
    let days: Vec<ProjectedDay> = dated
        .map(|(index, (day, receipt))| close(stock_day.plus(index as i32 + 1), *receipt, day))
        .collect();
    let run_out_on = days.iter().find(|day| day.median == 0.0).map(|day| day.day);
    Projection { days, run_out_on }
}

fn close(day: Day, receipt: i64, of_paths: DayOfPaths) -> ProjectedDay {
    let mut on_hand = of_paths.on_hand;
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
        expected_sales: mean(of_paths.sales),
        expected_unmet: mean(of_paths.unmet),
        expected_written_off: mean(of_paths.written_off),
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
            ..Position::default()
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
