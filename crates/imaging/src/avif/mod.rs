//! Writing AVIF: colour and alpha as AV1 still pictures, in one file. Small pictures are one frame; large ones are a grid of tiles, each coded
//! by itself, so that the memory an export takes hardly grows with its picture. Reading is [`crate::formats`]'s.
//!
//! The colours are sRGB and declared by their code points, without a profile. Nothing is known here of what a picture is for.

mod container;
mod planes;

use std::borrow::Cow;
use std::io::Write;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rav1e::color::{ColorDescription, ColorPrimaries, MatrixCoefficients, PixelRange, TransferCharacteristics};
use rav1e::prelude::{ChromaSampling, Config, Context, EncoderConfig, EncoderStatus};

use crate::error::ImageError;
use crate::metadata::Metadata;
use crate::rgba::Rgba;
use container::{Coded, Layer};
use planes::Planes;

/// Longest side in pixels: the limit of both AV1 and of what a grid says of itself in 16 bits.
const SIDE: u32 = 65_535;
/// Of rav1e's 0 to 10, slowest first. The fastest that is worth it: 9 and 10 take 0.7 and 0.4 of the CPU and write 10 and 35 per cent more bytes,
/// which is no smaller than WebP; 6 and 7 take longer and write the same (figures in `ARCHITECTURE.md`).
const SPEED: u8 = 8;
/// Most pixels of one frame. rav1e holds about 23 bytes of memory a pixel, alpha beside colour; not every reader puts a grid together, so that
/// what fits is one frame.
const FRAME_PIXELS: u64 = 1 << 24;
/// Longest side of a grid's tile in pixels: 20 MB while it is coded.
const TILE_SIDE: u32 = 1024;
/// Most tiles that are coded at a time, whatever the machine: memory again.
const MOST_THREADS: usize = 4;
/// From this quality on colour keeps its full resolution; below it is sampled at half, as in JPEG and WebP.
const FULL_COLOUR: u8 = 90;

/// How a picture is cut into tiles of one size; one tile is the whole picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Grid {
    columns: u32,
    rows: u32,
    tile: (u32, u32),
}

impl Grid {
    fn of(width: u32, height: u32) -> Self {
        if u64::from(width) * u64::from(height) <= FRAME_PIXELS {
            return Self { columns: 1, rows: 1, tile: (width, height) };
        }
        let (columns, rows) = (width.div_ceil(TILE_SIDE), height.div_ceil(TILE_SIDE));
        // Even, so that the samples of colour fit together at half resolution.
        let side = |whole: u32, count: u32| whole.div_ceil(count).next_multiple_of(2);
        Self { columns, rows, tile: (side(width, columns), side(height, rows)) }
    }

    fn count(self) -> usize {
        self.columns as usize * self.rows as usize
    }

    /// One tile's pixels; beyond the picture's rim its last ones are repeated.
    fn tile(self, picture: &Rgba, index: usize) -> Cow<'_, Rgba> {
        let (width, height) = (self.tile.0 as usize, self.tile.1 as usize);
        if self.count() == 1 {
            return Cow::Borrowed(picture);
        }
        let (left, top) = (index % self.columns as usize * width, index / self.columns as usize * height);
        let (rows, _) = picture.pixels.as_chunks::<4>();
        let mut pixels = Vec::with_capacity(width * height * 4);
        for y in top..top + height {
            let row = &rows[y.min(picture.height as usize - 1) * picture.width as usize..][..picture.width as usize];
            let inside = &row[left..row.len().min(left + width)];
            pixels.extend(inside.as_flattened());
            let last = inside.last().copied().unwrap_or_default();
            pixels.extend(std::iter::repeat_n(last, width - inside.len()).flatten());
        }
        Cow::Owned(Rgba { width: self.tile.0, height: self.tile.1, pixels })
    }
}

/// Writes a picture at a quality of 1 to 100. The writer is not flushed.
pub(crate) fn write(picture: &Rgba, quality: u8, metadata: &Metadata, out: &mut dyn Write) -> Result<(), ImageError> {
    let (width, height) = (picture.width, picture.height);
    if width.max(height) > SIDE {
        return Err(ImageError::CannotEncode { format: "AVIF", width, height });
    }
    let grid = Grid::of(width, height);
    let has_alpha = picture.has_transparency();
    let (colour, alpha) = code_all(picture, grid, quality, has_alpha)?;
    let layer = |tiles| Layer { columns: grid.columns, rows: grid.rows, tile: grid.tile, tiles };
    let alpha = has_alpha.then(|| layer(alpha));
    Ok(container::write((width, height), &layer(colour), alpha.as_ref(), metadata, out)?)
}

