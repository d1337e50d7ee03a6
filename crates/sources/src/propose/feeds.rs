//! Which feeds a file holds, when its headers are the retailer's own.

use super::columns::Mapping;
use super::dictionary::{Fit, fitting, normalise};
use super::draft::{Draft, Role};
use super::group::Group;
use super::missing::ask_for_missing;
use super::{Certainty, ProposedColumn, across, movements};
use crate::{ColumnSource, DateFormat};
use shelfcast_retail::Feed;
use std::cmp::Reverse;

impl Role {
    /// Things that stand again and again are mentioned in rows about something else.
    fn of(group: &Group, feed: Feed, mapping: &Mapping) -> Self {
        let key = mapping.header_of(feed.key()[0]).and_then(|header| group.values_of(header));
        if key.is_some_and(|values| values.repeat()) { Self::Mentions } else { Self::Own }
    }
}

/// The feeds whose rows are events or terms; a file holds one of them at most.
const EVENTS: [Feed; 7] = [
    Feed::PurchaseOrders,
    Feed::Receipts,
    Feed::Movements,
    Feed::Promotions,
    Feed::Prices,
    Feed::Calendar,
    Feed::Sales,
];

/// What a file is found to hold.
struct Holdings {
    /// Whether the rows may be events at all: those of a wide file are none.
    may_be_events: bool,
    event: Option<Feed>,
    stock: bool,
    settings: bool,
    products: bool,
    /// The header that names the product of an event.
    event_product: Option<String>,
}

/// One draft for every feed that the group holds or mentions, and for those that
/// a person says it holds.
pub(super) fn drafts(group: &Group, told: &[Feed]) -> Vec<Draft> {
    let Some(wide) = super::wide::find(group) else { return long_drafts(group, told, true) };
    let rest = group.without(&wide.members);
    let told: Vec<Feed> = told.iter().copied().filter(|feed| *feed != Feed::Sales).collect();
    let mut drafts = long_drafts(&rest, &told, false);
    drafts.push(across::sales(group, &rest, wide));
    drafts
}

fn long_drafts(group: &Group, told: &[Feed], may_be_events: bool) -> Vec<Draft> {
    let mut mapped: Vec<(Feed, Mapping)> =
        Feed::ALL.into_iter().map(|feed| (feed, Mapping::new(group, feed))).collect();
    movements::take_receipts(&mut mapped, &group.headers);
    let mapping_of = |feed: Feed| mapped.iter().find(|(known, _)| *known == feed);
    let events = EVENTS.into_iter().filter(|_| may_be_events).filter_map(mapping_of);
    let mut events = events.filter(|(feed, mapping)| is_event(group, *feed, mapping));
    let event = events.next().map(|(feed, _)| *feed);
    let has = |feed: Feed, test: &dyn Fn(&Mapping) -> bool| {
        mapping_of(feed).is_some_and(|(_, mapping)| test(mapping))
    };
    let holdings = Holdings {
        may_be_events,
        event,
        stock: match event {
            None => has(Feed::Stock, &|it| it.has("on_hand") && it.has("product_id")),
            Some(Feed::Sales) => has(Feed::Stock, &is_daily_stock),
            Some(_) => false,
        },
        settings: event.is_none() && has(Feed::ItemSettings, &sets_terms),
        products: event.is_none() && has(Feed::Products, &|it| describes_products(it, false)),
        event_product: event
            .and_then(mapping_of)
            .and_then(|(_, mapping)| mapping.header_of("product_id"))
            .map(str::to_owned),
    };
    let mut drafts = Vec::new();
    for (feed, mut mapping) in mapped {
        if event.is_some() && Some(feed) != event {
            mapping.forget_bare_name();
        }
        let role = holdings.role(group, feed, &mapping);
        let role = role.or(told.contains(&feed).then_some(Role::Own));
        if event.is_some() && Some(feed) != event {
            mapping.forget_money();
        }
        if feed == Feed::Suppliers && holdings.settings {
            // The time is the product's, not the supplier's.
            mapping.forget(&["stated_lead_time_days"]);
        }
        drafts.extend(role.map(|role| draft(group, feed, role, mapping)));
    }
    drafts
}

