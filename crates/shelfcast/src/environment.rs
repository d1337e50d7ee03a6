//! The clock, the build and the progress that the pipeline is handed.

use crate::output;
use indicatif::{ProgressBar, ProgressStyle};
use shelfcast_pipeline::{Environment, ProgressSink};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Which build of the program this is.
pub const BUILD_ID: &str = env!("SHELFCAST_BUILD_ID");

/// The environment of the verb `verb`.
pub fn environment(verb: &str) -> Environment {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let process = std::process::id();
    let started = Instant::now();
    Environment {
        now_millis: i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX),
        build_id: BUILD_ID.to_owned(),
        run_id: format!("{:x}-{process:x}", since_epoch.as_nanos()),
        holder: format!("`shelfcast {verb}` (process {process})"),
        stopwatch: Arc::new(move || started.elapsed().as_secs_f64()),
        progress: progress(),
    }
}

/// A bar on a terminal, plain lines in a pipe unless `SHELFCAST_PROGRESS=none`.
fn progress() -> ProgressSink {
    if !output::is_terminal() {
        let plain = std::env::var("SHELFCAST_PROGRESS").map_or(true, |value| value != "none");
        let last = Mutex::new(String::new());
        return Arc::new(move |step, done, total| {
            let Ok(mut last) = last.lock() else { return };
            if plain && *last != step {
                output::say(&format!("{step} ({} of {total})", done + 1));
                step.clone_into(&mut last);
            }
        });
    }
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    let bar = ClearedBar(bar);
    Arc::new(move |step, done, total| {
        bar.0.set_length(total);
        bar.0.set_position(done);
        bar.0.set_message(step.to_owned());
    })
}

struct ClearedBar(ProgressBar);

impl Drop for ClearedBar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
