//! The built program from outside: real files, real processes, a real browser.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on says where it stopped, one that is skipped says so"
)]

mod arrivals;
mod broken;
mod commitments;
mod deliveries;
mod demand;
mod doors;
mod explained;
mod facts;
mod faults;
mod gaps;
mod next_files;
mod order_list;
mod original;
mod page;
mod periods;
mod policies;
mod s3;
mod score;
mod series;
mod shop;
mod store_item;
mod support;
mod till;
mod two_files;
mod watching;
mod words;
