//! The AV1 pictures of AVIF: single items and grids of them, with their alpha, cropped and turned by the container's properties
//! ([AVIF 1.1](https://aomediacodec.github.io/av1-avif/)). Decoded by `re_rav1d`, dav1d in Rust, without threads.
//!
//! It is C's interface inside, so a panic of it would end the program rather than this call: the sizes are bounded before it is asked,
//! and its own limit is set as well.

use heifer::heifer_isobmff::boxes::Property;
use heifer::heifer_isobmff::{HeifFile, ItemId};
use re_rav1d::dav1d::{Decoder, Error, Picture, Settings};

use super::heif::{alpha_of, container, high_range, nclx, quotient};
use super::{Decoded, damaged, yuv};
use crate::error::ImageError;
use crate::icc::Profile;
use crate::limits::Limits;
use crate::orient::upright;
use crate::rgba::Rgba;
use crate::sniff::Format::Avif;

/// Most tiles in a grid.
const MAX_TILES: usize = 4096;
/// Primaries and transfers that are sRGB, or are shown as if they were: BT.709, unknown, BT.601, sRGB, BT.2020 in SDR.
const PLAIN_PRIMARIES: [u8; 2] = [1, 2];
const PLAIN_TRANSFERS: [u8; 6] = [1, 2, 6, 13, 14, 15];

/// Decodes the main picture, upright.
pub(super) fn decode(file: &HeifFile<'_>, icc: Option<Vec<u8>>, limits: &Limits) -> Result<Decoded, ImageError> {
    let id = file.primary_id;
    let mut colours = (0, 0);
    let mut picture = item(file, id, limits, &mut colours)?;
    if let Some(alpha) = alpha_of(file, id) {
        let matte = item(file, alpha, limits, &mut (0, 0))?;
        if (matte.width, matte.height) != (picture.width, picture.height) {
            return Err(damaged(Avif, "its alpha is of another size"));
        }
        for (pixel, matte) in picture.pixels.chunks_exact_mut(4).zip(matte.pixels.chunks_exact(4)) {
            pixel[3] = matte[0];
        }
    }
    let profile = match (icc, colours) {
        (Some(icc), _) => Profile::Icc(icc),
        (None, (_, 16 | 18)) => return Err(high_range(Avif)),
        (None, (primaries, transfer))
            if PLAIN_PRIMARIES.contains(&primaries) && PLAIN_TRANSFERS.contains(&transfer) =>
        {
            Profile::Srgb
        }
        (None, (primaries, transfer)) => Profile::Cicp { primaries, transfer },
    };
    Ok(Decoded { picture: transformed(file, id, picture)?, profile })
}

/// One coded picture, or a grid of them; `colours` becomes primaries and transfer.
fn item(file: &HeifFile<'_>, id: ItemId, limits: &Limits, colours: &mut (u8, u8)) -> Result<Rgba, ImageError> {
    let error = |error| container(Avif, &error);
    match &file.item(id).map_err(error)?.item_type.0 {
        b"av01" => coded(file, id, id, limits, colours),
        b"grid" => grid(file, id, limits, colours),
        other => {
            let kind = String::from_utf8_lossy(other);
            Err(ImageError::Unsupported { what: format!("this kind of AVIF (an item of kind {kind})") })
        }
    }
}

fn grid(file: &HeifFile<'_>, id: ItemId, limits: &Limits, colours: &mut (u8, u8)) -> Result<Rgba, ImageError> {
    let grid = file.grid(id).map_err(|error| container(Avif, &error))?;
    let (width, height) = (grid.output_width, grid.output_height);
    limits.check_size(width, height)?;
    let tiles = file.referenced_items(id, b"dimg");
    let (columns, rows) = (usize::from(grid.columns), usize::from(grid.rows));
    if width == 0 || height == 0 || tiles.is_empty() || tiles.len() > MAX_TILES || tiles.len() != columns * rows {
        return Err(damaged(Avif, "its tiles do not make up its size"));
    }
    let mut canvas = Rgba::filled(width, height, [0, 0, 0, 255]);
    let mut first = None;
    for (index, tile_id) in tiles.iter().enumerate() {
        let tile = coded(file, *tile_id, id, limits, colours)?;
        let side = *first.get_or_insert((tile.width, tile.height));
        // All of one size, and no tile that lies outside of the picture: nothing is decoded for nothing.
        let (x, y) = (index % columns * side.0 as usize, index / columns * side.1 as usize);
        if side != (tile.width, tile.height) || x >= width as usize || y >= height as usize {
            return Err(damaged(Avif, "its tiles do not make up its size"));
        }
        let (stride, visible) = (width as usize * 4, (width as usize - x).min(side.0 as usize) * 4);
        let below = canvas.pixels.chunks_exact_mut(stride).skip(y);
        for (to, from) in below.zip(tile.pixels.chunks_exact(side.0 as usize * 4)) {
            to[x * 4..x * 4 + visible].copy_from_slice(&from[..visible]);
        }
    }
    Ok(canvas)
}

