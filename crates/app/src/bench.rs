//! The pictures on the bench: what they are, where they are on their way, and what the window is told of it. Lives as long
//! as the program; jobs, receipts and paid answers live in the store. Refuses to decide anything about money.

use std::path::{Path, PathBuf};

use clearcut_batch::BatchError;
use clearcut_credits::Credits;
use clearcut_imaging::Format;
use clearcut_store::JobId;
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
            cancel: None,
            planned: None,
            paid_by: None,
        }
    }

    pub(crate) fn name(&self) -> String {
        file_name(&self.examined.path)
    }

    pub(crate) fn view(&self) -> PictureView {
        let probe = &self.examined.probe;
        PictureView {
            id: self.id,
            name: self.name(),
            width: probe.width,
            height: probe.height,
            size_bytes: probe.size_bytes,
            format: format_name(probe.format).to_owned(),
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

    /// Whether its result was paid: one cut out on this computer was not.
    pub(crate) fn is_paid(&self) -> bool {
        self.result.as_ref().is_some_and(|result| !result.on_device)
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

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Jpeg => "JPEG",
        Format::Png => "PNG",
        Format::WebP => "WebP",
        Format::Zip => "ZIP",
    }
}

/// All of them, in the order they came.
#[derive(Debug, Default)]
pub(crate) struct Bench {
    pictures: Vec<Picture>,
    dismissed: Vec<Picture>,
}

impl Bench {
    pub(crate) fn views(&self) -> Vec<PictureView> {
        self.pictures.iter().map(Picture::view).collect()
    }

    /// Puts a picture on the bench; the one that is there already where it is the same file with the same content.
    pub(crate) fn add(&mut self, examined: Examined) -> (&Picture, bool) {
        let same =
            |picture: &Picture| picture.examined.path == examined.path && picture.examined.content == examined.content;
        if let Some(index) = self.pictures.iter().position(same) {
            return (&self.pictures[index], false);
        }
        self.pictures.push(Picture::new(examined));
        (&self.pictures[self.pictures.len() - 1], true)
    }

    /// All of them, oldest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Picture> {
        self.pictures.iter()
    }

    /// The names that results on their way will get.
    pub(crate) fn planned(&self) -> impl Iterator<Item = &Path> {
        self.pictures.iter().filter_map(|picture| picture.planned.as_deref())
    }

    pub(crate) fn get(&self, id: PictureId) -> Result<&Picture, Problem> {
        self.pictures.iter().find(|picture| picture.id == id).ok_or_else(unknown)
    }

    pub(crate) fn get_mut(&mut self, id: PictureId) -> Option<&mut Picture> {
        self.pictures.iter_mut().find(|picture| picture.id == id)
    }

    /// Takes pictures off; those that are being sent stay until they are done.
    ///
    /// # Errors
    /// When one of them is being paid or written right now.
    pub(crate) fn dismiss(&mut self, ids: &[PictureId]) -> Result<(), Problem> {
        if self.pictures.iter().any(|picture| ids.contains(&picture.id) && picture.is_busy()) {
            return Err(Problem::new(
                Code::BadRequest,
                "A picture that is being downloaded cannot be taken off the bench.",
                "Wait until it is saved.",
            ));
        }
        let (off, on) = std::mem::take(&mut self.pictures).into_iter().partition(|picture| ids.contains(&picture.id));
        self.pictures = on;
        self.dismissed = off;
        for picture in &mut self.dismissed {
            if let Some(cancel) = picture.cancel.take() {
                cancel.cancel();
            }
        }
        Ok(())
    }

    /// Puts back what the last [`dismiss`](Self::dismiss) took off.
    pub(crate) fn undo_dismiss(&mut self) -> Vec<Picture> {
        let mut back = std::mem::take(&mut self.dismissed);
        back.retain(|picture| self.pictures.iter().all(|other| other.examined.path != picture.examined.path));
        for picture in &mut back {
            picture.state = picture.at_rest();
        }
        self.pictures.extend(back.iter().cloned());
        self.pictures.sort_by_key(|picture| picture.id);
        back
    }
}

fn unknown() -> Problem {
    Problem::new(Code::BadRequest, "That picture is not on the bench any more.", "")
}
