//! The pictures on the bench: what they are, where they are on their way, and what the window is told of it. Lives as long
//! as the program; jobs, receipts and paid answers live in the store. Refuses to decide anything about money.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use clearcut_batch::{BatchError, Finished};
use clearcut_credits::Credits;
use clearcut_imaging::ContentHash;
use clearcut_store::JobId;
use indexmap::IndexMap;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::intake::{Examined, file_name};
use crate::problem::{Code, Problem};
use crate::views::{PictureId, PictureState, PictureView, PreviewView, ResultView};

/// One picture.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) id: PictureId,
    pub(crate) examined: Examined,
    pub(crate) revision: u32,
    pub(crate) state: PictureState,
    pub(crate) preview: Option<PreviewView>,
    pub(crate) result: Option<ResultView>,
    /// The file the paid result was saved to last.
    pub(crate) saved: Option<PathBuf>,
    pub(crate) problem: Option<Problem>,
    /// What was charged in this run although nothing could be saved.
    pub(crate) charged_unsaved: Option<Credits>,
    /// A preview on this computer waits for its turn or is being made.
    pub(crate) previewing: bool,
    /// Ends the work under way, where it can still be ended.
    pub(crate) cancel: Option<CancellationToken>,
    /// The name the result will get, while it is on its way.
    pub(crate) planned: Option<PathBuf>,
    /// The job whose answer is its paid result.
    pub(crate) paid_by: Option<JobId>,
}

impl Picture {
    pub(crate) fn new(examined: Examined) -> Self {
        Self {
            id: PictureId(Uuid::now_v7()),
            examined,
            revision: 0,
            state: PictureState::Added,
            preview: None,
            result: None,
            saved: None,
            problem: None,
            charged_unsaved: None,
            previewing: false,
            cancel: None,
            planned: None,
            paid_by: None,
        }
    }

    pub(crate) fn name(&self) -> String {
        file_name(&self.examined.path)
    }

    fn file(&self) -> (PathBuf, ContentHash) {
        (self.examined.path.clone(), self.examined.content.clone())
    }

    pub(crate) fn view(&self) -> PictureView {
        let probe = &self.examined.probe;
        PictureView {
            id: self.id,
            name: self.name(),
            width: probe.width,
            height: probe.height,
            size_bytes: probe.size_bytes,
            format: probe.format.to_string(),
            note: crate::words::several(probe),
            revision: self.revision,
            state: self.state,
            preview: self.preview.clone(),
            result: self.result.clone(),
            problem: self.problem.clone(),
        }
    }

    /// Whether money or files are being worked on.
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self.state, PictureState::Queued | PictureState::Sending | PictureState::Saving)
    }

    /// Whether a preview that is made says where it stands: not while it is on its way, and not over what became of a download, which
    /// may have been charged.
    pub(crate) fn follows_its_preview(&self) -> bool {
        use PictureState::{Failed, PaidLost, PaidNotSaved, Unknown};
        !self.is_busy() && !matches!(self.state, Failed | PaidLost | PaidNotSaved | Unknown)
    }

    /// Whether its result was paid: one cut out on this computer was not.
    pub(crate) fn is_paid(&self) -> bool {
        self.result.as_ref().is_some_and(|result| !result.on_device)
    }

    /// What is shown of it once its paid result is a file.
    pub(crate) fn saved_as(&mut self, finished: &Finished, view: &ResultView) {
        self.paid_by = Some(finished.job);
        self.state = PictureState::Saved;
        self.result = Some(view.clone());
        self.saved = Some(finished.output.clone());
        self.problem = None;
        self.revision += 1;
        self.end_work();
    }

    /// What is shown of it after `error`.
    pub(crate) fn failed_as(&mut self, error: &BatchError, problem: &Problem) {
        self.charged_unsaved = Some(error.charged()).filter(|charged| !charged.is_zero());
        self.state = match error {
            BatchError::Unknown { .. } | BatchError::ServiceEnded { perhaps_charged: true, .. } => {
                PictureState::Unknown
            }
            BatchError::PaidLost { .. } => PictureState::PaidLost,
            BatchError::PaidNotSaved { .. } => PictureState::PaidNotSaved,
            BatchError::Cancelled => self.at_rest(),
            // What is paid and saved stays so, whatever a further wish came to.
            _ if self.result.is_some() => self.at_rest(),
            _ => PictureState::Failed,
        };
        if let BatchError::PaidNotSaved { job, .. } = error {
            self.paid_by = Some(*job);
        }
        self.problem = (problem.code != Code::Cancelled).then(|| problem.clone());
        self.end_work();
    }

    /// Work on the picture is over, one way or another.
    pub(crate) fn end_work(&mut self) {
        self.cancel = None;
        self.planned = None;
    }

    /// The state to fall back to when work on the picture ends without a result of its own.
    pub(crate) fn at_rest(&self) -> PictureState {
        match (&self.result, &self.preview) {
            (Some(_), _) => PictureState::Saved,
            (None, Some(_)) => PictureState::Previewed,
            (None, None) => PictureState::Added,
        }
    }
}

