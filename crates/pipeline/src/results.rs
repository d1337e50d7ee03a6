//! Tables that another verb than a build makes: they stand beside those of the models until it makes
//! them again.

use crate::lock::RunLock;
use crate::{Environment, PipelineError, Project, reader};
use arrow::array::RecordBatch;
use shelfcast_lake::{PublicationKind, TableName};

/// The tables of results; builds leave them as they are.
pub(crate) const TABLES: [&str; 3] =
    [crate::backtest::TABLE, "marts.replays", "marts.replay_curves"];

/// Keeps what a replay came to: `policies` as `marts.replays` and `curves` as
/// `marts.replay_curves`, each in the order of its column `position`. Returns the publication that
/// shows them.
///
/// # Errors
/// Another run holds the lake, or a table cannot be written.
pub async fn keep_replay(
    project: &Project,
    policies: RecordBatch,
    curves: RecordBatch,
    environment: &Environment,
) -> Result<u64, PipelineError> {
    let _lock = RunLock::take(project, environment)?;
    let (session, published) = reader::session(project, None, environment).await?;
    let mut publication = environment.publication(Some(&published), PublicationKind::Build);
    for (name, rows) in [("replays", policies), ("replay_curves", curves)] {
        session.register_rows(&TableName::new("results", name)?, rows.schema(), vec![rows])?;
        let sql = format!("select * from results.{name} order by position");
        let table = TableName::new("marts", name)?;
        let (schema, files) = session.write(&sql, &table, &environment.run_id).await?;
        publication.set(&table, session.lake().replace(&table, &schema, &[], &files).await?);
    }
    session.lake().publish(&publication).await?;
    Ok(publication.sequence)
}
