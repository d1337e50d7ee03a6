use std::sync::Arc;

/// Told the step, how much of it is done, and of how much.
pub type ProgressSink = Arc<dyn Fn(&str, u64, u64) + Send + Sync>;

/// What the pipeline is handed instead of asking the machine.
#[derive(Clone)]
pub struct Environment {
    /// The time, in milliseconds since 1970-01-01 UTC.
    pub now_millis: i64,
    /// Which build of the program runs.
    pub build_id: String,
    /// Names what this run writes; no two runs share one.
    pub run_id: String,
    /// What the lock file says of this run, for example `shelfcast run (process 4711)`.
    pub holder: String,
    /// Seconds since some moment, to say how long a step took; never part of a result.
    pub stopwatch: Arc<dyn Fn() -> f64 + Send + Sync>,
    /// Told what is being done.
    pub progress: ProgressSink,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Environment")
            .field("now_millis", &self.now_millis)
            .field("build_id", &self.build_id)
            .field("run_id", &self.run_id)
            .finish_non_exhaustive()
    }
}
