//! What edits may say at all. They come from a window, a flag or a file, so numbers are held against this before anything is
//! computed with them.

use super::{Backdrop, Canvas, Edits, Placement, Scene, Stroke};

/// Most strokes of one picture.
pub const MAX_STROKES: usize = 5_000;
/// Most points of all strokes together: 100,000 are an hour of brushing, and 2 MB as text.
pub const MAX_POINTS: usize = 100_000;
/// Longest side of a fixed canvas in pixels.
pub const MAX_CANVAS_SIDE: u32 = 20_000;
/// Most pixels of a canvas: as many as a picture may have.
pub const MAX_CANVAS_PX: u64 = 100_000_000;

/// Why edits are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditsFault {
    /// A number that is none, or beyond what makes sense.
    #[error("{what} must be between {from} and {to}")]
    OutOfRange {
        /// Which.
        what: &'static str,
        /// The least.
        from: &'static str,
        /// The most.
        to: &'static str,
    },
    /// More strokes or points than are kept.
    #[error("the brush was used more often than Clearcut keeps ({MAX_STROKES} strokes, {MAX_POINTS} points)")]
    TooManyStrokes,
    /// A canvas of no size, or one beyond the limits.
    #[error(
        "a canvas of {width} × {height} pixels cannot be made: a side has 1 to {MAX_CANVAS_SIDE}, all of it at most {} megapixels",
        MAX_CANVAS_PX / 1_000_000
    )]
    CanvasSize {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
}

impl Edits {
    /// Holds every number against its range.
    ///
    /// # Errors
    /// [`EditsFault`], naming the first that is out of its range.
    pub fn check(&self) -> Result<(), EditsFault> {
        let Self { strokes, scene } = self;
        let points: usize = strokes.iter().map(|stroke| stroke.points.len()).sum();
        if strokes.len() > MAX_STROKES || points > MAX_POINTS {
            return Err(EditsFault::TooManyStrokes);
        }
        strokes.iter().try_for_each(Stroke::check)?;
        scene.check()
    }
}

impl Stroke {
    fn check(&self) -> Result<(), EditsFault> {
        let Self { tool: _, size, hardness, snap: _, points } = self;
        within("the size of a brush", *size, (0.0, "0"), (2.0, "2"))?;
        within("the hardness of a brush", *hardness, (0.0, "0"), (1.0, "1"))?;
        points.iter().flatten().try_for_each(|value| within("a point of a stroke", *value, (-4.0, "-4"), (5.0, "5")))
    }
}

impl Scene {
    fn check(&self) -> Result<(), EditsFault> {
        let Self { canvas, backdrop, subject, drop_shadow, contact_shadow } = self;
        canvas.check()?;
        match backdrop {
            Backdrop::Transparent | Backdrop::Colour(_) | Backdrop::Template(_) => {}
            Backdrop::Image { id: _, fit: _, x, y, scale } => {
                shift("the shift of a background", *x)?;
                shift("the shift of a background", *y)?;
                within("the scale of a background", *scale, (0.01, "0.01"), (100.0, "100"))?;
            }
            Backdrop::Blurred { radius } => within("the blur of a background", *radius, (0.0, "0"), (1.0, "1"))?,
        }
        let Placement { x, y, scale, turn } = *subject;
        shift("the subject's shift", x)?;
        shift("the subject's shift", y)?;
        within("the subject's scale", scale, (0.01, "0.01"), (100.0, "100"))?;
        within("the subject's turn", turn, (-3600.0, "-3600"), (3600.0, "3600"))?;
        if let Some(shadow) = drop_shadow {
            shift("the shift of a shadow", shadow.x)?;
            shift("the shift of a shadow", shadow.y)?;
            within("the blur of a shadow", shadow.blur, (0.0, "0"), (1.0, "1"))?;
            within("the opacity of a shadow", shadow.opacity, (0.0, "0"), (1.0, "1"))?;
        }
        if let Some(shadow) = contact_shadow {
            within("the opacity of a shadow", shadow.opacity, (0.0, "0"), (1.0, "1"))?;
            within("the spread of a shadow", shadow.spread, (0.0, "0"), (1.0, "1"))?;
        }
        Ok(())
    }
}

impl Canvas {
    fn check(self) -> Result<(), EditsFault> {
        match self {
            Self::Original => Ok(()),
            Self::Subject { margin } => within("the margin", margin, (0.0, "0"), (4.0, "4")),
            Self::Fixed { width, height, margin } => {
                let sides = 1..=MAX_CANVAS_SIDE;
                let fits = u64::from(width) * u64::from(height) <= MAX_CANVAS_PX;
                if !(sides.contains(&width) && sides.contains(&height) && fits) {
                    return Err(EditsFault::CanvasSize { width, height });
                }
                within("the margin", margin, (0.0, "0"), (0.49, "0.49"))
            }
        }
    }
}

fn shift(what: &'static str, value: f32) -> Result<(), EditsFault> {
    within(what, value, (-10.0, "-10"), (10.0, "10"))
}

/// A number that is none is in no range.
fn within(
    what: &'static str,
    value: f32,
    (least, from): (f32, &'static str),
    (most, to): (f32, &'static str),
) -> Result<(), EditsFault> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(EditsFault::OutOfRange { what, from, to }) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::Tool;
    use super::*;

    #[test]
    fn the_default_is_allowed() {
        assert_eq!(Edits::default().check(), Ok(()));
    }

    #[rstest]
    #[case(Scene { subject: Placement { scale: f32::NAN, ..Placement::default() }, ..Scene::default() })]
    #[case(Scene { subject: Placement { x: f32::INFINITY, ..Placement::default() }, ..Scene::default() })]
    #[case(Scene { canvas: Canvas::Fixed { width: 0, height: 10, margin: 0.0 }, ..Scene::default() })]
    #[case(Scene { canvas: Canvas::Fixed { width: 20_000, height: 20_000, margin: 0.0 }, ..Scene::default() })]
    #[case(Scene { canvas: Canvas::Fixed { width: 10, height: 10, margin: 0.5 }, ..Scene::default() })]
    #[case(Scene { canvas: Canvas::Subject { margin: -0.1 }, ..Scene::default() })]
    #[case(Scene { backdrop: Backdrop::Blurred { radius: 2.0 }, ..Scene::default() })]
    fn what_no_picture_can_have_is_refused(#[case] scene: Scene) {
        assert!(Edits { strokes: Vec::new(), scene }.check().is_err());
    }

    #[test]
    fn so_is_a_brush_without_end() {
        let stroke =
            Stroke { tool: Tool::Erase, size: 0.1, hardness: 1.0, snap: false, points: vec![[0.5; 2]; 60_000] };
        let edits = Edits { strokes: vec![stroke.clone(), stroke], scene: Scene::default() };
        assert_eq!(edits.check(), Err(EditsFault::TooManyStrokes));
    }
}
