//! The cases, and what each costs. This program calls itself for each, so that none inherits the memory of another.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use clearcut_imaging::scene::{
    Backdrop, Canvas, DropShadow, Edits, Placement, Prepared, Scene, Stroke, Target, Template, Tool, needs_original,
};
use clearcut_imaging::{
    EncodeOptions, ExportFormat, ExportOptions, Limits, Metadata, OutputFormat, Rgba, compose_answer, decode, encode,
    export,
};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use crate::Result;

/// 50 megapixels at 3 : 2.
const SIZE: (u32, u32) = (8660, 5773);
/// What the product promises, bytes.
const PROMISED: u64 = 500_000_000;

pub(crate) fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => report(),
        ["make", dir] => make(Path::new(dir)),
        [case, dir] => run(case, Path::new(dir)),
        _ => Err("it is called without arguments".into()),
    }
}

/// Name, edits, format.
fn cases() -> Vec<(&'static str, Edits, ExportFormat)> {
    let on = |canvas, backdrop| Scene { canvas, backdrop, ..Scene::default() };
    let scene = |scene| Edits { strokes: Vec::new(), scene };
    let restore = Stroke {
        tool: Tool::Restore,
        size: 0.05,
        hardness: 0.7,
        snap: false,
        points: vec![[0.1, 0.1], [0.9, 0.5], [0.2, 0.9]],
    };
    let shadow = Some(DropShadow { x: 0.01, y: 0.02, blur: 0.015, opacity: 0.4 });
    let turned = Placement { turn: 12.0, ..Placement::default() };
    vec![
        ("plain PNG", Edits::default(), ExportFormat::Png),
        (
            "floor, shadow, JPG",
            scene(Scene { drop_shadow: shadow, ..on(Canvas::Original, Backdrop::Template(Template::Floor)) }),
            ExportFormat::Jpg,
        ),
        (
            "restored, blurred, PNG",
            Edits { strokes: vec![restore], scene: on(Canvas::Original, Backdrop::Blurred { radius: 0.01 }) },
            ExportFormat::Png,
        ),
        ("turned, PNG", scene(Scene { subject: turned, ..Scene::default() }), ExportFormat::Png),
        (
            "2000 x 2000 on white, JPG",
            scene(on(Canvas::Fixed { width: 2000, height: 2000, margin: 0.05 }, Backdrop::Colour([255; 3]))),
            ExportFormat::Jpg,
        ),
        ("plain TIFF", Edits::default(), ExportFormat::Tiff),
        ("plain lossy WebP", Edits::default(), ExportFormat::WebPLossy),
        ("plain AVIF", Edits::default(), ExportFormat::Avif),
    ]
}

fn report() -> Result<()> {
    let dir = tempfile::TempDir::new()?;
    call_self("make", dir.path())?;
    let (width, height) = SIZE;
    println!("Exports of {width} × {height} pixels, from the paid answer to the file, one thread (AVIF up to four)");
    let mut over = Vec::new();
    for (name, ..) in cases() {
        let said = call_self(name, dir.path())?;
        let mut figures = said.split_whitespace().map(str::parse::<u64>);
        let mut next = || figures.next().ok_or("a figure is missing")?.map_err(|error| error.to_string());
        let (cpu_ms, bytes, peak) = (next()?, next()?, next()?);
        let (cpu, mega) = (Duration::from_millis(cpu_ms).as_secs_f64(), bytes.div_ceil(100_000));
        println!("  {name:<26} {cpu:6.2} s CPU  {:5}.{} MB  peak {:4} MB", mega / 10, mega % 10, peak / 1_000_000);
        if peak > PROMISED {
            over.push(name);
        }
    }
    if over.is_empty() {
        Ok(())
    } else {
        Err(format!("more than {} MB: {}", PROMISED / 1_000_000, over.join(", ")).into())
    }
}

/// The whole way: answer, original where it is needed, scene, file.
fn run(case: &str, dir: &Path) -> Result<()> {
    let (_, edits, format) = cases().into_iter().find(|(name, ..)| *name == case).ok_or("no such case")?;
    let cutout = compose_answer(&dir.join("answer.zip"), &Limits::answers())?;
    let original =
        if needs_original(&edits) { Some(decode(&dir.join("original.jpg"), &Limits::inputs())?) } else { None };
    let prepared = Prepared::new(cutout, original.as_ref(), None, &edits)?;
    drop(original);
    let result = prepared.finish(Target::Natural.into());
    let out = dir.join("result");
    let mut file = BufWriter::with_capacity(256 << 10, File::create(&out)?);
    export(&result, &ExportOptions { format, ..ExportOptions::default() }, &Metadata::default(), &mut file)?;
    file.flush()?;
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    // Linux counts kilobytes here, macOS bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    println!(
        "{} {} {}",
        usage.user_time().num_milliseconds() + usage.system_time().num_milliseconds(),
        fs::metadata(&out)?.len(),
        usage.max_rss() * unit
    );
    Ok(())
}

/// An ellipse in front of waves: a photo's worth of detail, half of it transparent.
fn make(dir: &Path) -> Result<()> {
    let (width, height) = SIZE;
    let mut picture = Rgba::filled(width, height, [0, 0, 0, 255]);
    for (at, pixel) in picture.pixels.chunks_exact_mut(4).enumerate() {
        let (x, y) = (at % width as usize, at / width as usize);
        let wave = (x / 7 + y / 11) % 61 + (x * y) % 17;
        pixel[0] = u8::try_from(90 + wave)?;
        pixel[1] = u8::try_from(60 + (x / 64) % 128)?;
        pixel[2] = u8::try_from(40 + (y / 64) % 90)?;
    }
    let write = |name: &str, picture: &Rgba, format| -> Result<()> {
        let mut file = BufWriter::new(File::create(dir.join(name))?);
        encode(picture, format, &EncodeOptions::default(), &mut file)?;
        Ok(file.flush()?)
    };
    write("original.jpg", &picture, OutputFormat::Jpg)?;
    let (w, h) = (f64::from(width), f64::from(height));
    for (at, pixel) in picture.pixels.chunks_exact_mut(4).enumerate() {
        let (x, y) = (f64::from(u32::try_from(at % width as usize)?), f64::from(u32::try_from(at / width as usize)?));
        if ((x / w - 0.5) / 0.4).hypot((y / h - 0.5) / 0.4) > 1.0 {
            pixel.fill(0);
        }
    }
    write("answer.zip", &picture, OutputFormat::Zip)
}

fn call_self(what: &str, dir: &Path) -> Result<String> {
    let said = Command::new(std::env::current_exe()?).arg(what).arg(dir).output()?;
    if !said.status.success() {
        return Err(format!("{what}: {}", String::from_utf8_lossy(&said.stderr)).into());
    }
    Ok(String::from_utf8(said.stdout)?)
}
