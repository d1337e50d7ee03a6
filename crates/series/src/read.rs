//! From a file of any format to series by name.

use crate::set::Rows;
use crate::stamps::{self, StampKind};
use crate::{DriverColumn, SeriesError, SeriesSet};
use shelfcast_forecast::MAXIMUM_UNITS;
use shelfcast_forecast::drivers::{DriverKind, MAXIMUM_DRIVERS};
use shelfcast_sources::{ReadOptions, TextChunk, TextReader};
use std::collections::HashMap;
use std::path::Path;

const KEYS: [&str; 3] = ["unique_id", "ds", "y"];

/// Names that are at least this alike (Jaro and Winkler) may be meant.
const ALIKE: f64 = 0.75;

/// Which columns beside `unique_id`, `ds` and `y` are drivers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    /// These only; every other column when `None`.
    pub drivers: Option<Vec<String>>,
    /// These drivers are prices, as are those called `price` or ending in `_price`.
    pub prices: Vec<String>,
}

/// Reads long rows `unique_id, ds, y` and drivers, in any order: delimited text, packed or not, a
/// workbook or Parquet.
///
/// A row without `y` says that the value is not known: between known values it is a missing one,
/// after the last it tells what the drivers will be. Periods without a row are missing too, not 0.
///
/// # Errors
/// [`SeriesError`] names the first row that cannot be taken.
pub fn read(path: &Path, columns: &Columns) -> Result<SeriesSet, SeriesError> {
    let reader = TextReader::open(path, &ReadOptions::default())?;
    let file = path.display().to_string();
    let layout = Layout::of(&file, &reader.profile().headers, columns)?;
    let mut gathered = Gathered::new(file, layout);
    for chunk in reader {
        gathered.add(&chunk?)?;
    }
    Ok(gathered.finish())
}

/// Where in a row everything stands.
struct Layout {
    keys: [usize; 3],
    drivers: Vec<(usize, DriverColumn)>,
}

impl Layout {
    fn of(file: &str, headers: &[String], columns: &Columns) -> Result<Self, SeriesError> {
        let find = |wanted: &str| {
            let found = headers.iter().position(|header| header == wanted);
            found.ok_or_else(|| missing(file, headers, wanted))
        };
        let keys = [find(KEYS[0])?, find(KEYS[1])?, find(KEYS[2])?];
        let named: Vec<usize> = match &columns.drivers {
            Some(names) => names.iter().map(|name| find(name)).collect::<Result<_, _>>()?,
            None => (0..headers.len()).filter(|at| !keys.contains(at)).collect(),
        };
        if named.len() > MAXIMUM_DRIVERS {
            let (found, allowed) = (named.len(), MAXIMUM_DRIVERS);
            return Err(SeriesError::TooManyDrivers { file: file.into(), found, allowed });
        }
        if let Some(name) = columns.prices.iter().find(|name| !headers.contains(name)) {
            return Err(missing(file, headers, name));
        }
        let driver = |at: usize| {
            let name = headers[at].clone();
            let is_price =
                columns.prices.contains(&name) || name == "price" || name.ends_with("_price");
            let kind = if is_price { DriverKind::Price } else { DriverKind::Strength };
            (at, DriverColumn { name, kind, scale: 1.0 })
        };
        Ok(Self { keys, drivers: named.into_iter().map(driver).collect() })
    }
}

fn missing(file: &str, headers: &[String], wanted: &str) -> SeriesError {
    let likeness = |header: &String| strsim::jaro_winkler(&header.to_lowercase(), wanted);
    let nearest = headers.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    SeriesError::MissingColumn {
        file: file.into(),
        column: wanted.into(),
        columns: headers.join(", "),
        nearest: nearest.filter(|header| likeness(header) >= ALIKE).cloned(),
    }
}

/// The rows so far.
struct Gathered {
    file: String,
    layout: Layout,
    kind: Option<StampKind>,
    known: HashMap<String, usize>,
    ids: Vec<String>,
    rows: Vec<Rows>,
    last: usize,
}

impl Gathered {
    fn new(file: String, layout: Layout) -> Self {
        Self { file, layout, kind: None, known: HashMap::new(), ids: vec![], rows: vec![], last: 0 }
    }

