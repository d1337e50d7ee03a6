//! What can be chosen and drawn: sales, stock, classes and the heatmap.

use super::Rows;
use anyhow::anyhow;
use shelfcast_pipeline::Reader;
use shelfcast_report::{
    AbcRow, Availability, Basis, HeatmapRow, Measure, PRODUCTS_DRAWN, Period, ProjectedStockRow,
    ReportData, SalesRow, SeriesLevel, SeriesRow, StockRow, frequency,
};

/// Weeks of history in the heatmap.
const WEEKS: i32 = 26;

pub async fn read(reader: &Reader, data: &mut ReportData) -> anyhow::Result<()> {
    data.series = series(reader).await?;
    data.sales = sales(reader).await?;
    data.stock = stock(reader).await?;
    data.projected_stock = projected_stock(reader).await?;
    data.abc = abc(reader).await?;
    data.heatmap = heatmap(reader).await?;
    Ok(())
}

pub fn level(word: &str) -> anyhow::Result<SeriesLevel> {
    SeriesLevel::parse(word).ok_or_else(|| anyhow!("{word} is no level that is drawn"))
}

pub fn measure(word: &str) -> anyhow::Result<Measure> {
    Measure::parse(word).ok_or_else(|| anyhow!("{word} is no measure"))
}

pub fn period(word: &str) -> anyhow::Result<Period> {
    frequency(word).ok_or_else(|| anyhow!("{word} is no frequency"))
}

/// The report's total has no id.
pub fn series_id(level: &str, id: &str) -> String {
    if level == "total" { String::new() } else { id.to_owned() }
}

async fn series(reader: &Reader) -> anyhow::Result<Vec<SeriesRow>> {
    let sql = format!(
        "with valued as ( \
            select 'category' as series_level, category || '' as series_id, category || '' as name, category, sum(value) as value \
            from marts.abc where category <> '' group by category \
            union all \
            select 'location', daily_sales.location_id, coalesce(min(locations.name), daily_sales.location_id), '', sum(units) \
            from marts.daily_sales left join staging.locations on daily_sales.location_id = locations.location_id \
            group by daily_sales.location_id \
            union all \
            select 'product', product_id, name, category, value from marts.abc where value_rank <= {PRODUCTS_DRAWN} \
            union all select 'total', '', 'All products', '', 0 \
         ) \
         select series_level, series_id, name, category, \
            cast(row_number() over (partition by series_level order by value desc, series_id) as bigint) as rank \
         from valued order by series_level, rank"
    );
    let rows = Rows::read(reader, &sql).await?;
    let (levels, ids, names) =
        (rows.texts("series_level")?, rows.texts("series_id")?, rows.texts("name")?);
    let (categories, ranks) = (rows.texts("category")?, rows.wholes("rank")?);
    (0..rows.len())
        .map(|row| {
            let series_level = level(&levels[row])?;
            let is_product = series_level == SeriesLevel::Product;
            Ok(SeriesRow {
                series_level,
                series_id: ids[row].clone(),
                name: names[row].clone(),
                category: if is_product { categories[row].clone() } else { String::new() },
                rank: ranks[row].unwrap_or(0).unsigned_abs(),
            })
        })
        .collect()
}

async fn sales(reader: &Reader) -> anyhow::Result<Vec<SalesRow>> {
    let sql = format!(
        "with empty as ( \
            select distinct stockout_days.product_id, frequencies.frequency, \
                case frequencies.frequency when 'day' then stockout_days.day when 'week' then calendar.week_start \
                    else cast(date_trunc('month', stockout_days.day) as date) end as period_start \
            from intermediate.stockout_days \
            inner join config.calendar on stockout_days.day = calendar.day \
            cross join (values ('day'), ('week'), ('month')) as frequencies (frequency) \
         ) \
         select units.series_level, units.series_id, units.frequency, units.period_start, units.units, \
            revenue.units as revenue, empty.product_id is not null as is_cut \
         from intermediate.demand_series as units \
         left join empty on units.series_level = 'product' and units.series_id = empty.product_id \
            and units.frequency = empty.frequency and units.period_start = empty.period_start \
         cross join intermediate.clock \
         left join intermediate.demand_series as revenue \
            on units.series_level = revenue.series_level and units.series_id = revenue.series_id \
            and units.period_start = revenue.period_start and revenue.measure = 'revenue' \
         where units.measure = 'units' \
            and units.period_start >= clock.business_date - case units.frequency when 'day' then interval '365' day else interval '1100' day end \
            and (units.series_level in ('total', 'category', 'location') \
                or (units.series_level = 'product' and units.series_id in ( \
                    select product_id from marts.abc where value_rank <= {PRODUCTS_DRAWN}))) \
         order by units.series_level, units.series_id, units.period_start"
    );
    let rows = Rows::read(reader, &sql).await?;
    let (levels, ids) = (rows.texts("series_level")?, rows.texts("series_id")?);
    let (frequencies, starts) = (rows.texts("frequency")?, rows.days("period_start")?);
    let (units, revenue) = (rows.numbers("units")?, rows.numbers("revenue")?);
    let cut = rows.flags("is_cut")?;
    (0..rows.len())
        .map(|row| {
            Ok(SalesRow {
                series_level: level(&levels[row])?,
                series_id: series_id(&levels[row], &ids[row]),
                frequency: period(&frequencies[row])?,
                period_start: starts[row].unwrap_or(0),
                units: units[row].unwrap_or(0.0),
                revenue: revenue[row],
                availability: match cut[row] {
                    true => Availability::Censored,
                    false => Availability::Observed,
                },
            })
        })
        .collect()
}

