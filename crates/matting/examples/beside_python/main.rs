//! Measures the mask alone, beside Python's onnxruntime: the same model on the same picture of 384 × 256 pixels, one thread each,
//! CPU time. The compiled-in runtime, and onnxruntime's own library as Python brings it along. Prints what it measured.
//!
//! `cargo run --release -p clearcut-matting --example beside_python`; `CLEARCUT_BENCH_PYTHON` names a Python that has `onnxruntime`.
#![allow(clippy::print_stdout, clippy::cast_possible_truncation, reason = "a measuring tool for developers")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use clearcut_imaging::{Limits, Rgba, decode};
use clearcut_matting::{Mask, Matter, MattingOptions};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How often each is measured; the median counts.
const ROUNDS: usize = 15;
/// Most that the compiled-in runtime may take of Python's CPU time.
const MOST: f64 = 3.3;

fn main() -> Result<()> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let picture = decode(&own.join("tests/fixtures/coffee.input.png"), &Limits::inputs())?;
    println!(
        "mask of a picture of {} × {} pixels, CPU on one thread, median of {ROUNDS}",
        picture.width, picture.height
    );
    let built_in = Matter::new(MattingOptions { threads: 1, onnxruntime: None, ..MattingOptions::default() })?;
    let (mask, ours) = measure(&built_in, &picture)?;
    println!("  {:<34} {:6.1} ms", built_in.runtime_name(), ours * 1e3);
    let Some(Python { version, seconds: python, mask: reference, library }) = in_python(own, &picture)? else {
        println!("  Python's onnxruntime is not measured beside it: no Python with it (pip install onnxruntime numpy)");
        return Ok(());
    };
    println!("  {:<34} {:6.1} ms", format!("Python onnxruntime {version}"), python * 1e3);
    println!(
        "  compiled in: {:.2} × Python's CPU time (at most {MOST} is wanted), masks differ by at most {:.1e}",
        ours / python,
        furthest(&mask, &reference)
    );
    let beside = Matter::new(MattingOptions { threads: 1, onnxruntime: Some(library), ..MattingOptions::default() })?;
    if beside.runtime_name() != "onnxruntime" {
        println!("  onnxruntime's library beside the app is not measured: Python's cannot be loaded here");
        return Ok(());
    }
    let (mask, theirs) = measure(&beside, &picture)?;
    println!("  {:<34} {:6.1} ms", "onnxruntime's library, loaded", theirs * 1e3);
    println!(
        "  loaded: {:.2} × Python's CPU time (at most 1 is wanted), masks differ by at most {:.1e}",
        theirs / python,
        furthest(&mask, &reference)
    );
    Ok(())
}

/// The mask, and seconds of CPU a run. The making of the tensor from bytes is in it, which Python is spared.
fn measure(matter: &Matter, picture: &Rgba) -> Result<(Mask, f64)> {
    let run = || matter.raw_mask(&picture.pixels, picture.width, picture.height);
    let mask = run()?;
    let mut took = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let before = cpu()?;
        run()?;
        took.push(cpu()? - before);
    }
    took.sort_by(f64::total_cmp);
    Ok((mask, took[ROUNDS / 2]))
}

/// What Python's onnxruntime gave.
struct Python {
    version: String,
    /// CPU a run.
    seconds: f64,
    mask: Vec<f32>,
    /// Its shared library.
    library: PathBuf,
}

/// Runs the same network in Python; `None` where there is no onnxruntime.
fn in_python(own: &Path, picture: &Rgba) -> Result<Option<Python>> {
    let program = std::env::var_os("CLEARCUT_BENCH_PYTHON").unwrap_or_else(|| "python3".into());
    let asked = Command::new(&program).args(["-c", "import onnxruntime, numpy; print(onnxruntime.__file__)"]).output();
    let Some(found) = asked.ok().filter(|output| output.status.success()) else { return Ok(None) };
    let package = PathBuf::from(String::from_utf8(found.stdout)?.trim());
    let dir = tempfile::TempDir::new()?;
    let (tensor, output) = (dir.path().join("tensor"), dir.path().join("mask"));
    std::fs::write(&tensor, tensor_of(picture))?;
    let told = Command::new(&program)
        .arg(own.join("examples/beside_python/mask.py"))
        .arg(own.join("model/u2netp-dynamic.onnx"))
        .arg(&tensor)
        .args([picture.height.to_string(), picture.width.to_string(), ROUNDS.to_string()])
        .arg(&output)
        .output()?;
    if !told.status.success() {
        return Err(String::from_utf8_lossy(&told.stderr).into());
    }
    let told = String::from_utf8(told.stdout)?;
    let (version, seconds) = told.trim().split_once(' ').ok_or("the script told nothing")?;
    let mask = std::fs::read(output)?.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let (version, seconds) = (version.to_owned(), seconds.parse()?);
    Ok(Some(Python { version, seconds, mask, library: library_of(&package)? }))
}

/// The shared library inside the Python package.
fn library_of(package: &Path) -> Result<PathBuf> {
    let folder = package.with_file_name("capi");
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("libonnxruntime.") || name == "onnxruntime.dll" {
            return Ok(path);
        }
    }
    Err(format!("no library in {}", folder.display()).into())
}

/// What `raw_mask` makes of the picture: divided by its maximum, normalised by ImageNet's mean and deviation, in planes.
fn tensor_of(picture: &Rgba) -> Vec<u8> {
    const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
    const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];
    let (pixels, _) = picture.pixels.as_chunks::<4>();
    let brightest = pixels.iter().flat_map(|pixel| &pixel[..3]).copied().max().unwrap_or(1).max(1);
    let value = |pixel: &[u8; 4], c: usize| (f32::from(pixel[c]) / f32::from(brightest) - MEAN[c]) / DEVIATION[c];
    (0..3).flat_map(|c| pixels.iter().flat_map(move |pixel| value(pixel, c).to_le_bytes())).collect()
}

fn furthest(mask: &Mask, reference: &[f32]) -> f32 {
    mask.values.iter().zip(reference).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// Seconds of CPU that this process has used.
#[cfg(unix)]
fn cpu() -> Result<f64> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    Ok((usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1e6)
}

/// Wall time, where the system's CPU time is not asked for: one thread is busy all the while.
#[cfg(not(unix))]
fn cpu() -> Result<f64> {
    static BEGUN: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    Ok(BEGUN.elapsed().as_secs_f64())
}
