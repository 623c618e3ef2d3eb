//! Cutting out on this computer: no service, no account, no credit. The same plain calls serve the free preview and a full-size
//! result of the on-device model.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearcut_imaging::{Limits, Rgba, decode, thumbnail};
use clearcut_matting::Matter;
use clearcut_store::{Files, JobId};

use crate::save::{self, Attempt, Target};
use crate::wardrobe::{LookOnly, Wardrobe};
use crate::{BatchError, Order, SaveFault};

/// A small cutout made on this computer: decoded, turned upright, shrunk to `edge_px` on its longer side and cut out at that size.
/// Free, and blocking: run it on a thread of its own. `cancel` is asked between steps.
///
/// # Errors
/// [`BatchError::Input`] for what is no picture, [`BatchError::Matting`] where no subject is found, [`BatchError::Cancelled`].
pub fn device_preview(
    matter: &Matter,
    path: &Path,
    edge_px: u32,
    cancel: &dyn Fn() -> bool,
) -> Result<Rgba, BatchError> {
    let picture = thumbnail(path, edge_px, &Limits::inputs()).map_err(|source| input(path, source))?;
    cut_out(matter, picture, cancel)
}

/// Removes backgrounds on this computer, at full size.
#[derive(Clone)]
pub struct OnDevice {
    matter: Arc<Matter>,
    files: Arc<dyn Files>,
    wardrobe: Arc<dyn Wardrobe>,
}

impl OnDevice {
    /// With this model, writing through these files.
    #[must_use]
    pub fn new(matter: Arc<Matter>, files: Arc<dyn Files>) -> Self {
        Self { matter, files, wardrobe: Arc::new(LookOnly) }
    }

    /// The same with somebody who knows the edits of pictures.
    #[must_use]
    pub fn with_wardrobe(self, wardrobe: Arc<dyn Wardrobe>) -> Self {
        Self { wardrobe, ..self }
    }

    /// The cutout at the picture's own size. Blocking.
    ///
    /// # Errors
    /// As [`device_preview`].
    pub fn cut_out(&self, path: &Path, cancel: &dyn Fn() -> bool) -> Result<Rgba, BatchError> {
        let picture = decode(path, &Limits::inputs()).map_err(|source| input(path, source))?;
        cut_out(&self.matter, picture, cancel)
    }

    /// Cuts an order out on this computer and saves it as a paid result would be: under a name nobody has, and only whole.
    /// Free; the order's size does not matter. Blocking.
    ///
    /// # Errors
    /// As [`device_preview`], and [`BatchError::Folder`] where it cannot be saved.
    pub fn save(&self, order: &Order, cancel: &dyn Fn() -> bool) -> Result<PathBuf, BatchError> {
        self.save_for(JobId::new(), order, Attempt::First, cancel)
    }

    /// The same for a job that may have died over it before.
    pub(crate) fn save_for(
        &self,
        job: JobId,
        order: &Order,
        attempt: Attempt,
        cancel: &dyn Fn() -> bool,
    ) -> Result<PathBuf, BatchError> {
        save::check_folder(&*self.files, order.folder(), job).map_err(BatchError::Folder)?;
        let cutout = self.cut_out(&order.input, cancel)?;
        let picture = self
            .wardrobe
            .dress(cutout, &order.input, order.content.as_str(), &order.look)
            .map_err(|error| BatchError::Folder(SaveFault::Picture(error)))?;
        let replace = order.replace.then_some(order.input.as_path());
        let metadata = save::said_by(&order.input, order.content.as_str(), order.keep_metadata);
        let target = Target { job, format: order.format, metadata, planned: &order.output, replace };
        let saved = save::save(&*self.files, picture, &target, attempt).map_err(BatchError::Folder)?;
        Ok(saved.path)
    }
}

impl std::fmt::Debug for OnDevice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OnDevice").finish_non_exhaustive()
    }
}

fn cut_out(matter: &Matter, picture: Rgba, cancel: &dyn Fn() -> bool) -> Result<Rgba, BatchError> {
    if cancel() {
        return Err(BatchError::Cancelled);
    }
    let Rgba { width, height, pixels } = picture;
    let cutout = matter.cut_out(&pixels, width, height, cancel)?;
    Ok(Rgba { width: cutout.width, height: cutout.height, pixels: cutout.rgba })
}

fn input(path: &Path, source: clearcut_imaging::ImageError) -> BatchError {
    BatchError::Input { path: path.to_path_buf(), source }
}
