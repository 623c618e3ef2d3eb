//! Why a picture could not be read or written, one variant per cause, in words a user can act on.
//!
//! The messages name no path: whoever shows them knows which file it asked about.

use std::io;

use crate::sniff::Format;

/// What went wrong with a picture.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// There is no file at this path.
    #[error("there is no such file")]
    NotFound,
    /// The path names a folder.
    #[error("this is a folder, not a picture")]
    IsFolder,
    /// The file has no bytes.
    #[error("the file is empty (0 bytes)")]
    Empty,
    /// The content is none of the formats known here, whatever the file is called.
    #[error("this is not a picture: the content is of no format that Clearcut reads")]
    NotAPicture,
    /// A picture, but of a kind that cannot be read here.
    #[error("{what} cannot be read; save it as JPEG, PNG or TIFF and try again")]
    Unsupported {
        /// The kind, with its article: "a Photoshop document", "a 12-bit JPEG".
        what: String,
    },
    /// The file ends before the picture does.
    #[error("the {format} file is cut off: the end of the picture is missing")]
    Truncated {
        /// What the file began as.
        format: Format,
    },
    /// The file contradicts its own format.
    #[error("the {format} file is damaged: {detail}")]
    Damaged {
        /// What the file claims to be.
        format: Format,
        /// What the decoder objected to.
        detail: String,
    },
    /// More pixels than the limits allow; nothing was decoded.
    #[error(
        "the picture is too large: {width} × {height} pixels, {:.0} megapixels where at most {:.0} are read",
        f64::from(*width) * f64::from(*height) / 1e6, *limit as f64 / 1e6
    )]
    TooLarge {
        /// Declared width in pixels.
        width: u32,
        /// Declared height in pixels.
        height: u32,
        /// The limit in pixels.
        limit: u64,
    },
    /// One side is longer than the limits allow; nothing was decoded.
    #[error("the picture is too large: {width} × {height} pixels where a side may have at most {limit}")]
    SideTooLong {
        /// Declared width in pixels.
        width: u32,
        /// Declared height in pixels.
        height: u32,
        /// The limit in pixels.
        limit: u32,
    },
    /// More bytes than the limits allow; nothing was read.
    #[error(
        "the file is too large: {:.1} MB where at most {:.1} MB are read",
        *size_bytes as f64 / 1e6, *limit as f64 / 1e6
    )]
    TooManyBytes {
        /// Size of the file in bytes.
        size_bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A ZIP answer that would unpack to far more than it may.
    #[error("the ZIP answer was refused as a decompression bomb: {0}")]
    ZipBomb(String),
    /// A ZIP answer that is broken or does not hold `color.jpg` and `alpha.png`.
    #[error("the ZIP answer is not usable: {0}")]
    BadZip(String),
    /// Colour and alpha of a ZIP answer do not belong together.
    #[error("the ZIP answer is not usable: its colour has {colour} pixels and its alpha {alpha}")]
    SizesDisagree {
        /// Size of `color.jpg`, as "width × height".
        colour: String,
        /// Size of `alpha.png`, as "width × height".
        alpha: String,
    },
    /// A buffer's length does not match its width and height, or one of them is zero.
    #[error("a buffer of {length} bytes is no RGBA picture of {width} × {height} pixels")]
    BadBuffer {
        /// Length of the buffer in bytes.
        length: usize,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Edits that need a picture beside the cutout, which was not handed in.
    #[error("{0} is needed to make this picture and is not there")]
    LayerMissing(&'static str),
    /// The picture has more pixels a side than the output format can hold.
    #[error("{format} cannot hold {width} × {height} pixels; choose PNG")]
    CannotEncode {
        /// The format asked for.
        format: &'static str,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// An encoder failed for a reason of its own.
    #[error("the picture could not be encoded: {0}")]
    Encode(String),
    /// The disk or the system refused.
    #[error("the file could not be read or written: {0}")]
    Io(#[from] io::Error),
}

impl ImageError {
    /// Turns an error of opening a path into the variant that names its cause.
    pub(crate) fn from_open(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NotFound,
            io::ErrorKind::IsADirectory => Self::IsFolder,
            _ => Self::Io(error),
        }
    }
}
