use crate::chunk::TextChunk;
use crate::chunk_builder::WideSlot;
use crate::error::{nearest, shortened};
use crate::header::Header;
use crate::join::{Join, Slot};
use crate::origin::{OperandPlace, Origin, Reading, make_columns};
use crate::spec::{compile, first_group};
use crate::wide::WideHeaders;
use crate::{
    ColumnSource, Expression, FileProfile, Lookups, NumberFormat, SourceError, SourceSpec,
    TextReader, WideColumns,
};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Reads one file as rows of one feed: the columns are called as the feed
/// calls them and stand in its order; unmapped ones are left out.
///
/// Where the source has wide columns, a row is made of each of their headers that
/// has a value; all rows of a record share its number, offset and text. A record
/// with more or fewer fields than the header gives one row, without a value.
///
/// ```
/// use shelfcast_retail::Feed;
/// use shelfcast_sources::{ColumnSource, FeedReader, SourceSpec};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("train.csv");
/// # std::fs::write(&path, "date,item,sales\n2013-01-01,1,13\n")?;
/// let spec = SourceSpec::new(Feed::Sales)
///     .with_column("sale_id", ColumnSource::RowKey)
///     .with_column("sold_at", ColumnSource::header("date"))
///     .with_column("product_id", ColumnSource::header("item"))
///     .with_column("quantity", ColumnSource::header("sales"));
/// let chunk = FeedReader::open(&spec, &path, "train.csv")?.next().expect("one chunk")?;
/// assert_eq!(chunk.names(), ["sale_id", "sold_at", "product_id", "quantity"]);
/// assert_eq!(chunk.column("sale_id").expect("mapped").value(0), "train.csv:2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FeedReader {
    reader: TextReader,
    names: Arc<[String]>,
    origins: Vec<Origin>,
    /// The places of the columns, each after those that it is computed from.
    order: Vec<usize>,
    null_texts: Vec<String>,
    /// Where columns of other files are taken from; `None` where there are none.
    join: Option<Join>,
}

impl FeedReader {
    /// Opens `path` as `spec` describes it. `label` is what messages and
    /// lineage call the file: best its path relative to the configuration, so
    /// that the same data gives the same rows in any folder. Files to look rows up in are read as
    /// they are named, see [`open_with`](Self::open_with).
    ///
    /// # Errors
    /// Those of [`TextReader::open`], [`SourceSpec::validate`] and [`Lookups::read`], headers that
    /// the file does not have or has twice, and a name that does not fit.
    pub fn open(spec: &SourceSpec, path: &Path, label: &str) -> Result<Self, SourceError> {
        Self::open_with(spec, path, label, &Lookups::read(spec, Path::new(""))?)
    }

    /// Like [`open`](Self::open), with `lookups` that were read before, once for many files.
    ///
    /// # Errors
    /// Those of [`open`](Self::open), and a file that has a column of the name of one that is
    /// looked up.
    pub fn open_with(
        spec: &SourceSpec,
        path: &Path,
        label: &str,
        lookups: &Lookups,
    ) -> Result<Self, SourceError> {
        spec.validate()?;
        let mut reader = TextReader::open(path, &spec.read_options(label)?)?;
        let header = reader.header();
        let wide = match &spec.wide {
            Some(wide) => Some(WideHeaders::new(wide, header, &spec.null_texts, label)?),
            None => None,
        };
        let mut plan = Plan::new(spec, header, wide.as_ref(), label, lookups);
        plan.check_lookups()?;
        let (origins, order) = plan.origins()?;
        let keys = plan.keys()?;
        let Plan { columns, slots, file_names, .. } = plan;
        let required = |at: &usize| spec.feed.column(columns[*at]).is_some_and(|it| it.required);
        let required = (0..columns.len()).filter(required);
        let join = Join::new(lookups, &slots, keys, &origins, required);
        let of_file = slots.iter().filter_map(Slot::of_file);
        match wide {
            Some(wide) => reader.widen(file_names, wide, of_file.collect()),
            None => {
                let fields = of_file.filter_map(|slot| match slot {
                    WideSlot::Field(field) => Some(field),
                    _ => None,
                });
                let fields = fields.collect();
                reader.project(file_names, fields);
            }
        }
        let names = columns.iter().map(|name| (*name).to_owned()).collect();
        Ok(Self { reader, names, origins, order, null_texts: spec.null_texts.clone(), join })
    }

