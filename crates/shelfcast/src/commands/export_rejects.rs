use crate::output::{self, count};
use anyhow::Context;
use arrow::array::{Array, AsArray, RecordBatch};
use shelfcast_pipeline::Reader;
use std::collections::BTreeMap;
use std::path::Path;

/// Writes refused rows back out for mending: one file for each they came from, with its header
/// and the rows as they were written, and `reasons.csv` with what is wrong with each.
pub async fn run(reader: &Reader, filter: &str, out: &Path) -> anyhow::Result<()> {
    if out.exists() && std::fs::read_dir(out)?.next().is_some() {
        return Err(crate::failure::UsageError {
            code: "SC-5009",
            message: format!("{} is not empty", out.display()),
            hint: Some("name a folder that is empty or not there".to_owned()),
        }
        .into());
    }
    let reasons = write_reasons(reader, filter, out).await?;
    // Repeats need no mending; whoever wants them asks for their rule.
    let wanted = match filter.contains("rule =") {
        true => filter.to_owned(),
        false => format!("{filter} and rule <> 'duplicate_row'"),
    };
    let (files, n_rows, n_wide) = read_rows(reader, &wanted).await?;
    for (name, text) in &files {
        let path = out.join(name);
        let made = std::fs::create_dir_all(path.parent().unwrap_or(out));
        made.and_then(|()| std::fs::write(&path, text))
            .with_context(|| format!("write {}", path.display()))?;
    }
    output::say(&format!(
        "wrote {} of {} and {} to {}",
        count(n_rows, "refused row", "refused rows"),
        count(files.len() as u64, "file", "files"),
        count(reasons, "reason", "reasons"),
        out.display()
    ));
    if n_wide > 0 {
        output::say(&format!(
            "{} of files with a column for each period: mend the file itself and send it again \
             (corrections = \"by_file_name\"); reasons.csv says where",
            count(n_wide, "value is", "values are")
        ));
    }
    Ok(())
}

async fn write_reasons(reader: &Reader, filter: &str, out: &Path) -> anyhow::Result<u64> {
    let sql = format!(
        "select feed, file, \"row\", \"offset\", part, rule, severity, column_name, found, allowed, \
            message, money from raw.rejected where {filter} \
         order by feed, file, row, ordinal, rule, column_name"
    );
    let (schema, batches) = reader.query(&sql).await?;
    std::fs::create_dir_all(out).with_context(|| format!("make {}", out.display()))?;
    let path = out.join("reasons.csv");
    let file = std::fs::File::create(&path).with_context(|| format!("write {}", path.display()))?;
    let mut writer = arrow::csv::WriterBuilder::new().with_header(true).build(file);
    if batches.is_empty() {
        writer.write(&RecordBatch::new_empty(schema))?;
    }
    let mut n_rows = 0;
    for batch in &batches {
        n_rows += batch.num_rows() as u64;
        writer.write(batch)?;
    }
    Ok(n_rows)
}

/// The text of each file to write, the rows in them, and the values that cannot be written alone.
async fn read_rows(
    reader: &Reader,
    filter: &str,
) -> anyhow::Result<(BTreeMap<String, String>, u64, u64)> {
    let sql = format!(
        "select distinct rejected.feed, rejected.file, rejected.row, rejected.ordinal, \
            rejected.part, rejected.text, batches.header \
         from (select * from raw.rejected where {filter}) as rejected \
         left join raw.batches on rejected.sequence = batches.sequence \
         where rejected.severity <> 'warn' and rejected.text is not null \
         order by rejected.feed, rejected.file, rejected.row, rejected.ordinal"
    );
    let (_, batches) = reader.query(&sql).await?;
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let (mut n_rows, mut n_wide) = (0, 0);
    for batch in &batches {
        let text = |column: usize| batch.column(column).as_string::<i32>();
        for row in 0..batch.num_rows() {
            if text(4).is_valid(row) {
                n_wide += 1;
                continue;
            }
            let name = format!("{}/{}", text(0).value(row), file_name(text(1).value(row)));
            let headers = text(6);
            let lines = files.entry(name).or_insert_with(|| match headers.value(row) {
                "" => String::new(),
                header => format!("{header}\n"),
            });
            lines.push_str(text(5).value(row));
            lines.push('\n');
            n_rows += 1;
        }
    }
    Ok((files, n_rows, n_wide))
}

/// A name of its own for each path; what was no delimited text is written as such.
fn file_name(label: &str) -> String {
    let flat = label.replace(['/', '\\'], "__");
    let flat = flat.trim_end_matches(".gz").trim_end_matches(".zst");
    match flat.rsplit_once('.') {
        Some((stem, "xls" | "xlsx" | "parquet")) => format!("{stem}.csv"),
        _ => flat.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn every_file_gets_a_name_of_its_own_that_says_what_it_holds() {
        assert_eq!(file_name("in/day/sales.csv.gz"), "in__day__sales.csv");
        assert_eq!(file_name("stock.xlsx"), "stock.csv");
    }
}
