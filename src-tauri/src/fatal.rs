//! The end before the beginning: a start that cannot go on is told on standard error and, where there is a screen, in a
//! dialog. Nothing here decides what is fatal.

use std::io::Write;
use std::process::ExitCode;

use clearcut_app::problem::Problem;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

use crate::{Shell, leave};

/// Tells it on standard error, for a program that has no window to tell it in.
pub(crate) fn without_a_window(problem: &Problem) -> ExitCode {
    say(problem);
    ExitCode::FAILURE
}

/// Tells it on standard error at once and in a dialog, and ends the program when the dialog is closed.
pub(crate) fn in_a_dialog<R: Runtime>(handle: &AppHandle<R>, problem: &Problem) {
    say(problem);
    let text = if problem.hint.is_empty() {
        problem.message.clone()
    } else {
        format!("{}\n\n{}", problem.message, problem.hint)
    };
    let ending = handle.clone();
    handle.dialog().message(text).title("Clearcut cannot start").kind(MessageDialogKind::Error).show(move |_| {
        ending.state::<Shell>().may_go_now();
        leave::end(&ending, 1);
    });
}

/// One line on standard error. A program without one has nobody to tell.
fn say(problem: &Problem) {
    let _nobody_listens = writeln!(std::io::stderr(), "clearcut-desktop: {problem}");
}