    fn add(&mut self, chunk: &TextChunk) -> Result<(), SeriesError> {
        if let Some(ragged) = chunk.ragged().first() {
            let row = chunk.row_numbers()[ragged.row];
            let (found, expected) = (ragged.found, ragged.expected);
            return Err(SeriesError::Ragged { file: self.file.clone(), row, found, expected });
        }
        let columns = chunk.columns();
        let [ids, stamps, values] = self.layout.keys.map(|at| &columns[at]);
        for (at, number) in chunk.row_numbers().iter().enumerate() {
            let stamp = self.stamp(stamps.value(at).trim(), *number)?;
            let value = self.value(values.value(at).trim(), *number)?;
            let series = self.series(ids.value(at).trim(), *number)?;
            for (column, driver) in &self.layout.drivers {
                let text = columns[*column].value(at).trim();
                let value = driver_value(&self.file, driver, text, *number)?;
                self.rows[series].drivers.push(value);
            }
            let rows = &mut self.rows[series];
            rows.stamps.push(stamp);
            rows.values.push(value);
            rows.numbers.push(u32::try_from(*number).unwrap_or(u32::MAX));
        }
        Ok(())
    }

    /// The series of a name; rows of one series mostly follow one another.
    fn series(&mut self, id: &str, row: u64) -> Result<usize, SeriesError> {
        if id.is_empty() {
            return Err(SeriesError::NoId { file: self.file.clone(), row });
        }
        if self.ids.get(self.last).is_none_or(|last| last != id) {
            self.last = match self.known.get(id) {
                Some(known) => *known,
                None => {
                    self.known.insert(id.to_owned(), self.ids.len());
                    self.ids.push(id.to_owned());
                    self.rows.push(Rows::default());
                    self.ids.len() - 1
                }
            };
        }
        Ok(self.last)
    }

    fn stamp(&mut self, text: &str, row: u64) -> Result<i32, SeriesError> {
        let (file, found) = (|| self.file.clone(), || text.to_owned());
        let (kind, stamp) = stamps::parse(text).ok_or_else(|| SeriesError::Stamp {
            file: file(),
            row,
            found: found(),
        })?;
        match self.kind {
            Some(known) if known != kind => Err(SeriesError::MixedStamps {
                file: file(),
                row,
                found: found(),
                others: known.as_str(),
            }),
            _ => {
                self.kind = Some(kind);
                Ok(stamp)
            }
        }
    }

    /// A value, or NaN where nothing is written.
    fn value(&self, text: &str, row: u64) -> Result<f64, SeriesError> {
        if text.is_empty() {
            return Ok(f64::NAN);
        }
        let number = text.parse::<f64>().ok();
        number.filter(|value| (0.0..=MAXIMUM_UNITS).contains(value)).ok_or_else(|| {
            SeriesError::Value { file: self.file.clone(), row, found: text.to_owned() }
        })
    }

    /// The series in the order of their names, whatever the order of the rows.
    fn finish(mut self) -> SeriesSet {
        let mut order: Vec<usize> = (0..self.ids.len()).collect();
        order.sort_unstable_by(|a, b| self.ids[*a].cmp(&self.ids[*b]));
        let mut drivers: Vec<DriverColumn> =
            self.layout.drivers.into_iter().map(|(_, driver)| driver).collect();
        let count = drivers.len();
        for (at, driver) in drivers.iter_mut().enumerate() {
            if driver.kind == DriverKind::Strength {
                let said = self.rows.iter().flat_map(|rows| rows.drivers.iter().skip(at));
                let values = said.step_by(count.max(1)).filter(|value| !value.is_nan());
                driver.scale = values.fold(1.0, |largest, value| value.abs().max(largest));
            }
        }
        SeriesSet {
            kind: self.kind.unwrap_or(StampKind::Number),
            ids: order.iter().map(|at| std::mem::take(&mut self.ids[*at])).collect(),
            rows: order.iter().map(|at| std::mem::take(&mut self.rows[*at])).collect(),
            drivers,
        }
    }
}

/// A driver's value, or NaN where nothing is written.
fn driver_value(
    file: &str,
    driver: &DriverColumn,
    text: &str,
    row: u64,
) -> Result<f64, SeriesError> {
    let value = match text {
        "" => return Ok(f64::NAN),
        "true" | "True" | "TRUE" => Some(1.0),
        "false" | "False" | "FALSE" => Some(0.0),
        _ => text.parse::<f64>().ok(),
    };
    let (allowed, is_sound): (_, fn(&f64) -> bool) = match driver.kind {
        DriverKind::Strength => ("finite numbers, true and false", |value| value.is_finite()),
        DriverKind::Price => ("prices above 0", |value| *value > 0.0 && *value <= MAXIMUM_UNITS),
    };
    value.filter(is_sound).ok_or_else(|| SeriesError::DriverValue {
        file: file.into(),
        row,
        column: driver.name.clone(),
        found: text.into(),
        allowed,
    })
}
