//! The real app in its real window, driven through WebKit's own WebDriver. One driver a window, in a process group of
//! its own, so that nothing of either outlives the test.

use std::ffi::OsStr;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::child::Guarded;
use crate::drag;
use crate::footprint::Footprint;
use crate::place::Place;
use crate::session::Session;
use crate::tools::{built, desktop_program};
use crate::wait::{self, PATIENCE};

/// The title of the app's window.
const TITLE: &str = "Clearcut";

/// A window that is open.
pub struct App<'a> {
    session: &'a Session,
    client: Client,
    driver: Guarded,
}

/// How often a key is pressed before that is a failure.
const KEY_PRESSES: usize = 4;

/// For how long an element is looked for and clicked before that is a failure.
const CLICKED_WITHIN: Duration = Duration::from_secs(10);

impl<'a> App<'a> {
    /// Opens the app in `session` on the folders of `place`.
    pub async fn start(session: &'a Session, place: &Place) -> Result<Self> {
        Self::start_binary(session, place, &desktop_program()?).await
    }

    /// Opens the app with further variables in its environment.
    pub async fn start_with(session: &'a Session, place: &Place, variables: &[(&str, &OsStr)]) -> Result<Self> {
        Self::start_program(session, place, &desktop_program()?, variables).await
    }

    /// Opens another program with a web view; for comparisons.
    pub async fn start_binary(session: &'a Session, place: &Place, program: &Path) -> Result<Self> {
        Self::start_program(session, place, program, &[]).await
    }

    async fn start_program(
        session: &'a Session,
        place: &Place,
        program: &Path,
        variables: &[(&str, &OsStr)],
    ) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new("WebKitWebDriver");
        command.arg(format!("--port={port}")).arg("--host=127.0.0.1");
        session.move_in(&mut command).envs(place.variables()).env("TAURI_WEBVIEW_AUTOMATION", "true");
        command.envs(variables.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::null()).current_dir(place.photos());
        let driver = Guarded::start_group(&mut command, &session.log("driver"))?;
        wait::until("WebKitWebDriver", PATIENCE, || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok())?;