/// All tiles of colour and, where it is asked for, of alpha, in the order of the grid; a few at a time.
fn code_all(picture: &Rgba, grid: Grid, quality: u8, has_alpha: bool) -> Result<(Vec<Coded>, Vec<Coded>), ImageError> {
    let layers = if has_alpha { 2 } else { 1 };
    let jobs = grid.count() * layers;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let job = next.fetch_add(1, Ordering::Relaxed);
            if job >= jobs {
                return Ok(done);
            }
            let tile = grid.tile(picture, job / layers);
            let coded =
                if job.is_multiple_of(layers) { code_colour(&tile, quality)? } else { code_alpha(&tile, quality)? };
            done.push((job, coded));
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS).min(jobs);
    let done = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let results = workers.into_iter().map(|worker| {
            let stopped = |_| Err(ImageError::Encode("rav1e gave up".to_owned()));
            worker.join().unwrap_or_else(stopped)
        });
        results.collect::<Result<Vec<_>, ImageError>>()
    })?;
    let mut done: Vec<_> = done.into_iter().flatten().collect();
    done.sort_unstable_by_key(|(job, _)| *job);
    let (colour, alpha): (Vec<_>, Vec<_>) = done.into_iter().partition(|(job, _)| job.is_multiple_of(layers));
    let only = |tiles: Vec<(usize, Coded)>| tiles.into_iter().map(|(_, coded)| coded).collect();
    Ok((only(colour), only(alpha)))
}

fn code_colour(tile: &Rgba, quality: u8) -> Result<Coded, ImageError> {
    let chroma = if quality >= FULL_COLOUR { ChromaSampling::Cs444 } else { ChromaSampling::Cs420 };
    code(&Planes::of_colour(tile, chroma == ChromaSampling::Cs420), chroma, quantizer(quality))
}

/// Alpha is coded finer than colour: an edge shows on every background.
fn code_alpha(tile: &Rgba, quality: u8) -> Result<Coded, ImageError> {
    code(&Planes::of_alpha(tile), ChromaSampling::Cs400, quantizer(quality) / 4)
}

/// AV1's index of 256 quantizers, finest first. Evenly, as libavif does, so that qualities mean the same here and there.
fn quantizer(quality: u8) -> usize {
    (100 - usize::from(quality.clamp(1, 100))) * 255 / 100
}

/// One still picture.
fn code(planes: &Planes, chroma: ChromaSampling, quantizer: usize) -> Result<Coded, ImageError> {
    let mut config = EncoderConfig::with_speed_preset(SPEED);
    (config.width, config.height) = (planes.width, planes.height);
    config.still_picture = true;
    config.chroma_sampling = chroma;
    config.pixel_range = PixelRange::Full;
    config.quantizer = quantizer;
    if chroma != ChromaSampling::Cs400 {
        config.color_description = Some(ColorDescription {
            color_primaries: ColorPrimaries::BT709,
            transfer_characteristics: TransferCharacteristics::SRGB,
            matrix_coefficients: MatrixCoefficients::BT601,
        });
    }
    let trouble = |error: &dyn std::fmt::Display| ImageError::Encode(format!("rav1e: {error}"));
    let config = Config::new().with_encoder_config(config).with_threads(1);
    let mut encoder: Context<u8> = config.new_context().map_err(|error| trouble(&error))?;
    let mut frame = encoder.new_frame();
    for (plane, samples) in frame.planes.iter_mut().zip(&planes.samples) {
        let stride = (planes.width + plane.cfg.xdec) >> plane.cfg.xdec;
        plane.copy_from_raw_u8(samples, stride, 1);
    }
    encoder.send_frame(frame).map_err(|error| trouble(&error))?;
    encoder.flush();
    let mut data = Vec::new();
    loop {
        match encoder.receive_packet() {
            Ok(packet) => data.extend(packet.data),
            Err(EncoderStatus::Encoded) => {}
            Err(EncoderStatus::LimitReached) => break,
            Err(error) => return Err(trouble(&error)),
        }
    }
    // A temporal delimiter has no place in an item.
    let data = data.strip_prefix(&[0x12, 0]).map(<[u8]>::to_vec).unwrap_or(data);
    Ok(Coded { configuration: encoder.container_sequence_header(), data })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::one_frame(4096, 4096, (1, 1, (4096, 4096)))]
    #[case::odd(33, 17, (1, 1, (33, 17)))]
    #[case::fifty_megapixels(8660, 5773, (9, 6, (964, 964)))]
    #[case::a_banner(65_535, 300, (64, 1, (1024, 300)))]
    fn a_grid_covers_its_picture_with_tiles_of_one_even_size(
        #[case] width: u32,
        #[case] height: u32,
        #[case] expected: (u32, u32, (u32, u32)),
    ) {
        let Grid { columns, rows, tile } = Grid::of(width, height);
        assert_eq!((columns, rows, tile), expected);
        assert!(columns * tile.0 >= width && (columns - 1) * tile.0 < width, "no tile lies outside");
        assert!(rows * tile.1 >= height && (rows - 1) * tile.1 < height);
    }

    #[test]
    fn a_tile_beyond_the_rim_repeats_the_last_pixels() {
        let pixels = (0..6_u8).flat_map(|at| [at, 0, 0, 255]).collect();
        let picture = Rgba { width: 3, height: 2, pixels };
        let grid = Grid { columns: 2, rows: 1, tile: (2, 4) };
        let reds: Vec<_> = grid.tile(&picture, 1).pixels.chunks_exact(4).map(|pixel| pixel[0]).collect();
        assert_eq!(reds, [2, 2, 5, 5, 5, 5, 5, 5]);
    }
}
