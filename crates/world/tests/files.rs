//! The files as written: names, headers, references, bytes.

#![expect(clippy::unwrap_used, reason = "a test that cannot make its world should stop")]

mod support;

use shelfcast_retail::{Feed, Money, Quantity, Rate};
use shelfcast_world::{
    Compression, Part, SampleWorld, Split, Table, Watcher, World, WorldConfig, WorldError,
    WriteOptions,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use support::{Files, read_folder, rows, small, write, written};

fn sample(seed: u64) -> Files {
    let outside = tempfile::tempdir().unwrap();
    SampleWorld::new(seed).write_csv(outside.path(), false).unwrap();
    read_folder(outside.path())
}

fn first_lines(bytes: &[u8], count: usize) -> String {
    let text = std::str::from_utf8(bytes).unwrap();
    text.split_inclusive('\n').take(count).collect()
}

fn feed_of(file: &str) -> Feed {
    file.strip_suffix(".csv").unwrap().parse().unwrap()
}

#[test]
fn headers_are_the_canonical_columns() {
    let (feeds, truth) = written(small(7), |options| options);
    let names: Vec<_> = feeds.keys().map(|name| feed_of(name)).collect();
    // Every feed but `item_settings`: this retailer has no settings of its own.
    let all: Vec<_> = Feed::ALL.into_iter().filter(|feed| *feed != Feed::ItemSettings).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>(), all.iter().collect());
    for (name, bytes) in &feeds {
        let columns: Vec<_> = feed_of(name).columns().iter().map(|column| column.name).collect();
        assert_eq!(first_lines(bytes, 1), columns.join(",") + "\n");
    }
    for table in [
        Table::LatentDemand,
        Table::LeadTimes,
        Table::Returns,
        Table::ProductLaws,
        Table::SupplierLaws,
        Table::Seasonality,
    ] {
        let file = &truth[&format!("{}.csv", table.name())];
        assert_eq!(first_lines(file, 1), table.columns().join(",") + "\n");
        assert!(!rows(file).is_empty(), "{}", table.name());
    }
}

