//! What the last build said, for models that compare with it.

use crate::PipelineError;
use arrow::datatypes::{DataType, Field, Schema};
use shelfcast_engine::Session;
use shelfcast_lake::{Publication, TableName};
use std::sync::Arc;

/// The columns of `previous.product_classes`.
const CLASSES: [(&str, DataType); 7] = [
    ("product_id", DataType::Utf8),
    ("abc_class", DataType::Utf8),
    ("xyz_class", DataType::Utf8),
    ("business_date", DataType::Date32),
    ("previous_abc_class", DataType::Utf8),
    ("previous_xyz_class", DataType::Utf8),
    ("previous_business_date", DataType::Date32),
];

/// Registers `previous.product_classes`: the classes that are published, or no rows where there
/// are none or they were kept another way.
pub(crate) async fn register(
    session: &Session,
    published: Option<&Publication>,
) -> Result<(), PipelineError> {
    let classes = TableName::new("marts", "product_classes")?;
    let previous = TableName::new("previous", "product_classes")?;
    let fields: Vec<Field> =
        CLASSES.iter().map(|(name, kind)| Field::new(*name, kind.clone(), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let Some(version) = published.and_then(|publication| publication.version(&classes)) else {
        return Ok(session.register_rows(&previous, schema, vec![])?);
    };
    session.register(&classes, version).await?;
    let columns: Vec<&str> = CLASSES.iter().map(|(name, _)| *name).collect();
    let sql = format!("select {} from {classes}", columns.join(", "));
    match session.collect(&sql).await {
        Ok((schema, batches)) => Ok(session.register_rows(&previous, schema, batches)?),
        Err(_) => Ok(session.register_rows(&previous, schema, vec![])?),
    }
}
