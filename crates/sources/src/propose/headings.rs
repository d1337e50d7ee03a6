//! Where the headings of a file end and its data begin.

use crate::input::{Container, recognise};
use crate::{
    FileFormat, FileProfile, NumberFormat, ReadOptions, SourceError, SourceSpec, TextChunk,
    TextReader,
};
use std::path::Path;

/// Rows that are looked at: headings end among the first, data begin within all of them.
const MAX_ROWS: usize = 40;
/// Headings end among these.
const MAX_HEADING_ROWS: usize = 20;
/// More rows of text are data, or no table at all.
const MAX_HEADERS: usize = 4;

/// Where a file has its table, as far as it must be said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layout {
    sheet: Option<String>,
    header_rows: Option<Vec<u64>>,
    first_row: Option<u64>,
}

/// A file that is opened where its table is.
pub(super) struct Table {
    pub(super) reader: TextReader,
    pub(super) layout: Layout,
    /// What stands between each heading and its data, blank for most.
    pub(super) header_notes: Vec<String>,
}

/// The sheets of a workbook that hold anything, the one with the most cells first; none of other
/// files.
pub(super) fn sheets(file: &Path) -> Result<Vec<String>, SourceError> {
    if !matches!(recognise(file)?, Container::Workbook) {
        return Ok(Vec::new());
    }
    let reader = TextReader::open(file, &ReadOptions::default())?;
    let profile = reader.profile();
    let mut sheets = profile.sheets.clone();
    sheets.sort_by_key(|sheet| Some(sheet) != profile.sheet.as_ref());
    Ok(sheets)
}

/// Opens a file, of a workbook the sheet; the headings are looked for in it, and below titles in
/// delimited text.
pub(super) fn open(file: &Path, sheet: Option<&str>) -> Result<Table, SourceError> {
    let options = ReadOptions { sheet: sheet.map(str::to_owned), ..ReadOptions::default() };
    let reader = TextReader::open(file, &options)?;
    let profile = reader.profile();
    let header_notes = vec![String::new(); profile.headers.len()];
    if profile.format == FileFormat::Delimited {
        let found = below_titles(file, profile)?;
        return Ok(found.unwrap_or(Table { reader, layout: Layout::default(), header_notes }));
    }
    if profile.format != FileFormat::Excel {
        return Ok(Table { reader, layout: Layout::default(), header_notes });
    }
    let sheet = profile.sheet.clone().filter(|_| sheet.is_some() || profile.sheets.len() > 1);
    let is_plain = (1..).zip(&profile.headers).all(|(place, header)| is_heading(place, header));
    let found = if is_plain { None } else { look(file, profile.sheet.clone())? };
    let Some(headings) = found else {
        let layout = Layout { sheet, ..Layout::default() };
        return Ok(Table { reader, layout, header_notes });
    };
    let options = ReadOptions {
        sheet: profile.sheet.clone(),
        header_rows: Some(headings.rows.clone()),
        first_row: Some(headings.first_row),
        ..ReadOptions::default()
    };
    let layout =
        Layout { sheet, header_rows: Some(headings.rows), first_row: Some(headings.first_row) };
    let reader = TextReader::open(file, &options)?;
    Ok(Table { reader, layout, header_notes: headings.notes })
}

/// The table of a delimited file whose first lines are titles, told by rows below them that have
/// another number of fields, or by headings that are mostly blank.
fn below_titles(file: &Path, profile: &FileProfile) -> Result<Option<Table>, SourceError> {
    let options = |row: u64| ReadOptions {
        header_rows: Some(vec![row]),
        chunk_rows: MAX_ROWS,
        ..ReadOptions::default()
    };
    let first = ReadOptions { chunk_rows: MAX_ROWS, ..ReadOptions::default() };
    let Some(chunk) = TextReader::open(file, &first)?.next().transpose()? else { return Ok(None) };
    let n_blank = (1..).zip(&profile.headers).filter(|(at, it)| !is_heading(*at, it)).count();
    let is_title = chunk.ragged().len() * 2 > chunk.rows() || n_blank * 2 > profile.headers.len();
    let rows = (2..=MAX_HEADING_ROWS as u64).take_while(|_| is_title);
    for row in rows {
        let reader = match TextReader::open(file, &options(row)) {
            Ok(reader) => reader,
            Err(SourceError::HeaderRow { .. }) => continue,
            Err(error) => return Err(error),
        };
        let headers = reader.profile().headers.clone();
        let are_names = (1..).zip(&headers).all(|(place, header)| is_heading(place, header));
        let Some(Ok(chunk)) = TextReader::open(file, &options(row))?.next() else { continue };
        if headers.len() > 1 && are_names && chunk.ragged().len() * 10 <= chunk.rows() {
            let layout = Layout {
                header_rows: Some(vec![row]),
                first_row: Some(row + 1),
                ..Layout::default()
            };
            let header_notes = vec![String::new(); headers.len()];
            let whole = ReadOptions::default().chunk_rows;
            let reader =
                TextReader::open(file, &ReadOptions { chunk_rows: whole, ..options(row) })?;
            return Ok(Some(Table { reader, layout, header_notes }));
        }
    }
    Ok(None)
}

