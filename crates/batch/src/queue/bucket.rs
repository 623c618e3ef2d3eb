//! The service's rate limit as a bucket of input megapixels: it never sends what would be refused, and believes the service
//! where that says something else. Pure; counts in whole megapixel-milliseconds, so nothing is rounded away.
//!
//! Source: the service's own page (docs/service.md, section 3): a call costs its input megapixels, rounded up, at least 1;
//! after a 429 wait `Retry-After`, 10 s where it is absent.

use std::time::Duration;

use clearcut_service::RateLimit;
use jiff::{SignedDuration, Timestamp};

const MINUTE_MS: u64 = 60_000;

/// Input megapixels that may still be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Megapixels a minute; no limit where the service has none.
    a_minute: Option<u64>,
    /// What is in it, megapixels × 60,000.
    level: u64,
    /// When that was.
    at: Timestamp,
    /// Nothing is sent before.
    closed_until: Option<Timestamp>,
}

impl Bucket {
    /// A full bucket. What an earlier run has used shows with the first answer.
    #[must_use]
    pub fn full(a_minute: Option<u32>, now: Timestamp) -> Self {
        let a_minute = a_minute.filter(|limit| *limit > 0).map(u64::from);
        Self { a_minute, level: a_minute.unwrap_or(0) * MINUTE_MS, at: now, closed_until: None }
    }

    /// From when on a call of so many megapixels may be sent; `now` or earlier: at once.
    #[must_use]
    pub fn free_at(&self, megapixels: u32, now: Timestamp) -> Timestamp {
        let closed = self.closed_until.filter(|until| *until > now).unwrap_or(now);
        let Some(a_minute) = self.a_minute else { return closed };
        let missing = self.wanted(megapixels, a_minute).saturating_sub(self.level_at(now));
        let wait_ms = i64::try_from(missing.div_ceil(a_minute)).unwrap_or(i64::MAX);
        closed.max(now.saturating_add(SignedDuration::from_millis(wait_ms)).unwrap_or(Timestamp::MAX))
    }

    /// A call of so many megapixels is sent now.
    pub fn take(&mut self, megapixels: u32, now: Timestamp) {
        let Some(a_minute) = self.a_minute else { return };
        self.level = self.level_at(now).saturating_sub(self.wanted(megapixels, a_minute));
        self.at = now;
    }

    /// What the service said of its limit. It counts for everybody who uses the account, so the lower figure is believed;
    /// `under_way` megapixels are sent and perhaps not counted by it yet.
    pub fn hear(&mut self, said: RateLimit, under_way: u64, now: Timestamp) {
        if let Some(limit) = said.limit.filter(|limit| *limit > 0) {
            self.a_minute = Some(limit);
        }
        let Some(a_minute) = self.a_minute else { return };
        self.level = self.level_at(now);
        self.at = now;
        if let Some(remaining) = said.remaining {
            let theirs = remaining.saturating_sub(under_way).saturating_mul(MINUTE_MS);
            self.level = self.level.min(theirs).min(a_minute * MINUTE_MS);
        }
    }

    /// The service asks everybody to wait.
    pub fn close_for(&mut self, wait: Duration, now: Timestamp) {
        let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::from_mins(1));
        let until = now.saturating_add(wait).unwrap_or(now);
        self.closed_until = Some(self.closed_until.map_or(until, |before| before.max(until)));
    }

    /// A picture larger than a whole minute's megapixels waits for a full bucket, not for ever.
    fn wanted(&self, megapixels: u32, a_minute: u64) -> u64 {
        u64::from(megapixels.max(1)).min(a_minute) * MINUTE_MS
    }

    fn level_at(&self, now: Timestamp) -> u64 {
        let Some(a_minute) = self.a_minute else { return 0 };
        // A clock that was set back gives nothing and takes nothing.
        let passed = u64::try_from(now.duration_since(self.at).as_millis()).unwrap_or(0);
        self.level.saturating_add(passed.saturating_mul(a_minute)).min(a_minute * MINUTE_MS)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_millis(ms)
    }

    #[rstest]
    #[case::two_megapixels(2, 250)]
    #[case::ten(10, 50)]
    #[case::twenty_five(25, 20)]
    #[case::fifty(50, 10)]
    fn a_minute_takes_what_the_service_says(#[case] megapixels: u32, #[case] calls: usize) {
        let mut bucket = Bucket::full(Some(500), at(0));
        let mut sent = 0;
        while bucket.free_at(megapixels, at(0)) <= at(0) {
            bucket.take(megapixels, at(0));
            sent += 1;
        }
        assert_eq!(sent, calls);
    }

    #[test]
    fn without_a_limit_nothing_waits_but_for_a_closed_door() {
        let mut bucket = Bucket::full(None, at(0));
        bucket.take(50, at(0));
        assert_eq!(bucket.free_at(50, at(0)), at(0));
        bucket.close_for(Duration::from_secs(7), at(0));
        assert_eq!(bucket.free_at(1, at(0)), at(7_000));
        assert_eq!(bucket.free_at(1, at(9_000)), at(9_000));
    }

    #[test]
    fn the_lower_figure_is_believed_and_a_new_limit_too() {
        let mut bucket = Bucket::full(Some(500), at(0));
        bucket.hear(RateLimit { limit: Some(60), remaining: Some(10), reset_at: None }, 4, at(0));
        assert_eq!(bucket.free_at(6, at(0)), at(0));
        assert_eq!(bucket.free_at(7, at(0)), at(1_000), "one megapixel a second");
        bucket.hear(RateLimit { limit: Some(60), remaining: Some(60), reset_at: None }, 0, at(0));
        assert_eq!(bucket.free_at(7, at(0)), at(1_000), "a higher figure may be older than what was sent since");
    }

    #[test]
    fn a_picture_beyond_a_whole_minute_waits_for_a_full_bucket() {
        let mut bucket = Bucket::full(Some(30), at(0));
        bucket.take(30, at(0));
        assert_eq!(bucket.free_at(50, at(0)), at(60_000));
    }

    proptest! {
        /// In any minute no more megapixels go out than the bucket holds and a minute brings.
        #[test]
        fn never_more_than_the_limit_in_any_minute(
            limit in 1_u32..600, calls in prop::collection::vec((1_u32..60, 0_i64..20_000), 1..80)
        ) {
            let mut bucket = Bucket::full(Some(limit), at(0));
            let (mut now, mut sent) = (at(0), Vec::new());
            for (megapixels, pause) in calls {
                now = now.max(bucket.free_at(megapixels, now)) + SignedDuration::from_millis(pause);
                bucket.take(megapixels, now);
                sent.push((now, u64::from(megapixels.min(limit))));
            }
            for (from, _) in &sent {
                let until = *from + SignedDuration::from_secs(60);
                let within: u64 = sent.iter().filter(|(at, _)| at >= from && *at < until).map(|(_, mp)| mp).sum();
                prop_assert!(within <= 2 * u64::from(limit), "{within} of {limit}");
            }
            let (first, last) = (sent[0].0, sent[sent.len() - 1].0);
            let all: u64 = sent.iter().map(|(_, mp)| mp).sum();
            let minutes = u64::try_from(last.duration_since(first).as_millis()).unwrap();
            prop_assert!(all * 60_000 <= u64::from(limit) * (60_000 + minutes), "{all} in {minutes} ms");
        }
    }
}
