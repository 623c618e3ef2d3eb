//! What the window sees of the help.

use serde::Serialize;
use ts_rs::TS;

/// One page of the help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct HelpTopic {
    /// A code, a banner's id without its number, or the name of a page.
    pub id: String,
    /// What it is listed under.
    pub group: String,
    /// What it is called.
    pub title: String,
    /// What it says, in order.
    pub parts: Vec<HelpPart>,
}

/// A paragraph of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct HelpPart {
    /// The words it begins with, set off from the others: "What it cost."; empty where there are none.
    pub name: String,
    /// The rest.
    pub text: String,
}
