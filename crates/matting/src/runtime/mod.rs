//! What runs the network: a trait of one call, and the choice between its two implementations.
//!
//! rten is compiled in and always there. onnxruntime is about three times as fast and is used when its library is named
//! or lies beside the program; when that fails for any reason, the built-in one does the work.

mod builtin;
mod onnxruntime;

use std::path::{Path, PathBuf};

use crate::error::MattingError;
use crate::mask::Tensor;

/// U²-Netp with symbolic height and width and the fused mask as its only output.
static MODEL: &[u8] = include_bytes!("../../model/u2netp-dynamic.onnx");

/// A loaded network.
pub(crate) trait Runtime: Send + Sync {
    /// The runtime's name for people and logs.
    fn name(&self) -> &'static str;

    /// Runs the network on a 1 × 3 × height × width tensor. Gives the `height × width` values of its first output.
    fn run(&self, input: &Tensor) -> Result<Vec<f32>, MattingError>;
}

/// Loads a network: the file at `network`, or the compiled-in one. With onnxruntime if `library` names it or it lies beside the program,
/// else with rten.
pub(crate) fn load(
    library: Option<PathBuf>,
    network: Option<&Path>,
    threads: usize,
) -> Result<Box<dyn Runtime>, MattingError> {
    if let Some(path) = library.or_else(onnxruntime::beside_program) {
        match onnxruntime::OnnxRuntime::load(&path, network, threads) {
            Ok(runtime) => return Ok(Box::new(runtime)),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "onnxruntime cannot be used; the built-in runtime is");
            }
        }
    }
    match network {
        None => Ok(Box::new(builtin::Rten::load(threads)?)),
        Some(network) => Ok(Box::new(builtin::Rten::load_file(network, threads)?)),
    }
}
