//! From the FILEs of the command line to pictures the app knows: each FILE becomes one picture or one refusal, in order.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clearcut_app::App;
use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::PictureView;

use crate::interrupt::Interrupt;

/// One FILE.
#[derive(Debug)]
pub(crate) struct Input {
    /// As it was given.
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

/// Looks at every FILE; reads no more of it than the app needs to know it again.
pub(crate) async fn examine(app: &App, files: Vec<PathBuf>, interrupt: &Interrupt) -> Vec<Input> {
    let mut known: HashMap<PathBuf, PictureView> = HashMap::new();
    let mut inputs = Vec::with_capacity(files.len());
    for file in files {
        let picture = if interrupt.asked() {
            Err(stopped())
        } else {
            let key = std::fs::canonicalize(&file).unwrap_or_else(|_| file.clone());
            match known.get(&key) {
                Some(twice) => Ok(twice.clone()),
                None => look_at(app, &file).await.inspect(|picture| {
                    known.insert(key, picture.clone());
                }),
            }
        };
        inputs.push(Input { file, picture });
    }
    inputs
}

async fn look_at(app: &App, file: &Path) -> Result<PictureView, Problem> {
    if file.is_dir() {
        return Err(Problem::new(
            Code::IsFolder,
            format!("{} is a folder, not a picture.", file.display()),
            "Name the pictures in it, for example with a pattern such as folder/*.jpg.",
        ));
    }
    let mut added = app.examine(vec![file.to_path_buf()]).await;
    match (added.pictures.pop(), added.refused.pop()) {
        (Some(picture), _) => Ok(picture),
        (None, Some(refused)) => Err(refused.problem),
        (None, None) => Err(Problem::new(
            Code::Internal,
            format!("{} was neither taken nor refused.", file.display()),
            "This is a mistake of Clearcut's own; nothing was sent.",
        )),
    }
}

/// What is said of a FILE whose turn never came.
pub(crate) fn stopped() -> Problem {
    Problem::new(Code::Cancelled, "Stopped before its turn came; it was not sent.", "")
}
