//! Rows of sales that were brought back, in other ways than by a quantity below nought.

mod states;
mod words;

use super::derived::in_backticks;
use super::dictionary::{best, normalise};
use super::draft::Draft;
use super::group::Group;
use super::{Certainty, ProposedColumn};
use crate::{ColumnSource, TextChunk};
use shelfcast_retail::Feed;
use std::collections::{BTreeMap, HashSet};
use words::{Words, quoted_list};

/// Headers below which a word says what a row is, as the dictionary folds them.
const HEADERS: [&str; 58] = [
    "movementtype",
    "movementkind",
    "stockmovementtype",
    "movtype",
    "mvttype",
    "bewegungsart",
    "lagerbewegung",
    "typemouvement",
    "typedemouvement",
    "tipomovimiento",
    "tipodemovimiento",
    "tipomovimento",
    "mutatiesoort",
    "movement",
    "kind",
    "transactiontype",
    "transtype",
    "trxtype",
    "txntype",
    "saletype",
    "salestype",
    "ordertype",
    "invoicetype",
    "receipttype",
    "tickettype",
    "billtype",
    "documenttype",
    "doctype",
    "rowtype",
    "linetype",
    "recordtype",
    "entrytype",
    "operationtype",
    "operation",
    "type",
    "vorgang",
    "vorgangsart",
    "vorgangstyp",
    "belegart",
    "belegtyp",
    "buchungsart",
    "transaktionsart",
    "transaktionstyp",
    "typ",
    "typetransaction",
    "typeoperation",
    "typedevente",
    "typedocument",
    "tipo",
    "tipotransaccion",
    "tipooperacion",
    "tipodocumento",
    "tipooperazione",
    "soort",
    "reason",
    "reasoncode",
    "status",
    "orderstatus",
];
/// Words of rows that were sold.
const SOLD: [&str; 36] = [
    "sale",
    "sales",
    "sold",
    "sell",
    "purchase",
    "order",
    "invoice",
    "receipt",
    "bill",
    "normal",
    "regular",
    "standard",
    "cashsale",
    "salestransaction",
    "checkout",
    "s",
    "verkauf",
    "verkaufe",
    "rechnung",
    "bon",
    "kauf",
    "vente",
    "ventes",
    "achat",
    "facture",
    "venta",
    "ventas",
    "factura",
    "vendita",
    "vendite",
    "fattura",
    "verkoop",
    "factuur",
    "venda",
    "vendas",
    "fatura",
];
/// Words of rows that were brought back.
const RETURNED: [&str; 34] = [
    "return",
    "returns",
    "returned",
    "refund",
    "refunds",
    "refunded",
    "ret",
    "rtn",
    "salesreturn",
    "salereturn",
    "customerreturn",
    "creditnote",
    "creditmemo",
    "retoure",
    "retouren",
    "ruckgabe",
    "rueckgabe",
    "rucknahme",
    "ruecknahme",
    "gutschrift",
    "erstattung",
    "retour",
    "retours",
    "remboursement",
    "avoir",
    "devolucion",
    "devoluciones",
    "reembolso",
    "abono",
    "reso",
    "rimborso",
    "terugbetaling",
    "creditnota",
    "devolucao",
];
/// Words of rows that take back what was never handed over.
const CANCELLED: [&str; 20] = [
    "cancel",
    "cancelled",
    "canceled",
    "cancellation",
    "void",
    "voided",
    "reversal",
    "reversed",
    "storno",
    "stornierung",
    "storniert",
    "annulation",
    "annule",
    "anulacion",
    "anulado",
    "cancelado",
    "cancelada",
    "annullato",
    "annullamento",
    "geannuleerd",
];
/// Words in names of files of what was brought back.
const FILE_WORDS: [&str; 10] = [
    "returns",
    "refunds",
    "retouren",
    "ruckgaben",
    "rueckgaben",
    "gutschriften",
    "retours",
    "devoluciones",
    "resi",
    "creditnotes",
];

