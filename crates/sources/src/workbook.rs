mod claims;

use crate::SourceError;
use crate::error::nearest;
use crate::records::{MadeRecord, Record, Records};
use calamine::{DataType, ExcelDateTime, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsx};
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::Path;

/// Bytes of a workbook at most: one sheet of it is held in memory.
const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;
/// Bytes of text in a sheet at most; a small archive may unpack to any size.
const MAX_SHEET_BYTES: usize = 1024 * 1024 * 1024;

/// A sheet of a workbook, and what was found out about the others.
pub(crate) struct Workbook {
    /// Those that hold anything, where all were looked at.
    pub(crate) sheets: Vec<String>,
    pub(crate) sheet: String,
    pub(crate) records: SheetRecords,
}

/// Opens a workbook and reads the sheet called `sheet`, or of those that are not hidden the one
/// with the most cells.
pub(crate) fn open(path: &Path, label: &str, sheet: Option<&str>) -> Result<Workbook, SourceError> {
    let opened = |source| SourceError::Open { path: path.to_owned(), source };
    let file = File::open(path).map_err(opened)?;
    let n_bytes = file.metadata().map_err(opened)?.len();
    if n_bytes > MAX_FILE_BYTES {
        return Err(SourceError::FileTooLarge {
            file: label.to_owned(),
            found: n_bytes,
            limit: MAX_FILE_BYTES,
        });
    }
    let mut cells = Cells::open(file, label)?;
    let (sheets, visible) = cells.sheets();
    let wanted = match sheet {
        Some(name) => vec![known_sheet(&sheets, name, label)?],
        None if visible.is_empty() => sheets.clone(),
        None => visible,
    };
    let mut best: Option<(String, SheetTable)> = None;
    let is_one_of_many = sheet.is_none();
    let mut sheets = if is_one_of_many { wanted.clone() } else { sheets };
    for name in wanted {
        let table = cells.read(&name, label)?;
        if is_one_of_many && table.cells.is_empty() {
            sheets.retain(|known| *known != name);
        }
        if best.as_ref().is_none_or(|(_, known)| known.cells.len() < table.cells.len()) {
            best = Some((name, table));
        }
    }
    match best {
        Some((sheet, table)) if !table.cells.is_empty() => {
            Ok(Workbook { sheets, sheet, records: SheetRecords::new(table) })
        }
        Some((sheet, _)) => Err(refused(label, format!("sheet `{sheet}` has no cell with text"))),
        None => Err(refused(label, "it has no sheet".to_owned())),
    }
}

fn known_sheet(sheets: &[String], name: &str, label: &str) -> Result<String, SourceError> {
    let known = sheets.iter().find(|known| known.trim() == name.trim());
    known.cloned().ok_or_else(|| SourceError::UnknownSheet {
        file: label.to_owned(),
        sheet: name.to_owned(),
        found: sheets.join(", "),
        nearest: nearest(name, sheets.iter().map(String::as_str)),
    })
}

fn refused(label: &str, reason: String) -> SourceError {
    SourceError::Workbook { file: label.to_owned(), reason }
}

/// The two kinds of workbook.
enum Cells {
    Old(Box<Xls<BufReader<File>>>),
    New(Box<Xlsx<BufReader<File>>>),
}

impl Cells {
    fn open(mut file: File, label: &str) -> Result<Self, SourceError> {
        let mut magic = [0; 2];
        let failed = |source| SourceError::Read { file: label.to_owned(), offset: 0, source };
        std::io::Read::read_exact(&mut file, &mut magic).map_err(failed)?;
        std::io::Seek::rewind(&mut file).map_err(failed)?;
        let file = BufReader::new(file);
        match magic {
            [b'P', b'K'] => Xlsx::new(file)
                .map(|book| Self::New(Box::new(book)))
                .map_err(|error| refused(label, error.to_string())),
            [0xD0, 0xCF] => Self::open_old(file, label),
            _ => Err(refused(label, "it does not start as .xls or .xlsx files do".to_owned())),
        }
    }

    fn open_old(mut file: BufReader<File>, label: &str) -> Result<Self, SourceError> {
        let excess = claims::excess(&mut file);
        if let Some(reason) = excess.map_err(|error| refused(label, error.to_string()))? {
            return Err(refused(label, reason));
        }
        let rewound = std::io::Seek::rewind(&mut file);
        rewound.map_err(|source| SourceError::Read {
            file: label.to_owned(),
            offset: 0,
            source,
        })?;
        Xls::new(file)
            .map(|book| Self::Old(Box::new(book)))
            .map_err(|error| refused(label, error.to_string()))
    }

    /// All sheets of cells, and those that are not hidden.
    fn sheets(&self) -> (Vec<String>, Vec<String>) {
        let sheets = match self {
            Self::Old(book) => book.sheets_metadata(),
            Self::New(book) => book.sheets_metadata(),
        };
        let tables = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let visible = tables.clone().filter(|sheet| sheet.visible == SheetVisible::Visible);
        let name = |sheet: &Sheet| sheet.name.clone();
        (tables.map(name).collect(), visible.map(name).collect())
    }

