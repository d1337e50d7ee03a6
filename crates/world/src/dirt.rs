//! Faults put into the files on purpose, and the key that lists them.

use crate::csv_rows::Lines;
use crate::random::{self, FastRng, Purpose, Streams};
use crate::tables::{DAILY, Table};
use crate::text::{push_number, push_text};
use rand::RngExt;
use shelfcast_retail::{Day, Feed};

/// What is wrong with a row, or with a day.
///
/// To add one: name it here with what a pipeline can make of it, and let
/// `soil_sale` or `Soiler::soil` put it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The row stands in the file a second time.
    Duplicate,
    /// The row comes days later than its neighbours.
    Late,
    /// The quantity is in thousandths of the unit; the total is not.
    WrongUnit,
    /// The price is below zero.
    NegativePrice,
    /// The price is a hundred times too high.
    AbsurdPrice,
    /// Day and month are swapped, and there is no such month.
    SwappedDate,
    /// Day and month are swapped, and it is a day.
    SwappedDateThatExists,
    /// A comma stands where the file has points.
    DecimalComma,
    /// No product has the id.
    OrphanProduct,
    /// No customer has the id.
    OrphanCustomer,
    /// A byte of another encoding stands in a name.
    BrokenEncoding,
    /// The count is higher than the shelf.
    PhantomStock,
    /// The sales of a day are missing.
    MissingDay,
    /// The row comes again in another file.
    Resent,
}

/// What an honest pipeline does with a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expected {
    /// Refuse the row.
    Rejected,
    /// Let the row in only once, whichever file came first.
    Hidden,
    /// Let the row in and say that it refers to nothing known.
    Told,
    /// Let the row in: nothing is wrong with it.
    Accepted,
    /// Let the row in; the stock ledger cannot explain it at the next count.
    Unexplained,
    /// Nothing in the data gives it away.
    Unseen,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 14] = [
        Self::Duplicate,
        Self::Late,
        Self::WrongUnit,
        Self::NegativePrice,
        Self::AbsurdPrice,
        Self::SwappedDate,
        Self::SwappedDateThatExists,
        Self::DecimalComma,
        Self::OrphanProduct,
        Self::OrphanCustomer,
        Self::BrokenEncoding,
        Self::PhantomStock,
        Self::MissingDay,
        Self::Resent,
    ];

    /// The word in the key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Late => "late",
            Self::WrongUnit => "wrong_unit",
            Self::NegativePrice => "negative_price",
            Self::AbsurdPrice => "absurd_price",
            Self::SwappedDate => "swapped_date",
            Self::SwappedDateThatExists => "swapped_date_that_exists",
            Self::DecimalComma => "decimal_comma",
            Self::OrphanProduct => "orphan_product",
            Self::OrphanCustomer => "orphan_customer",
            Self::BrokenEncoding => "broken_encoding",
            Self::PhantomStock => "phantom_stock",
            Self::MissingDay => "missing_day",
            Self::Resent => "resent",
        }
    }

    /// What an honest pipeline does with it.
    pub const fn expected(self) -> Expected {
        match self {
            Self::Duplicate
            | Self::WrongUnit
            | Self::NegativePrice
            | Self::AbsurdPrice
            | Self::SwappedDate
            | Self::DecimalComma => Expected::Rejected,
            Self::Resent => Expected::Hidden,
            Self::OrphanProduct | Self::OrphanCustomer => Expected::Told,
            Self::Late => Expected::Accepted,
            Self::PhantomStock => Expected::Unexplained,
            Self::SwappedDateThatExists | Self::BrokenEncoding | Self::MissingDay => {
                Expected::Unseen
            }
        }
    }
}

impl Expected {
    /// The word in the key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Hidden => "hidden",
            Self::Told => "told",
            Self::Accepted => "accepted",
            Self::Unexplained => "unexplained",
            Self::Unseen => "unseen",
        }
    }
}

