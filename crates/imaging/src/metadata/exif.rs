//! EXIF blocks: a TIFF directory without pixels (CIPA DC-008, TIFF 6.0). Changed in place, so that makers' notes, which count from the
//! block's beginning, stay readable; built anew only out of a TIFF file, where pixels lie in between.

use crate::rgba::byte_len;

const ORIENTATION: u16 = 0x0112;
const THUMBNAIL_AT: u16 = 0x0201;
const THUMBNAIL_LENGTH: u16 = 0x0202;
pub(super) const EXIF_IFD: u16 = 0x8769;
pub(super) const GPS_IFD: u16 = 0x8825;
pub(super) const INTEROP_IFD: u16 = 0xA005;
const COLOUR_SPACE: u16 = 0xA001;
const WIDTHS: [u16; 2] = [0x0100, 0xA002];
const HEIGHTS: [u16; 2] = [0x0101, 0xA003];
/// Most entries of a directory that are looked at.
const MAX_ENTRIES: usize = 1000;
/// How much longer than its file an EXIF block may be that is built anew: directories take a few bytes that they may have shared.
pub(super) const ROOM: usize = 64 << 10;
/// Tags of a TIFF that say how its pixels are stored, or are kept elsewhere (XMP, IPTC, Photoshop, profile): no part of its EXIF.
pub(super) const OF_PIXELS: [u16; 35] = [
    254, 255, 256, 257, 258, 259, 262, 263, 266, 273, 277, 278, 279, 284, 288, 289, 290, 291, 301, 317, 320, 322, 323,
    324, 325, 330, 338, 339, 347, 512, 529, 530, 700, 33723, 34377,
];

/// A block that says nothing but the orientation.
pub(crate) fn only_orientation(orientation: u8) -> Vec<u8> {
    // Header, one entry of tag 274 (SHORT, one value), no further directory.
    let mut block = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    block.extend([0, orientation, 0, 0, 0, 0, 0, 0]);
    block
}

/// One entry of a directory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// Where its twelve bytes begin.
    pub(super) at: usize,
    pub(super) tag: u16,
    pub(super) kind: u16,
    count: u32,
}

/// A block whose numbers can be read and changed.
pub(super) struct Block<'a> {
    pub(super) bytes: &'a mut [u8],
    pub(super) little: bool,
}

impl<'a> Block<'a> {
    pub(super) fn new(bytes: &'a mut [u8]) -> Option<Self> {
        let little = match bytes.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        Some(Self { bytes, little })
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    pub(super) fn place(&self, at: usize) -> Option<usize> {
        usize::try_from(self.u32(at)?).ok()
    }

    fn put_u32(&mut self, at: usize, value: u32) {
        if let Some(place) = self.bytes.get_mut(at..at + 4) {
            place.copy_from_slice(&if self.little { value.to_le_bytes() } else { value.to_be_bytes() });
        }
    }

    /// The entries of a directory, and where the place of the next one stands.
    pub(super) fn directory(&self, at: usize) -> Option<(Vec<Entry>, usize)> {
        let count = usize::from(self.u16(at)?);
        if count > MAX_ENTRIES {
            return None;
        }
        let entry = |index: usize| {
            let at = at + 2 + index * 12;
            Some(Entry { at, tag: self.u16(at)?, kind: self.u16(at + 2)?, count: self.u32(at + 4)? })
        };
        let entries = (0..count).map(entry).collect::<Option<Vec<_>>>()?;
        Some((entries, at + 2 + count * 12))
    }

    /// The bytes of an entry's value, wherever they stand.
    pub(super) fn value(&self, entry: Entry) -> Option<&[u8]> {
        let unit = match entry.kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => return None,
        };
        // Bounded by the file that it stands in.
        let length = byte_len(entry.count, 1)? / 4 * unit;
        let start = if length <= 4 { entry.at + 8 } else { self.place(entry.at + 8)? };
        self.bytes.get(start..start.checked_add(length)?)
    }