#[test]
fn keys_are_unique_and_references_resolve() {
    let (feeds, _) = written(small(7), |options| options);
    let mut keys: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (column, file) in [
        ("product_id", "products.csv"),
        ("location_id", "locations.csv"),
        ("supplier_id", "suppliers.csv"),
        ("customer_id", "customers.csv"),
        ("order_id", "purchase_orders.csv"),
    ] {
        keys.insert(column, rows(&feeds[file]).iter().map(|row| row[column].clone()).collect());
    }
    for (name, bytes) in &feeds {
        let feed = feed_of(name);
        let mut seen = BTreeSet::new();
        for row in rows(bytes) {
            let key: Vec<_> = feed.key().iter().map(|column| row[*column].clone()).collect();
            assert!(seen.insert(key), "{name}: {row:?}");
            for (column, known) in &keys {
                let value = row.get(*column).filter(|value| !value.is_empty());
                assert!(value.is_none_or(|value| known.contains(value)), "{name}: {row:?}");
            }
            for column in feed.columns().iter().filter(|column| column.required) {
                assert!(!row[column.name].is_empty(), "{name}: {} in {row:?}", column.name);
            }
        }
        assert!(!seen.is_empty(), "{name}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let (feeds, truth) = written(small(7), |options| options);
    assert_eq!((&feeds, &truth), (&written(small(7), |o| o).0, &written(small(7), |o| o).1));
    let (other_feeds, other_truth) = written(small(8), |options| options);
    let constant = ["locations.csv", "calendar.csv", "seasonality.csv"];
    for (name, bytes) in feeds.iter().chain(&truth) {
        let other = other_feeds.get(name).unwrap_or_else(|| &other_truth[name]);
        assert!(constant.contains(&name.as_str()) || bytes != other, "{name}");
    }
    assert_eq!(sample(7), sample(7));
    for (name, bytes) in sample(7) {
        assert_ne!(bytes, sample(8)[&name], "{name}");
    }
}

#[test]
fn threads_change_no_byte() {
    let config = WorldConfig { places: 7, sales: 30_000, ..small(7) };
    let one = written(config, |options| options);
    for threads in [2, 3] {
        assert_eq!(
            one,
            written(config, |options| WriteOptions { threads, ..options }),
            "{threads}"
        );
    }
}

#[test]
fn parts_one_after_the_other_are_the_whole() {
    let config = WorldConfig { places: 7, ..small(7) };
    let whole = written(config, |options| options);
    let mut together = (Files::new(), Files::new());
    for number in 1..=3 {
        let part = Part::new(number, 3).unwrap();
        let (feeds, truth) = written(config, |options| WriteOptions { part, ..options });
        for (all, part) in [(&mut together.0, feeds), (&mut together.1, truth)] {
            for (name, bytes) in part {
                all.entry(name).or_default().extend(bytes);
            }
        }
    }
    assert_eq!(whole, together);
    assert!(Part::new(0, 3).is_err() && Part::new(4, 3).is_err());
}

#[test]
fn packed_files_hold_the_same_bytes() {
    let (plain, _) = written(small(7), |options| options);
    let (gzip, _) =
        written(small(7), |options| WriteOptions { compression: Compression::Gzip, ..options });
    let (zstd, _) =
        written(small(7), |options| WriteOptions { compression: Compression::Zstd, ..options });
    for (name, bytes) in plain {
        let mut unpacked = Vec::new();
        let packed = &gzip[&format!("{name}.gz")];
        flate2::read::MultiGzDecoder::new(&packed[..]).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == bytes, "{name}");
        assert!(zstd::decode_all(&zstd[&format!("{name}.zst")][..]).unwrap() == bytes, "{name}");
    }
}

#[test]
fn split_files_hold_the_rows_of_the_whole() {
    let (whole, _) = written(small(7), |options| options);
    for (split, n_files) in [(Split::Place, 3), (Split::Month, 6)] {
        let (feeds, _) = written(small(7), |options| WriteOptions { split, ..options });
        let parts: Vec<_> = feeds.iter().filter(|(name, _)| name.starts_with("sales-")).collect();
        // 150 days up to 2025-12-31 begin on 2025-08-04: five months.
        let expected = if split == Split::Month { n_files - 1 } else { n_files };
        assert_eq!(parts.len(), expected, "{:?}", feeds.keys());
        let mut found: Vec<_> = parts.iter().flat_map(|(_, bytes)| rows(bytes)).collect();
        let mut expected = rows(&whole["sales.csv"]);
        found.sort();
        expected.sort();
        assert!(found == expected, "{split:?}");
        for (name, bytes) in parts {
            let key =
                name.strip_prefix("sales-").and_then(|name| name.strip_suffix(".csv")).unwrap();
            for row in rows(bytes) {
                assert!(row["location_id"] == key || row["sold_at"].starts_with(key), "{name}");
            }
        }
    }
}

#[test]
fn the_truth_changes_no_feed() {
    let (with_truth, _) = written(small(7), |options| options);
    let (without, nothing) = {
        let outside = tempfile::tempdir().unwrap();
        let out = outside.path().join("feeds");
        let world = World::new(small(7)).unwrap();
        let told = write(&world, &WriteOptions::new(&out)).unwrap();
        (read_folder(&out), told.truth)
    };
    assert!(nothing.is_empty());
    assert_eq!(with_truth, without);
}

#[test]
fn what_is_told_is_what_was_written() {
    let outside = tempfile::tempdir().unwrap();
    let (out, truth) = (outside.path().join("feeds"), outside.path().join("truth"));
    let heard = Mutex::new(Vec::new());
    let world = World::new(small(7)).unwrap();
    let options = WriteOptions { truth: Some(&truth), threads: 2, ..WriteOptions::new(&out) };
    let progress = |progress| heard.lock().unwrap().push(progress);
    let watcher = Watcher { progress: &progress, stop: &AtomicBool::new(false) };
    let told = world.write(&options, watcher).unwrap();
    let mut daily = 0;
    for file in told.feeds.iter().chain(&told.truth) {
        let n_rows = rows(&fs::read(&file.path).unwrap()).len();
        assert_eq!(n_rows as u64, file.rows, "{}", file.path.display());
    }
    for file in &told.feeds {
        let name = file.path.file_name().unwrap().to_str().unwrap();
        let is_master = ["products", "suppliers", "locations", "customers"];
        daily +=
            if is_master.iter().any(|master| name.starts_with(master)) { 0 } else { file.rows };
    }
    let most = heard.lock().unwrap().iter().copied().max_by_key(|progress| progress.days).unwrap();
    assert_eq!((most.days, most.total_days, most.rows), (450, 450, daily));
}

#[test]
fn folders_that_hold_something_are_left_alone() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("mine.csv"), "keep").unwrap();
    let world = World::new(small(7)).unwrap();
    let new = outside.path().join("new");
    for (out, truth) in [(outside.path(), Some(new.as_path())), (&new, Some(outside.path()))] {
        let options = WriteOptions { truth, ..WriteOptions::new(out) };
        let error = write(&world, &options).unwrap_err();
        assert!(matches!(error, WorldError::FolderNotEmpty { .. }), "{error}");
    }
    for truth in [new.clone(), new.join("inside")] {
        let options = WriteOptions { truth: Some(&truth), ..WriteOptions::new(&new) };
        let error = write(&world, &options).unwrap_err();
        assert!(matches!(error, WorldError::SameFolder { .. }), "{error}");
    }
    assert!(SampleWorld::new(7).write_csv(outside.path(), false).is_err());
    assert_eq!(read_folder(outside.path()).len(), 1);
}

#[test]
fn what_cannot_fit_is_refused_before_any_work() {
    let outside = tempfile::tempdir().unwrap();
    let out = outside.path().join("feeds");
    // 10^12 lines of at least 80 bytes.
    let config = WorldConfig { places: 3_000, sales: 1_000_000_000_000, ..WorldConfig::shop(7) };
    let world = World::new(config).unwrap();
    let error = write(&world, &WriteOptions::new(&out)).unwrap_err();
    assert!(matches!(error, WorldError::TooLarge { .. }), "{error}");
    assert_eq!(error.code(), "SC-5107");
    assert!(!out.exists());
}

