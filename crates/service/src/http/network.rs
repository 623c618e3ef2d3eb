//! The way to the network: through which proxy, and whose certificates are believed beside the system's. It may change while clients
//! are at work; what is on its way goes on as it began. Where the settings come from is not known here.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Certificate, ClientBuilder};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use url::Url;

use crate::key::ApiKey;

/// No file of certificates is larger, bytes: the roots of every public authority take a fifth of it.
const LARGEST_PEM: usize = 1024 * 1024;

/// Proxy and certificates.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Through whom.
    pub proxy: ProxyChoice,
    /// Certificates of authorities that are believed beside the system's.
    pub authorities: Option<Authorities>,
}

/// Through which proxy encrypted requests go. What is not encrypted, and what stays on this computer, goes through none.
#[derive(Clone, Debug, Default)]
pub enum ProxyChoice {
    /// The one that the system or its environment variables name, if they do.
    #[default]
    System,
    /// None, whatever the system says.
    None,
    /// This one.
    At(ProxyAddress),
}

/// A proxy's address, and who asks it.
#[derive(Clone, Debug)]
pub struct ProxyAddress {
    url: Url,
    user: Option<String>,
    password: Option<ProxyPassword>,
}

/// A proxy's password. It cannot be printed.
#[derive(Clone)]
pub struct ProxyPassword(SecretString);

/// Why a text is no address of a proxy.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum BadProxy {
    /// Not host and port.
    #[error("it is not the address of a proxy")]
    Address,
    /// Neither `http` nor `https`.
    #[error("proxies of the kind {0} are not supported")]
    Kind(String),
    /// A name or password in the address itself, where it would be written down with it.
    #[error("name and password do not belong into the address")]
    Credentials,
}

/// Why a file holds no certificates of authorities.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum BadAuthorities {
    /// Nothing in it that begins like a certificate.
    #[error("it holds no certificate in PEM form")]
    None,
    /// It cannot be read as certificates.
    #[error("it holds a certificate that cannot be read")]
    Unreadable,
    /// Larger than all public authorities together.
    #[error("it is too large to be certificates")]
    TooLarge,
}

impl ProxyAddress {
    /// The proxy at `address`, as people write it: `proxy.example:8080`, or with `http://` or `https://` before it.
    ///
    /// # Errors
    /// [`BadProxy`] when it is anything else.
    pub fn new(address: &str, user: Option<String>, password: Option<ProxyPassword>) -> Result<Self, BadProxy> {
        let address = address.trim();
        let spelled = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
        let url = Url::parse(&spelled).map_err(|_| BadProxy::Address)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BadProxy::Kind(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadProxy::Credentials);
        }
        let bare =
            url.has_host() && matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        if !bare {
            return Err(BadProxy::Address);
        }
        Ok(Self { url, user: user.filter(|user| !user.is_empty()), password })
    }

    /// The address as it is kept: scheme, host and port, never a name or password.
    #[must_use]
    pub fn address(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    fn proxy(&self) -> reqwest::Result<reqwest::Proxy> {
        let proxy = reqwest::Proxy::all(self.url.clone())?;
        let Some(user) = &self.user else { return Ok(proxy) };
        let password = self.password.as_ref().map_or("", |password| password.0.expose_secret());
        Ok(proxy.basic_auth(user, password))
    }
}

impl ProxyPassword {
    /// Takes a password as typed. It may hold any character.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The password in a form that keyrings for keys take; `None` where it is too long for one.
    #[must_use]
    pub fn to_key(&self) -> Option<ApiKey> {
        ApiKey::new(STANDARD.encode(self.0.expose_secret())).ok()
    }

    /// The password of [`to_key`](Self::to_key); `None` for any other key.
    #[must_use]
    pub fn from_key(key: &ApiKey) -> Option<Self> {
        String::from_utf8(STANDARD.decode(key.expose()).ok()?).ok().map(Self::new)
    }
}

impl fmt::Debug for ProxyPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxyPassword(…)")
    }
}

/// Certificates of authorities, as PEM.
#[derive(Clone)]
pub struct Authorities(Vec<Certificate>);

