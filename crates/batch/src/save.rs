//! From a composed picture to a whole file under its final name: a part file in the target folder, synced, renamed to a name
//! that nobody has. It knows nothing of money; whatever fails here can be repeated free.
//!
//! Where the user wants a file replaced, it goes to the trash first. What the next start finds if the process dies:
//!
//! | during | old file | new file | next start |
//! | --- | --- | --- | --- |
//! | writing and syncing the part file | in its place | a part file | part file removed, all of it done again |
//! | moving the old file to the trash | in its place or in the trash | a part file | the same; nothing to replace where it is in the trash |
//! | giving the name | in the trash | a part file, or whole under its name | done again, or recognised by its bytes |
//! | syncing the folder | in the trash, or back after a power cut | whole, or gone after a power cut | recognised, or done again |
//!
//! So the old file is always whole in one of two places, and is never touched before the new one is on the drive. Where there is no trash
//! (some network drives, a session without a desktop) the old file stays and the new one gets a number, with a warning.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use clearcut_imaging::{
    EncodeOptions, ExportOptions, ImageError, Limits, Metadata, OutputFormat, Rgba, encode_with, export, metadata,
};
use clearcut_store::{Files, JobId, OutFile};

use crate::{SaveFault, hands::Held, names::numbered};

/// Whether this job may have got as far as its final name before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// The first one: a name that is taken is somebody else's.
    First,
    /// After a death: a file with the very same bytes under a planned name is this job's own.
    AfterDeath,
}

/// What is saved, and where to.
pub(crate) struct Target<'a> {
    pub(crate) job: JobId,
    pub(crate) format: OutputFormat,
    /// What the original said beside its picture.
    pub(crate) metadata: Metadata,
    pub(crate) planned: &'a Path,
    /// The original, where a file that has the planned name is to be replaced: it is never that one.
    pub(crate) replace: Option<&'a Path>,
}

/// What the original says beside its picture, where that is wanted and the file is still the one that was cut out. Another file's words are
/// not put into the result, and their absence is no reason not to save it.
pub(crate) fn said_by(original: &Path, content: &str, wanted: bool) -> Metadata {
    if !wanted {
        return Metadata::default();
    }
    match metadata(original, &Limits::inputs()) {
        Ok((said, found)) if found.as_str() == content => said,
        Ok(_) => Metadata::default(),
        Err(error) => {
            tracing::debug!(original = %original.display(), %error, "saved without what the original says");
            Metadata::default()
        }
    }
}

/// A file that is whole under its final name.
#[derive(Debug)]
pub(crate) struct Saved {
    pub(crate) path: PathBuf,
    /// It was to replace a file that could not be moved to the trash.
    pub(crate) not_replaced: bool,
}

/// Makes sure that a file could be created in `folder`, before anything is paid: makes the folder, and a part file that is removed
/// at once. A full disk may still pass.
pub(crate) fn check_folder(files: &dyn Files, folder: &Path, job: JobId) -> Result<(), SaveFault> {
    let fault = |source| SaveFault::new(folder, source);
    files.create_dir_all(folder).map_err(fault)?;
    let part = part_file(folder, job);
    drop(files.create_new(&part).map_err(fault)?);
    // Once more before it is called a folder that takes files and does not give them back.
    files.remove_file(&part).or_else(|_| files.remove_file(&part)).map_err(fault)
}

/// Writes `picture` under the planned name or the next free number after it; it is out of memory before the drive is waited for. On an error nothing is left behind, and what was
/// to be replaced is in its place or in the trash.
pub(crate) fn save(
    files: &dyn Files,
    picture: impl Into<Held>,
    target: &Target<'_>,
    attempt: Attempt,
) -> Result<Saved, SaveFault> {
    let encode = |picture: &Rgba, out: &mut dyn Write| {
        encode_with(picture, target.format, &EncodeOptions::default(), &target.metadata, out)
    };
    save_with(files, picture.into(), target, attempt, &encode)
}

/// Writes a picture's bytes.
type Encode<'a> = &'a dyn Fn(&Rgba, &mut dyn Write) -> Result<(), ImageError>;

fn save_with(
    files: &dyn Files,
    picture: Held,
    target: &Target<'_>,
    attempt: Attempt,
    encode: Encode<'_>,
) -> Result<Saved, SaveFault> {
    let folder = target.planned.parent().unwrap_or(Path::new(""));
    files.create_dir_all(folder).map_err(|source| SaveFault::new(folder, source))?;
    let part = part_file(folder, target.job);
    let saved =
        write_part(files, picture, encode, &part, folder).and_then(|()| give_name(files, &part, target, attempt));
    if saved.is_err() {
        remove_part(files, &part);
    }
    saved
}

/// Where an export goes, and what is said beside its picture.
#[derive(Debug, Clone, Copy)]
pub struct ExportTarget<'a> {
    /// The planned name, in a folder that is made where it is missing.
    pub planned: &'a Path,
    /// The file that was cut out, where the result is to say what it says.
    pub original: Option<&'a Path>,
    /// The content hash of what was cut out: another file's words are not put into the result.
    pub content: &'a str,
}

