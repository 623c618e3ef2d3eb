//! The desktop shell: it gives the use cases of `clearcut-app` a window, a tray, notices, dialogs, a picture protocol and one
//! adapter per command. It refuses to know any rule of the product: what costs what, and what may be sent, is decided further in.

mod commands;
mod drag_out;
mod fatal;
mod host;
mod leave;
mod notice_words;
mod notices;
mod pictures;
mod shell;
mod start;
mod tray;
mod tray_drawing;
#[cfg(target_os = "linux")]
mod tray_library;
mod tray_words;
mod window;

use std::process::ExitCode;

use clearcut_app::problem::Problem;
use tauri::{Builder, Context, RunEvent, Runtime};

pub use notices::Notifier;
pub use shell::Shell;
pub use start::Start;

/// The name of the one window, in `tauri.conf.json` and in `capabilities/main.json`.
pub const WINDOW: &str = "main";

/// Everything that was decided at build time: configuration, permissions, and the UI itself.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the generated code ends the process where its own assets are damaged")]
pub fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

/// Adds what makes a Tauri app Clearcut, on any runtime: state, commands, picture protocol and window events.
#[must_use]
pub fn furnish<R: Runtime>(builder: Builder<R>, shell: Shell) -> Builder<R> {
    builder
        .manage(shell)
        .invoke_handler(commands::handler())
        .register_asynchronous_uri_scheme_protocol(pictures::SCHEME, pictures::serve)
        .on_window_event(window::on_event)
}

/// Runs the desktop app until the user leaves.
#[must_use]
pub fn run() -> ExitCode {
    clearcut_app::memory::give_back_large_buffers();
    start::log_to_stderr();
    if let Err(problem) = start::look_for_a_display() {
        return fatal::without_a_window(&problem);
    }
    let start = Start::from_args(std::env::args_os().skip(1));
    // The single-instance plugin comes first: a second start must hand over its files before anything else happens.
    let builder = Builder::default()
        .plugin(start::single_instance())
        .plugin(tauri_plugin_dialog::init())
        .plugin(window::remembering());
    let built = furnish(builder, Shell::new()).setup(|app| start::set_up(app, start)).build(context());
    match built {
        Ok(app) => {
            let code = app.run_return(|handle, event| {
                if let RunEvent::ExitRequested { api, .. } = event
                    && !leave::may_go(handle)
                {
                    api.prevent_exit();
                    leave::leave(handle);
                }
            });
            u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
        }
        #[cfg(unix)]
        Err(tauri::Error::PluginInitialization(plugin, error)) if plugin == start::SINGLE_INSTANCE => {
            start::once_more(&error)
        }
        Err(error) => fatal::without_a_window(&Problem::new(
            clearcut_app::problem::Code::Internal,
            format!("Clearcut's window could not be made: {error}."),
            "The command line, `clearcut`, does the same work without one.",
        )),
    }
}
