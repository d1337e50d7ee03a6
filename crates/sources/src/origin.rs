use crate::chunk::{TextChunk, TextColumn, TextColumnBuilder};
use crate::compute::Operand;
use crate::spec::{compile, first_group};
use crate::{Expression, HeaderSource, NumberFormat, SourceError};
use regex::Regex;

/// What a column of the feed's chunk is made of.
pub(crate) enum Origin {
    /// A column of the file's projected chunk.
    File {
        at: usize,
        reading: Option<Reading>,
    },
    /// The same text in every row: a constant, or a part of the file's name.
    Same(String),
    /// The file's label and the row's number.
    RowKey,
    Computed {
        expression: Expression,
        operands: Vec<(OperandPlace, NumberFormat)>,
    },
}

/// Where an operand of a computed column is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OperandPlace {
    /// A column of the file's projected chunk.
    File(usize),
    /// A column of the feed's chunk.
    Feed(usize),
}

/// How the text of a field is read.
pub(crate) struct Reading {
    extract: Option<Regex>,
    blank: Option<String>,
    null_texts: Vec<String>,
}

impl Reading {
    /// `None` where the text is taken as it stands.
    pub(crate) fn new(
        column: &str,
        source: &HeaderSource,
        null_texts: &[String],
    ) -> Result<Option<Self>, SourceError> {
        if source.extract.is_none() && source.blank.is_none() {
            return Ok(None);
        }
        let setting = format!("columns.{column}.extract");
        let extract = source.extract.as_ref().map(|pattern| compile(&setting, pattern));
        Ok(Some(Self {
            extract: extract.transpose()?,
            blank: source.blank.clone(),
            null_texts: null_texts.to_vec(),
        }))
    }

    fn read(&self, column: &TextColumn) -> TextColumn {
        column.iter().map(|text| self.value(text)).collect()
    }

    fn value<'a>(&'a self, text: &'a str) -> &'a str {
        let extracted = self.extract.as_ref().and_then(|pattern| first_group(pattern, text));
        let text = extracted.unwrap_or(text);
        match &self.blank {
            Some(blank) if is_blank(text, &self.null_texts) => blank,
            _ => text,
        }
    }
}

pub(crate) fn is_blank(text: &str, null_texts: &[String]) -> bool {
    let text = text.trim();
    text.is_empty() || null_texts.iter().any(|null| null == text)
}

/// Makes the feed's columns, in the order of `order`, which puts each after those it needs.
pub(crate) fn make_columns(
    origins: &[Origin],
    order: &[usize],
    chunk: &TextChunk,
    null_texts: &[String],
    mut from_file: Vec<TextColumn>,
) -> Vec<TextColumn> {
    let mut made = vec![TextColumn::default(); origins.len()];
    for &at in order {
        made[at] = match &origins[at] {
            // Operands have columns of their own, so this one is needed once.
            Origin::File { at, reading: None } => std::mem::take(&mut from_file[*at]),
            Origin::File { at, reading: Some(reading) } => reading.read(&from_file[*at]),
            Origin::Same(text) => TextColumn::repeated(text, chunk.rows()),
            Origin::RowKey => row_keys(chunk),
            Origin::Computed { expression, operands } => {
                let column = |place: &OperandPlace| match *place {
                    OperandPlace::File(at) => &from_file[at],
                    OperandPlace::Feed(at) => &made[at],
                };
                let operands: Vec<(&TextColumn, NumberFormat)> =
                    operands.iter().map(|(place, numbers)| (column(place), *numbers)).collect();
                computed(expression, &operands, null_texts, chunk.rows())
            }
        };
    }
    made
}

fn computed(
    expression: &Expression,
    columns: &[(&TextColumn, NumberFormat)],
    null_texts: &[String],
    rows: usize,
) -> TextColumn {
    let mut builder = TextColumnBuilder::default();
    let mut operands = Vec::with_capacity(columns.len());
    for row in 0..rows {
        operands.clear();
        operands.extend(columns.iter().map(|(column, numbers)| {
            let text = column.value(row);
            let text = if is_blank(text, null_texts) { "" } else { text };
            Operand { text, numbers: *numbers }
        }));
        builder.push(expression.compute(&operands).as_bytes());
    }
    // Results are text, so the builder holds text.
    builder.finish().unwrap_or_default()
}

fn row_keys(chunk: &TextChunk) -> TextColumn {
    let mut builder = TextColumnBuilder::default();
    let mut key = String::new();
    for (row, number) in chunk.row_numbers().iter().enumerate() {
        key.clear();
        key.push_str(chunk.label());
        key.push(':');
        key.push_str(&number.to_string());
        if let Some(part) = chunk.part(row) {
            key.push(':');
            key.push_str(part);
        }
        builder.push(key.as_bytes());
    }
    // Keys are text, so the builder holds text.
    builder.finish().unwrap_or_default()
}