/// Days by which a late row is late, at most.
const LATEST_DAYS: i32 = 5;
/// Of the share of rows that are spoilt, the chance of a place to lose a day.
const MISSING_DAYS: f64 = 0.2;
/// Rows of a place that are sent again, at most.
const MOST_RESENT: usize = 400;

/// One line of the key, before it is known in which row the fault stands.
#[derive(Debug, Clone)]
struct Note {
    fault: Fault,
    /// Rows from the first of this batch.
    offset: u64,
    column: &'static str,
    clean: Vec<u8>,
    dirty: Vec<u8>,
}

/// A batch of rows after the faults were put in.
#[derive(Debug, Default)]
pub(crate) struct Soiled {
    pub(crate) lines: Lines,
    notes: Vec<Note>,
}

impl Soiled {
    fn push(&mut self, line: &[u8]) {
        self.lines.text.extend_from_slice(line);
        self.lines.text.push(b'\n');
        self.lines.rows += 1;
    }

    fn note(&mut self, fault: Fault, column: &'static str, clean: &[u8], dirty: &[u8]) {
        let offset = self.lines.rows;
        self.notes.push(Note {
            fault,
            offset,
            column,
            clean: clean.to_vec(),
            dirty: dirty.to_vec(),
        });
    }

    /// The key of the batch, whose first row is the file's line `first_line`, from 1.
    pub(crate) fn key(&self, file: &str, first_line: u64, key: &mut Lines) {
        for note in &self.notes {
            let text = &mut key.text;
            text.extend_from_slice(note.fault.as_str().as_bytes());
            text.push(b',');
            push_text(text, file);
            text.push(b',');
            if note.fault != Fault::MissingDay {
                push_number(text, first_line + note.offset);
            }
            text.push(b',');
            text.extend_from_slice(note.column.as_bytes());
            for value in [&note.clean, &note.dirty] {
                text.push(b',');
                push_text(text, &String::from_utf8_lossy(value));
            }
            text.push(b',');
            text.extend_from_slice(note.fault.expected().as_str().as_bytes());
            text.push(b'\n');
            key.rows += 1;
        }
    }
}

/// Spoils the rows of one place, day by day.
#[derive(Debug)]
pub(crate) struct Soiler {
    streams: Streams,
    place: u32,
    share: f64,
    /// Rows held back, and the day on which they come.
    late: Vec<(Day, Vec<u8>)>,
    resent: Vec<Vec<u8>>,
}

impl Soiler {
    /// `share` of the rows are spoilt, 0 to 1.
    pub(crate) fn new(streams: Streams, place: u32, share: f64) -> Self {
        Self { streams, place, share, late: Vec::new(), resent: Vec::new() }
    }

    /// The day's rows of one table as they are sent.
    pub(crate) fn soil(&mut self, table: Table, day: Day, clean: &Lines) -> Soiled {
        let index = DAILY.iter().position(|daily| *daily == table).unwrap_or(DAILY.len());
        let when = (day.epoch_days() as u64) << 8 | index as u64;
        let mut rng = self.streams.many(Purpose::Dirt, self.place, 0, when);
        let mut soiled = Soiled::default();
        match table {
            Table::Feed(Feed::Sales) => self.soil_sales(day, clean, &mut rng, &mut soiled),
            Table::Feed(Feed::Stock) => self.soil_counts(clean, &mut rng, &mut soiled),
            _ => {
                for line in lines_of(clean) {
                    soiled.push(line);
                }
            }
        }
        soiled
    }

    fn soil_sales(&mut self, day: Day, clean: &Lines, rng: &mut FastRng, soiled: &mut Soiled) {
        for (_, line) in self.late.extract_if(.., |(due, _)| *due <= day) {
            soiled.note(Fault::Late, "sold_at", b"", b"");
            soiled.push(&line);
        }
        if clean.rows > 0 && random::chance(rng, self.share * MISSING_DAYS) {
            let date = day.to_string();
            soiled.note(Fault::MissingDay, "sold_at", date.as_bytes(), b"");
            return;
        }
        for line in lines_of(clean) {
            let is_resent = self.resent.len() < MOST_RESENT && random::chance(rng, self.share);
            if is_resent {
                self.resent.push(line.to_vec());
                soiled.push(line);
            } else if random::chance(rng, self.share) {
                self.soil_sale(day, line, rng, soiled);
            } else {
                soiled.push(line);
            }
        }
    }