/// What a row of sales can be.
const KINDS: [&str; 5] = ["sale", "return", "cancellation", "adjustment", "fee"];

/// More different texts are no words for kinds.
const MAX_WORDS: usize = 16;
/// Products whose sale at a price above nought is remembered.
const MAX_PRODUCTS: usize = 100_000;

/// What the rows of a file say together about what was brought back.
#[derive(Debug, Clone)]
pub(super) struct RefundEvidence {
    /// Where a word says what a row is.
    word: Option<usize>,
    product_id: Option<usize>,
    quantity: Option<usize>,
    unit_price: Option<usize>,
    total: Option<usize>,
    /// `None`: too many to be words.
    words: Option<BTreeMap<String, Signs>>,
    /// All rows together.
    all: Signs,
    /// Products that were sold at a price above nought.
    sold: HashSet<Box<str>>,
    /// Rows of such products at a price below nought.
    n_sold_before: u64,
}

/// Rows, by the signs of their numbers.
#[derive(Debug, Clone, Default)]
struct Signs {
    n_rows: u64,
    n_units_above: u64,
    n_units_below: u64,
    n_totals_above: u64,
    /// Units above nought at a price below it.
    n_prices_below: u64,
    /// Units and price below nought.
    n_both_below: u64,
    /// Units above nought at no price below it, and a total that is.
    n_totals_below: u64,
}

/// The sign of a number that is written in whatever way; `None` for what is none.
fn sign(text: &str) -> Option<i8> {
    let text = text.trim();
    let is_below = text.contains(['-', '(', '\u{2212}']);
    let mut digits = text.bytes().filter(u8::is_ascii_digit).peekable();
    digits.peek()?;
    Some(match (digits.all(|digit| digit == b'0'), is_below) {
        (true, _) => 0,
        (false, true) => -1,
        (false, false) => 1,
    })
}

impl RefundEvidence {
    /// Looks at the headers that are most likely a sale's.
    pub(super) fn new(headers: &[String]) -> Self {
        let at = |header: &str| headers.iter().position(|known| known == header);
        let place = |column: &str| best(Feed::Sales, column, headers).and_then(at);
        let folded: Vec<String> = headers.iter().map(|header| normalise(header)).collect();
        let word = HEADERS.iter().find_map(|name| folded.iter().position(|it| it == name));
        Self {
            word,
            product_id: place("product_id"),
            quantity: place("quantity"),
            unit_price: place("unit_price"),
            total: place("total"),
            words: word.map(|_| BTreeMap::new()),
            all: Signs::default(),
            sold: HashSet::new(),
            n_sold_before: 0,
        }
    }

    pub(super) fn look_at(&mut self, chunk: &TextChunk) {
        let column = |place: Option<usize>| place.and_then(|place| chunk.columns().get(place));
        let quantities = column(self.quantity);
        if quantities.is_none() && self.word.is_none() {
            return;
        }
        let (prices, totals) = (column(self.unit_price), column(self.total));
        let (words, products) = (column(self.word), column(self.product_id));
        for row in 0..chunk.rows() {
            let signs = [quantities, prices, totals]
                .map(|column| column.and_then(|column| sign(column.value(row))));
            self.all.add(signs);
            if let Some(word) = words.map(|column| column.value(row).trim()) {
                self.look_at_word(word, signs);
            }
            let (Some(product), Some(price)) = (products.map(|it| it.value(row)), signs[1]) else {
                continue;
            };
            if price < 0 {
                self.n_sold_before += u64::from(self.sold.contains(product));
            } else if price > 0 && self.sold.len() < MAX_PRODUCTS && !self.sold.contains(product) {
                self.sold.insert(product.into());
            }
        }
    }

