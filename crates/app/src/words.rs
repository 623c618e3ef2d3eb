//! Errors of the inner rooms as sentences: what failed, what it cost, what to do. The one place where a code is chosen for
//! an inner error, so that the window, the terminal and scripts always agree. Refuses to print keys: none can reach it.

use std::io;
use std::path::Path;

use clearcut_batch::{BatchError, Copies, NameFault, Recovered, SaveFault};
use clearcut_credits::{Credits, Refusal};
use clearcut_imaging::{Format, ImageError, Probe};
use clearcut_service::{BadKey, ErrorKind, RemoveError, ServiceError};
use clearcut_store::{JobState, StoreError, VaultError};

use crate::host::HostError;
use crate::problem::{Code, Problem};
use crate::views::BannerKind;

/// What is read, for those whose file is not.
pub(crate) const READS: &str =
    "Clearcut reads JPEG, PNG, WebP, TIFF, HEIC, AVIF, JPEG XL, BMP and GIF, whatever the file is called.";

/// What of a file is used that holds several pages or frames.
pub(crate) fn several(probe: &Probe) -> Option<String> {
    let count = probe.pictures;
    if count < 2 {
        return None;
    }
    Some(match probe.format {
        Format::Tiff => format!("{count} pages in one file: the first is used."),
        Format::Heic | Format::Avif => "Several pictures in one file: the main one is used.".to_owned(),
        _ => format!("Animated, {count} frames: the first is used."),
    })
}

/// What is sent as a copy made for the service, and why.
pub(crate) fn copies(copies: &Copies) -> Vec<String> {
    let Copies { formats, first_of_several, bytes, shrunk, max_bytes, max_pixels } = copies;
    let is = |count: usize| if count == 1 { "is" } else { "are" };
    let mut said = Vec::new();
    for (format, count) in formats {
        let as_copies = if *count == 1 { "as a JPEG or PNG copy" } else { "as JPEG or PNG copies" };
        let pictures = pictures(*count, &format!("{format} picture"), &format!("{format} pictures"));
        said.push(format!("{pictures} {} sent {as_copies}: the service does not take {format}.", is(*count)));
    }
    if *first_of_several > 0 {
        let files = pictures(*first_of_several, "file holds", "files hold");
        said.push(format!("{files} several pages or frames: the first is sent."));
    }
    if *bytes > 0 {
        let files = pictures(*bytes, "file", "files");
        let over = max_bytes.map_or(String::new(), |most| format!(" over {} MB", most / 1_000_000));
        said.push(format!("{files}{over} {} sent as a JPEG copy that the service takes.", is(*bytes)));
    }
    if *shrunk > 0 {
        let pictures = pictures(*shrunk, "picture", "pictures");
        let most = max_pixels.map_or(0, |most| most / 1_000_000);
        said.push(format!(
            "{pictures} over {most} megapixels {} sent and saved with {most}: the service takes no more.",
            is(*shrunk)
        ));
    }
    said
}

/// A picture that cannot be read or written; `name` is its file name.
pub(crate) fn image(error: &ImageError, name: &str) -> Problem {
    let (code, hint) = match error {
        ImageError::NotFound => (Code::NotFound, "Check the name; it may have been moved or renamed."),
        ImageError::IsFolder => (Code::IsFolder, "Name the pictures in it instead."),
        ImageError::Empty => (Code::EmptyFile, "The file holds nothing. Copy it again from where it came."),
        ImageError::NotAPicture => (Code::NotAPicture, READS),
        ImageError::Unsupported { .. } => (Code::NotAPicture, ""),
        ImageError::Truncated { .. } | ImageError::Damaged { .. } => {
            (Code::DamagedPicture, "Copy it again from where it came, or export it anew.")
        }
        ImageError::TooLarge { .. } | ImageError::SideTooLong { .. } | ImageError::TooManyBytes { .. } => {
            (Code::TooLarge, "Make it smaller and try again.")
        }
        ImageError::ZipBomb(_) | ImageError::BadZip(_) | ImageError::SizesDisagree { .. } => (Code::DamagedPicture, ""),
        ImageError::CannotEncode { .. } => (Code::BadRequest, ""),
        ImageError::LayerMissing(_) => (Code::NotFound, "Put it back to where it was, or edit the picture anew."),
        ImageError::Io(error) => return file(error, "read", Path::new(name)),
        ImageError::BadBuffer { .. } | ImageError::Encode(_) => (Code::Internal, ""),
    };
    Problem::new(code, sentence(&format!("“{name}”: {error}")), hint)
}

