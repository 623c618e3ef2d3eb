//! From the FILEs of the command line to pictures the app knows: each FILE becomes one picture or one refusal, in order; a folder or
//! a list becomes as many as there are in it.

mod expand;
mod list;

use std::path::PathBuf;
use std::sync::Arc;

use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::PictureView;
use clearcut_app::{App, Gathered, GatheredFile, Gathering};

use crate::interrupt::Interrupt;
use crate::session::Session;

use expand::Expanded;

/// One FILE.
#[derive(Debug)]
pub(crate) struct Input {
    /// As it was given, or found.
    pub(crate) file: PathBuf,
    /// The picture in it, or why it cannot be taken.
    pub(crate) picture: Result<PictureView, Problem>,
}

impl Input {
    /// The FILE as text.
    pub(crate) fn name(&self) -> String {
        self.file.display().to_string()
    }
}

/// The FILEs of a command line, and how they are to be taken.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) files: Vec<PathBuf>,
    /// Folders are taken in; else they are refused.
    pub(crate) recursive: bool,
    /// Lists are separated by NUL.
    pub(crate) null: bool,
}

/// Looks at every FILE, and says what was left out of folders.
pub(crate) async fn gather(session: &Session<'_>, wanted: Wanted) -> Vec<Input> {
    let (inputs, notes) = look_at(&session.app, wanted, session.interrupt).await;
    notes.iter().for_each(|note| session.out.talk(note));
    inputs
}

async fn look_at(app: &App, wanted: Wanted, interrupt: &Interrupt) -> (Vec<Input>, Vec<String>) {
    let Wanted { files, recursive, null } = wanted;
    let expanded = tokio::task::spawn_blocking(move || expand::expand(files, null, &mut std::io::stdin().lock()));
    let expanded = expanded.await.unwrap_or_default();
    let interrupt = interrupt.clone();
    let how = Gathering { recursive, stop: Arc::new(move || interrupt.asked()) };
    let mut inputs = Vec::new();
    let mut notes = Vec::new();
    for part in expanded {
        match part {
            Expanded::Paths(paths) => {
                let Gathered { files, note, .. } = app.gather(paths, how.clone()).await;
                inputs.extend(files.into_iter().map(|GatheredFile { path, picture }| Input { file: path, picture }));
                notes.extend(note);
            }
            Expanded::Refused { file, problem } => inputs.push(Input { file, picture: Err(problem) }),
        }
    }
    (inputs, notes)
}

/// What is said of a FILE whose turn never came.
pub(crate) fn stopped() -> Problem {
    Problem::new(Code::Cancelled, "Stopped before its turn came; it was not sent.", "")
}
