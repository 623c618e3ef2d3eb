//! Accounts and services at the edge. A key travels one way only: in.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::{Overview, SizeChoice};

/// A local account record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[ts(type = "string")]
pub struct AccountId(pub Uuid);

/// A key on its way in. It can be read from the window but never written back: there is no `Serialize`, and `Debug` hides it.
#[derive(Clone, Deserialize, TS)]
#[ts(type = "string")]
pub struct TypedKey(pub(crate) String);

impl TypedKey {
    /// Wraps what the user typed or piped in.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Debug for TypedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedKey(…)")
    }
}

/// What kind of party is behind an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// The practice service, on this computer.
    Practice,
    /// remove.bg itself.
    RemoveBg,
    /// Another vendor that answers the same calls.
    Compatible,
    /// A server of the user's own.
    SelfHosted,
}

/// Where an account's key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// The service needs none.
    NotNeeded,
    /// In the system's keyring.
    Keyring,
    /// Only in memory: the system has no keyring, so the key is gone when the program ends.
    ThisSession,
    /// From the environment, for this run only.
    Environment,
    /// None is known.
    Missing,
}

/// An account as the window shows it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct AccountView {
    /// Its id.
    pub id: AccountId,
    /// The user's name for it, e.g. "Practice account, on this computer".
    pub label: String,
    /// The service's name.
    pub service: String,
    /// What kind of party it is.
    pub kind: AccountKind,
    /// Where its key is kept.
    pub key: KeyPlace,
    /// When the service's end was announced: RFC 3339 with offset.
    pub ends_at: Option<String>,
    /// Whether that moment has passed, or the service answered as closed.
    pub ended: bool,
    /// The sizes the service delivers, smallest first.
    pub sizes: Vec<SizeView>,
    /// The price of a preview made by the service, in credits; `None` where it makes none.
    pub preview_price: Option<String>,
    /// The pages that can be opened.
    pub pages: Vec<Page>,
    /// The host that pictures for its improvement programme go to; `None` where it has none.
    pub improve: Option<String>,
}

/// A size the service can deliver.
#[derive(Debug, Clone, Serialize, TS)]
pub struct SizeView {
    /// Its value.
    pub size: SizeChoice,
    /// Its price in credits.
    pub price: String,
    /// The most megapixels that come back.
    pub max_megapixels: String,
}

/// A page of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    /// Where the key is shown.
    Key,
    /// Where the plan is changed.
    Upgrade,
    /// Where credits are bought.
    TopUp,
    /// Whether the service is up.
    Status,
    /// The service's help.
    Help,
    /// What the service says of refunds.
    Refund,
}

/// A service that an account can be made for.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ServiceView {
    /// The profile's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What kind of party it is.
    pub kind: AccountKind,
    /// Whether the user has to name the address ("other, self-hosted").
    pub needs_prefix: bool,
    /// Whether it needs a key.
    pub needs_key: bool,
    /// When its end was announced: RFC 3339 with offset.
    pub ends_at: Option<String>,
}

/// What adding an account came to.
#[derive(Debug, Clone, Serialize, TS)]
pub struct AccountAdded {
    /// The window's new state: the account is in use.
    pub overview: Overview,
    /// A plain sentence to show once, e.g. that the key lasts only until the program ends.
    pub note: Option<String>,
}