/// A file operation that failed: `what` as in "could not *read* …".
pub(crate) fn file(error: &io::Error, what: &str, path: &Path) -> Problem {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => Problem::new(
            Code::NotFound,
            format!("Could not {what} {shown}: it is not there."),
            "Check the name; it may have been moved or renamed.",
        ),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Problem::new(
            Code::NoPermission,
            format!("Could not {what} {shown}: the system refused access."),
            "Choose another folder, or change the permissions of this one.",
        ),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Problem::new(
            Code::DiskFull,
            format!("Could not {what} {shown}: the disk is full."),
            "Make room, or choose a folder on another disk.",
        ),
        _ => Problem::new(Code::FileTrouble, sentence(&format!("Could not {what} {shown}: {error}")), ""),
    }
}

/// A text that names no files.
pub(crate) fn bad_template(error: &clearcut_batch::TemplateError) -> Problem {
    let text = format!("Cutouts cannot be called so: {error}");
    Problem::new(Code::BadRequest, sentence(&text), "The usual name is {name}-cutout.")
}

/// A picture whose result cannot be named.
pub(crate) fn unnamed(fault: &NameFault, name: &str) -> Problem {
    let (code, hint) = match fault {
        NameFault::Empty => (Code::BadRequest, "Add {name} or {index} to the name of the cutouts."),
        NameFault::TooLong { .. } | NameFault::NoFreeName { .. } => (Code::FileTrouble, "Choose another folder."),
    };
    Problem::new(code, format!("“{name}”: {} Nothing was charged.", sentence(&fault.to_string())), hint)
}

/// Ends a text as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

