use crate::chunk::TextChunk;
use crate::chunk_builder::WideSlot;
use crate::error::{nearest, shortened};
use crate::header::Header;
use crate::origin::{OperandPlace, Origin, Reading, make_columns};
use crate::spec::{compile, first_group};
use crate::wide::WideHeaders;
use crate::{
    ColumnSource, Expression, FileProfile, NumberFormat, SourceError, SourceSpec, TextReader,
    WideColumns,
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
}

impl FeedReader {
    /// Opens `path` as `spec` describes it. `label` is what messages and
    /// lineage call the file: best its path relative to the configuration, so
    /// that the same data gives the same rows in any folder.
    ///
    /// # Errors
    /// Those of [`TextReader::open`] and [`SourceSpec::validate`], headers that
    /// the file does not have or has twice, and a name that does not fit.
    pub fn open(spec: &SourceSpec, path: &Path, label: &str) -> Result<Self, SourceError> {
        spec.validate()?;
        let mut reader = TextReader::open(path, &spec.read_options(label)?)?;
        let header = reader.header();
        let wide = match &spec.wide {
            Some(wide) => Some(WideHeaders::new(wide, header, &spec.null_texts, label)?),
            None => None,
        };
        let mut plan = Plan::new(spec, header, wide.as_ref(), label);
        let (origins, order) = plan.origins()?;
        let Plan { columns, slots, file_names, .. } = plan;
        match wide {
            Some(wide) => reader.widen(file_names, wide, slots),
            None => {
                let fields = slots.iter().filter_map(|slot| match slot {
                    WideSlot::Field(field) => Some(*field),
                    _ => None,
                });
                let fields = fields.collect();
                reader.project(file_names, fields);
            }
        }
        let names = columns.iter().map(|name| (*name).to_owned()).collect();
        Ok(Self { reader, names, origins, order, null_texts: spec.null_texts.clone() })
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
        let from_file = std::mem::take(&mut chunk.columns);
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
    /// The feed's columns that the source maps, in the feed's order.
    columns: Vec<&'static str>,
    /// The fields that are read, and what they are called.
    slots: Vec<WideSlot>,
    file_names: Vec<String>,
}

impl<'a> Plan<'a> {
    fn new(
        spec: &'a SourceSpec,
        header: &'a Header,
        wide: Option<&'a WideHeaders>,
        label: &'a str,
    ) -> Self {
        let columns = spec.feed.columns().iter().map(|column| column.name);
        let columns = columns.filter(|name| spec.columns.contains_key(*name)).collect();
        Self { spec, header, wide, label, columns, slots: Vec::new(), file_names: Vec::new() }
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
            let is_header = operand == name || is_quoted && self.header.place_of(operand).is_some();
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

    /// Has a header's field read; where it stands in the file's projected chunk.
    fn read_field(&mut self, column: &str, header: &str, name: &str) -> Result<usize, SourceError> {
        let slot = self.slot(column, header.trim())?;
        self.slots.push(slot);
        self.file_names.push(name.to_owned());
        Ok(self.slots.len() - 1)
    }

    fn slot(&self, column: &str, header: &str) -> Result<WideSlot, SourceError> {
        if self.wide.is_some() {
            match header {
                WideColumns::NAME => return Ok(WideSlot::Name),
                WideColumns::VALUE => return Ok(WideSlot::Value),
                WideColumns::POSITION => return Ok(WideSlot::Position),
                _ => {}
            }
        }
        if let Some((first, second)) = self.header.places_of_duplicate(header) {
            return Err(SourceError::DuplicateHeader {
                file: self.label.to_owned(),
                header: header.to_owned(),
                first,
                second,
                second_name: self.header.names[second - 1].as_str().into(),
            });
        }
        let found = self.header.place_of(header);
        found.map(WideSlot::Field).ok_or_else(|| self.missing(column, header))
    }

    fn missing(&self, column: &str, header: &str) -> SourceError {
        let mut known: Vec<&str> = Vec::new();
        for (place, name) in self.header.names.iter().enumerate() {
            if self.wide.is_none_or(|wide| !wide.holds(place)) {
                known.push(name);
            }
        }
        if self.wide.is_some() {
            known.extend([WideColumns::NAME, WideColumns::VALUE, WideColumns::POSITION]);
        }
        SourceError::MissingHeader {
            file: self.label.to_owned(),
            target: format!("{}.{column}", self.spec.feed),
            header: header.to_owned(),
            found: shortened(&known),
            nearest: nearest(header, known.iter().copied()),
        }
    }
}
