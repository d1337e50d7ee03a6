//! Writes a world of the given size and says how fast: the world alone, without the program.
//!
//! `cargo run --release -p shelfcast-world --example write -- DIR SALES PLACES PRODUCTS DAYS`

#![expect(clippy::print_stdout, reason = "an example that tells what it did")]

use shelfcast_world::{Watcher, World, WorldConfig, WriteOptions};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, sizes @ ..] = &arguments[..] else { return Err("name a folder".into()) };
    let size = |index: usize, usual: u64| sizes.get(index).map_or(Ok(usual), |text| text.parse());
    let shop = WorldConfig::shop(7);
    let products = size(2, shop.products.into())? as u32;
    let sales = size(0, shop.sales)?;
    let config = WorldConfig {
        sales,
        places: size(1, shop.places.into())? as u32,
        products,
        days: size(3, shop.days.into())? as u32,
        customers: (sales / 300).clamp(100, 10_000_000) as u32,
        suppliers: (products / 50).clamp(4, 1_000),
        ..shop
    };
    let started = Instant::now();
    let world = World::new(config)?;
    let threads = std::thread::available_parallelism()?.into();
    let options = WriteOptions { threads, ..WriteOptions::new(Path::new(folder)) };
    let watcher = Watcher { progress: &|_| (), stop: &AtomicBool::new(false) };
    let written = world.write(&options, watcher)?;
    let seconds = started.elapsed().as_secs_f64();
    for file in &written.feeds {
        println!("{}\t{}", file.path.display(), file.rows);
    }
    println!("{seconds:.2} s, {:.0} lines of sales a second", sales as f64 / seconds);
    Ok(())
}
