//! What a picture is: probe, decode, orient, thumbnail, compose, recolour, encode.
//!
//! Everything here works on plain buffers and files: straight (not premultiplied) 8-bit RGBA in sRGB, rows top-down. The
//! crate knows no service, no account and no screen, and it never trusts a size that a file merely declares.

mod answer;
mod archive;
mod avif;
mod decode;
mod encode;
mod error;
mod examine;
mod export;
mod fingerprint;
mod formats;
mod icc;
mod limits;
mod look;
mod metadata;
mod open;
mod orient;
mod png_rows;
mod probe;
mod resize;
mod rgba;
pub mod scene;
mod sniff;
mod upload;
mod webp_lossy;
mod writers;

pub use answer::{compose_answer, compose_answer_bytes};
pub use decode::{decode, decode_bytes, thumbnail};
pub use encode::{EncodeOptions, OutputFormat, UnknownFormat, encode, encode_to_vec};
pub use error::ImageError;
pub use examine::examine;
pub use export::{ExportFormat, ExportOptions, export};
pub use fingerprint::{BadContentHash, ContentHash, fingerprint, fingerprint_bytes};
pub use limits::Limits;
pub use look::{Background, Look, apply};
pub use metadata::{Metadata, encode_with, metadata};
pub use probe::{Probe, probe, probe_bytes};
pub use resize::{fit, resize};
pub use rgba::Rgba;
pub use sniff::{Format, sniff};
pub use upload::{CopyPlan, Taken, Upload, copy_bytes, upload};
