//! What the use cases ask of a desktop: to be heard in the window, notices, dialogs, the browser, the file
//! manager, the clipboard.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use clearcut_app::views::{Envelope, Event};
use clearcut_app::{Clipboard, Host, HostError, Notice, NoticeAction};
use tauri::{AppHandle, Emitter, Manager, Runtime, async_runtime};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;
use url::Url;

use crate::notices::Notifier;
use crate::{Shell, WINDOW, drag_out, window};

/// The name under which the window hears everything.
const EVENT: &str = "clearcut";

/// Names a program that is started with the address or path instead of the system's browser or file manager.
const OPENER: &str = "CLEARCUT_OPENER";

/// The files that the dialog offers first. What a file really is, is found out from its content.
const PICTURES: &[&str] =
    &["jpg", "jpeg", "png", "webp", "tif", "tiff", "heic", "heif", "hif", "avif", "jxl", "bmp", "gif"];

/// The desktop around the use cases.
pub(crate) struct DesktopHost<R: Runtime> {
    handle: AppHandle<R>,
    notices: Notifier,
}

impl<R: Runtime> DesktopHost<R> {
    /// The desktop around the program of `handle`. Asks nothing of it yet.
    pub(crate) fn new(handle: AppHandle<R>) -> Self {
        Self { handle, notices: Notifier::new() }
    }

    /// A file dialog over the window, where there is one.
    fn dialog(&self, title: &str) -> FileDialogBuilder<R> {
        let dialog = self.handle.dialog().file().set_title(title);
        match self.handle.get_webview_window(WINDOW) {
            Some(window) => dialog.set_parent(&window),
            None => dialog,
        }
    }

    /// Asks for one file of a kind; `None` where the dialog was closed.
    async fn one_file(&self, title: &str, kind: &str, endings: &[&str]) -> Option<PathBuf> {
        asked(|told| self.dialog(title).add_filter(kind, endings).pick_file(told)).await.and_then(path)
    }
}

#[async_trait]
impl<R: Runtime> Host for DesktopHost<R> {
    fn emit(&self, envelope: &Envelope) {
        if let Err(error) = self.handle.emit(EVENT, envelope) {
            tracing::warn!(%error, "the window did not hear an event");
        }
        if matches!(envelope.event, Event::Gauge { .. }) {
            self.handle.state::<Shell>().gauge_has_moved();
        }
    }

    fn open_page(&self, page: &Url) -> Result<(), HostError> {
        if let Some(opened) = by_named_opener(page.as_str().as_ref()) {
            return opened;
        }
        tauri_plugin_opener::open_url(page, None::<&str>).map_err(|error| HostError(error.to_string()))
    }

    fn reveal(&self, file: &Path) -> Result<(), HostError> {
        if let Some(opened) = by_named_opener(file.as_os_str()) {
            return opened;
        }
        let Err(error) = tauri_plugin_opener::reveal_item_in_dir(file) else { return Ok(()) };
        // A desktop without a file manager on the bus may still have a program for folders.
        match file.parent().filter(|_| file.exists()) {
            Some(folder) => tauri_plugin_opener::open_path(folder, None::<&str>),
            None => Err(error),
        }
        .map_err(|error| HostError(error.to_string()))
    }

    fn notify(&self, notice: &Notice) -> Result<(), HostError> {
        let handle = self.handle.clone();
        self.notices.show(notice, move |action| notice_clicked(&handle, action))
    }

    async fn choose_save(&self, name: &str) -> Option<PathBuf> {
        asked(|told| self.dialog("Save as").set_file_name(name).save_file(told)).await.and_then(path)
    }

    async fn choose_files(&self) -> Option<Vec<PathBuf>> {
        let files =
            asked(|told| self.dialog("Choose pictures").add_filter("Pictures", PICTURES).pick_files(told)).await?;
        Some(files.into_iter().filter_map(path).collect())
    }

    async fn choose_picture(&self) -> Option<PathBuf> {
        self.one_file("Choose a background", "Pictures", PICTURES).await
    }

    async fn choose_model(&self) -> Option<PathBuf> {
        self.one_file("Choose a model", "Models", &["onnx"]).await
    }

    async fn choose_archive(&self) -> Option<PathBuf> {
        self.one_file("Choose an archive", "Archives", &["zip"]).await
    }

    async fn choose_certificates(&self) -> Option<PathBuf> {
        self.one_file("Choose certificates", "Certificates", &["pem", "crt", "cer"]).await
    }

    async fn choose_folder(&self) -> Option<PathBuf> {
        asked(|told| self.dialog("Choose a folder").pick_folder(told)).await.and_then(path)
    }