/// Stock by level and day. A sum is as sure as its least sure part, and has an upper limit only
/// where all parts have one.
async fn stock(reader: &Reader) -> anyhow::Result<Vec<StockRow>> {
    let sql = format!(
        "with days as ( \
            select stock_ledger.product_id, stock_ledger.location_id, stock_ledger.day, basis, on_hand_low, on_hand_high, \
                stockout, receipts, items.category, items.unit_cost, \
                case basis when 'counted' then 0 when 'derived' then 1 else 2 end as doubt \
            from marts.stock_ledger \
            inner join intermediate.items on stock_ledger.product_id = items.product_id \
                and stock_ledger.location_id = items.location_id \
            cross join intermediate.clock \
            where stock_ledger.day >= clock.business_date - interval '365' day and basis <> 'projected' \
         ), leveled as ( \
            select 'total' as series_level, '' as series_id, days.* from days \
            union all select 'category', category || '', days.* from days where category <> '' \
            union all select 'location', location_id || '', days.* from days \
            union all select 'product', product_id || '', days.* from days \
                where product_id in (select product_id from marts.abc where value_rank <= {PRODUCTS_DRAWN}) \
         ) \
         select series_level, series_id, day, sum(greatest(on_hand_low, 0)) as low, \
            case when count(on_hand_high) = count(*) then sum(greatest(on_hand_high, 0)) end as high, \
            case when count(unit_cost) = count(*) then sum(greatest(on_hand_low, 0) * unit_cost) end as low_value, \
            case when count(unit_cost) = count(*) and count(on_hand_high) = count(*) \
                then sum(greatest(on_hand_high, 0) * unit_cost) end as high_value, \
            max(doubt) as doubt, \
            series_level = 'product' and count(stockout) = count(*) as stockout, \
            sum(receipts) as receipts \
         from leveled group by series_level, series_id, day order by series_level, series_id, day"
    );
    let rows = Rows::read(reader, &sql).await?;
    let (levels, ids) = (rows.texts("series_level")?, rows.texts("series_id")?);
    let (days, doubts) = (rows.days("day")?, rows.wholes("doubt")?);
    let (lows, highs) = (rows.numbers("low")?, rows.numbers("high")?);
    let (low_values, high_values) = (rows.numbers("low_value")?, rows.numbers("high_value")?);
    let (stockouts, receipts) = (rows.flags("stockout")?, rows.numbers("receipts")?);
    (0..rows.len())
        .map(|row| {
            Ok(StockRow {
                series_level: level(&levels[row])?,
                series_id: ids[row].clone(),
                day: days[row].unwrap_or(0),
                low: lows[row].unwrap_or(0.0),
                high: highs[row],
                low_value: low_values[row],
                high_value: high_values[row],
                basis: match doubts[row] {
                    Some(0) => Basis::Counted,
                    Some(1) => Basis::Derived,
                    _ => Basis::Bound,
                },
                stockout: stockouts[row],
                receipts: receipts[row].unwrap_or(0.0),
            })
        })
        .collect()
}

async fn projected_stock(reader: &Reader) -> anyhow::Result<Vec<ProjectedStockRow>> {
    let sql = format!(
        "select series_level, series_id, day, median, lower_80, upper_80 \
         from marts.projected_stock_totals \
         where series_level <> 'product' or series_id in ( \
            select product_id from marts.abc where value_rank <= {PRODUCTS_DRAWN}) \
         order by series_level, series_id, day"
    );
    let rows = Rows::read(reader, &sql).await?;
    let (levels, ids) = (rows.texts("series_level")?, rows.texts("series_id")?);
    let (days, medians) = (rows.days("day")?, rows.numbers("median")?);
    let (lower, upper) = (rows.numbers("lower_80")?, rows.numbers("upper_80")?);
    (0..rows.len())
        .map(|row| {
            Ok(ProjectedStockRow {
                series_level: level(&levels[row])?,
                series_id: series_id(&levels[row], &ids[row]),
                day: days[row].unwrap_or(0),
                median: medians[row].unwrap_or(0.0),
                lower_80: lower[row].unwrap_or(0.0),
                upper_80: upper[row].unwrap_or(0.0),
            })
        })
        .collect()
}

