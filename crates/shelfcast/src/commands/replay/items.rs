//! Items of a replay from the tables of the lake.

use crate::arguments::ReplayArguments;
use crate::output::count;
use crate::report_data::Rows;
use shelfcast_functions::closure_days;
use shelfcast_inventory::{
    Constraints, Economics, LeadTimeDistribution, LeadTimes, OpenOrder, OrderDays, Rule, Strategy,
    SupplyCalendar, Target, Unmet,
};
use shelfcast_pipeline::Reader;
use shelfcast_replay::{ActualLeadTimes, ReplayItem, Terms, Truth};
use shelfcast_retail::{Day, Money, Quantity, Rate};
use std::collections::BTreeMap;
use std::str::FromStr;

/// Days of history that a forecast is begun with, at least.
const LEAST_HISTORY: i32 = 56;

type Known<T> = BTreeMap<String, T>;

/// The items that can be replayed from `first` to `last`, and what each sold on each known day.
pub async fn read(
    reader: &Reader,
    arguments: &ReplayArguments,
    first: Day,
    last: Day,
    notes: &mut Vec<String>,
) -> anyhow::Result<(Vec<ReplayItem>, Vec<Vec<f64>>)> {
    let mut demand = demand(reader).await?;
    let stock = stock(reader, first.plus(-1)).await?;
    let mut open = open_orders(reader, first).await?;
    let rows = Rows::read(reader, &terms_sql(arguments, first)).await?;
    let (mut items, mut sold) = (Vec::new(), Vec::new());
    let (mut n_short, mut n_assumed) = (0_u64, 0_u64);
    for row in 0..rows.len() {
        let id = rows.text(row, "id")?;
        let Some(known) = demand.remove(&id) else { continue };
        let n_days = known.wanted.len() as i32;
        if first.days_since(known.first_day) < LEAST_HISTORY
            || known.first_day.plus(n_days - 1) < last
        {
            n_short += 1;
            continue;
        }
        let Some((terms, lead_time)) = terms(&rows, row, id, known.first_day, arguments)? else {
            continue;
        };
        let before = first.days_since(known.first_day).unsigned_abs() as usize;
        let on_hand = stock.get(&terms.id).copied().unwrap_or_else(|| {
            n_assumed += 1;
            usual_stock(&known.sold[..before], &terms)
        });
        let open_orders = open.remove(&terms.id).unwrap_or_default();
        let mut wanted = known.wanted;
        // Before the replay a planner learns from what was sold, and on which days it ran out.
        wanted[..before].copy_from_slice(&known.sold[..before]);
        let truth = Truth {
            first_day: known.first_day,
            demand: wanted,
            availability: known.availability,
            on_hand,
            open_orders,
            lead_time_days: lead_time,
        };
        items.push(ReplayItem { terms, truth });
        sold.push(known.sold);
    }
    if n_short > 0 {
        notes.push(format!(
            "{} with less than {LEAST_HISTORY} days of history, or ended: not replayed",
            count(n_short, "product at a place", "products at places")
        ));
    }
    if n_assumed > 0 {
        notes.push(format!(
            "the stock of {} at the start is not known: lead time and review period of mean \
             demand are assumed",
            count(n_assumed, "product at a place", "products at places")
        ));
    }
    Ok((items, sold))
}

struct KnownDemand {
    first_day: Day,
    sold: Vec<f64>,
    /// Sold and, on days on which stock ran out, what would have sold as well.
    wanted: Vec<f64>,
    availability: Vec<shelfcast_forecast::Availability>,
}

async fn demand(reader: &Reader) -> anyhow::Result<Known<KnownDemand>> {
    use shelfcast_forecast::Availability;
    let sql = "select demand.product_id || '@' || demand.location_id as id, demand.period_start, \
                cast(demand.units as double) as units, demand.availability, \
                coalesce(lost_sales.lost_units, 0) as lost \
             from intermediate.demand left join marts.lost_sales \
                on demand.product_id = lost_sales.product_id \
                and demand.location_id = lost_sales.location_id \
                and demand.period_start = lost_sales.day \
             where demand.period = 'day' \
             order by id, demand.period_start";
    let rows = Rows::read(reader, sql).await?;
    let (ids, days) = (rows.texts("id")?, rows.days("period_start")?);
    let (units, lost) = (rows.numbers("units")?, rows.numbers("lost")?);
    let availability = rows.texts("availability")?;
    let mut known: Known<KnownDemand> = BTreeMap::new();
    for row in 0..rows.len() {
        let sold = units[row].unwrap_or(0.0);
        let series = known.entry(ids[row].clone()).or_insert_with(|| KnownDemand {
            first_day: Day::from_epoch_days(days[row].unwrap_or(0)),
            sold: Vec::new(),
            wanted: Vec::new(),
            availability: Vec::new(),
        });
        series.sold.push(sold);
        series.wanted.push(sold + lost[row].unwrap_or(0.0));
        series.availability.push(match availability[row].as_str() {
            "missing" => Availability::Missing,
            "censored" => Availability::Censored,
            _ => Availability::Observed,
        });
    }
    Ok(known)
}

