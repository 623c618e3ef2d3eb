//! How the program ends: nothing new starts, and what is on its way is awaited, because an answer that nobody waits for may
//! have been charged. The user may insist, knowing that.

use std::pin::pin;
use std::time::Duration;

use tauri::{AppHandle, Manager, Runtime, async_runtime};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind};
use tokio::time::timeout;

use crate::shell::Leaving;
use crate::{Shell, WINDOW};

/// Below this nobody notices the wait, and nothing is said about it.
const NOTICED: Duration = Duration::from_millis(400);

/// Every request has time-outs of its own well below this; it is the last resort against a wait without end.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Whether nothing is left to wait for.
pub(crate) fn may_go<R: Runtime>(handle: &AppHandle<R>) -> bool {
    handle.state::<Shell>().leaving() == Leaving::Done
}

/// Begins to leave; asked again while it waits, offers to leave at once.
pub(crate) fn leave<R: Runtime>(handle: &AppHandle<R>) {
    let handle = handle.clone();
    match handle.state::<Shell>().begin_leaving() {
        Leaving::No => {
            async_runtime::spawn(async move { finish(&handle).await });
        }
        Leaving::Waiting => offer_to_leave_at_once(&handle),
        Leaving::Done => end(&handle, 0),
    }
}

/// Waits for what is on its way, then ends the program.
async fn finish<R: Runtime>(handle: &AppHandle<R>) {
    // An app that is not open yet has sent nothing.
    if let Some(app) = handle.state::<Shell>().app_now() {
        let mut closing = pin!(app.close());
        if timeout(NOTICED, &mut closing).await.is_err() {
            if let Some(window) = handle.get_webview_window(WINDOW)
                && let Err(error) = window.set_title("Clearcut – waiting for a picture that was sent")
            {
                tracing::warn!(%error, "the window's title could not be changed");
            }
            if timeout(LONGEST, closing).await.is_err() {
                tracing::error!("what was sent was not answered; the next start finds out what became of it");
            }
        }
    }
    handle.state::<Shell>().may_go_now();
    end(handle, 0);
}

/// The user closed the window again while an answer is awaited.
fn offer_to_leave_at_once<R: Runtime>(handle: &AppHandle<R>) {
    let asking = handle.clone();
    handle
        .dialog()
        .message(
            "A picture was sent and its answer is awaited. Clearcut closes by itself when it is there.\n\n\
             If you quit now, the picture may have been charged without a result; the next start will say so.",
        )
        .title("Clearcut is closing")
        .kind(MessageDialogKind::Warning)
        .buttons(MessageDialogButtons::OkCancelCustom("Quit now".to_owned(), "Wait".to_owned()))
        .show(move |quit_now| {
            if quit_now {
                asking.state::<Shell>().may_go_now();
                end(&asking, 0);
            }
        });
}

/// Ends the event loop.
pub(crate) fn end<R: Runtime>(handle: &AppHandle<R>, code: i32) {
    handle.exit(code);
}

/// A request to end from outside is a request to leave, not to drop what was sent.
pub(crate) fn on_signals<R: Runtime>(handle: &AppHandle<R>) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        for kind in [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()] {
            let handle = handle.clone();
            async_runtime::spawn(async move {
                let Ok(mut signals) = signal(kind) else { return };
                while signals.recv().await.is_some() {
                    leave(&handle);
                }
            });
        }
    }
    #[cfg(not(unix))]
    let _ = handle;
}