/// A picture that was not saved. `name` is its file name.
pub(crate) fn batch(error: &BatchError, name: &str) -> Problem {
    const FREE: &str = "Nothing was charged.";
    let say = |code, text: String, hint: &str| Problem::new(code, format!("“{name}”: {}", sentence(&text)), hint);
    let free =
        |code, text: String, hint: &str| Problem::new(code, format!("“{name}”: {} {FREE}", sentence(&text)), hint);
    match error {
        BatchError::Input { source, .. } => image(source, name),
        BatchError::InputChanged { .. } => free(
            Code::FileChanged,
            "the file was changed since it was taken in".into(),
            "Add it again to see what it is now.",
        ),
        BatchError::TooManyBytes { service, size_bytes, limit_bytes } => free(
            Code::TooLarge,
            format!(
                "the file has {} MB, and {service} takes at most {} MB",
                megabytes(*size_bytes),
                megabytes(*limit_bytes)
            ),
            "Save it smaller and try again. Previews on this computer still work.",
        ),
        BatchError::TooManyMegapixels { .. } => free(
            Code::TooLarge,
            error.to_string(),
            "Make it smaller and try again. Previews on this computer still work.",
        ),
        BatchError::OverAgreed { agreed, price } => free(
            Code::OverAgreed,
            format!("this would cost {}, and {} was agreed to", credits(*price), credits(*agreed)),
            "Look at the new price and decide again.",
        ),
        BatchError::NotReserved(refusal) => refused(refusal, name),
        BatchError::OutOfCredits { service } => free(
            Code::OutOfCredits,
            format!("{service} says that the credits do not reach"),
            "Top up, or wait for the renewal.",
        ),
        BatchError::KeyRefused { service } => free(
            Code::KeyRefused,
            format!("{service} refuses the key"),
            "Look the key up on the service's page and enter it again.",
        ),
        BatchError::ServiceEnded { service, perhaps_charged: false, .. } => free(
            Code::ServiceEnded,
            format!("{service} has ended"),
            "Everything already paid is kept. Cutouts on this computer go on; for full results choose another service.",
        ),
        BatchError::ServiceEnded { .. } => say(
            Code::ServiceEnded,
            error.to_string(),
            "Everything already paid is kept. For full results choose another service.",
        ),
        BatchError::RateLimited { wait } => free(
            Code::RateLimited,
            format!("the service asks to wait {} seconds", wait.as_secs().max(1)),
            "Try again after that.",
        ),
        BatchError::Refused(refusal) => {
            let problem = service(refusal);
            Problem::new(problem.code, format!("“{name}”: {} {FREE}", problem.message), problem.hint)
        }
        BatchError::NotSent(fault) => {
            let problem = request(fault);
            Problem::new(problem.code, format!("“{name}”: {} {FREE}", problem.message), problem.hint)
        }
        BatchError::Unknown { .. } => say(
            Code::MaybeCharged,
            error.to_string(),
            "Its price stays set aside until the balance shows what became of it. Trying again may cost again.",
        ),
        BatchError::PaidLost { charged, reason, .. } => say(
            Code::PaidLost,
            format!("the service charged {} and sent no usable picture ({reason})", credits(*charged)),
            "The answer is kept for a refund claim. Trying again costs again.",
        ),
        BatchError::PaidNotSaved { fault, .. } => say(
            Code::PaidNotSaved,
            format!("it is paid and kept, but {fault}"),
            "Save it again when that is mended: that is free.",
        ),
        BatchError::Folder(fault) => folder(fault, name, FREE),
        BatchError::NoRoom(VaultError::NoRoom { .. }) => free(
            Code::DiskFull,
            "there is no room on the disk to keep the answer safe, so it was not sent".into(),
            "Make room on the disk that holds Clearcut's data.",
        ),
        BatchError::NoRoom(fault) => {
            free(Code::StoreTrouble, format!("Clearcut's vault cannot take the answer: {fault}"), "")
        }
        BatchError::Cancelled => free(Code::Cancelled, "stopped before it was sent".into(), ""),
        BatchError::NothingKept => say(Code::BadRequest, error.to_string(), "Download it first."),
        BatchError::NoSubject => free(
            Code::NoSubject,
            "nothing was found that could be cut out".into(),
            "The model on this computer looks for one clear subject. The service may still find it.",
        ),
        BatchError::KeptNoMore => say(
            Code::NotKept,
            error.to_string(),
            "The file that was saved of it stays where it is. Downloading it again costs again.",
        ),
        BatchError::Matting(fault) => free(Code::Internal, format!("the model on this computer failed: {fault}"), ""),
        BatchError::Store(fault) => {
            let problem = store(fault);
            Problem::new(
                problem.code,
                format!("“{name}”: {}", problem.message),
                "What was paid is safe and found at the next start.",
            )
        }
        BatchError::Vault(_) => {
            say(Code::StoreTrouble, error.to_string(), "What was paid is safe and found at the next start.")
        }
        BatchError::Account(fault) => request(fault),
        BatchError::TakenUp => Problem::new(
            Code::BadRequest,
            "Another window or terminal is at work on this batch.",
            "Watch it there, or wait until it has ended.",
        ),
        BatchError::BadFigure { .. } | BatchError::Interrupted => {
            say(Code::Internal, error.to_string(), "What was paid is safe and found at the next start.")
        }
    }
}

/// A request that failed without a charge: reaching the service, or reading its account.
pub(crate) fn request(error: &RemoveError) -> Problem {
    let text = sentence(&capitalised(&error.to_string()));
    let (code, hint) = match &error.kind {
        ErrorKind::Refused(refusal) => return service(refusal),
        ErrorKind::Connect(_) => (Code::NoNetwork, "Check the connection and the service's address."),
        ErrorKind::Timeout { .. } => (Code::TimedOut, "Try again; the service or the line is slow."),
        ErrorKind::Redirected { .. } | ErrorKind::NotThisService { .. } => {
            (Code::NotThisService, "Check the service's address.")
        }
        ErrorKind::Cancelled => (Code::Cancelled, ""),
        ErrorKind::Source(_) => (Code::FileTrouble, "Check that the picture is still there and readable."),
        ErrorKind::Sink(_) => (Code::StoreTrouble, "Check the disk that holds Clearcut's data."),
        _ => (Code::NoNetwork, "Try again; check the connection if it stays."),
    };
    Problem::new(code, text, hint)
}

