//! Seeds: functions of names and days, never of an order of events.

/// FNV-1a (Fowler, Noll, Vo).
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// SplitMix64's finaliser (Steele, Lea, Flood 2014).
pub(crate) fn mixed(word: u64) -> u64 {
    let word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// A uniform number from 0 to 1, 1 excluded.
pub(crate) fn uniform(seed: u64, row: u64, column: u64) -> f64 {
    let bits = mixed(mixed(seed ^ row.wrapping_mul(0x9e37_79b9_7f4a_7c15)) ^ column) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}
