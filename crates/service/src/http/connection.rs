//! How the client reaches a service: once, directly, patiently. Everything the HTTP library would do on its own is switched
//! off here, in one place.

use std::time::Duration;

use reqwest::{Client, ClientBuilder};

use super::network::Network;
use super::options::HttpOptions;
use super::words::Cleaner;
use crate::error::SetupError;
use crate::profile::{Profile, is_loopback};

/// The name the client gives itself.
const USER_AGENT: &str = concat!("Clearcut/", env!("CARGO_PKG_VERSION"));

/// How often a silent connection is asked whether it still stands.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// The HTTP client for one service.
pub(super) fn client(profile: &Profile, options: &HttpOptions, network: &Network) -> Result<Client, SetupError> {
    let not_built = |error: reqwest::Error| SetupError::Client(Cleaner::new(None).cause(&error));
    // A charged request is sent once, to one place, over a connection of its own: a reused one that the other side has just
    // closed would fail in a way that cannot be told from a lost answer.
    let mut builder = Client::builder()
        .user_agent(USER_AGENT)
        .retry(reqwest::retry::never())
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .http1_only()
        .pool_max_idle_per_host(0)
        .tcp_nodelay(true)
        .connect_timeout(options.connect_timeout);
    let unencrypted = profile.prefix.scheme() == "http";
    if unencrypted || is_loopback(&profile.prefix) {
        // A proxy would read the key, and this computer needs none.
        builder = builder.no_proxy();
    } else {
        builder = network.choose(builder).map_err(not_built)?;
    }
    if unencrypted {
        // No certificate is ever asked for: the practice service must work where the system has no root certificates.
        builder = builder.tls_certs_only([]);
    } else if is_loopback(&profile.prefix) {
        builder = network.believe(builder);
    }
    patient(builder, options).build().map_err(not_built)
}

/// A network that is away for half a minute must not lose an answer that is being worked on: how long to wait is decided by
/// [`HttpOptions`] alone, so the transport gives up later than they do.
fn patient(builder: ClientBuilder, options: &HttpOptions) -> ClientBuilder {
    let asked = options.answer_timeout.as_secs() / KEEPALIVE.as_secs() + 2;
    // Systems take at most 127.
    let retries = u32::try_from(asked).unwrap_or(u32::MAX).clamp(3, 100);
    let builder = builder.tcp_keepalive(KEEPALIVE).tcp_keepalive_interval(KEEPALIVE).tcp_keepalive_retries(retries);
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    let builder = builder.tcp_user_timeout(None);
    builder
}
