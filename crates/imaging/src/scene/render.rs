//! From a cutout and its edits to the finished picture. Pure: the same values give the same bytes. Where the canvas is the
//! picture itself the result is made in the cutout's own memory; else there is the cutout, the result, and some rows.

use super::behind::{Behind, Painter};
use super::brush;
use super::layout::Layout;
use super::sample::lay;
use super::shadow::{Contact, Thrown};
use super::subject_rows::SubjectRows;
use super::{Backdrop, Canvas, Edits, PixelBox, Scene, subject_box};
use crate::error::ImageError;
use crate::rgba::Rgba;

/// How large a scene is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Target {
    /// As its canvas says.
    #[default]
    Natural,
    /// The same scene with at most this many pixels on its long side.
    Within(u32),
}

/// In what a rendering differs from the scene: one cutout in several sizes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Variant {
    /// How large.
    pub target: Target,
    /// Another canvas than the scene's.
    pub canvas: Option<Canvas>,
    /// A colour in place of what stands behind.
    pub colour: Option<[u8; 3]>,
}

impl From<Target> for Variant {
    fn from(target: Target) -> Self {
        Self { target, ..Self::default() }
    }
}

impl Variant {
    fn behind(self) -> Option<Behind> {
        self.colour.map(|[r, g, b]| Behind::Plain([r, g, b, 255]))
    }
}

/// Whether the edits cannot be rendered without the original's pixels.
#[must_use]
pub fn needs_original(edits: &Edits) -> bool {
    brush::needs_original(&edits.strokes) || matches!(edits.scene.backdrop, Backdrop::Blurred { .. })
}

/// A cutout with its strokes, and what stands behind it: all that is needed to render its scene in any size, without the original.
#[derive(Debug, Clone)]
pub struct Prepared {
    cutout: Rgba,
    behind: Behind,
    subject: PixelBox,
    scene: Scene,
}

impl Prepared {
    /// Lays the strokes and makes the backdrop. `original` is the upright original, asked for by [`needs_original`]; `own` the
    /// own background picture, where the scene names one. Both may be dropped afterwards.
    ///
    /// # Errors
    /// [`ImageError::LayerMissing`] where one of them is needed and not there, [`ImageError::BadBuffer`].
    pub fn new(
        mut cutout: Rgba,
        original: Option<&Rgba>,
        own: Option<Rgba>,
        edits: &Edits,
    ) -> Result<Self, ImageError> {
        cutout.check()?;
        original.map_or(Ok(()), Rgba::check)?;
        own.as_ref().map_or(Ok(()), Rgba::check)?;
        brush::paint(&mut cutout, original, &edits.strokes)?;
        let subject = subject_box(&cutout).unwrap_or(PixelBox::whole(&cutout));
        let behind = Behind::new(&edits.scene.backdrop, original, own, (cutout.width, cutout.height))?;
        Ok(Self { cutout, behind, subject, scene: edits.scene.clone() })
    }

    /// Width and height in pixels of what [`render`](Self::render) makes.
    #[must_use]
    pub fn size(&self, variant: Variant) -> (u32, u32) {
        let layout = self.layout(variant);
        (layout.width, layout.height)
    }

    /// Renders the scene.
    #[must_use]
    pub fn render(&self, variant: Variant) -> Rgba {
        let layout = self.layout(variant);
        let behind = variant.behind();
        let ground = Ground::new(&self.cutout, behind.as_ref().unwrap_or(&self.behind), &self.scene, &layout);
        let mut subject = SubjectRows::new(&self.cutout, &layout);
        let mut result = Rgba::filled(layout.width, layout.height, [0; 4]);
        let (pixels, _) = result.pixels.as_chunks_mut::<4>();
        for (y, row) in (0_u32..).zip(pixels.chunks_exact_mut(layout.width as usize)) {
            ground.row(y, row);
            subject.row(y, &layout, |x, pixel| {
                if let Some(place) = row.get_mut(x as usize) {
                    *place = lay(pixel, *place);
                }
            });
        }
        result
    }

    /// Renders the scene a last time, in the cutout's own memory where that is possible.
    #[must_use]
    pub fn finish(self, variant: Variant) -> Rgba {
        let layout = self.layout(variant);
        if !SubjectRows::new(&self.cutout, &layout).is_in_place(&layout) {
            return self.render(variant);
        }
        let Self { mut cutout, behind, subject: _, scene } = self;
        let behind = variant.behind().unwrap_or(behind);
        // It looks at the cutout for the shadow only, which is drawn before the first row changes.
        let ground = Ground::new(&cutout, &behind, &scene, &layout);
        if ground.is_nothing() {
            cutout.zero_hidden_colour();
            return cutout;
        }
        let mut row = vec![[0; 4]; layout.width as usize];
        let (pixels, _) = cutout.pixels.as_chunks_mut::<4>();
        for (y, line) in (0_u32..).zip(pixels.chunks_exact_mut(layout.width as usize)) {
            ground.row(y, &mut row);
            for (pixel, behind) in line.iter_mut().zip(&row) {
                *pixel = lay(*pixel, *behind);
            }
        }
        cutout
    }

    fn layout(&self, variant: Variant) -> Layout {
        let whole = (self.cutout.width, self.cutout.height);
        let canvas = variant.canvas.unwrap_or(self.scene.canvas);
        Layout::new(whole, self.subject, canvas, self.scene.subject, variant.target)
    }
}

/// Backdrop and shadows of one canvas.
struct Ground<'a> {
    painter: Painter<'a>,
    thrown: Option<Thrown>,
    contact: Option<Contact>,
    layout: &'a Layout,
}

impl<'a> Ground<'a> {
    fn new(cutout: &Rgba, behind: &'a Behind, scene: &Scene, layout: &'a Layout) -> Self {
        Self {
            painter: behind.on(layout),
            thrown: scene.drop_shadow.map(|shadow| Thrown::new(cutout, layout, shadow)),
            contact: scene.contact_shadow.map(|shadow| Contact::new(layout, shadow)),
            layout,
        }
    }

    fn is_nothing(&self) -> bool {
        matches!(self.painter, Painter::Plain([_, _, _, 0])) && self.thrown.is_none() && self.contact.is_none()
    }

    fn row(&self, y: u32, row: &mut [[u8; 4]]) {
        self.painter.row(y, self.layout, row);
        if self.thrown.is_none() && self.contact.is_none() {
            return;
        }
        for (x, pixel) in (0_u32..).zip(row) {
            let dark = |alpha: u8, pixel| lay([0, 0, 0, alpha], pixel);
            if let Some(thrown) = &self.thrown {
                *pixel = dark(thrown.at(x, y), *pixel);
            }
            if let Some(contact) = &self.contact {
                *pixel = dark(contact.at(x, y), *pixel);
            }
        }
    }
}

/// The whole way at once: strokes, scene, pixels.
///
/// # Errors
/// As [`Prepared::new`].
pub fn render(
    cutout: Rgba,
    original: Option<&Rgba>,
    own: Option<Rgba>,
    edits: &Edits,
    target: Target,
) -> Result<Rgba, ImageError> {
    Ok(Prepared::new(cutout, original, own, edits)?.finish(target.into()))
}
