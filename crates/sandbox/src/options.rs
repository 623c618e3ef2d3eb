//! What a practice service is started with, and why it may refuse to start.
//! Knows nothing of HTTP: the command line's flags and the app's preset both end up here.

use std::fmt;
use std::path::PathBuf;

use crate::amount::BadAmount;

/// How to start a practice service. Balances count only where the account is new: one that lies in
/// `state_dir` already goes on where it stopped.
#[derive(Clone)]
pub struct SandboxOptions {
    /// TCP port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The key that `X-Api-Key` must carry.
    pub key: String,
    /// The token that opens the shop, letters and digits (also `-` and `_`). Without one there is no shop.
    pub shop_token: Option<String>,
    /// Credits a month, decimal text; also what the first month starts with.
    pub subscription: String,
    /// Pay-as-you-go credits, decimal text.
    pub payg: String,
    /// Enterprise credits, decimal text.
    pub enterprise: String,
    /// Free previews a month.
    pub free_previews: u32,
    /// Input megapixels a minute; 0 is no limit and sends no `X-RateLimit-*` headers.
    pub rate_limit_mp: u32,
    /// Wait before every answer under `/v1.0`, in milliseconds.
    pub latency_ms: u64,
    /// `/account` shows the balance as it was this long ago, in milliseconds.
    pub account_lag_ms: u64,
    /// Serve this file for every removal instead of running the model.
    pub answer: Option<PathBuf>,
    /// Rules of misbehaviour, JSON; see [`crate::faults`].
    pub faults: Option<PathBuf>,
    /// Folder of the account. Without one it lives in memory only.
    pub state_dir: Option<PathBuf>,
}

impl Default for SandboxOptions {
    /// A small plan with a little of everything, on any free port.
    fn default() -> Self {
        Self {
            port: 0,
            key: "practice".to_owned(),
            shop_token: None,
            subscription: "40".to_owned(),
            payg: "10".to_owned(),
            enterprise: "0".to_owned(),
            free_previews: 50,
            rate_limit_mp: 500,
            latency_ms: 0,
            account_lag_ms: 0,
            answer: None,
            faults: None,
            state_dir: None,
        }
    }
}

impl fmt::Debug for SandboxOptions {
    /// Everything but key and token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxOptions")
            .field("port", &self.port)
            .field("subscription", &self.subscription)
            .field("payg", &self.payg)
            .field("enterprise", &self.enterprise)
            .field("free_previews", &self.free_previews)
            .field("rate_limit_mp", &self.rate_limit_mp)
            .field("latency_ms", &self.latency_ms)
            .field("account_lag_ms", &self.account_lag_ms)
            .field("answer", &self.answer)
            .field("faults", &self.faults)
            .field("state_dir", &self.state_dir)
            .finish_non_exhaustive()
    }
}

/// Why a practice service could not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The port is taken or not allowed.
    #[error("cannot listen on 127.0.0.1 port {port}: {source}")]
    Bind {
        /// The port that was asked for.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// An empty key, or one that no HTTP header can carry.
    #[error("the practice key must be one or more visible ASCII characters")]
    BadKey,
    /// A token that cannot stand in an address as it is.
    #[error("the shop's token must be one or more letters and digits")]
    BadShopToken,
    /// A balance that is not a plain decimal.
    #[error("{name}: {source}")]
    BadAmount {
        /// Which option.
        name: &'static str,
        /// What is wrong with it.
        source: BadAmount,
    },
    /// The faults file cannot be read or makes no sense.
    #[error("faults file {}: {reason}", path.display())]
    Faults {
        /// The file.
        path: PathBuf,
        /// What is wrong, in words.
        reason: String,
    },
    /// The canned answer cannot be read or is no picture and no ZIP of one.
    #[error("answer file {}: {reason}", path.display())]
    Answer {
        /// The file.
        path: PathBuf,
        /// What is wrong, in words.
        reason: String,
    },
    /// Another process owns the account in this folder.
    #[error("the practice account in {} is in use by another process", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The account's folder or journal cannot be used.
    #[error("practice account in {}: {source}", path.display())]
    State {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The journal holds a line that this program does not understand.
    #[error("practice account {}: line {line} cannot be read ({reason}); move the file away to start afresh", path.display())]
    Journal {
        /// The journal.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong, in words.
        reason: String,
    },
    /// The model cannot be prepared.
    #[error("the on-device model: {reason}")]
    Model {
        /// What is wrong, in words.
        reason: String,
    },
    /// The client that fetches addresses cannot be made.
    #[error("the client for image addresses: {reason}")]
    Client {
        /// What is wrong, in words.
        reason: String,
    },
}
