//! The daily tables of one place as they fill and go to their files.

use crate::archive::{FileKey, PlaceFiles, RESENT};
use crate::csv_rows::{CsvRows, Lines};
use crate::dirt::{Soiled, Soiler};
use crate::tables::{DAILY, Table};
use crate::write::Run;
use crate::{Compression, FileFormat, PlaceDay, Split, WorldError};
use shelfcast_retail::Feed;
use std::sync::Arc;

/// The sales are the first of the daily tables.
const SALES: usize = 0;

pub(crate) struct Sheets<'a> {
    run: &'a Run<'a>,
    place_id: String,
    rows: CsvRows,
    lines: [Lines; DAILY.len()],
    month: String,
    soiler: Option<Soiler>,
    key: Lines,
}

impl<'a> Sheets<'a> {
    pub(crate) fn new(run: &'a Run<'a>, place: usize) -> Self {
        let number = run.world.places()[place].number;
        let mut id = Vec::new();
        run.ids.push_place(&mut id, number);
        let dirt = run.options.dirt;
        Self {
            rows: CsvRows::new(run.world, Arc::clone(&run.ids), place),
            place_id: String::from_utf8_lossy(&id).into_owned(),
            lines: Default::default(),
            month: String::new(),
            soiler: (dirt > 0.0).then(|| Soiler::new(run.world.streams(), number, dirt)),
            key: Lines::default(),
            run,
        }
    }

    pub(crate) fn write(
        &mut self,
        day: &PlaceDay,
        files: &mut PlaceFiles<'_>,
    ) -> Result<(), WorldError> {
        if self.month.is_empty() {
            let (year, month, _) = day.day().ymd();
            self.month = format!("{year:04}-{month:02}");
        }
        match self.soiler.take() {
            None => self.rows.write(day, &mut self.lines),
            Some(mut soiler) => {
                let mut clean: [Lines; DAILY.len()] = Default::default();
                self.rows.write(day, &mut clean);
                for (index, clean) in clean.iter().enumerate() {
                    let soiled = soiler.soil(DAILY[index], day.day(), clean);
                    self.take_in(index, soiled);
                }
                self.soiler = Some(soiler);
            }
        }
        self.flush(files, self.run.options.format.full())
    }

    /// Appends a batch and notes in which rows of the file its faults stand.
    fn take_in(&mut self, index: usize, soiled: Soiled) {
        let key = (DAILY[index], self.split());
        self.note(&key, &soiled);
        self.lines[index].text.extend_from_slice(&soiled.lines.text);
        self.lines[index].rows += soiled.lines.rows;
    }

    fn note(&mut self, key: &FileKey, soiled: &Soiled) {
        let first_line = self.run.first_line(key, soiled.lines.rows);
        soiled.key(&self.run.archive.name(key), first_line, &mut self.key);
    }

    /// Spoils customers, where anything is spoilt.
    pub(crate) fn soil_people(&mut self, lines: &mut Lines) {
        if let Some(soiler) = &self.soiler {
            let soiled = soiler.soil_people(lines);
            self.note(&(Table::Feed(Feed::Customers), None), &soiled);
            *lines = soiled.lines;
        }
    }

    pub(crate) fn turn_month(&mut self, files: &mut PlaceFiles<'_>) -> Result<(), WorldError> {
        if self.run.options.split == Split::Month {
            self.flush(files, 0)?;
        }
        self.month.clear();
        Ok(())
    }

    /// Writes all that is left.
    pub(crate) fn finish(mut self, files: &mut PlaceFiles<'_>) -> Result<(), WorldError> {
        if let Some(mut soiler) = self.soiler.take() {
            self.take_in(SALES, soiler.leftovers());
            let resent = soiler.resend();
            let key = (DAILY[SALES], Some(format!("{RESENT}-{}", self.place_id)));
            self.note(&key, &resent);
            self.send(key, &resent.lines, files)?;
            let mut dirt = std::mem::take(&mut self.key);
            self.run.put(files, Table::Dirt, &mut dirt)?;
        }
        self.flush(files, 0)
    }

    fn split(&self) -> Option<String> {
        match self.run.options.split {
            Split::No => None,
            Split::Month => Some(self.month.clone()),
            Split::Place => Some(self.place_id.clone()),
        }
    }

    /// Writes the tables that hold more than `least` bytes.
    fn flush(&mut self, files: &mut PlaceFiles<'_>, least: usize) -> Result<(), WorldError> {
        for (index, table) in DAILY.into_iter().enumerate() {
            if self.lines[index].text.len() > least {
                let mut lines = std::mem::take(&mut self.lines[index]);
                self.send((table, self.split()), &lines, files)?;
                lines.text.clear();
                self.lines[index] = Lines { rows: 0, ..lines };
            }
        }
        Ok(())
    }

    fn send(
        &self,
        key: FileKey,
        lines: &Lines,
        files: &mut PlaceFiles<'_>,
    ) -> Result<(), WorldError> {
        let options = self.run.options;
        match (options.format, options.compression) {
            // Nothing to make: the lines go out as they are.
            (FileFormat::Csv, Compression::None) => files.write(key, &lines.text, lines.rows),
            _ => {
                let bytes = self.run.encode(key.0, lines)?;
                files.write(key, &bytes, lines.rows)
            }
        }
    }
}
