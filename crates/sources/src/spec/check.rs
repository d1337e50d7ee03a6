use super::compile;
use crate::error::nearest;
use crate::{ColumnSource, Expression, FileFormat, ReadOptions, SourceError, SourceSpec};
use shelfcast_retail::{ColumnKind, Feed};
use std::collections::{BTreeMap, BTreeSet};

/// The kinds that a rule may name.
const KINDS: [&str; 5] = ["sale", "return", "cancellation", "adjustment", "fee"];
/// KiB of a record at most: 1 GiB.
const MAX_RECORD_KIB: u32 = 1024 * 1024;

impl SourceSpec {
    /// Checks what can be checked without a file.
    ///
    /// # Errors
    /// A column the feed does not have, one every row needs that is missing, a
    /// date format on a column of another kind, marks, zones or delimiters that
    /// cannot be, patterns and expressions that are none, settings that do not
    /// belong together.
    pub fn validate(&self) -> Result<(), SourceError> {
        self.check_columns()?;
        self.numbers.validate()?;
        self.zone_rules()?;
        self.check_reading()?;
        self.check_fields()?;
        self.check_patterns()?;
        self.check_kinds()?;
        self.check_lookups()?;
        self.computed_columns().map(|_| ())
    }

    /// What says how files are cut.
    pub(super) fn check_reading(&self) -> Result<(), SourceError> {
        self.delimiter_byte()?;
        self.quote_byte()?;
        self.check_format()?;
        self.check_rows()
    }

    fn check_columns(&self) -> Result<(), SourceError> {
        for (name, source) in &self.columns {
            let Some(column) = self.feed.column(name) else { return Err(self.unknown(name)) };
            let dated = matches!(column.kind, ColumnKind::Day | ColumnKind::Instant);
            if let (Some(format), false) = (source.date_format(), dated) {
                return Err(SourceError::DateFormat {
                    found: format.to_string(),
                    reason: format!("{}.{name} is neither a day nor an instant", self.feed),
                });
            }
        }
        let unmapped = |column: &&shelfcast_retail::Column| {
            column.required && !self.columns.contains_key(column.name)
        };
        match self.feed.columns().iter().find(unmapped) {
            None => Ok(()),
            Some(column) => Err(SourceError::UnmappedColumn {
                feed: self.feed.as_str(),
                column: column.name,
                found: self.columns.keys().cloned().collect::<Vec<_>>().join(", "),
            }),
        }
    }

    /// How to read the files.
    pub(crate) fn read_options(&self, label: &str) -> Result<ReadOptions, SourceError> {
        let default = ReadOptions::default();
        let max_record_bytes =
            self.max_record_kib.map_or(default.max_record_bytes, |kib| kib as usize * 1024);
        Ok(ReadOptions {
            format: self.format,
            delimiter: self.delimiter_byte()?,
            quote: self.quote_byte()?,
            sheet: self.sheet.clone(),
            header_rows: self.header_rows.clone(),
            first_row: self.first_row,
            fixed_width: self.fixed_width.clone(),
            encoding: self.encoding,
            max_record_bytes,
            label: Some(label.to_owned()),
            ..default
        })
    }

    fn delimiter_byte(&self) -> Result<Option<u8>, SourceError> {
        let Some(delimiter) = self.delimiter else { return Ok(None) };
        if is_mark(delimiter) && delimiter != '"' {
            Ok(Some(delimiter as u8))
        } else {
            Err(SourceError::Delimiter { found: delimiter })
        }
    }

    fn quote_byte(&self) -> Result<Option<u8>, SourceError> {
        let Some(quote) = self.quote else { return Ok(None) };
        if is_mark(quote) && !quote.is_ascii_whitespace() && self.delimiter != Some(quote) {
            return Ok(Some(quote as u8));
        }
        Err(SourceError::Setting {
            setting: "quote",
            found: format!("`{quote}`"),
            allowed: "one ASCII character that is no delimiter, letter, digit, blank or line end"
                .to_owned(),
            hint: "leave it out: the quote is \" then",
        })
    }

