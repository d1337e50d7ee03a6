//! Which rows of a list of sales are no sales.

use super::columns::is_bare_name;
use super::dictionary::best;
use super::wide::escaped;
use crate::{KindRule, NumberFormat, TextChunk};
use shelfcast_retail::Feed;
use std::collections::{BTreeMap, BTreeSet};

/// Codes in place of a product that stand for postage, fees, corrections and tests.
const CODES: [&str; 24] = [
    "ADJUST",
    "ADJUST2",
    "ADJUSTMENT",
    "AMAZONFEE",
    "B",
    "BANK CHARGES",
    "C2",
    "C3",
    "CARRIAGE",
    "CRUK",
    "D",
    "DELIVERY",
    "DISCOUNT",
    "DOT",
    "FREIGHT",
    "M",
    "MANUAL",
    "PADS",
    "POST",
    "POSTAGE",
    "S",
    "SAMPLES",
    "SHIPPING",
    "TEST",
];
/// Beginnings of such codes.
const CODE_PREFIXES: [&str; 2] = ["GIFT_", "TEST0"];
/// No code is longer.
const MAX_CODE_BYTES: usize = 14;

/// What the rows of a file say together about their kinds.
#[derive(Debug, Clone)]
pub(super) struct KindEvidence {
    sale_id: Option<usize>,
    product_id: Option<usize>,
    quantity: Option<usize>,
    /// For each letter that sale ids begin with: rows below nought, other rows.
    letters: BTreeMap<char, (u64, u64)>,
    n_rows: u64,
    codes: BTreeSet<String>,
}

impl KindEvidence {
    /// Looks at the headers that are most likely a sale's.
    pub(super) fn new(headers: &[String]) -> Self {
        let place = |column: &str| {
            let header =
                best(Feed::Sales, column, headers).filter(|header| !is_bare_name(header))?;
            headers.iter().position(|known| known == header)
        };
        Self {
            sale_id: place("sale_id"),
            product_id: place("product_id"),
            quantity: place("quantity"),
            letters: BTreeMap::new(),
            n_rows: 0,
            codes: BTreeSet::new(),
        }
    }

    pub(super) fn look_at(&mut self, chunk: &TextChunk) {
        let column = |place: Option<usize>| place.and_then(|place| chunk.columns().get(place));
        if let Some((sales, quantities)) = column(self.sale_id).zip(column(self.quantity)) {
            self.n_rows += chunk.rows() as u64;
            for (sale, quantity) in sales.iter().zip(quantities.iter()) {
                self.look_at_sale(sale.trim(), quantity);
            }
        }
        let products = column(self.product_id).into_iter().flat_map(|column| column.iter());
        for product in products.map(str::trim).filter(|product| is_code(product)) {
            if !self.codes.contains(product) {
                self.codes.insert(product.to_owned());
            }
        }
    }

    fn look_at_sale(&mut self, sale: &str, quantity: &str) {
        let Some(letter) = sale.chars().next().filter(|letter| letter.is_alphabetic()) else {
            return;
        };
        let parts = NumberFormat::default().parts(quantity).unwrap_or(0);
        let (n_below, n_other) = self.letters.entry(letter).or_default();
        *(if parts < 0 { n_below } else { n_other }) += 1;
    }

    /// The rules, and why.
    pub(super) fn rules(&self) -> (Vec<KindRule>, Vec<String>) {
        let (mut rules, mut notes) = (Vec::new(), Vec::new());
        let n_lettered: u64 = self.letters.values().map(|(below, other)| below + other).sum();
        for (letter, (n_below, n_other)) in &self.letters {
            // Ids that all begin with a letter say nothing by it.
            if *n_below == 0 || *n_other > 0 || n_lettered * 2 > self.n_rows {
                continue;
            }
            rules.push(rule("cancellation", "sale_id", format!("^{letter}")));
            notes.push(format!(
                "all {n_below} rows whose sale begins with `{letter}` have quantities below \
                 nought, and no other sale begins so: they are cancellations"
            ));
        }
        // One letter may be a size; two codes, one of them a word, are no chance.
        if self.codes.len() >= 2 && self.codes.iter().any(|code| code.len() > 2) {
            let folded: BTreeSet<String> = self.codes.iter().map(|it| it.to_uppercase()).collect();
            let codes: Vec<String> = folded.iter().map(|code| escaped(code)).collect();
            rules.push(rule("fee", "product_id", format!("(?i)^(?:{})$", codes.join("|"))));
            let codes: Vec<&str> = self.codes.iter().map(String::as_str).collect();
            notes.push(format!(
                "{} stand in place of products and are none: their rows are fees",
                codes.join(", ")
            ));
        }
        (rules, notes)
    }
}

fn rule(kind: &str, column: &str, pattern: String) -> KindRule {
    KindRule { kind: kind.to_owned(), column: column.to_owned(), pattern }
}

fn is_code(product: &str) -> bool {
    // Most products begin with a digit or are long: one look tells.
    let may_be = product.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && product.len() <= MAX_CODE_BYTES;
    if !may_be {
        return false;
    }
    let upper = product.to_uppercase();
    CODES.contains(&upper.as_str())
        || CODE_PREFIXES.iter().any(|prefix| upper.starts_with(prefix))
        || upper.chars().filter(|letter| letter.is_alphanumeric()).eq("BANKCHARGES".chars())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReadOptions, TextReader};

    fn rules(text: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.csv");
        std::fs::write(&path, text).unwrap();
        let reader = TextReader::open(&path, &ReadOptions::default()).unwrap();
        let mut evidence = KindEvidence::new(&reader.profile().headers);
        reader.for_each(|chunk| evidence.look_at(&chunk.unwrap()));
        let text = |rule: &KindRule| format!("{} {} {}", rule.kind, rule.column, rule.pattern);
        evidence.rules().0.iter().map(text).collect()
    }

    #[test]
    fn letters_and_codes_tell_kinds_apart() {
        let head = "InvoiceNo,StockCode,Quantity\n1,A1,2\n2,POST,1\n3,A2,1\n4,A2,1\n";
        assert_eq!(
            rules(&format!("{head}C5,A1,-2\nC6,m,-1\n5,gift_0001_20,1\n6,7,-1\n")),
            [
                "cancellation sale_id ^C".to_owned(),
                "fee product_id (?i)^(?:GIFT_0001_20|M|POST)$".to_owned(),
            ]
        );
        // A letter that also stands before sales is no sign.
        assert_eq!(rules(&format!("{head}C5,A1,-2\nC6,A1,1\n")), [""; 0]);
        // Sizes are products.
        assert_eq!(rules("InvoiceNo,StockCode,Quantity\n1,S,2\n2,M,1\n"), [""; 0]);
    }
}
