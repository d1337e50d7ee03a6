//! Which feeds a file holds, when its headers are the retailer's own.

use super::columns::Mapping;
use super::group::Group;
use super::{Certainty, ProposedColumn, ProposedSource, Question};
use crate::ColumnSource;
use shelfcast_retail::{Column, Feed};

/// What a file is to a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Its rows are rows of the feed.
    Own,
    /// It names the feed's things among others: suppliers in a list of products.
    Mentions,
}

impl Role {
    /// Things that stand again and again are mentioned in rows about something else.
    fn of(group: &Group, feed: Feed, mapping: &Mapping) -> Self {
        let key = mapping.header_of(feed.key()[0]).and_then(|header| group.values_of(header));
        if key.is_some_and(|values| values.repeat()) { Self::Mentions } else { Self::Own }
    }
}

/// A source, or the questions that stand before it.
pub(super) struct Draft {
    pub(super) feed: Feed,
    pub(super) role: Role,
    pub(super) source: Option<ProposedSource>,
    pub(super) questions: Vec<Question>,
}

/// The feeds whose rows are events or terms; a file holds one of them at most.
const EVENTS: [Feed; 8] = [
    Feed::PurchaseOrders,
    Feed::Receipts,
    Feed::Movements,
    Feed::Promotions,
    Feed::Prices,
    Feed::ItemSettings,
    Feed::Calendar,
    Feed::Sales,
];

/// One draft for every feed that the group holds or mentions.
pub(super) fn drafts(group: &Group) -> Vec<Draft> {
    let mapped: Vec<(Feed, Mapping)> =
        Feed::ALL.into_iter().map(|feed| (feed, Mapping::new(group, feed))).collect();
    let mapping_of = |feed: Feed| mapped.iter().find(|(known, _)| *known == feed);
    let event = EVENTS
        .into_iter()
        .filter_map(mapping_of)
        .find(|(feed, mapping)| is_event(*feed, mapping))
        .map(|(feed, _)| *feed);
    let holds_stock =
        event.is_none() && mapping_of(Feed::Stock).is_some_and(|(_, it)| it.has("on_hand"));
    let lists_products = event.is_none()
        && mapping_of(Feed::Products).is_some_and(|(_, it)| describes_products(it, false));
    let mut drafts = Vec::new();
    for (feed, mut mapping) in mapped {
        let role = match feed {
            _ if Some(feed) == event => Some(Role::Own),
            Feed::Stock => holds_stock.then_some(Role::Own),
            Feed::Products if lists_products => Some(Role::of(group, feed, &mapping)),
            Feed::Products => describes_products(&mapping, true).then_some(Role::Mentions),
            Feed::Customers | Feed::Suppliers | Feed::Locations => {
                let names_more = mapping.columns.len() > 1;
                let alone = event.is_none() && !holds_stock && !lists_products;
                let enough = names_more || (feed == Feed::Suppliers && lists_products);
                let role = if alone { Role::of(group, feed, &mapping) } else { Role::Mentions };
                (mapping.has(feed.key()[0]) && enough).then_some(role)
            }
            _ => None,
        };
        let among_events = event.is_some() && Some(feed) != event;
        if among_events {
            mapping.forget_money(feed);
        }
        drafts.extend(role.map(|role| draft(group, feed, role, mapping)));
    }
    drafts
}

/// Whether rows of this feed can be told from those of another.
fn is_event(feed: Feed, mapping: &Mapping) -> bool {
    let all = |names: &[&str]| names.iter().all(|name| mapping.has(name));
    match feed {
        // An order number alone may be a sale's; together with a day of order it is a purchase.
        Feed::PurchaseOrders => all(&["order_id", "ordered_on"]) && is_purchase(mapping),
        Feed::Receipts => all(&["order_id", "received_on"]),
        Feed::Movements => all(&["moved_at", "kind", "quantity"]),
        Feed::Promotions => all(&["starts_on", "ends_on"]),
        Feed::Prices => all(&["product_id", "valid_from"]),
        Feed::ItemSettings => {
            mapping.has("product_id")
                && [
                    "lead_time_days",
                    "review_days",
                    "service_target",
                    "min_order_quantity",
                    "order_multiple",
                ]
                .iter()
                .any(|name| mapping.has(name))
        }
        Feed::Calendar => all(&["day", "event"]) && !mapping.has("product_id"),
        Feed::Sales => {
            let evidence = ["product_id", "sold_at", "quantity", "total"];
            evidence.iter().filter(|name| mapping.has(name)).count() >= 3
                || all(&["sale_id", "sold_at"])
        }
        _ => false,
    }
}