    fn look_at_word(&mut self, word: &str, signs: [Option<i8>; 3]) {
        let Some(words) = &mut self.words else { return };
        if !words.contains_key(word) {
            if words.len() == MAX_WORDS {
                self.words = None;
                return;
            }
            words.insert(word.to_owned(), Signs::default());
        }
        if let Some(found) = words.get_mut(word) {
            found.add(signs);
        }
    }

    /// The texts below a header, where it is the one whose words were looked at and they are few.
    pub(super) fn words_below(&self, headers: &[String], header: &str) -> Option<Vec<&str>> {
        let at = headers.iter().position(|known| known == header);
        let words = self.words.as_ref().filter(|_| at.is_some() && at == self.word)?;
        Some(words.keys().map(String::as_str).collect())
    }

    /// Takes below nought what was brought back, and asks what rows are whose word says nothing.
    pub(super) fn judge(&self, group: &Group, draft: &mut Draft) {
        let header = |place: Option<usize>| Some(group.headers.get(place?)?.as_str());
        // What became of an order says nothing of the signs of its numbers.
        let word = header(self.word);
        if word.is_some_and(|word| self.judge_states(group, draft, word)) {
            return;
        }
        let Some(quantity) = header(self.quantity) else { return };
        let is_plain = |column: &&ProposedColumn| {
            column.column == "quantity"
                && column.certainty != Certainty::Question
                && column.source.header_name() == Some(quantity)
        };
        if !draft.columns.iter().any(|column| is_plain(&column)) {
            return;
        }
        if word.is_some_and(|word| self.judge_words(group, draft, word)) {
            self.take_prices_as_they_are(draft, header(self.unit_price));
            return;
        }
        if group.names_returns() && self.all.n_units_below == 0 && self.all.n_units_above > 0 {
            let below = |header: &str| format!("-abs({})", in_backticks(header));
            change(draft, "quantity", below);
            change(draft, "total", below);
            draft.assumed.push(format!(
                "the name of {} says that its rows were brought back: `{quantity}` is taken below \
                 nought; if they were sold, leave `-abs()` out of its source",
                group.label()
            ));
            return;
        }
        self.judge_signs(group, draft, quantity, header(self.unit_price), header(self.total));
    }

    /// Whether words say which rows were brought back.
    fn judge_words(&self, group: &Group, draft: &mut Draft, header: &str) -> bool {
        let Some(words) = &self.words else { return false };
        let told = Words::new(
            header,
            "which rows were brought back",
            words.keys(),
            kind_of,
            [
                ("", "sales, by the signs of their numbers"),
                ("fee", "fees and charges, which are no demand"),
            ],
        );
        let back = told.of(&["return", "cancellation"]);
        if back.is_empty() {
            return false;
        }
        let has_kinds = draft.columns.iter().any(|column| column.column == "kind");
        if has_kinds && words.keys().all(|word| word.is_empty() || KINDS.contains(&word.as_str())) {
            self.take_words_below(draft, header, words, &back);
            return true;
        }
        told.tell_kinds(group, draft, &back);
        self.take_words_below(draft, header, words, &back);
        true
    }

    /// Units and money of rows whose word says that they were brought back are below nought.
    fn take_words_below(
        &self,
        draft: &mut Draft,
        header: &str,
        words: &BTreeMap<String, Signs>,
        back: &[&str],
    ) {
        let of_back = |count: fn(&Signs) -> u64| -> u64 {
            back.iter().filter_map(|word| words.get(*word)).map(count).sum()
        };
        let below = |column: &str| {
            let (name, column) = (in_backticks(header), in_backticks(column));
            let pairs = back.iter().map(|word| format!("{}, -abs({column}), ", quoted(word)));
            format!("decode({name}, {}{column})", pairs.collect::<String>())
        };
        let n_above = of_back(|signs| signs.n_units_above);
        if n_above > 0 {
            change(draft, "quantity", below);
        }
        if of_back(|signs| signs.n_totals_above) > 0 {
            change(draft, "total", below);
            change(draft, "cost", below);
        }
        let words = quoted_list(back);
        draft.assumed.push(format!(
            "rows whose `{header}` is {words} were brought back: their units are taken below \
             nought ({n_above} of {} are written above it)",
            of_back(|signs| signs.n_rows)
        ));
    }