    async fn copy_picture(&self, width: u32, height: u32, rgba: Vec<u8>) -> Result<(), HostError> {
        let copied = tokio::task::spawn_blocking(move || write_clipboard(width, height, rgba)).await;
        copied.unwrap_or_else(|_| Err(HostError("the system's clipboard did not answer".to_owned())))
    }

    async fn drag_files(&self, files: Vec<PathBuf>, icon: Vec<u8>) -> Result<(), HostError> {
        let window =
            self.handle.get_webview_window(WINDOW).ok_or_else(|| HostError("there is no window".to_owned()))?;
        let (answer, begun) = oneshot::channel();
        let handle = self.handle.clone();
        let dragged = self.handle.run_on_main_thread(move || {
            let shell = handle.state::<Shell>();
            shell.drags_out(true);
            let ended = {
                let handle = handle.clone();
                move || handle.state::<Shell>().drags_out(false)
            };
            let begun = drag_out::begin(&window, &files, &icon, ended);
            if begun.is_err() {
                shell.drags_out(false);
            }
            let _the_page_is_gone = answer.send(begun);
        });
        dragged.map_err(|error| HostError(error.to_string()))?;
        let begun = begun.await.map_err(|_| HostError("the window is closing".to_owned()))?;
        begun.map_err(HostError)
    }

    async fn clipboard(&self) -> Clipboard {
        tokio::task::spawn_blocking(read_clipboard).await.unwrap_or(Clipboard::Empty)
    }
}

/// Does what a click on a notice asks for. A download that goes on, and a notice without buttons, are seen in the window.
fn notice_clicked<R: Runtime>(handle: &AppHandle<R>, action: Option<NoticeAction>) {
    if matches!(action, None | Some(NoticeAction::Resume)) {
        window::focus(handle);
    }
    if let (Some(action), Some(app)) = (action, handle.state::<Shell>().app_now()) {
        async_runtime::spawn(async move { app.notice_chosen(action) });
    }
}

/// Shows a dialog at once, and waits for its answer; `None` where it was closed.
fn asked<T: Send + 'static>(
    show: impl FnOnce(Box<dyn FnOnce(Option<T>) + Send>),
) -> impl Future<Output = Option<T>> + Send {
    let (answer, chosen) = oneshot::channel();
    show(Box::new(move |picked| {
        let _closed_meanwhile = answer.send(picked);
    }));
    async move { chosen.await.ok().flatten() }
}

/// The path behind a dialog's answer; on these systems it always is one.
fn path(file: FilePath) -> Option<PathBuf> {
    file.into_path().inspect_err(|error| tracing::warn!(%error, "the dialog named something that is no file")).ok()
}

/// Starts the program named in the environment, if one is named.
fn by_named_opener(what: &std::ffi::OsStr) -> Option<Result<(), HostError>> {
    let program = std::env::var_os(OPENER).filter(|program| !program.is_empty())?;
    let started = Command::new(program).arg(what).stdin(Stdio::null()).status();
    Some(match started {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(HostError(format!("the program named in {OPENER} ended with {status}"))),
        Err(error) => Err(HostError(format!("the program named in {OPENER} did not start: {error}"))),
    })
}

/// What this program has put on the clipboard is its own to hand out: under X11 and Wayland it is gone with the connection that put it
/// there, so that one stays open.
static KEPT: Mutex<Option<arboard::Clipboard>> = Mutex::new(None);

fn write_clipboard(width: u32, height: u32, rgba: Vec<u8>) -> Result<(), HostError> {
    let in_words = |error: arboard::Error| HostError(error.to_string());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let clipboard = match &mut *kept {
        Some(clipboard) => clipboard,
        none => none.insert(arboard::Clipboard::new().map_err(in_words)?),
    };
    let picture = arboard::ImageData { width: width as usize, height: height as usize, bytes: rgba.into() };
    clipboard.set_image(picture).map_err(in_words)
}

/// Files first: a file manager that copies a picture file often offers its pixels or its icon as well.
fn read_clipboard() -> Clipboard {
    let mut clipboard = match arboard::Clipboard::new() {
        Ok(clipboard) => clipboard,
        Err(error) => {
            tracing::warn!(%error, "the system has no clipboard");
            return Clipboard::Empty;
        }
    };
    if let Ok(files) = clipboard.get().file_list()
        && !files.is_empty()
    {
        return Clipboard::Files(files);
    }
    let Ok(picture) = clipboard.get_image() else { return Clipboard::Empty };
    match (u32::try_from(picture.width), u32::try_from(picture.height)) {
        (Ok(width), Ok(height)) => Clipboard::Picture { width, height, rgba: picture.bytes.into_owned() },
        _ => Clipboard::Empty,
    }
}
