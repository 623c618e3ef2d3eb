//! The on-device cutout: U²-Netp, edge refinement and foreground colours, on plain RGBA buffers.
//!
//! The model is compiled in and runs on this computer's processor; nothing is sent anywhere. The crate knows no files
//! besides the optional library of onnxruntime, no service and no money.

mod error;
mod matter;

pub use error::MattingError;
pub use matter::{Cutout, Matter, MattingOptions};
