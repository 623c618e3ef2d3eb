//! The file around the coded pictures: HEIF's boxes with items of AV1 ([AVIF 1.1](https://aomediacodec.github.io/av1-avif/), ISO/IEC 23008-12).
//! Knows nothing of what is in a picture. `heifer` writes such files as well, but of HEVC only.

use std::io::{self, Write};

use crate::metadata::{Metadata, exif};

/// What an item's alpha is called.
const ALPHA: &[u8] = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0";

/// One coded frame.
pub(super) struct Coded {
    /// The content of its `av1C`.
    pub(super) configuration: Vec<u8>,
    /// Its stream.
    pub(super) data: Vec<u8>,
}

/// Colour or alpha: its tiles row by row, all of one size and one configuration.
pub(super) struct Layer {
    pub(super) columns: u32,
    pub(super) rows: u32,
    /// Width and height of each tile in pixels.
    pub(super) tile: (u32, u32),
    pub(super) tiles: Vec<Coded>,
}

struct Item<'a> {
    kind: [u8; 4],
    hidden: bool,
    /// Numbers of properties, from 1.
    properties: Vec<u8>,
    data: std::borrow::Cow<'a, [u8]>,
}

/// What stands in the `meta` box; items and properties are counted from 1.
#[derive(Default)]
struct Description<'a> {
    items: Vec<Item<'a>>,
    properties: Vec<Vec<u8>>,
    /// Kind, from which item, to which.
    references: Vec<([u8; 4], u16, Vec<u16>)>,
}

/// Writes the file. The writer is not flushed.
pub(super) fn write(
    size: (u32, u32),
    colour: &Layer,
    alpha: Option<&Layer>,
    metadata: &Metadata,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut description = Description::default();
    let main = description.layer(size, colour, false)?;
    if let Some(alpha) = alpha {
        let alpha = description.layer(size, alpha, true)?;
        description.references.push((*b"auxl", alpha, vec![main]));
    }
    let Metadata { exif, xmp, iptc: _, density: _ } = metadata;
    if let Some(exif) = exif {
        // Four bytes say how far behind them the block begins.
        let block = [&[0; 4], exif::with_size(exif, size.0, size.1).as_slice()].concat();
        let id = description.item(*b"Exif", true, Vec::new(), block)?;
        description.references.push((*b"cdsc", id, vec![main]));
    }
    if let Some(xmp) = xmp {
        let id = description.item(*b"mime", true, Vec::new(), xmp.as_slice())?;
        description.references.push((*b"cdsc", id, vec![main]));
    }
    description.write(main, out)
}

impl<'a> Description<'a> {
    /// A layer's items; gives the one that is the whole of it.
    fn layer(&mut self, size: (u32, u32), layer: &'a Layer, is_alpha: bool) -> io::Result<u16> {
        let first = layer.tiles.first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut own = vec![self.property(full(b"pixi", 0, if is_alpha { &[1, 8] } else { &[3, 8, 8, 8] }))];
        own.push(if is_alpha {
            self.property(full(b"auxC", 0, ALPHA))
        } else {
            // BT.709's primaries, sRGB's curve, BT.601's matrix, full range.
            self.property(boxed(b"colr", b"nclx\0\x01\0\x0D\0\x06\x80"))
        });
        let configuration = self.property(boxed(b"av1C", &first.configuration));
        let tile_size = self.property(extent(layer.tile));
        if let [only] = layer.tiles.as_slice() {
            own.extend([configuration, tile_size]);
            return self.item(*b"av01", is_alpha, own, only.data.as_slice());
        }
        let mut tiles = Vec::new();
        for tile in &layer.tiles {
            let properties = own.iter().copied().chain([configuration, tile_size]).collect();
            tiles.push(self.item(*b"av01", true, properties, tile.data.as_slice())?);
        }
        own.push(self.property(extent(size)));
        let grid = self.item(*b"grid", is_alpha, own, grid(size, layer)?)?;
        self.references.push((*b"dimg", grid, tiles));
        Ok(grid)
    }

    /// The number of a property; equal ones are one.
    fn property(&mut self, content: Vec<u8>) -> u8 {
        let at = self.properties.iter().position(|known| *known == content).unwrap_or_else(|| {
            self.properties.push(content);
            self.properties.len() - 1
        });
        // There are never more than a dozen.
        u8::try_from(at + 1).unwrap_or(u8::MAX)
    }

    fn item(
        &mut self,
        kind: [u8; 4],
        hidden: bool,
        properties: Vec<u8>,
        data: impl Into<std::borrow::Cow<'a, [u8]>>,
    ) -> io::Result<u16> {
        self.items.push(Item { kind, hidden, properties, data: data.into() });
        u16::try_from(self.items.len()).map_err(|_| io::ErrorKind::InvalidInput.into())
    }