impl Layout {
    /// The sheet, of a workbook that has several.
    pub(super) fn sheet(&self) -> Option<&str> {
        self.sheet.as_deref()
    }

    /// Tells a source where its table is.
    pub(super) fn describe_to(&self, spec: &mut SourceSpec) {
        spec.sheet.clone_from(&self.sheet);
        spec.header_rows.clone_from(&self.header_rows);
        spec.first_row = self.first_row;
    }

    /// What was found out, where it is not as usual.
    pub(super) fn note(&self) -> Option<String> {
        let (rows, first) = self.header_rows.as_ref().zip(self.first_row)?;
        let rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
        let named = match rows.split_last()? {
            (last, []) => format!("row {last}"),
            (last, others) => format!("rows {} and {last}", others.join(", ")),
        };
        Some(format!("headings in {named}, data from row {first}"))
    }
}

struct Headings {
    rows: Vec<u64>,
    first_row: u64,
    notes: Vec<String>,
}

/// Whether the first row names the column in words.
fn is_heading(place: usize, header: &str) -> bool {
    *header != format!("column {place}") && !is_number(header)
}

fn look(file: &Path, sheet: Option<String>) -> Result<Option<Headings>, SourceError> {
    let options = ReadOptions {
        sheet,
        header_rows: Some(Vec::new()),
        chunk_rows: MAX_ROWS,
        ..ReadOptions::default()
    };
    let first = TextReader::open(file, &options)?.next().transpose()?;
    Ok(first.and_then(|chunk| headings(&chunk).or_else(|| below_title_rows(&chunk))))
}

/// What a row is filled with.
struct Row<'a> {
    number: u64,
    cells: Vec<&'a str>,
    n_filled: usize,
    n_numbers: usize,
}

impl Row<'_> {
    fn is_text(&self, n_columns: usize) -> bool {
        self.n_filled * 2 >= n_columns && self.n_numbers * 2 < self.n_filled
    }

    fn is_data(&self, n_columns: usize) -> bool {
        self.n_filled * 2 >= n_columns && self.n_numbers * 2 > self.n_filled
    }
}

fn headings(chunk: &TextChunk) -> Option<Headings> {
    let rows: Vec<Row<'_>> = (0..chunk.rows()).map(|at| row(chunk, at)).collect();
    let holds_text = |column: &usize| rows.iter().any(|row| !row.cells[*column].is_empty());
    let n_columns = (0..chunk.columns().len()).filter(holds_text).count();
    let is_text = |at: &usize| rows[*at].is_text(n_columns);
    let is_data = |at: &usize| rows[*at].is_data(n_columns);
    let texts: Vec<usize> = (0..rows.len().min(MAX_HEADING_ROWS)).filter(is_text).collect();
    let (first, last) = (*texts.first()?, *texts.last()?);
    let data = (last + 1..rows.len()).find(is_data)?;
    // Rows of words among rows of numbers are data.
    if (first..last).any(|at| is_data(&at)) {
        return None;
    }
    // A single cell above the headings is a title.
    let headers: Vec<&Row<'_>> = rows[..=last]
        .iter()
        .filter(|row| row.n_filled > 1 || row.number == rows[last].number)
        .collect();
    let is_usual = last == 0 && data == 1 && rows[1].number == rows[0].number + 1;
    if headers.len() > MAX_HEADERS || is_usual {
        return None;
    }
    let note = |column: usize| {
        let cells = rows[last + 1..data].iter().map(|row| row.cells[column]);
        cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ")
    };
    Some(Headings {
        rows: headers.iter().map(|row| row.number).collect(),
        first_row: rows[data].number,
        notes: (0..chunk.columns().len()).map(note).collect(),
    })
}

