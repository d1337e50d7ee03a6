use crate::error::shortened;
use crate::header::Header;
use crate::spec::compile;
use crate::{SourceError, WideBlank, WideColumns};

/// The headers of a file that become rows.
pub(crate) struct WideHeaders {
    fields: Vec<WideField>,
    blank: WideBlank,
    null_texts: Vec<String>,
}

/// One header that becomes a row of each record.
pub(crate) struct WideField {
    /// Its place in the record.
    pub(crate) field: usize,
    /// What the header says.
    pub(crate) name: String,
    /// Its place among the headers that become rows, from 1.
    pub(crate) position: String,
    /// The header itself, told from others that read the same.
    pub(crate) part: String,
}

impl WideHeaders {
    /// # Errors
    /// A file none of whose headers becomes a row.
    pub(crate) fn new(
        wide: &WideColumns,
        header: &Header,
        null_texts: &[String],
        label: &str,
    ) -> Result<Self, SourceError> {
        let pattern = compile("wide.headers", &wide.headers)?;
        let mut fields: Vec<WideField> = Vec::new();
        for (field, written) in header.written.iter().enumerate() {
            let Some(found) = pattern.captures(written) else { continue };
            if wide.ignore.iter().any(|ignored| ignored.trim() == written) {
                continue;
            }
            fields.push(WideField {
                field,
                name: found.get(1).or(found.get(0)).map_or("", |part| part.as_str()).to_owned(),
                position: (fields.len() + 1).to_string(),
                part: header.names[field].clone(),
            });
        }
        if fields.is_empty() {
            return Err(SourceError::NoWideHeader {
                file: label.to_owned(),
                pattern: wide.headers.clone(),
                found: shortened(&header.written),
            });
        }
        Ok(Self { fields, blank: wide.blank, null_texts: null_texts.to_vec() })
    }

    pub(crate) fn fields(&self) -> &[WideField] {
        &self.fields
    }

    /// Whether the field at `place` becomes a row rather than a column.
    pub(crate) fn holds(&self, place: usize) -> bool {
        self.fields.binary_search_by_key(&place, |known| known.field).is_ok()
    }

    /// The value of a row; `None`: there is no row.
    pub(crate) fn value<'a>(&self, field: &'a [u8]) -> Option<&'a [u8]> {
        let text = field.trim_ascii();
        let is_blank =
            text.is_empty() || self.null_texts.iter().any(|null| null.as_bytes() == text);
        match self.blank {
            _ if !is_blank => Some(field),
            WideBlank::Skip => None,
            WideBlank::Zero => Some(b"0"),
            WideBlank::Keep => Some(field),
        }
    }
}