async fn abc(reader: &Reader) -> anyhow::Result<Vec<AbcRow>> {
    let rows = Rows::read(reader, "select * from marts.abc order by value_rank").await?;
    let (ids, names, categories) =
        (rows.texts("product_id")?, rows.texts("name")?, rows.texts("category")?);
    let (values, shares) = (rows.numbers("value")?, rows.numbers("value_share")?);
    let (cumulative, ranks) = (rows.numbers("cumulative_share")?, rows.wholes("value_rank")?);
    let classes = rows.texts("abc_class")?;
    Ok((0..rows.len())
        .map(|row| AbcRow {
            location_id: String::new(),
            product_id: ids[row].clone(),
            name: names[row].clone(),
            category: categories[row].clone(),
            value: values[row].unwrap_or(0.0),
            value_share: shares[row].unwrap_or(0.0),
            cumulative_share: cumulative[row].unwrap_or(0.0),
            value_rank: ranks[row].unwrap_or(0).unsigned_abs(),
            abc_class: classes[row].clone(),
        })
        .collect())
}

/// Stock at the end of each week's last known day, over all places.
async fn heatmap(reader: &Reader) -> anyhow::Result<Vec<HeatmapRow>> {
    let sql = format!(
        "with daily as ( \
            select product_id, day, cast(date_trunc('week', day) as date) as week_start, \
                max(case basis when 'counted' then 0 when 'derived' then 1 when 'bound' then 2 else 3 end) as doubt, \
                sum(greatest(on_hand_low, 0)) as low, \
                case when count(on_hand_high) = count(*) then sum(greatest(on_hand_high, 0)) end as high, \
                count(stockout) > 0 as stockout \
            from marts.stock_ledger, intermediate.clock \
            where day >= clock.business_date - interval '{days}' day group by product_id, day \
         ), ranked as ( \
            select *, row_number() over (partition by product_id, week_start order by day desc) as recency, \
                bool_or(stockout) over (partition by product_id, week_start) as week_stockout \
            from daily \
         ), demand as ( \
            select demand_models.product_id, cast(sum(cast(mean as decimal(30, 6))) as double) / count(*) \
                / case max(forecasts.frequency) when 'day' then 1.0 when 'week' then 7.0 else 30.4 end as daily_demand \
            from marts.forecasts inner join marts.demand_models \
                on forecasts.series_level = demand_models.series_level and forecasts.series_id = demand_models.series_id \
                and forecasts.measure = demand_models.measure \
            where forecasts.series_level = 'product' and forecasts.measure = 'units' \
            group by demand_models.product_id \
         ) \
         select ranked.*, demand.daily_demand, totals.median as total_median from ranked \
         left join marts.projected_stock_totals as totals on totals.series_level = 'product' \
            and totals.series_id = ranked.product_id and totals.day = ranked.day \
         left join demand on ranked.product_id = demand.product_id \
         where recency = 1 order by ranked.product_id, week_start",
        days = WEEKS * 7
    );
    let rows = Rows::read(reader, &sql).await?;
    let (ids, weeks, doubts) =
        (rows.texts("product_id")?, rows.days("week_start")?, rows.wholes("doubt")?);
    let (lows, highs, medians) =
        (rows.numbers("low")?, rows.numbers("high")?, rows.numbers("total_median")?);
    let (stockouts, demands) = (rows.flags("week_stockout")?, rows.numbers("daily_demand")?);
    Ok((0..rows.len())
        .map(|row| {
            let basis = match doubts[row] {
                Some(0) => Basis::Counted,
                Some(1) => Basis::Derived,
                Some(2) => Basis::Bound,
                _ => Basis::Projected,
            };
            let low = lows[row].unwrap_or(0.0);
            let units = match basis {
                Basis::Projected => medians[row].unwrap_or(low),
                Basis::Bound => highs[row].unwrap_or(low),
                _ => low,
            };
            let demand = demands[row].filter(|demand| *demand > 1e-4);
            HeatmapRow {
                location_id: String::new(),
                product_id: ids[row].clone(),
                week_start: weeks[row].unwrap_or(0),
                units,
                cover_days: demand.map(|demand| units / demand),
                basis,
                at_least: basis == Basis::Bound && highs[row].is_none(),
                stockout: stockouts[row],
            }
        })
        .collect())
}
