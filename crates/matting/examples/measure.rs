//! How long the chain takes and how much memory it peaks at, on a sample photo scaled to twelve megapixels.
//!
//! `cargo run -p clearcut-matting --example measure [PHOTO] [ONNXRUNTIME-LIBRARY]`
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measuring tool for developers"
)]

use std::path::PathBuf;
use std::time::Instant;

use clearcut_imaging::{
    EncodeOptions, Limits, OutputFormat, Rgba, compose_answer_bytes, decode, encode_to_vec, resize, thumbnail,
};
use clearcut_matting::{Matter, MattingOptions};

fn main() {
    let mut arguments = std::env::args_os().skip(1);
    let photo = arguments
        .next()
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples/astronaut.png"), PathBuf::from);
    let onnxruntime = arguments.next().map(PathBuf::from);
    let small = decode(&photo, &Limits::inputs()).unwrap();
    let scale = (12e6 / f64::from(small.width) / f64::from(small.height)).sqrt();
    let side = |side: u32| (f64::from(side) * scale).round() as u32;
    let large = resize(&small, side(small.width), side(small.height));
    println!("{} × {}", large.width, large.height);

    let file = std::env::temp_dir().join("clearcut-measure.jpg");
    std::fs::write(&file, encode_to_vec(&large, OutputFormat::Jpg, &EncodeOptions::default()).unwrap()).unwrap();
    timed("thumbnail of 256 px from JPEG", || thumbnail(&file, 256, &Limits::inputs()).unwrap());
    timed("decode JPEG", || decode(&file, &Limits::inputs()).unwrap());
    std::fs::remove_file(file).unwrap();

    let matter = Matter::new(MattingOptions { onnxruntime, ..MattingOptions::default() }).unwrap();
    timed("load the model", || matter.runtime_name());
    println!("runtime: {}", matter.runtime_name());
    let input = resize(&small, 384, 384);
    timed("mask at 384 × 384", || matter.raw_mask(&input.pixels, 384, 384).unwrap());
    let before = peak_megabytes();
    let cutout = timed("whole cutout", || matter.cut_out(&large.pixels, large.width, large.height, &|| false).unwrap());
    println!("{:>40}: {before:?} MB before, {:?} MB after", "peak memory of the process", peak_megabytes());

    let cutout = Rgba::new(cutout.width, cutout.height, cutout.rgba).unwrap();
    let options = EncodeOptions::default();
    let zip = timed("encode ZIP", || encode_to_vec(&cutout, OutputFormat::Zip, &options).unwrap());
    let composed = timed("compose ZIP", || compose_answer_bytes(&zip, &Limits::answers()).unwrap());
    let png = timed("encode PNG", || encode_to_vec(&composed, OutputFormat::Png, &options).unwrap());
    println!("{:>40}: ZIP {} KB, PNG {} KB", "sizes", zip.len() / 1000, png.len() / 1000);
    std::fs::write(std::env::temp_dir().join("clearcut-measure.png"), png).unwrap();
}

/// Best of three, in wall and processor time.
fn timed<T>(what: &str, mut work: impl FnMut() -> T) -> T {
    let mut best = (f64::MAX, f64::MAX);
    let mut result = None;
    for _ in 0..3 {
        let (wall, cpu) = (Instant::now(), processor_ms());
        result = Some(work());
        best = (best.0.min(wall.elapsed().as_secs_f64() * 1e3), best.1.min(processor_ms() - cpu));
    }
    println!("{what:>40}: {:7.1} ms wall, {:7.1} ms CPU", best.0, best.1);
    result.unwrap()
}

/// User and system time of this process; zero where there is no `/proc`.
fn processor_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = |i: usize| stat.split_whitespace().nth(i).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(13) + ticks(14)) * 10.0
}

fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}
