//! From a cutout and the edits kept for its picture to a finished one, for every way to a file: a download, a result of this computer,
//! saving again, an export. Reads the records, the original where its pixels are needed, and own backgrounds; sends nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearcut_batch::Wardrobe;
use clearcut_imaging::scene::{self, Backdrop, Prepared, Target};
use clearcut_imaging::{Background, ImageError, Limits, Look, Rgba, apply, decode, fingerprint};
use clearcut_store::Store;

use crate::edits::kept_edits;

/// Lays kept edits on cutouts.
pub(crate) struct Dresser {
    store: Arc<Store>,
    backdrops: PathBuf,
}

impl Dresser {
    /// Over these records, with own backgrounds in this folder.
    pub(crate) fn new(store: &Arc<Store>, backdrops: &Path) -> Self {
        Self { store: Arc::clone(store), backdrops: backdrops.to_path_buf() }
    }

    /// The cutout with strokes, and what stands behind it; without what is not needed any more.
    ///
    /// # Errors
    /// When the original or an own background is needed and not there, or is another file by now.
    pub(crate) fn prepare(
        &self,
        cutout: Rgba,
        original: &Path,
        content: &str,
        edits: &scene::Edits,
    ) -> Result<Prepared, ImageError> {
        let original = if scene::needs_original(edits) {
            // Strokes that belong to other pixels would be worse than none.
            if fingerprint(original).is_ok_and(|found| found.as_str() == content) {
                Some(decode(original, &Limits::inputs())?)
            } else {
                return Err(ImageError::LayerMissing("the original, as it was when it was edited,"));
            }
        } else {
            None
        };
        let own = match &edits.scene.backdrop {
            Backdrop::Image { id, .. } => Some(decode(&self.backdrops.join(id.0.as_str()), &Limits::inputs())?),
            _ => None,
        };
        Prepared::new(cutout, original.as_ref(), own, edits)
    }
}

impl Wardrobe for Dresser {
    fn dress(&self, cutout: Rgba, original: &Path, content: &str, look: &Look) -> Result<Rgba, ImageError> {
        let kept = kept_edits(&self.store, content).and_then(|kept| kept.map(|kept| kept.inner()).transpose());
        let edits = match kept {
            Ok(Some(edits)) => with_look(edits, look),
            Ok(None) => return Ok(apply(cutout, look)),
            // What is paid is saved all the same, as a cutout; the picture can be edited and exported again.
            Err(problem) => {
                tracing::warn!(%problem, "saved without its edits");
                return Ok(apply(cutout, look));
            }
        };
        Ok(self.prepare(cutout, original, content, &edits)?.finish(Target::Natural.into()))
    }
}

/// The colour of a save's options, where the edits leave the background free.
pub(crate) fn with_look(mut edits: scene::Edits, look: &Look) -> scene::Edits {
    if let (Backdrop::Transparent, Background::Colour(rgb)) = (&edits.scene.backdrop, look.background) {
        edits.scene.backdrop = Backdrop::Colour(rgb);
    }
    edits
}
