//! The gauge and the quote: what is left, how sure that is, and what pictures would cost. Looks at the service's balance when
//! the rules say so (`docs/money.md`, "Looking at the balance"). Spends nothing.

use std::time::Duration;

use clearcut_batch::Order;
use clearcut_credits::Quote;
use jiff::{SignedDuration, Timestamp};

use crate::app::{App, blocking};
use crate::problem::{Code, Problem};
use crate::views::{Event, GaugeView, OutputOptions, PictureId, QuoteView};
use crate::{convert, words};

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
        self.desk().gauge()
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
        let desk = self.desk();
        let looked = desk.look_at_balance().await;
        if desk.is_practice() && looked.is_err_and(|problem| problem.code == Code::NoNetwork) {
            match self.revive_practice().await {
                // What went wrong is in the gauge by now.
                Ok(()) => drop(self.desk().look_at_balance().await),
                Err(problem) => tracing::warn!(%problem, "practice service"),
            }
        }
    }

    pub(crate) fn tell_gauge(&self) {
        match self.desk().gauge() {
            Ok(gauge) => self.emit(Event::Gauge { gauge }),
            Err(problem) => tracing::error!(%problem, "the gauge cannot be read"),
        }
    }

    /// What downloading these pictures would cost.
    ///
    /// # Errors
    /// When a picture is unknown, the options make no sense, or the ledger cannot be read.
    pub async fn quote(
        &self,
        pictures: Vec<PictureId>,
        options: OutputOptions,
        _cap: Option<String>,
    ) -> Result<QuoteView, Problem> {
        Ok(convert::quote(&self.quote_for(&pictures, &options, 0).await?))
    }

    /// [`quote`](Self::quote) for the terminal: `unreadable` files were named that are no pictures.
    ///
    /// # Errors
    /// As [`quote`](Self::quote).
    pub async fn quote_with_unreadable(
        &self,
        pictures: Vec<PictureId>,
        options: OutputOptions,
        unreadable: usize,
    ) -> Result<QuoteView, Problem> {
        Ok(convert::quote(&self.quote_for(&pictures, &options, unreadable).await?))
    }

    pub(crate) async fn quote_for(
        &self,
        pictures: &[PictureId],
        options: &OutputOptions,
        unreadable: usize,
    ) -> Result<Quote, Problem> {
        let orders = pictures.iter().map(|id| self.order(*id, options, None)).collect::<Result<Vec<Order>, _>>()?;
        let spender = self.desk().spender.clone();
        blocking(move || spender.quote_orders(&orders, unreadable))
            .await?
            .map_err(|error| words::batch(&error, "the quote"))
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
