use crate::rules::ColumnRules;
use crate::values::{Reading, Unreadable, Values};
use crate::{Contract, Severity, Violation};
use shelfcast_retail::{Feed, Money, Quantity};
use shelfcast_sources::TextChunk;

/// The rows of a chunk while they are judged: values per column, in the feed's
/// order, and the rules broken so far.
pub(crate) struct Judgement<'a> {
    feed: Feed,
    chunk: &'a TextChunk,
    pub(crate) columns: Vec<Values<'a>>,
    broken: Vec<Broken>,
    rejected: Vec<bool>,
}

/// One rule broken by one row.
struct Broken {
    row: usize,
    rule: &'static str,
    severity: Severity,
    column: Option<&'static str>,
    found: String,
    allowed: String,
}

impl<'a> Judgement<'a> {
    /// Reads the values and judges their types; a ragged row that is refused
    /// is told once, because its fields stand under the wrong headers.
    pub(crate) fn read(contract: &Contract, readings: &[Reading], chunk: &'a TextChunk) -> Self {
        let mut judgement = Self {
            feed: contract.feed(),
            chunk,
            columns: Vec::with_capacity(readings.len()),
            broken: Vec::new(),
            rejected: vec![false; chunk.rows()],
        };
        for ragged in chunk.ragged() {
            let found = format!("{} fields", ragged.found);
            let allowed = format!("{} fields, as the header has", ragged.expected);
            judgement.breaks(ragged.row, "ragged_row", contract.ragged_row, None, found, allowed);
        }
        for (rules, reading) in contract.columns.iter().zip(readings) {
            let (values, unreadable) = reading.read(chunk.column(rules.column.name), chunk.rows());
            judgement.columns.push(values);
            for Unreadable { row, is_too_large } in unreadable {
                let (rule, allowed) = match is_too_large {
                    true => ("out_of_scale", reading.allowed_size().to_owned()),
                    false => ("type", reading.allowed()),
                };
                judgement.breaks_value(row, rule, rules, rules.unreadable(), allowed);
            }
        }
        judgement
    }

    /// Judges every rule that needs no other row.
    pub(crate) fn judge(&mut self, contract: &Contract) {
        for (index, rules) in contract.columns.iter().enumerate() {
            if let Some(severity) = rules.required {
                self.judge_required(index, rules, severity);
            }
            if let Some(allowed) = rules.range.text() {
                self.judge_each(index, rules, "range", rules.severity, &allowed, |values, row| {
                    values.measure(row).is_none_or(|value| rules.range.contains(value))
                });
            }
            if let Some(severity) = rules.not_zero {
                self.judge_each(index, rules, "not_zero", severity, "not 0", |values, row| {
                    values.measure(row) != Some(0)
                });
            }
            self.judge_text(index, rules);
        }
        self.judge_total(contract);
    }

    fn judge_required(&mut self, index: usize, rules: &ColumnRules, severity: Severity) {
        for row in 0..self.chunk.rows() {
            // A value that cannot be read was told already.
            let is_blank =
                self.columns[index].is_nothing(row) && !self.is_broken(row, rules.column.name);
            if is_blank && !self.rejected_as_ragged(row) {
                self.breaks_value(row, "required", rules, severity, "a value".to_owned());
            }
        }
    }

    fn judge_text(&mut self, index: usize, rules: &ColumnRules) {
        if let Some((pattern, severity)) = &rules.pattern {
            let allowed = format!("text that matches {pattern}");
            self.judge_each(index, rules, "pattern", *severity, &allowed, |values, row| {
                text(values, row).is_none_or(|text| pattern.is_match(text))
            });
        }
        if let Some((allowed_values, severity)) = &rules.allowed_values {
            let allowed = format!("one of {}", allowed_values.join(", "));
            self.judge_each(index, rules, "allowed_values", *severity, &allowed, |values, row| {
                text(values, row).is_none_or(|text| allowed_values.iter().any(|it| it == text))
            });
        }
    }

