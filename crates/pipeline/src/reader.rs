use crate::{
    Environment, Materialization, PipelineError, Project, build_order, project_models, raw,
    settings,
};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use shelfcast_engine::{EngineError, SendableRecordBatchStream, Session};
use shelfcast_lake::Publication;
use shelfcast_retail::Day;
use std::collections::BTreeMap;

/// Asks the lake as one publication shows it, and changes nothing.
#[derive(Debug)]
pub struct Reader {
    session: Session,
    publication: Publication,
}

impl Reader {
    /// A reader of the last publication, or of the last one not after `as_of` (milliseconds
    /// since 1970-01-01 UTC).
    pub async fn open(
        project: &Project,
        as_of: Option<i64>,
        environment: &Environment,
    ) -> Result<Self, PipelineError> {
        let (session, publication) = session(project, as_of, environment).await?;
        Ok(Self { session, publication })
    }

    /// An error when no build is seen yet.
    pub fn require_built(&self) -> Result<(), PipelineError> {
        let tables = self.publication.tables()?;
        match tables.iter().any(|(table, _)| table.schema() == "marts") {
            true => Ok(()),
            false => Err(PipelineError::NotBuilt),
        }
    }

    /// A table that is not there is not missed before the first build.
    fn told(&self, error: EngineError) -> PipelineError {
        match self.require_built() {
            Err(not_built) if error.is_of_unknown_table() => not_built,
            _ => error.into(),
        }
    }

    /// The publication that is read.
    pub fn publication(&self) -> &Publication {
        &self.publication
    }

    /// Runs a query and collects its rows; anything but a query is refused.
    pub async fn query(&self, sql: &str) -> Result<(SchemaRef, Vec<RecordBatch>), PipelineError> {
        self.session.collect(sql).await.map_err(|error| self.told(error))
    }

    /// Runs a query and streams its rows; anything but a query is refused.
    pub async fn stream(&self, sql: &str) -> Result<SendableRecordBatchStream, PipelineError> {
        self.session.stream(sql).await.map_err(|error| self.told(error))
    }

    /// The text of the physical plan of a query.
    pub async fn explain(&self, sql: &str) -> Result<String, PipelineError> {
        Ok(self.session.explain(sql).await?)
    }

    /// The tables that a query names, in name order.
    pub fn references(&self, sql: &str) -> Result<Vec<String>, PipelineError> {
        let mut names = self.session.references(sql)?;
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// The columns of every table, by `schema.name`.
    pub async fn schemas(&self) -> Result<BTreeMap<String, SchemaRef>, PipelineError> {
        Ok(self.session.schemas().await?)
    }
}

/// A session over everything that a publication shows.
pub(crate) async fn session(
    project: &Project,
    as_of: Option<i64>,
    environment: &Environment,
) -> Result<(Session, Publication), PipelineError> {
    let lake = project.open_lake(environment).await?;
    lake.require_format().await?;
    let Some(publication) = lake.publication(as_of).await? else {
        let publications = lake.publications().await?;
        return Err(match publications.first() {
            Some(first) => PipelineError::BeforeFirst { first: day_of(first.published_at) },
            None => shelfcast_lake::LakeError::NotALake {
                location: project.lake_location()?.to_string(),
            }
            .into(),
        });
    };
    let session = project.session(lake)?;
    raw::register(&session, Some(&publication)).await?;
    settings::register(&session, project.config(), None).await?;
    for (table, version) in publication.tables()? {
        if table.schema() != "raw" {
            session.register(&table, version).await?;
        }
    }
    // Views may read views.
    for model in build_order(&session, &project_models(project.folder())?)? {
        if model.materialization() == Materialization::View {
            session.register_view(&model.table, &model.sql).await?;
        }
    }
    Ok((session, publication))
}

fn day_of(millis: i64) -> Day {
    Day::from_epoch_days(i32::try_from(millis.div_euclid(86_400_000)).unwrap_or(0))
}
