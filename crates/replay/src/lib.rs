//! Orders decided again, day by day, on days whose demand is known.
//!
//! A [`ReplayItem`] is one product at one place: its [`Terms`], which a planner may see, and its
//! [`Truth`], which only the replay sees: what was wanted each day and how long orders took. A
//! [`Planner`] is asked on every day on which an order may be placed; it sees the
//! [`Past`] of its own replay (what was sold, and on which days goods ran out) and the position.
//! [`replay`] plays the days, counts, and gives an [`Outcome`] for each item.
//!
//! Planners here: [`PathsPlanner`], the product's own (forecasts refitted as time passes, sample
//! paths, [`plan_replenishment`](shelfcast_inventory::plan_replenishment)); [`MinMaxPlanner`] and
//! [`NormalPlanner`], the rules it is compared with; [`BootstrapPlanner`], Willemain's;
//! [`FuturesPlanner`], the same policy fed with given futures (an oracle, in simulated worlds);
//! [`GivenLevels`], levels set by hand; [`GivenOrders`], what really was ordered.
//!
//! **The clock** is that of [`SupplyCalendar`](shelfcast_inventory::SupplyCalendar): before the
//! opening of day d the goods of d arrive, then the order of d is placed from the closing stock of
//! d - 1; with a lead time of L it can be sold from the opening of d + L. Periods need not be
//! days: the same clock plays weeks, with [`Costs::periods_a_year`] of 52.
//!
//! **No peeking.** A planner is handed slices that end before the day of the order. Demand of the
//! history before the replay may be corrected for stockouts; [`Past::availability`] says which
//! days are known. In the replay itself a planner learns what it sold, not what was wanted.
//!
//! **Costs.** Holding (on every night's stock at cost), ordering (a sum for each order to a
//! supplier and each line on it), write-offs, and the margin of demand that was lost. What is left
//! at the end is worth its cost, so nothing else has to be booked for it. Where demand waits, its
//! margin is not lost.
//!
//! ```
//! use shelfcast_inventory::{Costs, Economics, LeadTimeDistribution, Strategy, SupplyCalendar, Target};
//! use shelfcast_replay::*;
//! use shelfcast_retail::Quantity;
//!
//! // Two a day, ordered daily, three days on the way; the first 28 days are history.
//! let terms = Terms {
//!     id: "A".into(),
//!     economics: Economics {
//!         unit_cost: Some("6".parse()?),
//!         unit_price: Some("9".parse()?),
//!     },
//!     ..Terms::new(
//!         Strategy::new(Target::FillRate("0.98".parse()?)),
//!         LeadTimeDistribution::fixed(3)?,
//!         SupplyCalendar::every(1)?,
//!     )
//! };
//! let truth = Truth {
//!     first_day: "2024-01-01".parse()?,
//!     demand: vec![2.0; 56],
//!     availability: vec![],
//!     on_hand: Quantity::from_whole(10),
//!     open_orders: vec![],
//!     lead_time_days: ActualLeadTimes::Always(3),
//! };
//! let options = ReplayOptions::new("2024-01-29".parse()?, "2024-02-25".parse()?);
//! let items = [ReplayItem { terms, truth }];
//! let outcomes = replay(&items, &MinMaxPlanner { safety_days: 1.0, is_bounded: false }, &options)?;
//! let total = Summary::of(&outcomes, &Costs::default());
//! assert_eq!(total.fill_rate(), Some(1.0));
//! assert_eq!(total.demand_units, 56.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bootstrap;
mod error;
mod exchange;
mod futures;
mod given;
mod item;
mod learning;
mod levels;
mod min_max;
mod normal;
mod outcome;
mod paths;
mod planner;
mod random;
mod rules;
mod run;
mod shelves;
mod summary;

pub use bootstrap::BootstrapPlanner;
pub use error::ReplayError;
pub use exchange::{ExchangePoint, at_fill_rate, at_stock_value};
pub use futures::{DemandFutures, FuturesPlanner};
pub use given::GivenOrders;
pub use item::{ActualLeadTimes, KnownDriver, ReplayItem, Terms, Truth};
pub use learning::{Learner, Learning};
pub use levels::GivenLevels;
pub use min_max::MinMaxPlanner;
pub use normal::{Forecaster, NormalPlanner};
pub use outcome::{Outcome, PlacedOrder};
pub use paths::PathsPlanner;
pub use planner::{Past, Planner, View};
pub use run::{ReplayOptions, replay};
pub use shelfcast_inventory::Costs;
pub use summary::Summary;
