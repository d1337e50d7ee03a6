//! What a replay is played on: the lake's history up to its last sale.

use super::items;
use crate::arguments::ReplayArguments;
use crate::output::count;
use crate::report_data::Rows;
use anyhow::anyhow;
use shelfcast_inventory::Costs;
use shelfcast_pipeline::{Config, Reader};
use shelfcast_replay::{ReplayItem, ReplayOptions, Summary};
use shelfcast_retail::{Day, Money, Rate};
use std::collections::BTreeSet;

/// Sample paths an order, at most: a replay places thousands.
const MOST_PATHS: u32 = 300;

/// Items and days of a replay.
pub struct History {
    pub items: Vec<ReplayItem>,
    /// Products at places that are sold as totals of weeks or months: they are not replayed.
    pub n_totals: u64,
    pub first: Day,
    pub last: Day,
    pub measure_from: Day,
    pub costs: Costs,
    pub paths: usize,
    pub seed: u64,
    pub threads: usize,
    /// What had to be assumed or left out, for the reader.
    pub notes: Vec<String>,
    /// What was asked for in place of the policies of the lake, to stand behind a policy's name.
    pub what_if: String,
    /// What really happened in the measured days, where stock is known on all of them.
    pub happened: Option<Summary>,
}

impl History {
    pub async fn read(
        reader: &Reader,
        config: &Config,
        arguments: &ReplayArguments,
    ) -> anyhow::Result<Self> {
        let clock = "select last_sale_on from intermediate.clock";
        let clock = Rows::read(reader, clock).await?;
        let last = clock.days("last_sale_on")?.first().copied().flatten();
        let last = Day::from_epoch_days(last.ok_or_else(|| anyhow!("no sale is known"))?);
        let measure_from = last.plus(1 - arguments.days.cast_signed());
        let first = measure_from.plus(-arguments.warm_up.cast_signed());
        let mut notes = Vec::new();
        let (items, sold) = items::read(reader, arguments, first, last, &mut notes).await?;
        let n_totals = n_totals(reader).await?;
        if n_totals > 0 {
            notes.push(format!(
                "{} sold as totals of weeks or months: not replayed, nobody knows their days",
                count(n_totals, "product at a place", "products at places")
            ));
        }
        let costs = costs(config)?;
        let happened = happened(reader, &items, &sold, (measure_from, last), &costs).await?;
        if happened.is_none() {
            notes.push(
                "what really happened is not told: stock is not known on every measured day"
                    .to_owned(),
            );
        }
        let threads = config.engine.threads.unwrap_or_else(|| {
            std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
        });
        Ok(Self {
            items,
            n_totals,
            first,
            last,
            measure_from,
            costs,
            paths: config.forecast.paths.min(MOST_PATHS) as usize,
            seed: config.forecast.seed,
            threads,
            notes,
            what_if: what_if(arguments),
            happened,
        })
    }

    pub fn options(&self) -> ReplayOptions {
        ReplayOptions {
            measure_from: self.measure_from,
            threads: self.threads,
            ..ReplayOptions::new(self.first, self.last)
        }
    }
}

async fn n_totals(reader: &Reader) -> anyhow::Result<u64> {
    let totals = Rows::read(reader, "select count(*) as n from intermediate.item_periods").await?;
    totals.whole(0, "n")
}

fn what_if(arguments: &ReplayArguments) -> String {
    let target = arguments.service_target.map(|share| format!(", target {:.1} %", share * 100.0));
    let days = arguments.lead_time_days.map(|days| format!(", lead time {days} days"));
    [target, days].into_iter().flatten().collect()
}

fn costs(config: &Config) -> anyhow::Result<Costs> {
    let parts = |value: f64| (value * 10_000.0).round() as i128;
    let costs = &config.costs;
    Ok(Costs {
        holding_rate: Rate::from_parts(parts(costs.holding_rate))?,
        order_cost: Money::from_parts(parts(costs.order_cost)),
        order_line_cost: Money::from_parts(parts(costs.order_line_cost)),
        salvage_share: Rate::from_parts(parts(costs.salvage_share))?,
        goodwill: costs.goodwill,
        ..Costs::default()
    })
}

