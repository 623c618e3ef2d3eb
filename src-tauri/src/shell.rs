//! What the shell itself remembers: the app, once it is open, whether the page is there, and whether the user is leaving.
//! The window is shown before the app is open; whoever needs the app waits for it here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use clearcut_app::App;
use clearcut_app::problem::Problem;
use tokio::sync::{Notify, SetOnce};

/// How far leaving has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Leaving {
    /// Nobody asked to leave.
    No = 0,
    /// Asked; what is on its way is awaited.
    Waiting = 1,
    /// Nothing is left to wait for.
    Done = 2,
}

/// The state that Tauri keeps for the shell.
#[derive(Default)]
pub struct Shell {
    app: SetOnce<Result<Arc<App>, Problem>>,
    leaving: AtomicU8,
    page: SetOnce<()>,
    gauge: Notify,
    dragging: AtomicBool,
}

impl Shell {
    /// A shell whose app is not open yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The app; waits until it is open.
    ///
    /// # Errors
    /// The problem that kept it from opening.
    pub async fn app(&self) -> Result<Arc<App>, Problem> {
        self.app.wait().await.clone()
    }

    /// The app, if it is open by now.
    pub(crate) fn app_now(&self) -> Option<Arc<App>> {
        self.app.get().and_then(|opened| opened.as_ref().ok()).cloned()
    }

    /// Hands the opened app to everybody who waits. Only the first call counts.
    pub fn opened(&self, app: Result<Arc<App>, Problem>) {
        if self.app.set(app).is_err() {
            tracing::warn!("the app was opened twice; the first one stays");
        }
    }

    /// Notes that the window's page was loaded. Later loads change nothing.
    pub(crate) fn page_is_loaded(&self) {
        let _once_is_enough = self.page.set(());
    }

    /// Waits until the window's page was loaded.
    pub(crate) async fn page_loaded(&self) {
        self.page.wait().await;
    }

    /// Notes that the gauge has moved.
    pub(crate) fn gauge_has_moved(&self) {
        self.gauge.notify_one();
    }

    /// Waits until the gauge has moved since this was last asked; many moves are one. For one asker.
    pub(crate) async fn gauge_moved(&self) {
        self.gauge.notified().await;
    }

    /// Notes whether files are being dragged out of the window. Where they come back to it nothing happens: they are our own.
    pub(crate) fn drags_out(&self, dragging: bool) {
        self.dragging.store(dragging, Ordering::SeqCst);
    }

    /// Whether files are being dragged out of the window.
    pub(crate) fn is_dragging_out(&self) -> bool {
        self.dragging.load(Ordering::SeqCst)
    }

    /// How far leaving has come.
    pub(crate) fn leaving(&self) -> Leaving {
        match self.leaving.load(Ordering::SeqCst) {
            0 => Leaving::No,
            1 => Leaving::Waiting,
            _ => Leaving::Done,
        }
    }

    /// Notes that the user wants to leave, and says how far leaving had come before.
    pub(crate) fn begin_leaving(&self) -> Leaving {
        let begun = self.leaving.compare_exchange(
            Leaving::No as u8,
            Leaving::Waiting as u8,
            Ordering::SeqCst,
            Ordering::SeqCst,
        );
        if begun.is_ok() { Leaving::No } else { self.leaving() }
    }

    /// Notes that nothing is left to wait for.
    pub(crate) fn may_go_now(&self) {
        self.leaving.store(Leaving::Done as u8, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaving_goes_one_way() {
        let shell = Shell::new();
        assert_eq!(shell.begin_leaving(), Leaving::No);
        assert_eq!(shell.begin_leaving(), Leaving::Waiting);
        shell.may_go_now();
        assert_eq!(shell.begin_leaving(), Leaving::Done);
        assert_eq!(shell.leaving(), Leaving::Done);
    }
}