impl Authorities {
    /// Reads a file's content.
    ///
    /// # Errors
    /// [`BadAuthorities`] when it holds no certificates, or one that cannot be read.
    pub fn from_pem(pem: &[u8]) -> Result<Self, BadAuthorities> {
        if pem.len() > LARGEST_PEM {
            return Err(BadAuthorities::TooLarge);
        }
        let certificates = Certificate::from_pem_bundle(pem).map_err(|_| BadAuthorities::Unreadable)?;
        if certificates.is_empty() {
            return Err(BadAuthorities::None);
        }
        // Whether they are certificates at all is found out only where they are used.
        let probe = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        probe.tls_certs_only(certificates.clone()).build().map_err(|_| BadAuthorities::Unreadable)?;
        Ok(Self(certificates))
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorities({})", self.0.len())
    }
}

impl Network {
    /// Puts the choice into a client that goes over a network and encrypted.
    pub(super) fn choose(&self, builder: ClientBuilder) -> reqwest::Result<ClientBuilder> {
        let builder = match &self.proxy {
            ProxyChoice::System => builder,
            ProxyChoice::None => builder.no_proxy(),
            ProxyChoice::At(address) => builder.proxy(address.proxy()?),
        };
        Ok(self.believe(builder))
    }

    /// The authorities alone.
    pub(super) fn believe(&self, builder: ClientBuilder) -> ClientBuilder {
        match &self.authorities {
            Some(authorities) => builder.tls_certs_merge(authorities.0.iter().cloned()),
            None => builder,
        }
    }
}

/// One [`Network`] for all clients of a program.
#[derive(Clone, Debug, Default)]
pub struct SharedNetwork(Arc<RwLock<Arc<Network>>>);

impl SharedNetwork {
    /// From the next request on this is the way.
    pub fn change(&self, network: Network) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(network);
    }

    /// The way now.
    pub(super) fn now(&self) -> Arc<Network> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("proxy.example:8080", "http://proxy.example:8080")]
    #[case(" http://10.0.0.1:3128/ ", "http://10.0.0.1:3128")]
    #[case("https://proxy.example", "https://proxy.example")]
    fn an_address_is_taken_as_people_write_it(#[case] text: &str, #[case] kept: &str) {
        assert_eq!(ProxyAddress::new(text, None, None).unwrap().address(), kept);
    }

    #[rstest]
    #[case("", BadProxy::Address)]
    #[case("http://", BadProxy::Address)]
    #[case("proxy.example:8080/pac", BadProxy::Address)]
    #[case("proxy.example:99999", BadProxy::Address)]
    #[case("socks5://127.0.0.1:9050", BadProxy::Kind("socks5".to_owned()))]
    #[case("http://me:secret@proxy.example:8080", BadProxy::Credentials)]
    fn anything_else_is_refused(#[case] text: &str, #[case] why: BadProxy) {
        assert_eq!(ProxyAddress::new(text, None, None).unwrap_err(), why);
    }

    #[test]
    fn a_password_survives_the_keyring_and_shows_nowhere() {
        let password = ProxyPassword::new("päss wörd: §");
        let back = ProxyPassword::from_key(&password.to_key().unwrap()).unwrap();
        assert_eq!(back.0.expose_secret(), "päss wörd: §");
        let address = ProxyAddress::new("proxy.example:8080", Some("me".to_owned()), Some(password)).unwrap();
        assert!(!format!("{address:?}").contains("wörd"));
        assert!(ProxyPassword::from_key(&ApiKey::new("not-of-a-password!").unwrap()).is_none());
    }

    #[rstest]
    #[case(b"", BadAuthorities::None)]
    #[case(b"hello", BadAuthorities::None)]
    #[case(b"-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n", BadAuthorities::Unreadable)]
    #[case(b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n", BadAuthorities::Unreadable)]
    fn what_is_no_certificate_is_told(#[case] pem: &[u8], #[case] why: BadAuthorities) {
        assert_eq!(Authorities::from_pem(pem).unwrap_err(), why);
        assert_eq!(Authorities::from_pem(&[b'-'; LARGEST_PEM + 1]).unwrap_err(), BadAuthorities::TooLarge);
    }
}
