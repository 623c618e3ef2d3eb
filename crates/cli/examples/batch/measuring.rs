//! Each list has a practice service, a data folder and a client process of its own, so that none inherits the memory of another. The
//! client is started by a second copy of this program, whose only child it is: so its peak is told apart from the service's.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::pictures::{sides, write_answer, write_inputs};

/// Pictures and megapixels, where nothing else is asked for.
const LISTS: [&str; 3] = ["100:12", "1000:12", "10000:1"];

/// What one list took.
struct Took {
    pictures: usize,
    megapixels: u32,
    wall: Duration,
    client: Duration,
    service: Option<Duration>,
    /// Of the client, bytes.
    peak: u64,
}

pub(crate) fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let ["measure", command @ ..] = args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        return measure(command);
    }
    let lists = if args.is_empty() { LISTS.map(str::to_owned).to_vec() } else { args };
    let mut all: Vec<Took> = Vec::new();
    for list in lists {
        let (pictures, megapixels) = list.split_once(':').context("PICTURES:MEGAPIXELS")?;
        let took = run(pictures.parse()?, megapixels.parse()?)?;
        tell(&took);
        all.push(took);
    }
    compare(&all);
    Ok(())
}

fn run(pictures: usize, megapixels: u32) -> Result<Took> {
    let home = tempfile::TempDir::new()?;
    let place = |name: &str| home.path().join(name);
    let size = sides(megapixels);
    let answer = write_answer(&place("answer.zip"), size)?;
    let input = write_inputs(&place("in"), pictures, size)?;
    println!(
        "{pictures} pictures of {} × {}, {} KB each; every answer {} KB",
        size.0,
        size.1,
        input >> 10,
        answer >> 10
    );
    let service = Service::start(&place("answer.zip"))?;
    let begun = Instant::now();
    let output = Command::new(std::env::current_exe()?)
        .arg("measure")
        .arg(program()?)
        .args(["remove", "--recursive", "--yes", "--json", "--service", &service.prefix])
        .arg("--out")
        .args([place("out"), place("in")])
        .env("CLEARCUT_API_KEY", &service.key)
        .envs(["DATA", "CONFIG", "CACHE"].map(|name| (format!("CLEARCUT_{name}_DIR"), place(name))))
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()?;
    let wall = begun.elapsed();
    let client_said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "{client_said}");
    let last = client_said.lines().last().unwrap_or_default();
    let [micros, peak] = last.split(' ').map(str::parse).collect::<Result<Vec<u64>, _>>()?[..] else {
        bail!("two numbers were expected, not {last:?}");
    };
    let saved = count_files(&place("out"))?;
    ensure!(saved == pictures, "{saved} of {pictures} were saved");
    let (client, service) = (Duration::from_micros(micros), service.used());
    Ok(Took { pictures, megapixels, wall, client, service, peak })
}

fn tell(took: &Took) {
    let Took { pictures, wall, client, service, peak, .. } = took;
    println!(
        "  {:.1} pictures a second, {:.1} s; CPU: client {:.1} s, service {}; client's peak {:.0} MB",
        count(*pictures) / wall.as_secs_f64(),
        wall.as_secs_f64(),
        client.as_secs_f64(),
        service.map_or_else(|| "not told".to_owned(), |used| format!("{:.1} s", used.as_secs_f64())),
        mega(*peak)
    );
}

/// Time must grow as the list does, and memory must not.
fn compare(all: &[Took]) {
    let Some(first) = all.first() else { return };
    for took in all.iter().skip(1) {
        let each = |took: &Took| took.wall.as_secs_f64() / count(took.pictures);
        println!(
            "  {} × {} MP beside {} × {} MP: peak {:+.0} %, time a picture {:+.0} %",
            took.pictures,
            took.megapixels,
            first.pictures,
            first.megapixels,
            (mega(took.peak) / mega(first.peak) - 1.0) * 100.0,
            (each(took) / each(first) - 1.0) * 100.0
        );
    }
}

/// The practice service, until it is dropped.
struct Service {
    child: Child,
    prefix: String,
    key: String,
}

impl Service {
    fn start(answer: &Path) -> Result<Self> {
        let mut child = Command::new(program()?)
            .args(["sandbox", "--port", "0", "--latency-ms", "200", "--subscription", "100000", "--rate-limit", "0"])
            .arg("--answer")
            .arg(answer)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut said = BufReader::new(child.stdout.take().context("no output")?).lines();
        let mut next = |before: &str| -> Result<String> {
            let line = said.next().context("the practice service did not start")??;
            Ok(line.strip_prefix(before).with_context(|| line.clone())?.to_owned())
        };
        let (prefix, key) = (next("Practice service at ")?, next("Key: ")?);
        Ok(Self { child, prefix, key })
    }

    /// Processor time so far, where the system tells it of a program that runs.
    fn used(&self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok();
        // Linux counts a hundred a second here on every processor.
        Some(Duration::from_millis((ticks(11)? + ticks(12)?) * 10))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a program and says on standard error, last, how many microseconds of processor time and bytes of memory it took.
#[expect(clippy::print_stderr, reason = "for the process that asked")]
fn measure(command: &[&str]) -> Result<()> {
    let (program, args) = command.split_first().context("no program")?;
    let output = Command::new(program).args(args).stdout(Stdio::null()).output()?;
    ensure!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = |time: TimeVal| {
        Ok::<u64, anyhow::Error>(u64::try_from(time.tv_sec())? * 1_000_000 + u64::try_from(time.tv_usec())?)
    };
    let most = u64::try_from(usage.max_rss())?;
    let peak = if cfg!(target_os = "macos") { most } else { most << 10 };
    eprintln!("{} {peak}", micros(usage.user_time())? + micros(usage.system_time())?);
    Ok(())
}

/// The program beside this one's folder.
fn program() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let file = own.parent().and_then(Path::parent).context("no folder above")?.join("clearcut");
    ensure!(file.is_file(), "{} is not there: cargo build --release -p clearcut-cli", file.display());
    Ok(file)
}

fn count_files(folder: &Path) -> Result<usize> {
    let mut files = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        files += if entry.file_type()?.is_dir() { count_files(&entry.path())? } else { 1 };
    }
    Ok(files)
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn count(pictures: usize) -> f64 {
    pictures as f64
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