    /// Rows of a chunk at most.
    #[must_use]
    pub fn with_chunk_rows(mut self, rows: usize) -> Self {
        self.reader.set_chunk_rows(rows);
        self
    }

    /// How the file is written.
    pub fn profile(&self) -> &FileProfile {
        self.reader.profile()
    }

    fn canonical(&self, mut chunk: TextChunk) -> TextChunk {
        let mut from_file = std::mem::take(&mut chunk.columns);
        if let Some(join) = &self.join {
            from_file = join.columns(from_file, chunk.rows(), &mut chunk.unmatched);
        }
        let columns = make_columns(&self.origins, &self.order, &chunk, &self.null_texts, from_file);
        TextChunk { names: self.names.clone(), columns, ..chunk }
    }
}

impl Iterator for FeedReader {
    type Item = Result<TextChunk, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        let chunk = self.reader.next()?;
        Some(chunk.map(|chunk| self.canonical(chunk)))
    }
}

/// Which fields are read, and what the feed's columns are made of.
struct Plan<'a> {
    spec: &'a SourceSpec,
    header: &'a Header,
    wide: Option<&'a WideHeaders>,
    label: &'a str,
    lookups: &'a Lookups,
    /// The feed's columns that the source maps, in the feed's order.
    columns: Vec<&'static str>,
    /// What is read, and what fields of the file are called.
    slots: Vec<Slot>,
    file_names: Vec<String>,
}

impl<'a> Plan<'a> {
    fn new(
        spec: &'a SourceSpec,
        header: &'a Header,
        wide: Option<&'a WideHeaders>,
        label: &'a str,
        lookups: &'a Lookups,
    ) -> Self {
        let columns = spec.feed.columns().iter().map(|column| column.name);
        let columns = columns.filter(|name| spec.columns.contains_key(*name)).collect();
        let (slots, file_names) = (Vec::new(), Vec::new());
        Self { spec, header, wide, label, lookups, columns, slots, file_names }
    }

    fn origins(&mut self) -> Result<(Vec<Origin>, Vec<usize>), SourceError> {
        let computed = self.spec.computed_columns()?;
        let place = |name: &str| self.columns.iter().position(|known| *known == name);
        let later: Vec<usize> = computed.iter().filter_map(|(name, _)| place(name)).collect();
        let first = (0..self.columns.len()).filter(|at| !later.contains(at));
        let order = first.chain(later.iter().copied()).collect();
        let mut expressions: BTreeMap<&str, Expression> = computed.into_iter().collect();
        let mut origins = Vec::new();
        for name in self.columns.clone() {
            origins.push(self.origin(name, expressions.remove(name))?);
        }
        Ok((origins, order))
    }

    fn origin(
        &mut self,
        name: &'static str,
        expression: Option<Expression>,
    ) -> Result<Origin, SourceError> {
        if let Some(expression) = expression {
            return self.computed(name, expression);
        }
        Ok(match &self.spec.columns[name] {
            ColumnSource::Column(source) => Origin::File {
                at: self.read_field(name, &source.header, name)?,
                reading: Reading::new(name, source, &self.spec.null_texts)?,
            },
            ColumnSource::FileName { pattern, .. } => Origin::Same(self.file_name(name, pattern)?),
            ColumnSource::Constant(text) => Origin::Same(text.clone()),
            ColumnSource::RowKey | ColumnSource::Computed(_) => Origin::RowKey,
        })
    }

    fn computed(
        &mut self,
        name: &'static str,
        expression: Expression,
    ) -> Result<Origin, SourceError> {
        let mut operands: Vec<(OperandPlace, NumberFormat)> = Vec::new();
        for (operand, is_quoted) in expression.named() {
            let is_known =
                || self.header.place_of(operand).is_some() || self.looked_up(operand).is_some();
            let is_header = operand == name || is_quoted && is_known();
            let mapped = self.columns.iter().position(|known| known == operand);
            operands.push(match mapped.filter(|_| !is_header) {
                Some(at) => (OperandPlace::Feed(at), self.spec.numbers_of(operand)),
                None => {
                    let at = self.read_field(name, operand, operand)?;
                    (OperandPlace::File(at), self.spec.numbers)
                }
            });
        }
        Ok(Origin::Computed { expression, operands })
    }

