//! Data goes to standard output, everything else to standard error.

use std::io::{IsTerminal, Write};

/// A line on standard error.
pub fn say(line: &str) {
    // Nothing can be told when standard error is gone.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Data on standard output. A reader that went away ends the output, not the program.
pub fn data(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Whether standard error is a terminal, where progress bars make sense.
pub fn is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// A number of things with thousands separated, and its word in the right form.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// Digits in groups of three.
pub fn thousands(number: u64) -> String {
    indicatif::HumanCount(number).to_string()
}
