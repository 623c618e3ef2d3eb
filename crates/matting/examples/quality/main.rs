//! How good the masks are, on pictures whose alpha is exact, beside the network's own mask scaled up and beside rembg.
//!
//! `cargo run --release -p clearcut-matting --example quality [-- --composites FOLDER | --write FILE | --each]`
//!
//! `--composites` only writes the pictures, for `quality/peer.py` to run rembg on; without it the recorded masks in
//! `quality/rembg` are compared. `--write` puts the table between the two marks of a Markdown file, `--each` prints every picture.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "a measuring tool for developers"
)]

mod measures;
mod set;

use std::fmt::Write;
use std::path::Path;

use clearcut_imaging::{EncodeOptions, Limits, OutputFormat, decode, encode_to_vec, resize};
use clearcut_matting::{Matter, MattingError, MattingOptions};

use measures::{Measures, bootstrap};
use set::{Case, Half, cases, folder};

/// The ways to an alpha that are compared, in the order of [`compare`].
const WAYS: [&str; 3] = ["Clearcut", "its mask, only scaled up", "rembg"];
const MARKS: (&str, &str) = ("<!-- quality: begin -->\n", "<!-- quality: end -->");

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |flag: &str| arguments.iter().position(|a| a == flag).and_then(|i| arguments.get(i + 1));
    let cases = cases();
    if let Some(into) = argument("--composites") {
        return write_composites(&cases, Path::new(into));
    }
    let matter = Matter::new(MattingOptions::default()).unwrap();
    let measured: Vec<[Measures; 3]> = cases.iter().map(|case| compare(&matter, case)).collect();
    if arguments.iter().any(|argument| argument == "--each") {
        for (case, ways) in cases.iter().zip(&measured) {
            let figures = ways.map(|way| format!("{:5.1} {:5.1} {:6.2}", way.iou, way.mae, way.gradient)).join("  |  ");
            println!("{:>24} {:?}  {figures}", case.name, case.half);
        }
    }
    let table = table(&cases, &measured);
    println!("{table}");
    if let Some(file) = argument("--write") {
        let text = std::fs::read_to_string(file).unwrap();
        let (before, rest) = text.split_once(MARKS.0).expect("the file has the mark of the table's beginning");
        let (_, after) = rest.split_once(MARKS.1).expect("the file has the mark of the table's end");
        std::fs::write(file, format!("{before}{}{table}{}{after}", MARKS.0, MARKS.1)).unwrap();
    }
}

fn write_composites(cases: &[Case], into: &Path) {
    std::fs::create_dir_all(into).unwrap();
    for case in cases {
        let png = encode_to_vec(&case.picture, OutputFormat::Png, &EncodeOptions::default()).unwrap();
        std::fs::write(into.join(format!("{}.png", case.name)), png).unwrap();
    }
    println!("{} pictures in {}", cases.len(), into.display());
}

/// Our cutout, the network's mask scaled bilinearly, and what was recorded of rembg.
fn compare(matter: &Matter, case: &Case) -> [Measures; 3] {
    let (width, height) = (case.picture.width, case.picture.height);
    let cut: Vec<u8> = match matter.cut_out(&case.picture.pixels, width, height, &|| false) {
        Ok(cutout) => cutout.rgba.chunks_exact(4).map(|pixel| pixel[3]).collect(),
        Err(MattingError::NoSubject) => vec![0; case.alpha.len()],
        Err(error) => panic!("{}: {error}", case.name),
    };
    let raw = scaled_mask(matter, case);
    let recorded = folder().join("rembg").join(format!("{}.webp", case.name));
    let rembg = decode(&recorded, &Limits::inputs()).unwrap_or_else(|error| panic!("{}: {error}", recorded.display()));
    assert_eq!((rembg.width, rembg.height), (width, height));
    let rembg: Vec<u8> = rembg.pixels.chunks_exact(4).map(|pixel| pixel[0]).collect();
    [&cut, &raw, &rembg].map(|alpha| Measures::of(alpha, &case.alpha, width as usize))
}

/// The mask at the size at which Clearcut asks the network (long side 384), scaled up bilinearly.
fn scaled_mask(matter: &Matter, case: &Case) -> Vec<u8> {
    let (width, height) = (case.picture.width, case.picture.height);
    let long = f64::from(width.max(height));
    let side = |side: u32| ((f64::from(side) * 12.0 / long).round() as u32).max(1) * 32;
    let (w, h) = (side(width), side(height));
    let mask = matter.raw_mask(&resize(&case.picture, w, h).pixels, w, h).unwrap();
    let at = |x: u32, y: u32| f64::from(mask.values[(y * w + x) as usize]);
    let tap = |i: u32, from: u32, to: u32| {
        let at = ((f64::from(i) + 0.5) * f64::from(from) / f64::from(to) - 0.5).clamp(0.0, f64::from(from - 1));
        (at as u32, (at as u32 + 1).min(from - 1), at.fract())
    };
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| {
        let ((x0, x1, fx), (y0, y1, fy)) = (tap(x, w, width), tap(y, h, height));
        let row = |y| at(x0, y) * (1.0 - fx) + at(x1, y) * fx;
        ((row(y0) * (1.0 - fy) + row(y1) * fy) * 255.0).round() as u8
    });
    pixels.collect()
}

/// The means over each half with their intervals, and over both the differences to the first way.
fn table(cases: &[Case], measured: &[[Measures; 3]]) -> String {
    let mut text = String::new();
    for (half, title) in [(Half::Seen, "Chosen on"), (Half::Held, "Held back")] {
        let of_half: Vec<(&Case, &[Measures; 3])> =
            cases.iter().zip(measured).filter(|(case, _)| case.half == half).collect();
        let mut subjects: Vec<&str> = of_half.iter().map(|(case, _)| case.subject).collect();
        subjects.dedup();
        let groups = |value: &dyn Fn(&[Measures; 3]) -> f64| -> Vec<Vec<f64>> {
            let of = |subject: &&str| {
                of_half.iter().filter(|(case, _)| case.subject == *subject).map(|(_, m)| value(m)).collect()
            };
            subjects.iter().map(of).collect()
        };
        let count = of_half.len();
        writeln!(
            text,
            "| {title}: {count} pictures of {} subjects | IoU, % | MAE, ‰ | gradient error |",
            subjects.len()
        )
        .unwrap();
        writeln!(text, "| --- | --- | --- | --- |").unwrap();
        for (way, name) in WAYS.iter().enumerate() {
            let cells = [0, 1, 2].map(|figure| {
                let mean = bootstrap(&groups(&|ways| ways[way].each()[figure]));
                format!("{:.2} ({:.2} to {:.2})", mean.mean, mean.low, mean.high)
            });
            writeln!(text, "| {name} | {} |", cells.join(" | ")).unwrap();
        }
        for (way, name) in WAYS.iter().enumerate().skip(1) {
            let cells = [0, 1, 2].map(|figure| {
                let mean = bootstrap(&groups(&|ways| ways[0].each()[figure] - ways[way].each()[figure]));
                format!("{:+.2} ({:+.2} to {:+.2})", mean.mean, mean.low, mean.high)
            });
            writeln!(text, "| *Clearcut less \"{name}\"* | {} |", cells.join(" | ")).unwrap();
        }
        text.push('\n');
    }
    text
}
