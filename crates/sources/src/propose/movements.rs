//! Which kinds of movements the words of a file stand for.

use super::columns::Mapping;
use super::derived::in_backticks;
use super::dictionary::{Fit, fitting, normalise};
use super::draft::Draft;
use super::group::Group;
use super::question::{Choice, Question};
use super::{Certainty, ProposedColumn};
use crate::ColumnSource;
use shelfcast_retail::Feed;

/// The kinds of movements, and words that stand for each, as the dictionary folds them.
const WORDS: [(&str, &[&str]); 7] = [
    (
        "receipt",
        &[
            "in",
            "receipt",
            "receipts",
            "received",
            "receiving",
            "goodsreceipt",
            "inbound",
            "delivery",
            "purchase",
            "purchasereceipt",
            "wareneingang",
            "zugang",
            "eingang",
            "einkauf",
            "lieferung",
            "entree",
            "reception",
            "entrada",
            "recepcion",
            "carico",
            "ricevimento",
            "entrata",
            "ontvangst",
            "inkoop",
            "recebimento",
        ],
    ),
    (
        "customer_return",
        &[
            "customerreturn",
            "return",
            "returns",
            "returned",
            "refund",
            "retoure",
            "ruckgabe",
            "rueckgabe",
            "kundenretoure",
            "retourclient",
            "devolucioncliente",
            "resocliente",
        ],
    ),
    (
        "supplier_return",
        &[
            "supplierreturn",
            "returntosupplier",
            "returntovendor",
            "vendorreturn",
            "rtv",
            "lieferantenretoure",
            "retourfournisseur",
            "devolucionproveedor",
            "resofornitore",
        ],
    ),
    (
        "transfer_in",
        &["transferin", "intransfer", "umlagerungzugang", "transfertentrant", "traspasoentrada"],
    ),
    (
        "transfer_out",
        &["transferout", "outtransfer", "umlagerungabgang", "transfertsortant", "traspasosalida"],
    ),
    (
        "write_off",
        &[
            "writeoff",
            "waste",
            "wastage",
            "spoilage",
            "spoiled",
            "spoilt",
            "damage",
            "damaged",
            "scrap",
            "scrapped",
            "shrinkage",
            "shrink",
            "theft",
            "loss",
            "expired",
            "expiry",
            "verderb",
            "bruch",
            "schwund",
            "abschreibung",
            "verlust",
            "casse",
            "perte",
            "merma",
            "scarto",
            "derving",
            "perda",
        ],
    ),
    (
        "count_adjustment",
        &[
            "adjustment",
            "adjust",
            "adj",
            "stockadjustment",
            "inventoryadjustment",
            "countadjustment",
            "correction",
            "count",
            "stockcount",
            "stocktake",
            "recount",
            "inventur",
            "inventurdifferenz",
            "korrektur",
            "ajustement",
            "inventaire",
            "ajuste",
            "rettifica",
            "correctie",
        ],
    ),
];
/// Words that a till uses as well: alone they make no list of movements.
const OF_TILLS: [&str; 5] = ["purchase", "delivery", "receipt", "adjustment", "correction"];

/// The kind that a word stands for.
fn kind_of(word: &str) -> Option<&'static str> {
    let folded = normalise(word);
    let of_word = WORDS
        .iter()
        .find(|(kind, words)| words.contains(&folded.as_str()) || normalise(kind) == folded);
    of_word.map(|(kind, _)| *kind)
}

/// A list of what came in that names no order cannot be held against one, but it moves the stock.
pub(super) fn take_receipts(mapped: &mut [(Feed, Mapping)], headers: &[String]) {
    let is_of = |feed: Feed, columns: &[&str]| {
        let mapping = mapped.iter().find(|(known, _)| *known == feed).map(|(_, mapping)| mapping);
        mapping.is_some_and(|mapping| columns.iter().any(|column| mapping.has(column)))
    };
    let is_sold = is_of(Feed::Sales, &["sold_at", "customer_id", "total", "payment_method"]);
    let is_ordered = is_of(Feed::Receipts, &["order_id"]);
    if is_sold || is_ordered || fitting(Feed::Receipts, "received_on", headers).is_empty() {
        return;
    }
    let movements = mapped.iter_mut().find(|(feed, mapping)| {
        *feed == Feed::Movements && mapping.has("moved_at") && !mapping.has("kind")
    });
    if let Some((_, mapping)) = movements {
        mapping.columns.push(ProposedColumn {
            column: "kind",
            source: ColumnSource::Computed("'receipt'".to_owned()),
            certainty: Certainty::Certain,
            reason: "each row is of what came in, and none names an order".to_owned(),
            assumption: None,
        });
    }
}

/// Whether a header says that its rows are movements, by its name or by what stands below it.
pub(super) fn says_so(group: &Group, mapping: &Mapping) -> bool {
    let kind = mapping.columns.iter().find(|column| column.column == "kind");
    let Some(header) = mapping.header_of("kind") else { return kind.is_some() };
    let headers = [header.to_owned()];
    if fitting(Feed::Movements, "kind", &headers).iter().any(|(_, fit)| *fit <= Fit::Sure)
        && normalise(header) != "kind"
    {
        return true;
    }
    let words = group.refunds.words_below(&group.headers, header).unwrap_or_default();
    words.iter().any(|word| {
        kind_of(word).is_some_and(|kind| kind != "customer_return")
            && !OF_TILLS.contains(&normalise(word).as_str())
    })
}

/// Reads the words of a file as kinds, and asks about those that say nothing.
pub(super) fn judge(group: &Group, draft: &mut Draft) {
    let Some(known) = draft.columns.iter_mut().find(|column| column.column == "kind") else {
        return;
    };
    let Some(header) = known.source.header_name().map(str::to_owned) else { return };
    let Some(words) = group.refunds.words_below(&group.headers, &header) else { return };
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let is_own = |word: &&str| WORDS.iter().any(|(kind, _)| kind == word);
    if words.iter().all(is_own) {
        return;
    }
    let told: Vec<(&str, &str)> =
        words.iter().filter_map(|word| Some((*word, kind_of(word)?))).collect();
    let unknown: Vec<&str> = words.iter().copied().filter(|word| kind_of(word).is_none()).collect();
    let name = in_backticks(&header);
    let decoded = |others: &[(&str, &str)]| {
        let pairs = told.iter().chain(others);
        let pairs = pairs.map(|(word, kind)| format!("'{}', '{kind}', ", word.replace('\'', "''")));
        ColumnSource::Computed(format!("decode({name}, {}{name})", pairs.collect::<String>()))
    };
    if unknown.is_empty() {
        known.source = decoded(&[]);
        known.certainty = Certainty::Certain;
        known.reason = format!("the words below `{header}` are usual ones for kinds");
        return;
    }
    let option = |kind: &str| {
        let others: Vec<(&str, &str)> = unknown.iter().map(|word| (*word, kind)).collect();
        (Choice::Column(decoded(&others)), format!("`{}` is {kind}", unknown.join("`, `")))
    };
    let text = format!(
        "what kind of movement is `{}` below `{header}` of {}?",
        unknown.join("`, `"),
        group.label()
    );
    let question = Question::new(Feed::Movements, "kind", group.label(), text)
        .about(&header, format!("`{}`", words.join("`, `")))
        .with_options(vec![option("write_off"), option("transfer_out"), option("receipt")])
        .allowing(
            "any such decode() with a kind for each word; movements that are sales come in as \
             sales alone: leave them out of the file, or the file out with movements=no",
        );
    draft.columns.retain(|column: &ProposedColumn| column.column != "kind");
    draft.questions.push(question);
}
