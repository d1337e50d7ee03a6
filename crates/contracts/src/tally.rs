use crate::{Contract, ContractError, Severity, Violation};
use shelfcast_retail::Money;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Rules that the message about a refused file names.
const RULES_NAMED: usize = 3;

/// What became of the rows of a file.
///
/// `rows = accepted + rejected + repeated` always holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows read.
    pub rows: u64,
    /// Rows let in.
    pub accepted: u64,
    /// Rows refused, exact duplicates included.
    pub rejected: u64,
    /// Rows refused for nothing but the text of an earlier row.
    pub duplicates: u64,
    /// Rows let in although they have the text of an earlier row.
    pub duplicates_kept: u64,
    /// Rows left out because their source is `distinct` and their key was seen.
    pub repeated: u64,
    /// What the refused rows are worth together, where that can be read.
    pub rejected_money: Money,
    /// What the refused exact duplicates among them are worth.
    pub duplicates_money: Money,
    /// Rows refused, by rule: a row once for each rule that it broke.
    pub refused_by_rule: BTreeMap<String, u64>,
    /// Rows let in with a warning, by rule.
    pub warned_by_rule: BTreeMap<String, u64>,
    /// The message of the first violation of each rule that refused.
    pub examples: BTreeMap<String, String>,
    /// The first violation of a rule that refuses the whole file.
    pub refusal: Option<Violation>,
    /// The lines of the first exact duplicate and of the row it repeats.
    pub duplicate_example: Option<(u64, u64)>,
    /// Exact duplicates refuse the file: nobody has said yet what they are.
    pub duplicates_refuse_file: bool,
}

impl Tally {
    /// Whether the file may stand; asked when all its rows are judged.
    ///
    /// # Errors
    /// A rule that refuses the file was broken, a larger share of its rows was
    /// refused than the contract allows, or it has exact duplicates and its
    /// source is to be asked about them. Exact duplicates do not count in that
    /// share: nothing is lost with them.
    pub fn verdict(&self, contract: &Contract, file: &str) -> Result<(), ContractError> {
        if let Some(violation) = &self.refusal {
            return Err(ContractError::FileRefused {
                contract: contract.id().to_owned(),
                rule: violation.rule.clone(),
                message: violation.message.clone(),
            });
        }
        let limit = contract.max_rejected_share();
        let broken = self.rejected - self.duplicates;
        // broken / rows > limit, in whole numbers.
        if u128::from(broken) * 10_000 > u128::from(self.rows) * limit.parts() as u128 {
            return Err(ContractError::TooManyRejected {
                file: file.to_owned(),
                rejected: broken,
                rows: self.rows,
                percent: 100.0 * broken as f64 / self.rows as f64,
                allowed: limit,
                contract: contract.id().to_owned(),
                rules: self.rules_text(),
            });
        }
        match self.duplicate_example.filter(|_| self.duplicates_refuse_file) {
            None => Ok(()),
            Some((row, earlier)) => Err(ContractError::DuplicatesFound {
                file: file.to_owned(),
                count: self.duplicates,
                money: self.duplicates_money,
                row,
                earlier,
            }),
        }
    }

    /// Counts the violations of some rows.
    pub(crate) fn count_all(&mut self, violations: &[Violation]) {
        let mut seen = BTreeSet::new();
        for violation in violations {
            let rejects = violation.severity.rejects();
            self.note(violation, seen.insert((violation.ordinal, &violation.rule, rejects)));
        }
    }

    fn note(&mut self, violation: &Violation, is_first_of_row: bool) {
        let rejects = violation.severity.rejects();
        if rejects && !self.examples.contains_key(&violation.rule) {
            self.examples.insert(violation.rule.clone(), violation.message.clone());
        }
        if is_first_of_row {
            let counts = if rejects { &mut self.refused_by_rule } else { &mut self.warned_by_rule };
            add_one(counts, &violation.rule);
        }
        if violation.severity == Severity::RejectFile && self.refusal.is_none() {
            self.refusal = Some(violation.clone());
        }
    }

    pub(crate) fn count_rejected(&mut self, money: Option<Money>) {
        self.rejected += 1;
        add(&mut self.rejected_money, money);
    }

    /// Notes that the line `row` was refused for having the text of `earlier`.
    pub(crate) fn count_duplicate(&mut self, row: u64, earlier: u64, money: Option<Money>) {
        self.duplicates += 1;
        add(&mut self.duplicates_money, money);
        self.duplicate_example.get_or_insert((row, earlier));
    }

    /// The rules broken most often, duplicates aside, each with an example.
    fn rules_text(&self) -> String {
        let rules = self.refused_by_rule.iter().filter(|(rule, _)| *rule != "duplicate_row");
        let mut rules: Vec<_> = rules.collect();
        rules.sort_by_key(|(rule, count)| (Reverse(**count), rule.as_str()));
        let text = |(rule, count): &(&String, &u64)| {
            let example = self.examples.get(*rule).map_or("", String::as_str);
            format!("{rule} {count} (as in {example})")
        };
        let texts: Vec<String> = rules.iter().take(RULES_NAMED).map(text).collect();
        texts.join("; ")
    }
}

fn add_one(counts: &mut BTreeMap<String, u64>, rule: &str) {
    match counts.get_mut(rule) {
        Some(count) => *count += 1,
        None => {
            counts.insert(rule.to_owned(), 1);
        }
    }
}

fn add(sum: &mut Money, money: Option<Money>) {
    let added = money.and_then(|money| sum.checked_add(money));
    *sum = added.unwrap_or(*sum);
}
