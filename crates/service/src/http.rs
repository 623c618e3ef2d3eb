//! The HTTP client behind [`Remover`](crate::Remover). It sends once and reports exactly what was seen; it refuses to know
//! what a failure means for the money, and whether to send again.

mod client;
mod options;

pub use client::HttpRemover;
pub use options::HttpOptions;
