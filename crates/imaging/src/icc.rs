//! Colours of other profiles become sRGB, so that what is shown, cut out and saved are the colours that were meant. `docs/colour.md`
//! has the figures behind the choice.
//!
//! Intents and curves are the profile's own; a profile that cannot be read, or does not fit the samples, is ignored: the numbers are
//! then taken as sRGB, as viewers do. Inks without a profile become RGB by the plain formula (1 − ink)(1 − black), as in browsers.

use std::sync::Arc;

use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorProfile, DataColorSpace, Layout, MatrixCoefficients, TransferCharacteristics,
    Transform8BitExecutor, TransformOptions,
};

use crate::rgba::Rgba;

/// Largest difference in levels at which a profile counts as sRGB and the pixels are left alone to the bit.
const SAME_WITHIN: u8 = 2;

/// What a picture's numbers mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Profile {
    /// sRGB, or nothing is said.
    Srgb,
    /// By an embedded ICC profile, of RGB or of grey.
    Icc(Vec<u8>),
    /// By code points of ITU-T H.273, as AVIF and HEIC have them.
    Cicp {
        /// Colour primaries.
        primaries: u8,
        /// Transfer characteristics.
        transfer: u8,
    },
}

impl Profile {
    /// An embedded profile, if there is one.
    pub(crate) fn of(icc: Option<Vec<u8>>) -> Self {
        icc.map_or(Self::Srgb, Self::Icc)
    }

    /// Converts in place to sRGB; alpha stays.
    pub(crate) fn to_srgb(&self, picture: &mut Rgba) {
        let source = match self {
            Self::Srgb => return,
            Self::Icc(icc) => ColorProfile::new_from_slice(icc).ok(),
            Self::Cicp { primaries, transfer } => cicp(*primaries, *transfer),
        };
        match source {
            Some(source) if source.color_space == DataColorSpace::Rgb => convert(picture, &source),
            Some(source) if source.color_space == DataColorSpace::Gray => convert_grey(picture, &source),
            _ => {}
        }
    }
}

fn cicp(primaries: u8, transfer: u8) -> Option<ColorProfile> {
    Some(ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
        transfer_characteristics: TransferCharacteristics::try_from(transfer).ok()?,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    }))
}

fn convert(picture: &mut Rgba, source: &ColorProfile) {
    let Some(transform) = transform(source, Layout::Rgba).filter(|transform| !is_identity(&**transform)) else {
        return;
    };
    let row_bytes = picture.width as usize * 4;
    let mut converted = vec![0; row_bytes];
    for row in picture.pixels.chunks_exact_mut(row_bytes) {
        if transform.transform(row, &mut converted).is_err() {
            return;
        }
        // Alpha is kept from the source whatever the transform does with it.
        for (to, from) in row.chunks_exact_mut(4).zip(converted.chunks_exact(4)) {
            to[..3].copy_from_slice(&from[..3]);
        }
    }
}

/// There are 256 greys: each is converted once. A picture that has colours is not what the profile speaks of.
fn convert_grey(picture: &mut Rgba, source: &ColorProfile) {
    let greys: Vec<u8> = (0..=u8::MAX).collect();
    let mut converted = vec![0; greys.len() * 4];
    let done = transform(source, Layout::Gray).map(|transform| transform.transform(&greys, &mut converted));
    let is_grey = |pixel: &[u8]| pixel[0] == pixel[1] && pixel[1] == pixel[2];
    if !matches!(done, Some(Ok(()))) || !picture.pixels.chunks_exact(4).all(is_grey) {
        return;
    }
    for pixel in picture.pixels.chunks_exact_mut(4) {
        let at = usize::from(pixel[0]) * 4;
        pixel[..3].copy_from_slice(&converted[at..at + 3]);
    }
}

/// Four inks a pixel (0 none, 255 full) become RGBA, in place.
pub(crate) fn inks_to_srgb(mut pixels: Vec<u8>, icc: Option<&[u8]>) -> Vec<u8> {
    let profile = icc.and_then(|icc| ColorProfile::new_from_slice(icc).ok());
    let profile = profile.filter(|profile| profile.color_space == DataColorSpace::Cmyk);
    let transform = profile.and_then(|profile| transform(&profile, Layout::Rgba));
    let mut converted = vec![0; 4 << 10];
    for piece in pixels.chunks_mut(4 << 10) {
        let by_profile = transform.as_ref().and_then(|transform| {
            let out = converted.get_mut(..piece.len())?;
            transform.transform(piece, out).ok()?;
            Some(out)
        });
        match by_profile {
            Some(out) => piece.copy_from_slice(out),
            None => piece.chunks_exact_mut(4).for_each(plain_formula),
        }
        piece.iter_mut().skip(3).step_by(4).for_each(|alpha| *alpha = 255);
    }
    pixels
}

fn plain_formula(pixel: &mut [u8]) {
    let light = |ink: u8| 255 - u32::from(ink);
    let black = light(pixel[3]);
    for ink in &mut pixel[..3] {
        *ink = u8::try_from((light(*ink) * black + 127) / 255).unwrap_or(u8::MAX);
    }
}

fn transform(source: &ColorProfile, layout: Layout) -> Option<Arc<Transform8BitExecutor>> {
    let options = TransformOptions::default();
    source.create_transform_8bit(layout, &ColorProfile::new_srgb(), Layout::Rgba, options).ok()
}

/// Whether the transform moves no colour of a 9 × 9 × 9 grid by more than [`SAME_WITHIN`].
fn is_identity(transform: &Transform8BitExecutor) -> bool {
    let level = |step: u16| u8::try_from((step * 32).min(255)).unwrap_or(u8::MAX);
    let grid: Vec<u8> = (0..9 * 9 * 9).flat_map(|i| [level(i / 81), level(i / 9 % 9), level(i % 9), 255]).collect();
    let mut converted = vec![0; grid.len()];
    transform.transform(&grid, &mut converted).is_err()
        || grid.iter().zip(&converted).all(|(a, b)| a.abs_diff(*b) <= SAME_WITHIN)
}
