//! Files that already speak the feeds' own language.

use super::columns::Mapping;
use super::draft::{Draft, Role};
use super::feeds::fill;
use super::group::Group;
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
    let mut draft = Draft::new(group, feed, Role::Own);
    draft.reason = format!("every header of {} is a column of {feed}", group.label());
    fill(&mut draft, mapping);
    Some(draft)
}

fn speaks(group: &Group, feed: Feed) -> bool {
    let has = |name: &str| group.headers.iter().any(|header| header == name);
    group.headers.iter().all(|header| feed.column(header).is_some())
        && feed.columns().iter().all(|column| !column.required || has(column.name))
}
