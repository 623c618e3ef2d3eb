//! Pictures on the bench: taking them in from files, folders and the clipboard, and taking them off again. Everything here is
//! free, and no file of the user is changed.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearcut_imaging::{EncodeOptions, OutputFormat, Rgba, encode_to_vec};

use crate::app::{App, Front, blocking};
use crate::host::Clipboard;
use crate::intake::{self, Examined, OwnOutputs, Taken};
use crate::problem::{Code, Problem};
use crate::views::{Added, Event, LeftOut, PictureId, PictureView, Refused};
use crate::words;

/// The sample photo: the picture a first try should work on (NASA, public domain).
const SAMPLE: &[u8] = include_bytes!("../../../samples/astronaut.png");
const SAMPLE_NAME: &str = "astronaut.png";

/// So many new pictures at a time get a preview unasked; of more each gets its own when it is opened or asked for. The model takes
/// a second or two for each, and a folder of thousands would keep the computer busy for hours with what nobody looks at.
const PREVIEWED_UNASKED: usize = 24;

/// How a terminal gathers pictures.
#[derive(Clone)]
pub struct Gathering {
    /// Folders are taken in with all that is in them; else they are refused.
    pub recursive: bool,
    /// Whether to stop.
    pub stop: Arc<dyn Fn() -> bool + Send + Sync>,
}

/// What became of the paths that a terminal named.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Each path that was named, and each file that folders among them brought, in order.
    pub files: Vec<GatheredFile>,
    /// What folders held besides.
    pub left_out: LeftOut,
    /// That as a sentence, where there is any.
    pub note: Option<String>,
}

/// A file that was named or found.
#[derive(Debug, Clone)]
pub struct GatheredFile {
    /// Where it is.
    pub path: PathBuf,
    /// The picture in it, or why it is none.
    pub picture: Result<PictureView, Problem>,
}

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

    /// Examines what a terminal named, file by file: each one's answer stands in the order of the names.
    pub async fn gather(&self, paths: Vec<PathBuf>, how: Gathering) -> Gathered {
        let folders = if how.recursive { intake::Folders::Walk } else { intake::Folders::Refuse };
        let taken = match self.look_at(paths, folders, how.stop).await {
            Ok(taken) => taken,
            Err(problem) => {
                let file = GatheredFile { path: PathBuf::new(), picture: Err(problem) };
                return Gathered { files: vec![file], ..Gathered::default() };
            }
        };
        let Taken { pictures, told, left_out } = taken;
        let (views, _) = self.put_on_the_bench(pictures);
        let file = |told: intake::Told| {
            let picture = told.picture.and_then(|index| views.get(index).cloned().ok_or_else(lost));
            GatheredFile { path: told.path, picture }
        };
        let files = told.into_iter().map(file).collect();
        Gathered { files, left_out, note: intake::note(&left_out) }
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
        let unseen = back.iter().filter(|picture| picture.preview.is_none()).map(|picture| picture.id).collect();
        self.preview_unasked(unseen);
        Ok(Added { pictures: back.iter().map(crate::bench::Picture::view).collect(), ..Added::default() })
    }

    async fn add(&self, paths: Vec<PathBuf>, folders: intake::Folders) -> Added {
        let taken = match self.look_at(paths, folders, Arc::new(|| false)).await {
            Ok(taken) => taken,
            Err(problem) => {
                let refused = vec![Refused { name: String::new(), problem }];
                return Added { refused, ..Added::default() };
            }
        };
        let refused = taken.refused();
        let Taken { pictures, left_out, .. } = taken;
        let (pictures, fresh) = self.put_on_the_bench(pictures);
        self.preview_unasked(fresh);
        Added { pictures, refused, left_out, note: intake::note(&left_out) }
    }

    async fn look_at(
        &self,
        paths: Vec<PathBuf>,
        folders: intake::Folders,
        stop: Arc<dyn Fn() -> bool + Send + Sync>,
    ) -> Result<Taken, Problem> {
        let saved: Vec<PathBuf> = self.bench().pictures().filter_map(|picture| picture.saved.clone()).collect();
        let store = Arc::clone(&self.ground.store);
        blocking(move || {
            let recorded = store.saved_outputs().map_err(|error| words::store(&error))?;
            let own = OwnOutputs::of(recorded.into_iter().chain(saved));
            let rules = intake::Rules { folders, own: &|path| own.holds(path), stop: &|| stop() };
            Ok(intake::examine(&paths, &rules))
        })
        .await?
    }

    /// All of them, in order, and the ids of those that were not there before.
    fn put_on_the_bench(&self, pictures: Vec<Examined>) -> (Vec<PictureView>, Vec<PictureId>) {
        let mut views = Vec::with_capacity(pictures.len());
        let mut fresh = Vec::new();
        let mut bench = self.bench();
        for examined in pictures {
            let (picture, is_new) = bench.add(examined);
            views.push(picture.view());
            if is_new {
                fresh.push(picture.id);
            }
        }
        (views, fresh)
    }

    fn preview_unasked(&self, pictures: Vec<PictureId>) {
        if self.front == Front::Window && pictures.len() <= PREVIEWED_UNASKED {
            pictures.into_iter().for_each(|id| self.start_preview(id));
        }
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

fn lost() -> Problem {
    Problem::new(
        Code::Internal,
        "A picture was examined and is not on the bench.",
        "This is a mistake of Clearcut's own; nothing was sent.",
    )
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
