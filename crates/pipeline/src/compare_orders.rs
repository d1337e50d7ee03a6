//! What changed between the orders of two builds, and which input changed it.

mod sql;

use crate::{Environment, PipelineError, Project};
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, SchemaRef};
use shelfcast_engine::Session;
use shelfcast_lake::{Lake, Publication, PublicationKind, TableName};
use shelfcast_retail::Day;
use std::str::FromStr;

/// A build, as a user names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildName {
    /// By the number of its publication.
    Publication(u64),
    /// The last one for a business date.
    BusinessDate(Day),
}

impl FromStr for BuildName {
    type Err = PipelineError;

    /// A whole number is a publication, a day a business date.
    fn from_str(text: &str) -> Result<Self, PipelineError> {
        if let Ok(number) = text.parse() {
            return Ok(Self::Publication(number));
        }
        let day = text.parse().map(Self::BusinessDate);
        day.map_err(|_| PipelineError::NoBuild { found: text.to_owned(), kept: Vec::new() })
    }
}

/// The order lines that differ between two builds.
#[derive(Debug)]
pub struct OrderComparison {
    /// The publication of the earlier build.
    pub before: u64,
    /// The publication of the later build.
    pub after: u64,
    /// The columns of the rows.
    pub schema: SchemaRef,
    /// One row per product and place whose quantity differs, the largest change of value first.
    pub rows: Vec<RecordBatch>,
}

/// The inputs that an order is planned from, in the order in which they are exchanged: each
/// column of a comparison's rows is the change of the quantity when that input, too, is taken
/// from the later build. With `selection` (suppliers' minimums and the budget) and `program` (plans
/// of another build of the program) they sum to the whole change, to the last decimal.
pub const CAUSES: [&str; 7] =
    ["calendar", "position", "forecast", "lead_time", "policy", "constraints", "price"];

/// Compares the orders of two builds; the last one and the one before it where none is named.
///
/// Each order that differs is planned again with the inputs of the earlier build exchanged for
/// those of the later one, group by group in the order of [`CAUSES`].
///
/// # Errors
/// A build that is not kept, or a lake without two builds.
pub async fn compare_orders(
    project: &Project,
    before: Option<BuildName>,
    after: Option<BuildName>,
    environment: &Environment,
) -> Result<OrderComparison, PipelineError> {
    let lake = project.open_lake(environment).await?;
    lake.require_format().await?;
    let session = project.session(lake.clone())?;
    let builds = Builds::read(&lake, &session).await?;
    let after = builds.find(after, None).await?;
    let before = builds.find(before, Some(after.sequence)).await?;
    let inputs = TableName::new("intermediate", "order_inputs")?;
    let plans = TableName::new("intermediate", "order_plans")?;
    let list = TableName::new("intermediate", "order_list")?;
    for (side, publication) in [("before", &before), ("after", &after)] {
        for table in [&inputs, &plans, &list] {
            let alias = TableName::new(side, table.name())?;
            session.register_as(&alias, table, version(publication, table)?).await?;
        }
    }
    let schemas = session.schemas().await?;
    let fields = |side: &str| {
        let schema = schemas.get(&format!("{side}.order_inputs"));
        let inputs = schema.and_then(|schema| schema.field_with_name("inputs").ok());
        match inputs.map(|field| field.data_type()) {
            Some(DataType::Struct(fields)) => {
                fields.iter().map(|field| field.name().clone()).collect()
            }
            _ => Vec::new(),
        }
    };
    let sql = sql::comparison(&fields("before"), &fields("after"));
    let (schema, rows) = session.collect(&sql).await?;
    Ok(OrderComparison { before: before.sequence, after: after.sequence, schema, rows })
}

fn version(publication: &Publication, table: &TableName) -> Result<u64, PipelineError> {
    publication.version(table).ok_or_else(|| PipelineError::NoBuild {
        found: publication.sequence.to_string(),
        kept: Vec::new(),
    })
}

/// The builds that are kept, the oldest first.
struct Builds<'a> {
    session: &'a Session,
    publications: Vec<Publication>,
}

impl<'a> Builds<'a> {
    async fn read(lake: &Lake, session: &'a Session) -> Result<Self, PipelineError> {
        let list = TableName::new("intermediate", "order_list")?;
        let mut publications = lake.publications().await?;
        publications.retain(|publication| {
            publication.kind == PublicationKind::Build && publication.version(&list).is_some()
        });
        Ok(Self { session, publications })
    }

    /// The build named `name`; without a name the last one before the publication `until`.
    async fn find(
        &self,
        name: Option<BuildName>,
        until: Option<u64>,
    ) -> Result<Publication, PipelineError> {
        let newest_first = || self.publications.iter().rev();
        let found = match name {
            None => newest_first()
                .find(|publication| until.is_none_or(|until| publication.sequence < until)),
            Some(BuildName::Publication(number)) => {
                newest_first().find(|publication| publication.sequence == number)
            }
            Some(BuildName::BusinessDate(day)) => {
                let mut found = None;
                for publication in newest_first() {
                    if self.business_date(publication).await? == Some(day) {
                        found = Some(publication);
                        break;
                    }
                }
                found
            }
        };
        found.cloned().ok_or_else(|| PipelineError::NoBuild {
            found: match name {
                None => "the one before the last".to_owned(),
                Some(BuildName::Publication(number)) => number.to_string(),
                Some(BuildName::BusinessDate(day)) => day.to_string(),
            },
            kept: self.publications.iter().map(|publication| publication.sequence).collect(),
        })
    }

    async fn business_date(&self, publication: &Publication) -> Result<Option<Day>, PipelineError> {
        let clock = TableName::new("intermediate", "clock")?;
        let alias = TableName::new("build", "clock")?;
        self.session.register_as(&alias, &clock, version(publication, &clock)?).await?;
        let sql = "select cast(business_date as date) as day from build.clock";
        let (_, rows) = self.session.collect(sql).await?;
        let days = rows.iter().flat_map(|batch| {
            batch.column(0).as_primitive::<Date32Type>().iter().collect::<Vec<_>>()
        });
        Ok(days.flatten().next().map(Day::from_epoch_days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_are_named_by_number_or_by_day() {
        assert_eq!("12".parse::<BuildName>().unwrap(), BuildName::Publication(12));
        let day = BuildName::BusinessDate("2024-08-27".parse().unwrap());
        assert_eq!("2024-08-27".parse::<BuildName>().unwrap(), day);
        let refused = "yesterday".parse::<BuildName>().unwrap_err();
        assert_eq!(refused.to_string(), "no build is kept as `yesterday`");
    }
}
