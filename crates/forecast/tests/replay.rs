//! Replays the fuzzer's kept inputs, and some thousand mutations of each.

#[path = "../../../fuzz/src/forecast.rs"]
mod on_forecast;

use std::fs;
use std::path::Path;

#[test]
fn kept_states_and_their_mutations_are_read_or_refused() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let mut count = 0;
    for folder in ["corpus/states", "regressions/states"] {
        let Ok(entries) = fs::read_dir(fuzz.join(folder)) else { continue };
        for entry in entries {
            let bytes = fs::read(entry.expect("a readable folder").path()).expect("readable");
            on_forecast::states(&bytes);
            mutations(&bytes);
            count += 1;
        }
    }
    assert!(count >= 7, "one input a kind of state, found {count}");
}

/// Every kind of change that a broken disk or a stranger makes: bytes and cuts.
fn mutations(bytes: &[u8]) {
    let mut word = bytes.len() as u64;
    let mut draw = |below: usize| {
        word = word.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (word >> 33) as usize % below.max(1)
    };
    for round in 0..2_000 {
        let mut changed = bytes.to_vec();
        for _ in 0..=round % 3 {
            let place = 1 + draw(changed.len() - 1);
            changed[place.min(bytes.len() - 1)] =
                [0, 1, 2, 127, 128, 255, draw(256) as u8][draw(7)];
        }
        if round % 5 == 0 {
            changed.truncate(1 + draw(bytes.len()));
        }
        on_forecast::states(&changed);
    }
}