    fn judge_each(
        &mut self,
        index: usize,
        rules: &ColumnRules,
        rule: &'static str,
        severity: Severity,
        allowed: &str,
        holds: impl Fn(&Values<'_>, usize) -> bool,
    ) {
        let values = &self.columns[index];
        let rows: Vec<usize> = (0..self.chunk.rows()).filter(|row| !holds(values, *row)).collect();
        for row in rows {
            self.breaks_value(row, rule, rules, severity, allowed.to_owned());
        }
    }

    /// |total - quantity x price x (1 - discount)| <= tolerance, exactly.
    fn judge_total(&mut self, contract: &Contract) {
        let Some(rule) = contract.total else { return };
        for row in 0..self.chunk.rows() {
            // With a factor that is no factor the product says nothing.
            if self.rejected[row] {
                continue;
            }
            let (Some(total), Some(quantity), Some(price)) = (
                self.decimal("total", row),
                self.decimal("quantity", row),
                self.decimal("unit_price", row),
            ) else {
                continue;
            };
            let discount = self.decimal("discount", row).unwrap_or(0);
            // Three factors of scale 4 make scale 12; the total has scale 4.
            let exact = quantity
                .checked_mul(price)
                .and_then(|product| product.checked_mul(10_000 - discount));
            let difference = exact
                .zip(total.checked_mul(10_i128.pow(8)))
                .and_then(|(exact, total)| exact.checked_sub(total));
            let limit = rule.tolerance.parts() * 10_i128.pow(8);
            if difference.is_some_and(|difference| difference.abs() <= limit) {
                continue;
            }
            let computed = exact.map_or("too large a product".to_owned(), |exact| {
                Money::from_parts(exact / 10_i128.pow(8)).to_string()
            });
            let allowed = format!(
                "{} x {} x (1 - {}) = {computed}, give or take {}",
                Quantity::from_parts(quantity),
                Money::from_parts(price),
                Quantity::from_parts(discount),
                rule.tolerance
            );
            let found = Money::from_parts(total).to_string();
            self.breaks(row, "total", rule.severity, Some("total"), found, allowed);
        }
    }

    /// Notes that `row` has the text or key of an earlier row.
    pub(crate) fn repeats(
        &mut self,
        row: usize,
        rule: &'static str,
        severity: Severity,
        found: String,
        allowed: String,
    ) {
        self.breaks(row, rule, severity, None, found, allowed);
    }

    /// Whether the row is refused by what was judged so far.
    pub(crate) fn is_rejected(&self, row: usize) -> bool {
        self.rejected[row]
    }

    /// The position of a column of the feed.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.feed.columns().iter().position(|column| column.name == name)
    }

    /// A number of the row in ten-thousandths.
    pub(crate) fn decimal(&self, name: &str, row: usize) -> Option<i128> {
        self.columns[self.position(name)?].measure(row)
    }

    /// The row's total, else its price or cost times its quantity.
    pub(crate) fn money(&self, row: usize) -> Option<Money> {
        if let Some(total) = self.decimal("total", row) {
            return Some(Money::from_parts(total));
        }
        let price = self.decimal("unit_price", row).or_else(|| self.decimal("unit_cost", row))?;
        let quantity = Quantity::from_parts(self.decimal("quantity", row)?);
        Money::from_parts(price).times(quantity)
    }

    /// What was broken, in row order.
    pub(crate) fn violations(mut self) -> Vec<Violation> {
        let mut broken = std::mem::take(&mut self.broken);
        broken.sort_by_key(|broken| broken.row);
        broken.into_iter().map(|broken| self.violation(broken)).collect()
    }

    fn violation(&self, broken: Broken) -> Violation {
        let (file, row) = (self.chunk.label(), self.chunk.row_numbers()[broken.row]);
        let found = match (broken.column, broken.found.as_str()) {
            (Some(column), "") => format!("{column} is empty"),
            (Some(column), found) => format!("{column} is `{found}`"),
            (None, found) => format!("found {found}"),
        };
        Violation {
            rule: broken.rule.to_owned(),
            severity: broken.severity,
            file: file.to_owned(),
            row,
            offset: self.chunk.offsets()[broken.row],
            column: broken.column.map(str::to_owned),
            message: format!("{file} row {row}: {found}, allowed is {}", broken.allowed),
            found: broken.found,
            allowed: broken.allowed,
            text: self.chunk.row_texts().value(broken.row).to_owned(),
            money: self.money(broken.row),
        }
    }

    fn breaks_value(
        &mut self,
        row: usize,
        rule: &'static str,
        rules: &ColumnRules,
        severity: Severity,
        allowed: String,
    ) {
        if self.rejected_as_ragged(row) {
            return;
        }
        let name = rules.column.name;
        let found = self.chunk.column(name).map_or("", |column| column.value(row));
        self.breaks(row, rule, severity, Some(name), found.trim().to_owned(), allowed);
    }

    fn breaks(
        &mut self,
        row: usize,
        rule: &'static str,
        severity: Severity,
        column: Option<&'static str>,
        found: String,
        allowed: String,
    ) {
        self.rejected[row] |= severity.rejects();
        self.broken.push(Broken { row, rule, severity, column, found, allowed });
    }

    fn rejected_as_ragged(&self, row: usize) -> bool {
        self.rejected[row]
            && self.chunk.ragged().binary_search_by_key(&row, |ragged| ragged.row).is_ok()
    }

    fn is_broken(&self, row: usize, column: &str) -> bool {
        self.rejected[row]
            && self.broken.iter().any(|it| it.row == row && it.column == Some(column))
    }
}

fn text<'v>(values: &'v Values<'_>, row: usize) -> Option<&'v str> {
    match values {
        Values::Text(texts) => texts[row],
        _ => None,
    }
}
