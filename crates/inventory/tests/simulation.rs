//! Closed forms and sized orders against long simulations.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use shelfcast_inventory::*;
use shelfcast_retail::Quantity;

/// SplitMix64 (Steele, Lea, Flood 2014), and normal numbers by Box and Muller.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let word = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((word ^ (word >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let (one, other) = (self.uniform(), self.uniform());
        (-2.0 * (1.0 - one).ln()).sqrt() * (std::f64::consts::TAU * other).cos()
    }

    /// By inversion of the distribution function.
    fn poisson(&mut self, mean: f64) -> f64 {
        let (mut left, mut probability, mut count) = (self.uniform(), (-mean).exp(), 0.0);
        while left > probability && count < 10.0 * mean + 50.0 {
            left -= probability;
            count += 1.0;
            probability *= mean / count;
        }
        count
    }
}

/// Fill rate and its standard error of (R,S) with backorders, from batches of a thousand cycles.
fn simulated_order_up_to(
    random: &mut Random,
    (level, lead, review): (f64, usize, usize),
    periods: usize,
    mut demand: impl FnMut(&mut Random) -> f64,
) -> (f64, f64) {
    let mut pipeline = vec![0.0; lead + 1];
    let (mut stock, mut position) = (level, level);
    let mut batches: Vec<f64> = Vec::new();
    let (mut wanted, mut met) = (0.0, 0.0);
    for period in 0..periods {
        // What is ordered at an opening with a lead time of 0 is there at once.
        if period % review == 0 {
            pipeline[(period + lead) % (lead + 1)] += level - position;
            position = level;
        }
        stock += std::mem::take(&mut pipeline[period % (lead + 1)]);
        let units = demand(random);
        wanted += units;
        met += units.min(f64::max(stock, 0.0)).max(0.0);
        stock -= units;
        position -= units;
        if (period + 1) % (1_000 * review) == 0 {
            batches.push(met / wanted);
            (wanted, met) = (0.0, 0.0);
        }
    }
    let n = batches.len() as f64;
    let mean = batches.iter().sum::<f64>() / n;
    let variance = batches.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

#[test]
fn the_order_up_to_fill_rate_holds_over_ten_million_periods() {
    // 20 a day, deviation 3; L = 4, R = 3; a level one deviation of the interval above its mean.
    let level = 140.0 + 3.0 * 7_f64.sqrt() * 0.3;
    let closed = normal_fill_rate_order_up_to(level, 4.0, 3.0, 20.0, 3.0).unwrap();
    let mut random = Random(7);
    let normal = |random: &mut Random| 20.0 + 3.0 * random.normal();
    let (found, error) = simulated_order_up_to(&mut random, (level, 4, 3), 10_000_000, normal);
    assert!((found - closed).abs() < 3.0 * error, "{found} +- {error}, closed form {closed}");
}

#[test]
fn the_reorder_quantity_fill_rate_holds_over_ten_million_cycles() {
    // Demand over the lead time is normal, 100 and 15; s = 110, Q = 500.
    let closed = normal_fill_rate_reorder_quantity(110.0, 500.0, 100.0, 15.0).unwrap();
    let mut random = Random(11);
    let (mut sum, mut squares) = (0.0, 0.0);
    let n = 10_000_000;
    for _ in 0..n {
        let short = (100.0 + 15.0 * random.normal() - 110.0).max(0.0) / 500.0;
        sum += short;
        squares += short * short;
    }
    let mean = sum / f64::from(n);
    let error = ((squares / f64::from(n) - mean * mean) / f64::from(n)).sqrt();
    assert!((1.0 - mean - closed).abs() < 3.0 * error, "{mean} +- {error}, closed form {closed}");
}

/// The plan of an order with nothing on hand, from 20,000 paths of seven Poisson days.
fn planned(target: Target, unmet: Unmet) -> OrderPlan {
    let mut random = Random(3);
    let values: Vec<f64> = (0..20_000 * 7).map(|_| random.poisson(4.0)).collect();
    let paths = DemandPaths::new(&values, 20_000, 7).unwrap();
    plan_replenishment(&Replenishment {
        paths: &paths,
        stock_day: "2024-08-26".parse().unwrap(),
        position: &Position::default(),
        strategy: &Strategy { unmet, ..Strategy::new(target) },
        lead_time: &LeadTimeDistribution::fixed(4).unwrap(),
        calendar: &SupplyCalendar::every(3).unwrap(),
        constraints: &Constraints::default(),
        economics: &Economics::default(),
        costs: &Costs::default(),
    })
    .unwrap()
}

#[test]
fn a_level_sized_for_a_fill_rate_reaches_it_over_a_million_periods() {
    let target: f64 = 0.96;
    let plan = planned(Target::FillRate("0.96".parse().unwrap()), Unmet::Backordered);
    let level = plan.order_up_to_level.to_f64();
    // Whole demand: the level is rounded up to the unit that reaches the target.
    let fill = |level: f64| {
        let poisson = |random: &mut Random| random.poisson(4.0);
        simulated_order_up_to(&mut Random(5), (level, 4, 3), 1_000_000, poisson)
    };
    let (reached, error) = fill(level.ceil());
    let (below, _) = fill(level.ceil() - 1.0);
    assert!(reached > target - 3.0 * error && below < target + 3.0 * error, "{below} {reached}");
}

#[test]
fn both_measures_are_told_whatever_the_target() {
    for unmet in [Unmet::Lost, Unmet::Backordered] {
        let cycles = planned(Target::CycleService("0.9".parse().unwrap()), unmet);
        let filled = planned(Target::FillRate("0.9".parse().unwrap()), unmet);
        assert!(cycles.service_level_reached >= 0.9 && cycles.service_level_reached < 0.95);
        assert!(filled.fill_rate_reached >= 0.9 && filled.fill_rate_reached < 0.93);
        // A cycle service level of 90 % fills more than 90 % of demand.
        assert!(cycles.fill_rate_reached > 0.96);
        assert!(filled.service_level_reached < cycles.service_level_reached);
    }
}

#[test]
fn the_printed_newsvendor_of_poisson_demand_is_found_from_paths() {
    // Snyder and Shen, chapter 4: Poisson demand of mean 6, h = 1, p = 4: base stock 8, as
    // stockpyl prints in newsvendor_discrete. Quantiles of the distribution take the paths' place.
    let mut values = Vec::new();
    let n = 5_000;
    let mut probability = (-6.0_f64).exp();
    let (mut reached, mut count) = (probability, 0.0);
    for path in 0..n {
        while (f64::from(path) + 0.5) / f64::from(n) > reached {
            count += 1.0;
            probability *= 6.0 / count;
            reached += probability;
        }
        values.push(count);
    }
    let paths = DemandPaths::new(&values, n as usize, 1).unwrap();
    // A unit that keeps for one day, costs 1 and brings 5: Cu = 4, Co = 1.
    let economics =
        Economics { unit_cost: Some("1".parse().unwrap()), unit_price: Some("5".parse().unwrap()) };
    let strategy = Strategy {
        rule: Rule::Newsvendor,
        shelf_life_days: Some(1),
        ..Strategy::new(Target::Economic { otherwise: "0.95".parse().unwrap() })
    };
    let plan = plan_replenishment(&Replenishment {
        paths: &paths,
        stock_day: "2024-08-26".parse().unwrap(),
        position: &Position::default(),
        strategy: &strategy,
        lead_time: &LeadTimeDistribution::fixed(0).unwrap(),
        calendar: &SupplyCalendar::every(1).unwrap(),
        constraints: &Constraints::default(),
        economics: &economics,
        costs: &Costs::default(),
    });
    assert_eq!(plan.unwrap().quantity, Quantity::from_whole(8));
}
