//! Edits at the edge: what a user did to a cutout, as the window, the store and scripts write it. All lengths are fractions, as
//! the definitions of [`clearcut_imaging::scene`] have it; whoever draws a scene in the window keeps to those.

use clearcut_imaging::ContentHash;
use clearcut_imaging::scene::{self, EditsFault};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::convert::{colour, colour_text};
use crate::problem::{Code, Problem};

/// Everything a user did to one cutout. What is left out is as it was.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS)]
pub struct Edits {
    /// The brush, in order.
    #[serde(default)]
    pub strokes: Vec<Stroke>,
    /// What the result is laid on.
    #[serde(default)]
    pub scene: Scene,
}

/// What a stroke does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StrokeTool {
    /// Takes from the subject.
    Erase,
    /// Gives back the original's pixels.
    Restore,
}

/// One stroke of the brush.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Stroke {
    /// What it does.
    pub tool: StrokeTool,
    /// Its diameter as a fraction of the picture's long side.
    pub size: f32,
    /// 0: soft from its middle on; 1: full up to its rim.
    pub hardness: f32,
    /// Whether it keeps to the edges of the original.
    pub snap: bool,
    /// Its line: x as a fraction of the width, y of the height of the upright picture.
    pub points: Vec<[f32; 2]>,
}

/// Canvas, what stands behind, where the subject stands, and its shadows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS)]
#[serde(default)]
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
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
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

/// An own background picture, on this computer for good.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[ts(type = "string")]
pub struct BackdropId(pub String);

/// How an own picture fills the canvas at scale 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BackdropFit {
    /// All of it is seen; what is left of the canvas is transparent.
    Fit,
    /// All of the canvas is filled.
    #[default]
    Fill,
}

/// A built-in background; `template/NAME` of the picture protocol is a square picture of it, to be stretched to the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TemplateName {
    /// Even light grey.
    Plain,
    /// A grey wall with a soft light in its middle.
    Studio,
    /// A wall that runs into a floor without an edge.
    Floor,
    /// The same in the dark.
    DarkFloor,
    /// Sand to rose, from the top.
    GradientWarm,
    /// Pale sky to blue, from the top.
    GradientCool,
    /// White to grey, from the top.
    GradientGrey,
}

/// What stands behind the subject.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Backdrop {
    /// Nothing.
    #[default]
    Transparent,
    /// A solid colour.
    Colour {
        /// As `#rrggbb`.
        rgb: String,
    },
    /// One of the built-in ones.
    Template {
        /// Which.
        name: TemplateName,
    },
    /// An own picture; `backdrop/ID` of the picture protocol is a stand-in of it.
    Image {
        /// Which.
        id: BackdropId,
        /// How it fills the canvas.
        fit: BackdropFit,
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
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
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
        let scene::Placement { x, y, scale, turn } = scene::Placement::default();
        Self { x, y, scale, turn }
    }
}

/// The subject's outline in black, shifted and blurred.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
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
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct ContactShadow {
    /// 0 to 1, in its middle.
    pub opacity: f32,
    /// Its half height as a fraction of the width of the subject's box as placed; it is as wide as that box.
    pub spread: f32,
}

/// The edits of a picture and what is needed to show them.
#[derive(Debug, Clone, Serialize, TS)]
pub struct EditsView {
    /// The edits.
    pub edits: Edits,
    /// Whether any are kept: not so for a picture that was never edited, or was put back.
    pub kept: bool,
    /// The box of the subject before any stroke, where there is a cutout to measure.
    pub subject: Option<SubjectBox>,
    /// The built-in backgrounds, in the order they are offered.
    pub templates: Vec<TemplateView>,
}

/// The smallest box that holds the subject, as fractions of the picture's width and height.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, TS)]
pub struct SubjectBox {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// A built-in background.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TemplateView {
    /// Its name; the address of its picture is `template/NAME`.
    pub name: TemplateName,
    /// What it is called.
    pub label: String,
}

/// An own background.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct BackdropView {
    /// Its id; the address of its stand-in is `backdrop/ID`.
    pub id: BackdropId,
    /// The name of the file it came from.
    pub name: String,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
}

impl TemplateName {
    pub(crate) const fn inner(self) -> scene::Template {
        match self {
            Self::Plain => scene::Template::Plain,
            Self::Studio => scene::Template::Studio,
            Self::Floor => scene::Template::Floor,
            Self::DarkFloor => scene::Template::DarkFloor,
            Self::GradientWarm => scene::Template::GradientWarm,
            Self::GradientCool => scene::Template::GradientCool,
            Self::GradientGrey => scene::Template::GradientGrey,
        }
    }

    pub(crate) const fn of(template: scene::Template) -> Self {
        match template {
            scene::Template::Plain => Self::Plain,
            scene::Template::Studio => Self::Studio,
            scene::Template::Floor => Self::Floor,
            scene::Template::DarkFloor => Self::DarkFloor,
            scene::Template::GradientWarm => Self::GradientWarm,
            scene::Template::GradientCool => Self::GradientCool,
            scene::Template::GradientGrey => Self::GradientGrey,
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Plain => "Plain",
            Self::Studio => "Studio wall",
            Self::Floor => "Studio floor",
            Self::DarkFloor => "Dark floor",
            Self::GradientWarm => "Warm gradient",
            Self::GradientCool => "Cool gradient",
            Self::GradientGrey => "Grey gradient",
        }
    }
}

