use shelfcast_forecast::{Frequency, Level, Method};
use std::num::NonZeroUsize;

/// What to forecast and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The length of a period.
    pub frequency: Frequency,
    /// Periods in a season; 1 for none.
    pub season_length: usize,
    /// Periods ahead.
    pub horizon: usize,
    /// The intervals wanted.
    pub levels: Vec<Level>,
    /// Only these methods; each series' class decides when there are none.
    pub methods: Vec<Method>,
    /// Rolling origins that judge the methods and the intervals.
    pub origins: usize,
    /// Threads; they change no answer.
    pub threads: NonZeroUsize,
}

impl Plan {
    /// 80 % and 95 % intervals, every method, four origins, all processors.
    pub fn new(frequency: Frequency, season_length: usize, horizon: usize) -> Self {
        let levels = [0.80, 0.95].into_iter().filter_map(|level| Level::new(level).ok());
        Self {
            frequency,
            season_length,
            horizon,
            levels: levels.collect(),
            methods: vec![],
            origins: 4,
            threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        }
    }

    /// With these intervals.
    pub fn with_levels(self, levels: Vec<Level>) -> Self {
        Self { levels, ..self }
    }

    /// With these methods only.
    pub fn with_methods(self, methods: Vec<Method>) -> Self {
        Self { methods, ..self }
    }

    /// With another number of rolling origins.
    pub fn with_origins(self, origins: usize) -> Self {
        Self { origins, ..self }
    }

    /// On this many threads.
    pub fn with_threads(self, threads: NonZeroUsize) -> Self {
        Self { threads, ..self }
    }
}