    /// Sets a number that stands in its entry (SHORT or LONG).
    fn set(&mut self, entry: Entry, value: u32) {
        match (entry.kind, u16::try_from(value)) {
            (3, Ok(short)) => {
                let bytes = if self.little { short.to_le_bytes() } else { short.to_be_bytes() };
                if let Some(place) = self.bytes.get_mut(entry.at + 8..entry.at + 10) {
                    place.copy_from_slice(&bytes);
                }
            }
            (4, _) => self.put_u32(entry.at + 8, value),
            _ => {}
        }
    }
}

/// The block as it fits a result: upright, in sRGB, without the small copy of the original. `None` for what is no EXIF.
pub(super) fn for_result(exif: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif).to_vec();
    let mut block = Block::new(&mut bytes)?;
    let (entries, next_at) = block.directory(block.place(4)?)?;
    for entry in entries.iter().filter(|entry| entry.tag == ORIENTATION) {
        block.set(*entry, 1);
    }
    let below = sub_directory(&block, &entries, EXIF_IFD);
    for entry in below.iter().flatten().filter(|entry| entry.tag == COLOUR_SPACE) {
        block.set(*entry, 1);
    }
    let end = drop_thumbnail(&mut block, next_at);
    bytes.truncate(end);
    Some(bytes)
}

/// Cuts the second directory off and blanks its picture; says where the block may end.
fn drop_thumbnail(block: &mut Block<'_>, next_at: usize) -> usize {
    let end = block.bytes.len();
    let Some(at) = block.place(next_at).filter(|at| *at != 0) else { return end };
    block.put_u32(next_at, 0);
    let Some((entries, _)) = block.directory(at) else { return end };
    let value = |tag| entries.iter().find(|entry| entry.tag == tag).and_then(|entry| block.place(entry.at + 8));
    let (Some(start), Some(length)) = (value(THUMBNAIL_AT), value(THUMBNAIL_LENGTH)) else { return end };
    let Some(picture) = start.checked_add(length).and_then(|stop| block.bytes.get_mut(start..stop)) else { return end };
    picture.fill(0);
    // Usually it stands last.
    if start + length == end { start } else { end }
}

fn sub_directory(block: &Block<'_>, entries: &[Entry], tag: u16) -> Option<Vec<Entry>> {
    let entry = entries.iter().find(|entry| entry.tag == tag)?;
    Some(block.directory(block.place(entry.at + 8)?)?.0)
}

/// The width and height that the block names become those of the result.
pub(crate) fn with_size(exif: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut bytes = exif.to_vec();
    if let Some(mut block) = Block::new(&mut bytes) {
        let first = block.place(4).and_then(|at| block.directory(at)).map(|(entries, _)| entries).unwrap_or_default();
        let below = sub_directory(&block, &first, EXIF_IFD).unwrap_or_default();
        for entry in first.into_iter().chain(below) {
            if WIDTHS.contains(&entry.tag) {
                block.set(entry, width);
            } else if HEIGHTS.contains(&entry.tag) {
                block.set(entry, height);
            }
        }
    }
    bytes
}