/// What the ledger, the sales and the purchase orders say; `None` where the stock of an item is
/// not known on every day.
async fn happened(
    reader: &Reader,
    items: &[ReplayItem],
    sold: &[Vec<f64>],
    (from, until): (Day, Day),
    costs: &Costs,
) -> anyhow::Result<Option<Summary>> {
    let span = format!("between date '{from}' and date '{until}'");
    let stock = format!(
        "select product_id || '@' || location_id as id, count(*) as n_days, \
            cast(sum(on_hand_low) as double) as unit_days, \
            cast(max(case when day = date '{until}' then on_hand_low end) as double) as closing, \
            cast(max(case when day = date '{from}' then on_hand_low end) as double) as opening \
         from marts.stock_ledger where day {span} and basis in ('counted', 'derived') \
         group by product_id, location_id order by id"
    );
    let stock = Rows::read(reader, &stock).await?;
    let orders = format!(
        "select product_id || '@' || location_id as id, \
            coalesce(supplier_id, '') || '/' || location_id || '/' || cast(ordered_on as varchar) as order_day \
         from intermediate.order_lines where ordered_on {span} order by id, order_day"
    );
    let orders = Rows::read(reader, &orders).await?;
    let written_off = format!(
        "select product_id || '@' || location_id as id, \
            cast(sum(abs(quantity)) as double) as units \
         from staging.movements where kind = 'write_off' and moved_on {span} \
         group by product_id, location_id order by id"
    );
    let written_off = Rows::read(reader, &written_off).await?;
    let (off_ids, off_units) = (written_off.texts("id")?, written_off.numbers("units")?);
    let ids = stock.texts("id")?;
    let (n_days, unit_days) = (stock.wholes("n_days")?, stock.numbers("unit_days")?);
    let (opening, closing) = (stock.numbers("opening")?, stock.numbers("closing")?);
    let days = until.days_since(from) + 1;
    let mut sum = Summary { days: days.unsigned_abs(), ..Summary::default() };
    for (item, sold) in items.iter().zip(sold) {
        let known = ids.binary_search(&item.terms.id).ok();
        let Some(row) = known.filter(|row| n_days[*row] == Some(i64::from(days))) else {
            return Ok(None);
        };
        let cost = item.terms.economics.unit_cost.map_or(0.0, |cost| cost.to_f64());
        let margin = item.terms.economics.unit_margin().map_or(0.0, |margin| margin.to_f64());
        let stock_days = unit_days[row].unwrap_or(0.0);
        let index = from.days_since(item.truth.first_day).max(0).unsigned_abs() as usize;
        let wanted: f64 = item.truth.demand[index..].iter().sum();
        let met: f64 = sold[index..].iter().sum();
        sum.items += 1;
        sum.demand_units += wanted;
        sum.met_units += met;
        sum.demand_value += wanted * cost;
        sum.met_value += met * cost;
        sum.mean_stock_value += stock_days * cost / f64::from(days);
        sum.holding_cost += stock_days * cost * costs.holding_rate.to_f64() / 365.0;
        sum.lost_margin += (wanted - met) * margin;
        let off = off_ids.binary_search(&item.terms.id).ok().and_then(|row| off_units[row]);
        sum.written_off_units += off.unwrap_or(0.0);
        sum.write_off_cost += off.unwrap_or(0.0) * cost * (1.0 - costs.salvage_share.to_f64());
        sum.stock_change += (closing[row].unwrap_or(0.0) - opening[row].unwrap_or(0.0)) * cost;
    }
    let replayed: BTreeSet<&str> = items.iter().map(|item| item.terms.id.as_str()).collect();
    let (order_ids, order_days) = (orders.texts("id")?, orders.texts("order_day")?);
    let lines = order_ids.iter().zip(&order_days).filter(|(id, _)| replayed.contains(id.as_str()));
    let lines: Vec<&String> = lines.map(|(_, day)| day).collect();
    sum.order_lines = lines.len() as u32;
    sum.orders = lines.into_iter().collect::<BTreeSet<_>>().len() as u32;
    sum.ordering_cost = f64::from(sum.orders) * costs.order_cost.to_f64()
        + f64::from(sum.order_lines) * costs.order_line_cost.to_f64();
    Ok((sum.items > 0).then_some(sum))
}
