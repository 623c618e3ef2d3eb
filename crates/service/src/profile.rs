//! The endpoint as data: where a service is, what it takes, what it offers, when it is known to end, and which pages to
//! open. A profile knows no key, and whether a service has ended is for whoever has a clock.

mod data;

use jiff::Timestamp;
use jiff::civil::Date;
use thiserror::Error;
use url::{Host, Url};

use crate::decimal::Decimal;
use crate::wire::{Size, WireFormat};

pub use data::builtin_profiles;

/// One service that speaks the wire format.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Profile {
    /// Stable id: `removebg`, `other`, `practice` and so on.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What sort of service it is.
    pub kind: ProfileKind,
    /// Everything before `/removebg`, without a trailing slash. Only a placeholder while [`needs_prefix`](Self::needs_prefix).
    pub prefix: Url,
    /// Whether the user (or the program) has to give the address first.
    pub needs_prefix: bool,
    /// The header that carries the key.
    pub auth_header: String,
    /// What the service takes.
    pub limits: Limits,
    /// When the service is known to end.
    pub ends_at: Option<Timestamp>,
    /// Pages for people.
    pub pages: Pages,
    /// What the service can do.
    pub offers: Offers,
    /// What a call costs by the service's own words, in its credits.
    pub prices: Prices,
    /// Where the facts above come from, and when they were seen.
    pub facts: Vec<FactSource>,
}

/// What sort of service a profile is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ProfileKind {
    /// The service that the format comes from.
    RemoveBg,
    /// Another vendor's service with the same calls.
    Compatible,
    /// A server of the user's own, perhaps without TLS.
    SelfHosted,
    /// The practice service on this computer.
    Practice,
}

/// What a service takes and gives. An unknown bound is `None`, never infinite and never zero.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Limits {
    /// Largest file, bytes.
    pub max_bytes: Option<u64>,
    /// Largest input picture, megapixels.
    pub max_input_megapixels: Option<Decimal>,
    /// The rate limit: megapixels of input a minute, each picture counted as at least one.
    pub megapixels_a_minute: Option<u32>,
    /// Largest result by size and format, megapixels. The first that fits counts.
    pub max_megapixels: Vec<SizeLimit>,
}

/// The largest result of one size.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SizeLimit {
    /// The size asked for.
    pub size: Size,
    /// The format asked for; `None` for all others.
    pub format: Option<WireFormat>,
    /// Megapixels.
    pub megapixels: Decimal,
}

impl Limits {
    /// The largest result in megapixels, where it is known.
    #[must_use]
    pub fn max_megapixels(&self, size: Size, format: WireFormat) -> Option<&Decimal> {
        self.max_megapixels
            .iter()
            .find(|limit| limit.size == size && limit.format.is_none_or(|only| only == format))
            .map(|limit| &limit.megapixels)
    }
}

/// Pages to open in the user's browser.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Pages {
    /// Where the key is.
    pub key: Option<Url>,
    /// Where a subscription is changed.
    pub upgrade: Option<Url>,
    /// Where credits are bought.
    pub top_up: Option<Url>,
    /// Whether the service is up.
    pub status: Option<Url>,
    /// Help.
    pub help: Option<Url>,
    /// What the service says of refunds.
    pub refund: Option<Url>,
}

/// What a service can do.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Offers {
    /// `/account` answers, and its figures mean something.
    pub account: bool,
    /// `/improve` answers.
    pub improve: bool,
    /// JSON bodies and JSON answers.
    pub json: bool,
    /// Formats of the result.
    pub formats: Vec<WireFormat>,
    /// `size=preview` gives an unmarked preview.
    pub service_previews: bool,
}

/// Prices in the service's credits, for the quote. What was charged is only what the service says it was.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Prices {
    /// A picture.
    pub full: Decimal,
    /// A preview through the API.
    pub preview: Decimal,
}

/// Where a fact of a profile comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FactSource {
    /// The fact's name, as in the data file: `limits.max_bytes`.
    pub fact: String,
    /// When it was seen.
    pub seen: Date,
    /// Where.
    pub source: String,
}

/// Why an address cannot be a service's prefix. Never repeats the address, which may hold a password.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum BadPrefix {
    /// Neither `https` nor `http`.
    #[error("the address must begin with https:// or http://")]
    Scheme,
    /// A user name or password inside.
    #[error("the address must not hold a user name or password")]
    Credentials,
    /// `?…` or `#…`.
    #[error("the address must end before any ? or #")]
    Query,
    /// No host.
    #[error("the address names no host")]
    NoHost,
}

