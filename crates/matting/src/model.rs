//! Which network, and how it wants to see a picture: the one that is compiled in, or a file that the user chose. Of a file the outline says
//! almost everything (size, kind of numbers, whether the mask is already within 0 and 1); what it cannot say, the colours' mean
//! and deviation, follows from the family, which is recognised by its operators and size, and can be named instead.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::error::MattingError;
use crate::onnx::{FLOAT, Outline, Port};

/// Mean and deviation of ImageNet.
const IMAGENET: ([f32; 3], [f32; 3]) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
/// Operators of attention: a network with them is no plain convolutional one.
const OF_ATTENTION: [&str; 4] = ["MatMul", "Softmax", "LayerNormalization", "Gemm"];
/// A side above this is none of U²-Net's.
const LARGEST_U2NET: u32 = 512;
/// Sides that a user may name, in pixels. Memory grows with the square: 2048 takes gigabytes.
const SIDES: std::ops::RangeInclusive<u32> = 32..=4096;
/// All networks of these families halve five times: free sides are multiples of this.
pub(crate) const STEP: u32 = 32;

/// Families of networks that find a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// U²-Net, U²-Netp, Silueta: 320 × 320, ImageNet's colours of a picture divided by its own maximum.
    U2Net,
    /// IS-Net (DIS) and what was trained like it, RMBG 1.4: 1024 × 1024, colours less one half.
    IsNet,
    /// BiRefNet: 1024 × 1024, ImageNet's colours, a mask before its sigmoid.
    BiRefNet,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::U2Net, Self::IsNet, Self::BiRefNet];

    /// The word for settings and flags.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::U2Net => "u2net",
            Self::IsNet => "isnet",
            Self::BiRefNet => "birefnet",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::U2Net => "U²-Net",
            Self::IsNet => "IS-Net",
            Self::BiRefNet => "BiRefNet",
        })
    }
}

/// A word that names no family.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no family of models; there are u2net, isnet and birefnet")]
pub struct UnknownFamily(String);

impl FromStr for Family {
    type Err = UnknownFamily;

    fn from_str(word: &str) -> Result<Self, UnknownFamily> {
        let found = Self::ALL.into_iter().find(|family| family.word().eq_ignore_ascii_case(word));
        found.ok_or_else(|| UnknownFamily(word.to_owned()))
    }
}

/// A network in a file of the user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    /// The ONNX file.
    pub path: PathBuf,
    /// Its family, where the user names it; recognised otherwise.
    pub family: Option<Family>,
    /// The longer side in pixels at which it looks, where its file leaves that open and the user names it.
    pub side: Option<u32>,
}

impl ModelFile {
    /// A file about which nothing is said.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path, family: None, side: None }
    }

    /// Reads how the network wants to see a picture, without loading it.
    ///
    /// # Errors
    /// [`MattingError::Model`] where the file cannot be read, is no ONNX, or is no network that makes one mask of one picture.
    pub fn describe(&self) -> Result<ModelDescription, MattingError> {
        let outline = Outline::read(&self.path).map_err(|error| MattingError::Model(error.to_string()))?;
        describe(&outline, self.family, self.side).map_err(MattingError::Model)
    }
}

/// The size at which a network looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputSize {
    /// Always this width and height in pixels; the picture is squeezed into it, as in training.
    Fixed(u32, u32),
    /// The picture's aspect at this longer side in pixels, in steps of 32.
    Free(u32),
}

/// How a network wants to see a picture, and what it gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelDescription {
    /// The family.
    pub family: Family,
    /// The size at which it looks.
    pub size: InputSize,
    /// What is taken off red, green and blue within 0 to 1.
    pub mean: [f32; 3],
    /// What they are divided by then.
    pub deviation: [f32; 3],
    /// Whether colours are divided by the picture's own maximum instead of 255.
    pub by_brightest: bool,
    /// Whether the mask still needs its sigmoid.
    pub needs_sigmoid: bool,
}

impl ModelDescription {
    /// The network that is compiled in.
    #[must_use]
    pub(crate) const fn built_in(size: InputSize) -> Self {
        Self::of(Family::U2Net, size, false)
    }

    const fn of(family: Family, size: InputSize, needs_sigmoid: bool) -> Self {
        let (mean, deviation) = match family {
            Family::U2Net | Family::BiRefNet => IMAGENET,
            Family::IsNet => ([0.5; 3], [1.0; 3]),
        };
        Self { family, size, mean, deviation, by_brightest: matches!(family, Family::U2Net), needs_sigmoid }
    }
}

impl fmt::Display for ModelDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.size {
            InputSize::Fixed(width, height) => write!(f, "{}, {width} × {height} pixels", self.family),
            InputSize::Free(side) => write!(f, "{}, {side} pixels at the longer side", self.family),
        }
    }
}

fn describe(outline: &Outline, family: Option<Family>, side: Option<u32>) -> Result<ModelDescription, String> {
    let input = outline.inputs.iter().find(|port| port.shape.len() == 4 && matches!(port.shape[1], Some(3) | None));
    let input = input.ok_or("it takes no picture of three colours")?;
    if input.element != FLOAT {
        return Err("it counts in other numbers than 32-bit floats; take the file in full precision (fp32)".to_owned());
    }
    if input.shape[0].is_some_and(|pictures| pictures != 1) {
        return Err("it takes several pictures at once".to_owned());
    }
    one_mask(outline.outputs.first())?;
    if side.is_some_and(|side| !SIDES.contains(&side)) {
        return Err(format!("its side must be between {} and {} pixels", SIDES.start(), SIDES.end()));
    }
    let fixed =
        |at: usize| input.shape[at].map(u32::try_from).transpose().map_err(|_| "its input is unreasonably large");
    let fixed = match (fixed(3)?, fixed(2)?) {
        (Some(width), Some(height)) if SIDES.contains(&width) && SIDES.contains(&height) => Some((width, height)),
        (Some(_), Some(_)) => return Err("its input is unreasonably large or small".to_owned()),
        _ => None,
    };
    let family = family.unwrap_or_else(|| recognised(outline, fixed));
    let size = match (fixed, family) {
        (Some((width, height)), _) => InputSize::Fixed(width, height),
        (None, Family::U2Net) => InputSize::Free(side.unwrap_or(384)),
        (None, Family::IsNet) => InputSize::Free(side.unwrap_or(1024)),
        // Its windows of attention were only ever trained on squares.
        (None, Family::BiRefNet) => {
            let side = side.unwrap_or(1024).next_multiple_of(STEP);
            InputSize::Fixed(side, side)
        }
    };
    Ok(ModelDescription::of(family, size, outline.last_operator() != Some("Sigmoid")))
}

fn recognised(outline: &Outline, fixed: Option<(u32, u32)>) -> Family {
    if OF_ATTENTION.iter().any(|operator| outline.operators.contains(*operator)) {
        Family::BiRefNet
    } else if fixed.is_some_and(|(width, height)| width.max(height) > LARGEST_U2NET) {
        Family::IsNet
    } else {
        Family::U2Net
    }
}

/// The first output is the mask: one channel, or not told.
fn one_mask(output: Option<&Port>) -> Result<(), String> {
    let Some(output) = output else { return Err("it gives nothing".to_owned()) };
    let channels = if output.shape.len() == 4 { output.shape[1] } else { None };
    if output.element != FLOAT || channels.is_some_and(|channels| channels != 1) {
        return Err("its first output is no mask".to_owned());
    }
    Ok(())
}
