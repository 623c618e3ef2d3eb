//! Each candidate runs in a process of its own, so that none inherits the memory of another: this program calls itself.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use clearcut_imaging::{EncodeOptions, Limits, OutputFormat, compose_answer, decode, encode};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::Result;
use crate::picture::{Files, SIZE, make};

/// How often each is measured; the median counts.
const ROUNDS: usize = 9;

/// What one candidate cost.
#[derive(Clone, Copy)]
struct Cost {
    cpu: Duration,
    /// Size of the PNG.
    bytes: u64,
    /// Most memory that was resident, in bytes.
    peak: u64,
}

pub(crate) fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => report(),
        ["make", dir] => make(Path::new(dir)),
        ["clearcut", dir] => tell(clearcut(Path::new(dir))?),
        ["libvips", dir] => tell(libvips(Path::new(dir))?),
        _ => Err("it is called without arguments".into()),
    }
}

fn report() -> Result<()> {
    let dir = tempfile::TempDir::new()?;
    let (dir, ours) = (dir.path(), dir.path().join("clearcut.png"));
    call_self("make", dir)?;
    let (width, height) = SIZE;
    let zip = fs::metadata(Files::of(dir).zip)?.len();
    let one = parse(&call_self("clearcut", dir)?)?;
    println!("ZIP → PNG, {width} × {height} pixels, ZIP of {:.1} MB, CPU on one thread, median of {ROUNDS}", mega(zip));
    line("Clearcut", one);
    if !has_vips() {
        println!("  libvips is not measured beside it: the program `vips` is not installed (Debian: libvips-tools)");
        return Ok(());
    }
    let other = parse(&call_self("libvips", dir)?)?;
    line("libvips bandjoin, level 1", other);
    println!(
        "  Clearcut's share of libvips: CPU {:.2}, bytes {:.2}, peak {:.2}",
        one.cpu.as_secs_f64() / other.cpu.as_secs_f64(),
        ratio(one.bytes, other.bytes),
        ratio(one.peak, other.peak)
    );
    // `bandjoin` keeps what is hidden under alpha 0. The fair rival in bytes packs the very pixels that Clearcut packed.
    for (name, options) in [("its default", "compression=1"), ("the filter Up", "compression=1,filter=up")] {
        let same = dir.join("same.png");
        vips(&["copy", text(&ours)?, &format!("{}[{options}]", text(&same)?)])?;
        let bytes = fs::metadata(&same)?.len();
        let verdict = if one.bytes < bytes { "smaller" } else { "larger" };
        println!(
            "  the same pixels by libvips, level 1 and {name}: {:.2} MB; Clearcut's file is {verdict}",
            mega(bytes)
        );
    }
    Ok(())
}

fn line(name: &str, cost: Cost) {
    let Cost { cpu, bytes, peak } = cost;
    println!("  {name:<26} {:.3} s  {:6.2} MB  peak {:4.0} MB", cpu.as_secs_f64(), mega(bytes), mega(peak));
}

/// From the file of the answer to the file of the picture.
fn clearcut(dir: &Path) -> Result<Cost> {
    let (zip, out) = (Files::of(dir).zip, dir.join("clearcut.png"));
    let mut took = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let before = cpu(UsageWho::RUSAGE_SELF)?;
        let picture = compose_answer(&zip, &Limits::answers())?;
        let mut file = BufWriter::with_capacity(256 << 10, File::create(&out)?);
        encode(&picture, OutputFormat::Png, &EncodeOptions::default(), &mut file)?;
        file.flush()?;
        drop(picture);
        took.push(cpu(UsageWho::RUSAGE_SELF)?.saturating_sub(before));
    }
    let cost = Cost { cpu: median(took), bytes: fs::metadata(&out)?.len(), peak: peak(UsageWho::RUSAGE_SELF)? };
    if decode(&out, &Limits::inputs())? != compose_answer(&zip, &Limits::answers())? {
        return Err("the PNG does not hold the composed picture".into());
    }
    Ok(cost)
}

fn libvips(dir: &Path) -> Result<Cost> {
    let Files { colour, alpha, .. } = Files::of(dir);
    let out = dir.join("libvips.png");
    let parts = format!("{} {}", text(&colour)?, text(&alpha)?);
    let mut took = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let before = cpu(UsageWho::RUSAGE_CHILDREN)?;
        vips(&["bandjoin", &parts, &format!("{}[compression=1]", text(&out)?)])?;
        took.push(cpu(UsageWho::RUSAGE_CHILDREN)?.saturating_sub(before));
    }
    Ok(Cost { cpu: median(took), bytes: fs::metadata(&out)?.len(), peak: peak(UsageWho::RUSAGE_CHILDREN)? })
}

fn has_vips() -> bool {
    Command::new("vips").arg("--version").output().is_ok_and(|output| output.status.success())
}

fn vips(args: &[&str]) -> Result<()> {
    let output = Command::new("vips").env("VIPS_CONCURRENCY", "1").args(args).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("vips {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr)).into())
}

fn call_self(mode: &str, dir: &Path) -> Result<String> {
    let output = Command::new(std::env::current_exe()?).arg(mode).arg(dir).output()?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    Err(format!("{mode}: {}", String::from_utf8_lossy(&output.stderr)).into())
}

/// One line for the process that asked.
fn tell(Cost { cpu, bytes, peak }: Cost) -> Result<()> {
    println!("{} {bytes} {peak}", cpu.as_micros());
    Ok(())
}

fn parse(line: &str) -> Result<Cost> {
    let numbers: Vec<u64> = line.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>()?;
    match numbers[..] {
        [micros, bytes, peak] => Ok(Cost { cpu: Duration::from_micros(micros), bytes, peak }),
        _ => Err(format!("three numbers were expected, not {line:?}").into()),
    }
}

/// User and system time so far.
fn cpu(who: UsageWho) -> Result<Duration> {
    let usage = getrusage(who)?;
    let duration = |time: TimeVal| -> Result<Duration> {
        Ok(Duration::from_secs(u64::try_from(time.tv_sec())?) + Duration::from_micros(u64::try_from(time.tv_usec())?))
    };
    Ok(duration(usage.user_time())? + duration(usage.system_time())?)
}

/// Most memory that was resident, in bytes: Linux counts in KiB, macOS in bytes.
fn peak(who: UsageWho) -> Result<u64> {
    let most = u64::try_from(getrusage(who)?.max_rss())?;
    Ok(if cfg!(target_os = "macos") { most } else { most << 10 })
}

fn median(mut took: Vec<Duration>) -> Duration {
    took.sort();
    took[took.len() / 2]
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| "the folder for temporary files has no plain name".into())
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn ratio(one: u64, other: u64) -> f64 {
    one as f64 / other as f64
}
