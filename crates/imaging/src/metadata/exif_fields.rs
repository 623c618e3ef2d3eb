//! The entries of an EXIF block one by one, for a file whose directories they become. Knows nothing of that file.

use super::exif::{Block, EXIF_IFD, GPS_IFD, INTEROP_IFD, OF_PIXELS, ROOM};

/// An entry of a directory, taken out of its block.
pub(super) struct Field {
    pub(super) tag: u16,
    pub(super) told: Told,
}

/// What an entry tells.
pub(super) enum Told {
    /// A value of this TIFF type, its numbers in the machine's own order.
    Value {
        /// As TIFF numbers its types.
        kind: u16,
        bytes: Vec<u8>,
    },
    /// A directory of its own.
    Below(Vec<Field>),
}

/// The first directory's entries, but for those that say how pixels are stored, with what lies below them.
pub(super) fn fields(exif: &[u8]) -> Option<Vec<Field>> {
    let mut bytes = exif.to_vec();
    let block = Block::new(&mut bytes)?;
    let mut room = block.bytes.len() + ROOM;
    let mut fields = fields_at(&block, block.place(4)?, &mut room, 0)?;
    fields.retain(|field| !OF_PIXELS.contains(&field.tag) && field.tag != 34675);
    Some(fields)
}

/// `room` is what is left for all values together: they may lie one over the other.
fn fields_at(block: &Block<'_>, at: usize, room: &mut usize, depth: usize) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    for entry in block.directory(at)?.0 {
        let told = match entry.tag {
            EXIF_IFD | GPS_IFD | INTEROP_IFD if depth < 2 => {
                let below = block.place(entry.at + 8).and_then(|at| fields_at(block, at, room, depth + 1));
                below.map(Told::Below)
            }
            _ => block.value(entry).and_then(|value| {
                *room = room.checked_sub(value.len())?;
                Some(Told::Value { kind: entry.kind, bytes: in_own_order(value, entry.kind, block.little) })
            }),
        };
        fields.extend(told.map(|told| Field { tag: entry.tag, told }));
    }
    Some(fields)
}

/// A value's numbers as the machine has them.
fn in_own_order(value: &[u8], kind: u16, little: bool) -> Vec<u8> {
    let mut bytes = value.to_vec();
    // Fractions are two numbers of four bytes.
    let number = match kind {
        3 | 8 => 2,
        4 | 5 | 9 | 10 | 11 | 13 => 4,
        12 => 8,
        _ => 1,
    };
    if little != cfg!(target_endian = "little") {
        bytes.chunks_exact_mut(number).for_each(<[u8]>::reverse);
    }
    bytes
}
