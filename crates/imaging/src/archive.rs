//! Reading the two entries of a ZIP answer without believing what the archive declares.
//!
//! Number of entries, declared sizes and the bytes that really come out are each held against the limits, in this order,
//! so that a bomb costs neither memory nor time.

use std::io::{Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::ImageError;
use crate::limits::Limits;

/// The parts of a ZIP answer, still encoded.
pub(crate) struct Parts {
    /// `color.jpg`: the foreground's colours.
    pub(crate) colour: Vec<u8>,
    /// `alpha.png`: the matte.
    pub(crate) alpha: Vec<u8>,
}

/// Unpacks both parts. Names compare without case, and other entries are passed over.
pub(crate) fn unpack(mut body: impl Read + Seek, limits: &Limits) -> Result<Parts, ImageError> {
    check_entry_count(&mut body, limits)?;
    let mut archive = ZipArchive::new(body)?;
    let (mut colour, mut alpha) = (None, None);
    for index in 0..archive.len() {
        let entry = archive.by_index(index)?;
        let name = entry.name()?.to_ascii_lowercase();
        let part = match name.as_str() {
            "color.jpg" => &mut colour,
            "alpha.png" => &mut alpha,
            _ => continue,
        };
        let declared = entry.size();
        if declared > limits.max_zip_entry_bytes {
            return Err(ImageError::ZipBomb(format!("{name} declares {declared} bytes")));
        }
        *part = Some(read(entry, &name, limits)?);
    }
    match (colour, alpha) {
        (Some(colour), Some(alpha)) => Ok(Parts { colour, alpha }),
        (None, _) => Err(ImageError::BadZip("color.jpg is missing".to_owned())),
        (_, None) => Err(ImageError::BadZip("alpha.png is missing".to_owned())),
    }
}

/// Reads one entry, stopping one byte behind the limit whatever was declared.
fn read(entry: impl Read, name: &str, limits: &Limits) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    entry
        .take(limits.max_zip_entry_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| ImageError::BadZip(format!("{name} cannot be unpacked ({error})")))?;
    if bytes.len() as u64 > limits.max_zip_entry_bytes {
        return Err(ImageError::ZipBomb(format!("{name} unpacks to more than {} bytes", limits.max_zip_entry_bytes)));
    }
    Ok(bytes)
}

/// Reads the number of entries from the end record (APPNOTE 4.3.16) before the directory is parsed: a directory of
/// millions of entries is a bomb of its own. ZIP64's marker, 65,535, is refused with it.
fn check_entry_count(body: &mut (impl Read + Seek), limits: &Limits) -> Result<(), ImageError> {
    const END_RECORD: usize = 22;
    const TAIL: u64 = END_RECORD as u64 + u16::MAX as u64;
    let length = body.seek(SeekFrom::End(0))?;
    body.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    body.take(TAIL).read_to_end(&mut tail)?;
    let mut found = false;
    for record in tail.windows(END_RECORD).filter(|record| record.starts_with(b"PK\x05\x06")) {
        found = true;
        let entries = usize::from(u16::from_le_bytes([record[10], record[11]]));
        if entries > limits.max_zip_entries {
            return Err(ImageError::ZipBomb(format!("it lists {entries} entries")));
        }
    }
    if found { Ok(()) } else { Err(ImageError::BadZip("its end is missing".to_owned())) }
}

impl From<ZipError> for ImageError {
    fn from(error: ZipError) -> Self {
        Self::BadZip(error.to_string())
    }
}
