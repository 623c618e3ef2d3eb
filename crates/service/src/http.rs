//! The HTTP client behind [`Remover`](crate::Remover). It sends once and reports exactly what was seen; it refuses to know
//! what a failure means for the money, and whether to send again.
//!
//! One call runs through these modules: `connection` says how a service is reached, over the way that `network` names, `payload` is the body with its exact length, `meter` counts it and knows whether its
//! last chunk is out, `exchange` sends it and waits, `head` reads the headers, then `picture` streams a usable answer to the
//! sink (`json_picture` where it is wrapped in JSON) or `refusal` makes an error of it.

mod account;
mod client;
mod connection;
mod exchange;
mod head;
mod inflow;
mod json_picture;
mod meter;
mod network;
mod options;
mod parts;
mod payload;
mod picture;
mod refusal;
mod source;
mod words;

pub use client::HttpRemover;
pub use network::{
    Authorities, BadAuthorities, BadProxy, Network, ProxyAddress, ProxyChoice, ProxyPassword, SharedNetwork,
};
pub use options::HttpOptions;
