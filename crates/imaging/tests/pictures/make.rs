//! Files for the tests: drawings, metadata put into them by hand, bombs.

use std::io::{Cursor, Write};

use clearcut_imaging::Rgba;
use image::{ExtendedColorType, ImageEncoder};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub(crate) const RED: [u8; 4] = [220, 20, 20, 255];
pub(crate) const GREEN: [u8; 4] = [20, 220, 20, 255];
pub(crate) const BLUE: [u8; 4] = [20, 20, 220, 255];
pub(crate) const WHITE: [u8; 4] = [235, 235, 235, 255];

/// A picture by a rule for each pixel.
pub(crate) fn drawing(width: u32, height: u32, rule: impl Fn(u32, u32) -> [u8; 4]) -> Rgba {
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| rule(x, y)).collect();
    Rgba::new(width, height, pixels).unwrap()
}

/// 32 × 16: red, green / blue, white in the four quarters.
pub(crate) fn quarters() -> Rgba {
    drawing(32, 16, |x, y| match (x < 16, y < 8) {
        (true, true) => RED,
        (false, true) => GREEN,
        (true, false) => BLUE,
        (false, false) => WHITE,
    })
}

fn rgb(picture: &Rgba) -> Vec<u8> {
    picture.pixels.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect()
}

pub(crate) fn jpeg(picture: &Rgba) -> Vec<u8> {
    let mut out = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 95)
        .write_image(&rgb(picture), picture.width, picture.height, ExtendedColorType::Rgb8)
        .unwrap();
    out
}

/// An EXIF block that says nothing but the orientation (TIFF 6.0: header, one entry of tag 274).
pub(crate) fn exif(orientation: u8) -> Vec<u8> {
    let mut block = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    block.extend([0, orientation, 0, 0, 0, 0, 0, 0]);
    block
}

/// A JPEG with an APP1 segment put in behind its first two bytes.
pub(crate) fn jpeg_with_app1(picture: &Rgba, content: &[u8]) -> Vec<u8> {
    let plain = jpeg(picture);
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xFF, 0xE1], &length, content, &plain[2..]].concat()
}

pub(crate) fn jpeg_oriented(picture: &Rgba, orientation: u8) -> Vec<u8> {
    jpeg_with_app1(picture, &[b"Exif\0\0".as_slice(), &exif(orientation)].concat())
}

/// Where an `eXIf` chunk stands in a PNG: programs differ.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    BeforeData,
    AfterData,
}

pub(crate) fn png_oriented(picture: &Rgba, orientation: u8, place: Place) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, picture.width, picture.height);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    let chunk = png::chunk::ChunkType(*b"eXIf");
    if matches!(place, Place::BeforeData) {
        writer.write_chunk(chunk, &exif(orientation)).unwrap();
    }
    writer.write_image_data(&picture.pixels).unwrap();
    if matches!(place, Place::AfterData) {
        writer.write_chunk(chunk, &exif(orientation)).unwrap();
    }
    writer.finish().unwrap();
    out
}

pub(crate) fn png_of(colour: png::ColorType, depth: png::BitDepth, width: u32, height: u32, data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    out
}

pub(crate) fn webp_oriented(picture: &Rgba, orientation: u8) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut out);
    encoder.set_exif_metadata(exif(orientation)).unwrap();
    encoder.write_image(&picture.pixels, picture.width, picture.height, ExtendedColorType::Rgba8).unwrap();
    out
}

pub(crate) fn zip(method: CompressionMethod, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        archive.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A whole and valid PNG of `side` × `side` black 1-bit pixels: 30,000 fit into some hundred kilobytes.
pub(crate) fn png_bomb(side: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_compression(png::Compression::Balanced);
    let mut writer = encoder.write_header().unwrap();
    let mut stream = writer.stream_writer().unwrap();
    let row = vec![0; side.div_ceil(8) as usize];
    for _ in 0..side {
        stream.write_all(&row).unwrap();
    }
    stream.finish().unwrap();
    writer.finish().unwrap();
    out
}
