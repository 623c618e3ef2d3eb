//! What went wrong, for people and for programs: a closed code that the window and scripts branch on, one sentence that
//! says what failed and what it cost, one that says what to do. Refuses to carry inner errors, paths or keys as data.

use serde::Serialize;
use ts_rs::TS;

/// Every kind of trouble, closed. Scripts may rely on the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// There is no such file.
    NotFound,
    /// A folder was given where a picture was expected, or it holds no pictures.
    IsFolder,
    /// A cutout that Clearcut saved itself: cutting it out again would cost and change nothing.
    OwnOutput,
    /// The file has no bytes.
    EmptyFile,
    /// The file is no picture that Clearcut reads.
    NotAPicture,
    /// The picture is cut off or damaged.
    DamagedPicture,
    /// More pixels or bytes than Clearcut or the service takes.
    TooLarge,
    /// The file changed between the quote and the sending.
    FileChanged,
    /// The system refused access to a file or folder.
    NoPermission,
    /// No room on the disk.
    DiskFull,
    /// Another problem with a file.
    FileTrouble,
    /// The model found nothing to cut out.
    NoSubject,
    /// No key is known for the account.
    KeyMissing,
    /// The service refused the key.
    KeyRefused,
    /// What was typed cannot be a key.
    BadKey,
    /// Not enough credits.
    OutOfCredits,
    /// It would cost more than was agreed, or than the cap allows.
    OverAgreed,
    /// The service asks to wait.
    RateLimited,
    /// The service cannot be reached.
    NoNetwork,
    /// The service did not answer in time; nothing was charged.
    TimedOut,
    /// The service refused this picture or these options.
    Refused,
    /// The service has a fault of its own.
    ServiceTrouble,
    /// The service has ended.
    ServiceEnded,
    /// What answered does not speak the wire format.
    NotThisService,
    /// The answer was lost after the picture was sent: it may have been charged.
    MaybeCharged,
    /// Charged, but the answer held no usable picture.
    PaidLost,
    /// Paid and kept, but the file could not be written.
    PaidNotSaved,
    /// It was paid, and the vault was cleaned of it since.
    NotKept,
    /// The user stopped it.
    Cancelled,
    /// The request made no sense: an unknown id, a bad colour, a bad address.
    BadRequest,
    /// Clearcut's own data cannot be read or written.
    StoreTrouble,
    /// The data was written by a newer Clearcut.
    StoreNewer,
    /// A mistake of Clearcut's own.
    Internal,
}

/// One problem, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, thiserror::Error)]
#[error("{message}{}", if hint.is_empty() { String::new() } else { format!(" {hint}") })]
pub struct Problem {
    /// What kind.
    pub code: Code,
    /// What failed and what it cost: a full sentence.
    pub message: String,
    /// What to do: a full sentence, or nothing.
    pub hint: String,
}

impl Problem {
    /// A problem with what to do about it.
    pub fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into() }
    }
}
