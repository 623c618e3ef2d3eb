//! How many pictures are on their way at a time: found by trying, because no service says. Pure.
//!
//! Additive increase, multiplicative decrease (Chiu and Jain, 1989): one more after a round that went well and was faster than
//! the last, half as many when the service says "too fast" or the line stands still. A round is as many answers as are allowed
//! at a time.

use std::time::Duration;

use jiff::Timestamp;

/// At first.
const START: usize = 4;
/// At most.
const MOST: usize = 16;
/// One more is kept only where it brought this much: per cent of pictures a second.
const GAIN_PERCENT: u64 = 3;

/// How many at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parallel {
    allowed: usize,
    most: usize,
    /// Answers of the running round.
    answers: usize,
    round_began: Option<Timestamp>,
    /// Pictures in a million seconds, of the last round, and how many were allowed then.
    last: Option<(u64, usize)>,
    /// Rounds to rest at what was found before one more is tried again.
    rest: u8,
}

impl Default for Parallel {
    fn default() -> Self {
        Self::at_most(MOST)
    }
}

impl Parallel {
    /// At most so many, at least one; never more than sixteen.
    #[must_use]
    pub fn at_most(most: usize) -> Self {
        let most = most.clamp(1, MOST);
        Self { allowed: START.min(most), most, answers: 0, round_began: None, last: None, rest: 0 }
    }

    /// How many may be on their way now.
    #[must_use]
    pub const fn allowed(&self) -> usize {
        self.allowed
    }

    /// A picture was answered.
    pub fn answered(&mut self, now: Timestamp) {
        let Some(began) = self.round_began else {
            self.round_began = Some(now);
            return;
        };
        self.answers += 1;
        if self.answers < self.allowed {
            return;
        }
        let took = Duration::try_from(now.duration_since(began)).unwrap_or_default().as_micros().max(1);
        let speed = u64::try_from(self.answers as u128 * 1_000_000_000_000 / took).unwrap_or(u64::MAX);
        (self.answers, self.round_began) = (0, Some(now));
        let before = self.last.replace((speed, self.allowed));
        match before {
            _ if self.rest > 0 => self.rest -= 1,
            // One more brought nothing: back, and a while of rest.
            Some((slower, fewer)) if fewer < self.allowed && !faster(speed, slower) => {
                self.allowed = fewer;
                self.rest = 8;
            }
            _ => self.allowed = (self.allowed + 1).min(self.most),
        }
    }

    /// The service refused for speed, or the line stood still.
    pub fn slow_down(&mut self, now: Timestamp) {
        self.allowed = (self.allowed / 2).max(1);
        (self.answers, self.round_began, self.last, self.rest) = (0, Some(now), None, 2);
    }
}

/// Whether `speed` is enough above `before` to be more than chance.
fn faster(speed: u64, before: u64) -> bool {
    u128::from(speed) * 100 >= u128::from(before) * u128::from(100 + GAIN_PERCENT)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_millis(ms)
    }

    /// A service that answers so many pictures a second for each one on its way, up to `knee` of them.
    fn settle(knee: usize, rounds: usize) -> usize {
        let mut parallel = Parallel::default();
        let mut now = 0.0;
        for _ in 0..rounds * MOST {
            now += 1_000.0 / f64::from(u32::try_from(parallel.allowed().min(knee)).unwrap());
            #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a test")]
            parallel.answered(at(now as i64));
        }
        parallel.allowed()
    }

    #[test]
    fn it_begins_with_four_and_finds_where_more_brings_nothing() {
        assert_eq!(Parallel::default().allowed(), 4);
        assert_eq!(settle(100, 40), 16);
        for knee in [5, 8, 12] {
            let found = settle(knee, 40);
            assert!((knee..=knee + 1).contains(&found), "{found} for {knee}");
        }
    }

    #[test]
    fn too_fast_halves_it_and_one_is_the_least() {
        let mut parallel = Parallel::default();
        parallel.slow_down(at(0));
        assert_eq!(parallel.allowed(), 2);
        parallel.slow_down(at(1));
        parallel.slow_down(at(2));
        assert_eq!(parallel.allowed(), 1);
    }

    proptest! {
        #[test]
        fn it_stays_between_one_and_its_bound(most in 1_usize..40, steps in prop::collection::vec((0_i64..5_000, prop::bool::weighted(0.1)), 0..200)) {
            let mut parallel = Parallel::at_most(most);
            let mut now = 0;
            for (pause, slow) in steps {
                now += pause;
                if slow { parallel.slow_down(at(now)) } else { parallel.answered(at(now)) }
                prop_assert!((1..=most.min(16)).contains(&parallel.allowed()));
            }
        }
    }
}
