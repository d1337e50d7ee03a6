//! Raw tables to marts: every model in its order, tested, committed, published as one.

use crate::lock::RunLock;
use crate::{
    Environment, Materialization, Model, PipelineError, Project, build_order, migrate, previous,
    project_models, raw, results, settings,
};
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int64Type};
use serde::Serialize;
use shelfcast_engine::{EngineError, Grain, Session, Written};
use shelfcast_lake::{Publication, PublicationKind, TableName};
use shelfcast_retail::Day;
use std::collections::BTreeSet;

/// What a build did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BuildSummary {
    /// The publication that readers now see; `None` when a test kept it from them.
    pub published: Option<u64>,
    /// One entry for each model, in build order.
    pub models: Vec<ModelSummary>,
    /// The promises that were not kept.
    pub failures: Vec<TestFailure>,
}

/// What became of one model.
#[derive(Debug, Clone, Serialize)]
pub struct ModelSummary {
    /// The table.
    pub model: String,
    /// Its rows; `None` for a view.
    pub rows: Option<u64>,
    /// How long it took, in seconds.
    pub seconds: f64,
}

/// A promise of a model that some of its rows do not keep.
#[derive(Debug, Clone, Serialize)]
pub struct TestFailure {
    /// The table.
    pub model: String,
    /// The promise.
    pub test: String,
    /// Rows that break it.
    pub rows: i64,
}

/// Builds every model from the published raw tables, as of `business_date` when it is given.
///
/// Readers see the new marts only when all of them are built and every test holds.
pub async fn build(
    project: &Project,
    business_date: Option<Day>,
    environment: &Environment,
) -> Result<BuildSummary, PipelineError> {
    let lake = project.open_lake(environment).await?;
    let _lock = RunLock::take(project, environment)?;
    migrate::if_old(project, &lake, environment).await?;
    let published = lake.publication(None).await?;
    let session = project.session(lake.clone())?;
    raw::register(&session, published.as_ref()).await?;
    settings::register(&session, project.config(), business_date).await?;
    previous::register(&session, published.as_ref()).await?;
    let sales = raw::feed_table(shelfcast_retail::Feed::Sales)?;
    if published.as_ref().and_then(|publication| publication.version(&sales)).is_none() {
        return Err(PipelineError::NoSales);
    }
    let models = build_order(&session, &project_models(project.folder())?)?;
    let mut publication = environment.publication(published.as_ref(), PublicationKind::Build);
    let mut summary = BuildSummary::default();
    let n_models = models.len() as u64;
    for (done, model) in models.iter().enumerate() {
        (environment.progress)(&format!("building {}", model.table), done as u64, n_models);
        let started = (environment.stopwatch)();
        let refused = |error: EngineError| {
            let error = PipelineError::model(model, error);
            error.of_readers(&replaced(&session, &models, model))
        };
        let rows = match model.materialization() {
            Materialization::View => {
                let view = session.register_view(&model.table, &model.sql).await;
                view.map_err(refused)?;
                None
            }
            Materialization::Table => {
                let written = query_model(&session, model, environment).await.map_err(refused)?;
                commit_model(&session, model, &written, &mut publication).await?;
                summary.failures.extend(test_model(&session, model, written.key_is_unique).await?);
                Some(written.files.iter().map(|file| file.rows).sum())
            }
        };
        summary.models.push(ModelSummary {
            model: model.table.to_string(),
            rows,
            seconds: (environment.stopwatch)() - started,
        });
        if !summary.failures.is_empty() {
            return match business_date.filter(|_| model.table.to_string() == CLOCK) {
                Some(found) => Err(beyond_what_is_known(&session, found).await?),
                None => Ok(summary),
            };
        }
    }
    drop_removed(&mut publication, &models)?;
    lake.publish(&publication).await?;
    summary.published = Some(publication.sequence);
    Ok(summary)
}

/// The model that says which days are known, and of which business date.
const CLOCK: &str = "intermediate.clock";