    fn read(&mut self, sheet: &str, label: &str) -> Result<SheetTable, SourceError> {
        let mut table = SheetTable::default();
        match self {
            Self::Old(book) => {
                let range = book
                    .worksheet_range(sheet)
                    .map_err(|error| refused(label, error.to_string()))?;
                let (first_row, first_column) = range.start().unwrap_or((0, 0));
                for (row, column, cell) in range.used_cells() {
                    let place = (first_row + row as u32, first_column + column as u32);
                    table.push(place, cell, label)?;
                }
            }
            // Cell by cell: as a range, two cells far apart would be a sheet full of blanks.
            Self::New(book) => {
                let failed = |error: calamine::XlsxError| refused(label, error.to_string());
                let mut cells = book.worksheet_cells_reader(sheet).map_err(failed)?;
                while let Some(cell) = cells.next_cell().map_err(failed)? {
                    table.push(cell.get_position(), cell.get_value(), label)?;
                }
            }
        }
        Ok(table)
    }
}

/// The cells of a sheet that hold text, row by row.
#[derive(Default)]
struct SheetTable {
    text: Vec<u8>,
    cells: Vec<SheetCell>,
    rows: Vec<SheetRow>,
    n_columns: u32,
}

struct SheetCell {
    column: u32,
    /// Where its text ends in the table's.
    end: u32,
}

struct SheetRow {
    /// From 0, as the library counts.
    number: u32,
    first_cell: usize,
}

/// What Excel itself can hold; a broken file may name a cell far beyond.
const MAX_ROWS: u32 = 1_048_576;
const MAX_COLUMNS: u32 = 16_384;
/// Rows with text times columns at most: every row is read as far as the longest reaches.
const MAX_FIELDS: u64 = 256 * 1024 * 1024;

impl SheetTable {
    fn push<D: DataType>(
        &mut self,
        (row, column): (u32, u32),
        cell: &D,
        label: &str,
    ) -> Result<(), SourceError> {
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            let reason = format!(
                "it has a cell in row {} and column {}, and sheets have at most {MAX_ROWS} rows \
                 and {MAX_COLUMNS} columns",
                u64::from(row) + 1,
                u64::from(column) + 1
            );
            return Err(refused(label, reason));
        }
        let start = self.text.len();
        push_text(cell, &mut self.text);
        if self.text[start..].trim_ascii().is_empty() {
            self.text.truncate(start);
            return Ok(());
        }
        if self.text.len() > MAX_SHEET_BYTES {
            let found = self.text.len() as u64;
            let limit = MAX_SHEET_BYTES as u64;
            return Err(SourceError::FileTooLarge { file: label.to_owned(), found, limit });
        }
        let place = (row, column);
        let last = self.rows.last().zip(self.cells.last());
        if last.is_some_and(|(open, cell)| place <= (open.number, cell.column)) {
            let reason = format!("row {} has cells out of order", row + 1);
            return Err(refused(label, reason));
        }
        if self.rows.last().is_none_or(|open| open.number < row) {
            self.rows.push(SheetRow { number: row, first_cell: self.cells.len() });
        }
        self.cells.push(SheetCell { column, end: self.text.len() as u32 });
        self.n_columns = self.n_columns.max(column + 1);
        let n_fields = self.rows.len() as u64 * u64::from(self.n_columns);
        if n_fields > MAX_FIELDS {
            let reason = format!(
                "it has {} rows with text up to row {} and reaches to column {}, {n_fields} \
                 fields, and at most {MAX_FIELDS} are read",
                self.rows.len(),
                row + 1,
                self.n_columns
            );
            return Err(refused(label, reason));
        }
        Ok(())
    }
}

/// Appends what a cell shows, dates and numbers in a form that does not depend on its format.
fn push_text<D: DataType>(cell: &D, text: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    let _ = if let Some(shown) = cell.get_string() {
        text.write_all(shown.as_bytes())
    } else if let Some(number) = cell.get_float() {
        // Shortest digits that give the same number; adding zero drops the sign of -0.
        write!(text, "{}", number + 0.0)
    } else if let Some(number) = cell.get_int() {
        write!(text, "{number}")
    } else if let Some(flag) = cell.get_bool() {
        write!(text, "{flag}")
    } else if let Some(date) = cell.get_datetime() {
        push_date(&date, text)
    } else if let Some(shown) = cell.get_datetime_iso().or_else(|| cell.get_duration_iso()) {
        text.write_all(shown.as_bytes())
    } else if let Some(error) = cell.get_error() {
        write!(text, "{error}")
    } else {
        Ok(())
    };
}

