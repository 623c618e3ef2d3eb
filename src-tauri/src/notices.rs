//! Native notices: shown by whatever the desktop has for that, told apart by their id, answered once. Refuses to know when
//! a notice is due and what its buttons lead to: both are decided further in.
//!
//! A thread for each notice shows it and then waits for the user; it ends when the notice does. What the daemon says of
//! itself is asked anew each time, because daemons are restarted and exchanged while programs run.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use clearcut_app::{HostError, Notice, NoticeAction};
use notify_rust::{Notification, NotificationHandle, NotificationResponse};
#[cfg(all(unix, not(target_os = "macos")))]
use tauri::async_runtime;

use crate::notice_words::{self, Manners};

/// A desktop without a daemon says so in milliseconds; one whose daemon hangs is given up on after this.
const PATIENCE: Duration = Duration::from_secs(2);

/// Shows notices. Clones show into the same desktop.
#[derive(Debug, Clone, Default)]
pub struct Notifier {
    /// The newest notice of each id: what the daemon calls it, and which of ours it was.
    shown: Arc<Mutex<HashMap<String, Shown>>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Shown {
    number: Option<u32>,
    edition: u64,
}

impl Notifier {
    /// A notifier that has shown nothing yet. Asks nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Shows a notice. `chosen` hears of a click, from a thread of its own: on a button, or on the notice itself, which
    /// means its first button; `None` is a click on a notice without buttons. A notice that is closed, or whose place was
    /// taken by a later one with the same id, is not heard of.
    ///
    /// # Errors
    /// When the desktop shows no notices, or does not answer.
    pub fn show(
        &self,
        notice: &Notice,
        chosen: impl FnOnce(Option<NoticeAction>) + Send + 'static,
    ) -> Result<(), HostError> {
        let (told, shown) = sync_channel(1);
        let (notifier, notice) = (self.clone(), notice.clone());
        let started = thread::Builder::new()
            .name("notice".to_owned())
            .spawn(move || notifier.show_and_wait(&notice, &told, chosen))
            .map_err(|error| HostError(error.to_string()));
        started?;
        shown.recv_timeout(PATIENCE).unwrap_or_else(|_| Err(HostError("the desktop shows no notice".to_owned())))
    }

    fn show_and_wait(
        &self,
        notice: &Notice,
        told: &SyncSender<Result<(), HostError>>,
        chosen: impl FnOnce(Option<NoticeAction>),
    ) {
        let (handle, edition) = match self.put_up(notice) {
            Ok(shown) => shown,
            Err(error) => {
                // Where nobody listens any more, the patience above has ended.
                let _given_up = told.send(Err(error));
                return;
            }
        };
        let _given_up = told.send(Ok(()));
        let answer = wait_for_answer(handle);
        if self.end_of(&notice.id, edition)
            && let Some(action) = answer.and_then(|answer| notice_words::meaning(&answer, notice))
        {
            chosen(action);
        }
    }

    /// Puts it on the screen, in the place of an earlier one with its id.
    fn put_up(&self, notice: &Notice) -> Result<(NotificationHandle, u64), HostError> {
        let manners = manners()?;
        let mut shown = self.shown();
        let place = shown.entry(notice.id.clone()).or_default();
        place.edition += 1;
        let edition = place.edition;
        let handle = compose(notice, manners, place.number).show().map_err(in_words)?;
        #[cfg(all(unix, not(target_os = "macos")))]
        {
            place.number = Some(handle.id());
        }
        Ok((handle, edition))
    }

    /// Notes that the notice is gone: its number may be another program's soon. Says whether it was the newest of its id; an
    /// answer to that one reaches everyone who waits.
    fn end_of(&self, id: &str, edition: u64) -> bool {
        let mut shown = self.shown();
        let newest = shown.get_mut(id).filter(|shown| shown.edition == edition);
        newest.map(|shown| shown.number = None).is_some()
    }

    fn shown(&self) -> MutexGuard<'_, HashMap<String, Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until the notice is answered or gone. One that was answered is closed: some daemons leave it standing, with buttons
/// that nobody listens to any more.
#[cfg(all(unix, not(target_os = "macos")))]
fn wait_for_answer(handle: NotificationHandle) -> Option<NotificationResponse> {
    let mut answer = None;
    async_runtime::block_on(handle.wait_for_action_async(|response| answer = Some(response.clone())));
    if !matches!(answer, None | Some(NotificationResponse::Closed(_))) {
        handle.close();
    }
    answer
}

/// Waits until the notice is answered or gone; here an answered one goes by itself.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn wait_for_answer(handle: NotificationHandle) -> Option<NotificationResponse> {
    let mut answer = None;
    let waited = handle.wait_for_response(|response: &NotificationResponse| answer = Some(response.clone()));
    if let Err(error) = waited {
        tracing::warn!(%error, "a notice cannot be answered");
    }
    answer
}

fn in_words(error: impl Display) -> HostError {
    HostError(error.to_string())
}

/// What the desktop's notices can do; an error where there are none.
#[cfg(all(unix, not(target_os = "macos")))]
fn manners() -> Result<Manners, HostError> {
    let capabilities = notify_rust::get_capabilities().map_err(in_words)?;
    Ok(Manners::of(&capabilities))
}

/// Windows and macOS have buttons, take no markup, and treat a click on the notice as one by themselves.
#[cfg(not(all(unix, not(target_os = "macos"))))]
#[expect(clippy::unnecessary_wraps, reason = "on other systems there may be none")]
fn manners() -> Result<Manners, HostError> {
    Ok(Manners { buttons: true, click_is_a_button: false, markup: false })
}

/// The notice as the library takes it.
fn compose(notice: &Notice, manners: Manners, replaces: Option<u32>) -> Notification {
    let mut made = Notification::new();
    made.appname("Clearcut").summary(&notice.title).body(&notice_words::body(&notice.body, manners));
    for (key, label) in notice_words::buttons(&notice.actions, manners) {
        made.action(key, label);
    }
    if let Some(number) = replaces {
        made.id(number);
    }
    dress(&mut made);
    made.finalize()
}

/// The program's icon, by the name that its package installs it under, and the name of its entry in the menus.
#[cfg(all(unix, not(target_os = "macos")))]
fn dress(made: &mut Notification) {
    made.icon("clearcut-desktop").hint(notify_rust::Hint::DesktopEntry("Clearcut".to_owned()));
}

/// An installed program is known to Windows by its identifier; one run from the build folder is not.
#[cfg(windows)]
fn dress(made: &mut Notification) {
    let built_here = std::env::current_exe()
        .is_ok_and(|program| program.parent().is_some_and(|it| it.ends_with("debug") || it.ends_with("release")));
    if !built_here {
        made.app_id("app.clearcut.desktop");
    }
}

/// macOS takes name and icon from the bundle, whose identifier is told once.
#[cfg(target_os = "macos")]
fn dress(_: &mut Notification) {
    static TOLD: std::sync::Once = std::sync::Once::new();
    TOLD.call_once(|| {
        if let Err(error) = notify_rust::set_application("app.clearcut.desktop") {
            tracing::debug!(%error, "notices come under the name of another program");
        }
    });
}
