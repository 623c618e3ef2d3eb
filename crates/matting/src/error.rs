//! Why there is no cutout.

/// What kept a picture from being cut out.
#[derive(Debug, thiserror::Error)]
pub enum MattingError {
    /// The model sees nothing that stands out. An answer, not a failure.
    #[error("no subject was found in this picture")]
    NoSubject,
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
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
    /// A model's file that cannot be used; why.
    #[error("the model file cannot be used: {0}")]
    Model(String),
    /// The model could not be loaded or run.
    #[error("the on-device model failed: {0}")]
    Runtime(String),
}
