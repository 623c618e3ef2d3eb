//! How the program begins: its arguments, its log, the second start that hands over its files, and the app that opens while
//! the window is already on the screen.

use std::ffi::OsString;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearcut_app::problem::{Code, Problem};
use clearcut_app::{App, AppParts, Folders, Front, LogTail, ServiceChoice, TakenBy};
use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Manager, Runtime, async_runtime};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::MakeWriterExt as _;

use crate::host::DesktopHost;
use crate::{Shell, fatal, leave, tray, window};

/// What the program was started with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start {
    /// Files to take in.
    pub files: Vec<PathBuf>,
    /// Whether to begin on the practice account, whatever account was used last.
    pub practice: bool,
}

impl Start {
    /// Reads arguments, the program's own name left out. Whatever starts with a dash and is not known is ignored: browsers,
    /// drivers and desktops add flags of their own.
    #[must_use]
    pub fn from_args(arguments: impl IntoIterator<Item = OsString>) -> Self {
        let mut start = Self::default();
        for argument in arguments {
            if argument == "--practice" {
                start.practice = true;
            } else if !argument.as_encoded_bytes().starts_with(b"-") {
                start.files.push(PathBuf::from(argument));
            }
        }
        start
    }

    /// The same files, seen from the folder that they were named in.
    #[must_use]
    pub fn seen_from(mut self, folder: &Path) -> Self {
        for file in &mut self.files {
            *file = folder.join(&*file);
        }
        self
    }
}

/// Sends the log to standard error, filtered by `RUST_LOG`, and its end into memory for the diagnostics archive.
pub(crate) fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let made = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr.and(|| LogTail))
        .try_init();
    if made.is_err() {
        tracing::debug!("a log was set up already");
    }
}

/// Without this, a missing display ends in a panic deep in the toolkit.
pub(crate) fn look_for_a_display() -> Result<(), Problem> {
    #[cfg(target_os = "linux")]
    gtk::init().map_err(|_| {
        Problem::new(
            Code::Internal,
            "Clearcut found no display to open its window on.",
            "Set DISPLAY or WAYLAND_DISPLAY, or use the command line, `clearcut`, which does the same work without one.",
        )
    })?;
    Ok(())
}

/// Whether the system asks for dark windows, by the same signs that the web view goes by.
pub(crate) fn system_is_dark() -> bool {
    #[cfg(target_os = "linux")]
    {
        use gtk::prelude::GtkSettingsExt;
        gtk::is_initialized_main_thread()
            && gtk::Settings::default().is_some_and(|settings| {
                settings.is_gtk_application_prefer_dark_theme()
                    || settings.gtk_theme_name().is_some_and(|name| name.to_lowercase().ends_with("dark"))
            })
    }
    #[cfg(not(target_os = "linux"))]
    false
}

/// The plugin that makes a second start hand over its files, by its own name.
#[cfg(unix)]
pub(crate) const SINGLE_INSTANCE: &str = "single-instance";

/// Starts this program once more in its own place, a moment later: the first one, to which the files were to be handed, ended while it was
/// spoken to. So it is with a start right after a crash, whose name the message bus gives back a moment late. Answers only where that
/// has been tried in vain often enough.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "the message bus says nothing when it has given a name back to nobody")]
pub(crate) fn once_more(error: &str) -> std::process::ExitCode {
    use std::os::unix::process::CommandExt as _;
    use std::time::Duration;

    const TRIED: &str = "CLEARCUT_STARTS_TRIED";
    const TRIES: u32 = 10;
    const PAUSE: Duration = Duration::from_millis(300);

    let tried: u32 = std::env::var(TRIED).ok().and_then(|tried| tried.parse().ok()).unwrap_or(0);
    let mut error = error.to_owned();
    if tried < TRIES {
        tracing::warn!(%error, "the first start went while it was spoken to");
        std::thread::sleep(PAUSE);
        match std::env::current_exe() {
            Ok(program) => {
                let arguments = std::env::args_os().skip(1);
                let mut again = std::process::Command::new(program);
                error = again.args(arguments).env(TRIED, (tried + 1).to_string()).exec().to_string();
            }
            Err(nowhere) => error = nowhere.to_string(),
        }
    }
    fatal::without_a_window(&Problem::new(
        Code::Internal,
        format!("Another Clearcut seems to run and does not answer: {error}."),
        "The command line, `clearcut`, does the same work without a window.",
    ))
}

