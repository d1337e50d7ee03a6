//! Forecasts as a table, in text or Parquet.

use crate::{SeriesError, SeriesForecast, StampKind};
use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use shelfcast_forecast::Level;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::NamedTempFile;

/// Writes `unique_id, ds, mean, median, lo-80, hi-80, ..., model, status`.
///
/// A file appears when it is [finished](Self::finish), whole or not at all.
pub struct ForecastWriter<W: Write + Send> {
    kind: StampKind,
    path: PathBuf,
    to: To<W>,
}

enum To<W: Write + Send> {
    Csv(Box<csv::Writer<BufWriter<W>>>),
    Parquet(Box<ArrowWriter<BufWriter<W>>>, SchemaRef),
}

impl ForecastWriter<NamedTempFile> {
    /// To a file: Parquet where its name ends in `.parquet`, else text with commas.
    ///
    /// # Errors
    /// [`SeriesError::Write`].
    pub fn create(path: &Path, kind: StampKind, levels: &[Level]) -> Result<Self, SeriesError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let file = temporary().tempfile_in(folder.unwrap_or(Path::new(".")));
        let file = file.map_err(|error| failed(path, &error))?;
        match path.extension().is_some_and(|ending| ending == "parquet") {
            false => Self::csv(file, path, kind, levels),
            true => {
                let schema = schema(kind, levels);
                let writer = ArrowWriter::try_new(BufWriter::new(file), schema.clone(), None);
                let writer = writer.map_err(|error| failed(path, &error))?;
                Ok(Self { kind, path: path.into(), to: To::Parquet(Box::new(writer), schema) })
            }
        }
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// [`SeriesError::Write`].
    pub fn finish(self) -> Result<(), SeriesError> {
        let path = self.path.clone();
        let file = self.into_inner()?;
        file.persist(&path).map(drop).map_err(|error| failed(&path, &error))
    }
}

impl<W: Write + Send> ForecastWriter<W> {
    /// As text with commas, to anything.
    ///
    /// # Errors
    /// [`SeriesError::Write`], which calls it `path`.
    pub fn csv(
        out: W,
        path: &Path,
        kind: StampKind,
        levels: &[Level],
    ) -> Result<Self, SeriesError> {
        let mut writer = csv::Writer::from_writer(BufWriter::new(out));
        let written = writer.write_record(headers(levels));
        written.map_err(|error| failed(path, &error))?;
        Ok(Self { kind, path: path.into(), to: To::Csv(Box::new(writer)) })
    }

    /// Adds the rows of some series.
    ///
    /// # Errors
    /// [`SeriesError::Write`].
    pub fn write(&mut self, series: &[SeriesForecast]) -> Result<(), SeriesError> {
        let written = match &mut self.to {
            To::Csv(writer) => write_text(writer, self.kind, series).map_err(|e| e.to_string()),
            To::Parquet(writer, schema) => columns(schema, self.kind, series)
                .map_err(|error| error.to_string())
                .and_then(|batch| writer.write(&batch).map_err(|error| error.to_string())),
        };
        written.map_err(|message| SeriesError::Write { path: self.path.clone(), message })
    }

    /// Ends the table and gives back what it was written to.
    ///
    /// # Errors
    /// [`SeriesError::Write`].
    pub fn into_inner(self) -> Result<W, SeriesError> {
        let path = self.path;
        let buffer = match self.to {
            To::Csv(writer) => writer.into_inner().map_err(|error| failed(&path, error.error()))?,
            To::Parquet(writer, _) => writer.into_inner().map_err(|error| failed(&path, &error))?,
        };
        buffer.into_inner().map_err(|error| failed(&path, error.error()))
    }
}

/// A temporary file is its owner's alone; a result is for whom the user's mask says.
fn temporary() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

fn failed(path: &Path, error: &dyn std::error::Error) -> SeriesError {
    SeriesError::Write { path: path.into(), message: error.to_string() }
}

fn headers(levels: &[Level]) -> Vec<String> {
    let ends = levels.iter().flat_map(|level| ["lo", "hi"].map(|end| (end, level.percent())));
    ["unique_id", "ds", "mean", "median"]
        .map(str::to_owned)
        .into_iter()
        .chain(ends.map(|(end, percent)| format!("{end}-{percent}")))
        .chain(["model", "status"].map(str::to_owned))
        .collect()
}

/// The numbers of a row, in the order of the headers.
fn numbers(series: &SeriesForecast, step: usize) -> impl Iterator<Item = f64> {
    let forecast = &series.forecast;
    let ends = forecast.intervals.iter().flat_map(move |ends| [ends.lower[step], ends.upper[step]]);
    [forecast.mean[step], forecast.median[step]].into_iter().chain(ends)
}

fn write_text<W: Write>(
    writer: &mut csv::Writer<W>,
    kind: StampKind,
    series: &[SeriesForecast],
) -> Result<(), csv::Error> {
    for series in series {
        for (step, stamp) in series.stamps.iter().enumerate() {
            writer.write_field(&series.id)?;
            writer.write_field(kind.text(*stamp))?;
            for number in numbers(series, step) {
                writer.write_field(number.to_string())?;
            }
            writer.write_record([series.model, series.status])?;
        }
    }
    Ok(())
}

fn schema(kind: StampKind, levels: &[Level]) -> SchemaRef {
    let data_type = |name: &str| match name {
        "unique_id" | "model" | "status" => DataType::Utf8,
        "ds" if kind == StampKind::Day => DataType::Date32,
        "ds" => DataType::Int64,
        _ => DataType::Float64,
    };
    let field = |name: String| Field::new(&name, data_type(&name), false);
    Arc::new(Schema::new(headers(levels).into_iter().map(field).collect::<Vec<_>>()))
}

fn columns(
    schema: &SchemaRef,
    kind: StampKind,
    series: &[SeriesForecast],
) -> Result<RecordBatch, arrow::error::ArrowError> {
    let rows =
        || series.iter().flat_map(|series| (0..series.stamps.len()).map(move |at| (series, at)));
    let texts = |text: &dyn Fn(&SeriesForecast) -> String| -> ArrayRef {
        Arc::new(rows().map(|(series, _)| Some(text(series))).collect::<StringArray>())
    };
    let stamps = || rows().map(|(series, at)| series.stamps[at]);
    let stamps: ArrayRef = match kind {
        StampKind::Day => Arc::new(Date32Array::from_iter_values(stamps())),
        StampKind::Number => Arc::new(Int64Array::from_iter_values(stamps().map(i64::from))),
    };
    let mut columns = vec![texts(&|series| series.id.clone()), stamps];
    for position in 0..schema.fields().len() - 4 {
        let number = |(series, at)| numbers(series, at).nth(position);
        columns.push(Arc::new(rows().map(number).collect::<Float64Array>()));
    }
    columns.push(texts(&|series| series.model.to_owned()));
    columns.push(texts(&|series| series.status.to_owned()));
    RecordBatch::try_new(schema.clone(), columns)
}