impl Profile {
    /// This service at another address; a trailing slash is dropped.
    ///
    /// # Errors
    /// [`BadPrefix`] if calls could not be made below that address.
    pub fn with_prefix(mut self, prefix: Url) -> Result<Self, BadPrefix> {
        self.prefix = clean_prefix(prefix)?;
        self.needs_prefix = false;
        Ok(self)
    }

    /// Whether the key may travel to the prefix: encrypted, or to this computer, or by the user's own choice.
    pub(crate) fn may_carry_key(&self) -> bool {
        self.prefix.scheme() == "https" || self.kind == ProfileKind::SelfHosted || is_loopback(&self.prefix)
    }

    /// The address of one call. The result always has the prefix's origin.
    pub(crate) fn call(&self, name: &str) -> Url {
        let mut url = self.prefix.clone();
        let path = format!("{}/{name}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }
}

/// Checks an address and drops its trailing slash.
fn clean_prefix(mut prefix: Url) -> Result<Url, BadPrefix> {
    if !matches!(prefix.scheme(), "https" | "http") {
        return Err(BadPrefix::Scheme);
    }
    if !prefix.username().is_empty() || prefix.password().is_some() {
        return Err(BadPrefix::Credentials);
    }
    if prefix.query().is_some() || prefix.fragment().is_some() {
        return Err(BadPrefix::Query);
    }
    if prefix.host().is_none() {
        return Err(BadPrefix::NoHost);
    }
    let path = prefix.path().trim_end_matches('/').to_owned();
    prefix.set_path(&path);
    Ok(prefix)
}

/// Whether an address stays on this computer.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name.trim_end_matches('.').eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use rstest::rstest;

    use super::*;

    fn profile(id: &str) -> Profile {
        builtin_profiles().into_iter().find(|profile| profile.id == id).unwrap()
    }

    fn at(id: &str, prefix: &str) -> Profile {
        profile(id).with_prefix(prefix.parse().unwrap()).unwrap()
    }

    #[rstest]
    #[case("https://api.remove.bg/v1.0", "https://api.remove.bg/v1.0/removebg")]
    #[case("https://snipmat.com/api/v1.0/", "https://snipmat.com/api/v1.0/removebg")]
    #[case("http://10.0.0.7:5000/api", "http://10.0.0.7:5000/api/removebg")]
    #[case("http://localhost:5000", "http://localhost:5000/removebg")]
    fn calls_stand_below_the_prefix(#[case] prefix: &str, #[case] call: &str) {
        assert_eq!(at("other", prefix).call("removebg").as_str(), call);
    }

    #[rstest]
    #[case("ftp://example.org/v1.0", BadPrefix::Scheme)]
    #[case("https://user:word@example.org/v1.0", BadPrefix::Credentials)]
    #[case("https://example.org/v1.0?key=1", BadPrefix::Query)]
    #[case("https://example.org/v1.0#top", BadPrefix::Query)]
    fn some_addresses_cannot_be_a_prefix(#[case] prefix: &str, #[case] why: BadPrefix) {
        assert_eq!(profile("other").with_prefix(prefix.parse().unwrap()), Err(why));
    }

    #[rstest]
    #[case("removebg", "https://api.remove.bg/v1.0", true)]
    #[case("removebg", "http://api.remove.bg/v1.0", false)]
    #[case("removebg", "http://127.0.0.1:8799/v1.0", true)]
    #[case("removebg", "http://[::1]:8799/v1.0", true)]
    #[case("removebg", "http://localhost:8799/v1.0", true)]
    #[case("removebg", "http://localhost.example.org/v1.0", false)]
    #[case("removebg", "http://127.0.0.1.example.org/v1.0", false)]
    #[case("other", "http://192.168.1.7:5000/api", true)]
    fn the_key_travels_in_the_clear_only_where_it_may(#[case] id: &str, #[case] prefix: &str, #[case] may: bool) {
        assert_eq!(at(id, prefix).may_carry_key(), may);
    }

    #[test]
    fn a_png_is_smaller_at_full_size() {
        let limits = profile("removebg").limits;
        assert_eq!(limits.max_megapixels(Size::Full, WireFormat::Png).unwrap().as_str(), "10");
        assert_eq!(limits.max_megapixels(Size::Full, WireFormat::Zip).unwrap().as_str(), "25");
        assert_eq!(profile("other").limits.max_megapixels(Size::Full, WireFormat::Zip), None);
    }
}