/// Headings below rows that are mostly blank, above rows of which some hold numbers: where most cells
/// of the data are words, these tell the headings from them.
fn below_title_rows(chunk: &TextChunk) -> Option<Headings> {
    let rows: Vec<Row<'_>> = (0..chunk.rows()).map(|at| row(chunk, at)).collect();
    let holds_text = |column: &usize| rows.iter().any(|row| !row.cells[*column].is_empty());
    let n_columns = (0..chunk.columns().len()).filter(holds_text).count();
    let is_filled = |row: &Row<'_>| row.n_filled * 2 > n_columns;
    let at = rows.iter().take(MAX_HEADING_ROWS).position(is_filled).filter(|at| *at > 0)?;
    let data = (at + 1..rows.len()).find(|next| is_filled(&rows[*next]))?;
    let are_data = rows[data..].iter().all(|row| row.n_numbers > 0 || !is_filled(row));
    (n_columns > 1 && rows[at].n_numbers == 0 && are_data).then(|| Headings {
        rows: vec![rows[at].number],
        first_row: rows[data].number,
        notes: vec![String::new(); chunk.columns().len()],
    })
}

fn row(chunk: &TextChunk, at: usize) -> Row<'_> {
    let cells: Vec<&str> = chunk.columns().iter().map(|column| column.value(at).trim()).collect();
    let filled = || cells.iter().filter(|cell| !cell.is_empty());
    let n_numbers = filled().filter(|cell| is_number(cell)).count();
    Row { number: chunk.row_numbers()[at], n_filled: filled().count(), n_numbers, cells }
}

fn is_number(text: &str) -> bool {
    let has_digits = text.bytes().any(|byte| byte.is_ascii_digit());
    has_digits && (NumberFormat::default().parts(text).is_some() || text.parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// The headings of a table as if it were a sheet, each line a row.
    fn found(lines: &[&str]) -> Option<(Vec<u64>, u64, Vec<String>)> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all((lines.join("\n") + "\n").as_bytes()).unwrap();
        let options = ReadOptions {
            header_rows: Some(Vec::new()),
            delimiter: Some(b';'),
            ..ReadOptions::default()
        };
        let chunk = TextReader::open(file.path(), &options).unwrap().next().unwrap().unwrap();
        headings(&chunk).map(|found| (found.rows, found.first_row, found.notes))
    }

    #[test]
    fn titles_above_delimited_text_are_no_headings() {
        let rows = "2024-01-01;T1;2;5,00\n2024-01-02;T2;1;2,50\n2024-01-03;T1;1;2,50\n";
        for (titles, row) in [
            ("Sales report May 2024\n\n", 3),
            ("Report: sales;;;\nFrom: 2024-01-01;;;\n", 3),
            ("sep=;\n", 2),
            ("", 1),
        ] {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            let text = format!("{titles}Date;Item;Qty;Amount\n{rows}");
            file.write_all(text.as_bytes()).unwrap();
            let table = open(file.path(), None).unwrap();
            assert_eq!(
                table.reader.profile().headers,
                ["Date", "Item", "Qty", "Amount"],
                "{titles}"
            );
            let expected =
                (row > 1).then(|| format!("headings in row {row}, data from row {}", row + 1));
            assert_eq!(table.layout.note(), expected, "{titles}");
        }
    }

    #[test]
    fn titles_and_notes_are_no_headings() {
        let (rows, first_row, notes) = found(&[
            "Stock of May;;;",
            ";2024;2024;2025",
            "item;week 1;week 2;week 1",
            ";(units);;",
            "A1;3;4;5",
            "A2;3;4;5",
        ])
        .unwrap();
        assert_eq!((rows, first_row), (vec![2, 3], 5));
        assert_eq!(notes, ["", "(units)", "", ""]);
    }

    #[test]
    fn usual_tables_and_tables_of_words_are_left_alone() {
        assert!(found(&[";sold;left;price", "1;2;3;4", "2;3;4;5"]).is_none());
        assert!(found(&["name;town;;", "Ann;Ulm;a;1", "Bob;Bonn;b;2", "Cy;Kiel;c;3"]).is_none());
        assert!(found(&["1;2;3", "4;5;6"]).is_none());
        // A row of words among numbers is data.
        assert!(found(&["item;a;;c", "1;2;3;4", "x;y;z;4", "2;3;4;5"]).is_none());
    }
}
