//! Time that runs faster, the same for every process of a run: so many times as far from the run's beginning as it really
//! is. Waiting is as much shorter.

use std::time::Duration;

use anyhow::Result;
use clearcut_store::Clock;
use jiff::{SignedDuration, Timestamp};

/// A clock that runs `speed` times as fast from `epoch` on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FastClock {
    epoch: Timestamp,
    speed: u32,
}

impl FastClock {
    /// From this moment on, in microseconds since 1970.
    pub(crate) fn new(epoch_us: i64, speed: u32) -> Result<Self> {
        Ok(Self { epoch: Timestamp::from_microsecond(epoch_us)?, speed })
    }

    /// Waits until this clock has gone on by `by`.
    pub(crate) async fn wait(&self, by: Duration) {
        tokio::time::sleep(by / self.speed).await;
    }
}

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        let passed = Timestamp::now().duration_since(self.epoch).max(SignedDuration::ZERO);
        let passed = passed.checked_mul(i32::try_from(self.speed).unwrap_or(i32::MAX)).unwrap_or(SignedDuration::MAX);
        self.epoch.saturating_add(passed).unwrap_or(Timestamp::MAX)
    }
}
