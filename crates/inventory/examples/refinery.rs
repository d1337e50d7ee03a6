//! A refinery's own Min and Max: `refinery OIL.csv`, the file of `benchmarks/stock/prepare.py`.

use shelfcast_inventory::*;
use shelfcast_retail::{Money, Quantity};
use std::error::Error;
use std::io::Write;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: refinery OIL.csv")?;
    let text = std::fs::read_to_string(path)?;
    let started = Instant::now();
    let (mut materials, mut below, mut ordered, mut wrong) = (0, 0, 0, 0);
    let mut value = 0_i128;
    for line in text.lines() {
        let cells: Vec<f64> = line.split(',').skip(1).map(str::parse).collect::<Result<_, _>>()?;
        let [days, minimum, maximum, stock, price] = cells[..] else {
            return Err("a material has six columns".into());
        };
        let units = |number: f64| Quantity::from_parts((number * 1e4).round() as i128);
        let rule = Rule::min_max(units(minimum), units(maximum.max(minimum)))?;
        let cost = Money::from_parts((price * 1e4).round() as i128);
        let lead_time = (days.max(0.0) as u32).min(700);
        let n_days = lead_time as usize + 30;
        let plan = plan_replenishment(&Replenishment {
            paths: &DemandPaths::new(&vec![minimum / n_days as f64; n_days], 1, n_days)?,
            stock_day: "2001-08-31".parse()?,
            position: &Position { on_hand: units(stock), ..Position::default() },
            strategy: &Strategy {
                rule,
                unmet: Unmet::Backordered,
                ..Strategy::new(Target::CycleService("0.95".parse()?))
            },
            lead_time: &LeadTimeDistribution::fixed(lead_time)?,
            calendar: &SupplyCalendar::every(30)?,
            constraints: &Constraints::default(),
            economics: &Economics { unit_cost: Some(cost), unit_price: None },
            costs: &Costs::default(),
        })?;
        let is_below = stock < minimum;
        let is_ordered = plan.quantity > Quantity::ZERO;
        materials += 1;
        below += u32::from(is_below);
        ordered += u32::from(is_ordered);
        wrong += u32::from(is_below != is_ordered);
        value += plan.order_value.unwrap_or(Money::ZERO).parts();
    }
    writeln!(
        std::io::stdout(),
        "{materials} materials, {below} below Min, {ordered} ordered, {wrong} differ, \
         value {:.0}, {:.2} s",
        Money::from_parts(value).to_f64(),
        started.elapsed().as_secs_f64()
    )?;
    Ok(())
}
