//! Every input that the fuzzer is started with or once failed on, without a fuzzer.

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