    /// Settings that only some formats have.
    fn check_format(&self) -> Result<(), SourceError> {
        let implied = match (self.fixed_width.is_empty(), &self.sheet) {
            (false, _) => Some(FileFormat::FixedWidth),
            (true, Some(_)) => Some(FileFormat::Excel),
            (true, None) => None,
        };
        let Some(format) = self.format.or(implied) else { return Ok(()) };
        let is_text = matches!(format, FileFormat::Delimited | FileFormat::FixedWidth);
        let delimited = format == FileFormat::Delimited;
        let given = [
            ("sheet", self.sheet.is_some(), format == FileFormat::Excel, "excel"),
            (
                "fixed_width",
                !self.fixed_width.is_empty(),
                format == FileFormat::FixedWidth,
                "fixed_width",
            ),
            ("delimiter", self.delimiter.is_some(), delimited, "delimited"),
            ("quote", self.quote.is_some(), delimited, "delimited"),
            ("encoding", self.encoding.is_some(), is_text, "delimited or fixed_width"),
            ("max_record_kib", self.max_record_kib.is_some(), is_text, "delimited or fixed_width"),
            (
                "header_rows",
                self.header_rows.is_some(),
                format != FileFormat::Parquet,
                "delimited, fixed_width or excel",
            ),
        ];
        match given.iter().find(|(_, is_given, belongs, _)| *is_given && !belongs) {
            None => Ok(()),
            Some((setting, _, _, allowed)) => Err(SourceError::Setting {
                setting,
                found: format!("given for {}", format_name(format)),
                allowed: format!("it for format = {allowed}"),
                hint: "remove it, or declare another format",
            }),
        }
    }

    fn check_rows(&self) -> Result<(), SourceError> {
        let rows = self.header_rows.as_deref().unwrap_or_default();
        let ascending = rows.windows(2).all(|pair| pair[0] < pair[1]);
        if rows.first() == Some(&0) || !ascending {
            return Err(SourceError::Setting {
                setting: "header_rows",
                found: format!("{rows:?}"),
                allowed: "a list of row numbers from 1, each above the one before".to_owned(),
                hint: "count rows as an editor does, blank ones too",
            });
        }
        let last_header = rows.last().copied().unwrap_or(0);
        if let Some(first) = self.first_row.filter(|first| *first <= last_header) {
            return Err(SourceError::Setting {
                setting: "first_row",
                found: first.to_string(),
                allowed: format!("a row number above {last_header}"),
                hint: "data begins below the headers; leave it out where it begins at once",
            });
        }
        match self.max_record_kib {
            Some(found) if !(1..=MAX_RECORD_KIB).contains(&found) => Err(SourceError::Setting {
                setting: "max_record_kib",
                found: found.to_string(),
                allowed: format!("1 to {MAX_RECORD_KIB}"),
                hint: "1024 is the default: records of 1 MiB",
            }),
            _ => Ok(()),
        }
    }

    fn check_fields(&self) -> Result<(), SourceError> {
        let refused = |found: String, allowed: &str| SourceError::Setting {
            setting: "fixed_width",
            found,
            allowed: allowed.to_owned(),
            hint: "write { name = \"quantity\", start = 11, width = 8 } for each field",
        };
        if self.format == Some(FileFormat::FixedWidth) && self.fixed_width.is_empty() {
            return Err(refused("without fields".to_owned(), "a list of at least one field"));
        }
        let mut names = BTreeSet::new();
        let mut end_of: BTreeMap<usize, (usize, &str)> = BTreeMap::new();
        for field in &self.fixed_width {
            let told = format!("`{}` at {} of width {}", field.name, field.start, field.width);
            if field.start == 0
                || field.width == 0
                || field.start.checked_add(field.width).is_none()
            {
                return Err(refused(told, "a field with a start from 1 and a width from 1"));
            }
            if field.name.trim().is_empty() || !names.insert(field.name.trim()) {
                return Err(refused(told, "a field with a name of its own"));
            }
            end_of.insert(field.start, (field.start + field.width, &field.name));
        }
        if end_of.len() < self.fixed_width.len() {
            return Err(refused("with two fields of one start".to_owned(), "fields apart"));
        }
        let pairs = end_of.values().zip(end_of.iter().skip(1));
        for ((end, name), (start, (_, next))) in pairs {
            if start < end {
                let found = format!("`{next}` at {start}, within `{name}`");
                return Err(refused(found, "fields that do not overlap"));
            }
        }
        Ok(())
    }

    fn check_patterns(&self) -> Result<(), SourceError> {
        for (name, source) in &self.columns {
            match source {
                ColumnSource::Column(header) => {
                    if let Some(pattern) = &header.extract {
                        compile(&format!("columns.{name}.extract"), pattern)?;
                    }
                }
                ColumnSource::FileName { pattern, .. } => {
                    compile(&format!("columns.{name}.file_name"), pattern)?;
                }
                _ => {}
            }
        }
        self.wide.as_ref().map_or(Ok(()), |wide| compile("wide.headers", &wide.headers).map(|_| ()))
    }