    fn write(&self, main: u16, out: &mut dyn Write) -> io::Result<()> {
        let kind = boxed(b"ftyp", b"avif\0\0\0\0avifmif1miaf");
        // Where the data begins depends on the length of what says so, which does not depend on where it begins.
        let length = self.meta(main, 0)?.len();
        let meta = self.meta(main, counted(kind.len() + length + 8)?)?;
        out.write_all(&kind)?;
        out.write_all(&meta)?;
        let data: usize = self.items.iter().map(|item| item.data.len()).sum();
        out.write_all(&counted(data + 8)?.to_be_bytes())?;
        out.write_all(b"mdat")?;
        self.items.iter().try_for_each(|item| out.write_all(&item.data))
    }

    fn meta(&self, main: u16, data_at: u32) -> io::Result<Vec<u8>> {
        let count = counted_16(self.items.len())?.to_be_bytes();
        // Offsets and lengths of four bytes, no base.
        let (mut locations, mut infos, mut kept) = (vec![0x44, 0], Vec::new(), Vec::new());
        locations.extend(count);
        infos.extend(count);
        let (mut at, mut described) = (data_at, 0_u32);
        for (id, item) in (1_u16..).zip(&self.items) {
            let length = counted(item.data.len())?;
            // In the file itself, in one piece.
            locations.extend([&id.to_be_bytes()[..], &[0, 0, 0, 1], &at.to_be_bytes(), &length.to_be_bytes()].concat());
            at = at.checked_add(length).ok_or(io::ErrorKind::FileTooLarge)?;
            let name: &[u8] = if &item.kind == b"mime" { b"\0application/rdf+xml\0" } else { b"\0" };
            let info = [&id.to_be_bytes()[..], &[0, 0], &item.kind, name].concat();
            infos.extend(versioned(b"infe", 2, item.hidden.into(), &info));
            if !item.properties.is_empty() {
                described += 1;
                kept.extend(id.to_be_bytes());
                kept.push(u8::try_from(item.properties.len()).unwrap_or(u8::MAX));
                kept.extend(item.properties.iter().map(|&number| self.essential(number) | number));
            }
        }
        let mut references = Vec::new();
        for (kind, from, to) in &self.references {
            let ids = to.iter().flat_map(|id| id.to_be_bytes());
            let head = [from.to_be_bytes(), counted_16(to.len())?.to_be_bytes()].concat();
            references.extend(boxed(kind, &head.into_iter().chain(ids).collect::<Vec<_>>()));
        }
        let associations = full(b"ipma", 0, &[&described.to_be_bytes()[..], &kept].concat());
        let properties = [boxed(b"ipco", &self.properties.concat()), associations].concat();
        let parts = [
            full(b"hdlr", 0, b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0"),
            full(b"pitm", 0, &main.to_be_bytes()),
            full(b"iloc", 0, &locations),
            full(b"iinf", 0, &infos),
            if references.is_empty() { Vec::new() } else { full(b"iref", 0, &references) },
            boxed(b"iprp", &properties),
        ];
        Ok(full(b"meta", 0, &parts.concat()))
    }

    /// The mark of a property without which an item cannot be understood.
    fn essential(&self, number: u8) -> u8 {
        let kind = self.properties.get(usize::from(number).wrapping_sub(1)).and_then(|content| content.get(4..8));
        if kind == Some(b"av1C") { 0x80 } else { 0 }
    }
}

/// How tiles make up a picture of `size`.
fn grid(size: (u32, u32), layer: &Layer) -> io::Result<Vec<u8>> {
    let less_one = |count: u32| u8::try_from(count - 1).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput));
    let side = |side: u32| counted_16(side as usize).map(u16::to_be_bytes);
    let counts = [0, 0, less_one(layer.rows)?, less_one(layer.columns)?];
    Ok([&counts[..], &side(size.0)?, &side(size.1)?].concat())
}

fn extent((width, height): (u32, u32)) -> Vec<u8> {
    full(b"ispe", 0, &[width.to_be_bytes(), height.to_be_bytes()].concat())
}

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 8).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], kind, content].concat()
}

fn full(kind: &[u8; 4], flags: u32, content: &[u8]) -> Vec<u8> {
    versioned(kind, 0, flags, content)
}

fn versioned(kind: &[u8; 4], version: u32, flags: u32, content: &[u8]) -> Vec<u8> {
    boxed(kind, &[&(version << 24 | flags).to_be_bytes()[..], content].concat())
}

fn counted(length: usize) -> io::Result<u32> {
    u32::try_from(length).map_err(|_| io::ErrorKind::FileTooLarge.into())
}

fn counted_16(length: usize) -> io::Result<u16> {
    u16::try_from(length).map_err(|_| io::ErrorKind::InvalidInput.into())
}
