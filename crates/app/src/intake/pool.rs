//! Reading many files: each once, a few at a time. Threads take the next file as they come free and say afterwards which it was, so
//! that the result does not depend on their turns.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use clearcut_imaging::{ContentHash, ImageError, Limits, Probe};

use super::walk::Candidate;

/// A disk gains from a second reader even beside a single core; more than eight only get in each other's way.
const THREADS: (usize, usize) = (2, 8);

/// What reading a file came to; nothing where it was stopped before.
pub(super) type Read = Option<Result<(Probe, ContentHash), ImageError>>;

/// Reads all candidates; the results stand in their order.
pub(super) fn examine(candidates: &[Candidate], stop: &(dyn Fn() -> bool + Sync)) -> Vec<Read> {
    let limits = Limits::inputs();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while !stop()
            && let Some((index, candidate)) = {
                let index = next.fetch_add(1, Ordering::Relaxed);
                candidates.get(index).map(|candidate| (index, candidate))
            }
        {
            done.push((index, clearcut_imaging::examine(&candidate.path, &limits)));
        }
        done
    };
    let threads = thread::available_parallelism().map_or(THREADS.0, NonZeroUsize::get).clamp(THREADS.0, THREADS.1);
    let mut read: Vec<Read> = Vec::new();
    read.resize_with(candidates.len(), || None);
    let done = thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(candidates.len())).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        // A thread that died took its files with it; they count as not looked at.
        done.extend(others.into_iter().filter_map(|other| other.join().ok()).flatten());
        done
    });
    for (index, result) in done {
        read[index] = Some(result);
    }
    read
}
