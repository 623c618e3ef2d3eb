//! Writing lossy WebP: the colours by libwebp, the alpha by `image`, the file around both by hand.
//!
//! libwebp alone would do all of it, and takes 900 MB for 50 megapixels: it copies the pixels, makes its planes of the copy, and packs the alpha as
//! a picture of four bytes a pixel with tables beside it. Asked for the colours only, straight from our pixels, it takes its planes and
//! little more, and the alpha comes after these are gone. Knows nothing of metadata.
#![expect(unsafe_code, reason = "libwebp's safe binding offers only the way by the copy")]

use std::ffi::{c_int, c_void};
use std::slice;

use image::ExtendedColorType;
use image::codecs::webp::WebPEncoder;
use libwebp_sys::{
    WebPCleanupTransparentArea, WebPConfig, WebPEncCSP, WebPEncode, WebPPicture, WebPPictureFree, WebPPictureImportRGBA,
};

use crate::error::ImageError;
use crate::rgba::Rgba;
use crate::upload::webp_chunk;

/// Longest side in pixels.
const SIDE: u32 = 16_383;
/// Bytes of a file before its first chunk.
const FILE_HEAD: usize = 12;
/// Bytes of a chunk before its content.
const CHUNK_HEAD: usize = 8;
/// Bytes of a lossless picture before what an alpha chunk holds of it: a signature, the size, whether there is alpha.
const LOSSLESS_HEAD: usize = 5;

/// The picture as a file, at a quality of 1 to 100. Alpha is without loss.
pub(crate) fn encode(picture: &Rgba, quality: u8) -> Result<Vec<u8>, ImageError> {
    picture.check()?;
    let (width, height) = (picture.width, picture.height);
    if width.max(height) > SIDE {
        return Err(ImageError::CannotEncode { format: "WebP", width, height });
    }
    let colour = colour(picture, quality)?;
    if !picture.has_transparency() {
        return Ok(colour);
    }
    let [w0, w1, w2, _] = (width - 1).to_le_bytes();
    let [h0, h1, h2, _] = (height - 1).to_le_bytes();
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    webp_chunk(&mut file, b"VP8X", &[0x10, 0, 0, 0, w0, w1, w2, h0, h1, h2]);
    webp_chunk(&mut file, b"ALPH", &alpha(picture)?);
    file.extend(colour.get(FILE_HEAD..).unwrap_or_default());
    let size = u32::try_from(file.len() - 8).map_err(|_| ImageError::Encode("more than 4 GB".to_owned()))?;
    file[4..8].copy_from_slice(&size.to_le_bytes());
    Ok(file)
}

/// What an alpha chunk holds: how it is packed, and a lossless picture without its head.
fn alpha(picture: &Rgba) -> Result<Vec<u8>, ImageError> {
    let alpha: Vec<u8> = picture.pixels.chunks_exact(4).map(|pixel| pixel[3]).collect();
    let mut file = Vec::new();
    WebPEncoder::new_lossless(&mut file)
        .encode(&alpha, picture.width, picture.height, ExtendedColorType::L8)
        .map_err(|error| ImageError::Encode(error.to_string()))?;
    let length = file.get(FILE_HEAD + 4..FILE_HEAD + CHUNK_HEAD).and_then(|length| length.try_into().ok());
    let end = FILE_HEAD + CHUNK_HEAD + u32::from_le_bytes(length.unwrap_or_default()) as usize;
    let packed = file.get(FILE_HEAD + CHUNK_HEAD + LOSSLESS_HEAD..end);
    let packed = packed.ok_or_else(|| ImageError::Encode("the alpha was not packed".to_owned()))?;
    // Packed without loss, not filtered, not reduced.
    Ok([&[1], packed].concat())
}

/// A file of the colours alone.
fn colour(picture: &Rgba, quality: u8) -> Result<Vec<u8>, ImageError> {
    let wrong = || ImageError::Encode("libwebp is of another version".to_owned());
    let mut config = WebPConfig::new().map_err(|()| wrong())?;
    config.quality = f32::from(quality);
    // No list of everything that is to be written: it is counted first and coded again.
    config.low_memory = 1;
    let mut planes = Planes(WebPPicture::new().map_err(|()| wrong())?);
    let side = |side: u32| c_int::try_from(side).map_err(|_| wrong());
    (planes.0.width, planes.0.height) = (side(picture.width)?, side(picture.height)?);
    planes.0.use_argb = 0;
    let mut file: Vec<u8> = Vec::new();
    planes.0.writer = Some(append);
    planes.0.custom_ptr = (&raw mut file).cast::<c_void>();
    let stride = side(picture.width * 4)?;
    // SAFETY: the buffer holds `width × height × 4` bytes (checked by the caller), which is what is read at this stride; it is only read, and
    // not after the call. On success the planes belong to the picture, which `Planes` frees.
    let taken = unsafe { WebPPictureImportRGBA(&raw mut planes.0, picture.pixels.as_ptr(), stride) };
    if taken == 0 {
        return Err(ImageError::Encode(format!("libwebp: {:?}", planes.0.error_code)));
    }
    // SAFETY: the planes are those that were just made. Needs the alpha, which is not coded here: taken away from sight after it, its memory is
    // still the picture's and freed with it.
    unsafe { WebPCleanupTransparentArea(&raw mut planes.0) };
    planes.0.colorspace = WebPEncCSP::WEBP_YUV420;
    planes.0.a = std::ptr::null_mut();
    // SAFETY: both were made by libwebp's own functions of this version; `append` gets the picture, whose `custom_ptr` is `file`, which outlives
    // the call and is not touched in between.
    let done = unsafe { WebPEncode(&raw const config, &raw mut planes.0) };
    if done == 0 {
        return Err(ImageError::Encode(format!("libwebp: {:?}", planes.0.error_code)));
    }
    Ok(file)
}

/// libwebp's picture, freed when it goes.
struct Planes(WebPPicture);

impl Drop for Planes {
    fn drop(&mut self) {
        // SAFETY: made by `WebPPicture::new`, freed once.
        unsafe { WebPPictureFree(&raw mut self.0) };
    }
}

/// Takes what libwebp has written; 1 is "go on".
unsafe extern "C" fn append(data: *const u8, size: usize, picture: *const WebPPicture) -> c_int {
    if size > 0 {
        // SAFETY: libwebp calls with `size` readable bytes and the picture that was handed to `WebPEncode`, whose `custom_ptr` is a `Vec<u8>` nobody
        // else holds meanwhile.
        unsafe { (*(*picture).custom_ptr.cast::<Vec<u8>>()).extend_from_slice(slice::from_raw_parts(data, size)) };
    }
    1
}
