//! The same work on many things, on several threads, with the same answer on any number of them.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Things that a thread takes at a time.
const TAKEN: usize = 8;

/// What `work` gives for each of `0..count`, in that order.
pub(crate) fn map<T: Send>(
    count: usize,
    threads: NonZeroUsize,
    work: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let threads = threads.get().min(count.div_ceil(TAKEN)).max(1);
    if threads == 1 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = vec![];
        loop {
            let from = next.fetch_add(TAKEN, Ordering::Relaxed);
            if from >= count {
                return done;
            }
            done.extend((from..(from + TAKEN).min(count)).map(|at| (at, work(at))));
        }
    };
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for other in others {
            match other.join() {
                Ok(part) => done.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, value)| value).collect()
}

/// The same for work that may fail: all of it, or the first failure in order.
pub(crate) fn try_map<T: Send, E: Send>(
    count: usize,
    threads: NonZeroUsize,
    work: impl Fn(usize) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    map(count, threads, work).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_does_not_depend_on_threads() {
        let expected: Vec<usize> = (0..1000).map(|n| n * n).collect();
        for threads in [1, 2, 7] {
            let threads = NonZeroUsize::new(threads).unwrap();
            assert_eq!(map(1000, threads, |n| n * n), expected);
            let failed = try_map(1000, threads, |n| if n % 300 == 299 { Err(n) } else { Ok(n) });
            assert_eq!(failed, Err(299));
        }
        assert!(map(0, NonZeroUsize::MIN, |n| n).is_empty());
    }
}
