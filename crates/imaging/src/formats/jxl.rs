//! JPEG XL by `jxl-oxide`, bare or in its container. The format turns its pictures itself.
//!
//! Its headers are packed by the bit and its frames are found through tables of their own, so the decoder walks them here as well; no
//! pixel is decoded for it. What it may allocate is bounded, and a panic of it is a file that cannot be read.

use std::io::{BufRead, Cursor, Seek};

use jxl_oxide::{AllocTracker, InitializeResult, JxlImage, PixelFormat};

use super::{Decoded, Header, damaged, guarded, jxl_boxes};
use crate::error::ImageError;
use crate::icc::Profile;
use crate::limits::Limits;
use crate::rgba::{Rgba, byte_len};
use crate::sniff::Format;

/// Bytes that the decoder may allocate for headers, tables and the compressed frames.
const WALK_BYTES: usize = 512 << 20;

/// Feeds the picture's boxes to the decoder, which follows the frames without decoding them.
pub(crate) fn header<R: BufRead + Seek>(reader: &mut R, size_bytes: u64) -> Result<Header, ImageError> {
    guarded(Format::JpegXl, || {
        let mut image = None;
        let mut waiting = Some(JxlImage::builder().alloc_tracker(AllocTracker::with_limit(WALK_BYTES)).build_uninit());
        let ends_with_a_box = jxl_boxes::picture(reader, size_bytes, |piece| {
            if let Some(mut unborn) = waiting.take() {
                unborn.feed_bytes(piece).map_err(in_words)?;
                match unborn.try_init().map_err(in_words)? {
                    InitializeResult::NeedMoreData(unborn) => waiting = Some(unborn),
                    InitializeResult::Initialized(born) => image = Some(born),
                }
            } else if let Some(image) = &mut image {
                image.feed_bytes(piece).map_err(in_words)?;
            }
            Ok(())
        })?;
        let Some(mut image) = image else { return Err(ImageError::Truncated { format: Format::JpegXl }) };
        let whole_boxes = image.finalize().is_ok() && ends_with_a_box;
        let metadata = &image.image_header().metadata;
        Ok(Header {
            format: Format::JpegXl,
            width: image.width(),
            height: image.height(),
            orientation: 1,
            has_alpha: metadata.alpha().is_some(),
            complete: whole_boxes && image.is_loading_done(),
            pictures: u32::try_from(image.num_loaded_keyframes()).unwrap_or(u32::MAX).max(1),
        })
    })
}

/// Decodes the first frame, upright.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, ImageError> {
    guarded(Format::JpegXl, || {
        // Floats of every channel, twice for what is blended, and the file itself.
        let most = limits.max_pixels.saturating_mul(4 * 4 * 2).saturating_add(bytes.len() as u64 * 2);
        let tracker = AllocTracker::with_limit(usize::try_from(most).unwrap_or(usize::MAX));
        let mut picture = Vec::with_capacity(bytes.len());
        jxl_boxes::picture(&mut Cursor::new(bytes), bytes.len() as u64, |piece| {
            picture.extend(piece);
            Ok(())
        })?;
        let image = JxlImage::builder().alloc_tracker(tracker).read(picture.as_slice()).map_err(in_words)?;
        if image.hdr_type().is_some() {
            return Err(ImageError::Unsupported { what: "a JPEG XL picture of high dynamic range".to_owned() });
        }
        let (width, height, format) = (image.width(), image.height(), image.pixel_format());
        let channels = match format {
            PixelFormat::Gray => 1,
            PixelFormat::Graya => 2,
            PixelFormat::Rgb => 3,
            PixelFormat::Rgba => 4,
            PixelFormat::Cmyk | PixelFormat::Cmyka => {
                return Err(ImageError::Unsupported { what: "a JPEG XL picture in inks".to_owned() });
            }
        };
        let length =
            byte_len(width, height).ok_or_else(|| damaged(Format::JpegXl, "it declares an impossible size"))?;
        let render = image.render_frame(0).map_err(in_words)?;
        let mut samples = vec![0_u8; length / 4 * channels];
        if render.stream().write_to_buffer(&mut samples) != samples.len() {
            return Err(damaged(Format::JpegXl, "its rows do not make up its size"));
        }
        let pixels = match channels {
            1 => samples.iter().flat_map(|&grey| [grey, grey, grey, 255]).collect(),
            2 => samples.chunks_exact(2).flat_map(|s| [s[0], s[0], s[0], s[1]]).collect(),
            3 => super::opaque(&samples),
            _ => samples,
        };
        let mut picture = Rgba::new(width, height, pixels)?;
        let associated = |info: &jxl_oxide::image::ExtraChannelInfo| info.alpha_associated() == Some(true);
        if image.image_header().metadata.ec_info.iter().any(associated) {
            picture.unpremultiply();
        }
        Ok(Decoded { picture, profile: Profile::Icc(image.rendered_icc()) })
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the decoder's error type, for `map_err`")]
fn in_words(error: Box<dyn std::error::Error + Send + Sync>) -> ImageError {
    damaged(Format::JpegXl, &error.to_string())
}
