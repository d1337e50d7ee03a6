use shelfcast_lake::{Publication, PublicationKind};
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

impl Environment {
    /// The publication that follows `previous`, made by this run.
    pub(crate) fn publication(
        &self,
        previous: Option<&Publication>,
        kind: PublicationKind,
    ) -> Publication {
        // A clock that goes back must not make a publication older than the one before it.
        let published_at = previous.map_or(0, |earlier| earlier.published_at).max(self.now_millis);
        Publication::after(previous, kind, published_at, &self.build_id, &self.run_id)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(now_millis: i64) -> Environment {
        Environment {
            now_millis,
            build_id: "build".to_owned(),
            run_id: "run".to_owned(),
            holder: "a test".to_owned(),
            stopwatch: Arc::new(|| 0.0),
            progress: Arc::new(|_, _, _| {}),
        }
    }

    #[test]
    fn a_clock_that_goes_back_makes_no_publication_older_than_the_one_before() {
        let first = environment(5_000).publication(None, PublicationKind::Ingest);
        let second = environment(3_000).publication(Some(&first), PublicationKind::Build);
        assert_eq!((first.published_at, second.published_at), (5_000, 5_000));
        assert_eq!((first.sequence, second.sequence), (1, 2));
    }
}
