//! What crosses the edge: small typed values for the window, the terminal and scripts. Amounts are decimal strings, because
//! neither JSON numbers nor JavaScript can hold money exactly. Inner types are never serialised; these are made from them.
//! Refuses to know where a picture lies on disk: the window gets ids and names.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::problem::Problem;

/// A picture on the bench, for as long as the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[ts(type = "string")]
pub struct PictureId(pub Uuid);

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

/// How large the result is to be. `auto` is absent on purpose: it can fall to a preview without an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SizeChoice {
    /// At most 0.25 megapixels.
    Preview,
    /// At most 1.5 megapixels.
    Medium,
    /// At most 4 megapixels.
    Hd,
    /// As large as the original, at most 25 megapixels.
    #[default]
    Full,
    /// As large as the original, at most 50 megapixels.
    #[serde(rename = "50mp")]
    FiftyMp,
}

/// The file format a cutout is saved in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FormatChoice {
    /// PNG, with transparency.
    #[default]
    Png,
    /// JPG, on a background (white unless one is chosen).
    Jpg,
    /// WebP without loss, with transparency.
    Webp,
    /// `color.jpg` and `alpha.png` in one archive.
    Zip,
}

/// What a download is to look like. Only `size` changes what the service does, and so what is paid.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct OutputOptions {
    /// How large.
    pub size: SizeChoice,
    /// In which format.
    pub format: FormatChoice,
    /// A background as `#rrggbb`; transparent when `None`. Applied on this computer, free.
    pub background: Option<String>,
}

/// Who makes a preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PreviewSource {
    /// The model on this computer: free, unlimited.
    Device,
    /// The service, at its named price or from its free ones.
    Service,
}

/// Where a figure is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SourceView {
    /// Read from the service.
    Measured,
    /// Typed by the user.
    Entered,
    /// Worked out.
    Inferred,
    /// Not known.
    Unknown,
}

/// One figure of the gauge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FigureView {
    /// Credits as a decimal string (a count for free previews); `None` is unknown, never zero.
    pub amount: Option<String>,
    /// Where it is from.
    pub source: SourceView,
    /// How old it is, seconds; `None` where nothing was observed.
    #[ts(type = "number | null")]
    pub age_s: Option<u64>,
}

/// The credits of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct GaugeView {
    /// This month's subscription credits (all of the subscription's where no plan is known).
    pub subscription: FigureView,
    /// Subscription credits carried over from earlier months.
    pub rollover: FigureView,
    /// Pay-as-you-go credits.
    pub payg: FigureView,
    /// Enterprise credits.
    pub enterprise: FigureView,
    /// Free previews left, a count.
    pub free_previews: FigureView,
    /// Credits set aside for pictures that are on their way, unknown ones included. Not deducted from the others.
    pub reserved: FigureView,
    /// The service's total.
    pub total: FigureView,
    /// When the service was last heard, RFC 3339; the window counts the age on from it.
    pub observed_at: Option<String>,
    /// Whether the last look failed or is too old to trust.
    pub stale: bool,
    /// Why the last look failed.
    pub problem: Option<Problem>,
}

/// Where a picture is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PictureState {
    /// Its headers were read; thumbnail and preview are to come.
    Added,
    /// Its preview is being made.
    Previewing,
    /// Its preview can be seen.
    Previewed,
    /// Its download waits for its turn.
    Queued,
    /// It is being sent, or the answer is coming.
    Sending,
    /// The answer is in the vault; the file is being written.
    Saving,
    /// Paid and saved.
    Saved,
    /// Something failed that cost nothing; `problem` says what.
    Failed,
    /// The answer was lost after the picture was sent: it may have been charged.
    Unknown,
    /// Charged, but the answer holds no usable picture.
    PaidLost,
    /// Paid and in the vault, but the file could not be written. Saving again is free.
    PaidNotSaved,
}

/// A preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PreviewView {
    /// Who made it.
    pub source: PreviewSource,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// A paid result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ResultView {
    /// Credits charged for it now, a decimal string; "0" when it came from the vault.
    pub charged: String,
    /// Whether the sum was read from the answer or inferred from the quote.
    pub basis: SourceView,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The saved file's name, without its folder.
    pub file_name: String,
    /// Whether it was paid earlier and came from the vault.
    pub from_vault: bool,
    /// The options it was saved with.
    pub options: OutputOptions,
    /// Plain sentences about anything unexpected, e.g. a charge that differs from the quote.
    pub warnings: Vec<String>,
}

/// What a progress count counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Bytes up.
    Uploading,
    /// The service is at work; nothing to count.
    Waiting,
    /// Bytes down.
    Downloading,
    /// Composing and writing the file.
    Saving,
}

/// A picture on the bench.
#[derive(Debug, Clone, Serialize, TS)]
pub struct PictureView {
    /// Its id; picture bytes are served under it by the picture protocol (`thumb/ID`, `before/ID`, `after/ID`).
    pub id: PictureId,
    /// Its file name.
    pub name: String,
    /// Width in pixels, orientation applied.
    pub width: u32,
    /// Height in pixels, orientation applied.
    pub height: u32,
    /// File size in bytes.
    #[ts(type = "number")]
    pub size_bytes: u64,
    /// "JPEG", "PNG" or "WebP".
    pub format: String,
    /// Grows with every change of what the picture protocol would serve; put it into the address as `?v=`.
    pub revision: u32,
    /// Where it is.
    pub state: PictureState,
    /// Its preview.
    pub preview: Option<PreviewView>,
    /// Its paid result.
    pub result: Option<ResultView>,
    /// What went wrong last.
    pub problem: Option<Problem>,
}

/// What became of files that were taken in.
#[derive(Debug, Clone, Default, Serialize, TS)]
pub struct Added {
    /// The new pictures.
    pub pictures: Vec<PictureView>,
    /// The files that were left out, each with its reason.
    pub refused: Vec<Refused>,
}

/// A file that was left out.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Refused {
    /// Its name.
    pub name: String,
    /// Why.
    pub problem: Problem,
}

/// What pictures would cost. Amounts are decimal strings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct QuoteView {
    /// Pictures asked about.
    pub pictures: usize,
    /// Pictures that would be charged.
    pub charged: usize,
    /// Credits in all.
    pub cost: String,
    /// Of them from the subscription (this month's part; all of it where no plan is known).
    pub subscription: String,
    /// Of them from rollover.
    pub rollover: String,
    /// Of them from pay-as-you-go.
    pub payg: String,
    /// The first picture (1-based) that pay-as-you-go would pay.
    pub payg_from: Option<usize>,
    /// The last picture (1-based) that the credits reach; `None` when all fit or the balance is unknown.
    pub ends_at: Option<usize>,
    /// Pictures that are paid already: free again from the vault.
    pub already_paid: usize,
    /// Pictures that are the same as an earlier one in the list: paid once.
    pub duplicates: usize,
    /// Files that cannot be read as pictures, or that the service would refuse.
    pub unreadable: usize,
}

/// What the user has set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SettingsView {
    /// The name of the folder that cutouts are saved to; `None`: beside their originals.
    pub output_folder: Option<String>,
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