/// A reservation that was refused.
fn refused(refusal: &Refusal, name: &str) -> Problem {
    let text = sentence(&refusal.to_string());
    let hint = match refusal {
        Refusal::Cap { .. } => "Raise the limit, or choose fewer pictures.",
        Refusal::Payg { .. } | Refusal::PaygLineUnknown => "Allow pay-as-you-go, or wait for the renewal.",
        Refusal::NotAPrice { .. } => "",
    };
    Problem::new(Code::OverAgreed, format!("“{name}”: {text} Nothing was charged."), hint)
}

/// The service's own refusal.
pub(crate) fn service(refusal: &ServiceError) -> Problem {
    let (code, hint) = match (refusal.status, refusal.code.as_deref()) {
        (401 | 403, _) => (Code::KeyRefused, "Look the key up on the service's page and enter it again."),
        (402, _) => (Code::OutOfCredits, "Top up, or wait for the renewal."),
        (429, _) => (Code::RateLimited, "Try again in a moment."),
        (410, _) => (Code::ServiceEnded, "Everything already paid is kept. For full results choose another service."),
        (500.., _) => (Code::ServiceTrouble, "The fault is the service's own. Try again later."),
        (_, Some("unknown_foreground")) => (Code::NoSubject, "Try a picture with one clear subject."),
        (_, Some("resolution_too_high" | "file_too_large")) | (413, _) => {
            (Code::TooLarge, "Make it smaller and try again.")
        }
        (400, _) => (Code::Refused, "Change what it names, or try another picture."),
        _ if !refusal.documented => (Code::NotThisService, "Check the service's address."),
        _ => (Code::Refused, ""),
    };
    Problem::new(code, sentence(&format!("The service says: {refusal}")), hint)
}

fn folder(fault: &SaveFault, name: &str, cost: &str) -> Problem {
    let (code, hint) = match fault {
        SaveFault::DiskFull { .. } => (Code::DiskFull, "Make room, or choose a folder on another disk."),
        SaveFault::ReadOnly { .. } => {
            (Code::NoPermission, "Choose another folder, or change the permissions of this one.")
        }
        SaveFault::Picture(error) => return image(error, name),
        SaveFault::NoFreeName { .. } | SaveFault::Other { .. } => (Code::FileTrouble, "Choose another folder."),
    };
    Problem::new(code, format!("“{name}”: {} {cost}", sentence(&fault.to_string())), hint)
}

/// The price rose above what was agreed to.
pub(crate) fn over_agreed(agreed: Credits, price: Credits) -> Problem {
    Problem::new(
        Code::OverAgreed,
        format!("This would cost {} now, and {} was agreed to. Nothing was sent.", credits(price), credits(agreed)),
        "Look at the new price and decide again.",
    )
}

/// Other use has moved the line since the quote.
pub(crate) const PAYG_EARLY: &str = "Pay-as-you-go would begin earlier than agreed, because credits were used elsewhere meanwhile. Nothing more is sent; look at the new quote and decide again.";

/// Nothing of what was picked can be downloaded as chosen.
pub(crate) fn nothing_to_download() -> Problem {
    Problem::new(
        Code::OutOfCredits,
        "The credits do not reach for a single one of these pictures. Nothing was sent.",
        "Top up, wait for the renewal, or cut them out on this computer.",
    )
}