    fn soil_sale(&mut self, day: Day, line: &[u8], rng: &mut FastRng, soiled: &mut Soiled) {
        match rng.random_range(0..10) {
            0 | 1 => {
                soiled.push(line);
                soiled.note(Fault::Duplicate, "sale_id", b"", b"");
                soiled.push(line);
            }
            2 => self.late.push((day.plus(rng.random_range(1..=LATEST_DAYS)), line.to_vec())),
            number => match soil_sale(line, number) {
                Some((fault, column, clean, dirty, line)) => {
                    soiled.note(fault, column, &clean, &dirty);
                    soiled.push(&line);
                }
                None => soiled.push(line),
            },
        }
    }

    fn soil_counts(&mut self, clean: &Lines, rng: &mut FastRng, soiled: &mut Soiled) {
        const ON_HAND: usize = 3;
        for line in lines_of(clean) {
            if !random::chance(rng, self.share) {
                soiled.push(line);
                continue;
            }
            let mut fields = fields_of(line);
            let found: u32 = number(&fields[ON_HAND]);
            let clean = std::mem::take(&mut fields[ON_HAND]);
            fields[ON_HAND] = (found + rng.random_range(10..=60)).to_string().into_bytes();
            soiled.note(Fault::PhantomStock, "on_hand", &clean, &fields[ON_HAND]);
            soiled.push(&fields.join(&b','));
        }
    }

    /// Rows that were held back to the end.
    pub(crate) fn leftovers(&mut self) -> Soiled {
        let mut soiled = Soiled::default();
        for (_, line) in self.late.drain(..) {
            soiled.note(Fault::Late, "sold_at", b"", b"");
            soiled.push(&line);
        }
        soiled
    }

    /// Rows that are sent again in a file of their own.
    pub(crate) fn resend(&mut self) -> Soiled {
        let mut soiled = Soiled::default();
        for line in self.resent.drain(..) {
            soiled.note(Fault::Resent, "sale_id", b"", b"");
            soiled.push(&line);
        }
        soiled
    }

    /// Customers, a byte of whose names is of another encoding here and there.
    pub(crate) fn soil_people(&self, clean: &Lines) -> Soiled {
        let mut rng = self.streams.many(Purpose::Dirt, self.place, 1, 0);
        let mut soiled = Soiled::default();
        for line in lines_of(clean) {
            let name = line.iter().position(|byte| *byte == b',').map(|comma| comma + 2);
            match name.filter(|_| random::chance(&mut rng, self.share)) {
                Some(at) if line.get(at).is_some_and(u8::is_ascii_alphabetic) => {
                    let mut dirty = line.to_vec();
                    dirty[at] = LATIN_1_E_ACUTE;
                    soiled.note(Fault::BrokenEncoding, "name", &line[at..=at], b"");
                    soiled.push(&dirty);
                }
                _ => soiled.push(line),
            }
        }
        soiled
    }
}

/// `é` in ISO 8859-1, which is no UTF-8 before an ASCII letter.
const LATIN_1_E_ACUTE: u8 = 0xe9;

