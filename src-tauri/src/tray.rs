//! The tray: the level as a picture, the pockets as lines of a menu, and the few things one does without the window.
//! It follows the gauge for as long as the program runs. Refuses to know what credits mean: words and picture are made in
//! the modules beside it, what is chosen goes to the app.
//!
//! Everything is looked up and drawn off the event loop's thread; only what changed is handed over to it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clearcut_app::views::{AccountId, Page};
use clearcut_app::{App, Credits, Folders, Problem};
use tauri::image::Image;
use tauri::menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Runtime, async_runtime};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::tray_drawing::{SIDE, draw};
use crate::tray_words::{Face, face};
use crate::{Shell, leave, window};

/// With this set there is no tray.
const NO_TRAY: &str = "CLEARCUT_NO_TRAY";

/// Ages are in minutes.
const MINUTE: Duration = Duration::from_secs(60);
/// Between two changes: a batch moves the gauge many times a second.
const BREATH: Duration = Duration::from_millis(400);
/// A page that does not load must not keep the tray away for ever.
const LONGEST_LOAD: Duration = Duration::from_secs(10);

const OPEN: &str = "tray-open";
const ASK: &str = "tray-ask";
const UPGRADE: &str = "tray-upgrade";
const TOP_UP: &str = "tray-top-up";
const QUIT: &str = "tray-quit";

/// What the tray shows.
#[derive(Clone, PartialEq)]
struct Look {
    face: Face,
    picture: Vec<u8>,
}

/// A tray that stands.
struct Tray<R: Runtime> {
    icon: TrayIcon<R>,
    menu: Menu<R>,
    lines: Vec<MenuItem<R>>,
}

/// Puts the tray up once the window's page is there, and keeps it true until the program ends.
pub(crate) async fn keep<R: Runtime>(handle: AppHandle<R>, app: Arc<App>) {
    if std::env::var_os(NO_TRAY).is_some_and(|value| !value.is_empty()) || !library_is_there() {
        tracing::debug!("there is no tray");
        return;
    }
    let shell = handle.state::<Shell>();
    // The first paint comes first. Without one there is a tray all the same.
    let _loaded_or_not = timeout(LONGEST_LOAD, shell.page_loaded()).await;

    let mut most = Most::default();
    let mut standing: Option<(Tray<R>, Look)> = None;
    loop {
        if let Some(look) = look(&app, &mut most)
            && standing.as_ref().is_none_or(|(_, shown)| *shown != look)
        {
            let (before, wanted) = (standing.take(), look.clone());
            let changed = on_main_thread(&handle, move |handle| match before {
                Some((mut tray, shown)) => tray.change(handle, &shown, &wanted).map(|()| tray),
                None => Tray::put_up(handle, &wanted),
            });
            match changed.await {
                Ok(tray) => standing = Some((tray, look)),
                Err(reason) => {
                    tracing::debug!(reason, "the tray is given up");
                    return;
                }
            }
        }
        sleep(BREATH).await;
        let _moved_or_older = timeout(MINUTE, shell.gauge_moved()).await;
    }
}

/// Does something on the event loop's thread and waits for it.
async fn on_main_thread<R: Runtime, T: Send + 'static>(
    handle: &AppHandle<R>,
    work: impl FnOnce(&AppHandle<R>) -> tauri::Result<T> + Send + 'static,
) -> Result<T, String> {
    let (answer, done) = oneshot::channel();
    let inner = handle.clone();
    let handed_over = handle.run_on_main_thread(move || {
        // A tray's library that is found and cannot be loaded panics; the window must outlive that.
        let worked = catch_unwind(AssertUnwindSafe(|| work(&inner)));
        let _nobody_waits = answer.send(worked);
    });
    handed_over.map_err(|error| error.to_string())?;
    match done.await {
        Ok(Ok(worked)) => worked.map_err(|error| error.to_string()),
        Ok(Err(_)) => Err("its library cannot be loaded".to_owned()),
        Err(_) => Err("the program ends".to_owned()),
    }
}

/// What the tray is to show now; `None` while the ledger cannot be read.
fn look(app: &App, most: &mut Most) -> Option<Look> {
    let (account, gauge) = app.standing().ok()?;
    let monthly = gauge.cycle.as_ref().map(|cycle| cycle.monthly.as_str());
    let most = most.seen(account.id, [gauge.total.amount.as_deref(), monthly]);
    Some(Look { face: face(&gauge, Some(&account)), picture: draw(&gauge, most) })
}

/// The most credits that the account was seen to hold, or gets in a month.
#[derive(Default)]
struct Most(Option<(AccountId, Credits)>);

impl Most {
    fn seen(&mut self, account: AccountId, amounts: [Option<&str>; 2]) -> Credits {
        let before = self.0.filter(|(whose, _)| *whose == account).map(|(_, most)| most);
        let now = amounts.into_iter().flatten().filter_map(|amount| amount.parse().ok());
        let most = now.chain(before).max().unwrap_or(Credits::ZERO);
        self.0 = Some((account, most));
        most
    }
}

impl<R: Runtime> Tray<R> {
    fn put_up(handle: &AppHandle<R>, look: &Look) -> tauri::Result<Self> {
        let menu = Menu::new(handle)?;
        let lines = fill(&menu, handle, &look.face)?;
        let mut builder = TrayIconBuilder::with_id("clearcut")
            .icon(image(look))
            .tooltip(&look.face.tooltip)
            .menu(&menu)
            .show_menu_on_left_click(false)
            .on_menu_event(|handle, event| chosen(handle, &event))
            .on_tray_icon_event(|icon, event| clicked(icon.app_handle(), &event));
        if let Some(folder) = folder_for_pictures() {
            builder = builder.temp_dir_path(folder);
        }
        Ok(Self { icon: builder.build(handle)?, menu, lines })
    }