/// A second start hands its files to the first one and ends.
pub(crate) fn single_instance<R: Runtime>() -> TauriPlugin<R> {
    let builder = tauri_plugin_single_instance::Builder::new().callback(|handle: &AppHandle<R>, arguments, folder| {
        let start = Start::from_args(arguments.into_iter().skip(1).map(OsString::from)).seen_from(Path::new(&folder));
        window::focus(handle);
        window::take_in(handle, start.files, TakenBy::SecondStart);
    });
    match std::env::var_os("CLEARCUT_DATA_DIR") {
        // Another data folder is another Clearcut: it must not hand its files to the first.
        Some(folder) => builder.dbus_id(own_name(&folder)).build(),
        None => builder.build(),
    }
}

/// A bus name that belongs to one data folder.
fn own_name(folder: &OsString) -> String {
    let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(folder);
    format!("app.clearcut.desktop.data{hash:x}")
}

/// Shows the window and opens the app behind it. Never fails: what goes wrong is told in a dialog.
pub(crate) fn set_up<R: Runtime>(app: &tauri::App<R>, start: Start) -> Result<(), Box<dyn std::error::Error>> {
    if let Err(error) = window::open(app) {
        let problem = Problem::new(Code::Internal, format!("The window could not be made: {error}."), "");
        fatal::in_a_dialog(app.handle(), &problem);
    }
    leave::on_signals(app.handle());
    let handle = app.handle().clone();
    async_runtime::spawn(async move {
        let opened = open_app(&handle, start.practice).await;
        handle.state::<Shell>().opened(opened.clone());
        match opened {
            Ok(app) => {
                window::take_in(&handle, start.files, TakenBy::SecondStart);
                tray::keep(handle, app).await;
            }
            Err(problem) => fatal::in_a_dialog(&handle, &problem),
        }
    });
    Ok(())
}

/// Opens the app on the user's folders.
async fn open_app<R: Runtime>(handle: &AppHandle<R>, practice: bool) -> Result<Arc<App>, Problem> {
    let service = if practice { ServiceChoice::Named("practice".to_owned()) } else { ServiceChoice::Remembered };
    let host = Arc::new(DesktopHost::new(handle.clone()));
    App::open(AppParts::new(Folders::from_env()?, host, service, Front::Window)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(arguments: &[&str]) -> Start {
        Start::from_args(arguments.iter().map(OsString::from))
    }

    #[test]
    fn arguments_are_files_and_unknown_flags_are_ignored() {
        let start = start(&["a.jpg", "--automation", "-psn_0_1", "--practice", "b c.png"]);
        assert_eq!(start.files, [PathBuf::from("a.jpg"), PathBuf::from("b c.png")]);
        assert!(start.practice);
    }

    #[test]
    fn files_of_a_second_start_are_seen_from_its_own_folder() {
        let folder = std::env::temp_dir();
        let absolute = folder.join("b.png");
        let files = start(&["a.jpg", &absolute.to_string_lossy()]).seen_from(&folder).files;
        assert_eq!(files, [folder.join("a.jpg"), absolute]);
    }

    #[test]
    fn two_data_folders_are_two_clearcuts() {
        assert_ne!(own_name(&"/a".into()), own_name(&"/b".into()));
        assert_eq!(own_name(&"/a".into()), own_name(&"/a".into()));
    }
}
