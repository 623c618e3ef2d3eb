//! Waiting for a condition, never for time to pass: look, and look again until it holds or patience ends.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long anything may take before a test gives up on it. Generous: a busy two-core machine is no failure.
pub const PATIENCE: Duration = Duration::from_secs(60);

const PAUSE: Duration = Duration::from_millis(20);

/// Looks until `look` finds something; `what` completes "waited in vain for …".
pub fn until<T>(what: &str, patience: Duration, mut look: impl FnMut() -> Option<T>) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        if start.elapsed() > patience {
            bail!("waited {} s in vain for {what}", patience.as_secs());
        }
        pause();
    }
}

/// The breath between two looks.
#[expect(clippy::disallowed_methods, reason = "the one place that sleeps: between two looks at a condition")]
fn pause() {
    std::thread::sleep(PAUSE);
}
