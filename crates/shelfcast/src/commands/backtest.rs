use crate::arguments::BacktestArguments;
use crate::commands::query::print;
use crate::environment::environment;
use crate::failure::Outcome;
use crate::output::{self, count};
use crate::report_data::Rows;
use anyhow::Context;
use shelfcast_charts::{BacktestErrors, StepErrors, Theme, png};
use shelfcast_pipeline::{Project, Reader};
use std::path::Path;

/// A group's series, each with its sums over cutoffs and steps.
const BY: [(&str, &str); 4] = [
    ("level", "series_level"),
    ("class", "series_level || ', ' || demand_class"),
    ("frequency", "series_level || ', ' || frequency"),
    ("steps", "series_level || ', ' || steps"),
];

pub async fn run(folder: &Path, arguments: &BacktestArguments) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    let environment = environment("backtest");
    let summary = shelfcast_pipeline::backtest(&project, arguments.cutoffs, &environment).await?;
    output::say(&format!(
        "forecast as of {}: {} in marts.backtest",
        summary.cutoffs.join(", "),
        count(summary.rows, "row", "rows"),
    ));
    let reader = Reader::open(&project, None, &environment).await?;
    reader.require_built()?;
    let (schema, batches) = reader.query(&measures(arguments.measure.as_str())).await?;
    print(arguments.format, &schema, &batches)?;
    if let Some(path) = &arguments.picture {
        draw(&reader, arguments.measure.as_str(), &summary.cutoffs, path).await?;
    }
    Ok(Outcome::Done)
}

/// Errors by steps ahead at the finest level that was forecast.
async fn draw(
    reader: &Reader,
    measure: &str,
    cutoffs: &[String],
    path: &Path,
) -> anyhow::Result<()> {
    let level = if measure == "units" { "product_location" } else { "product" };
    let sql = format!(
        "select steps, sum(absolute_error) / nullif(sum(demand), 0) as forecast, \
         sum(seasonal_naive_error) / nullif(sum(demand), 0) as seasonal_naive, \
         sum(naive_error) / nullif(sum(demand), 0) as naive from marts.backtest \
         where measure = '{measure}' and series_level = '{level}' \
         group by steps order by min(first_step)"
    );
    let rows = Rows::read(reader, &sql).await?;
    let steps = rows.texts("steps")?;
    let number = |name: &str| rows.numbers(name);
    let (own, season, naive) = (number("forecast")?, number("seasonal_naive")?, number("naive")?);
    let or_nan = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let step = |row: usize| StepErrors {
        steps: steps[row].clone(),
        forecast: or_nan(own[row]),
        seasonal_naive: or_nan(season[row]),
        naive: or_nan(naive[row]),
    };
    let picture = BacktestErrors {
        title: format!("Errors of forecasts of the past, {measure}"),
        subtitle: format!("every {} forecast by itself", level.replace('_', " at a ")),
        caption: format!("Forecast as of {}.", cutoffs.join(", ")),
        steps: (0..rows.len()).map(step).collect(),
    };
    let svg = picture.figure().to_svg(Theme::Light);
    let bytes = match path.extension().is_some_and(|ending| ending == "png") {
        true => png(&svg, 2.0)?,
        false => svg.into_bytes(),
    };
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Measures of groups of series, a group a row. Absolute errors are those of the median, squared
/// ones and the bias those of the mean; value added is against the seasonal naive forecast.
fn measures(measure: &str) -> String {
    let groups = BY.map(|(by, group)| {
        format!(
            "select '{by}' as \"by\", {group} as \"group\", min(first_step) as first_step, series_id, \
             sum(points) as points, sum(demand) as demand, sum(signed_error) as signed_error, \
             sum(absolute_error) as absolute_error, sum(squared_error / rmsse_scale) as squared, \
             sum(naive_error) as naive_error, sum(seasonal_naive_error) as seasonal_naive_error, \
             sum(absolute_error / mase_scale) as absolute, sum(pinball_loss / mase_scale) as pinball, \
             sum(covered_80) as covered_80, sum(covered_95) as covered_95, \
             sum(width_80) as width_80, max(weight) as weight \
             from marts.backtest where measure = '{measure}' group by series_level, {group}, series_id"
        )
    });
    let ratio =
        |sum: &str, name: &str| format!("round(sum({sum}) / nullif(sum(demand), 0), 4) as {name}");
    let share = |sum: &str, name: &str| {
        format!("round(cast(sum({sum}) as double) / sum(points), 4) as {name}")
    };
    let columns = [
        "count(*) as series".to_owned(),
        "sum(points) as points".to_owned(),
        ratio("absolute_error", "wape"),
        ratio("naive_error", "naive_wape"),
        ratio("seasonal_naive_error", "seasonal_naive_wape"),
        ratio("seasonal_naive_error - absolute_error", "value_added"),
        "round(avg(absolute / points), 4) as mase".to_owned(),
        "round(avg(sqrt(squared / points)), 4) as rmsse".to_owned(),
        "round(sum(weight * sqrt(squared / points)) / nullif(sum(weight), 0), 4) as wrmsse"
            .to_owned(),
        "round(avg(pinball / points), 4) as scaled_pinball".to_owned(),
        share("covered_80", "coverage_80"),
        share("covered_95", "coverage_95"),
        ratio("width_80", "width_80"),
        ratio("signed_error", "bias"),
    ];
    format!(
        "select \"by\", \"group\", {} from ({}) group by \"by\", \"group\" \
         order by case \"by\" when 'level' then 1 when 'class' then 2 when 'frequency' then 3 else 4 end, \
         case \"by\" when 'steps' then split_part(\"group\", ',', 1) else \"group\" end, \
         case \"by\" when 'steps' then min(first_step) else 0 end, \"group\"",
        columns.join(", "),
        groups.join(" union all ")
    )
}
