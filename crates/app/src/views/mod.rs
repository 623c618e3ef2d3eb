//! What crosses the edge: small typed values for the window, the terminal and scripts. Amounts are decimal strings, because
//! neither JSON numbers nor JavaScript can hold money exactly. Inner types are never serialised; these are made from them.
//! Refuses to know where a picture lies on disk: the window gets ids and names.

mod account;
mod credits;
mod picture;

use serde::Serialize;
use ts_rs::TS;

pub use account::{AccountAdded, AccountId, AccountKind, AccountView, KeyPlace, Page, ServiceView, SizeView, TypedKey};
pub use credits::{FigureView, GaugeView, QuoteView, SourceView};
pub use picture::{
    Added, FormatChoice, OutputOptions, Phase, PictureId, PictureState, PictureView, PreviewSource, PreviewView,
    Refused, ResultView, SizeChoice,
};

/// Everything the window shows when it opens.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Overview {
    /// The accounts on this computer; the practice account is always the first.
    pub accounts: Vec<AccountView>,
    /// The account in use.
    pub active: AccountId,
    /// Its credits.
    pub gauge: GaugeView,
    /// The pictures on the bench, oldest first.
    pub pictures: Vec<PictureView>,
    /// What the user has set.
    pub settings: SettingsView,
    /// Things worth saying at the top of the window, the gravest first.
    pub banners: Vec<Banner>,
    /// The program's version.
    pub version: String,
}

/// What the user has set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SettingsView {
    /// The name of the folder that cutouts are saved to; `None`: beside their originals.
    pub output_folder: Option<String>,
}

/// How grave a banner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BannerKind {
    /// Good to know.
    Info,
    /// Needs the user soon.
    Warning,
    /// Needs the user now.
    Error,
}

/// Something worth saying at the top of the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Banner {
    /// Tells banners apart: a new one with the same id replaces the old one.
    pub id: String,
    /// How grave it is.
    pub kind: BannerKind,
    /// One sentence.
    pub text: String,
    /// A page that helps.
    pub page: Option<Page>,
}

/// What the window is told while it is open.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A picture is new or has changed.
    Picture {
        /// Its whole state.
        picture: PictureView,
    },
    /// Bytes moved, or a phase began. Counts are cumulative.
    Progress {
        /// The picture.
        picture: PictureId,
        /// What is counted.
        phase: Phase,
        /// Bytes so far.
        #[ts(type = "number")]
        done: u64,
        /// Bytes in all, where known.
        #[ts(type = "number | null")]
        total: Option<u64>,
    },
    /// Files were taken in by something other than a command: a drop, or a second start.
    Added {
        /// What became of them.
        added: Added,
    },
    /// Files hover over the window (true) or left it (false).
    Hover {
        /// Whether they are over it.
        over: bool,
    },
    /// The credits changed, or their age or trust did.
    Gauge {
        /// The new gauge.
        gauge: GaugeView,
    },
    /// Something worth saying.
    Banner {
        /// What.
        banner: Banner,
    },
}

/// An event with its place in the order, so that a late answer of a command cannot overtake it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Envelope {
    /// Counts up from 1 without gaps.
    #[ts(type = "number")]
    pub seq: u64,
    /// What happened.
    pub event: Event,
}
