//! Pictures on the bench: taking them in from files, folders and the clipboard, and taking them off again. Everything here is
//! free, and no file of the user is changed.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clearcut_imaging::{EncodeOptions, OutputFormat, Rgba, encode_to_vec};

use crate::app::{App, Front, blocking};
use crate::host::Clipboard;
use crate::intake;
use crate::problem::{Code, Problem};
use crate::views::{Added, Event, PictureId, Refused};
use crate::words;

/// The sample photo: the picture a first try should work on (NASA, public domain).
const SAMPLE: &[u8] = include_bytes!("../../../samples/astronaut.png");
const SAMPLE_NAME: &str = "astronaut.png";

/// Who brought the pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenBy {
    /// A drop on the window.
    Drop,
    /// A second start of the program, or files it was started with.
    SecondStart,
    /// A command line, file by file: folders are refused.
    Terminal,
}

impl App {
    /// Takes files and folders in; tells the window, too, where no command of its own asked for it.
    pub async fn take_in(&self, paths: Vec<PathBuf>, by: TakenBy) -> Added {
        let folders = match by {
            TakenBy::Drop | TakenBy::SecondStart => intake::Folders::Walk,
            TakenBy::Terminal => intake::Folders::Refuse,
        };
        let added = self.add(paths, folders).await;
        if by != TakenBy::Terminal {
            self.emit(Event::Added { added: added.clone() });
        }
        added
    }

    /// Examines files for the terminal: no previews, folders refused. Pictures that are on the bench already are answered
    /// with their own id.
    pub async fn examine(&self, paths: Vec<PathBuf>) -> Added {
        self.add(paths, intake::Folders::Refuse).await
    }

    /// Tells the window that files hover over it, or left.
    pub fn hover(&self, over: bool) {
        self.emit(Event::Hover { over });
    }

    /// Asks the user for pictures. See [`commands!`](crate::commands).
    ///
    /// # Errors
    /// Never today.
    pub async fn choose_files(&self) -> Result<Added, Problem> {
        match self.host.choose_files().await {
            Some(paths) => Ok(self.add(paths, intake::Folders::Walk).await),
            None => Ok(Added::default()),
        }
    }

    /// Asks the user for a folder of pictures.
    ///
    /// # Errors
    /// Never today.
    pub async fn choose_folder(&self) -> Result<Added, Problem> {
        match self.host.choose_folder().await {
            Some(path) => Ok(self.add(vec![path], intake::Folders::Walk).await),
            None => Ok(Added::default()),
        }
    }

    /// Takes in what the clipboard holds.
    ///
    /// # Errors
    /// When it holds nothing that is a picture, or a pasted picture cannot be kept.
    pub async fn paste(&self) -> Result<Added, Problem> {
        let path = match self.host.clipboard().await {
            Clipboard::Files(paths) if !paths.is_empty() => return Ok(self.add(paths, intake::Folders::Walk).await),
            Clipboard::Picture { width, height, rgba } => {
                let folder = self.folders.pasted();
                blocking(move || keep_pasted(&folder, width, height, rgba)).await??
            }
            Clipboard::Files(_) | Clipboard::Empty => {
                return Err(Problem::new(
                    Code::NotAPicture,
                    "The clipboard holds no picture and no files.",
                    "Copy a picture, or files in the file manager, and paste again.",
                ));
            }
        };
        Ok(self.add(vec![path], intake::Folders::Refuse).await)
    }

    /// Takes in the sample photo, from a copy in the data folder.
    ///
    /// # Errors
    /// When the copy cannot be written.
    pub async fn add_sample(&self) -> Result<Added, Problem> {
        let folder = self.folders.data.join("samples");
        let path = blocking(move || {
            let path = folder.join(SAMPLE_NAME);
            if std::fs::metadata(&path).is_ok_and(|meta| meta.len() == SAMPLE.len() as u64) {
                return Ok(path);
            }
            std::fs::create_dir_all(&folder)
                .and_then(|()| std::fs::write(&path, SAMPLE))
                .map_err(|error| words::file(&error, "write", &path))?;
            Ok::<_, Problem>(path)
        })
        .await??;
        Ok(self.add(vec![path], intake::Folders::Refuse).await)
    }

    /// Takes pictures off the bench.
    ///
    /// # Errors
    /// When one of them is being downloaded right now.
    pub async fn dismiss(&self, pictures: Vec<PictureId>) -> Result<(), Problem> {
        self.bench().dismiss(&pictures)
    }

    /// Puts back what the last `dismiss` took off.
    ///
    /// # Errors
    /// Never today.
    pub async fn undo_dismiss(&self) -> Result<Added, Problem> {
        let back = self.bench().undo_dismiss();
        for picture in &back {
            if picture.preview.is_none() && self.front == Front::Window {
                self.start_preview(picture.id);
            }
        }
        Ok(Added { pictures: back.iter().map(crate::bench::Picture::view).collect(), refused: Vec::new() })
    }

    async fn add(&self, paths: Vec<PathBuf>, folders: intake::Folders) -> Added {
        let (examined, refused) = match blocking(move || intake::examine(&paths, folders)).await {
            Ok(found) => found,
            Err(problem) => (Vec::new(), vec![Refused { name: String::new(), problem }]),
        };
        let mut added = Added { pictures: Vec::with_capacity(examined.len()), refused };
        let mut fresh = Vec::new();
        for examined in examined {
            let mut bench = self.bench();
            let (picture, is_new) = bench.add(examined);
            added.pictures.push(picture.view());
            if is_new {
                fresh.push(picture.id);
            }
        }
        if self.front == Front::Window {
            for id in fresh {
                self.start_preview(id);
            }
        }
        added
    }

    /// The folder that results of `input` go to.
    pub(crate) fn output_folder(&self, input: &Path, chosen: Option<PathBuf>) -> PathBuf {
        chosen.or_else(|| self.settings().output_folder.clone()).unwrap_or_else(|| {
            let own = input.starts_with(self.folders.pasted()) || input.starts_with(self.folders.data.join("samples"));
            // Pasted pictures and the sample have no folder of the user's to lie in.
            if own { self.folders.pictures.clone() } else { input.parent().map(Path::to_path_buf).unwrap_or_default() }
        })
    }
}

/// Gives a pasted picture a file, so that it can be sent, found again, and paid only once.
fn keep_pasted(folder: &Path, width: u32, height: u32, rgba: Vec<u8>) -> Result<PathBuf, Problem> {
    let name = "pasted picture";
    let picture = Rgba::new(width, height, rgba).map_err(|error| words::image(&error, name))?;
    let bytes = encode_to_vec(&picture, OutputFormat::Png, &EncodeOptions::default())
        .map_err(|error| words::image(&error, name))?;
    // Named by its content: the same picture pasted twice is one file.
    let hash = clearcut_imaging::fingerprint_bytes(&bytes);
    let path = folder.join(format!("pasted-{}.png", hash.as_str().chars().take(12).collect::<String>()));
    if path.exists() {
        return Ok(path);
    }
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
        temporary.write_all(&bytes)?;
        temporary.persist(&path)?;
        Ok(())
    };
    write().map_err(|error| words::file(&error, "keep the pasted picture in", folder))?;
    Ok(path)
}
