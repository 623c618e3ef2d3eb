//! The edits of one picture as plain values. The default of each changes nothing.

use crate::fingerprint::ContentHash;

/// Everything a user did to one cutout.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Edits {
    /// The brush, in order.
    pub strokes: Vec<Stroke>,
    /// What the result is laid on.
    pub scene: Scene,
}

impl Edits {
    /// Whether the result is the cutout itself.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.strokes.is_empty() && self.scene == Scene::default()
    }
}

/// What a stroke does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tool {
    /// Takes from the subject.
    Erase,
    /// Gives back the original's pixels.
    Restore,
}

/// One stroke of the brush.
#[derive(Debug, Clone, PartialEq)]
pub struct Stroke {
    /// What it does.
    pub tool: Tool,
    /// Its diameter as a fraction of the picture's long side.
    pub size: f32,
    /// 0: soft from its middle on; 1: full up to its rim.
    pub hardness: f32,
    /// Whether it keeps to the edges of the original.
    pub snap: bool,
    /// Its line: x as a fraction of the width, y of the height of the upright picture. Outside of 0 to 1 is beside it.
    pub points: Vec<[f32; 2]>,
}

/// Canvas, what stands behind, where the subject stands, and its shadows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scene {
    /// The size of the result.
    pub canvas: Canvas,
    /// Behind the subject.
    pub backdrop: Backdrop,
    /// Where the subject stands.
    pub subject: Placement,
    /// The subject's outline, thrown behind it.
    pub drop_shadow: Option<DropShadow>,
    /// Where the subject meets the ground.
    pub contact_shadow: Option<ContactShadow>,
}

/// The size of the result, and where the subject stands on it by default.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Canvas {
    /// As the picture; the subject is where it was.
    #[default]
    Original,
    /// Cropped to the subject at its own size.
    Subject {
        /// Left free on each side, as a fraction of the long side of the subject's box.
        margin: f32,
    },
    /// Of this size; the subject fills it inside the margin and stands in its middle.
    Fixed {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Left free on each side, as a fraction of the canvas's shorter side.
        margin: f32,
    },
}

/// An own background picture, by its content.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BackdropId(pub ContentHash);

/// How an own picture fills the canvas at scale 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Fit {
    /// All of it is seen; what is left of the canvas is transparent.
    Fit,
    /// All of the canvas is filled.
    #[default]
    Fill,
}

/// What stands behind the subject.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Backdrop {
    /// Nothing.
    #[default]
    Transparent,
    /// A solid sRGB colour.
    Colour([u8; 3]),
    /// One of the built-in ones.
    Template(super::Template),
    /// An own picture.
    Image {
        /// Which.
        id: BackdropId,
        /// How it fills the canvas.
        fit: Fit,
        /// Shift to the right, as a fraction of the canvas's width.
        x: f32,
        /// Shift downwards, as a fraction of the canvas's height.
        y: f32,
        /// On top of what `fit` gives, about the middle of the canvas.
        scale: f32,
    },
    /// The original, blurred: where it was on a canvas that shows the picture or a part of it, filling a fixed one.
    Blurred {
        /// Standard deviation, as a fraction of the original's long side.
        radius: f32,
    },
}

/// Where the subject stands, relative to its default place on the canvas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// Shift to the right, as a fraction of the canvas's width.
    pub x: f32,
    /// Shift downwards, as a fraction of the canvas's height.
    pub y: f32,
    /// 1 is its default size.
    pub scale: f32,
    /// Degrees clockwise about the middle of its box.
    pub turn: f32,
}

impl Default for Placement {
    fn default() -> Self {
        Self { x: 0.0, y: 0.0, scale: 1.0, turn: 0.0 }
    }
}

/// The subject's outline in black, shifted and blurred.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DropShadow {
    /// Shift to the right, as a fraction of the canvas's long side.
    pub x: f32,
    /// Shift downwards, as a fraction of the canvas's long side.
    pub y: f32,
    /// Standard deviation, as a fraction of the canvas's long side.
    pub blur: f32,
    /// 0 to 1.
    pub opacity: f32,
}

/// A soft dark ellipse under the subject's lowest part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ContactShadow {
    /// 0 to 1, in its middle.
    pub opacity: f32,
    /// Its half height as a fraction of the width of the subject's box as placed; it is as wide as that box.
    pub spread: f32,
}
