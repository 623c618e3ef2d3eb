//! The one window: born in the colour of its page, kept to its own pages, and told of files that hover or fall.
//! File names from a drop stay on this side; the page hears only that something hovers, and what was taken in.

use std::path::PathBuf;

use clearcut_app::{Folders, TakenBy};
use tauri::plugin::TauriPlugin;
use tauri::utils::config::Color;
use tauri::webview::PageLoadEvent;
use tauri::{
    App, AppHandle, DragDropEvent, Manager, Runtime, Theme, Url, WebviewWindowBuilder, Window, WindowEvent,
    async_runtime,
};
use tauri_plugin_window_state::StateFlags;

use crate::shell::Leaving;
use crate::{Shell, WINDOW, leave};

/// The page's own background in the light and in the dark, so that no white shows before the first paint.
const LIGHT: Color = Color(0xfb, 0xf9, 0xf7, 0xff);
const DARK: Color = Color(0x1c, 0x19, 0x17, 0xff);

/// Makes the window from its description in `tauri.conf.json`.
pub(crate) fn open<R: Runtime>(app: &App<R>) -> tauri::Result<()> {
    let described = app.config().app.windows.iter().find(|window| window.label == WINDOW).cloned();
    let window = WebviewWindowBuilder::from_config(app, &described.unwrap_or_default())?
        .background_color(if crate::start::system_is_dark() { DARK } else { LIGHT })
        .on_navigation(is_own_page)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished {
                window.state::<Shell>().page_is_loaded();
            }
        })
        .build()?;
    // Where the system says so only once there is a window.
    if cfg!(not(target_os = "linux")) && window.theme().is_ok_and(|theme| theme == Theme::Dark) {
        window.set_background_color(Some(DARK))?;
    }
    Ok(())
}

/// Remembers the window's size, place and whether it fills the screen, from one start to the next, in a file beside the settings. A place
/// on a screen that is not there any more is not gone back to.
pub(crate) fn remembering<R: Runtime>() -> TauriPlugin<R> {
    let flags = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN;
    let remembering = tauri_plugin_window_state::Builder::default().with_state_flags(flags);
    match Folders::from_env() {
        // Joined to the plugin's own folder, a whole path stands for itself.
        Ok(folders) => remembering.with_filename(folders.config.join("window.json").to_string_lossy()).build(),
        Err(_) => remembering.build(),
    }
}

/// The window shows Clearcut's pages and nothing else; other pages open in the browser, by command.
fn is_own_page(page: &Url) -> bool {
    page.scheme() == "tauri" || page.host_str() == Some("tauri.localhost") || page.as_str() == "about:blank"
}

/// What happens to the window from outside.
pub(crate) fn on_event<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
    let handle = window.app_handle();
    match event {
        WindowEvent::DragDrop(_) if handle.state::<Shell>().is_dragging_out() => {}
        WindowEvent::DragDrop(DragDropEvent::Enter { .. }) => hover(handle, true),
        WindowEvent::DragDrop(DragDropEvent::Leave) => hover(handle, false),
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => {
            hover(handle, false);
            take_in(handle, paths.clone(), TakenBy::Drop);
        }
        WindowEvent::Focused(true) => focused(handle),
        WindowEvent::CloseRequested { api, .. } if handle.state::<Shell>().leaving() != Leaving::Done => {
            api.prevent_close();
            leave::leave(handle);
        }
        _ => {}
    }
}

/// Tells the app that the user is back. It starts work of its own, for which the event loop's thread is no place.
fn focused<R: Runtime>(handle: &AppHandle<R>) {
    if let Some(app) = handle.state::<Shell>().app_now() {
        async_runtime::spawn(async move { app.focused() });
    }
}

/// Tells the page whether files hover over it.
fn hover<R: Runtime>(handle: &AppHandle<R>, over: bool) {
    if let Some(app) = handle.state::<Shell>().app_now() {
        app.hover(over);
    }
}

/// Hands files to the app, as soon as it is open.
pub(crate) fn take_in<R: Runtime>(handle: &AppHandle<R>, files: Vec<PathBuf>, by: TakenBy) {
    if files.is_empty() {
        return;
    }
    let handle = handle.clone();
    async_runtime::spawn(async move {
        if let Ok(app) = handle.state::<Shell>().app().await {
            app.take_in(files, by).await;
        }
    });
}

/// Brings the window to the front.
pub(crate) fn focus<R: Runtime>(handle: &AppHandle<R>) {
    if let Some(window) = handle.get_webview_window(WINDOW) {
        let shown = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "the window could not be brought to the front");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_never_leaves_its_own_pages() {
        let own = |page: &str| is_own_page(&Url::parse(page).unwrap());
        assert!(own("tauri://localhost/index.html"));
        assert!(own("http://tauri.localhost/"));
        assert!(!own("https://www.remove.bg/"));
        assert!(!own("file:///etc/passwd"));
        assert!(!own("http://tauri.localhost.example.com/"));
    }
}