/// Clearcut's own database.
pub(crate) fn store(error: &StoreError) -> Problem {
    let (code, hint) = match error {
        StoreError::NewerDatabase { .. } => (Code::StoreNewer, "Install the newest Clearcut."),
        StoreError::DiskFull => (Code::DiskFull, "Make room on the disk that holds Clearcut's data."),
        StoreError::NotADatabase { .. } => {
            (Code::StoreTrouble, "Move the file away to start afresh; keep it, because it may hold receipts.")
        }
        StoreError::Busy => (Code::StoreTrouble, "Another Clearcut is busy with it. Try again."),
        StoreError::Io { source, .. }
            if matches!(source.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) =>
        {
            (Code::NoPermission, "Change the permissions, or choose another data folder with CLEARCUT_DATA_DIR.")
        }
        _ => (Code::StoreTrouble, ""),
    };
    Problem::new(code, sentence(&capitalised(&error.to_string())), hint)
}

/// The vault of paid answers.
pub(crate) fn vault(error: &VaultError) -> Problem {
    Problem::new(
        Code::StoreTrouble,
        sentence(&format!("The vault of paid pictures cannot be used: {error}")),
        "Check the disk and the permissions of the data folder.",
    )
}

/// The vault has begun to make room by itself.
pub(crate) fn vault_at_its_limit(gb: u32) -> String {
    format!(
        "The paid pictures kept have reached their limit of {gb} GB: the oldest saved ones make room from now on. \
         Saved files stay where they are. The limit is under Settings."
    )
}

/// No key is known for a service that needs one.
pub(crate) fn key_missing(service: &str) -> Problem {
    Problem::new(
        Code::KeyMissing,
        format!("No key is known for {service}."),
        "Enter it under Account, or pipe it into `clearcut account add`.",
    )
}

/// What was typed cannot be a key.
pub(crate) fn bad_key(error: BadKey, what: &str) -> Problem {
    Problem::new(
        Code::BadKey,
        format!("The key in {what} cannot be used: {error}."),
        "Copy it again from the service's page.",
    )
}

/// The system would not open something.
pub(crate) fn not_opened(what: &str, error: &HostError) -> Problem {
    Problem::new(Code::FileTrouble, sentence(&format!("Could not open {what}: {error}")), "")
}

/// The system would not let files be dragged.
pub(crate) fn not_dragged(error: &HostError) -> Problem {
    let advice = "Show it in its folder and drag it from there.";
    Problem::new(Code::FileTrouble, sentence(&format!("Could not drag the file: {error}")), advice)
}

/// The program is about to end.
pub(crate) fn closing() -> Problem {
    Problem::new(Code::Cancelled, "Clearcut is closing.", "")
}

/// What the start did about a run that was killed; `None` where there was nothing worth a word.
pub(crate) fn recovered(found: &[Recovered]) -> Option<(BannerKind, String)> {
    let count = |state| found.iter().filter(|found| found.now == state).count();
    let (saved, waiting, unknown, lost) =
        (count(JobState::Saved), count(JobState::Settled), count(JobState::Unknown), count(JobState::PaidLost));
    let mut parts = Vec::new();
    if saved > 0 {
        parts.push(format!("{} saved now", pictures(saved, "paid picture was", "paid pictures were")));
    }
    if waiting > 0 {
        parts.push(format!(
            "{} kept in the vault and can be saved again free of charge",
            pictures(waiting, "paid picture is", "paid pictures are")
        ));
    }
    if unknown > 0 {
        parts.push(format!(
            "{} sent without an answer and may have been charged",
            pictures(unknown, "picture was", "pictures were")
        ));
    }
    if lost > 0 {
        parts.push(format!(
            "{} charged without a usable answer, which is kept for a refund claim",
            pictures(lost, "picture was", "pictures were")
        ));
    }
    let kind = if unknown + lost + waiting > 0 { BannerKind::Warning } else { BannerKind::Info };
    (!parts.is_empty()).then(|| (kind, format!("After the last stop: {}.", parts.join("; "))))
}

pub(crate) fn pictures(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// "1 credit", "0.25 credits".
pub(crate) fn credits(amount: Credits) -> String {
    if amount == Credits::ONE { "1 credit".to_owned() } else { format!("{amount} credits") }
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes / 100_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Begins a text as a sentence.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
