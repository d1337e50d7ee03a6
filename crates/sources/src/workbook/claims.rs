//! How far the sheets of an .xls reach, before the library makes room for all they claim.

use std::io::{Read, Seek};

/// Cells from the first to the last of each sheet, of all sheets of an .xls together: the
/// library holds each of them, blank or not, in about 64 bytes.
pub(super) const MAX_CELLS: u64 = 8 * 1024 * 1024;
/// What a sheet of an .xls can hold, 65,536 rows of 256 columns.
const MAX_CELLS_OF_SHEET: u64 = 65_536 * 256;

/// Kinds of records, as \[MS-XLS\] numbers them.
mod record {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const END: u16 = 0x000A;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const NUMBERS: u16 = 0x00BD;
    pub(super) const DIMENSIONS: u16 = 0x0200;
    pub(super) const BEGIN: u16 = 0x0809;
    /// Those that begin with the row and the column of their cell.
    pub(super) const CELLS: [u16; 7] = [FORMULA, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E];
}

/// Why an .xls cannot be read in bounded memory; `None`: it can.
///
/// # Errors
/// A file that is no compound file.
pub(super) fn excess<F: Read + Seek>(file: F) -> std::io::Result<Option<String>> {
    Ok(book_of(file)?.and_then(|book| excess_of(&book)))
}

/// The stream that holds the sheets; a file without one is for the library to refuse.
fn book_of<F: Read + Seek>(file: F) -> std::io::Result<Option<Vec<u8>>> {
    let mut container = cfb::CompoundFile::open(file)?;
    let path = ["Workbook", "Book"].into_iter().find_map(|name| {
        let mut entries = container.walk();
        let entry = entries.find(|it| it.is_stream() && it.name().eq_ignore_ascii_case(name))?;
        Some(entry.path().to_owned())
    });
    let Some(path) = path else { return Ok(None) };
    let mut book = Vec::new();
    container.open_stream(path)?.read_to_end(&mut book)?;
    Ok(Some(book))
}

fn excess_of(book: &[u8]) -> Option<String> {
    let mut n_cells = 0;
    for (number, start) in (1..).zip(sheet_starts(book)) {
        let sheet = reach(book.get(start..)?);
        if sheet.n_declared > MAX_CELLS_OF_SHEET {
            return Some(format!(
                "its sheet {number} is said to have {} cells, and a sheet of an .xls has at most \
                 {MAX_CELLS_OF_SHEET}",
                sheet.n_declared
            ));
        }
        n_cells += sheet.n_cells();
        if n_cells > MAX_CELLS {
            return Some(format!(
                "its cells reach over {n_cells} places up to row {} and column {} of its sheet \
                 {number}, blank ones included, and of an .xls at most {MAX_CELLS} are held in \
                 memory",
                sheet.rows.1 + 1,
                sheet.columns.1 + 1
            ));
        }
    }
    None
}

/// Where the sheets begin, as the records before them say.
fn sheet_starts(book: &[u8]) -> Vec<usize> {
    let globals = Records { rest: book }.take_while(|(kind, _)| *kind != record::END);
    let sheets = globals.filter(|(kind, _)| *kind == record::SHEET);
    let start = |(_, data): (u16, &[u8])| Some(u32::from_le_bytes(*data.first_chunk()?) as usize);
    sheets.filter_map(start).collect()
}

/// The first and the last row and column with a cell.
#[derive(Debug, Default, PartialEq, Eq)]
struct Reach {
    rows: (u64, u64),
    columns: (u64, u64),
    is_blank: bool,
    /// Cells that the sheet says it has.
    n_declared: u64,
}

impl Reach {
    fn add(&mut self, row: u16, column: u16) {
        let (row, column) = (u64::from(row), u64::from(column));
        if std::mem::take(&mut self.is_blank) {
            (self.rows, self.columns) = ((row, row), (column, column));
        }
        self.rows = (self.rows.0.min(row), self.rows.1.max(row));
        self.columns = (self.columns.0.min(column), self.columns.1.max(column));
    }

    fn n_cells(&self) -> u64 {
        let length = |(first, last): (u64, u64)| last - first + 1;
        if self.is_blank { 0 } else { length(self.rows) * length(self.columns) }
    }
}