impl Holdings {
    /// What the file is to a feed, if anything.
    fn role(&self, group: &Group, feed: Feed, mapping: &Mapping) -> Option<Role> {
        match feed {
            _ if Some(feed) == self.event => Some(Role::Own),
            Feed::Stock => self.stock.then_some(Role::Own),
            Feed::ItemSettings => self.settings.then_some(Role::Own),
            Feed::Products if self.products => Some(Role::of(group, feed, mapping)),
            Feed::Products => {
                let is_same = self
                    .event_product
                    .as_deref()
                    .is_none_or(|header| mapping.header_of("product_id") == Some(header));
                (is_same && describes_products(mapping, true)).then_some(Role::Mentions)
            }
            Feed::Customers | Feed::Suppliers | Feed::Locations => {
                let names_more = mapping.columns.len() > 1;
                let alone = self.event.is_none()
                    && !self.stock
                    && !self.products
                    && !self.settings
                    && self.may_be_events;
                let role = if alone { Role::of(group, feed, mapping) } else { Role::Mentions };
                let enough = names_more
                    || (feed == Feed::Suppliers && self.products)
                    || (alone && role == Role::Own);
                (mapping.has(feed.key()[0]) && enough).then_some(role)
            }
            _ => None,
        }
    }
}

/// Whether rows of this feed can be told from those of another.
fn is_event(group: &Group, feed: Feed, mapping: &Mapping) -> bool {
    let all = |names: &[&str]| names.iter().all(|name| mapping.has(name));
    match feed {
        // An order number alone may be a sale's; together with a day of order it is a purchase.
        Feed::PurchaseOrders => {
            all(&["order_id", "ordered_on"]) && is_purchase(mapping) && is_ours(group, mapping)
        }
        Feed::Receipts => all(&["order_id", "received_on"]) && is_ours(group, mapping),
        Feed::Movements => {
            all(&["moved_at", "kind", "quantity"]) && movements::says_so(group, mapping)
        }
        Feed::Promotions => all(&["starts_on", "ends_on"]),
        Feed::Prices => all(&["product_id", "valid_from"]),
        Feed::Calendar => all(&["day", "event"]) && !mapping.has("product_id"),
        Feed::Sales => {
            let evidence = ["product_id", "sold_at", "quantity", "total"];
            evidence.iter().filter(|name| mapping.has(name)).count() >= 3
                || all(&["sale_id", "sold_at"])
                || all(&["sold_at", "quantity"])
                || all(&["sold_at", "total"])
                || all(&["sale_id", "product_id", "line"])
                || all(&["sale_id", "product_id", "quantity"])
        }
        _ => false,
    }
}

fn is_purchase(mapping: &Mapping) -> bool {
    let says_so = |name: &str| {
        mapping.header_of(name).is_some_and(|header| {
            let header = normalise(header);
            header.starts_with("po") || header.contains("purchase") || header.contains("einkauf")
        })
    };
    says_so("order_id") || says_so("ordered_on") || mapping.has("expected_on")
}

/// Whether an order whose number may be a buyer's is one to a supplier: it names one, or what a unit
/// costs us, or when it is to come, and no buyer.
fn is_ours(group: &Group, mapping: &Mapping) -> bool {
    let Some(header) = mapping.header_of("order_id") else { return false };
    let names = [header.to_owned()];
    if fitting(mapping.feed, "order_id", &names).iter().any(|(_, fit)| *fit <= Fit::Sure) {
        return true;
    }
    let names_buyer = ["customer_id", "payment_method", "discount"]
        .iter()
        .any(|column| !fitting(Feed::Sales, column, &group.headers).is_empty());
    let signs = ["supplier_id", "unit_cost", "expected_on", "received_on"];
    let n_signs = signs.iter().filter(|name| mapping.has(name)).count();
    let needed = if mapping.feed == Feed::Receipts || group.names_purchases() { 1 } else { 2 };
    !names_buyer && n_signs >= needed
}

/// Sales of a day with the stock of that day.
fn is_daily_stock(mapping: &Mapping) -> bool {
    let names_stock = mapping.header_of("on_hand").is_some_and(|header| {
        let header = normalise(header);
        ["stock", "inventory", "onhand", "bestand"].iter().any(|word| header.contains(word))
    });
    names_stock && mapping.has("product_id") && mapping.has("counted_on")
}