/// Exports a finished picture under the planned name or the next free number after it, whole or not at all. Free. Blocking.
///
/// # Errors
/// [`SaveFault`]; nothing is left behind.
pub fn export_file(
    files: &dyn Files,
    picture: Rgba,
    options: &ExportOptions,
    to: ExportTarget<'_>,
) -> Result<PathBuf, SaveFault> {
    let metadata = to.original.map(|original| said_by(original, to.content, true)).unwrap_or_default();
    // The format of the target is only for what is saved in its plain form.
    let target = Target { job: JobId::new(), format: OutputFormat::Png, metadata, planned: to.planned, replace: None };
    let encode = |picture: &Rgba, out: &mut dyn Write| export(picture, options, &target.metadata, out);
    Ok(save_with(files, picture.into(), &target, Attempt::First, &encode)?.path)
}

/// Removes what a dead run may have left in `folder`.
pub(crate) fn sweep(files: &dyn Files, folder: &Path, job: JobId) {
    let part = part_file(folder, job);
    if part.symlink_metadata().is_ok() {
        remove_part(files, &part);
    }
}

/// Named after the job, so that the next start finds it, and short, so that it fits beside any name.
fn part_file(folder: &Path, job: JobId) -> PathBuf {
    folder.join(format!(".clearcut-{job}.part"))
}

fn write_part(
    files: &dyn Files,
    picture: Held,
    encode: Encode<'_>,
    part: &Path,
    folder: &Path,
) -> Result<(), SaveFault> {
    let fault = |source| SaveFault::new(folder, source);
    let mut out = Out { file: files.create_new(part).map_err(fault)?, fault: None };
    let encoded = {
        let mut buffered = BufWriter::with_capacity(256 << 10, &mut out);
        encode(&picture, &mut buffered).and_then(|()| buffered.flush().map_err(ImageError::from))
    };
    drop(picture);
    match (encoded, out.fault.take()) {
        // The disk's own words are clearer than what an encoder makes of them.
        (Err(_), Some(source)) | (Err(ImageError::Io(source)), None) => Err(fault(source)),
        (Err(error), None) => Err(SaveFault::Picture(error)),
        (Ok(()), _) => out.file.sync().map_err(fault),
    }
}

fn give_name(files: &dyn Files, part: &Path, target: &Target<'_>, attempt: Attempt) -> Result<Saved, SaveFault> {
    let folder = target.planned.parent().unwrap_or(Path::new(""));
    if attempt == Attempt::AfterDeath
        && let Some(own) = own_result(part, target.planned)
    {
        remove_part(files, part);
        return Ok(Saved { path: own, not_replaced: false });
    }
    let not_replaced = match target.replace.filter(|original| is_replaceable(target.planned, original)) {
        // A file that is there no more needs no trash; what came to its place meanwhile keeps its name.
        Some(_) => match files.trash(target.planned) {
            Ok(()) => false,
            Err(error) => {
                tracing::warn!(file = %target.planned.display(), %error, "not moved to the trash; it stays");
                true
            }
        },
        None => false,
    };
    for path in numbered(target.planned) {
        match files.rename_new(part, &path) {
            Ok(()) => {
                // The file is whole and has its name. If the folder cannot be synced, a power cut may take the name
                // back, and the next start would save it again.
                if let Err(error) = files.sync_dir(folder) {
                    tracing::warn!(folder = %folder.display(), %error, "the folder could not be synced");
                }
                return Ok(Saved { path, not_replaced });
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(source) => return Err(SaveFault::new(folder, source)),
        }
    }
    Err(SaveFault::NoFreeName { planned: target.planned.to_path_buf() })
}

/// The file that this very job saved before it died, under the planned name or a number. Looked for before anything is replaced,
/// or a job would throw away its own result.
fn own_result(part: &Path, planned: &Path) -> Option<PathBuf> {
    numbered(planned).take_while(|name| name.symlink_metadata().is_ok()).find(|name| same_bytes(part, name))
}

/// A plain file that is not the original, however either of them is reached. What cannot be told is not touched.
fn is_replaceable(file: &Path, original: &Path) -> bool {
    let plain = file.symlink_metadata().is_ok_and(|meta| meta.is_file());
    let same = |real: PathBuf| original.canonicalize().is_ok_and(|original| original == real);
    plain && !file.canonicalize().map_or(true, same)
}

fn remove_part(files: &dyn Files, part: &Path) {
    match files.remove_file(part).or_else(|_| files.remove_file(part)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(part = %part.display(), %error, "a part file could not be removed");
        }
        _ => {}
    }
}

/// Whether two files hold the same. What cannot be read is not the same.
pub(crate) fn same_bytes(one: &Path, other: &Path) -> bool {
    fn same(one: &Path, other: &Path) -> io::Result<bool> {
        let (mut one, mut other) = (File::open(one)?, File::open(other)?);
        if one.metadata()?.len() != other.metadata()?.len() {
            return Ok(false);
        }
        let (mut left, mut right) = (vec![0; 64 << 10], vec![0; 64 << 10]);
        loop {
            let read = one.read(&mut left)?;
            other.read_exact(&mut right[..read])?;
            if read == 0 || left[..read] != right[..read] {
                return Ok(read == 0);
            }
        }
    }
    same(one, other).unwrap_or(false)
}

/// The file layer's file as a writer, which remembers why it failed.
struct Out {
    file: Box<dyn OutFile>,
    fault: Option<io::Error>,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.file.write_all(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(error) => {
                let told = io::Error::from(error.kind());
                self.fault = Some(error);
                Err(told)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