/// Stock at a closing, where it is known.
async fn stock(reader: &Reader, day: Day) -> anyhow::Result<Known<Quantity>> {
    let sql = format!(
        "select product_id || '@' || location_id as id, greatest(on_hand_low, 0) as on_hand \
         from marts.stock_ledger where day = date '{day}' and basis in ('counted', 'derived')"
    );
    let rows = Rows::read(reader, &sql).await?;
    let mut known = BTreeMap::new();
    for row in 0..rows.len() {
        known.insert(rows.text(row, "id")?, rows.text(row, "on_hand")?.parse()?);
    }
    Ok(known)
}

/// Orders under way before `first`, with the days on which they really came.
async fn open_orders(reader: &Reader, first: Day) -> anyhow::Result<Known<Vec<OpenOrder>>> {
    let sql = format!(
        "select product_id || '@' || location_id as id, first_received_on, ordered \
         from intermediate.order_lines \
         where ordered_on < date '{first}' and first_received_on >= date '{first}' \
         order by id, first_received_on, order_id, line"
    );
    let rows = Rows::read(reader, &sql).await?;
    let days = rows.days("first_received_on")?;
    let mut known: Known<Vec<OpenOrder>> = BTreeMap::new();
    for (row, day) in days.iter().enumerate() {
        let due_on = Day::from_epoch_days(day.unwrap_or(0));
        let quantity = rows.text(row, "ordered")?.parse()?;
        known.entry(rows.text(row, "id")?).or_default().push(OpenOrder { due_on, quantity });
    }
    Ok(known)
}

/// Lead times are those known before the replay; the replay itself draws from all of them.
fn terms_sql(arguments: &ReplayArguments, first: Day) -> String {
    let limit = arguments.products.map_or(String::new(), |most| {
        format!(
            "where items.product_id in (select product_id from marts.abc \
             order by value_rank limit {most})"
        )
    });
    format!(
        "with before as (\
            select coalesce(supplier_id, 'unknown') as supplier_id, product_id, \
                measured_lead_time(\
                    cast(cast(least(coalesce(first_received_on, date '{first}'), date '{first}') as int) \
                        - cast(ordered_on as int) as bigint), \
                    coalesce(first_received_on >= date '{first}', true)) as measured \
            from intermediate.order_lines \
            where not is_back_dated and ordered_on < date '{first}' \
            group by coalesce(supplier_id, 'unknown'), product_id) \
         select items.product_id || '@' || items.location_id as id, policies.abc_class, \
            coalesce(items.supplier_id, items.product_id) || '/' || items.location_id as order_group, \
            policies.kind, policies.target, policies.service_target, policies.review_days, \
            policies.stated_lead_time_days, policies.order_days, policies.closures, \
            policies.min_quantity, items.max_quantity, items.order_multiple, \
            items.min_order_quantity, items.display_minimum, items.shelf_life_days, \
            items.unit_cost, items.unit_price, items.unmet, \
            array_to_string(before.measured['counts'], ' ') as counts_before, \
            array_to_string(lead_times.counts, ' ') as counts \
         from intermediate.items \
         inner join intermediate.policies on items.product_id = policies.product_id \
            and items.location_id = policies.location_id \
         left join before on items.product_id = before.product_id \
            and coalesce(items.supplier_id, 'unknown') = before.supplier_id \
         left join marts.lead_times on items.product_id = lead_times.product_id \
            and coalesce(items.supplier_id, 'unknown') = lead_times.supplier_id \
         {limit} order by id"
    )
}

