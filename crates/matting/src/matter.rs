//! The chain from a picture to its cutout, and the loaded model behind it.

use std::path::PathBuf;
use std::sync::OnceLock;

use fast_image_resize::FilterType;

use crate::compose::{Refined, cutout};
use crate::doubt::decide;
use crate::error::MattingError;
use crate::foreground::estimate;
use crate::guided::{alpha, coefficients};
use crate::mask::{self, Mask, find_subject, input_size};
use crate::model::{InputSize, ModelDescription, ModelFile, STEP};
use crate::plane::Plane;
use crate::runtime::{self, Runtime};
use crate::scale::Picture;

/// Long side in pixels at which the compiled-in network looks when the aspect is kept.
const LONG_SIDE: u32 = 384;
/// Side in pixels of the square it was trained on.
const SQUARE: u32 = 320;
/// Long side in pixels at which the edge is refined; more where the mask has more.
const REFINE_SIDE: u32 = 640;
/// The refinement's windows have a radius of the long side divided by this: 10 pixels of 640. Smaller ones keep more of the
/// network's own blur, larger ones gain little more, on the set of `docs/quality.md`.
const RADIUS_SHARE: u32 = 64;
/// Long side in pixels at which foreground colours are estimated.
const COLOUR_SIDE: u32 = 512;

/// How the model is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MattingOptions {
    /// Threads of the model and of the composition; 0 counts as 1.
    pub threads: usize,
    /// Library of onnxruntime to load. `None` looks beside the program, and falls back to the built-in runtime.
    pub onnxruntime: Option<PathBuf>,
    /// Keep the picture's aspect at a long side of 384 pixels (better on most pictures); otherwise 320 × 320. Of the compiled-in
    /// network only.
    pub keep_aspect: bool,
    /// A network in a file of the user's, instead of the compiled-in one.
    pub model: Option<ModelFile>,
}

impl Default for MattingOptions {
    fn default() -> Self {
        Self { threads: 2, onnxruntime: None, keep_aspect: true, model: None }
    }
}

/// A picture without its background.
#[derive(Clone, PartialEq, Eq)]
pub struct Cutout {
    /// Width in pixels, the input's.
    pub width: u32,
    /// Height in pixels, the input's.
    pub height: u32,
    /// Straight RGBA, `width × height × 4` bytes. Alpha 255 has the original colour to the bit, alpha 0 has RGB 0, and
    /// between them stands the estimated colour of the foreground alone.
    pub rgba: Vec<u8>,
}

impl std::fmt::Debug for Cutout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cutout({} × {})", self.width, self.height)
    }
}

/// Cuts pictures out. Cheap to make: the model is loaded at the first use, and then kept.
pub struct Matter {
    options: MattingOptions,
    model: ModelDescription,
    runtime: OnceLock<Result<Box<dyn Runtime>, String>>,
}

impl Matter {
    /// Prepares a cutter; nothing is loaded yet. Of a model's file the outline is read.
    ///
    /// # Errors
    /// [`MattingError::Model`] where the file is none that can be used.
    pub fn new(options: MattingOptions) -> Result<Self, MattingError> {
        let options = MattingOptions { threads: options.threads.max(1), ..options };
        let model = match &options.model {
            Some(file) => file.describe()?,
            None if options.keep_aspect => ModelDescription::built_in(InputSize::Free(LONG_SIDE)),
            None => ModelDescription::built_in(InputSize::Fixed(SQUARE, SQUARE)),
        };
        Ok(Self { options, model, runtime: OnceLock::new() })
    }

    /// How the network in use wants to see a picture.
    #[must_use]
    pub fn model(&self) -> &ModelDescription {
        &self.model
    }

