//! The built program from outside: real files, real processes, a real browser.

mod broken;
mod original;
mod page;
mod shop;
mod store_item;
mod support;
mod words;
