//! Rows of which a word says what became of their order.

use super::words::{Words, quoted_list};
use super::{CANCELLED, RETURNED, RefundEvidence, SOLD, Signs};
use crate::propose::dictionary::normalise;
use crate::propose::draft::Draft;
use crate::propose::group::Group;

/// Headers of what became of an order, as the dictionary folds them.
const HEADERS: [&str; 2] = ["status", "orderstatus"];
/// Words of orders that were sold, besides those of rows that were.
const DONE: [&str; 22] = [
    "delivered",
    "shipped",
    "dispatched",
    "complete",
    "completed",
    "closed",
    "paid",
    "fulfilled",
    "partiallyfulfilled",
    "invoiced",
    "approved",
    "accepted",
    "confirmed",
    "processed",
    "processing",
    "received",
    "success",
    "successful",
    "done",
    "geliefert",
    "bezahlt",
    "abgeschlossen",
];
/// Words of orders that came to nothing, besides those that were cancelled or brought back.
const FAILED: [&str; 9] = [
    "unavailable",
    "failed",
    "rejected",
    "declined",
    "expired",
    "abandoned",
    "notdelivered",
    "undelivered",
    "orderrefunded",
];

/// The kind of rows that are no sales and take nothing back.
const NO_SALE: &str = "adjustment";

/// What the rows of an order with this word are: nothing for a sale.
fn kind_of(word: &str) -> Option<&'static str> {
    let folded = normalise(word);
    let is_one_of = |words: &[&str]| words.contains(&folded.as_str());
    if is_one_of(&DONE) || is_one_of(&SOLD) {
        return Some("");
    }
    (is_one_of(&FAILED) || is_one_of(&CANCELLED) || is_one_of(&RETURNED)).then_some(NO_SALE)
}

impl RefundEvidence {
    /// Whether a word says what became of each order; its rows stand once, so those of orders that
    /// came to nothing take nothing back: they are no sales.
    pub(super) fn judge_states(&self, group: &Group, draft: &mut Draft, header: &str) -> bool {
        let Some(words) = self.words.as_ref().filter(|_| {
            let Signs { n_units_below, n_prices_below, n_totals_below, .. } = self.all;
            HEADERS.contains(&normalise(header).as_str())
                && n_units_below + n_prices_below + n_totals_below == 0
        }) else {
            return false;
        };
        let told = Words::new(
            header,
            "which orders came to nothing",
            words.keys(),
            kind_of,
            [("", "sales"), (NO_SALE, "no sales: they came to nothing, too")],
        );
        let failed = told.of(&[NO_SALE]);
        if failed.is_empty() {
            return false;
        }
        told.tell_kinds(group, draft, &failed);
        let n_failed: u64 =
            failed.iter().filter_map(|word| words.get(*word)).map(|it| it.n_rows).sum();
        draft.assumed.push(format!(
            "rows whose `{header}` is {} came to nothing and are no sales: {n_failed} of {} rows",
            quoted_list(&failed),
            self.all.n_rows
        ));
        true
    }
}