fn is_purchase(mapping: &Mapping) -> bool {
    let says_so = |name: &str| {
        mapping.header_of(name).is_some_and(|header| {
            let header = super::dictionary::normalise(header);
            header.starts_with("po") || header.contains("purchase")
        })
    };
    says_so("order_id") || says_so("ordered_on") || mapping.has("expected_on")
}

/// A list of products has more than ids; in a list of events prices are the event's.
fn describes_products(mapping: &Mapping, among_events: bool) -> bool {
    let telling: &[&str] = match among_events {
        true => &["name", "category", "brand"],
        false => &["name", "category", "brand", "unit_cost", "unit_price", "pack_size"],
    };
    mapping.has("product_id") && telling.iter().any(|name| mapping.has(name))
}

fn draft(group: &Group, feed: Feed, role: Role, mut mapping: Mapping) -> Draft {
    complete(feed, &mut mapping);
    let missing: Vec<&Column> = feed
        .columns()
        .iter()
        .filter(|column| column.required && !mapping.has(column.name))
        .collect();
    let mut questions = std::mem::take(&mut mapping.questions);
    questions.extend(missing.iter().map(|column| ask_for(group, feed, column)));
    let source = missing.is_empty().then(|| source(group, feed, role, mapping));
    Draft { feed, role, source, questions }
}

/// Columns that no header names but that can be said all the same.
fn complete(feed: Feed, mapping: &mut Mapping) {
    if feed == Feed::Sales && !mapping.has("sale_id") {
        mapping.columns.push(ProposedColumn {
            column: "sale_id",
            source: ColumnSource::RowKey,
            certainty: Certainty::Certain,
            reason: "no header names a sale; each row is a sale of its own, named by file and row"
                .to_owned(),
            assumption: None,
        });
    }
    if feed == Feed::Stock && !mapping.has("counted_on") {
        let restocked = mapping.columns.iter().find(|column| column.column == "restock_date");
        if let Some((restocked, header)) = restocked.zip(mapping.header_of("restock_date")) {
            let counted = ProposedColumn {
                column: "counted_on",
                source: restocked.source.clone(),
                certainty: Certainty::Likely,
                reason: format!(
                    "no header names the day of the count; `{header}` is the only date"
                ),
                assumption: Some(format!("{header} is read as the date of the count: ASSUMED")),
            };
            mapping.columns.push(counted);
        }
    }
    let position = |column: &ProposedColumn| {
        feed.columns().iter().position(|known| known.name == column.column)
    };
    mapping.columns.sort_by_key(position);
}

fn ask_for(group: &Group, feed: Feed, column: &Column) -> Question {
    let name = column.name;
    Question {
        file: group.label(),
        feed,
        column: column_name(feed, name),
        found: group.headers.join(", "),
        allowed: "one of these headers, or a constant".to_owned(),
        text: format!(
            "which column of {} is {feed}.{name}? it looks like {feed}, and no header with \
             values that fit says so",
            group.label()
        ),
    }
}

fn column_name(feed: Feed, name: &str) -> &'static str {
    feed.column(name).map_or("", |column| column.name)
}

fn source(group: &Group, feed: Feed, role: Role, mapping: Mapping) -> ProposedSource {
    let mut spec = group.spec(feed);
    spec.numbers = mapping.numbers;
    spec.null_texts.clone_from(&mapping.null_texts);
    spec.distinct = role == Role::Mentions;
    let required =
        |column: &&ProposedColumn| feed.column(column.column).is_some_and(|known| known.required);
    let certainty = mapping.columns.iter().filter(required).map(|column| column.certainty).max();
    let used: Vec<&str> =
        mapping.columns.iter().filter_map(|column| mapping.header_of(column.column)).collect();
    let unused_headers =
        group.headers.iter().filter(|header| !used.contains(&header.as_str())).cloned().collect();
    let reason = match role {
        Role::Own => format!("{} has {}", group.label(), used.join(", ")),
        Role::Mentions => format!(
            "{} names {feed} in {}; the first row of each is taken",
            group.label(),
            used.join(", ")
        ),
    };
    let columns = mapping.columns;
    spec.columns =
        columns.iter().map(|column| (column.column.to_owned(), column.source.clone())).collect();
    let certainty = certainty.unwrap_or(Certainty::Certain);
    ProposedSource { spec, certainty, reason, columns, unused_headers }
}

/// A file that only mentions a feed gives way to one that holds it; of several
/// that mention it the one that says most is taken.
pub(super) fn keep_the_best(drafts: &mut Vec<Draft>) {
    let says = |draft: &Draft| draft.source.as_ref().map_or(0, |source| source.columns.len());
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
                if kept[index].role == Role::Mentions && says(&draft) > says(&kept[index]) =>
            {
                kept[index] = draft;
            }
            Some(_) => {}
        }
    }
    *drafts = kept;
}
