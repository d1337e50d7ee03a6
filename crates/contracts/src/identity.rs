use crate::repeats::hash;
use shelfcast_sources::{ColumnSource, SourceSpec, TextChunk, TextColumn};

/// What tells a row from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Of the record's text and the header its value stands under: two rows
    /// made of one record are no duplicates.
    pub(crate) text: u128,
    /// Of these and of the columns made from the file's name; where equal rows are kept, also of
    /// the row's number among them. By it a row is known again in another file.
    pub(crate) lineage: u64,
}

impl Identity {
    /// The lineage of the row of this text that comes as the `number`th in its file, from 1: the
    /// second of two equal sales is known again as the second.
    pub(crate) fn lineage_of(self, number: u64) -> u64 {
        if number < 2 {
            return self.lineage;
        }
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.lineage.to_le_bytes());
        bytes[8..].copy_from_slice(&number.to_le_bytes());
        first_half(hash(&bytes))
    }
}

/// Stand between the parts of an identity: no text holds these bytes.
const PART: u8 = 0xff;
const FILE_COLUMN: u8 = 0xfe;

/// Reads the identities of the rows of one source.
pub(crate) struct IdentityReader {
    /// The feed's columns that come from the file's name.
    file_columns: Vec<String>,
}

impl IdentityReader {
    pub(crate) fn new(spec: &SourceSpec) -> Self {
        let is_of_file = |source: &ColumnSource| matches!(source, ColumnSource::FileName { .. });
        let columns = spec.columns.iter().filter(|(_, source)| is_of_file(source));
        Self { file_columns: columns.map(|(name, _)| name.clone()).collect() }
    }

    pub(crate) fn read(&self, chunk: &TextChunk) -> Vec<Identity> {
        let columns = self.file_columns.iter().filter_map(|name| chunk.column(name));
        let columns: Vec<&TextColumn> = columns.collect();
        let mut bytes = Vec::new();
        let rows = chunk.row_texts().iter().enumerate();
        rows.map(|(row, text)| {
            let of_file = columns.iter().map(|column| column.value(row));
            identity(text, chunk.part(row), of_file, &mut bytes)
        })
        .collect()
    }
}

fn identity<'t>(
    text: &str,
    part: Option<&str>,
    of_file: impl ExactSizeIterator<Item = &'t str>,
    bytes: &mut Vec<u8>,
) -> Identity {
    if part.is_none() && of_file.len() == 0 {
        let text = hash(text.as_bytes());
        return Identity { text, lineage: first_half(text) };
    }
    bytes.clear();
    bytes.extend_from_slice(text.as_bytes());
    add(bytes, PART, part);
    let text = hash(bytes);
    of_file.for_each(|text| add(bytes, FILE_COLUMN, Some(text)));
    Identity { text, lineage: first_half(hash(bytes)) }
}

fn add(bytes: &mut Vec<u8>, mark: u8, text: Option<&str>) {
    if let Some(text) = text {
        bytes.push(mark);
        bytes.extend_from_slice(text.as_bytes());
    }
}

pub(crate) fn first_half(hash: u128) -> u64 {
    (hash >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, part: Option<&str>, of_file: &[&str]) -> Identity {
        identity(text, part, of_file.iter().copied(), &mut Vec::new())
    }

    #[test]
    fn rows_made_of_one_record_differ_and_names_of_files_tell_them_apart() {
        let whole = of("A;1;2", None, &[]);
        let (may, june) = (of("A;1;2", Some("may"), &[]), of("A;1;2", Some("june"), &[]));
        assert!(whole != may && may.text != june.text && may.lineage != june.lineage);
        let (first, second) = (of("A;1", None, &["north"]), of("A;1", None, &["south"]));
        assert_eq!(first.text, second.text);
        assert_ne!(first.lineage, second.lineage);
    }

    #[test]
    fn equal_rows_are_told_apart_by_their_number() {
        let row = of("A;1", None, &[]);
        let lineages = [1, 2, 3].map(|number| row.lineage_of(number));
        assert!(lineages[0] == row.lineage && lineages[1] != lineages[0]);
        assert!(lineages[2] != lineages[1] && lineages[2] != lineages[0]);
        assert_ne!(of("A;2", None, &[]).lineage_of(2), lineages[1]);
    }

    #[test]
    fn without_more_the_lineage_is_half_the_hash_of_the_text() {
        // The published test vector: XXH3_128bits of no bytes with seed 0.
        assert_eq!(of("", None, &[]).text, 0x99aa_06d3_0147_98d8_6001_c324_468d_497f);
        assert_eq!(of("", None, &[]).lineage, 0x99aa_06d3_0147_98d8);
    }
}
