//! The tray of a session: where programs put their icons, read as a panel reads them, and clicked.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::child::Guarded;
use crate::session::Session;
use crate::wait;

const PATIENCE: Duration = Duration::from_secs(20);

/// One line of an icon's menu; separators are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it says.
    pub label: String,
    /// Whether it can be chosen.
    pub enabled: bool,
}

/// What a program has put into the tray.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The file of its picture.
    pub icon: PathBuf,
    /// Its menu.
    pub menu: Vec<Entry>,
}

impl Item {
    /// The lines that only inform.
    #[must_use]
    pub fn told(&self) -> Vec<&str> {
        self.labels(false)
    }

    /// The lines that can be chosen.
    #[must_use]
    pub fn offered(&self) -> Vec<&str> {
        self.labels(true)
    }

    fn labels(&self, enabled: bool) -> Vec<&str> {
        self.menu.iter().filter(|entry| entry.enabled == enabled).map(|entry| entry.label.as_str()).collect()
    }
}

/// A tray on the bus of a session; programs that start later find it.
#[derive(Debug)]
pub struct Tray {
    line: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    _host: Guarded,
}

impl Tray {
    /// Puts a tray up.
    pub fn start(session: &Session) -> Result<Self> {
        let log = session.log("trayhost");
        let mut host = Guarded::start(session.script("trayhost.py").stdout(Stdio::piped()), &log)?;
        let input = host.child().stdin.take().context("the tray's input")?;
        let mut output = BufReader::new(host.child().stdout.take().context("the tray's output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        ensure!(
            line.trim() == "WATCHING",
            "the tray did not start: {}",
            std::fs::read_to_string(log).unwrap_or_default().trim()
        );
        Ok(Self { line: Mutex::new((input, output)), _host: host })
    }

    /// What is in the tray now.
    pub fn items(&self) -> Result<Vec<Item>> {
        self.ask("look")?["items"].as_array().into_iter().flatten().map(item).collect()
    }

    /// The first icon that is as wished.
    pub fn wait_for(&self, what: &str, wished: impl Fn(&Item) -> bool) -> Result<Item> {
        let found = wait::until(&format!("a tray {what}"), PATIENCE, || {
            self.items().ok()?.into_iter().find(|item| wished(item))
        });
        found.with_context(|| format!("in the tray: {:#?}", self.items()))
    }

    /// Chooses a line of a menu.
    pub fn click(&self, label: &str) -> Result<()> {
        ensure!(self.ask(&format!("click {label}"))?["clicked"] == true, "no “{label}” in {:#?}", self.items()?);
        Ok(())
    }

    fn ask(&self, question: &str) -> Result<Value> {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(line.0, "{question}")?;
        let mut answer = String::new();
        line.1.read_line(&mut answer)?;
        let answer: Value = serde_json::from_str(&answer).with_context(|| format!("the tray says “{answer}”"))?;
        ensure!(answer["error"].is_null(), "the tray cannot {question}: {}", answer["error"]);
        Ok(answer)
    }
}

fn item(item: &Value) -> Result<Item> {
    let menu = item["menu"].as_array().into_iter().flatten();
    let entry = |entry: &Value| {
        let label = entry["label"].as_str().context("a line without words")?.to_owned();
        Ok(Entry { label, enabled: entry["enabled"] == true })
    };
    Ok(Item {
        icon: item["icon"].as_str().context("an icon without a picture")?.into(),
        menu: menu.map(entry).collect::<Result<_>>()?,
    })
}
