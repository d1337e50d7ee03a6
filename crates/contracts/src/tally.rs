use crate::{Contract, ContractError, Severity, Violation};
use shelfcast_retail::Money;
use std::collections::BTreeMap;

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
    /// Rows left out because their source is `distinct` and their key was seen.
    pub repeated: u64,
    /// What the refused rows are worth together, where that can be read.
    pub rejected_money: Money,
    /// Violations by rule, warnings included.
    pub by_rule: BTreeMap<String, u64>,
    /// The first violation of a rule that refuses the whole file.
    pub refusal: Option<Violation>,
}

impl Tally {
    /// Whether the file may stand.
    ///
    /// # Errors
    /// A rule that refuses the file was broken, or a larger share of its rows
    /// was refused than the contract allows. Exact duplicates do not count in
    /// that share: nothing is lost with them.
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
        Ok(())
    }

    pub(crate) fn count(&mut self, violation: &Violation) {
        *self.by_rule.entry(violation.rule.clone()).or_default() += 1;
        if violation.severity == Severity::RejectFile && self.refusal.is_none() {
            self.refusal = Some(violation.clone());
        }
    }

    pub(crate) fn count_rejected(&mut self, money: Option<Money>) {
        self.rejected += 1;
        let sum = money.and_then(|money| self.rejected_money.checked_add(money));
        self.rejected_money = sum.unwrap_or(self.rejected_money);
    }

    fn rules_text(&self) -> String {
        let mut rules: Vec<_> = self.by_rule.iter().collect();
        rules.sort_by_key(|(rule, count)| (std::cmp::Reverse(**count), rule.as_str()));
        let texts: Vec<_> = rules.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
        texts.join(", ")
    }
}