        let mut capabilities = Capabilities::new();
        capabilities.insert("webkitgtk:browserOptions".to_owned(), json!({ "binary": program, "args": [] }));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .with_context(|| {
                format!("{} did not open; its words: {}", program.display(), read(&session.log("driver")))
            })?;
        Ok(Self { session, client, driver })
    }

    /// The WebDriver client, for what the harness has no word for.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Waits until an element is in the page.
    pub async fn wait_for(&self, css: &str) -> Result<Element> {
        self.wait_for_at_most(PATIENCE, css).await
    }

    /// Waits this long for an element.
    pub async fn wait_for_at_most(&self, patience: Duration, css: &str) -> Result<Element> {
        let found = self.client.wait().at_most(patience).for_element(Locator::Css(css)).await;
        match found {
            Ok(element) => Ok(element),
            Err(error) => {
                let picture = self.screenshot_on_failure().await;
                Err(error).with_context(|| {
                    format!("waited in vain for {css}; picture: {picture}; the app's words: {}", self.said())
                })
            }
        }
    }

    /// The text of an element that must be there by then.
    pub async fn text(&self, css: &str) -> Result<String> {
        Ok(self.wait_for(css).await?.text().await?)
    }

    /// An attribute of an element that must be there by then.
    pub async fn attribute(&self, css: &str, name: &str) -> Result<String> {
        let value = self.wait_for(css).await?.attr(name).await?;
        value.with_context(|| format!("{css} has no attribute {name}"))
    }

    /// Clicks an element that must be there by then. One that the page has drawn anew between being found and being clicked, or over which
    /// something is just sliding in or out, was not clicked: it is looked for again, for a while.
    pub async fn click(&self, css: &str) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < CLICKED_WITHIN {
            if self.wait_for(css).await?.click().await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.wait_for(css).await?.click().await.with_context(|| format!("clicking {css}"))
    }

    /// Presses Control and a key, wherever the focus is.
    pub async fn press_control(&self, key: char) -> Result<()> {
        self.press(&format!("{}{key}{}", char::from(Key::Control), char::from(Key::Null))).await
    }

    /// Presses keys wherever the focus is.
    pub async fn press(&self, keys: &str) -> Result<()> {
        Ok(self.client.active_element().await?.send_keys(keys).await?)
    }

    /// Types into an element, or presses keys while it has the focus; see [`fantoccini::key::Key`].
    pub async fn type_into(&self, css: &str, keys: &str) -> Result<()> {
        self.wait_for(css).await?.send_keys(keys).await.with_context(|| format!("typing into {css}"))
    }

    /// Whether an element is in the page now.
    pub async fn has(&self, css: &str) -> Result<bool> {
        Ok(!self.client.find_all(Locator::Css(css)).await?.is_empty())
    }

    /// How many of such elements are in the page now.
    pub async fn count(&self, css: &str) -> Result<usize> {
        Ok(self.client.find_all(Locator::Css(css)).await?.len())
    }

    /// Runs a script in the page and gives what it returns.
    pub async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Drops files from another process on the middle of an element.
    pub async fn drop_on(&self, css: &str, files: &[&Path]) -> Result<()> {
        let (x, y) = self.middle(css).await?;
        drag::drop_files(self.session, TITLE, files, x, y)
    }

    /// Drags from the middle of an element to another process; gives the addresses of the files that arrived there.
    pub async fn drag_from(&self, css: &str) -> Result<Vec<String>> {
        let (x, y) = self.middle(css).await?;
        drag::drag_out(self.session, TITLE, x, y)
    }

    /// Where the middle of an element is in the window.
    async fn middle(&self, css: &str) -> Result<(i32, i32)> {
        self.wait_for(css).await?;
        let script = format!(
            "const r = document.querySelector({css:?}).getBoundingClientRect();\
             return [Math.round(r.left + r.width / 2), Math.round(r.top + r.height / 2)];"
        );
        let middle = self.script(&script).await?;
        let at = |index: usize| middle[index].as_i64().and_then(|n| i32::try_from(n).ok()).context("no such place");
        Ok((at(0)?, at(1)?))
    }

    /// Waits until the page has been painted with its fonts and pictures; a screenshot before that can be white.
    pub async fn painted(&self) -> Result<()> {
        let script = "const done = arguments[0];\
             const seen = i => { const r = i.getBoundingClientRect(), \
                 list = (i.closest('[data-bench]') ?? document.body).getBoundingClientRect(); \
                 return r.bottom > list.top && r.top < list.bottom; };\
             const pictures = [...document.images].filter(i => !i.complete && (i.loading !== 'lazy' || seen(i)))\
                 .map(i => new Promise(r => { i.onload = i.onerror = r; }));\
             Promise.all([document.fonts.ready, ...pictures])\
                 .then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));";
        self.client.execute_async(script, Vec::new()).await?;
        Ok(())
    }

    /// What the window and its web view take of the machine now.
    pub fn footprint(&self) -> Result<Footprint> {
        Footprint::of(&self.driver.members())
    }

    /// Photographs the page as PNG.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        self.painted().await?;
        Ok(self.client.screenshot().await?)
    }

    /// Photographs the page into a file.
    pub async fn screenshot_to(&self, path: &Path) -> Result<()> {
        let picture = self.screenshot().await?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, picture).with_context(|| path.display().to_string())
    }

    /// Closes the window as the driver does and waits until it is gone.
    pub async fn close(self) -> Result<()> {
        self.client.close().await?;
        self.driver.wait_until_alone(Duration::from_secs(20))
    }

    /// Closes the window as its user does, by the window manager's key; pressed again where the manager has not seen it.
    pub fn close_by_key(self) -> Result<()> {
        let window = format!("^{TITLE}$");
        let press = ["search", "--onlyvisible", "--name", &window, "windowfocus", "--sync", "key", "alt+F4"];
        for _ in 0..KEY_PRESSES {
            // A window that is closing already is not found any more.
            let pressed = self.session.tool("xdotool", &press);
            if self.driver.wait_until_alone(Duration::from_secs(5)).is_ok() {
                return Ok(());
            }
            drop(pressed);
        }
        self.ended()
    }

    /// Kills the window and everything of it at once, as a power cut would: nothing of it has a chance to put anything right.
    pub async fn kill(self) -> Result<()> {
        self.driver.kill_group();
        Ok(())
    }

    /// Waits until the app has ended by itself.
    pub fn ended(self) -> Result<()> {
        self.driver.wait_until_alone(Duration::from_secs(20))
    }

    /// What the app, and the driver before it, said on standard error.
    #[must_use]
    pub fn said(&self) -> String {
        read(&self.session.log("driver"))
    }

    /// Where a failed test's picture lies, or why there is none.
    pub(crate) async fn screenshot_on_failure(&self) -> String {
        let save = async || -> Result<PathBuf> {
            let folder = built()?.join("window-failures");
            let path = folder.join(format!("{}.png", self.driver.id()));
            std::fs::create_dir_all(folder)?;
            std::fs::write(&path, self.client.screenshot().await?)?;
            Ok(path)
        };
        match save().await {
            Ok(path) => path.display().to_string(),
            Err(error) => format!("none, {error:#}"),
        }
    }
}

/// A port that was free a moment ago; the driver takes no port of its own choice.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn read(log: &Path) -> String {
    std::fs::read_to_string(log).unwrap_or_default().trim().to_owned()
}
