//! The gauge: what is left, and how sure that is. Looks at the service's balance when
//! the rules say so (`docs/money.md`, "Looking at the balance"). Spends nothing.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::desk::Desk;
use crate::problem::{Code, Problem};
use crate::views::{Event, GaugeView};

/// With nothing going on, a look this often.
const IDLE: Duration = Duration::from_mins(15);
/// On coming back to the window, a look when the last is older than this.
const ON_FOCUS: SignedDuration = SignedDuration::from_mins(5);

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
            if is_due(last, app.ground.clock.now(), ON_FOCUS) {
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
        assert!(is_due(None, now, ON_FOCUS));
        assert!(!is_due(ago(299), now, ON_FOCUS));
        assert!(is_due(ago(300), now, ON_FOCUS));
    }
}
