//! What a cutout is dressed in before it is a file: the look of its order, and whatever edits the user made of the picture. Edits are
//! kept by others; here only their moment is known: after the answer is safe in the vault, and before the file is written. Nothing of it
//! costs, so that everything that goes wrong can be repeated.

use std::path::Path;

use clearcut_imaging::{ImageError, Look, Rgba, apply};

/// Who knows the edits of pictures.
pub trait Wardrobe: Send + Sync {
    /// The finished picture of a cutout. `original` is where the picture lay, `content` its hash when it was quoted. Blocking.
    ///
    /// # Errors
    /// When the edits cannot be laid on: the paid answer stays in the vault, and saving again is free.
    fn dress(&self, cutout: Rgba, original: &Path, content: &str, look: &Look) -> Result<Rgba, ImageError>;
}

/// The look alone: nobody edits.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LookOnly;

impl Wardrobe for LookOnly {
    fn dress(&self, cutout: Rgba, _original: &Path, _content: &str, look: &Look) -> Result<Rgba, ImageError> {
        Ok(apply(cutout, look))
    }
}
