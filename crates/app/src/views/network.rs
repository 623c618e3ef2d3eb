//! The way to the network at the edge. A proxy's password goes in once and never comes back out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Through which proxy the service is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProxyKind {
    /// The one that the system names, if it does.
    #[default]
    System,
    /// None.
    None,
    /// The one at an address of the user's.
    Address,
}

/// How the service is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct NetworkView {
    /// Through which proxy.
    pub proxy: ProxyKind,
    /// The proxy's address, while there is one of the user's.
    pub address: Option<String>,
    /// The name it asks for.
    pub user: Option<String>,
    /// Whether a password for it is kept.
    pub has_password: bool,
    /// The name of the file whose certificates are believed beside the system's.
    pub certificates: Option<String>,
    /// The most pictures on their way to the service at a time, 1 to 16.
    pub at_a_time: u8,
    /// What the user should know, e.g. that the password lasts only as long as the program.
    pub note: Option<String>,
}
