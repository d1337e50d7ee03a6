//! Models, forecasts and how they did.

use super::Rows;
use super::series::{level, measure, period, series_id};
use shelfcast_pipeline::Reader;
use shelfcast_report::{
    AccuracyRow, CoverageRow, CoverageStepRow, ForecastRow, HoldoutRow, ModelRow, PRODUCTS_DRAWN,
    PartRow, ReportData,
};

pub async fn read(reader: &Reader, data: &mut ReportData) -> anyhow::Result<()> {
    data.models = models(reader).await?;
    data.forecasts = forecasts(reader).await?;
    data.parts = parts(reader).await?;
    data.holdout = holdout(reader).await?;
    data.accuracy = accuracy(reader).await?;
    data.coverage = coverage(reader).await?;
    data.coverage_by_step = coverage_by_step(reader).await?;
    Ok(())
}

/// Series that have pictures: aggregates, and the products of most value.
fn drawn(table: &str, order: &str) -> String {
    format!(
        "select * from marts.{table} where series_level in ('total', 'category', 'location') \
            or (series_level = 'product' and series_id in ( \
                select product_id from marts.abc where value_rank <= {PRODUCTS_DRAWN})) \
         order by {order}"
    )
}

const BY_SERIES: &str = "series_level, series_id, measure";
const BY_PERIOD: &str = "series_level, series_id, measure, period_start";

async fn models(reader: &Reader) -> anyhow::Result<Vec<ModelRow>> {
    let rows = Rows::read(reader, &drawn("demand_models", BY_SERIES)).await?;
    let text = |name: &str| rows.texts(name);
    let (levels, ids, measures) = (text("series_level")?, text("series_id")?, text("measure")?);
    let frequencies = text("frequency")?;
    let (methods, statuses) = (text("method")?, text("status")?);
    let unused = text("unused_drivers")?;
    let (reasons, fallbacks, classes) = (text("reason")?, text("fallback")?, text("demand_class")?);
    let periods = rows.wholes("periods")?;
    let number = |name: &str| rows.numbers(name);
    let (wape, mase, bias, naive) =
        (number("wape")?, number("mase")?, number("bias")?, number("naive_wape")?);
    (0..rows.len())
        .map(|row| {
            Ok(ModelRow {
                series_level: level(&levels[row])?,
                series_id: series_id(&levels[row], &ids[row]),
                measure: measure(&measures[row])?,
                frequency: period(&frequencies[row])?,
                periods: periods[row].unwrap_or(0).unsigned_abs(),
                method: methods[row].clone(),
                status: statuses[row].clone(),
                reason: reasons[row].clone(),
                fallback: fallbacks[row].clone(),
                demand_class: classes[row].clone(),
                wape: wape[row],
                mase: mase[row],
                bias: bias[row],
                naive_wape: naive[row],
                unused_drivers: unused[row].clone(),
            })
        })
        .collect()
}

async fn forecasts(reader: &Reader) -> anyhow::Result<Vec<ForecastRow>> {
    let rows = Rows::read(reader, &drawn("forecasts", BY_PERIOD)).await?;
    let text = |name: &str| rows.texts(name);
    let (levels, ids, measures) = (text("series_level")?, text("series_id")?, text("measure")?);
    let (frequencies, starts) = (text("frequency")?, rows.days("period_start")?);
    let steps = rows.wholes("step")?;
    let number = |name: &str| rows.numbers(name);
    let (means, medians) = (number("mean")?, number("median")?);
    let (lower_80, upper_80) = (number("lower_80")?, number("upper_80")?);
    let (lower_95, upper_95) = (number("lower_95")?, number("upper_95")?);
    (0..rows.len())
        .map(|row| {
            Ok(ForecastRow {
                series_level: level(&levels[row])?,
                series_id: series_id(&levels[row], &ids[row]),
                measure: measure(&measures[row])?,
                frequency: period(&frequencies[row])?,
                period_start: starts[row].unwrap_or(0),
                step: steps[row].unwrap_or(0).unsigned_abs(),
                mean: means[row].unwrap_or(0.0),
                median: medians[row],
                lower_80: lower_80[row].unwrap_or(0.0),
                upper_80: upper_80[row].unwrap_or(0.0),
                lower_95: lower_95[row].unwrap_or(0.0),
                upper_95: upper_95[row].unwrap_or(0.0),
            })
        })
        .collect()
}

async fn parts(reader: &Reader) -> anyhow::Result<Vec<PartRow>> {
    let rows = Rows::read(
        reader,
        &drawn("forecast_parts", "series_level, series_id, measure, period_start, part"),
    )
    .await?;
    let text = |name: &str| rows.texts(name);
    let (levels, ids, measures) = (text("series_level")?, text("series_id")?, text("measure")?);
    let (frequencies, starts) = (text("frequency")?, rows.days("period_start")?);
    let (parts, contributions) = (text("part")?, rows.numbers("contribution")?);
    (0..rows.len())
        .map(|row| {
            Ok(PartRow {
                series_level: level(&levels[row])?,
                series_id: series_id(&levels[row], &ids[row]),
                measure: measure(&measures[row])?,
                frequency: period(&frequencies[row])?,
                period_start: starts[row].unwrap_or(0),
                part: parts[row].clone(),
                contribution: contributions[row].unwrap_or(0.0),
            })
        })
        .collect()
}

