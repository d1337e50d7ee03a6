use crate::ContractError;
use crate::judge::Judgement;
use crate::values::Values;
use regex::Regex;
use shelfcast_retail::Feed;
use shelfcast_sources::{KindRule, SourceSpec, TextChunk};

/// What a row of sales can be.
const KINDS: [&str; 5] = ["sale", "return", "cancellation", "adjustment", "fee"];
/// Bytes that the program made of one regular expression may take.
pub(crate) const PATTERN_BYTES: usize = 1 << 20;

/// Tells the kind of sales where no column says it.
///
/// The first rule of the source that matches names the kind. Where none does, a
/// price of 0 makes an adjustment; a negative quantity makes a return, or an
/// adjustment where the source has a rule for cancellations: what was brought
/// back is cancelled there, so the rest are corrections. Everything else is a
/// sale.
pub(crate) struct KindTeller {
    rules: Vec<Rule>,
    has_cancellations: bool,
}

struct Rule {
    kind: &'static str,
    column: String,
    pattern: Regex,
}

impl KindTeller {
    /// `None` for feeds whose rows have no kind to tell.
    pub(crate) fn new(spec: &SourceSpec) -> Result<Option<Self>, ContractError> {
        let rules: Vec<Rule> = spec.kinds.iter().map(compile).collect::<Result<_, _>>()?;
        let has_cancellations = rules.iter().any(|rule| rule.kind == "cancellation");
        Ok((spec.feed == Feed::Sales).then_some(Self { rules, has_cancellations }))
    }

    /// Fills the kinds of the rows that have none.
    pub(crate) fn fill(&self, judgement: &mut Judgement<'_>, chunk: &TextChunk) {
        let by_rule = self.by_rule(chunk);
        let told: Vec<&'static str> = by_rule
            .into_iter()
            .enumerate()
            .map(|(row, kind)| kind.unwrap_or_else(|| self.by_numbers(judgement, row)))
            .collect();
        if let Some(Values::Text(kinds)) = judgement.column_mut("kind") {
            for (kind, told) in kinds.iter_mut().zip(told) {
                kind.get_or_insert(told);
            }
        }
    }

    fn by_rule(&self, chunk: &TextChunk) -> Vec<Option<&'static str>> {
        let mut kinds = vec![None; chunk.rows()];
        for rule in &self.rules {
            let Some(column) = chunk.column(&rule.column) else { continue };
            // Neighbours mostly have the same text: one invoice, one product group.
            let mut last = None;
            for (text, kind) in column.iter().zip(&mut kinds) {
                let text = text.trim();
                let matches = match last {
                    Some((earlier, matches)) if earlier == text => matches,
                    _ => rule.pattern.is_match(text),
                };
                last = Some((text, matches));
                if matches {
                    kind.get_or_insert(rule.kind);
                }
            }
        }
        kinds
    }

    fn by_numbers(&self, judgement: &Judgement<'_>, row: usize) -> &'static str {
        let quantity = judgement.quantity(row).unwrap_or(0);
        if quantity != 0 && judgement.unit_price(row) == Some(0) {
            return "adjustment";
        }
        match (quantity < 0, self.has_cancellations) {
            (true, true) => "adjustment",
            (true, false) => "return",
            (false, _) => "sale",
        }
    }
}

/// A source that was checked has rules that can be.
fn compile(rule: &KindRule) -> Result<Rule, ContractError> {
    let known = KINDS.into_iter().find(|kind| *kind == rule.kind);
    Ok(Rule { kind: known.unwrap_or("sale"), column: rule.column.clone(), pattern: rule.regex()? })
}
