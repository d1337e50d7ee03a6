use crate::arrays::{array, days, no_numbers, numbers, repeated};
use crate::identity::{Identity, IdentityReader, first_half};
use crate::judge::Judgement;
use crate::kinds::KindTeller;
use crate::late::LateDuplicates;
use crate::lines::LineCounter;
use crate::occurrences::OccurrenceCounter;
use crate::repeats::{Earlier, Memory, RepeatFinder, Sighting, hash};
use crate::values::{Reading, Values};
use crate::{Contract, ContractError, Tally, Violation, arrow_schema};
use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::SchemaRef;
use shelfcast_sources::{ColumnSource, Duplicates, SourceSpec, TextChunk};
use std::io;
use std::path::Path;

/// The place of rows that name none.
const MAIN: &str = "main";

/// The rows of a chunk after judgement.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The rows let in; its schema is [`arrow_schema`] of the feed.
    pub batch: RecordBatch,
    /// The rules broken, in row order.
    pub violations: Vec<Violation>,
}

/// Judges the rows of one file by one contract, chunk by chunk.
///
/// Where a file is silent, `location_id` is `main`, lines of sales and orders
/// are counted, and `sales.kind` is told by the rules of the source
/// ([`SourceSpec::kinds`]) and then by price and quantity.
///
/// # Duplicates, and when a file is read twice
/// Of rows with the same text or key the first is let in. The checker remembers
/// hashes of nearly two million rows and finds their repeats at once. Of a
/// larger file the hashes of the other rows go to disk; these rows are let in
/// for the time being, and [`late_duplicates`](Self::late_duplicates) says at the
/// end of the file whether that was right. If not, the batches so far are to be
/// thrown away and the file is to be read again by a new checker that
/// [knows of them](Self::with_known_duplicates): it gives the same batches,
/// violations and tally as unlimited memory would.
///
/// ```
/// use shelfcast_contracts::{Contract, RowChecker};
/// use shelfcast_retail::Feed;
/// use shelfcast_sources::{FeedReader, SourceSpec};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("suppliers.csv");
/// # let header = "supplier_id,name,stated_lead_time_days,order_days,closures,min_order_value";
/// # std::fs::write(&path, format!("{header}\nS1,One,,,,\nS2,Two,,,,\nS2,Two,,,,\n"))?;
/// let contract = Contract::builtin(Feed::Suppliers);
/// let spec = SourceSpec::direct(Feed::Suppliers, vec!["suppliers.csv".to_owned()]);
/// let judge = |checker: &mut RowChecker| -> Result<usize, Box<dyn std::error::Error>> {
///     let mut accepted = 0;
///     for chunk in FeedReader::open(&spec, &path, "suppliers.csv")? {
///         accepted += checker.check(&chunk?)?.batch.num_rows();
///     }
///     Ok(accepted)
/// };
/// let mut checker = RowChecker::new(&contract, &spec)?.with_rows_remembered(1);
/// let mut accepted = judge(&mut checker)?;
/// assert_eq!(accepted, 3);
/// if let Some(late) = checker.late_duplicates()? {
///     checker = RowChecker::new(&contract, &spec)?.with_known_duplicates(late);
///     accepted = judge(&mut checker)?;
/// }
/// assert_eq!(accepted, 2);
/// checker.tally().verdict(&contract, "suppliers.csv")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RowChecker {
    contract: Contract,
    schema: SchemaRef,
    readings: Vec<Reading>,
    identities: IdentityReader,
    kinds: Option<KindTeller>,
    lines: LineCounter,
    repeats: Repeats,
    memory: Memory,
    tally: Tally,
}

/// How rows are compared with earlier ones.
struct Repeats {
    /// The first row of each key is taken in silence.
    is_distinct: bool,
    action: Option<Duplicates>,
    /// Key columns by position; empty when rows are unique by construction.
    key: Vec<usize>,
    /// Of equal texts; not needed where a repeated key is refused anyway, for
    /// rows of the same text have the same key.
    texts: Option<RepeatFinder>,
    keys: Option<RepeatFinder>,
    /// Of equal texts, where all of them are let in.
    occurrences: Option<OccurrenceCounter>,
}