async fn holdout(reader: &Reader) -> anyhow::Result<Vec<HoldoutRow>> {
    let rows = Rows::read(reader, &drawn("forecast_holdout", BY_PERIOD)).await?;
    let text = |name: &str| rows.texts(name);
    let (levels, ids, measures) = (text("series_level")?, text("series_id")?, text("measure")?);
    let (frequencies, starts) = (text("frequency")?, rows.days("period_start")?);
    let observed = rows.flags("is_observed")?;
    let number = |name: &str| rows.numbers(name);
    let (actuals, means, medians) = (number("actual")?, number("mean")?, number("median")?);
    let (lower_80, upper_80) = (number("lower_80")?, number("upper_80")?);
    let (lower_95, upper_95) = (number("lower_95")?, number("upper_95")?);
    (0..rows.len())
        .map(|row| {
            Ok(HoldoutRow {
                series_level: level(&levels[row])?,
                series_id: series_id(&levels[row], &ids[row]),
                measure: measure(&measures[row])?,
                frequency: period(&frequencies[row])?,
                period_start: starts[row].unwrap_or(0),
                actual: actuals[row].filter(|_| observed[row]),
                mean: means[row].unwrap_or(0.0),
                median: medians[row],
                lower_80: lower_80[row].unwrap_or(0.0),
                upper_80: upper_80[row].unwrap_or(0.0),
                lower_95: lower_95[row].unwrap_or(0.0),
                upper_95: upper_95[row].unwrap_or(0.0),
            })
        })
        .collect()
}

async fn accuracy(reader: &Reader) -> anyhow::Result<Vec<AccuracyRow>> {
    let rows = Rows::read(reader, &drawn("forecast_accuracy", BY_SERIES)).await?;
    let text = |name: &str| rows.texts(name);
    let (levels, ids, measures) = (text("series_level")?, text("series_id")?, text("measure")?);
    let frequencies = text("frequency")?;
    let (points, widths) = (rows.wholes("points")?, rows.numbers("width_80")?);
    let (covered_80, covered_95) = (rows.wholes("covered_80")?, rows.wholes("covered_95")?);
    (0..rows.len())
        .map(|row| {
            Ok(AccuracyRow {
                series_level: level(&levels[row])?,
                series_id: series_id(&levels[row], &ids[row]),
                measure: measure(&measures[row])?,
                frequency: period(&frequencies[row])?,
                points: points[row].unwrap_or(0).unsigned_abs(),
                covered_80: covered_80[row].unwrap_or(0).unsigned_abs(),
                covered_95: covered_95[row].unwrap_or(0).unsigned_abs(),
                width_80: widths[row],
            })
        })
        .collect()
}

async fn coverage(reader: &Reader) -> anyhow::Result<Vec<CoverageRow>> {
    let sql = "select * from marts.forecast_coverage order by frequency, measure, demand_class";
    let rows = Rows::read(reader, sql).await?;
    let (frequencies, measures) = (rows.texts("frequency")?, rows.texts("measure")?);
    let classes = rows.texts("demand_class")?;
    let (series, points) = (rows.wholes("series")?, rows.wholes("points")?);
    let (covered_80, covered_95) = (rows.wholes("covered_80")?, rows.wholes("covered_95")?);
    (0..rows.len())
        .map(|row| {
            Ok(CoverageRow {
                frequency: period(&frequencies[row])?,
                demand_class: classes[row].clone(),
                measure: measure(&measures[row])?,
                series: series[row].unwrap_or(0).unsigned_abs(),
                points: points[row].unwrap_or(0).unsigned_abs(),
                covered_80: covered_80[row].unwrap_or(0).unsigned_abs(),
                covered_95: covered_95[row].unwrap_or(0).unsigned_abs(),
            })
        })
        .collect()
}

async fn coverage_by_step(reader: &Reader) -> anyhow::Result<Vec<CoverageStepRow>> {
    let sql = "select * from marts.forecast_coverage_by_step \
               order by frequency, measure, demand_class, first_step";
    let rows = Rows::read(reader, sql).await?;
    let text = |name: &str| rows.texts(name);
    let (frequencies, measures) = (text("frequency")?, text("measure")?);
    let (classes, steps) = (text("demand_class")?, text("steps")?);
    let whole = |name: &str| rows.wholes(name);
    let (first, series, points) = (whole("first_step")?, whole("series")?, whole("points")?);
    let (covered_80, covered_95) = (whole("covered_80")?, whole("covered_95")?);
    let number = |name: &str| rows.numbers(name);
    let (claimed_80, claimed_95) = (number("claimed_80")?, number("claimed_95")?);
    let (width_80, width_95) = (number("relative_width_80")?, number("relative_width_95")?);
    let losses = number("relative_pinball_loss")?;
    let count = |value: Option<i64>| value.unwrap_or(0).unsigned_abs();
    (0..rows.len())
        .map(|row| {
            Ok(CoverageStepRow {
                frequency: period(&frequencies[row])?,
                demand_class: classes[row].clone(),
                measure: measure(&measures[row])?,
                steps: steps[row].clone(),
                first_step: count(first[row]),
                series: count(series[row]),
                points: count(points[row]),
                covered_80: count(covered_80[row]),
                covered_95: count(covered_95[row]),
                claimed_80: claimed_80[row],
                claimed_95: claimed_95[row],
                relative_width_80: width_80[row],
                relative_width_95: width_95[row],
                relative_pinball_loss: losses[row],
            })
        })
        .collect()
}
