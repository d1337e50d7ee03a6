//! Bytes as recorded from this program: a change here changes what every seed means.

#![expect(clippy::unwrap_used, reason = "a test that cannot make its world should stop")]

mod support;

use support::{small, written};

/// BLAKE3 of all files' names and bytes, in order.
fn hash(files: &support::Files) -> String {
    let mut hasher = blake3::Hasher::new();
    for (name, bytes) in files {
        hasher.update(name.as_bytes()).update(bytes);
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

#[test]
fn seed_7_writes_the_bytes_recorded() {
    let (feeds, truth) = written(small(7), |options| options);
    assert_eq!([hash(&feeds), hash(&truth)], ["083fe946a2de23e2", "f626cc52a332a1d1"]);
    let dirty =
        written(small(7), |options| shelfcast_world::WriteOptions { dirt: 0.02, ..options });
    assert_eq!([hash(&dirty.0), hash(&dirty.1)], ["329d24f2981d6e91", "eeca862c87ef8a7d"]);
}
