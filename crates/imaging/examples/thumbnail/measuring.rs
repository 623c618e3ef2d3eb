//! Both make the same file: decoded, shrunk to 256 pixels at the longer side, in sRGB. libvips pays for its start as well, as everybody does
//! who calls it; what that alone costs is measured beside it and told.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use clearcut_imaging::{EncodeOptions, Limits, OutputFormat, decode, encode_to_vec, resize, thumbnail};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::Result;

/// Sides of the photo in pixels.
const SIZE: (u32, u32) = (4000, 3000);
/// The longer side of the thumbnail in pixels.
const EDGE: u32 = 256;
/// How often each is measured; the median counts.
const ROUNDS: usize = 15;
/// What the product asks for: Clearcut's share of libvips' CPU.
const WANTED: f64 = 0.5;

pub(crate) fn main() -> Result<()> {
    let dir = tempfile::TempDir::new()?;
    let photo = dir.path().join("photo.jpg");
    make(&photo)?;
    let (width, height) = SIZE;
    println!("JPEG of {width} × {height} pixels → {EDGE} pixels, CPU on one thread, median of {ROUNDS}");
    let ours = measured(UsageWho::RUSAGE_SELF, || {
        let small = thumbnail(&photo, EDGE, &Limits::inputs())?;
        encode_to_vec(&small, OutputFormat::Jpg, &EncodeOptions::default())?;
        Ok(())
    })?;
    line("Clearcut", ours);
    let whole = measured(UsageWho::RUSAGE_SELF, || {
        decode(&photo, &Limits::inputs())?;
        Ok(())
    })?;
    line("the whole picture decoded", whole);
    if !Command::new("vipsthumbnail").arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("  libvips is not measured beside it: `vipsthumbnail` is not installed (Debian: libvips-tools)");
        return Ok(());
    }
    let target = dir.path().join("small.jpg");
    let theirs = measured(UsageWho::RUSAGE_CHILDREN, || {
        let size = EDGE.to_string();
        run(Command::new("vipsthumbnail").arg(&photo).args(["--size", &size, "-o"]).arg(&target))
    })?;
    line("vipsthumbnail", theirs);
    let start = measured(UsageWho::RUSAGE_CHILDREN, || run(Command::new("vipsthumbnail").arg("--version")))?;
    line("of it to start", start);
    let share = ours.as_secs_f64() / theirs.as_secs_f64();
    let verdict = if share <= WANTED { "within" } else { "over" };
    println!("  Clearcut's share of vipsthumbnail's CPU: {share:.2}, {verdict} the {WANTED} that is wanted");
    Ok(())
}

/// A photo of `samples/` at 12 megapixels, at a camera's quality.
fn make(path: &Path) -> Result<()> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/coffee.png");
    let picture = resize(&decode(&sample, &Limits::inputs())?, SIZE.0, SIZE.1);
    Ok(fs::write(path, encode_to_vec(&picture, OutputFormat::Jpg, &EncodeOptions::default())?)?)
}

fn measured(who: UsageWho, work: impl Fn() -> Result<()>) -> Result<Duration> {
    let mut took = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let before = cpu(who)?;
        work()?;
        took.push(cpu(who)?.saturating_sub(before));
    }
    took.sort();
    Ok(took[took.len() / 2])
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.env("VIPS_CONCURRENCY", "1").output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into())
}

fn line(name: &str, cpu: Duration) {
    println!("  {name:<26} {:.3} s", cpu.as_secs_f64());
}

/// User and system time so far.
fn cpu(who: UsageWho) -> Result<Duration> {
    let usage = getrusage(who)?;
    let duration = |time: TimeVal| -> Result<Duration> {
        Ok(Duration::from_secs(u64::try_from(time.tv_sec())?) + Duration::from_micros(u64::try_from(time.tv_usec())?))
    };
    Ok(duration(usage.user_time())? + duration(usage.system_time())?)
}