    /// Loads the model if that has not happened, and names the runtime: `"rten"`, `"onnxruntime"`, or `"none"` where
    /// neither could be loaded.
    pub fn runtime_name(&self) -> &'static str {
        self.runtime().map_or("none", Runtime::name)
    }

    /// Cuts a picture out.
    ///
    /// `rgba` holds `width × height × 4` bytes of straight RGBA; alpha that it already has is kept. `cancel` is asked
    /// between steps. The call blocks for about a second and takes `threads` threads.
    ///
    /// # Errors
    /// [`MattingError`], one variant per cause; [`MattingError::NoSubject`] is an answer.
    pub fn cut_out(
        &self,
        rgba: &[u8],
        width: u32,
        height: u32,
        cancel: &dyn Fn() -> bool,
    ) -> Result<Cutout, MattingError> {
        let go_on = || if cancel() { Err(MattingError::Cancelled) } else { Ok(()) };
        let picture = Picture::new(rgba, width, height)?;
        go_on()?;
        let runtime = self.runtime()?;
        go_on()?;
        let mask = find_subject(runtime, &self.model, &picture)?;
        go_on()?;
        let refined = refine(&picture, &mask)?;
        let rgba = cutout(&picture, &refined, self.options.threads, cancel)?;
        Ok(Cutout { width, height, rgba })
    }

    /// The network's mask of a picture that already has the network's size: no scaling, no refinement. For comparing
    /// runtimes on equal tensors.
    ///
    /// # Errors
    /// [`MattingError::BadBuffer`] where the length does not match or the size is none of the network's;
    /// [`MattingError::Runtime`].
    pub fn raw_mask(&self, rgba: &[u8], width: u32, height: u32) -> Result<Mask, MattingError> {
        Picture::new(rgba, width, height)?;
        let is_its_size = match self.model.size {
            InputSize::Fixed(..) if self.options.model.is_some() => {
                (width, height) == input_size(width, height, self.model.size)
            }
            _ => width.is_multiple_of(STEP) && height.is_multiple_of(STEP),
        };
        if !is_its_size {
            return Err(MattingError::BadBuffer { length: rgba.len(), width, height });
        }
        let (pixels, _) = rgba.as_chunks::<4>();
        let rgb: Vec<[u8; 3]> = pixels.iter().map(|&[r, g, b, _]| [r, g, b]).collect();
        mask::run(self.runtime()?, &self.model, &rgb, width, height)
    }

    fn runtime(&self) -> Result<&dyn Runtime, MattingError> {
        self.runtime
            .get_or_init(|| {
                let MattingOptions { onnxruntime, threads, model, .. } = &self.options;
                let network = model.as_ref().map(|file| file.path.as_path());
                runtime::load(onnxruntime.clone(), network, *threads).map_err(|error| error.to_string())
            })
            .as_deref()
            .map_err(|error| MattingError::Runtime(error.clone()))
    }
}

/// Finds alpha's coefficients and the layers' colours at their small sizes.
fn refine(picture: &Picture<'_>, mask: &Plane<1>) -> Result<Refined, MattingError> {
    // A network that looks closer is not made to look less close.
    let side = u32::try_from(mask.width.max(mask.height)).unwrap_or(REFINE_SIDE).max(REFINE_SIDE);
    let (width, height) = picture.fitted(side);
    let guide = unit(&picture.rgb(width, height, FilterType::Bilinear)?, width, height);
    let radius = (width.max(height) / RADIUS_SHARE).max(1) as usize;
    let mask = decide(mask).scaled(guide.width, guide.height);
    let coefficients = coefficients(&guide, &mask, radius);

    let (width, height) = picture.fitted(COLOUR_SIDE);
    let rgb = picture.rgb(width, height, FilterType::Bilinear)?;
    let small = unit(&rgb, width, height);
    let at_size = coefficients.scaled(small.width, small.height);
    let matte = Plane::from_fn(small.width, small.height, |i| [alpha(at_size.pixels[i], rgb[i])]);
    Ok(Refined { coefficients, layers: estimate(&small, &matte) })
}

/// Bytes as colours within 0 to 1.
fn unit(rgb: &[[u8; 3]], width: u32, height: u32) -> Plane<3> {
    Plane::from_fn(width as usize, height as usize, |i| rgb[i].map(|value| f32::from(value) / 255.0))
}
