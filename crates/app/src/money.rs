//! The gauge: what is left, and how sure that is. Looks at the service's balance when
//! the rules say so (`docs/money.md`, "Looking at the balance"). Spends nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clearcut_credits::Credits;
use jiff::{SignedDuration, Timestamp};

use crate::app::{App, Front};
use crate::desk::Desk;
use crate::problem::{Code, Problem};
use crate::views::{Event, GaugeView};

/// With nothing going on, a look this often.
const IDLE: Duration = Duration::from_mins(15);
/// On coming back to the window, and while pictures are being downloaded, a look when the last is older than this.
const NOW_AND_THEN: SignedDuration = SignedDuration::from_mins(5);
/// Before a download, a look when the last is older than this.
const BEFORE_A_DOWNLOAD: SignedDuration = SignedDuration::from_mins(1);
/// This close to a line, one more look.
const NEAR: Credits = Credits::whole(32);
/// So long after a download the balance can prove something: a minute of quiet, and the service's lag.
const AFTER_A_DOWNLOAD: Duration = Duration::from_secs(70);

impl App {
    /// The gauge; with `refresh`, after asking the service. When that fails the gauge is stale and says why.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn gauge(&self, refresh: bool) -> Result<GaugeView, Problem> {
        if refresh {
            self.look().await;
        }
        self.shown_gauge()
    }

    /// The gauge as the window is to show it.
    pub(crate) fn shown_gauge(&self) -> Result<GaugeView, Problem> {
        self.desk().gauge(self.settings().levels())
    }

    /// Asks the service for the balance now.
    ///
    /// # Errors
    /// When the ledger cannot be read; a service that does not answer makes the gauge stale instead.
    pub async fn refresh_balance(&self) -> Result<GaugeView, Problem> {
        let gauge = self.gauge(true).await?;
        self.emit(Event::Gauge { gauge: gauge.clone() });
        Ok(gauge)
    }

    /// The window was brought to the front: looks at the balance when the last look is five minutes old.
    pub fn focused(&self) {
        self.spawn(async |app| {
            let last = app.desk().spender.gauge().ok().and_then(|gauge| gauge.total.observed_at);
            if is_due(last, app.ground.clock.now(), NOW_AND_THEN) {
                app.look_and_tell().await;
            }
        });
    }

    /// Looks at the start and every quarter of an hour, until the program ends.
    pub(crate) fn start_looking(&self) {
        self.spawn(async |app| {
            loop {
                app.look_and_tell().await;
                tokio::select! {
                    () = tokio::time::sleep(IDLE) => {}
                    () = app.stopping.cancelled() => return,
                }
            }
        });
    }

    /// Looks before a download, unless that was done just now. Answers whether it looked.
    pub(crate) async fn look_before(&self, desk: &Desk) -> bool {
        let last = desk.spender.gauge().ok().and_then(|gauge| gauge.total.observed_at);
        let due = is_due(last, desk.now(), BEFORE_A_DOWNLOAD);
        if due {
            self.look_and_tell().await;
        }
        due
    }

    /// Looks after a download, at once and again when a look can prove something.
    pub(crate) async fn look_after(&self, desk: &Desk) {
        self.look_and_tell().await;
        self.credits_moved(desk);
        if self.front == Front::Terminal {
            return;
        }
        self.spawn(async |app| {
            tokio::select! {
                () = tokio::time::sleep(AFTER_A_DOWNLOAD) => app.look_and_tell().await,
                () = app.stopping.cancelled() => {}
            }
        });
    }

    /// A look while pictures are being downloaded: every five minutes, and once close to a line. Answers with what other
    /// programs have used at least.
    pub(crate) async fn look_within(&self, desk: &Desk, watch: &Watch) -> Option<(Credits, Credits)> {
        let reading = desk.read().ok()?;
        let free = reading.state.free();
        let near = |pocket: Option<Credits>| pocket.is_some_and(|left| left > Credits::ZERO && left <= NEAR);
        let lines = [near(free.subscription), near(free.spendable())];
        let new_line = lines.iter().zip(&watch.seen).any(|(near, seen)| *near && !seen.swap(true, Ordering::SeqCst));
        let last = *watch.last.lock().unwrap_or_else(PoisonError::into_inner);
        if !new_line && !is_due(Some(last), desk.now(), NOW_AND_THEN) {
            return None;
        }
        *watch.last.lock().unwrap_or_else(PoisonError::into_inner) = desk.now();
        let looked = desk.look_at_balance().await.ok()?;
        let seen = looked.last()?.balance();
        let state = desk.read().ok()?.state;
        Some(state.used_elsewhere_at_least(seen))
    }

    pub(crate) async fn look_and_tell(&self) {
        self.look().await;
        self.tell_gauge();
    }

    /// One look. The practice service may have been served by another process that has ended: then it is started here.
    async fn look(&self) {
        let mut desk = self.desk();
        let mut looked = desk.look_at_balance().await;
        if desk.is_practice() && looked.as_ref().is_err_and(|problem| problem.code == Code::NoNetwork) {
            match self.revive_practice().await {
                Ok(()) => {
                    desk = self.desk();
                    looked = desk.look_at_balance().await;
                }
                Err(problem) => tracing::warn!(%problem, "practice service"),
            }
        }
        // What went wrong is in the gauge by now.
        if let Ok(looked) = looked {
            self.tell_arrivals(&desk, &looked).await;
        }
        self.raise_notices(&desk);
    }

    pub(crate) fn tell_gauge(&self) {
        match self.shown_gauge() {
            Ok(gauge) => self.emit(Event::Gauge { gauge }),
            Err(problem) => tracing::error!(%problem, "the gauge cannot be read"),
        }
    }

    /// Credits moved: the gauge, and what there is to tell about it.
    pub(crate) fn credits_moved(&self, desk: &Desk) {
        self.tell_gauge();
        self.raise_notices(desk);
    }
}

/// What was looked at during one download.
#[derive(Debug)]
pub(crate) struct Watch {
    /// When the last look was.
    last: Mutex<Timestamp>,
    /// The lines that were looked at from close by: the subscription's end, and that of all credits.
    seen: [AtomicBool; 2],
}

impl Watch {
    pub(crate) fn from(now: Timestamp) -> Self {
        Self { last: Mutex::new(now), seen: [AtomicBool::new(false), AtomicBool::new(false)] }
    }
}

/// Whether a look is due: there was none yet, or it is older than `older_than`.
fn is_due(last: Option<Timestamp>, now: Timestamp, older_than: SignedDuration) -> bool {
    last.is_none_or(|last| now.duration_since(last) >= older_than)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coming_back_after_five_minutes_looks_and_before_does_not() {
        let now = Timestamp::UNIX_EPOCH;
        let ago = |seconds| Some(now - SignedDuration::from_secs(seconds));
        assert!(is_due(None, now, NOW_AND_THEN));
        assert!(!is_due(ago(299), now, NOW_AND_THEN));
        assert!(is_due(ago(300), now, NOW_AND_THEN));
    }
}
