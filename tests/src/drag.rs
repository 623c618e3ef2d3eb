//! A real drag and drop of files: another process is the source or the target, the X server's own mouse makes the movement, the app
//! sees what it would see of a file manager.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::child::Guarded;
use crate::session::Session;
use crate::tools::desktop_file;

/// The system's own Python: another one on the path has no GTK.
const PYTHON: &str = "/usr/bin/python3";

const PATIENCE: Duration = Duration::from_secs(20);

/// Steps of the mouse from the source to the target; few enough to be quick, enough to be a movement.
const STEPS: i32 = 12;

/// How often a drop is tried: whoever drops before the window has said yes drops again, and nothing has arrived by then.
const TRIES: usize = 4;

/// How long what was dropped may take to arrive.
const ARRIVES: Duration = Duration::from_secs(4);

/// Drops `files` at (`x`, `y`) of the client area of the window called `title`.
pub fn drop_files(session: &Session, title: &str, files: &[&Path], x: i32, y: i32) -> Result<()> {
    let mut source = Other::start(session, "dragsource", files)?;
    let from = source.centre()?;
    let (left, top) = client_area(session, title)?;
    let to = (left + x, top + y);
    for rests in 1..=TRIES {
        session.tool("xdotool", &as_strs(&movement(from, to, rests * 2)))?;
        if source.handed_over()? {
            return Ok(());
        }
    }
    bail!("the window refused the drop {TRIES} times")
}

/// Drags from (`x`, `y`) of the client area of the window called `title` to another process; gives the addresses of the files that
/// arrived there.
pub fn drag_out(session: &Session, title: &str, x: i32, y: i32) -> Result<Vec<String>> {
    let mut target = Other::start(session, "dragtarget", &[])?;
    let to = target.centre()?;
    let (left, top) = client_area(session, title)?;
    let mut arrived = Vec::new();
    for tried in 1..=TRIES {
        session.tool("xdotool", &as_strs(&movement((left + x, top + y), to, tried * 4)))?;
        // A window that was slow to begin has nothing to drop when the button comes up.
        while let Some(line) = target.next_within(ARRIVES) {
            match line.split_once(' ') {
                Some(("FILE", address)) => arrived.push(address.to_owned()),
                _ if line == "END" => return Ok(arrived),
                _ => bail!("the drag target said: {line}"),
            }
        }
    }
    bail!("nothing arrived at the drag target, {TRIES} times")
}

/// The mouse's way as arguments of xdotool: press, leave the source slowly enough to pass the drag threshold, travel, hover over the
/// target, release. The target's answer to a movement reaches the source by two other processes: what counts at the release is the
/// answer that is there by then.
fn movement(from: (i32, i32), to: (i32, i32), rests: usize) -> Vec<String> {
    let go = |x: i32, y: i32, rest: &str| format!("mousemove {x} {y} sleep {rest}");
    let mut way = vec![go(from.0, from.1, "0.1"), "mousedown 1 sleep 0.1".to_owned()];
    way.extend((1..=5).map(|step| go(from.0 + step * 6, from.1 + step * 6, "0.03")));
    way.extend((1..=STEPS).map(|step| {
        let part = |from: i32, to: i32| from + (to - from) * step / STEPS;
        go(part(from.0, to.0), part(from.1, to.1), "0.03")
    }));
    way.extend((1..=rests).map(|rest| go(to.0 + i32::from(rest % 2 == 0), to.1 + 1, "0.2")));
    way.push("mouseup 1".to_owned());
    way.iter().flat_map(|step| step.split(' ')).map(str::to_owned).collect()
}

fn as_strs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

/// Where the client area of a visible window begins, in root coordinates. By xwininfo: xdotool counts the title bar of a
/// managed window twice.
fn client_area(session: &Session, title: &str) -> Result<(i32, i32)> {
    let found = session.tool("xdotool", &["search", "--onlyvisible", "--name", &format!("^{title}$")])?;
    let window = found.lines().last().with_context(|| format!("no window called {title}"))?;
    let info = session.tool("xwininfo", &["-id", window])?;
    let corner = |side: &str| -> Result<i32> {
        let line =
            info.lines().find(|line| line.contains(side)).with_context(|| format!("xwininfo tells no {side}"))?;
        Ok(line.rsplit(' ').next().unwrap_or_default().parse()?)
    };
    Ok((corner("Absolute upper-left X")?, corner("Absolute upper-left Y")?))
}

/// The other process.
struct Other {
    process: Guarded,
    said: Receiver<String>,
    name: &'static str,
    /// Open for as long as the process shall live.
    _input: ChildStdin,
}

impl Other {
    fn start(session: &Session, name: &'static str, files: &[&Path]) -> Result<Self> {
        let mut command = Command::new(PYTHON);
        command.arg(desktop_file(&format!("{name}.py"))).args(files);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Guarded::start(session.move_in(&mut command), &session.log(name))?;
        let input = process.child().stdin.take().context("its input")?;
        let output = process.child().stdout.take().context("its output")?;
        let (tell, said) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { process, said, name, _input: input })
    }

    fn next(&mut self) -> Result<String> {
        self.said
            .recv_timeout(PATIENCE)
            .with_context(|| format!("the {} (process {}) says nothing more", self.name, self.process.id()))
    }

    fn next_within(&mut self, patience: Duration) -> Option<String> {
        self.said.recv_timeout(patience).ok()
    }

    /// Waits until its window can be seen and gives its middle in root coordinates.
    fn centre(&mut self) -> Result<(i32, i32)> {
        let line = self.next()?;
        let numbers: Vec<i32> = line.split(' ').skip(1).map_while(|word| word.parse().ok()).collect();
        let [x, y, width, height] = numbers[..] else { bail!("the {} said: {line}", self.name) };
        Ok((x + width / 2, y + height / 2))
    }

    /// Waits until the drag has ended: whether the files were asked for and taken, or refused where nothing had said yes yet.
    fn handed_over(&mut self) -> Result<bool> {
        let (mut handed_over, mut refused) = (false, false);
        loop {
            let line = self.next()?;
            match line.split(' ').next() {
                Some("DATA") => handed_over = true,
                Some("FAILED") if line.ends_with("no-target") => refused = true,
                Some("FAILED") => bail!("the drop came to nothing: {line}"),
                Some("END") if handed_over || refused => return Ok(handed_over && !refused),
                Some("END") => bail!("the window did not ask for the files"),
                _ => {}
            }
        }
    }
}
