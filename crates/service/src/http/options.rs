//! How long the client waits for what, and how much it takes.

use std::time::Duration;

use super::network::SharedNetwork;

/// Waits and bounds of a client, and its way to the network. Each wait fails as its own [`Phase`](crate::Phase).
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// Finding and reaching the service, until the first byte of the body can be handed over.
    pub connect_timeout: Duration,
    /// Longest standstill while uploading.
    pub upload_idle: Duration,
    /// From the last byte of the body to the answer's head. Generous: giving up here may lose a paid answer.
    pub answer_timeout: Duration,
    /// Longest standstill while the answer arrives.
    pub download_idle: Duration,
    /// Longest time for a whole answer, against one that drips for ever.
    pub download_total: Duration,
    /// For the whole of `/account`.
    pub account_timeout: Duration,
    /// Largest answer taken, bytes of the picture. Above the largest PNG of 50 megapixels.
    pub max_answer_bytes: u64,
    /// Proxy and certificates; one for all clients that were given clones of it.
    pub network: SharedNetwork,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(20),
            upload_idle: Duration::from_secs(60),
            answer_timeout: Duration::from_secs(300),
            download_idle: Duration::from_secs(60),
            download_total: Duration::from_secs(1800),
            account_timeout: Duration::from_secs(30),
            max_answer_bytes: 256 * 1024 * 1024,
            network: SharedNetwork::default(),
        }
    }
}
