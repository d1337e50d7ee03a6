use super::query::as_table;
use crate::arguments::RejectsArguments;
use crate::environment::environment;
use crate::failure::Outcome;
use crate::output;
use shelfcast_pipeline::{Project, Reader};
use std::path::Path;

/// Rows of batches in force; the first layout of the lake did not note the batch's number.
const IN_FORCE: &str = "(sequence is null or sequence in (select sequence from staging.batches))";

pub async fn run(folder: &Path, arguments: &RejectsArguments) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    let reader = Reader::open(&project, None, &environment("rejects")).await?;
    let filter = filter(arguments);
    if let Some(out) = &arguments.export {
        super::export_rejects::run(&reader, &filter, out).await?;
    } else if arguments.json {
        let sql = format!(
            "select * from raw.rejected where {filter} \
             order by feed, file, row, ordinal, rule, column_name"
        );
        let (_, batches) = reader.query(&sql).await?;
        let mut bytes = Vec::new();
        let mut writer = arrow::json::LineDelimitedWriter::new(&mut bytes);
        writer.write_batches(&batches.iter().collect::<Vec<_>>())?;
        writer.finish()?;
        output::data(&String::from_utf8(bytes)?);
    } else {
        let (schema, batches) = reader.query(&by_rule(&filter)).await?;
        output::data(&as_table(&schema, &batches)?);
    }
    Ok(Outcome::Done)
}

fn filter(arguments: &RejectsArguments) -> String {
    match &arguments.rule {
        Some(rule) => format!("{IN_FORCE} and rule = '{}'", rule.replace('\'', "''")),
        None => IN_FORCE.to_owned(),
    }
}

/// What was refused or warned of, and, when no one rule is asked for, what does not count because
/// another file said it.
fn by_rule(filter: &str) -> String {
    let refused = format!(
        "select feed, rule, severity, \
            count(distinct coalesce(cast(sequence as varchar), file) || ' ' \
            || coalesce(cast(ordinal as varchar), '') || ' ' || cast(row as varchar)) as n_rows, count(distinct file) as n_files, \
            sum(money) as money, min(message) as example \
         from raw.rejected where {filter} group by feed, rule, severity"
    );
    let hidden = "select hidden_rows.feed, hidden_rows.reason, 'does not count', count(*), \
            count(distinct batches.file), null, \
            min(batches.file) || case hidden_rows.reason \
                when 'corrected by key' then ': rows with the same key came in later and count instead' \
                else ': another file in force has these rows' end \
         from staging.hidden_rows \
         inner join staging.batches on hidden_rows.sequence = batches.sequence \
         where hidden_rows.reason not in ('refused', 'contradicts') \
         group by hidden_rows.feed, hidden_rows.reason";
    let order = "order by n_rows desc, feed, rule, severity";
    match filter == IN_FORCE {
        true => format!("{refused} union all {hidden} {order}"),
        false => format!("{refused} {order}"),
    }
}