    fn check_kinds(&self) -> Result<(), SourceError> {
        for rule in &self.kinds {
            if self.feed != Feed::Sales {
                return Err(SourceError::Setting {
                    setting: "kinds",
                    found: format!("given for {}", self.feed),
                    allowed: "it for sales".to_owned(),
                    hint: "remove it: only sales have kinds",
                });
            }
            if !KINDS.contains(&rule.kind.as_str()) {
                return Err(SourceError::UnknownKind {
                    found: rule.kind.clone(),
                    allowed: KINDS.join(", "),
                    nearest: nearest(&rule.kind, KINDS.into_iter()),
                });
            }
            if self.feed.column(&rule.column).is_none() {
                return Err(self.unknown(&rule.column));
            }
            if !self.columns.contains_key(&rule.column) {
                return Err(SourceError::Setting {
                    setting: "kinds",
                    found: format!("told by {}, which comes from nowhere", rule.column),
                    allowed: "a column of the source".to_owned(),
                    hint: "add the column under `columns`",
                });
            }
            rule.regex()?;
        }
        Ok(())
    }

    /// The computed columns, each after those that it is computed from.
    pub(crate) fn computed_columns(&self) -> Result<Vec<(&str, Expression)>, SourceError> {
        let mut waiting = BTreeMap::new();
        for (name, source) in &self.columns {
            if let ColumnSource::Computed(text) = source {
                waiting.insert(name.as_str(), Expression::parse(text)?);
            }
        }
        let mut ordered = Vec::new();
        while !waiting.is_empty() {
            // Its own name means the header to a column, as it cannot mean itself.
            let is_ready = |(name, expression): &(&&str, &Expression)| {
                let mut needed = expression.operands().iter();
                needed.all(|need| need == *name || !waiting.contains_key(need.as_str()))
            };
            let Some(name) = waiting.iter().find(is_ready).map(|(name, _)| *name) else {
                let found = waiting.keys().copied().collect::<Vec<_>>().join(", ");
                return Err(SourceError::ComputedCycle { feed: self.feed.as_str(), found });
            };
            ordered.extend(waiting.remove_entry(name));
        }
        Ok(ordered)
    }

    fn unknown(&self, name: &str) -> SourceError {
        let names = || self.feed.columns().iter().map(|column| column.name);
        SourceError::UnknownColumn {
            feed: self.feed.as_str(),
            column: name.to_owned(),
            allowed: names().collect::<Vec<_>>().join(", "),
            nearest: nearest(name, names()),
        }
    }
}

/// A character that may stand between or around fields.
fn is_mark(letter: char) -> bool {
    letter.is_ascii() && !letter.is_ascii_alphanumeric() && !matches!(letter, '\n' | '\r' | '\0')
}

