use super::query::as_table;
use crate::arguments::RejectsArguments;
use crate::environment::environment;
use crate::failure::Outcome;
use crate::output;
use shelfcast_pipeline::{Project, Reader};
use std::path::Path;

const BY_RULE: &str = "select feed, rule, severity, count(*) as n_rows, \
    count(distinct file) as n_files, sum(money) as money, min(message) as example \
    from raw.rejected group by feed, rule, severity order by n_rows desc, feed, rule, severity";
const ROWS: &str = "select * from raw.rejected order by feed, file, row, rule, column_name";

pub async fn run(folder: &Path, arguments: &RejectsArguments) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    let reader = Reader::open(&project, None, &environment("rejects")).await?;
    if arguments.json {
        let (_, batches) = reader.query(ROWS).await?;
        let mut bytes = Vec::new();
        let mut writer = arrow::json::LineDelimitedWriter::new(&mut bytes);
        writer.write_batches(&batches.iter().collect::<Vec<_>>())?;
        writer.finish()?;
        output::data(&String::from_utf8(bytes)?);
    } else {
        let (schema, batches) = reader.query(BY_RULE).await?;
        output::data(&as_table(&schema, &batches)?);
    }
    Ok(Outcome::Done)
}