    /// A price is what one unit cost, on whichever side of nought it is written.
    fn take_prices_as_they_are(&self, draft: &mut Draft, price: Option<&str>) {
        let n_below = self.all.n_prices_below + self.all.n_both_below;
        if price.is_some() && n_below > 0 {
            change(draft, "unit_price", |header| format!("abs({})", in_backticks(header)));
        }
    }

    /// Where no word says so, the sign of the price or of the total does.
    fn judge_signs(
        &self,
        group: &Group,
        draft: &mut Draft,
        quantity: &str,
        price: Option<&str>,
        total: Option<&str>,
    ) {
        let Signs { n_prices_below, n_both_below, n_totals_below, n_rows, .. } = self.all;
        let by_sign = |of: &str| {
            let (of, quantity) = (in_backticks(of), in_backticks(quantity));
            format!("decode(sign({of}), -1, -abs({quantity}), {quantity})")
        };
        // Most of what is brought back was sold before; a lone correction was not.
        let are_refunds =
            n_prices_below > 1 && n_both_below == 0 && self.n_sold_before * 2 >= n_prices_below;
        let (header, n_back) = match (price, total) {
            (Some(price), _) if are_refunds => {
                self.take_prices_as_they_are(draft, Some(price));
                (price, n_prices_below)
            }
            (_, Some(total)) if n_totals_below > 1 && n_prices_below == 0 => {
                (total, n_totals_below)
            }
            _ => return,
        };
        change(draft, "quantity", |_| by_sign(header));
        draft.assumed.push(format!(
            "in {n_back} of {n_rows} rows of {} `{header}` is below nought and `{quantity}` is \
             not: they were brought back, and their units are taken below nought",
            group.label()
        ));
    }
}

impl Signs {
    fn add(&mut self, [units, price, total]: [Option<i8>; 3]) {
        let is = |number: Option<i8>, sign: i8| number == Some(sign);
        self.n_rows += 1;
        self.n_units_above += u64::from(is(units, 1));
        self.n_units_below += u64::from(is(units, -1));
        self.n_totals_above += u64::from(is(total, 1));
        self.n_prices_below += u64::from(is(units, 1) && is(price, -1));
        self.n_both_below += u64::from(is(units, -1) && is(price, -1));
        self.n_totals_below += u64::from(is(units, 1) && !is(price, -1) && is(total, -1));
    }
}

/// What a row with this word is: a kind, or nothing for a sale, whose numbers tell.
fn kind_of(word: &str) -> Option<&'static str> {
    let folded = normalise(word);
    let is_one_of = |words: &[&str]| words.contains(&folded.as_str());
    match () {
        () if is_one_of(&SOLD) => Some(""),
        () if is_one_of(&RETURNED) => Some("return"),
        () if is_one_of(&CANCELLED) => Some("cancellation"),
        () => KINDS.into_iter().find(|kind| *kind == folded),
    }
}

/// Whether the name of a file says that it holds what was brought back.
pub(super) fn names_returns(name: &str) -> bool {
    let folded = normalise(name.split('.').next().unwrap_or_default());
    FILE_WORDS.iter().any(|word| folded.contains(word))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Computes a column out of the header that it was read from.
fn change(draft: &mut Draft, column: &str, expression: impl Fn(&str) -> String) {
    let mut known = draft.columns.iter_mut();
    let found = known.find(|it| it.column == column && it.certainty != Certainty::Question);
    if let Some(found) = found
        && let Some(header) = found.source.header_name().map(str::to_owned)
    {
        found.source = ColumnSource::Computed(expression(&header));
    }
}