fn push_date(date: &ExcelDateTime, text: &mut Vec<u8>) -> std::io::Result<()> {
    let serial = date.as_f64();
    if date.is_duration() {
        let seconds = (serial * 86_400.0).round() as i64;
        let (sign, seconds) = (if seconds < 0 { "-" } else { "" }, seconds.unsigned_abs());
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        return write!(text, "{sign}{hours:02}:{minutes:02}:{:02}", seconds % 60);
    }
    let (year, month, day, hour, minute, second, milli) = date.to_ymd_hms_milli();
    let has_time = (hour, minute, second, milli) != (0, 0, 0, 0);
    // Below 1 a serial number is a time of day, which belongs to no day.
    let has_day = !(0.0..1.0).contains(&serial) || !has_time;
    if has_day {
        write!(text, "{year:04}-{month:02}-{day:02}")?;
    }
    if has_day && has_time {
        text.push(b'T');
    }
    if has_time {
        write!(text, "{hour:02}:{minute:02}:{second:02}")?;
    }
    if milli > 0 { write!(text, ".{milli:03}") } else { Ok(()) }
}

/// The rows of a sheet that hold anything.
pub(crate) struct SheetRecords {
    table: SheetTable,
    next: usize,
    made: MadeRecord,
}

impl SheetRecords {
    fn new(table: SheetTable) -> Self {
        Self { table, next: 0, made: MadeRecord::default() }
    }
}

impl Records for SheetRecords {
    fn advance(&mut self) -> Result<bool, SourceError> {
        let table = &self.table;
        let Some(row) = table.rows.get(self.next) else { return Ok(false) };
        self.next += 1;
        let end = table.rows.get(self.next).map_or(table.cells.len(), |next| next.first_cell);
        let mut start = match row.first_cell.checked_sub(1) {
            Some(before) => table.cells[before].end as usize,
            None => 0,
        };
        self.made.clear();
        self.made.row = u64::from(row.number) + 1;
        let mut column = 0;
        for cell in &table.cells[row.first_cell..end] {
            (column..cell.column).for_each(|_| self.made.push(b""));
            self.made.push(&table.text[start..cell.end as usize]);
            (column, start) = (cell.column + 1, cell.end as usize);
        }
        (column..table.n_columns).for_each(|_| self.made.push(b""));
        Ok(true)
    }

    fn record(&self) -> Record<'_> {
        self.made.record()
    }

    fn has_offsets(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{CellErrorType, Data, ExcelDateTimeType};

    fn text(cell: &Data) -> String {
        let mut text = Vec::new();
        push_text(cell, &mut text);
        String::from_utf8(text).unwrap()
    }

    fn date(serial: f64, kind: ExcelDateTimeType) -> String {
        text(&Data::DateTime(ExcelDateTime::new(serial, kind, false)))
    }

    #[test]
    fn cells_are_text_without_their_format() {
        assert_eq!(text(&Data::Float(17850.0)), "17850");
        assert_eq!(text(&Data::Float(-0.0)), "0");
        assert_eq!(text(&Data::Float(0.1)), "0.1");
        assert_eq!(text(&Data::Bool(true)), "true");
        assert_eq!(text(&Data::Error(CellErrorType::NA)), "#N/A");
        assert_eq!(text(&Data::Empty), "");
    }

    #[test]
    fn dates_are_iso_text() {
        // Serial numbers as Excel shows them: 37104 is 2001-08-01.
        assert_eq!(date(37_104.0, ExcelDateTimeType::DateTime), "2001-08-01");
        assert_eq!(date(37_104.75, ExcelDateTimeType::DateTime), "2001-08-01T18:00:00");
        assert_eq!(date(0.75, ExcelDateTimeType::DateTime), "18:00:00");
        assert_eq!(date(1.25, ExcelDateTimeType::TimeDelta), "30:00:00");
    }

    #[test]
    fn far_cells_cost_no_more_than_near_ones() {
        let mut table = SheetTable::default();
        table.push((0, 0), &Data::Int(1), "in.xlsx").unwrap();
        table.push((1_048_575, 16_383), &Data::Int(2), "in.xlsx").unwrap();
        assert!(table.push((5, 0), &Data::Int(3), "in.xlsx").is_err());
        let mut records = SheetRecords::new(table);
        let mut found = Vec::new();
        while records.advance().unwrap() {
            let record = records.record();
            found.push((record.row, record.n_fields(), record.field(16_383).to_vec()));
        }
        assert_eq!(found, [(1, 16_384, vec![]), (1_048_576, 16_384, b"2".to_vec())]);
    }

    #[test]
    fn a_lone_far_cell_does_not_make_every_row_long() {
        let mut table = SheetTable::default();
        table.push((0, 16_383), &Data::Int(1), "in.xlsx").unwrap();
        // 2^28 fields are 16,384 rows of 16,384 columns.
        (1..16_384).for_each(|row| table.push((row, 0), &Data::Int(2), "in.xlsx").unwrap());
        let error = table.push((16_384, 0), &Data::Int(3), "in.xlsx").unwrap_err().to_string();
        assert!(error.contains("16385 rows with text up to row 16385"), "{error}");
    }
}