impl TemplateView {
    /// All of them, in the order they are offered.
    pub(crate) fn all() -> Vec<Self> {
        let view = |template| {
            let name = TemplateName::of(template);
            Self { name, label: name.label().to_owned() }
        };
        scene::Template::ALL.into_iter().map(view).collect()
    }
}

impl Edits {
    /// The plain values, checked.
    ///
    /// # Errors
    /// When a number is out of its range, or a colour or background is none.
    pub(crate) fn inner(&self) -> Result<scene::Edits, Problem> {
        let Self { strokes, scene } = self;
        let edits = scene::Edits { strokes: strokes.iter().map(Stroke::inner).collect(), scene: scene.inner()? };
        edits.check().map_err(|fault| refused(&fault))?;
        Ok(edits)
    }
}

fn refused(fault: &EditsFault) -> Problem {
    Problem::new(Code::BadRequest, format!("These edits cannot be made: {fault}."), "")
}

impl Stroke {
    fn inner(&self) -> scene::Stroke {
        let Self { tool, size, hardness, snap, ref points } = *self;
        let tool = match tool {
            StrokeTool::Erase => scene::Tool::Erase,
            StrokeTool::Restore => scene::Tool::Restore,
        };
        scene::Stroke { tool, size, hardness, snap, points: points.clone() }
    }
}

impl Scene {
    fn inner(&self) -> Result<scene::Scene, Problem> {
        let Self { canvas, backdrop, subject, drop_shadow, contact_shadow } = self;
        let Placement { x, y, scale, turn } = *subject;
        Ok(scene::Scene {
            canvas: match *canvas {
                Canvas::Original => scene::Canvas::Original,
                Canvas::Subject { margin } => scene::Canvas::Subject { margin },
                Canvas::Fixed { width, height, margin } => scene::Canvas::Fixed { width, height, margin },
            },
            backdrop: backdrop.inner()?,
            subject: scene::Placement { x, y, scale, turn },
            drop_shadow: drop_shadow.map(|DropShadow { x, y, blur, opacity }| scene::DropShadow {
                x,
                y,
                blur,
                opacity,
            }),
            contact_shadow: contact_shadow
                .map(|ContactShadow { opacity, spread }| scene::ContactShadow { opacity, spread }),
        })
    }
}

impl Backdrop {
    fn inner(&self) -> Result<scene::Backdrop, Problem> {
        Ok(match self {
            Self::Transparent => scene::Backdrop::Transparent,
            Self::Colour { rgb } => scene::Backdrop::Colour(colour(rgb)?),
            Self::Template { name } => scene::Backdrop::Template(name.inner()),
            Self::Image { id, fit, x, y, scale } => scene::Backdrop::Image {
                id: id.inner()?,
                fit: match fit {
                    BackdropFit::Fit => scene::Fit::Fit,
                    BackdropFit::Fill => scene::Fit::Fill,
                },
                x: *x,
                y: *y,
                scale: *scale,
            },
            Self::Blurred { radius } => scene::Backdrop::Blurred { radius: *radius },
        })
    }

    /// A solid colour.
    #[must_use]
    pub fn of_colour(rgb: [u8; 3]) -> Self {
        Self::Colour { rgb: colour_text(rgb) }
    }
}

impl BackdropId {
    /// Also keeps everything out that could be a path.
    pub(crate) fn inner(&self) -> Result<scene::BackdropId, Problem> {
        let hash: Result<ContentHash, _> = self.0.parse();
        hash.map(scene::BackdropId)
            .map_err(|_| Problem::new(Code::BadRequest, "There is no such background.", "Choose it again."))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_left_out_is_as_it_was() {
        let edits: Edits = serde_json::from_str("{}").unwrap();
        assert!(edits.inner().unwrap().is_identity());
        let edits: Edits = serde_json::from_str(r#"{"scene":{"canvas":{"kind":"subject","margin":0.1}}}"#).unwrap();
        assert_eq!(edits.inner().unwrap().scene.canvas, scene::Canvas::Subject { margin: 0.1 });
    }

    #[test]
    fn they_come_back_from_text_as_they_were() {
        let text = r##"{"strokes":[{"tool":"erase","size":0.05,"hardness":0.8,"snap":true,"points":[[0.1,0.2],[0.3,0.4]]}],"scene":{"canvas":{"kind":"fixed","width":2000,"height":2000,"margin":0.05},"backdrop":{"kind":"colour","rgb":"#ffffff"},"subject":{"x":0.0,"y":0.1,"scale":1.5,"turn":-12.0},"drop_shadow":{"x":0.01,"y":0.02,"blur":0.01,"opacity":0.5},"contact_shadow":null}}"##;
        let edits: Edits = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&edits).unwrap(), text);
        edits.inner().unwrap();
    }

    #[test]
    fn a_background_that_is_a_path_is_none() {
        for id in ["../../etc/passwd", "", "/", "C:\\x"] {
            assert!(BackdropId(id.to_owned()).inner().is_err(), "{id}");
        }
    }

    #[test]
    fn names_of_templates_are_those_of_the_core() {
        for template in TemplateView::all() {
            assert_eq!(serde_json::to_value(template.name).unwrap(), template.name.inner().name());
        }
    }
}