    /// The part of the file's name that `pattern` matches.
    fn file_name(&self, column: &str, pattern: &str) -> Result<String, SourceError> {
        let name = self.label.rsplit(['/', '\\']).next().unwrap_or_default();
        let compiled = compile(&format!("columns.{column}.file_name"), pattern)?;
        match first_group(&compiled, name) {
            Some(part) => Ok(part.to_owned()),
            None => Err(SourceError::FileName {
                file: self.label.to_owned(),
                target: format!("{}.{column}", self.spec.feed),
                name: name.to_owned(),
                pattern: pattern.to_owned(),
            }),
        }
    }

    /// Has a header's field read; where it stands among all that is read.
    fn read_field(&mut self, column: &str, header: &str, name: &str) -> Result<usize, SourceError> {
        let slot = self.slot(column, header.trim())?;
        if slot.of_file().is_some() {
            self.file_names.push(name.to_owned());
        }
        self.slots.push(slot);
        Ok(self.slots.len() - 1)
    }

    fn slot(&self, column: &str, header: &str) -> Result<Slot, SourceError> {
        if self.wide.is_some() {
            match header {
                WideColumns::NAME => return Ok(Slot::File(WideSlot::Name)),
                WideColumns::VALUE => return Ok(Slot::File(WideSlot::Value)),
                WideColumns::POSITION => return Ok(Slot::File(WideSlot::Position)),
                _ => {}
            }
        }
        match self.header.only_place_of(header, self.label)? {
            Some(place) => Ok(Slot::File(WideSlot::Field(place))),
            None => self.looked_up(header).ok_or_else(|| self.missing(column, header)),
        }
    }

    /// The column of another file that is called so.
    fn looked_up(&self, name: &str) -> Option<Slot> {
        let mut tables = self.lookups.tables().iter().enumerate();
        tables.find_map(|(table, lookup)| {
            let column = lookup.names().position(|known| known == name)?;
            Some(Slot::Lookup { table, column })
        })
    }

    /// A name must not mean a column of the file and one that is looked up.
    fn check_lookups(&self) -> Result<(), SourceError> {
        for lookup in self.lookups.tables() {
            if let Some(name) = lookup.names().find(|name| self.header.place_of(name).is_some()) {
                return Err(SourceError::LookupHeader {
                    file: self.label.to_owned(),
                    header: name.to_owned(),
                    lookup: lookup.label(),
                });
            }
        }
        Ok(())
    }

    /// Where the keys of each look-up stand among all that is read.
    fn keys(&mut self) -> Result<Vec<Vec<usize>>, SourceError> {
        let lookups = self.lookups;
        let keys = lookups.tables().iter().map(|lookup| {
            let target = format!("the look-up in {}", lookup.label());
            lookup.key_headers().map(|header| self.read_key(&target, header)).collect()
        });
        keys.collect()
    }

    fn read_key(&mut self, target: &str, header: &str) -> Result<usize, SourceError> {
        match self.header.only_place_of(header, self.label)? {
            Some(_) => self.read_field("", header, header),
            None => Err(self.missing_of(target.to_owned(), header)),
        }
    }

    fn missing(&self, column: &str, header: &str) -> SourceError {
        self.missing_of(format!("{}.{column}", self.spec.feed), header)
    }

    fn missing_of(&self, target: String, header: &str) -> SourceError {
        let mut known: Vec<&str> = Vec::new();
        for (place, name) in self.header.names.iter().enumerate() {
            if self.wide.is_none_or(|wide| !wide.holds(place)) {
                known.push(name);
            }
        }
        if self.wide.is_some() {
            known.extend([WideColumns::NAME, WideColumns::VALUE, WideColumns::POSITION]);
        }
        known.extend(self.lookups.tables().iter().flat_map(|lookup| lookup.names()));
        SourceError::MissingHeader {
            file: self.label.to_owned(),
            target,
            header: header.to_owned(),
            found: shortened(&known),
            nearest: nearest(header, known.iter().copied()),
        }
    }
}
