//! Whatever happens to the process or the disk, the lake is as before or as after.

use crate::support::{Desk, ended, real_data};
use std::process::{Command, Stdio};
use std::time::Instant;

/// A project with sales, products and stock that takes a while to ingest and build.
fn project() -> Option<Desk> {
    let folder = real_data("original")?;
    let desk = Desk::new();
    crate::support::copy_files(&folder, &desk.path("files"));
    let files = crate::support::files(&desk.path("files"), "csv");
    let mut arguments = vec!["init", "shop", "--from"];
    arguments.extend(files.iter().map(String::as_str));
    desk.run(&arguments);
    Some(desk)
}

/// Every table's rows, in an order of their own, without what names the moment of the run.
fn fingerprint(desk: &Desk) -> Vec<(String, String)> {
    let sql = "select table_schema, table_name, column_name from information_schema.columns \
               where table_schema in ('raw', 'intermediate', 'marts') \
               order by table_schema, table_name, ordinal_position";
    let mut tables: std::collections::BTreeMap<String, Vec<String>> = Default::default();
    for row in desk.rows("shop", sql) {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        if text("column_name") != "ingested_at" {
            let table = format!("{}.{}", text("table_schema"), text("table_name"));
            tables.entry(table).or_default().push(text("column_name"));
        }
    }
    tables
        .into_iter()
        .map(|(table, columns)| {
            let list = columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>();
            let sql = format!("select {0} from {table} order by {0}", list.join(", "));
            let rows = desk.run(&["-C", "shop", "query", &sql, "--format", "json"]);
            assert_eq!(rows.code, 0, "{table}: {}", rows.stderr);
            (table, rows.stdout)
        })
        .collect()
}

#[test]
fn killed_at_any_instant_and_run_again_it_is_as_if_nothing_had_happened() {
    let Some(calm) = project() else { return };
    let started = Instant::now();
    calm.done(&["-C", "shop", "run"]);
    let whole_run = started.elapsed();
    let expected = fingerprint(&calm);
    // More rounds are tried by scripts/kill.
    let rounds: u64 = std::env::var("SHELFCAST_KILLS").map_or(12, |rounds| rounds.parse().unwrap());
    let Some(desk) = project() else { return };
    for round in 0..rounds {
        let mut child = desk
            .command()
            .args(["-C", "shop", "run"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // From its first instants to its end, spread by the golden ratio: no two at the same one.
        let wait = whole_run.mul_f64((0.5 + round as f64 * 0.618_033_988_749_895).fract());
        let started = Instant::now();
        while started.elapsed() < wait && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let _ = child.kill();
        child.wait().unwrap();
        if round % 4 == 3 {
            // What is visible is whole: raw tables of one ingest, marts of one build.
            let seen =
                desk.run(&["-C", "shop", "query", "select count(*) as value from raw.sales"]);
            assert!(seen.code == 2 || seen.stdout.contains("100"), "{}", seen.stdout);
        }
    }
    desk.done(&["-C", "shop", "run"]);
    assert_eq!(fingerprint(&desk), expected);
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing_behind() {
    let Some(desk) = project() else { return };
    desk.done(&["-C", "shop", "ingest"]);
    let before = fingerprint(&desk);
    for kib in [1, 4, 16] {
        let script = format!(
            "ulimit -f {kib}; trap '' XFSZ; exec {} -C shop run",
            env!("CARGO_BIN_EXE_shelfcast")
        );
        let mut command = Command::new("bash");
        command.args(["-c", &script]).current_dir(desk.path("."));
        let run = ended(command.output().unwrap());
        assert_eq!(run.code, 2, "{kib}: {}", run.stderr);
        assert!(run.stderr.contains("File too large"), "{kib}: {}", run.stderr);
        assert_eq!(fingerprint(&desk), before, "{kib}");
    }
    desk.done(&["-C", "shop", "run"]);
}

#[test]
fn a_folder_that_a_normal_user_may_not_write_is_told() {
    let Some(desk) = project() else { return };
    desk.done(&["-C", "shop", "run"]);
    let before = fingerprint(&desk);
    let folder = desk.path(".").canonicalize().unwrap().display().to_string();
    // Root may write everywhere, so the program runs as nobody, who may read all of it.
    let user = Command::new("id").arg("-u").output().unwrap();
    let is_root = String::from_utf8(user.stdout).unwrap().trim() == "0";
    let program = desk.path("shelfcast");
    std::fs::copy(env!("CARGO_BIN_EXE_shelfcast"), &program).unwrap();
    let script = format!("cd {folder} && {folder}/shelfcast -C shop ingest files/sales_data.csv");
    let mut command = if is_root {
        let mode = Command::new("chmod").args(["-R", "a+rX,a-w", &folder]).status().unwrap();
        assert!(mode.success());
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", &script]);
        command
    } else {
        let mode = Command::new("chmod").args(["-R", "a-w", &folder]).status().unwrap();
        assert!(mode.success());
        let mut command = Command::new("bash");
        command.args(["-c", &script]);
        command
    };
    let run = ended(command.output().unwrap());
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("Permission denied"), "{}", run.stderr);
    let mode = Command::new("chmod").args(["-R", "u+w", &folder]).status().unwrap();
    assert!(mode.success());
    assert_eq!(fingerprint(&desk), before);
}

#[test]
fn of_two_runs_at_once_one_waits_its_turn() {
    let Some(desk) = project() else { return };
    let start = || {
        desk.command()
            .args(["-C", "shop", "run"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let both = [start(), start()].map(|child| ended(child.wait_with_output().unwrap()));
    for run in &both {
        let waits = run.code == 2 && run.stderr.contains("error[SC-4007]");
        assert!(run.code == 0 || waits, "{}", run.stderr);
    }
    assert!(both.iter().any(|run| run.code == 0));
    let rows = "select count(*) as value from staging.sales";
    assert_eq!(desk.value("shop", rows), "100");
}

#[test]
fn a_lake_of_the_first_layout_is_migrated_and_keeps_its_rows() {
    let desk = Desk::new();
    crate::support::copy_files(
        &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/lake-format-1"),
        &desk.path("shop"),
    );
    let ended = desk.run(&["-C", "shop", "query", "select count(*) as value from raw.sales"]);
    assert!(ended.stderr.contains("error[SC-2008]"), "{}", ended.stderr);
    desk.done(&["-C", "shop", "maintain"]);
    assert_eq!(desk.value("shop", "select count(*) as value from staging.sales"), "100");
    // What that layout did not keep: the day, which was that of UTC.
    let sql = "select count(*) as value from staging.sales where sold_on = cast(sold_at as date)";
    assert_eq!(desk.value("shop", sql), "100");
    let sql = "select rule || ' ' || \"row\" as value from raw.rejected";
    assert_eq!(desk.value("shop", sql), "type 102");
    desk.done(&["-C", "shop", "run"]);
    let sql = "select cast(sum(total) as varchar) as value from staging.sales";
    assert_eq!(desk.value("shop", sql), "54824.6800");
    assert_eq!(desk.value("shop", "select count(*) as value from staging.sales"), "100");
}
