//! Files that already speak the feeds' own language.

use super::columns::Mapping;
use super::feeds::{Draft, Role};
use super::group::Group;
use super::{Certainty, ProposedSource};
use shelfcast_retail::Feed;

/// A source for files of which every header is a column of one feed.
pub(super) fn draft(group: &Group) -> Option<Draft> {
    let stem = group.stem();
    let mut feeds: Vec<Feed> = Feed::ALL.into_iter().filter(|feed| speaks(group, *feed)).collect();
    // `sales_2024` and `sales` are sales; the name only decides between feeds that both fit.
    feeds.sort_by_key(|feed| !stem.starts_with(feed.as_str()));
    let feed = match feeds.as_slice() {
        [only] => *only,
        [named, ..] if stem.starts_with(named.as_str()) => *named,
        _ => return None,
    };
    let mapping = Mapping::new(group, feed);
    let required = |column: &&shelfcast_retail::Column| column.required;
    if !feed.columns().iter().filter(required).all(|column| mapping.has(column.name)) {
        return None;
    }
    let mut spec = group.spec(feed);
    spec.numbers = mapping.numbers;
    spec.null_texts.clone_from(&mapping.null_texts);
    let columns = mapping.columns.iter();
    spec.columns =
        columns.map(|column| (column.column.to_owned(), column.source.clone())).collect();
    let certainty = mapping.columns.iter().map(|column| column.certainty).max();
    let mapped: Vec<&str> =
        mapping.columns.iter().filter_map(|column| mapping.header_of(column.column)).collect();
    let unused = group.headers.iter().filter(|header| !mapped.contains(&header.as_str()));
    let source = ProposedSource {
        spec,
        certainty: certainty.unwrap_or(Certainty::Certain),
        reason: format!("every header of {} is a column of {feed}", group.label()),
        unused_headers: unused.cloned().collect(),
        columns: mapping.columns,
    };
    Some(Draft { feed, role: Role::Own, source: Some(source), questions: mapping.questions })
}

fn speaks(group: &Group, feed: Feed) -> bool {
    let has = |name: &str| group.headers.iter().any(|header| header == name);
    group.headers.iter().all(|header| feed.column(header).is_some())
        && feed.columns().iter().all(|column| !column.required || has(column.name))
}
