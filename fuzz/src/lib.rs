//! What the fuzz targets do with their bytes.
//!
//! The same modules are compiled into the tests of `sources`, `contracts` and `forecast`,
//! which replay every kept input without a fuzzer: `crate::` is this crate here
//! and the crate under test there.

#![forbid(unsafe_code)]

pub use shelfcast_contracts::*;
pub use shelfcast_sources::*;

#[path = "contracts.rs"]
pub mod on_contracts;
#[path = "forecast.rs"]
pub mod on_forecast;
#[path = "sources.rs"]
pub mod on_sources;

/// Lets panics of the libraries that read files pass, in silence: the code under
/// test catches them and refuses the file. One that it does not catch ends the
/// fuzzer all the same, and one of our own is told.
pub fn allow_caught_panics() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let is_library = |file: &str| file.contains("/.cargo/registry/");
        if !panic.location().is_some_and(|location| is_library(location.file())) {
            tell(panic);
        }
    }));
}
