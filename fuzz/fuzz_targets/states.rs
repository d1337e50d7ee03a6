#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| shelfcast_fuzz::on_forecast::states(bytes));
