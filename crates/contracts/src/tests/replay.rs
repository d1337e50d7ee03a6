//! Every input that the fuzzer is started with or once failed on, without a fuzzer.

use std::path::Path;

#[path = "../../../../fuzz/src/contracts.rs"]
mod bodies;

#[test]
fn inputs_kept_by_fuzzing_break_no_promise() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    for (target, run) in bodies::TARGETS {
        let mut n_inputs = 0;
        let folders = [
            format!("corpus/{target}"),
            format!("regressions/{target}"),
            "../contracts".to_owned(),
        ];
        for folder in folders {
            let Ok(inputs) = fuzz.join(folder).read_dir() else { continue };
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
