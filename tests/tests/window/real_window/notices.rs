//! Notices on a real notification daemon: words and buttons arrive, a press comes back, a later notice takes the place of
//! an earlier one with its id, and a desktop without a daemon is told from one with.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clearcut_tests::child::Guarded;
use clearcut_tests::notices::Notices;
use clearcut_tests::session::{Session, Wish};
use clearcut_tests::tools;
use clearcut_tests::wait::PATIENCE;

/// The example of the desktop crate that shows what it is told to.
struct Raiser {
    input: ChildStdin,
    said: Receiver<String>,
    _process: Guarded,
}

impl Raiser {
    fn start(session: &Session) -> Result<Self> {
        let mut command = Command::new(tools::built()?.join("examples").join("show_notices"));
        session.move_in(&mut command).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Guarded::start(&mut command, &session.log("show_notices"))?;
        let input = process.child().stdin.take().context("its input")?;
        let output = BufReader::new(process.child().stdout.take().context("its output")?);
        let (sender, said) = channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Ok(Self { input, said, _process: process })
    }

    fn raise(&mut self, notice: &str) -> Result<String> {
        writeln!(self.input, "{notice}")?;
        self.line()
    }

    /// What it says next.
    fn line(&mut self) -> Result<String> {
        self.said.recv_timeout(PATIENCE).context("it says nothing")
    }
}

#[test]
fn a_notice_has_its_words_and_buttons_and_a_press_comes_back() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let notices = Notices::listen(&session)?;
    let mut raiser = Raiser::start(&session)?;

    let said = raiser.raise("low | 80 % used | “Salt & <i>Pepper</i>”: 2 of 10 left | top-up upgrade")?;
    ensure!(said == "shown low", "{said}");
    let shown = notices.wait_for(0, "80 %")?;
    ensure!((shown.app.as_str(), shown.icon.as_str()) == ("Clearcut", "clearcut-desktop"), "{shown:?}");
    ensure!(shown.body == "“Salt &amp; &lt;i&gt;Pepper&lt;/i&gt;”: 2 of 10 left", "{shown:?}");
    ensure!(shown.buttons() == ["Top up", "Upgrade"], "{shown:?}");
    ensure!(notices.displayed()? == 1, "{} are shown", notices.displayed()?);

    notices.press("Upgrade")?;
    ensure!(raiser.line()? == "chosen low upgrade");
    notices.wait_until_none()?;

    raiser.raise("empty | Empty | 0 of 10 left | top-up upgrade")?;
    notices.wait_for(1, "Empty")?;
    notices.click()?;
    ensure!(raiser.line()? == "chosen empty top-up", "a click on the notice is its first button");

    notices.wait_until_none()?;
    ensure!(raiser.raise("plain | Plain | Nothing to press |")? == "shown plain");
    let plain = notices.wait_for(2, "Plain")?;
    ensure!(plain.buttons().is_empty(), "{plain:?}");
    notices.click()?;
    ensure!(raiser.line()? == "chosen plain open");
    Ok(())
}

#[test]
fn a_later_notice_takes_the_place_of_the_earlier_and_only_one_press_counts() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let notices = Notices::listen(&session)?;
    let mut raiser = Raiser::start(&session)?;

    for text in [
        "cycle | 80 % used | first | upgrade",
        "other | Another | stays | top-up",
        "cycle | Empty | second | top-up resume",
    ] {
        ensure!(raiser.raise(text)?.starts_with("shown"));
    }
    let second = notices.wait_for(0, "second")?;
    let first = notices.wait_for(0, "first")?;
    ensure!(second.replaces == first.number && second.number == first.number, "{first:?} {second:?}");
    ensure!(notices.standing()?.len() == 2, "{:?}", notices.standing()?);

    notices.press("Continue the download")?;
    ensure!(raiser.line()? == "chosen cycle resume");
    // Had the first one answered as well, it would have done so before this.
    ensure!(raiser.raise("third | Third | after all that |")? == "shown third");
    notices.close_all()?;
    ensure!(raiser.raise("cycle | 80 % used | next month | upgrade")? == "shown cycle", "closing is no answer");
    let next = notices.wait_for(4, "next month")?;
    ensure!(next.replaces == 0, "a number that is gone may be another program's: {next:?}");
    Ok(())
}

#[test]
fn without_a_daemon_a_notice_fails_at_once() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start_with(&Wish { notifications: false, keyring: false, ..Wish::default() })?;
    let mut raiser = Raiser::start(&session)?;
    let begun = Instant::now();
    let said = raiser.raise("low | 80 % used | 2 of 10 left | top-up")?;
    ensure!(said.starts_with("failed low: "), "{said}");
    ensure!(begun.elapsed() < Duration::from_secs(2), "it took {:?}", begun.elapsed());
    Ok(())
}
