#![no_main]

libfuzzer_sys::fuzz_target!(init: shelfcast_fuzz::allow_caught_panics(), |bytes: &[u8]| {
    shelfcast_fuzz::on_sources::formats(bytes)
});
