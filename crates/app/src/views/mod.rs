//! What crosses the edge: small typed values for the window, the terminal and scripts. Amounts are decimal strings, because
//! neither JSON numbers nor JavaScript can hold money exactly. Inner types are never serialised; these are made from them.
//! Refuses to know where a picture lies on disk: the window gets ids and names.

mod account;
mod archive;
mod credits;
mod edits;
mod export;
mod help;
mod history;
mod network;
mod outlook;
mod picture;
mod queue;
mod quote;
mod vault;
mod watch;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use account::{AccountAdded, AccountId, AccountKind, AccountView, KeyPlace, Page, ServiceView, SizeView, TypedKey};
pub use archive::{ArchiveAccount, ArchiveLoaded, ArchiveSaved};
pub use credits::{CycleView, FigureView, GaugeLevel, GaugeView, SourceView};
pub use edits::{
    Backdrop, BackdropFit, BackdropId, BackdropView, Canvas, ContactShadow, DropShadow, Edits, EditsView, Placement,
    Scene, Stroke, StrokeTool, SubjectBox, TemplateName, TemplateView,
};
pub use export::{CopiedView, ExportFormatChoice, ExportOptions, ExportSize, ExportView, ExportedFile, PresetView};
pub use help::{HelpPart, HelpTopic};
pub use history::{HistoryFilter, HistoryRowView, HistoryState, HistoryView};
pub use network::{NetworkView, ProxyKind};
pub use outlook::{
    AdviceView, BurnView, CatalogueView, CreditsView, DayView, EndView, ForecastView, LapseView, LotView, OfferView,
    PlanCostView, PlanInput, PlanView, PromptKind, PromptView, ProposalView, WayView,
};
pub use picture::{
    Added, ExistingChoice, FormatChoice, LeftOut, OutputOptions, Phase, PictureId, PictureState, PictureView,
    PreviewSource, PreviewView, Refused, ResultView, SizeChoice,
};
pub use queue::{QueueMode, QueueReason, QueueView, ResumeView};
pub use quote::{ChoiceView, PocketView, QuoteView, SpendChoice, StretchView};
pub use vault::{CleaningView, HeapView, VaultCleaned, VaultCleaning, VaultShareView, VaultView};
pub use watch::{FolderId, PickedFolder, WatchFileOutcome, WatchFileView, WatchId, WatchInput, WatchState, WatchView};

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
    /// What waits to be downloaded, or is on its way.
    pub queue: QueueView,
    /// The program's version.
    pub version: String,
}

/// What the user has set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SettingsView {
    /// The name of the folder that cutouts are saved to; `None`: beside their originals.
    pub output_folder: Option<String>,
    /// What cutouts are called: text with fields in braces.
    pub template: String,
    /// What is done where a file of that name exists.
    pub existing: ExistingChoice,
    /// Whether a cutout says what its original says beside the picture: camera, caption, rights, place, dots per inch.
    pub keep_metadata: bool,
    /// The accounts whose user is not asked again before a picture is sent for improvement.
    pub improve_agreed: Vec<AccountId>,
    /// Levels to be told of, per cent of the month's credits, ascending.
    pub notice_levels: Vec<u8>,
    /// When no notice pops up.
    pub quiet_hours: Option<QuietHours>,
}

/// The model that cuts out on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ModelView {
    /// The name of the user's file; `None`: the one that is compiled in.
    pub file: Option<String>,
    /// Its family and the size at which it looks, in words.
    pub description: String,
}

/// Hours without notices, by the computer's clock. They may reach over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct QuietHours {
    /// From this hour on, 0 to 23.
    #[schemars(range(max = 23))]
    pub from: u8,
    /// Until this hour, 0 to 23.
    #[schemars(range(max = 23))]
    pub until: u8,
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
    /// Whether it offers to go on with a download that waits for credits.
    pub resume: bool,
}

/// What the window is told while it is open.
#[expect(clippy::large_enum_variant, reason = "events are made one by one and sent away at once")]
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
    /// What a banner said is over.
    BannerGone {
        /// Its id.
        id: String,
    },
    /// The queue moved on, or stands still.
    Queue {
        /// Its whole state.
        queue: QueueView,
    },
    /// Plan, forecast, prompts or proposals changed: ask for `credits` again where they are shown.
    CreditsChanged,
    /// An archive to move in is being saved or loaded.
    Archive {
        /// Bytes so far.
        #[ts(type = "number")]
        done: u64,
        /// Bytes in all.
        #[ts(type = "number")]
        total: u64,
    },
    /// A watched folder is new, gone, or does something else.
    Watches {
        /// All of them, oldest first.
        watches: Vec<WatchView>,
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