/// One AV1 picture. The colours are those of `described`, the grid that it belongs to, where they are stated there.
fn coded(
    file: &HeifFile<'_>,
    id: ItemId,
    described: ItemId,
    limits: &Limits,
    colours: &mut (u8, u8),
) -> Result<Rgba, ImageError> {
    let data = file.item_data(id).map_err(|error| container(Avif, &error))?.into_owned();
    let frame = frame(data, limits)?;
    limits.check_size(frame.width(), frame.height())?;
    let stated = nclx(file, id).or_else(|| nclx(file, described));
    let narrow = |value: u16| u8::try_from(value).unwrap_or(2);
    let (primaries, transfer, matrix, full_range) = match stated {
        Some((primaries, transfer, matrix, full)) => (narrow(primaries), narrow(transfer), narrow(matrix), full),
        None => yuv::in_stream(&frame),
    };
    *colours = (primaries, transfer);
    yuv::to_rgba(&frame, matrix, primaries, full_range)
}

/// The first frame of an AV1 stream.
fn frame(data: Vec<u8>, limits: &Limits) -> Result<Picture, ImageError> {
    if data.is_empty() {
        // `re_rav1d` 0.1.3 ends the program over it where debug assertions are on.
        return Err(damaged(Avif, "it holds no picture"));
    }
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_frame_size_limit(u32::try_from(limits.max_pixels).unwrap_or(u32::MAX));
    let mut decoder = Decoder::with_settings(&settings).map_err(in_words)?;
    let mut sent = decoder.send_data(data, None, None, None);
    loop {
        match decoder.get_picture() {
            Ok(picture) => return Ok(picture),
            Err(Error::Again) => {}
            Err(error) => return Err(in_words(error)),
        }
        match sent {
            // All was taken and there is still no picture.
            Ok(()) => return Err(damaged(Avif, "it holds no picture")),
            Err(Error::Again) => sent = decoder.send_pending_data(),
            Err(error) => return Err(in_words(error)),
        }
    }
}

/// Crops, turns and mirrors, in the order of the properties.
fn transformed(file: &HeifFile<'_>, id: ItemId, mut picture: Rgba) -> Result<Rgba, ImageError> {
    for property in file.item_properties(id).map_err(|error| container(Avif, &error))? {
        picture = match *property {
            Property::CleanAperture { width, height, horiz_offset, vert_offset } => {
                crop(&picture, (quotient(width), quotient(height)), (horiz_offset, vert_offset))
            }
            // Anti-clockwise quarters as EXIF orientations.
            Property::Rotation(1) => upright(picture, 8),
            Property::Rotation(2) => upright(picture, 3),
            Property::Rotation(3) => upright(picture, 6),
            Property::Mirror(top_bottom) => upright(picture, if top_bottom { 4 } else { 2 }),
            _ => picture,
        };
    }
    Ok(picture)
}

/// A clean aperture: its size, and how far its centre is from the picture's.
fn crop(picture: &Rgba, (width, height): (u32, u32), (across, down): ((i32, u32), (i32, u32))) -> Rgba {
    let (width, height) = (width.clamp(1, picture.width), height.clamp(1, picture.height));
    let start = |side: u32, cut: u32, (numerator, denominator): (i32, u32)| {
        let offset = f64::from(numerator) / f64::from(denominator.max(1));
        let left = f64::from(side - cut) / 2.0 + offset;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the picture")]
        let left = left.round().clamp(0.0, f64::from(side - cut)) as usize;
        left
    };
    let (x, y) = (start(picture.width, width, across), start(picture.height, height, down));
    let (stride, row) = (picture.width as usize * 4, width as usize * 4);
    let rows = picture.pixels.chunks_exact(stride).skip(y).take(height as usize);
    let pixels = rows.flat_map(|line| &line[x * 4..x * 4 + row]).copied().collect();
    Rgba { width, height, pixels }
}

fn in_words(error: Error) -> ImageError {
    match error {
        Error::UnsupportedBitstream => ImageError::Unsupported { what: "this kind of AVIF".to_owned() },
        other => damaged(Avif, &other),
    }
}
