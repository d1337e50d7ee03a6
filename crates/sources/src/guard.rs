use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread is caught and becomes an error of a file: it need not be told
/// as a crash.
pub fn is_guarded() -> bool {
    IS_GUARDED.get()
}

/// Runs a library that is known to panic on broken files; the error is what it said.
///
/// What the library was reading is not to be used after an error: readers end
/// with their first one.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let was_guarded = IS_GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_GUARDED.set(was_guarded);
    done.map_err(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
        format!("it is broken ({})", said.unwrap_or("without a reason"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_that_says_what_was_said() {
        assert_eq!(guarded(|| 1), Ok(1));
        let found: usize = std::hint::black_box(7);
        let error = guarded(|| [0, 1][found]).unwrap_err();
        assert!(error.contains("the len is 2 but the index is 7"), "{error}");
        assert_eq!(guarded(|| panic!("no")), Err::<(), _>("it is broken (no)".to_owned()));
    }
}
