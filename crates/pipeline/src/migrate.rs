//! A lake of an older layout becomes one of this program's.

use crate::{Environment, PipelineError, Project, raw};
use shelfcast_engine::Session;
use shelfcast_lake::{Lake, Publication, PublicationKind, TableName};
use shelfcast_retail::{ColumnKind, Feed};

/// Migrates the lake when its layout is older; the caller holds its lock.
///
/// Every raw table is written anew with the columns it has now and published as one, then the
/// layout is noted. Killed in between, the lake is as before and is migrated again.
pub(crate) async fn if_old(
    project: &Project,
    lake: &Lake,
    environment: &Environment,
) -> Result<bool, PipelineError> {
    if !lake.is_old().await? {
        return Ok(false);
    }
    (environment.progress)("migrating the lake", 0, 1);
    if let Some(published) = lake.publication(None).await? {
        let session = project.session(lake.clone())?;
        let mut publication = environment.publication(Some(&published), PublicationKind::Maintain);
        for (table, schema) in raw::tables()? {
            let Some(version) = published.version(&table) else { continue };
            session.register(&table, version).await?;
            let sql = select(&session, &table, &schema).await?;
            write_anew(lake, &session, &table, &sql, environment, &mut publication).await?;
        }
        lake.publish(&publication).await?;
    }
    lake.set_format().await?;
    Ok(true)
}

async fn write_anew(
    lake: &Lake,
    session: &Session,
    table: &TableName,
    sql: &str,
    environment: &Environment,
    publication: &mut Publication,
) -> Result<(), PipelineError> {
    let (schema, files) = session.write(sql, table, &environment.run_id).await?;
    let version = lake.replace(table, &schema, &[], &files).await?;
    publication.set(table, version);
    Ok(())
}

/// The rows of `table` with the columns of `schema`; what the older layout did not keep is made
/// up where it follows from the rest, else it is unknown.
async fn select(
    session: &Session,
    table: &TableName,
    schema: &arrow::datatypes::SchemaRef,
) -> Result<String, PipelineError> {
    let schemas = session.schemas().await?;
    let known = schemas.get(&table.to_string());
    let mut columns = Vec::new();
    for field in schema.fields() {
        let name = field.name();
        let is_known = known.is_some_and(|known| known.field_with_name(name).is_ok());
        let kind = sql_type(field.data_type());
        let value = match (is_known, name.as_str()) {
            (true, _) => format!("\"{name}\""),
            (false, "_ordinal") => {
                "row_number() over (partition by _sequence order by _row) - 1".to_owned()
            }
            (false, shelfcast_contracts::DAY_COLUMN) => format!("cast({} as date)", instant(table)),
            (false, "source_period") => "'day'".to_owned(),
            (false, "corrections") => "'none'".to_owned(),
            (false, _) => "null".to_owned(),
        };
        columns.push(match is_known {
            true => value,
            false => format!("cast({value} as {kind}) as \"{name}\""),
        });
    }
    Ok(format!("select {} from {table}", columns.join(", ")))
}

/// The column of a feed's table that is an instant; its day is that of UTC.
fn instant(table: &TableName) -> &'static str {
    let feeds = Feed::ALL.into_iter().filter(|feed| table.name() == feed.as_str());
    let mut columns = feeds.flat_map(|feed| feed.columns());
    columns.find(|column| column.kind == ColumnKind::Instant).map_or("null", |column| column.name)
}

fn sql_type(data_type: &arrow::datatypes::DataType) -> String {
    match data_type {
        arrow::datatypes::DataType::Utf8 => "varchar".to_owned(),
        arrow::datatypes::DataType::Decimal128(precision, scale) => {
            format!("decimal({precision}, {scale})")
        }
        arrow::datatypes::DataType::Timestamp(..) => "timestamp with time zone".to_owned(),
        arrow::datatypes::DataType::Date32 => "date".to_owned(),
        _ => "bigint".to_owned(),
    }
}
