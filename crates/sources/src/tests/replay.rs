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

/// The message of a regression that the program once took gigabytes for.
fn refusal(name: &str, make: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let input = std::fs::read(fuzz.join("regressions/formats").join(name)).unwrap();
    let error = read_bytes("in", &make(&input[1..]), ReadOptions::default()).unwrap_err();
    assert!(error.is_refused_file());
    error.to_string()
}

#[test]
fn cells_beyond_the_end_of_a_sheet_are_a_refused_file() {
    let column = refusal("sheet_beyond_last_column", bodies::workbook_of);
    // 26 + 26^2 + ... + 26^6 is column ZZZZZZ.
    assert!(column.contains("a cell in row 9 and column 321272406, and sheets"), "{column}");
    let row = refusal("sheet_beyond_last_row", bodies::workbook_of);
    assert!(row.contains("a cell in row 1048577 and column 1, and sheets"), "{row}");
}

#[test]
fn what_an_old_workbook_claims_costs_no_memory() {
    let old = |rest: &[u8]| [b"\xD0\xCF\x11\xE0", rest].concat();
    let far = refusal("xls_far_cell", old);
    assert!(far.contains("reach over 16777216 places up to row 65536 and column 256"), "{far}");
    let said = refusal("xls_said_to_be_large", old);
    assert!(said.contains("its sheet 1 is said to have 281470681677825 cells"), "{said}");
}

#[test]
fn the_sheets_that_are_fuzzed_are_read() {
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/formats/sheet");
    let sheet = std::fs::read(seed).unwrap();
    let book = bodies::workbook_of(&sheet[1..]);
    let chunks = read_bytes("in.xlsx", &book, ReadOptions::default()).unwrap();
    assert_eq!(rows(&chunks), [["A1", "6", "2024-08-26T12:00:00"]]);
}
