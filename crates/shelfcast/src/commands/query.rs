use crate::arguments::{Format, QueryArguments};
use crate::environment::environment;
use crate::failure::{Outcome, UsageError};
use crate::output;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use comfy_table::{CellAlignment, Table, presets};
use parquet::arrow::ArrowWriter;
use shelfcast_pipeline::{Project, Reader};
use std::io::Write;
use std::path::Path;

pub async fn run(folder: &Path, arguments: &QueryArguments) -> anyhow::Result<Outcome> {
    let project = Project::open(folder)?;
    let as_of = arguments.as_of.as_deref().map(instant).transpose()?;
    let reader = Reader::open(&project, as_of, &environment("query")).await?;
    let (schema, batches) = reader.query(&arguments.sql).await?;
    print(arguments.format, &schema, &batches)?;
    Ok(Outcome::Done)
}

/// Prints rows on standard output.
pub fn print(format: Format, schema: &SchemaRef, batches: &[RecordBatch]) -> anyhow::Result<()> {
    match format {
        Format::Table => output::data(&as_table(schema, batches)?),
        Format::Csv => {
            let mut bytes = Vec::new();
            let mut writer = arrow::csv::WriterBuilder::new().with_header(true).build(&mut bytes);
            if batches.is_empty() {
                writer.write(&RecordBatch::new_empty(SchemaRef::clone(schema)))?;
            }
            for batch in batches {
                writer.write(batch)?;
            }
            drop(writer);
            output::data(&String::from_utf8(bytes)?);
        }
        Format::Json => {
            let mut bytes = Vec::new();
            let mut writer = arrow::json::LineDelimitedWriter::new(&mut bytes);
            writer.write_batches(&batches.iter().collect::<Vec<_>>())?;
            writer.finish()?;
            output::data(&String::from_utf8(bytes)?);
        }
        Format::Parquet => {
            let mut writer = ArrowWriter::try_new(Vec::new(), SchemaRef::clone(schema), None)?;
            for batch in batches {
                writer.write(batch)?;
            }
            std::io::stdout().lock().write_all(&writer.into_inner()?)?;
        }
    }
    Ok(())
}

/// An instant as `--as-of` takes it, in milliseconds.
pub fn instant(text: &str) -> Result<i64, UsageError> {
    let parsed = text.parse::<jiff::Timestamp>().map_err(|_| UsageError {
        code: "SC-5006",
        message: format!("--as-of: `{text}` is not an instant"),
        hint: Some("write it with its zone, as in 2024-08-27T06:00:00Z".to_owned()),
    })?;
    Ok(parsed.as_millisecond())
}

/// Rows as a table for people, numbers to the right.
pub fn as_table(schema: &SchemaRef, batches: &[RecordBatch]) -> anyhow::Result<String> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(schema.fields().iter().map(|field| field.name()));
    for (index, field) in schema.fields().iter().enumerate() {
        if field.data_type().is_numeric()
            && let Some(column) = table.column_mut(index)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let options = FormatOptions::default();
    for batch in batches {
        let formatters: Vec<ArrayFormatter<'_>> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
            .collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            table.add_row(formatters.iter().map(|formatter| formatter.value(row).to_string()));
        }
    }
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    Ok(format!("{table}\n{}\n", output::count(rows as u64, "row", "rows")))
}
