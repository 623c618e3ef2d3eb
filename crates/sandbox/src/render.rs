//! From the sent picture to the answer's bytes: cut out, crop, scale, place, shadow, backdrop, encode.
//! Slow and blocking; knows neither HTTP nor the account.

use clearcut_imaging::{EncodeOptions, ImageError, Limits, OutputFormat, Rgba, decode_bytes, encode_to_vec, resize};
use clearcut_matting::{Matter, MattingError};
use clearcut_service::Rect;
use clearcut_service::wire::{Channels, CropMargin, Position, Scale, WireFormat};

use crate::backdrop::Behind;
use crate::canvas::{cut, paste, subject_box};
use crate::params::Edit;
use crate::plan::Plan;
use crate::shadow;
use crate::sizes::fit_pixels;

/// A finished answer.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    pub(crate) bytes: Vec<u8>,
    pub(crate) media_type: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Where the subject lies, in pixels of the input picture.
    pub(crate) foreground: Rect,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DrawError {
    /// The sent picture cannot be decoded.
    #[error(transparent)]
    Input(ImageError),
    /// The answer cannot be written in this format.
    #[error(transparent)]
    Output(ImageError),
    /// The model found nothing, failed or was told to stop.
    #[error(transparent)]
    Matting(#[from] MattingError),
}

/// Makes the answer.
pub(crate) fn draw(
    matter: &Matter,
    picture: &[u8],
    plan: &Plan,
    edit: &Edit,
    behind: &Behind,
    cancelled: &dyn Fn() -> bool,
) -> Result<Drawn, DrawError> {
    let input = decode_bytes(picture, &Limits::inputs()).map_err(DrawError::Input)?;
    let working = resize(&input, plan.working.0, plan.working.1);
    drop(input);
    let mut cutout = cut_out(matter, &working, plan.roi.map(|roi| plan.working_rect(roi)), cancelled)?;
    drop(working);
    if !edit.semitransparency {
        harden(&mut cutout);
    }
    let subject = subject_box(&cutout).ok_or(MattingError::NoSubject)?;
    let foreground = plan.input_rect(subject);

    let picture = arrange(cutout, subject, edit, plan.max_pixels);
    let picture = match edit.channels {
        Channels::Alpha => mask(&picture),
        Channels::Rgba => behind.under(with_shadow(picture, edit)),
    };
    // `auto` is JPG wherever nothing is transparent after all; a mask stays lossless.
    let seen_opaque = edit.format == WireFormat::Auto && edit.channels == Channels::Rgba && !picture.has_transparency();
    let output = if seen_opaque { OutputFormat::Jpg } else { plan.output };
    let bytes = encode_to_vec(&picture, output, &EncodeOptions::default()).map_err(DrawError::Output)?;
    let (width, height) = (picture.width, picture.height);
    Ok(Drawn { bytes, media_type: output.media_type(), width, height, foreground })
}

/// The cutout on a canvas of the picture's size. Outside of the region of interest everything is background, and
/// what was transparent before stays so.
fn cut_out(
    matter: &Matter,
    picture: &Rgba,
    roi: Option<Rect>,
    cancelled: &dyn Fn() -> bool,
) -> Result<Rgba, MattingError> {
    let Some(roi) = roi else { return cut_out_whole(matter, picture, cancelled) };
    let (left, top) = (i64::from(roi.left), i64::from(roi.top));
    let part = cut(picture, left, top, roi.width, roi.height);
    let mut canvas = Rgba::filled(picture.width, picture.height, [0; 4]);
    paste(&mut canvas, &cut_out_whole(matter, &part, cancelled)?, left, top);
    Ok(canvas)
}

fn cut_out_whole(matter: &Matter, picture: &Rgba, cancelled: &dyn Fn() -> bool) -> Result<Rgba, MattingError> {
    let cutout = matter.cut_out(&picture.pixels, picture.width, picture.height, cancelled)?;
    let mut cutout = Rgba { width: cutout.width, height: cutout.height, pixels: cutout.rgba };
    for (pixel, before) in cutout.pixels.chunks_exact_mut(4).zip(picture.pixels.chunks_exact(4)) {
        pixel[3] = pixel[3].min(before[3]);
    }
    cutout.zero_hidden_colour();
    Ok(cutout)
}

/// `semitransparency=false`: every pixel is all there or not at all.
fn harden(picture: &mut Rgba) {
    for pixel in picture.pixels.chunks_exact_mut(4) {
        pixel[3] = if pixel[3] >= 128 { 255 } else { 0 };
    }
    picture.zero_hidden_colour();
}

/// Crop, then scale and position, then once more into the size's megapixels: margins may have gone beyond them.
fn arrange(cutout: Rgba, subject: Rect, edit: &Edit, max_pixels: u64) -> Rgba {
    let cropped = match edit.crop {
        Some(margin) => crop(&cutout, subject, margin),
        None => cutout,
    };
    let placed = place(cropped, edit.scale, edit.position);
    let (width, height) = fit_pixels(placed.width, placed.height, max_pixels);
    if (width, height) == (placed.width, placed.height) { placed } else { resize(&placed, width, height) }
}

fn crop(cutout: &Rgba, subject: Rect, margin: Option<CropMargin>) -> Rgba {
    let margins = margin.map_or([0; 4], |margin| margin.resolve(subject.width, subject.height));
    // At most half of the subject or 500 pixels, whichever unit it was given in.
    let [top, right, bottom, left] = margins.map(|side| side.min(500));
    cut(
        cutout,
        i64::from(subject.left) - i64::from(left),
        i64::from(subject.top) - i64::from(top),
        left + subject.width + right,
        top + subject.height + bottom,
    )
}

/// The subject at `scale` of the canvas and at its `position` of the room that is left.
fn place(canvas: Rgba, scale: Scale, position: Position) -> Rgba {
    if (scale, position) == (Scale::Original, Position::Original) {
        return canvas;
    }
    let Some(subject) = subject_box(&canvas) else { return canvas };
    let part = cut(&canvas, i64::from(subject.left), i64::from(subject.top), subject.width, subject.height);
    let part = match scale {
        Scale::Original => part,
        Scale::Of(share) => {
            let room = (share.of(canvas.width).max(1), share.of(canvas.height).max(1));
            let (width, height) = fill(part.width, part.height, room);
            resize(&part, width, height)
        }
    };
    let free = (canvas.width.saturating_sub(part.width), canvas.height.saturating_sub(part.height));
    let (left, top) = match position {
        Position::Center => (free.0 / 2, free.1 / 2),
        Position::At { x, y } => (x.of(free.0), y.of(free.1)),
        Position::Original => {
            let keep = |start: u32, old: u32, new: u32, free: u32| (start + old / 2).saturating_sub(new / 2).min(free);
            (
                keep(subject.left, subject.width, part.width, free.0),
                keep(subject.top, subject.height, part.height, free.1),
            )
        }
    };
    let mut placed = Rgba::filled(canvas.width, canvas.height, [0; 4]);
    paste(&mut placed, &part, i64::from(left), i64::from(top));
    placed
}

/// The largest size of the same proportions inside of `room`; sides at least 1.
fn fill(width: u32, height: u32, room: (u32, u32)) -> (u32, u32) {
    let [w, h, rw, rh] = [width, height, room.0, room.1].map(u64::from);
    let (filled_width, filled_height) = if rw * h <= rh * w { (rw, h * rw / w) } else { (w * rh / h, rh) };
    let narrow = |side: u64| u32::try_from(side).unwrap_or(u32::MAX).max(1);
    (narrow(filled_width), narrow(filled_height))
}

fn with_shadow(picture: Rgba, edit: &Edit) -> Rgba {
    match subject_box(&picture) {
        Some(subject) => shadow::cast(picture, subject, edit.shadow, edit.shadow_opacity),
        None => picture,
    }
}

/// `channels=alpha`: the mask as an opaque grey picture, white where the subject is.
fn mask(picture: &Rgba) -> Rgba {
    let grey = picture.pixels.chunks_exact(4).flat_map(|pixel| [pixel[3], pixel[3], pixel[3], 255]).collect();
    Rgba { width: picture.width, height: picture.height, pixels: grey }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// A canvas of 100 × 50 with a subject of 20 × 10 at 10, 30.
    fn canvas() -> Rgba {
        let mut canvas = Rgba::filled(100, 50, [0; 4]);
        paste(&mut canvas, &Rgba::filled(20, 10, [255; 4]), 10, 30);
        canvas
    }

    #[rstest]
    #[case::as_it_is("original", "original", [10, 30, 20, 10])]
    #[case::scaled_in_the_middle("100%", "center", [0, 0, 100, 50])]
    #[case::half_in_the_middle("50%", "center", [25, 12, 50, 25])]
    #[case::to_the_corner("original", "100% 0%", [80, 0, 20, 10])]
    #[case::around_its_old_middle("40%", "original", [0, 25, 40, 20])]
    fn the_subject_is_scaled_and_placed(#[case] scale: &str, #[case] position: &str, #[case] expected: [u32; 4]) {
        let placed = place(canvas(), scale.parse().unwrap(), position.parse().unwrap());
        let Rect { left, top, width, height } = subject_box(&placed).unwrap();
        assert_eq!((placed.width, placed.height), (100, 50));
        assert_eq!([left, top, width, height], expected);
    }

    #[rstest]
    #[case(None, (20, 10), (0, 0))]
    #[case(Some("5px"), (30, 20), (5, 5))]
    #[case(Some("50% 10%"), (24, 20), (2, 5))]
    #[case(Some("1px 2px 30px 4px"), (26, 41), (4, 1))]
    fn cropping_keeps_the_margin_even_beyond_the_canvas(
        #[case] margin: Option<&str>,
        #[case] size: (u32, u32),
        #[case] corner: (u32, u32),
    ) {
        let canvas = canvas();
        let subject = subject_box(&canvas).unwrap();
        let cropped = crop(&canvas, subject, margin.map(|text| text.parse().unwrap()));
        assert_eq!((cropped.width, cropped.height), size);
        assert_eq!(subject_box(&cropped).map(|found| (found.left, found.top)), Some(corner));
    }

    #[test]
    fn hard_alpha_is_all_or_nothing() {
        let mut picture = Rgba::new(2, 1, vec![9, 9, 9, 127, 9, 9, 9, 128]).unwrap();
        harden(&mut picture);
        assert_eq!(picture.pixels, [0, 0, 0, 0, 9, 9, 9, 255]);
    }
}