type SoiledSale = (Fault, &'static str, Vec<u8>, Vec<u8>, Vec<u8>);

/// One line of sales with the fault that a number from 3 to 9 stands for; `None` where the
/// line cannot have it.
fn soil_sale(line: &[u8], number: u32) -> Option<SoiledSale> {
    const SOLD_AT: usize = 2;
    const PRODUCT: usize = 3;
    const CUSTOMER: usize = 5;
    const QUANTITY: usize = 6;
    const UNIT_PRICE: usize = 7;
    let mut fields = fields_of(line);
    let (fault, column, index, dirty) = match number {
        3 => (Fault::WrongUnit, "quantity", QUANTITY, [&fields[QUANTITY], &b"000"[..]].concat()),
        4 => (
            Fault::NegativePrice,
            "unit_price",
            UNIT_PRICE,
            [b"-", &fields[UNIT_PRICE][..]].concat(),
        ),
        5 => (Fault::AbsurdPrice, "unit_price", UNIT_PRICE, hundredfold(&fields[UNIT_PRICE])),
        6 => {
            let (dirty, exists) = swap_day_and_month(&fields[SOLD_AT])?;
            let fault = if exists { Fault::SwappedDateThatExists } else { Fault::SwappedDate };
            (fault, "sold_at", SOLD_AT, dirty)
        }
        7 => {
            let text = String::from_utf8_lossy(&fields[UNIT_PRICE]).into_owned();
            let dirty = text.contains('.').then(|| format!("\"{}\"", text.replace('.', ",")))?;
            (Fault::DecimalComma, "unit_price", UNIT_PRICE, dirty.into_bytes())
        }
        8 => (Fault::OrphanProduct, "product_id", PRODUCT, [&b"X"[..], &fields[PRODUCT]].concat()),
        _ if !fields[CUSTOMER].is_empty() => (
            Fault::OrphanCustomer,
            "customer_id",
            CUSTOMER,
            [&b"X"[..], &fields[CUSTOMER]].concat(),
        ),
        _ => return None,
    };
    let clean = std::mem::replace(&mut fields[index], dirty.clone());
    Some((fault, column, clean, dirty, fields.join(&b',')))
}

/// A price in cents at most, times a hundred.
fn hundredfold(price: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(price);
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{decimals:0<2}").trim_start_matches('0').to_owned().into_bytes()
}

/// `2025-12-31T..` as `2025-31-12T..`, and whether that is a day; `None` where they are equal.
fn swap_day_and_month(instant: &[u8]) -> Option<(Vec<u8>, bool)> {
    let (month, day) = (instant.get(5..7)?, instant.get(8..10)?);
    if month == day {
        return None;
    }
    let mut swapped = instant.to_vec();
    swapped[5..7].copy_from_slice(day);
    swapped[8..10].copy_from_slice(month);
    Some((swapped, number(day) <= 12))
}

fn lines_of(lines: &Lines) -> impl Iterator<Item = &[u8]> {
    lines.text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

/// The fields of a line without quotes.
fn fields_of(line: &[u8]) -> Vec<Vec<u8>> {
    line.split(|byte| *byte == b',').map(<[u8]>::to_vec).collect()
}

fn number(digits: &[u8]) -> u32 {
    std::str::from_utf8(digits).ok().and_then(|text| text.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const LINE: &[u8] =
        b"L01-20240125-0001,1,2024-01-25T07:29:42Z,P00163,L01,C000620,3,1.5,0,4.5,,Card,sale";

    fn soiled(number: u32) -> String {
        String::from_utf8(soil_sale(LINE, number).unwrap().4).unwrap()
    }

    #[test]
    fn faults_change_one_field_as_documented() {
        assert!(soiled(3).contains(",3000,1.5,"));
        assert!(soiled(4).contains(",3,-1.5,"));
        assert!(soiled(5).contains(",3,150,"));
        assert!(soiled(6).contains(",2024-25-01T07:29:42Z,"));
        assert!(soiled(7).contains(",3,\"1,5\",0,"));
        assert!(soiled(8).contains(",XP00163,"));
        assert!(soiled(9).contains(",XC000620,"));
        assert_eq!(hundredfold(b"0.09"), b"9");
        assert_eq!(swap_day_and_month(b"2024-03-03T"), None);
        assert_eq!(swap_day_and_month(b"2024-03-04T"), Some((b"2024-04-03T".to_vec(), true)));
    }

    #[test]
    fn faults_have_names_of_their_own() {
        let names: BTreeSet<_> = Fault::ALL.iter().map(|fault| fault.as_str()).collect();
        assert_eq!(names.len(), Fault::ALL.len());
    }
}