/// What a comparison with earlier rows says.
enum Fate {
    New,
    LeftOut,
    /// One more of the same text that is let in, and its number.
    OneMore(u64),
    SameText(Earlier),
    SameKey(Earlier),
}

impl RowChecker {
    /// Prepares the judgement of one file that `spec` describes.
    ///
    /// # Errors
    /// A contract for another feed, or a source that is not valid.
    pub fn new(contract: &Contract, spec: &SourceSpec) -> Result<Self, ContractError> {
        let feed = contract.feed();
        if feed != spec.feed {
            return Err(ContractError::OtherFeed {
                contract: contract.id().to_owned(),
                expected: feed.as_str(),
                found: spec.feed.as_str(),
            });
        }
        spec.validate()?;
        let memory = Memory::default();
        let lines = LineCounter::new(spec, &memory);
        let action = contract.duplicates_action(spec);
        let mut contract = contract.clone();
        if let (Some(rule), Some(ColumnSource::Computed(_))) =
            (&mut contract.total, spec.columns.get("discount"))
        {
            rule.is_rate_rounded = true;
        }
        let readings = feed.columns().iter().map(|column| Reading::new(column, spec));
        Ok(Self {
            repeats: Repeats::new(&contract, spec, &lines),
            contract,
            schema: arrow_schema(feed),
            readings: readings.collect::<Result<_, _>>()?,
            identities: IdentityReader::new(spec),
            kinds: KindTeller::new(spec)?,
            lines,
            memory,
            tally: Tally {
                duplicates_refuse_file: action == Some(Duplicates::Ask),
                ..Tally::default()
            },
        })
    }

    /// Rows to remember before turning to disk, instead of nearly two million
    /// (about 70 MB): more for speed, fewer for tests. To be said before the first
    /// chunk; a second reading takes it from the first.
    #[must_use]
    pub fn with_rows_remembered(mut self, rows: usize) -> Self {
        self.memory.rows = rows;
        self.remember()
    }

    /// The folder for what is not remembered, instead of the system's one for
    /// temporary files: about 34 bytes a row.
    #[must_use]
    pub fn with_disk_folder(mut self, folder: &Path) -> Self {
        self.memory.folder = Some(folder.to_owned());
        self.remember()
    }

    fn remember(mut self) -> Self {
        self.repeats.renew(&self.memory);
        self.lines.renew(&self.memory);
        self
    }

    /// Judges a second reading of the file whose first one gave `late`.
    #[must_use]
    pub fn with_known_duplicates(mut self, late: LateDuplicates) -> Self {
        let LateDuplicates { memory, texts, keys, occurrences, lines } = late;
        self.memory = memory;
        let known = |finder: &mut Option<RepeatFinder>, late| {
            if let Some(finder) = finder {
                *finder = RepeatFinder::with_known(&self.memory, late);
            }
        };
        known(&mut self.repeats.texts, texts);
        known(&mut self.repeats.keys, keys);
        if let Some(counter) = &mut self.repeats.occurrences {
            *counter = OccurrenceCounter::with_known(&self.memory, occurrences);
        }
        self.lines.know(&self.memory, lines);
        self
    }

    /// What became of the rows so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Judges a chunk. Bad rows are no errors: they are in the violations.
    ///
    /// # Errors
    /// When Arrow refuses to form the batch, or the disk what is not remembered.
    pub fn check(&mut self, chunk: &TextChunk) -> Result<Checked, ContractError> {
        let first_ordinal = self.tally.rows;
        let mut judgement = Judgement::read(&self.contract, &self.readings, chunk, first_ordinal);
        if let Some(Values::Text(places)) = judgement.column_mut("location_id") {
            places.iter_mut().for_each(|place| *place = Some(place.unwrap_or(MAIN)));
        }
        self.lines.fill(&mut judgement).map_err(ContractError::Disk)?;
        if let Some(kinds) = &self.kinds {
            kinds.fill(&mut judgement, chunk);
        }
        judgement.judge(&self.contract);
        let mut identities = self.identities.read(chunk);
        let kept =
            self.keep(&mut judgement, chunk, &mut identities).map_err(ContractError::Disk)?;
        let batch = self.batch(&judgement, chunk, &identities, &kept)?;
        for row in (0..chunk.rows()).filter(|row| judgement.is_rejected(*row)) {
            self.tally.count_rejected(judgement.money(row));
        }
        let violations = judgement.violations();
        self.tally.count_all(&violations);
        self.tally.rows += chunk.rows() as u64;
        self.tally.accepted += kept.len() as u64;
        Ok(Checked { batch, violations })
    }

