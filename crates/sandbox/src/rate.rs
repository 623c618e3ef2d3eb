//! The rate limit: input megapixels a minute, as a bucket that refills steadily.
//! Whole numbers only: the bucket counts in megapixel-milliseconds, so nothing is ever rounded in or out.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

const MINUTE_MS: i64 = 60_000;

/// What `X-RateLimit-*` says after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RateState {
    /// Megapixels a minute.
    pub(crate) limit: i64,
    /// Whole megapixels left now.
    pub(crate) remaining: i64,
    /// When the bucket is full again, in Unix seconds, rounded up.
    pub(crate) reset_unix_s: i64,
}

/// What came of asking for room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Admission {
    /// The bucket afterwards.
    pub(crate) state: RateState,
    /// `None`: admitted. Otherwise seconds until the same call fits, at least 1.
    pub(crate) retry_after_s: Option<i64>,
}

/// A bucket of megapixels.
#[derive(Debug)]
pub(crate) struct RateLimit {
    per_minute: i64,
    bucket: Mutex<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    /// Megapixels × milliseconds of a minute.
    level: i64,
    as_of: Timestamp,
}

impl RateLimit {
    /// A full bucket of `per_minute` megapixels; `None` for 0, which is no limit.
    pub(crate) fn new(per_minute: u32, now: Timestamp) -> Option<Self> {
        let per_minute = i64::from(per_minute);
        let bucket = Bucket { level: per_minute * MINUTE_MS, as_of: now };
        (per_minute > 0).then(|| Self { per_minute, bucket: Mutex::new(bucket) })
    }

    /// Takes `megapixels` out if they are there. A call larger than the whole bucket needs it full.
    pub(crate) fn admit(&self, megapixels: i64, now: Timestamp) -> Admission {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let full = self.per_minute * MINUTE_MS;
        let passed_ms = now.as_millisecond().saturating_sub(bucket.as_of.as_millisecond()).clamp(0, MINUTE_MS);
        bucket.level = full.min(bucket.level + passed_ms * self.per_minute);
        bucket.as_of = now;

        let asked = (megapixels.max(1) * MINUTE_MS).min(full);
        let missing = asked - bucket.level;
        if missing <= 0 {
            bucket.level -= asked;
        }
        let wait_ms = ceil_div(full - bucket.level, self.per_minute);
        let reset = now.saturating_add(SignedDuration::from_millis(wait_ms)).unwrap_or(Timestamp::MAX);
        let state = RateState {
            limit: self.per_minute,
            remaining: bucket.level / MINUTE_MS,
            reset_unix_s: ceil_div(reset.as_millisecond(), 1000),
        };
        let retry_after_s = (missing > 0).then(|| ceil_div(missing, self.per_minute * 1000).max(1));
        Admission { state, retry_after_s }
    }
}

const fn ceil_div(a: i64, b: i64) -> i64 {
    a.div_euclid(b) + if a.rem_euclid(b) == 0 { 0 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + ms).unwrap()
    }

    #[test]
    fn zero_is_no_limit() {
        assert!(RateLimit::new(0, at(0)).is_none());
    }

    #[test]
    fn a_minute_holds_the_limit_and_no_more() {
        let limit = RateLimit::new(10, at(0)).unwrap();
        for left in (0..10).rev() {
            let admission = limit.admit(1, at(0));
            assert_eq!((admission.retry_after_s, admission.state.remaining), (None, left));
        }
        let refused = limit.admit(1, at(0));
        assert_eq!(refused.retry_after_s, Some(6));
        assert_eq!(refused.state.reset_unix_s, 1_800_000_060);
        assert_eq!(limit.admit(1, at(6_000)).retry_after_s, None);
    }

    #[test]
    fn a_picture_larger_than_the_limit_waits_for_a_full_bucket() {
        let limit = RateLimit::new(10, at(0)).unwrap();
        assert_eq!(limit.admit(50, at(0)).retry_after_s, None);
        assert_eq!(limit.admit(50, at(30_000)).retry_after_s, Some(30));
        assert_eq!(limit.admit(50, at(60_000)).retry_after_s, None);
    }
}