/// All of them, in the order they came. Whatever is asked about one of them is found at once, however many there are.
#[derive(Debug, Default)]
pub(crate) struct Bench {
    pictures: IndexMap<PictureId, Picture>,
    /// Which picture is this file with this content.
    by_file: HashMap<(PathBuf, ContentHash), PictureId>,
    dismissed: Vec<Picture>,
}

impl Bench {
    pub(crate) fn views(&self) -> Vec<PictureView> {
        self.pictures.values().map(Picture::view).collect()
    }

    /// All pictures, in the order they came.
    pub(crate) fn pictures(&self) -> impl Iterator<Item = &Picture> {
        self.pictures.values()
    }

    /// Puts a picture on the bench; the one that is there already where it is the same file with the same content.
    pub(crate) fn add(&mut self, examined: Examined) -> (&Picture, bool) {
        let file = (examined.path.clone(), examined.content.clone());
        let known = self.by_file.get(&file).copied().filter(|id| self.pictures.contains_key(id));
        let picture = Picture::new(examined);
        let id = known.unwrap_or(picture.id);
        if known.is_none() {
            self.by_file.insert(file, id);
        }
        (self.pictures.entry(id).or_insert(picture), known.is_none())
    }

    /// The names that results on their way will get.
    pub(crate) fn planned(&self) -> impl Iterator<Item = &Path> {
        self.pictures().filter_map(|picture| picture.planned.as_deref())
    }

    pub(crate) fn get(&self, id: PictureId) -> Result<&Picture, Problem> {
        self.pictures.get(&id).ok_or_else(unknown)
    }

    pub(crate) fn get_mut(&mut self, id: PictureId) -> Option<&mut Picture> {
        self.pictures.get_mut(&id)
    }

    /// Takes pictures off; those that are being sent stay until they are done.
    ///
    /// # Errors
    /// When one of them is being paid or written right now.
    pub(crate) fn dismiss(&mut self, ids: &[PictureId]) -> Result<(), Problem> {
        if ids.iter().filter_map(|id| self.pictures.get(id)).any(Picture::is_busy) {
            return Err(Problem::new(
                Code::BadRequest,
                "A picture that is being downloaded cannot be taken off the bench.",
                "Wait until it is saved.",
            ));
        }
        let ids: HashSet<&PictureId> = ids.iter().collect();
        let (off, on): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.pictures).into_iter().partition(|(id, _)| ids.contains(id));
        self.pictures = on.into_iter().collect();
        self.dismissed = off.into_iter().map(|(_, picture)| picture).collect();
        for picture in &mut self.dismissed {
            self.by_file.remove(&picture.file());
            if let Some(cancel) = picture.cancel.take() {
                cancel.cancel();
            }
        }
        Ok(())
    }

    /// Puts back what the last [`dismiss`](Self::dismiss) took off.
    pub(crate) fn undo_dismiss(&mut self) -> Vec<Picture> {
        let mut back = std::mem::take(&mut self.dismissed);
        let there: HashSet<&Path> = self.pictures().map(|other| other.examined.path.as_path()).collect();
        back.retain(|picture| !there.contains(picture.examined.path.as_path()));
        for picture in &mut back {
            picture.state = picture.at_rest();
            picture.previewing = false;
            self.by_file.insert(picture.file(), picture.id);
            self.pictures.insert(picture.id, picture.clone());
        }
        self.pictures.sort_unstable_keys();
        back
    }
}

fn unknown() -> Problem {
    Problem::new(Code::BadRequest, "That picture is not on the bench any more.", "")
}
