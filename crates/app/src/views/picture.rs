//! Pictures at the edge: what they are, where they are on their way, how they are to be saved.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::SourceView;
use crate::problem::Problem;

/// A picture on the bench, for as long as the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[ts(type = "string")]
pub struct PictureId(pub Uuid);

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

/// What is done where a file with a result's planned name exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, schemars::JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExistingChoice {
    /// The new file gets a number.
    #[default]
    Number,
    /// The picture is left out: nothing is sent, nothing is charged.
    Skip,
    /// The old file goes to the trash once the new one is whole.
    Replace,
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
    /// Whether it was cut out on this computer: free, and nothing is paid for it yet.
    pub on_device: bool,
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
    /// Its format by content: "JPEG", "PNG", "HEIC" and so on.
    pub format: String,
    /// What of the file is used, where it holds several pages or frames; a sentence.
    pub note: Option<String>,
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
    /// What was left out of folders, counted.
    #[ts(as = "Option<LeftOut>", optional)]
    pub left_out: LeftOut,
    /// The counts as a sentence, where there are any.
    #[ts(optional = nullable)]
    pub note: Option<String>,
}

/// What lay in folders and was left out without a line for each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
pub struct LeftOut {
    /// Hidden files and folders, and those of the system.
    pub hidden: usize,
    /// Cutouts that Clearcut saved itself.
    pub own: usize,
    /// Links: what they lead to is taken in where it lies.
    pub links: usize,
    /// Files that are no pictures.
    pub no_pictures: usize,
}

/// A file that was left out.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Refused {
    /// Its name.
    pub name: String,
    /// Why.
    pub problem: Problem,
}