    /// Changes what is different.
    fn change(&mut self, handle: &AppHandle<R>, shown: &Look, wanted: &Look) -> tauri::Result<()> {
        if shown.picture != wanted.picture {
            self.icon.set_icon(Some(image(wanted)))?;
        }
        if shown.face.tooltip != wanted.face.tooltip {
            self.icon.set_tooltip(Some(&wanted.face.tooltip))?;
        }
        let (before, now) = (&shown.face, &wanted.face);
        if before.lines.len() == now.lines.len() && (before.upgrade, before.top_up) == (now.upgrade, now.top_up) {
            for (item, text) in self.lines.iter().zip(&now.lines) {
                item.set_text(as_label(text))?;
            }
        } else {
            while self.menu.remove_at(0)?.is_some() {}
            self.lines = fill(&self.menu, handle, now)?;
        }
        Ok(())
    }
}

/// Fills an empty menu; gives the lines that only inform.
fn fill<R: Runtime>(menu: &Menu<R>, handle: &AppHandle<R>, face: &Face) -> tauri::Result<Vec<MenuItem<R>>> {
    let told = |text: &String| MenuItem::new(handle, as_label(text), false, None::<&str>);
    let lines = face.lines.iter().map(told).collect::<tauri::Result<Vec<_>>>()?;
    for line in &lines {
        menu.append(line)?;
    }
    let offer = |id: &str, text: &str| menu.append(&MenuItem::with_id(handle, id, text, true, None::<&str>)?);
    menu.append(&PredefinedMenuItem::separator(handle)?)?;
    offer(OPEN, "Open Clearcut")?;
    offer(ASK, "Ask for the balance now")?;
    if face.upgrade {
        offer(UPGRADE, "Upgrade…")?;
    }
    if face.top_up {
        offer(TOP_UP, "Top up…")?;
    }
    menu.append(&PredefinedMenuItem::separator(handle)?)?;
    offer(QUIT, "Quit")?;
    Ok(lines)
}

/// In a menu an ampersand marks a key; twice it is itself.
fn as_label(text: &str) -> String {
    text.replace('&', "&&")
}

fn image(look: &Look) -> Image<'_> {
    Image::new(&look.picture, SIDE, SIDE)
}

/// On Linux a tray's picture is a file. It lies with what this installation may lose; an earlier run may have left some.
fn folder_for_pictures() -> Option<PathBuf> {
    let folder = Folders::from_env().ok()?.cache.join("tray");
    if let Err(error) = std::fs::remove_dir_all(&folder) {
        tracing::trace!(%error, "no picture of an earlier tray");
    }
    Some(folder)
}

/// Does what was chosen in the menu.
fn chosen<R: Runtime>(handle: &AppHandle<R>, event: &MenuEvent) {
    match event.id().as_ref() {
        OPEN => window::focus(handle),
        ASK => with_app(handle, |app| async move { app.refresh_balance().await.map(drop) }),
        UPGRADE => with_app(handle, |app| async move { app.open_page(Page::Upgrade).await }),
        TOP_UP => with_app(handle, |app| async move { app.open_page(Page::TopUp).await }),
        QUIT => leave::leave(handle),
        _ => {}
    }
}

/// Brings the window up at a click on the picture, where the system tells of one.
fn clicked<R: Runtime>(handle: &AppHandle<R>, event: &TrayIconEvent) {
    if let TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. } = event {
        window::focus(handle);
    }
}

/// Asks something of the app. What goes wrong is in the gauge or in the log: the tray has no place for it.
fn with_app<R: Runtime, F>(handle: &AppHandle<R>, ask: impl FnOnce(Arc<App>) -> F + Send + 'static)
where
    F: Future<Output = Result<(), Problem>> + Send,
{
    let Some(app) = handle.state::<Shell>().app_now() else { return };
    async_runtime::spawn(async move {
        if let Err(problem) = ask(app).await {
            tracing::warn!(%problem, "chosen in the tray");
        }
    });
}

/// Whether a tray can be made at all.
fn library_is_there() -> bool {
    #[cfg(target_os = "linux")]
    {
        crate::tray_library::is_there()
    }
    #[cfg(not(target_os = "linux"))]
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_height_is_measured_by_the_most_that_this_account_held() {
        let account = |id: &str| serde_json::from_value::<AccountId>(id.into()).unwrap();
        let one = account("0192f0c1-2345-7abc-8def-0123456789ab");
        let other = account("0192f0c1-2345-7abc-8def-0123456789ac");
        let mut most = Most::default();
        assert_eq!(most.seen(one, [None, None]), Credits::ZERO);
        assert_eq!(most.seen(one, [Some("50"), None]), Credits::whole(50));
        assert_eq!(most.seen(one, [Some("3"), Some("40")]), Credits::whole(50));
        assert_eq!(most.seen(one, [Some("3"), Some("100")]), Credits::whole(100));
        assert_eq!(most.seen(other, [Some("7"), None]), Credits::whole(7));
    }

    #[test]
    fn a_name_with_an_ampersand_is_shown_as_it_is() {
        assert_eq!(as_label("Salt & Pepper"), "Salt && Pepper");
    }
}