    /// After the last chunk of a first reading: what a second one must know, or
    /// `None` where this one saw everything. The memory is given back.
    ///
    /// # Errors
    /// When what went to disk cannot be read.
    pub fn late_duplicates(&mut self) -> Result<Option<LateDuplicates>, ContractError> {
        let rows = self.tally.rows;
        let late = |finder: &mut Option<RepeatFinder>| match finder {
            Some(finder) => finder.late(rows).map_err(ContractError::Disk),
            None => Ok(None),
        };
        let occurrences = match &mut self.repeats.occurrences {
            Some(counter) => counter.late(rows).map_err(ContractError::Disk)?,
            None => None,
        };
        let late = LateDuplicates {
            texts: late(&mut self.repeats.texts)?,
            keys: late(&mut self.repeats.keys)?,
            occurrences,
            lines: self.lines.late(rows).map_err(ContractError::Disk)?,
            memory: self.memory.clone(),
        };
        Ok((!late.is_empty()).then_some(late))
    }

    /// The rows let in. Only these can make later rows duplicates: a refused
    /// row never stands in the way of a good one with the same key.
    fn keep(
        &mut self,
        judgement: &mut Judgement<'_>,
        chunk: &TextChunk,
        identities: &mut [Identity],
    ) -> io::Result<Vec<usize>> {
        let mut kept = Vec::with_capacity(chunk.rows());
        let mut key = Vec::new();
        for (row, identity) in identities.iter_mut().enumerate() {
            if judgement.is_rejected(row) {
                continue;
            }
            let line = chunk.row_numbers()[row];
            let sighting = Sighting {
                hash: identity.text,
                ordinal: self.tally.rows + row as u64,
                value: line,
                text: first_half(identity.text),
            };
            match self.repeats.fate(judgement, row, sighting, &mut key)? {
                Fate::New => kept.push(row),
                Fate::LeftOut => self.tally.repeated += 1,
                Fate::OneMore(number) => {
                    identity.lineage = identity.lineage_of(number);
                    self.tally.duplicates_kept += 1;
                    kept.push(row);
                }
                fate => {
                    self.tell(judgement, row, line, &fate);
                    if !judgement.is_rejected(row) {
                        kept.push(row);
                    }
                }
            }
        }
        Ok(kept)
    }

    fn tell(&mut self, judgement: &mut Judgement<'_>, row: usize, line: u64, fate: &Fate) {
        match fate {
            Fate::SameText(earlier) => {
                let severity = self.contract.duplicate_severity();
                let kept = if severity.rejects() { ", which is kept" } else { "" };
                let found = format!("the same text as row {}{kept}", earlier.row);
                let allowed = "one row of the same text".to_owned();
                judgement.repeats(row, "duplicate_row", severity, found, allowed);
                if severity.rejects() {
                    self.tally.count_duplicate(line, earlier.row, judgement.money(row));
                }
            }
            Fate::SameKey(earlier) => {
                let Some(rule) = &self.contract.key else { return };
                let names = rule.columns.join(", ");
                let kept = if rule.severity.rejects() { ", which is kept" } else { "" };
                let found = format!("the same {names} as row {}{kept}", earlier.row);
                let allowed = format!("one row per {names}");
                judgement.repeats(row, "unique", rule.severity, found, allowed);
            }
            Fate::New | Fate::LeftOut | Fate::OneMore(_) => {}
        }
    }