const fn format_name(format: FileFormat) -> &'static str {
    match format {
        FileFormat::Delimited => "delimited text",
        FileFormat::FixedWidth => "text of fixed width",
        FileFormat::Excel => "workbooks",
        FileFormat::Parquet => "Parquet files",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FixedField, HeaderSource, KindRule, WideBlank, WideColumns};

    fn sales() -> SourceSpec {
        SourceSpec::new(Feed::Sales)
            .with_column("sale_id", ColumnSource::RowKey)
            .with_column("sold_at", ColumnSource::header("date"))
            .with_column("product_id", ColumnSource::header("item"))
            .with_column("quantity", ColumnSource::header("sales"))
    }

    fn refused(change: impl FnOnce(&mut SourceSpec)) -> (&'static str, String) {
        let mut spec = sales();
        change(&mut spec);
        let error = spec.validate().unwrap_err();
        assert!(error.hint().is_some(), "{error}");
        assert!(!error.is_refused_file());
        (error.code(), error.to_string())
    }

    fn field(name: &str, start: usize, width: usize) -> FixedField {
        FixedField { name: name.to_owned(), start, width }
    }

    #[test]
    fn settings_that_cannot_be_say_what_is_allowed() {
        let quote = refused(|spec| spec.quote = Some('a'));
        assert!(quote.1.starts_with("`quote` of a source cannot be `a`: allowed is one ASCII"));
        refused(|spec| (spec.quote, spec.delimiter) = (Some('|'), Some('|')));
        let rows = refused(|spec| spec.header_rows = Some(vec![2, 1]));
        assert_eq!(
            (rows.0, rows.1.contains("found") || rows.1.contains("[2, 1]")),
            ("SC-1019", true)
        );
        refused(|spec| spec.header_rows = Some(vec![0]));
        refused(|spec| (spec.header_rows, spec.first_row) = (Some(vec![1, 3]), Some(3)));
        refused(|spec| spec.max_record_kib = Some(0));
        let sheet = refused(|spec| {
            (spec.sheet, spec.format) = (Some("Data".to_owned()), Some(FileFormat::Delimited));
        });
        assert_eq!(
            sheet.1,
            "`sheet` of a source cannot be given for delimited text: allowed is it for format = excel"
        );
        refused(|spec| (spec.sheet, spec.delimiter) = (Some("Data".to_owned()), Some(';')));
        refused(|spec| spec.format = Some(FileFormat::FixedWidth));
    }

    #[test]
    fn fields_of_fixed_width_stand_apart() {
        refused(|spec| spec.fixed_width = vec![field("a", 0, 3)]);
        refused(|spec| spec.fixed_width = vec![field("a", 1, 0)]);
        refused(|spec| spec.fixed_width = vec![field("a", usize::MAX, 2)]);
        refused(|spec| spec.fixed_width = vec![field("a", 1, 2), field("a", 3, 2)]);
        refused(|spec| spec.fixed_width = vec![field("a", 1, 2), field("b", 1, 2)]);
        let overlap = refused(|spec| spec.fixed_width = vec![field("b", 5, 3), field("a", 1, 5)]);
        assert!(overlap.1.contains("`b` at 5, within `a`"), "{}", overlap.1);
        let mut spec = sales();
        spec.fixed_width = vec![field("b", 6, 3), field("a", 1, 5)];
        assert!(spec.validate().is_ok());
    }

    #[test]
    fn patterns_and_kinds_are_checked() {
        let extract = |pattern: &str| {
            ColumnSource::Column(HeaderSource {
                header: "item".to_owned(),
                extract: Some(pattern.to_owned()),
                ..HeaderSource::default()
            })
        };
        let pattern = refused(|spec| {
            spec.columns.insert("product_id".to_owned(), extract("(a"));
        });
        assert_eq!(
            (pattern.0, pattern.1.as_str()),
            (
                "SC-1020",
                "`(a` of `columns.product_id.extract` is not a regular expression: unclosed group"
            )
        );
        refused(|spec| {
            spec.columns.insert("product_id".to_owned(), extract(r"((\w{1000}){1000}){1000}"));
        });
        refused(|spec| {
            let headers = "[".to_owned();
            spec.wide = Some(WideColumns { headers, ignore: Vec::new(), blank: WideBlank::Skip });
        });
        let rule = |kind: &str, column: &str| KindRule {
            kind: kind.to_owned(),
            column: column.to_owned(),
            pattern: "^C".to_owned(),
        };
        let mut spec = sales();
        spec.kinds = vec![rule("cancelation", "sale_id")];
        let error = spec.validate().unwrap_err();
        assert_eq!(
            (error.code(), error.hint().unwrap()),
            ("SC-1031", "did you mean `cancellation`?".to_owned())
        );
        spec.kinds = vec![rule("cancellation", "sale_id")];
        assert!(spec.validate().is_ok());
        refused(|spec| spec.kinds = vec![rule("fee", "total")]);
        let mut stock = SourceSpec::direct(Feed::Stock, Vec::new());
        stock.kinds = vec![rule("fee", "product_id")];
        assert_eq!(stock.validate().unwrap_err().code(), "SC-1019");
    }

    #[test]
    fn computed_columns_come_after_what_they_need() {
        let computed = |text: &str| ColumnSource::Computed(text.to_owned());
        let spec = sales()
            .with_column("quantity", computed("-quantity"))
            .with_column("discount", computed("total / 10"))
            .with_column("total", computed("quantity * unit_price"));
        let order = spec.computed_columns().unwrap();
        assert_eq!(
            order.iter().map(|it| it.0).collect::<Vec<_>>(),
            ["quantity", "total", "discount"]
        );
        let cycle = spec.with_column("quantity", computed("discount"));
        let error = cycle.validate().unwrap_err();
        assert_eq!(
            (error.code(), error.to_string().as_str()),
            (
                "SC-1022",
                "columns of sales are computed from each other: found discount, quantity, total, allowed is an end"
            )
        );
        assert_eq!(
            refused(|spec| {
                spec.columns
                    .insert("quantity".to_owned(), ColumnSource::Computed("1 +".to_owned()));
            })
            .0,
            "SC-1021"
        );
    }
}
