//! Every input that the fuzzer is started with or once failed on, without a fuzzer.

use super::{read_bytes, rows};
use crate::ReadOptions;
use std::path::Path;

#[path = "../../../../fuzz/src/sources.rs"]
mod bodies;

#[test]
fn inputs_kept_by_fuzzing_break_no_promise() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    for (target, run) in bodies::TARGETS {
        let mut n_inputs = 0;
        for folder in ["corpus", "regressions"] {
            let Ok(inputs) = fuzz.join(folder).join(target).read_dir() else { continue };
            for input in inputs {
                let path = input.unwrap().path();
                let bytes = std::fs::read(&path).unwrap();
                let outcome = std::panic::catch_unwind(|| run(&bytes));
                assert!(outcome.is_ok(), "{target}: {}", path.display());
                n_inputs += 1;
            }
        }
        assert!(n_inputs > 0, "{target} has no inputs");
    }
}

#[test]
fn the_sheets_that_are_fuzzed_are_read() {
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/formats/sheet");
    let sheet = std::fs::read(seed).unwrap();
    let book = bodies::workbook_of(&sheet[1..]);
    let chunks = read_bytes("in.xlsx", &book, ReadOptions::default()).unwrap();
    assert_eq!(rows(&chunks), [["A1", "6", "2024-08-26T12:00:00"]]);
}