/// The terms of a row and how long its orders really take; `None` without any lead time.
fn terms(
    rows: &Rows,
    row: usize,
    id: String,
    first_day: Day,
    arguments: &ReplayArguments,
) -> anyhow::Result<Option<(Terms, ActualLeadTimes)>> {
    let text = |name: &str| rows.text(row, name);
    let stated: Option<u32> = given(&text("stated_lead_time_days")?)?;
    let (before, all) = (lead_times(&text("counts_before")?), lead_times(&text("counts")?));
    let (law, truth) = match arguments.lead_time_days {
        Some(days) => (Some(LeadTimeDistribution::fixed(days)?), None),
        None => (
            LeadTimeDistribution::measured(&before, stated)?,
            LeadTimeDistribution::measured(&all, None)?,
        ),
    };
    let Some(law) = law else { return Ok(None) };
    let truth = match truth {
        Some(truth) => ActualLeadTimes::Drawn(truth),
        None => ActualLeadTimes::Always(law.typical()),
    };
    let review_days: u32 = given(&text("review_days")?)?.unwrap_or(1);
    let order_days: OrderDays = text("order_days")?.parse()?;
    let closures = closure_days(&text("closures")?).map_err(|reason| anyhow::anyhow!(reason))?;
    let calendar =
        SupplyCalendar::every(review_days)?.with_order_days(order_days).with_closures(closures)?;
    let interval_days = law.typical() + calendar.review_days();
    let terms = Terms {
        class: text("abc_class")?,
        order_group: text("order_group")?,
        constraints: Constraints {
            order_multiple: given(&text("order_multiple")?)?.unwrap_or(Quantity::from_whole(1)),
            min_order_quantity: given(&text("min_order_quantity")?)?.unwrap_or_default(),
            display_minimum: given(&text("display_minimum")?)?.unwrap_or_default(),
            ..Constraints::default()
        },
        economics: Economics {
            unit_cost: given::<Money>(&text("unit_cost")?)?,
            unit_price: given::<Money>(&text("unit_price")?)?,
        },
        first_phase: usize::from(first_day.weekday()),
        id,
        ..Terms::new(strategy(rows, row, arguments, interval_days)?, law, calendar)
    };
    Ok(Some((terms, truth)))
}

fn strategy(
    rows: &Rows,
    row: usize,
    arguments: &ReplayArguments,
    interval_days: u32,
) -> anyhow::Result<Strategy> {
    let text = |name: &str| rows.text(row, name);
    let rate: Rate = match arguments.service_target {
        Some(target) => Rate::from_parts((target * 10_000.0).round() as i128)?,
        None => text("service_target")?.parse()?,
    };
    let levels: (Option<Quantity>, Option<Quantity>) =
        (given(&text("min_quantity")?)?, given(&text("max_quantity")?)?);
    let rule = match (text("kind")?.parse()?, levels) {
        (Rule::MinMax { .. }, (Some(minimum), Some(maximum))) => Rule::min_max(minimum, maximum)?,
        (Rule::MinMax { .. }, _) => Rule::OrderUpTo,
        (rule, _) => rule,
    };
    let shelf_life_days = given(&text("shelf_life_days")?)?;
    let target = match (text("target")?.as_str(), arguments.service_target) {
        ("", None) => Target::usual(rate, shelf_life_days, interval_days),
        ("", Some(_)) => Target::CycleService(rate),
        (word, _) => Target::named(word, rate)?,
    };
    Ok(Strategy {
        rule,
        unmet: if text("unmet")? == "backordered" { Unmet::Backordered } else { Unmet::Lost },
        shelf_life_days,
        ..Strategy::new(target)
    })
}

/// A text as a value; nothing where it is empty.
fn given<T: FromStr>(text: &str) -> Result<Option<T>, T::Err> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some) }
}

/// Days, received and open orders, again and again.
fn lead_times(text: &str) -> LeadTimes {
    let numbers: Vec<u64> = text.split(' ').filter_map(|word| word.parse().ok()).collect();
    let mut measured = LeadTimes::default();
    for count in numbers.chunks_exact(3) {
        measured.add_counts(count[0] as u32, count[1], count[2]);
    }
    measured
}

/// Lead time and review period of mean demand, in whole units.
fn usual_stock(sold: &[f64], terms: &Terms) -> Quantity {
    let mean = sold.iter().sum::<f64>() / sold.len().max(1) as f64;
    let days = terms.lead_time.mean() + f64::from(terms.calendar.review_days());
    Quantity::from_whole((mean * days).ceil() as i64)
}
