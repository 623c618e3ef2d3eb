//! What is asked for and what was agreed: plain values that travel from a screen or a flag down to the spender.
//! They know nothing of how the work is done.

use std::path::{Path, PathBuf};

use clearcut_credits::{Credits, Purpose};
use clearcut_imaging::{ContentHash, Look, OutputFormat, Probe};
use clearcut_service::wire::Size;
use clearcut_store::BatchId;

/// One picture to be cut out by the service and saved.
#[derive(Debug, Clone)]
pub struct Order {
    /// The original. Read, never written.
    pub input: PathBuf,
    /// Its fingerprint when it was quoted; it is taken again right before sending.
    pub content: ContentHash,
    /// What was found in its header when it was quoted.
    pub probe: Probe,
    /// Asked of the service: the price depends on it.
    pub size: Size,
    /// What is done to the cutout afterwards, free.
    pub look: Look,
    /// Of the file that is saved.
    pub format: OutputFormat,
    /// The planned name of that file ([`plan_output`](crate::plan_output)). Where it is taken by then, the next free
    /// number is used: no file is ever overwritten.
    pub output: PathBuf,
    /// What the original says beside its picture (EXIF, XMP, IPTC, the size of a dot) is said in the file as well.
    pub keep_metadata: bool,
    /// That name is a file's, and the file goes to the trash once the result is whole
    /// ([`PlannedName::Replace`](crate::PlannedName::Replace)).
    pub replace: bool,
    /// The pictures it was agreed to together with.
    pub batch: Option<BatchId>,
}

impl Order {
    /// What the credits are for: a preview may be paid from the free ones.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        purpose(self.size)
    }

    /// The folder the result goes to.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.output.parent().unwrap_or(Path::new(""))
    }
}

pub(crate) fn purpose(size: Size) -> Purpose {
    match size {
        Size::Preview => Purpose::Preview,
        Size::Medium | Size::Hd | Size::Full | Size::FiftyMp => Purpose::Download,
    }
}

/// What the user agreed to on a screen that named the amount, or by a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreed {
    /// The price that was shown for this one picture. A higher actual price is refused before anything is sent.
    pub cost: Credits,
    /// The most this call may spend, whatever was agreed; a command's own limit.
    pub cap: Option<Credits>,
    /// Draw nothing from PAYG, whatever happens to the balance meanwhile.
    pub stop_before_payg: bool,
}

impl Agreed {
    /// Agreed to `cost`, without a further cap.
    #[must_use]
    pub fn to(cost: Credits) -> Self {
        Self { cost, cap: None, stop_before_payg: false }
    }
}
