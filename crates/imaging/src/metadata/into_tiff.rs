//! Puts metadata into a TIFF, by its encoder: EXIF is what a TIFF's directories are anyway, its first one's entries among the picture's and those
//! below as directories of their own; XMP, IPTC and the size of a dot are entries as well. What pixels look like is the encoder's alone.

use std::io::{Seek, Write};

use tiff::TiffResult;
use tiff::encoder::{DirectoryEncoder, Rational, TiffEncoder, TiffKindStandard};
use tiff::tags::{ResolutionUnit, Tag, Type};

use super::Metadata;
use super::exif;
use super::exif_fields::{self, Field, Told};

/// Where XMP stands.
const XMP: Tag = Tag::Unknown(700);
/// Where IPTC records stand.
const IPTC: Tag = Tag::Unknown(33723);
/// The size of a dot, across and down, and its unit: written from [`Metadata::density`], which may come from elsewhere in the original.
const OF_DOTS: [u16; 3] = [282, 283, 296];
/// Directories within directories that are followed: camera and place, and within the camera's one more.
const MAX_DEPTH: usize = 2;

/// What is ready to be put among the entries of a picture.
pub(crate) struct Ready {
    fields: Vec<Field>,
    /// Directories that were written already: their tags, and where they are.
    below: Vec<(u16, u32)>,
}

/// Writes the directories below the picture's own. Before the picture: a TIFF is written from front to back.
pub(crate) fn prepare<W: Write + Seek>(
    encoder: &mut TiffEncoder<W, TiffKindStandard>,
    metadata: &Metadata,
    size: (u32, u32),
) -> TiffResult<Ready> {
    let block = metadata.exif.as_ref().map(|exif| exif::with_size(exif, size.0, size.1));
    let fields = block.as_deref().and_then(exif_fields::fields).unwrap_or_default();
    split(encoder, fields, 0)
}

/// Fields with a value are kept, those with a directory are written.
fn split<W: Write + Seek>(
    encoder: &mut TiffEncoder<W, TiffKindStandard>,
    all: Vec<Field>,
    depth: usize,
) -> TiffResult<Ready> {
    let mut ready = Ready { fields: Vec::new(), below: Vec::new() };
    for field in all {
        match field.told {
            Told::Below(fields) if depth < MAX_DEPTH => {
                let Ready { fields, below } = split(encoder, fields, depth + 1)?;
                let mut directory = encoder.extra_directory()?;
                put(&mut directory, &fields, &below)?;
                ready.below.push((field.tag, directory.finish_with_offsets()?.offset));
            }
            Told::Below(_) => {}
            Told::Value { .. } => ready.fields.push(field),
        }
    }
    Ok(ready)
}

impl Ready {
    /// Puts all of it among the picture's entries.
    pub(crate) fn put<W: Write + Seek>(
        &self,
        picture: &mut DirectoryEncoder<'_, W, TiffKindStandard>,
        metadata: &Metadata,
    ) -> TiffResult<()> {
        put(picture, &self.fields, &self.below)?;
        let Metadata { exif: _, xmp, iptc, density } = metadata;
        if let Some(xmp) = xmp {
            picture.write_tag(XMP, xmp.as_slice())?;
        }
        if let Some(iptc) = iptc {
            picture.write_tag(IPTC, iptc.as_slice())?;
        }
        if let Some((across, down)) = *density {
            // A TIFF knows inches and centimetres.
            picture.write_tag(Tag::XResolution, Rational { n: across, d: 100 })?;
            picture.write_tag(Tag::YResolution, Rational { n: down, d: 100 })?;
            picture.write_tag(Tag::ResolutionUnit, ResolutionUnit::Centimeter)?;
        }
        Ok(())
    }
}

fn put<W: Write + Seek>(
    directory: &mut DirectoryEncoder<'_, W, TiffKindStandard>,
    fields: &[Field],
    below: &[(u16, u32)],
) -> TiffResult<()> {
    let mut entries = tiff::Directory::empty();
    for Field { tag, told } in fields {
        if let Told::Value { kind, bytes } = told
            && let Some(kind) = Type::from_u16(*kind)
            && !OF_DOTS.contains(tag)
        {
            entries.extend([(Tag::from_u16_exhaustive(*tag), directory.write_entry_bytes(kind, bytes)?)]);
        }
    }
    directory.extend_from(&entries);
    for (tag, at) in below {
        directory.write_tag(Tag::from_u16_exhaustive(*tag), *at)?;
    }
    Ok(())
}