fn reach(sheet: &[u8]) -> Reach {
    let mut reach = Reach { is_blank: true, ..Reach::default() };
    let mut depth = 0;
    for (kind, data) in (Records { rest: sheet }) {
        match kind {
            record::BEGIN => depth += 1,
            record::END if depth <= 1 => break,
            record::END => depth -= 1,
            // Charts within a sheet have cells of their own.
            _ if depth > 1 => {}
            record::DIMENSIONS => reach.n_declared = reach.n_declared.max(declared(data)),
            record::NUMBERS => {
                let (Some(row), Some(first)) = (number(data, 0), number(data, 2)) else { continue };
                reach.add(row, first);
                // A row and two columns, then six bytes a number.
                let n_numbers = u16::try_from(data.len().saturating_sub(6) / 6).unwrap_or(0);
                reach.add(row, first.saturating_add(n_numbers.saturating_sub(1)));
            }
            _ if record::CELLS.contains(&kind) => {
                let place = number(data, 0).zip(number(data, 2));
                place.into_iter().for_each(|(row, column)| reach.add(row, column));
            }
            _ => {}
        }
    }
    reach
}

/// Rows times columns of a record of dimensions; their ends are exclusive.
fn declared(data: &[u8]) -> u64 {
    let end = |at: usize| number(data, at).map_or(0, u64::from);
    match data.len() {
        10 => end(2) * end(6),
        _ => (end(4) + (end(6) << 16)) * end(10),
    }
}

fn number(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

/// Records, each a kind and its bytes, up to the first that is cut short.
struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (number(self.rest, 0)?, number(self.rest, 2)?);
        let data = self.rest.get(4..4 + usize::from(length))?;
        self.rest = &self.rest[4 + data.len()..];
        Some((kind, data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = (data.len() as u16).to_le_bytes();
        [&kind.to_le_bytes()[..], &length, data].concat()
    }

    fn cell(row: u16, column: u16) -> Vec<u8> {
        let number = 1.0_f64.to_le_bytes();
        let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
        record(0x0203, &[&place[..], &number].concat())
    }

    /// A book of one sheet of these records.
    fn book(sheet: &[Vec<u8>]) -> Vec<u8> {
        let begin = record(record::BEGIN, &[0, 6, 0x10, 0]);
        let end = record(record::END, &[]);
        let mut book = begin.clone();
        let start = (book.len() + 12 + end.len()) as u32;
        book.extend(record(record::SHEET, &[&start.to_le_bytes()[..], &[0, 0, 1, 0]].concat()));
        book.extend([&end[..], &begin, &sheet.concat(), &end].concat());
        book
    }

    #[test]
    fn a_sheet_reaches_from_its_first_to_its_last_cell() {
        let numbers = record(record::NUMBERS, &[[7, 0, 2, 0], [0; 4], [0; 4], [0; 4]].concat());
        let chart = [record(record::BEGIN, &[0; 4]), cell(900, 9), record(record::END, &[])];
        let sheet = [vec![cell(5, 3)], chart.to_vec(), vec![numbers, cell(6, 1)]].concat();
        let book = book(&sheet);
        let found = reach(&book[sheet_starts(&book)[0]..]);
        assert_eq!((found.rows, found.columns, found.n_cells()), ((5, 7), (1, 3), 9));
        assert_eq!(excess_of(&book), None);
    }

    #[test]
    fn cells_far_apart_are_too_many() {
        let reason = excess_of(&book(&[cell(0, 0), cell(65_535, 255)])).unwrap();
        assert!(reason.contains("16777216 places up to row 65536 and column 256"), "{reason}");
        assert_eq!(excess_of(&book(&[cell(0, 0), cell(65_535, 127)])), None);
    }

    #[test]
    fn a_sheet_that_says_it_is_larger_than_any_is_refused() {
        let size = |rows: u32, columns: u16| {
            let data = [&[0; 4][..], &rows.to_le_bytes(), &[0; 2], &columns.to_le_bytes(), &[0; 2]];
            record(record::DIMENSIONS, &data.concat())
        };
        assert_eq!(excess_of(&book(&[size(65_536, 256)])), None);
        let reason = excess_of(&book(&[size(u32::MAX, 256)])).unwrap();
        assert!(reason.contains("is said to have 1099511627520 cells"), "{reason}");
    }

    #[test]
    fn what_is_cut_short_ends() {
        let whole = book(&[cell(0, 0), cell(65_535, 255)]);
        (0..whole.len()).for_each(|end| drop(excess_of(&whole[..end])));
    }
}