fn sets_terms(mapping: &Mapping) -> bool {
    let terms = [
        "lead_time_days",
        "review_days",
        "service_target",
        "min_quantity",
        "max_quantity",
        "min_order_quantity",
        "order_multiple",
    ];
    mapping.has("product_id") && terms.iter().any(|name| mapping.has(name))
}

/// A list of products has more than ids; in a list of events prices are the event's.
fn describes_products(mapping: &Mapping, among_events: bool) -> bool {
    let telling: &[&str] = match among_events {
        true => &["name", "category", "brand"],
        false => &["name", "category", "brand", "unit_cost", "unit_price", "pack_size"],
    };
    mapping.has("product_id") && telling.iter().any(|name| mapping.has(name))
}

/// A draft of what was mapped, with the questions that are open.
pub(super) fn draft(group: &Group, feed: Feed, role: Role, mut mapping: Mapping) -> Draft {
    complete(group, feed, &mut mapping);
    let mut draft = Draft::new(group, feed, role);
    let used = mapping.used().join(", ");
    draft.reason = match role {
        Role::Own => format!("{} has {used}", group.label()),
        Role::Mentions => {
            format!("{} names {feed} in {used}; the first row of each is taken", group.label())
        }
    };
    if feed == Feed::Sales {
        let (rules, notes) = group.kinds.rules();
        draft.spec.kinds = rules;
        draft.notes.extend(notes);
    }
    fill(&mut draft, mapping);
    ask_for_missing(group, &mut draft);
    note_period(group, &mut draft);
    if feed == Feed::Sales {
        group.amounts.judge(group, &mut draft);
        group.refunds.judge(group, &mut draft);
    }
    if feed == Feed::Movements {
        movements::judge(group, &mut draft);
    }
    refuse_sums(group, &mut draft);
    draft
}

/// Puts what was mapped into a draft.
pub(super) fn fill(draft: &mut Draft, mapping: Mapping) {
    draft.spec.numbers = mapping.numbers;
    draft.spec.null_texts = mapping.null_texts;
    draft.spec.period = mapping.period.unwrap_or(draft.spec.period);
    draft.spec.distinct = draft.role == Role::Mentions;
    draft.columns = mapping.columns;
    draft.questions = mapping.questions;
}

/// Rows of weeks or months are told by the days they carry.
fn note_period(group: &Group, draft: &mut Draft) {
    let found = draft.columns.iter().find(|column| column.column == "sold_at");
    let Some((column, header)) = found.and_then(|it| Some((it, it.source.header_name()?))) else {
        return;
    };
    let format = column.source.date_format().unwrap_or(&DateFormat::Iso);
    if let Some(period) = group.values_of(header).and_then(|values| values.period(format)) {
        draft.spec.period = period;
        draft.notes.push(format!("a row is a {period}: the days of `{header}` are one apart"));
    }
}

/// A row of totals is no product; without one the contract refuses it.
pub(super) fn refuse_sums(group: &Group, draft: &mut Draft) {
    let product = draft.columns.iter().find(|column| column.column == "product_id");
    let header = product.and_then(|column| column.source.header_name());
    let Some((header, values)) = header.and_then(|it| Some((it, group.values_of(it)?))) else {
        return;
    };
    let sums: Vec<String> = values.sums.iter().cloned().collect();
    if sums.is_empty() {
        return;
    }
    draft.assumed.push(format!(
        "`{}` in `{header}` is no product of {}: rows of totals are refused",
        sums.join("`, `"),
        group.label()
    ));
    draft.spec.null_texts.extend(sums);
}

/// Columns that no header names but that can be said all the same.
fn complete(group: &Group, feed: Feed, mapping: &mut Mapping) {
    if feed == Feed::Sales && !mapping.has("sale_id") {
        mapping.columns.push(row_key());
    }
    if feed == Feed::Sales {
        mapping.map_profit(group);
    }
    let date = match feed {
        Feed::Stock => "counted_on",
        Feed::Sales => "sold_at",
        _ => return,
    };
    if mapping.has(date) {
        return;
    }
    if let Some(pattern) = group.dated_name() {
        mapping.columns.push(ProposedColumn {
            column: date,
            source: ColumnSource::FileName { pattern: pattern.to_owned(), format: None },
            certainty: Certainty::Likely,
            reason: "no header names the day; every file has one in its name".to_owned(),
            assumption: None,
        });
        return;
    }
    let restocked = mapping.columns.iter().find(|column| column.column == "restock_date");
    if let Some((restocked, header)) = restocked.zip(mapping.header_of("restock_date")) {
        let counted = ProposedColumn {
            column: "counted_on",
            source: restocked.source.clone(),
            certainty: Certainty::Certain,
            reason: format!("no header names the day of the count; `{header}` is the only date"),
            assumption: Some(format!("{header} is read as the date of the count")),
        };
        mapping.columns.push(counted);
    }
}

