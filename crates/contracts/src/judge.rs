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
    /// Rows of the file before this chunk.
    first_ordinal: u64,
    pub(crate) columns: Vec<Values<'a>>,
    places: Places,
    /// For each column the rows whose text could not be read, in order.
    unreadable: Vec<Vec<usize>>,
    broken: Vec<Broken>,
    rejected: Vec<bool>,
}

/// Where the columns stand that rules about several columns need.
struct Places {
    quantity: Option<usize>,
    unit_price: Option<usize>,
    unit_cost: Option<usize>,
    discount: Option<usize>,
    total: Option<usize>,
}

impl Places {
    fn new(feed: Feed) -> Self {
        let place = |name: &str| feed.columns().iter().position(|column| column.name == name);
        Self {
            quantity: place("quantity"),
            unit_price: place("unit_price"),
            unit_cost: place("unit_cost"),
            discount: place("discount"),
            total: place("total"),
        }
    }
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
    pub(crate) fn read(
        contract: &Contract,
        readings: &[Reading],
        chunk: &'a TextChunk,
        first_ordinal: u64,
    ) -> Self {
        let mut judgement = Self {
            feed: contract.feed(),
            chunk,
            first_ordinal,
            columns: Vec::with_capacity(readings.len()),
            places: Places::new(contract.feed()),
            unreadable: Vec::with_capacity(readings.len()),
            broken: Vec::new(),
            rejected: vec![false; chunk.rows()],
        };
        for ragged in chunk.ragged() {
            let found = format!("{} fields", ragged.found);
            let allowed = format!("{} fields, as the header has", ragged.expected);
            judgement.breaks(ragged.row, "ragged_row", contract.ragged_row, None, found, allowed);
        }
        judgement.judge_unmatched();
        for (rules, reading) in contract.columns.iter().zip(readings) {
            let (values, unreadable) = reading.read(chunk.column(rules.column.name), chunk.rows());
            judgement.columns.push(values);
            judgement.unreadable.push(unreadable.iter().map(|it| it.row).collect());
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

    /// A row that is looked up in another file and finds nothing there is refused where a column
    /// that it must have comes from there.
    fn judge_unmatched(&mut self) {
        for unmatched in self.chunk.unmatched() {
            if self.is_refused_whole(unmatched.row) {
                continue;
            }
            let severity = if unmatched.is_needed { Severity::RejectRow } else { Severity::Warn };
            let (found, allowed) = (unmatched.found.clone(), unmatched.allowed.clone());
            self.breaks(unmatched.row, "lookup", severity, None, found, allowed);
        }
    }

    /// Judges every rule that needs no other row.
    pub(crate) fn judge(&mut self, contract: &Contract) {
        for (index, rules) in contract.columns.iter().enumerate() {
            if let Some(severity) = rules.required {
                self.judge_required(index, rules, severity);
            }
            if let Some(allowed) = rules.range.text() {
                let rows = self.columns[index].rows_beyond(|value| rules.range.contains(value));
                self.break_each(rows, rules, "range", rules.severity, &allowed);
            }
            if let Some(severity) = rules.not_zero {
                let rows = self.columns[index].rows_beyond(|value| value != 0);
                self.break_each(rows, rules, "not_zero", severity, "not 0");
            }
            if let Some(((limit, text), severity)) = &rules.limit {
                let allowed = format!("at most {text} either way");
                let rows = self.columns[index].rows_beyond(|value| value.abs() <= *limit);
                self.break_each(rows, rules, "limit", *severity, &allowed);
            }
            self.judge_text(index, rules);
        }
        self.judge_total(contract);
        self.judge_amount(contract);
    }

    fn judge_required(&mut self, index: usize, rules: &ColumnRules, severity: Severity) {
        for row in self.columns[index].rows_of_nothing() {
            // A value that cannot be read was told already.
            let is_blank = self.unreadable[index].binary_search(&row).is_err();
            if is_blank && !self.is_refused_whole(row) {
                self.breaks_value(row, "required", rules, severity, "a value".to_owned());
            }
        }
    }

    fn judge_text(&mut self, index: usize, rules: &ColumnRules) {
        if let Some((pattern, severity)) = &rules.pattern {
            let allowed = format!("text that matches {pattern}");
            let rows = self.texts_that_fail(index, |text| pattern.is_match(text));
            self.break_each(rows, rules, "pattern", *severity, &allowed);
        }
        if let Some((allowed_values, severity)) = &rules.allowed_values {
            let allowed = format!("one of {}", allowed_values.join(", "));
            let is_allowed = |text: &str| allowed_values.iter().any(|it| it == text);
            let rows = self.texts_that_fail(index, is_allowed);
            self.break_each(rows, rules, "allowed_values", *severity, &allowed);
        }
    }

    fn texts_that_fail(&self, index: usize, holds: impl Fn(&str) -> bool) -> Vec<usize> {
        let Values::Text(texts) = &self.columns[index] else { return Vec::new() };
        let fails = |row: &usize| texts[*row].is_some_and(|text| !holds(text));
        (0..texts.len()).filter(fails).collect()
    }

    fn break_each(
        &mut self,
        rows: Vec<usize>,
        rules: &ColumnRules,
        rule: &'static str,
        severity: Severity,
        allowed: &str,
    ) {
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
            let (Some(total), Some(quantity), Some(price)) =
                (self.number(self.places.total, row), self.quantity(row), self.unit_price(row))
            else {
                continue;
            };
            let discount = self.number(self.places.discount, row).unwrap_or(0);
            // Three factors of scale 4 make scale 12; the total has scale 4.
            let exact = quantity
                .checked_mul(price)
                .and_then(|product| product.checked_mul(10_000 - discount));
            let difference = exact
                .zip(total.checked_mul(10_i128.pow(8)))
                .and_then(|(exact, total)| exact.checked_sub(total));
            let mut limit = rule.tolerance.parts() * 10_i128.pow(8);
            if rule.is_rate_rounded {
                limit += quantity.checked_mul(price).map_or(0, |it| it.abs() / 2);
            }
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

    /// What a row is worth stays below a limit, by its total and by its price,
    /// so that sums of either fit their columns.
    fn judge_amount(&mut self, contract: &Contract) {
        let Some(rule) = contract.amount else { return };
        for row in self.rows_of_doubtful_amount(rule.maximum) {
            let total = self.number(self.places.total, row).map(Money::from_parts);
            let fits = |money: Money| money.parts().abs() <= rule.maximum.parts();
            let found = match (total, self.price_and_quantity(row)) {
                (Some(total), _) if !fits(total) => format!("an amount of {total}"),
                (_, Some((price, quantity))) => match price.times(quantity) {
                    Some(money) if fits(money) => continue,
                    Some(money) => format!("an amount of {money}"),
                    None => "an amount beyond measure".to_owned(),
                },
                _ => continue,
            };
            let allowed = format!("at most {} either way", rule.maximum);
            self.breaks(row, "amount", rule.severity, None, found, allowed);
        }
    }

    /// The rows that are let in so far and whose amount is not seen at once to fit `maximum`.
    fn rows_of_doubtful_amount(&self, maximum: Money) -> Vec<usize> {
        let decimals = |place: Option<usize>| self.columns[place?].decimals();
        let Places { quantity, unit_price, unit_cost, total, .. } = self.places;
        let (quantity, total) = (decimals(quantity), decimals(total));
        let (price, cost) = (decimals(unit_price), decimals(unit_cost));
        // A product of two scales of 4 has 8; rounding it to 4 cannot lead above a whole limit.
        let limit = maximum.parts().saturating_mul(10_000);
        let value = |column: Option<&[Option<i64>]>, row: usize| column.and_then(|it| it[row]);
        let is_small = |row: usize| {
            let price = value(price, row).or_else(|| value(cost, row)).unwrap_or(0);
            let product = i128::from(price) * i128::from(value(quantity, row).unwrap_or(0));
            i128::from(value(total, row).unwrap_or(0)).abs() <= maximum.parts()
                && product.abs() <= limit
        };
        (0..self.chunk.rows()).filter(|row| !self.rejected[*row] && !is_small(*row)).collect()
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

    /// The first row of this chunk among all rows of the file, from 0.
    pub(crate) fn first_ordinal(&self) -> u64 {
        self.first_ordinal
    }

    /// The values of a column of the feed.
    pub(crate) fn column(&self, name: &str) -> Option<&Values<'a>> {
        self.columns.get(self.position(name)?)
    }

    pub(crate) fn column_mut(&mut self, name: &str) -> Option<&mut Values<'a>> {
        let position = self.position(name)?;
        self.columns.get_mut(position)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.feed.columns().iter().position(|column| column.name == name)
    }

    /// The row's quantity in ten-thousandths.
    pub(crate) fn quantity(&self, row: usize) -> Option<i128> {
        self.number(self.places.quantity, row)
    }

    /// The row's price in ten-thousandths.
    pub(crate) fn unit_price(&self, row: usize) -> Option<i128> {
        self.number(self.places.unit_price, row)
    }

    fn number(&self, place: Option<usize>, row: usize) -> Option<i128> {
        self.columns[place?].measure(row)
    }

    /// The row's total, else its price or cost times its quantity.
    pub(crate) fn money(&self, row: usize) -> Option<Money> {
        if let Some(total) = self.number(self.places.total, row) {
            return Some(Money::from_parts(total));
        }
        let (price, quantity) = self.price_and_quantity(row)?;
        price.times(quantity)
    }

    /// The row's price, or cost, and its quantity.
    fn price_and_quantity(&self, row: usize) -> Option<(Money, Quantity)> {
        let price = self.unit_price(row).or_else(|| self.number(self.places.unit_cost, row))?;
        Some((Money::from_parts(price), Quantity::from_parts(self.quantity(row)?)))
    }

    /// What was broken, in row order.
    pub(crate) fn violations(mut self) -> Vec<Violation> {
        let mut broken = std::mem::take(&mut self.broken);
        broken.sort_by_key(|broken| broken.row);
        broken.into_iter().map(|broken| self.violation(broken)).collect()
    }

    fn violation(&self, broken: Broken) -> Violation {
        let (file, row) = (self.chunk.label(), self.chunk.row_numbers()[broken.row]);
        let part = self.chunk.part(broken.row);
        let place = place(file, row, part);
        let offset = self.chunk.has_offsets().then(|| self.chunk.offsets()[broken.row]);
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
            ordinal: self.first_ordinal + broken.row as u64,
            offset,
            part: part.map(str::to_owned),
            column: broken.column.map(str::to_owned),
            message: format!("{place}: {found}, allowed is {}", broken.allowed),
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
        if self.is_refused_whole(row) {
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

    /// Whether a row is refused for what it is, not for one of its values.
    fn is_refused_whole(&self, row: usize) -> bool {
        let is_ragged =
            || self.chunk.ragged().binary_search_by_key(&row, |ragged| ragged.row).is_ok();
        let is_unmatched = || {
            let unmatched = self.chunk.unmatched();
            let first = unmatched.partition_point(|it| it.row < row);
            unmatched[first..].iter().take_while(|it| it.row == row).any(|it| it.is_needed)
        };
        self.rejected[row] && (is_ragged() || is_unmatched())
    }
}

/// Where a row stands, for messages; a row made of a part of a record names its header.
fn place(file: &str, row: u64, part: Option<&str>) -> String {
    match part {
        Some(part) => format!("{file} row {row}, `{part}`"),
        None => format!("{file} row {row}"),
    }
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_row_made_of_a_part_of_a_record_names_its_header() {
        assert_eq!(place("oil.xls", 17, Some("2001-08-01")), "oil.xls row 17, `2001-08-01`");
        assert_eq!(place("oil.xls", 17, None), "oil.xls row 17");
    }
}
