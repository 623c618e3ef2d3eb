//! Fetches `image_url` and `bg_image_url`. From this computer only: a practice service that could be told to
//! call any address would be a way around a firewall.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Bytes;
use clearcut_service::wire::ErrorCode;
use url::{Host, Url};

use crate::refusal::Refusal;
use crate::sizes::MAX_FILE_BYTES;

/// Which parameter the address came from: they have codes of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// `image_url`.
    Image,
    /// `bg_image_url`.
    Background,
}

impl Purpose {
    fn failed(self, url: &Url) -> Refusal {
        let code = match self {
            Self::Image => ErrorCode::FailedImageDownload,
            Self::Background => ErrorCode::FailedBgDownload,
        };
        Refusal::coded(code).titled(format!("{}: {url}", code.title()))
    }

    /// An address from a parameter: absolute, http or https, with a host.
    pub(crate) fn parse(self, text: &str) -> Result<Url, Refusal> {
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        url.ok_or_else(|| {
            Refusal::coded(match self {
                Self::Image => ErrorCode::InvalidImageUrl,
                Self::Background => ErrorCode::InvalidBgImageUrl,
            })
        })
    }
}

/// A client without redirects, proxies or patience.
pub(crate) fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(30))
        .build()
}

/// Downloads a file of at most 22 MB from a loopback address.
pub(crate) async fn fetch(client: &reqwest::Client, url: &Url, purpose: Purpose) -> Result<Bytes, Refusal> {
    if !is_loopback(url) {
        return Err(purpose.failed(url).detail("The practice service fetches http:// addresses of this computer only"));
    }
    let failed = |error: reqwest::Error| purpose.failed(url).detail(error.without_url().to_string());
    let mut response = client.get(url.clone()).send().await.map_err(failed)?;
    if !response.status().is_success() {
        return Err(purpose.failed(url).detail(format!("The address answered {}", response.status())));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if bytes.len() + chunk.len() > MAX_FILE_BYTES {
            return Err(Refusal::file_too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

fn is_loopback(url: &Url) -> bool {
    url.scheme() == "http"
        && match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
            Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("http://127.0.0.1:8080/a.png", true)]
    #[case("http://localhost/a.png", true)]
    #[case("http://[::1]/a.png", true)]
    #[case("https://localhost/a.png", false)]
    #[case("http://localhost.example/a.png", false)]
    #[case("http://10.0.0.1/a.png", false)]
    #[case("http://169.254.169.254/", false)]
    fn only_this_computer_is_asked(#[case] url: &str, #[case] asked: bool) {
        assert_eq!(is_loopback(&Url::parse(url).unwrap()), asked);
    }

    #[rstest]
    #[case("")]
    #[case("picture.png")]
    #[case("file:///etc/passwd")]
    #[case("ftp://localhost/a.png")]
    fn other_text_is_no_address(#[case] text: &str) {
        assert_eq!(Purpose::Image.parse(text).unwrap_err().error.code.as_deref(), Some("invalid_image_url"));
        assert_eq!(Purpose::Background.parse(text).unwrap_err().error.code.as_deref(), Some("invalid_bg_image_url"));
    }
}