/// A given business date with which the clock's promises do not hold.
async fn beyond_what_is_known(
    session: &Session,
    found: Day,
) -> Result<PipelineError, PipelineError> {
    let sql = format!("select cast(last_known_day as date) from {CLOCK}");
    let (_, batches) = session.collect(&sql).await?;
    let columns = batches.iter().flat_map(RecordBatch::columns);
    let mut days = columns.flat_map(|column| column.as_primitive::<Date32Type>().iter().flatten());
    let last_known = days.next().map(Day::from_epoch_days);
    Ok(PipelineError::BusinessDate { found, last_known })
}

/// The files of the project that stand in for models which this one reads.
fn replaced<'m>(session: &Session, models: &'m [Model], model: &Model) -> Vec<&'m str> {
    let read = session.references(&model.sql).unwrap_or_default();
    let replaced = models.iter().filter(|other| {
        other.is_replacement && !model.is_replacement && read.contains(&other.table.to_string())
    });
    replaced.map(|other| other.origin.as_str()).collect()
}

async fn query_model(
    session: &Session,
    model: &Model,
    environment: &Environment,
) -> Result<Written, EngineError> {
    let (table, run_id) = (&model.table, &environment.run_id);
    let grain = Grain { key: &model.key, sorted_by: &model.sorted_by };
    session.write_model(&model.sql, model.step.as_ref(), table, run_id, grain).await
}

async fn commit_model(
    session: &Session,
    model: &Model,
    written: &Written,
    publication: &mut Publication,
) -> Result<(), PipelineError> {
    let (lake, table) = (session.lake(), &model.table);
    let version = lake.replace(table, &written.schema, &model.sorted_by, &written.files).await?;
    session.register(table, version).await?;
    publication.set(table, version);
    Ok(())
}

async fn test_model(
    session: &Session,
    model: &Model,
    key_is_unique: bool,
) -> Result<Vec<TestFailure>, PipelineError> {
    let mut broken = Vec::new();
    if !key_is_unique {
        let (name, sql) = model.uniqueness();
        broken.push((name.clone(), counts(session, model, &name, &sql).await?));
    }
    // One look at the table counts for all tests of a row; only when one cannot be asked is each
    // asked alone, so that the answer names it.
    let tests = model.row_tests();
    let names = tests.iter().map(|test| test.name.clone());
    match counts(session, model, "of each row", &model.broken_rows(&tests)).await {
        Ok(rows) => broken.extend(names.zip(rows.into_iter().map(|rows| vec![rows]))),
        Err(_) => {
            for test in &tests {
                let sql = model.broken_rows(std::slice::from_ref(test));
                broken.push((test.name.clone(), counts(session, model, &test.name, &sql).await?));
            }
        }
    }
    let failures = broken.into_iter().map(|(test, rows)| TestFailure {
        model: model.table.to_string(),
        test,
        rows: rows.into_iter().sum(),
    });
    Ok(failures.filter(|failure| failure.rows > 0).collect())
}

/// The one row of counts that a test's query gives.
async fn counts(
    session: &Session,
    model: &Model,
    test: &str,
    sql: &str,
) -> Result<Vec<i64>, PipelineError> {
    let (_, batches) = session.collect(sql).await.map_err(|error| PipelineError::Model {
        model: model.origin.clone(),
        message: format!("test `{test}`: {error}"),
    })?;
    let columns = batches.iter().flat_map(RecordBatch::columns);
    Ok(columns.flat_map(|column| column.as_primitive::<Int64Type>().iter().flatten()).collect())
}

/// Tables of models that are no more are no longer seen.
fn drop_removed(publication: &mut Publication, models: &[Model]) -> Result<(), PipelineError> {
    let kept: BTreeSet<&TableName> = models.iter().map(|model| &model.table).collect();
    for (table, _) in publication.tables()? {
        let is_kept =
            kept.contains(&table) || results::TABLES.contains(&table.to_string().as_str());
        if table.schema() != "raw" && !is_kept {
            publication.remove(&table);
        }
    }
    Ok(())
}