/// Dots per inch as the block states them, as pixels per metre.
pub(super) fn density(exif: &[u8]) -> Option<(u32, u32)> {
    let mut bytes = exif.to_vec();
    let block = Block::new(&mut bytes)?;
    let (entries, _) = block.directory(block.place(4)?)?;
    let entry = |tag| entries.iter().find(|entry| entry.tag == tag);
    let ratio = |tag| {
        let at = block.place(entry(tag)?.at + 8)?;
        Some(f64::from(block.u32(at)?) / f64::from(block.u32(at + 4)?))
    };
    // 2 inches (also where nothing is said), 3 centimetres.
    let to_metre = match entry(296).and_then(|entry| block.u16(entry.at + 8)) {
        None | Some(2) => 1.0 / 0.0254,
        Some(3) => 100.0,
        _ => return None,
    };
    let (across, down) = (ratio(282)? * to_metre, ratio(283)? * to_metre);
    Some((per_metre(across)?, per_metre(down)?))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and a million")]
fn per_metre(value: f64) -> Option<u32> {
    (1.0..1e6).contains(&value).then(|| value.round() as u32)
}

/// The EXIF of a TIFF file: its first directory without what describes pixels, with the directories of camera and place.
pub(super) fn of_tiff(file: &[u8]) -> Option<Vec<u8>> {
    let mut file = file.to_vec();
    let block = Block::new(&mut file)?;
    let (entries, _) = block.directory(block.place(4)?)?;
    let most = block.bytes.len() + ROOM;
    let mut out = Builder { bytes: file_head(block.little), little: block.little, most };
    let kept: Vec<Entry> =
        entries.into_iter().filter(|entry| !OF_PIXELS.contains(&entry.tag) && entry.tag != 34675).collect();
    // What a camera says is more than a program's name and the size of a dot.
    if kept.is_empty() {
        return None;
    }
    let at = out.directory(&block, &kept, 0)?;
    let at = u32::try_from(at).ok()?;
    let place = if out.little { at.to_le_bytes() } else { at.to_be_bytes() };
    out.bytes[4..8].copy_from_slice(&place);
    Some(out.bytes)
}

fn file_head(little: bool) -> Vec<u8> {
    if little { b"II*\0\0\0\0\0".to_vec() } else { b"MM\0*\0\0\0\0".to_vec() }
}

/// Writes directories one behind the other.
struct Builder {
    bytes: Vec<u8>,
    little: bool,
    /// How long all of it may become: the values of a small file may lie one over the other, a thousand times the whole file.
    most: usize,
}

impl Builder {
    fn push16(&mut self, value: u16) {
        self.bytes.extend(if self.little { value.to_le_bytes() } else { value.to_be_bytes() });
    }

    fn push32(&mut self, value: u32) {
        self.bytes.extend(if self.little { value.to_le_bytes() } else { value.to_be_bytes() });
    }

    /// Copies a directory with its values and the ones below it; where it begins.
    fn directory(&mut self, from: &Block<'_>, entries: &[Entry], depth: usize) -> Option<usize> {
        if self.bytes.len() > self.most {
            return None;
        }
        // Values and lower directories first, so that their places are known.
        let mut written = Vec::new();
        for entry in entries {
            let value = match entry.tag {
                EXIF_IFD | GPS_IFD | INTEROP_IFD if depth < 2 => {
                    let Some((below, _)) = from.place(entry.at + 8).and_then(|at| from.directory(at)) else { continue };
                    let at = self.directory(from, &below, depth + 1)?;
                    Value::Place(u32::try_from(at).ok()?)
                }
                _ => match self.value(from, *entry) {
                    Some(value) => value,
                    None => continue,
                },
            };
            written.push((*entry, value));
        }
        let at = self.bytes.len();
        self.push16(u16::try_from(written.len()).ok()?);
        for (entry, value) in written {
            self.push16(entry.tag);
            self.push16(entry.kind);
            self.push32(entry.count);
            match value {
                Value::Inline(bytes) => self.bytes.extend(bytes),
                Value::Place(at) => self.push32(at),
            }
        }
        self.push32(0);
        Some(at)
    }

    /// A value of up to four bytes, or the place it was copied to.
    fn value(&mut self, from: &Block<'_>, entry: Entry) -> Option<Value> {
        let value = from.value(entry)?;
        if value.len() <= 4 {
            return Some(Value::Inline(from.bytes.get(entry.at + 8..entry.at + 12)?.try_into().ok()?));
        }
        if self.bytes.len() + value.len() > self.most {
            return None;
        }
        if self.bytes.len() % 2 == 1 {
            self.bytes.push(0);
        }
        let at = u32::try_from(self.bytes.len()).ok()?;
        self.bytes.extend(value);
        if self.bytes.len() % 2 == 1 {
            self.bytes.push(0);
        }
        Some(Value::Place(at))
    }
}

enum Value {
    Inline([u8; 4]),
    Place(u32),
}