    fn batch(
        &self,
        judgement: &Judgement<'_>,
        chunk: &TextChunk,
        identities: &[Identity],
        kept: &[usize],
    ) -> Result<RecordBatch, ContractError> {
        let columns = judgement.columns.iter().zip(self.contract.feed().columns());
        let mut arrays: Vec<ArrayRef> = columns
            .map(|(values, column)| array(values, column.kind, kept))
            .collect::<Result<_, _>>()?;
        arrays.push(repeated(chunk.label(), kept.len()));
        arrays.push(numbers(kept, |row| chunk.row_numbers()[row]));
        arrays.push(match chunk.has_offsets() {
            true => numbers(kept, |row| chunk.offsets()[row]),
            false => no_numbers(kept.len()),
        });
        arrays.push(numbers(kept, |row| judgement.first_ordinal() + row as u64));
        arrays.push(numbers(kept, |row| identities[row].lineage));
        arrays.extend(judgement.columns.iter().find_map(|values| days(values, kept)));
        Ok(RecordBatch::try_new(self.schema.clone(), arrays)?)
    }
}

impl Repeats {
    fn new(contract: &Contract, spec: &SourceSpec, lines: &LineCounter) -> Self {
        let memory = Memory::default();
        let action = contract.duplicates_action(spec);
        let key = key_positions(contract, spec, lines);
        let key_decides =
            spec.distinct || contract.key.as_ref().is_some_and(|rule| rule.severity.rejects());
        let by_text = !spec.distinct && (key.is_empty() || !key_decides);
        let is_one = matches!(action, Some(Duplicates::Drop | Duplicates::Ask));
        Self {
            is_distinct: spec.distinct,
            action,
            texts: (by_text && is_one).then(|| RepeatFinder::new(&memory)),
            occurrences: (by_text && !is_one).then(|| OccurrenceCounter::new(&memory)),
            keys: (!key.is_empty()).then(|| RepeatFinder::new(&memory)),
            key,
        }
    }

    /// Takes another memory before the first row.
    fn renew(&mut self, memory: &Memory) {
        let finders = self.texts.iter_mut().chain(&mut self.keys);
        finders.for_each(|finder| *finder = RepeatFinder::new(memory));
        self.occurrences.iter_mut().for_each(|it| *it = OccurrenceCounter::new(memory));
    }

    fn fate(
        &mut self,
        judgement: &Judgement<'_>,
        row: usize,
        sighting: Sighting,
        key: &mut Vec<u8>,
    ) -> io::Result<Fate> {
        if let Some(texts) = &mut self.texts
            && let Some(earlier) = texts.meet(sighting)?
        {
            return Ok(Fate::SameText(earlier));
        }
        if let Some(occurrences) = &mut self.occurrences {
            let number = occurrences.count(sighting.hash, sighting.ordinal)?;
            if number > 1 {
                return Ok(Fate::OneMore(number));
            }
        }
        let Some(keys) = &mut self.keys else { return Ok(Fate::New) };
        key.clear();
        self.key.iter().for_each(|at| judgement.columns[*at].write_key(row, key));
        let Some(earlier) = keys.meet(Sighting { hash: hash(key), ..sighting })? else {
            return Ok(Fate::New);
        };
        if self.is_distinct {
            return Ok(Fate::LeftOut);
        }
        // A key stays a key: equal rows that are to be kept must not share one.
        let is_dropped = matches!(self.action, Some(Duplicates::Drop | Duplicates::Ask));
        if earlier.has_same_text && is_dropped && self.texts.is_none() {
            return Ok(Fate::SameText(earlier));
        }
        Ok(Fate::SameKey(earlier))
    }
}

/// Rows whose line is counted, or whose key holds a row key, are unique by
/// construction within their file.
fn key_positions(contract: &Contract, spec: &SourceSpec, lines: &LineCounter) -> Vec<usize> {
    let names = match &contract.key {
        Some(rule) => rule.columns.clone(),
        None if spec.distinct => spec.feed.key().to_vec(),
        None => return Vec::new(),
    };
    let is_row_key = |name: &&str| matches!(spec.columns.get(*name), Some(ColumnSource::RowKey));
    if (lines.is_counting() && names.contains(&"line")) || names.iter().any(is_row_key) {
        return Vec::new();
    }
    let columns = spec.feed.columns();
    names.iter().filter_map(|name| columns.iter().position(|column| column.name == *name)).collect()
}