#[test]
fn a_stop_leaves_nothing() {
    let outside = tempfile::tempdir().unwrap();
    let (out, truth) = (outside.path().join("feeds"), outside.path().join("truth"));
    let world = World::new(small(7)).unwrap();
    let options = WriteOptions { truth: Some(&truth), threads: 2, ..WriteOptions::new(&out) };
    let stop = AtomicBool::new(false);
    let progress = |progress: shelfcast_world::Progress| {
        stop.store(progress.days > 60, std::sync::atomic::Ordering::Relaxed);
    };
    let error = world.write(&options, Watcher { progress: &progress, stop: &stop }).unwrap_err();
    assert!(matches!(error, WorldError::Stopped), "{error}");
    assert!(!out.exists() && !truth.exists());
}

/// `/dev/full` takes no byte, as a full disk does.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_leaves_nothing() {
    let outside = tempfile::tempdir().unwrap();
    let out = outside.path().join("feeds");
    fs::create_dir(&out).unwrap();
    let world = World::new(WorldConfig { sales: 400_000, ..small(7) }).unwrap();
    let stop = AtomicBool::new(false);
    // The folder is empty when writing begins; then a file's place is taken by the device.
    let fill = |_| {
        let blocked = out.join("sales.csv.partial");
        if fs::symlink_metadata(&blocked).is_ok_and(|found| found.is_file()) {
            fs::remove_file(&blocked).unwrap();
            std::os::unix::fs::symlink("/dev/full", &blocked).unwrap();
        }
    };
    let error = world
        .write(&WriteOptions::new(&out), Watcher { progress: &fill, stop: &stop })
        .unwrap_err();
    assert!(matches!(error, WorldError::DiskFull { .. }), "{error}");
    assert!(read_folder(&out).is_empty());
}

/// The three header lines are those of the sample data that this world imitates.
#[test]
fn the_sample_has_the_known_headers_counts_and_line_ends() {
    let files = sample(7);
    let headers = [
        (
            "customer_data.csv",
            "Customer ID,Name,Gender,Age,Email,Phone Number,Address,Customer Segment\r\n",
            20,
        ),
        (
            "inventory_data.csv",
            "Product ID,Product Name,Stock Level,Restock Date,Supplier ID,Cost Price,Selling Price\r\n",
            20,
        ),
        (
            "sales_data.csv",
            "Transaction ID,Customer ID,Product ID,Quantity,Price per Unit,Discount,Total Amount,\
             Payment Method,Transaction Date\r\n",
            100,
        ),
    ];
    assert_eq!(files.len(), 3);
    for (name, header, count) in headers {
        let bytes = &files[name];
        assert_eq!(first_lines(bytes, 1), header);
        let text = std::str::from_utf8(bytes).unwrap();
        assert_eq!(text.matches("\r\n").count(), count + 1, "{name}");
        assert_eq!(text.matches('\n').count(), count + 1, "{name}");
    }
}

#[test]
fn a_history_is_added_to_the_same_sample() {
    let outside = tempfile::tempdir().unwrap();
    SampleWorld::new(7).write_csv(outside.path(), true).unwrap();
    let mut files = read_folder(outside.path());
    let levels = rows(&files.remove("stock_history.csv").unwrap());
    let receipts = rows(&files.remove("receipts.csv").unwrap());
    assert_eq!(files, sample(7));
    let inventory: BTreeMap<_, _> = rows(&files["inventory_data.csv"])
        .into_iter()
        .map(|row| (row["Product ID"].clone(), row["Stock Level"].clone()))
        .collect();
    for level in levels.iter().filter(|level| level["Stock Date"] == "2024-08-26") {
        assert_eq!(inventory[&level["Product ID"]], level["Stock Level"]);
    }
    assert!(receipts.iter().all(|receipt| inventory.contains_key(&receipt["Product ID"])));
}

#[test]
fn sample_sales_refer_to_its_customers_and_products_at_their_price() {
    let files = sample(7);
    let customers: BTreeSet<_> = rows(&files["customer_data.csv"])
        .into_iter()
        .map(|row| row["Customer ID"].clone())
        .collect();
    let prices: BTreeMap<_, _> = rows(&files["inventory_data.csv"])
        .into_iter()
        .map(|row| (row["Product ID"].clone(), row["Selling Price"].clone()))
        .collect();
    let mut sales = BTreeSet::new();
    for row in rows(&files["sales_data.csv"]) {
        assert!(sales.insert(row["Transaction ID"].clone()));
        assert!(customers.contains(&row["Customer ID"]));
        assert_eq!(prices[&row["Product ID"]], row["Price per Unit"]);
        let price: Money = row["Price per Unit"].parse().unwrap();
        let quantity: Quantity = row["Quantity"].parse().unwrap();
        let discount: Rate = row["Discount"].parse().unwrap();
        let total: Money = row["Total Amount"].parse().unwrap();
        assert_eq!(price.line_total(quantity, discount), Some(total));
    }
    assert_eq!((customers.len(), prices.len(), sales.len()), (20, 20, 100));
}
