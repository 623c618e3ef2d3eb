//! The on-device cutout: U²-Netp, edge refinement and foreground colours, on plain RGBA buffers.
//!
//! The model is compiled in and runs on this computer's processor; nothing is sent anywhere. Another one may be loaded from a file that the
//! user chose. The crate knows no files besides that and the optional library of onnxruntime, no service and no money.

mod compose;
mod doubt;
mod error;
mod foreground;
mod guided;
mod mask;
mod matter;
mod model;
mod onnx;
mod plane;
mod runtime;
mod scale;

pub use error::MattingError;
pub use mask::Mask;
pub use matter::{Cutout, Matter, MattingOptions};
pub use model::{Family, InputSize, ModelDescription, ModelFile, UnknownFamily};
