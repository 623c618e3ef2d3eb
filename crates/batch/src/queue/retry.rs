//! When a picture that cost nothing is tried again: exponential back-off with jitter, five tries in all. Pure: the jitter is drawn
//! from the job and the try, so that the same run waits the same.
//!
//! Source: "Exponential Backoff and Jitter" (AWS Architecture Blog, 2015), "equal jitter": half the wait is certain.

use std::time::Duration;

use clearcut_store::JobId;

/// A picture is tried at most so often.
pub const MOST_TRIES: u32 = 5;
/// The first wait, doubled with each try.
const FIRST: Duration = Duration::from_secs(2);
/// No wait is longer.
const LONGEST: Duration = Duration::from_mins(2);

/// The wait before the next try, after `tries` that failed; `None`: it has been tried often enough.
#[must_use]
pub fn wait_before_retry(job: JobId, tries: u32) -> Option<Duration> {
    (tries < MOST_TRIES).then(|| backoff(tries, seed(job, tries)))
}

/// The wait after so many failures in a row: between half of it and all of it, by `seed`.
#[must_use]
pub fn backoff(failures: u32, seed: u64) -> Duration {
    let doubled = FIRST.saturating_mul(1_u32.checked_shl(failures.saturating_sub(1).min(16)).unwrap_or(u32::MAX));
    let whole = doubled.min(LONGEST);
    let half_ms = u64::try_from((whole / 2).as_millis()).unwrap_or(u64::MAX).max(1);
    whole / 2 + Duration::from_millis(seed % half_ms)
}

/// SplitMix64's finaliser over the job's random bits and the try.
fn seed(job: JobId, tries: u32) -> u64 {
    let (high, low) = job.0.as_u64_pair();
    let mut z = high ^ low.rotate_left(17) ^ u64::from(tries).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_two_minutes_and_never_fall_below_half() {
        for failures in 1..40 {
            let whole = Duration::from_secs(2_u64.pow(failures.min(20))).min(LONGEST);
            for seed in [0, 1, 999, u64::MAX] {
                let wait = backoff(failures, seed);
                assert!(wait >= whole / 2 && wait <= whole, "{wait:?} after {failures}");
            }
        }
    }

    #[test]
    fn five_tries_and_no_more_and_two_pictures_seldom_wait_alike() {
        let (one, other) = (JobId::new(), JobId::new());
        assert!(wait_before_retry(one, 4).is_some() && wait_before_retry(one, 5).is_none());
        let waits = |job| (1..5).filter_map(|tries| wait_before_retry(job, tries)).collect::<Vec<_>>();
        assert_ne!(waits(one), waits(other));
        assert_eq!(waits(one), waits(one));
    }
}
