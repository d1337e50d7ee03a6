//! What forecasts of the past would have been worth: the demand models built again as of earlier
//! days, against what came.

use crate::lock::RunLock;
use crate::{Environment, Model, PipelineError, Project, build_order, project_models, reader};
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int64Type, SchemaRef};
use shelfcast_engine::Session;
use shelfcast_lake::{PublicationKind, TableName};
use shelfcast_retail::Day;

/// The models between the demand table and forecasts, each built anew at every cutoff.
const MODELS: [&str; 9] = [
    "intermediate.series",
    "intermediate.demand_pools",
    "intermediate.coming_drivers",
    "intermediate.sample_models",
    "intermediate.driver_pools",
    "intermediate.method_weights",
    "marts.demand_models",
    "marts.calibrations",
    "marts.forecasts",
];

const RESULTS: &str = include_str!("backtest/results.sql");

/// The table of results; builds leave it as it is.
pub(crate) const TABLE: &str = "marts.backtest";

/// What a backtest did.
#[derive(Debug, Clone, serde::Serialize)]
pub struct BacktestSummary {
    /// The publication that shows `marts.backtest`.
    pub published: u64,
    /// The last day known at each cutoff, latest first.
    pub cutoffs: Vec<String>,
    /// Rows of `marts.backtest`.
    pub rows: u64,
}

/// Forecasts from `cutoffs` days, each a horizon before the next, and keeps what they were worth as
/// `marts.backtest`: one row for each series, measure, cutoff and range of steps ahead.
///
/// At a cutoff nothing later is known but what is known ahead when one plans: promotions, prices and
/// the calendar. Models are built by the same SQL as those of [`build`](crate::build).
///
/// # Errors
/// [`PipelineError::TooFewDays`] where the history is too short for one cutoff.
pub async fn backtest(
    project: &Project,
    cutoffs: u32,
    environment: &Environment,
) -> Result<BacktestSummary, PipelineError> {
    let _lock = RunLock::take(project, environment)?;
    let (session, published) = reader::session(project, None, environment).await?;
    let all = build_order(&session, &project_models(project.folder())?)?;
    let models: Vec<&Model> =
        all.iter().filter(|model| MODELS.contains(&model.table.to_string().as_str())).collect();
    keep_originals(&session).await?;
    let days = cutoff_days(&session, cutoffs).await?;
    let mut results: Vec<RecordBatch> = vec![];
    let total = (days.len() * models.len()) as u64;
    for (position, day) in days.iter().enumerate() {
        forget_after(&session, *day).await?;
        for (at, model) in models.iter().enumerate() {
            let done = (position * models.len() + at) as u64;
            (environment.progress)(&format!("as of {day}: {}", model.table), done, total);
            let rows = session.collect(&model.sql).await;
            let (schema, rows) = rows.map_err(|error| PipelineError::model(model, error))?;
            session.register_rows(&model.table, schema, rows)?;
        }
        results.extend(session.collect(RESULTS).await?.1);
    }
    let Some(schema) = results.first().map(RecordBatch::schema) else {
        return Err(PipelineError::TooFewDays { days: 0, needed: 1 });
    };
    let rows = write(&session, schema, results, environment).await?;
    let mut publication = environment.publication(Some(&published), PublicationKind::Build);
    publication.set(&TABLE.parse()?, rows.1);
    session.lake().publish(&publication).await?;
    let cutoffs = days.iter().map(Day::to_string).collect();
    Ok(BacktestSummary { published: publication.sequence, cutoffs, rows: rows.0 })
}

/// The whole demand table and clock under names of their own; theirs will be cut off.
async fn keep_originals(session: &Session) -> Result<(), PipelineError> {
    for name in ["demand_series", "clock"] {
        let view = TableName::new("backtest", name)?;
        session.register_view(&view, &format!("select * from intermediate.{name}")).await?;
    }
    Ok(())
}

/// The last known days of the cutoffs: a horizon apart, and none that leaves less than two horizons.
async fn cutoff_days(session: &Session, cutoffs: u32) -> Result<Vec<Day>, PipelineError> {
    // What is sold as totals of weeks or months is forecast for 13 weeks and 6 months at least.
    let sql = "select first_day, last_sale_on, greatest(settings.horizon_days, ( \
                  select coalesce(max(case period when 'month' then 186 else 91 end), 0) \
                  from intermediate.item_periods)) as horizon_days \
               from backtest.clock cross join config.settings";
    let (_, rows) = session.collect(sql).await?;
    let Some(row) = rows.iter().find(|rows| rows.num_rows() > 0) else { return Ok(vec![]) };
    let day = |at: usize| row.column(at).as_primitive::<Date32Type>().value(0);
    let (first, last) = (Day::from_epoch_days(day(0)), Day::from_epoch_days(day(1)));
    let horizon = row.column(2).as_primitive::<Int64Type>().value(0) as i32;
    let known = |back: &i32| last.days_since(first) + 1 - back * horizon;
    let back: Vec<i32> = (1..=cutoffs as i32).filter(|back| known(back) >= 2 * horizon).collect();
    if back.is_empty() {
        let days = last.days_since(first) + 1;
        return Err(PipelineError::TooFewDays { days, needed: 3 * horizon });
    }
    Ok(back.into_iter().map(|back| last.plus(-back * horizon)).collect())
}

/// Nothing after `day` has happened: periods that it does not complete are not known.
async fn forget_after(session: &Session, day: Day) -> Result<(), PipelineError> {
    let demand = format!(
        "select * from backtest.demand_series where case frequency \
         when 'day' then period_start \
         when 'week' then cast(period_start + interval '6 days' as date) \
         else cast(period_start + interval '1 month' - interval '1 day' as date) end <= date '{day}'"
    );
    session.register_view(&TableName::new("intermediate", "demand_series")?, &demand).await?;
    let (schema, rows) = session.collect("select * from backtest.clock").await?;
    let clock: Vec<String> = schema
        .fields()
        .iter()
        .map(|field| match field.name().as_str() {
            name @ ("last_sale_on" | "last_known_day") => format!("date '{day}' as {name}"),
            name @ "business_date" => format!("date '{}' as {name}", day.plus(1)),
            name => name.to_owned(),
        })
        .collect();
    drop(rows);
    let clock = format!("select {} from backtest.clock", clock.join(", "));
    session.register_view(&TableName::new("intermediate", "clock")?, &clock).await?;
    Ok(())
}

/// The number of rows and the version of the table.
async fn write(
    session: &Session,
    schema: SchemaRef,
    rows: Vec<RecordBatch>,
    environment: &Environment,
) -> Result<(u64, u64), PipelineError> {
    let results = TableName::new("backtest", "results")?;
    session.register_rows(&results, schema, rows)?;
    let sql = "select * from backtest.results order by series_level, series_id, measure, cutoff desc, first_step";
    let table: TableName = TABLE.parse()?;
    let (schema, files) = session.write(sql, &table, &environment.run_id).await?;
    let version = session.lake().replace(&table, &schema, &[], &files).await?;
    Ok((files.iter().map(|file| file.rows).sum(), version))
}