/// Each row as a sale of its own.
pub(super) fn row_key() -> ProposedColumn {
    ProposedColumn {
        column: "sale_id",
        source: ColumnSource::RowKey,
        certainty: Certainty::Certain,
        reason: "no header names a sale; each row is a sale of its own, named by file and row"
            .to_owned(),
        assumption: None,
    }
}

/// A file that only mentions a feed gives way to one that holds it; of several
/// that mention it the one that says most is taken.
pub(super) fn keep_the_best(drafts: &mut Vec<Draft>) {
    let mut kept: Vec<Draft> = Vec::new();
    for draft in drafts.drain(..) {
        if draft.role == Role::Own {
            kept.retain(|known| known.feed != draft.feed || known.role == Role::Own);
            kept.push(draft);
            continue;
        }
        match kept.iter().position(|known| known.feed == draft.feed) {
            None => kept.push(draft),
            Some(index)
                if kept[index].role == Role::Mentions
                    && draft.columns.len() > kept[index].columns.len() =>
            {
                kept[index] = draft;
            }
            Some(_) => {}
        }
    }
    *drafts = kept;
}

/// Of the sheets of a workbook that look like one feed of events, those with the headers of the
/// largest are parts of it; another is most likely its summary, and is left out.
pub(super) fn keep_one_of_a_workbook(drafts: &mut Vec<Draft>) {
    let is_event = |draft: &Draft| EVENTS.contains(&draft.feed) && draft.spec.sheet.is_some();
    let mut left_out: Vec<(usize, String)> = Vec::new();
    for (at, draft) in drafts.iter().enumerate().filter(|(_, draft)| is_event(draft)) {
        let is_rival = |other: &&Draft| {
            other.feed == draft.feed && other.spec.files == draft.spec.files && is_event(other)
        };
        let rivals = drafts.iter().filter(is_rival);
        let largest = rivals.max_by_key(|other| (other.n_rows, Reverse(&other.label)));
        if largest.is_some_and(|largest| largest.headers != draft.headers) {
            left_out.push((at, draft.label.clone()));
        }
    }
    for (at, label) in left_out.into_iter().rev() {
        let gone = drafts.remove(at);
        let is_kept = |draft: &&mut Draft| {
            draft.feed == gone.feed && draft.spec.files == gone.spec.files && is_event(draft)
        };
        if let Some(kept) = drafts.iter_mut().find(is_kept) {
            kept.assumed.push(format!(
                "{label} looks like {} as well and has other headers than the largest sheet: it is \
                 taken for a summary and left out",
                gone.feed
            ));
        }
    }
}

/// Says of each feed of events that several kinds of files hold that their rows add up.
pub(super) fn note_rivals(drafts: &mut [Draft]) {
    for feed in EVENTS {
        let of_feed = |draft: &&mut Draft| draft.feed == feed && draft.role == Role::Own;
        let mut rivals: Vec<&mut Draft> = drafts.iter_mut().filter(of_feed).collect();
        let labels: Vec<String> = rivals.iter().map(|draft| draft.label.clone()).collect();
        let (Some((last, others)), Some(stem)) =
            (labels.split_last(), rivals.last().map(|draft| draft.stem.clone()))
        else {
            continue;
        };
        let both = if others.len() == 1 { "both " } else { "" };
        let text = format!(
            "{both}{} and {last} look like {feed}, and the rows of all of them count; \
             if one is the sum of another, decline one, as with --answer '{stem}:{feed}=no'",
            others.join(", ")
        );
        if let (Some(first), false) = (rivals.first_mut(), others.is_empty()) {
            first.assumed.push(text);
        }
    }
}
