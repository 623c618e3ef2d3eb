//! The notices of a session, as its daemon gets and shows them: what was raised, what still stands, and the buttons to
//! press. Listens on the bus, so that a notice is known by its words and not by its picture.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::child::Guarded;
use crate::session::Session;
use crate::wait;

const PATIENCE: Duration = Duration::from_secs(20);

/// A notice as a program asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The daemon's number for it.
    pub number: u64,
    /// The number that it was to take the place of; 0 is none.
    pub replaces: u64,
    /// The name of the program.
    pub app: String,
    /// Its icon, by name or path.
    pub icon: String,
    /// The title.
    pub summary: String,
    /// The text, with its markup.
    pub body: String,
    /// Its buttons, as name and label; "default" is a click on the notice itself.
    pub actions: Vec<(String, String)>,
}

impl Shown {
    /// The labels of what is seen as buttons.
    #[must_use]
    pub fn buttons(&self) -> Vec<&str> {
        let seen = self.actions.iter().filter(|(key, _)| key != "default");
        seen.map(|(_, label)| label.as_str()).collect()
    }
}

/// An ear on the bus of a session that has a notification daemon.
#[derive(Debug)]
pub struct Notices<'a> {
    session: &'a Session,
    heard: PathBuf,
    _listener: Guarded,
}

impl<'a> Notices<'a> {
    /// Listens from now on.
    pub fn listen(session: &'a Session) -> Result<Self> {
        let heard = session.log("notices-heard");
        let mut listener = session.script("notices.py");
        listener.stdout(File::create(&heard)?);
        let listener = Guarded::start(&mut listener, &session.log("notices"))?;
        let notices = Self { session, heard, _listener: listener };
        wait::until("an ear for notices", PATIENCE, || {
            notices.lines().ok()?.iter().any(|line| line["listening"] == true).then_some(())
        })?;
        Ok(notices)
    }

    /// Every notice so far, in order, replaced and closed ones included.
    pub fn all(&self) -> Result<Vec<Shown>> {
        self.lines()?.iter().filter(|line| line["shown"].is_u64()).map(shown).collect()
    }

    /// Those that can be seen: neither closed nor replaced.
    pub fn standing(&self) -> Result<Vec<Shown>> {
        let mut standing: Vec<Shown> = Vec::new();
        for line in self.lines()? {
            if let Some(number) = line["shown"].as_u64().or(line["closed"].as_u64()) {
                standing.retain(|notice| notice.number != number);
            }
            if line["shown"].is_u64() {
                standing.push(shown(&line)?);
            }
        }
        Ok(standing)
    }

    /// The first notice, from the `already`th on, whose title or text contains `words`.
    pub fn wait_for(&self, already: usize, words: &str) -> Result<Shown> {
        let found = wait::until(&format!("a notice that says “{words}”"), PATIENCE, || {
            let said = |notice: &Shown| notice.summary.contains(words) || notice.body.contains(words);
            self.all().ok()?.into_iter().skip(already).find(said)
        });
        found.with_context(|| format!("notices so far: {:#?}", self.all().unwrap_or_default()))
    }

    /// Presses the button called `label` of the notices that can be seen.
    pub fn press(&self, label: &str) -> Result<()> {
        let before = self.pressed()?;
        std::fs::write(self.session.runtime().join("pick"), label)?;
        self.session.tool("dunstctl", &["context"])?;
        self.wait_until_pressed(before, label)
    }

    /// Clicks on the newest notice itself.
    pub fn click(&self) -> Result<()> {
        let before = self.pressed()?;
        self.session.tool("dunstctl", &["action"])?;
        self.wait_until_pressed(before, "the notice")
    }

    /// Closes all that stand, as their crosses do.
    pub fn close_all(&self) -> Result<()> {
        self.session.tool("dunstctl", &["close-all"])?;
        self.wait_until_none()
    }

    /// Waits until none can be seen: one that was answered goes by itself.
    pub fn wait_until_none(&self) -> Result<()> {
        wait::until("the notices to close", PATIENCE, || self.standing().ok()?.is_empty().then_some(()))
    }

    /// How many the daemon says it shows.
    pub fn displayed(&self) -> Result<usize> {
        Ok(self.session.tool("dunstctl", &["count", "displayed"])?.trim().parse()?)
    }

    fn pressed(&self) -> Result<usize> {
        Ok(self.lines()?.iter().filter(|line| line["pressed"].is_u64()).count())
    }

    fn wait_until_pressed(&self, before: usize, what: &str) -> Result<()> {
        let pressed = wait::until(&format!("a press on {what}"), PATIENCE, || {
            self.pressed().ok().filter(|now| *now > before).map(drop)
        });
        pressed.with_context(|| {
            let menu = std::fs::read_to_string(self.session.runtime().join("menu"));
            format!("the daemon's menu: {menu:?}, on its bus: {:?}", self.lines())
        })
    }

    /// What was heard; a line that is still being written is left for later.
    fn lines(&self) -> Result<Vec<Value>> {
        let text = std::fs::read_to_string(&self.heard)?;
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        whole.lines().map(|line| serde_json::from_str(line).with_context(|| line.to_owned())).collect()
    }
}

fn shown(line: &Value) -> Result<Shown> {
    let text = |name: &str| line[name].as_str().map(str::to_owned).with_context(|| format!("no {name} in {line}"));
    let mut actions = Vec::new();
    for pair in line["actions"].as_array().into_iter().flatten() {
        let (Some(key), Some(label)) = (pair[0].as_str(), pair[1].as_str()) else { bail!("no button: {pair}") };
        actions.push((key.to_owned(), label.to_owned()));
    }
    Ok(Shown {
        number: line["shown"].as_u64().context("no number")?,
        replaces: line["replaces"].as_u64().context("no number to replace")?,
        app: text("app")?,
        icon: text("icon")?,
        summary: text("summary")?,
        body: text("body")?,
        actions,
    })
}
