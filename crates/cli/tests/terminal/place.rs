//! A place of its own for each test: data, settings and cache folders, pictures, and a practice service to talk to.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use clearcut_sandbox::{Running, Sandbox, SandboxOptions};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The key of the test's practice service.
pub(crate) const KEY: &str = "key-of-the-test";

/// Width and height of the canned answer, and of the pictures made for it.
pub(crate) const SIZE: (u32, u32) = (48, 32);

/// Folders and pictures of one test.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        for name in ["data", "config", "cache", "pictures"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A picture that no other test picture equals: `shade` is in every pixel.
    pub(crate) fn picture(&self, name: &str, shade: u8) -> PathBuf {
        let path = self.path("pictures").join(name);
        let fill = |x: u32, y: u32| image::Rgb([shade, u8::try_from(x).unwrap(), u8::try_from(y).unwrap()]);
        image::RgbImage::from_fn(SIZE.0, SIZE.1, fill).save(&path).unwrap();
        path
    }

    /// A picture in which the model on this computer finds something: a bright thing before a dark ground.
    pub(crate) fn picture_of_something(&self, name: &str, shade: u8) -> PathBuf {
        self.something(name, shade, (160, 120))
    }

    /// The same, as large as the canned answer of a slow service.
    pub(crate) fn small_picture_of_something(&self, name: &str, shade: u8) -> PathBuf {
        self.something(name, shade, SIZE)
    }

    fn something(&self, name: &str, shade: u8, (width, height): (u32, u32)) -> PathBuf {
        let path = self.path("pictures").join(name);
        let thing = |x: u32, y: u32| x.abs_diff(width / 2).pow(2) + y.abs_diff(height / 2).pow(2) < (height / 3).pow(2);
        let fill = |x, y| image::Rgb(if thing(x, y) { [240, 180, 40] } else { [10, 20, 30 + shade] });
        image::RgbImage::from_fn(width, height, fill).save(&path).unwrap();
        path
    }

    /// The program, in this place, with no display, no bus and no key.
    pub(crate) fn clearcut<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::cargo_bin("clearcut").unwrap();
        command.args(arguments).current_dir(self.path("pictures"));
        for (variable, folder) in [("DATA", "data"), ("CONFIG", "config"), ("CACHE", "cache")] {
            command.env(format!("CLEARCUT_{variable}_DIR"), self.path(folder));
        }
        for variable in ["CLEARCUT_API_KEY", "DISPLAY", "WAYLAND_DISPLAY", "RUST_LOG", "http_proxy", "HTTP_PROXY"] {
            command.env_remove(variable);
        }
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        command
    }

    /// The program against a practice service, with its key in the environment.
    pub(crate) fn against<'a>(&self, service: &Practice, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = self.clearcut(arguments);
        command.args(["--service", &service.prefix()]).env("CLEARCUT_API_KEY", KEY);
        command
    }
}

/// A practice service that answers every removal with one canned cutout.
pub(crate) struct Practice {
    running: Option<Running>,
    runtime: Runtime,
    _answer: TempDir,
}

impl Practice {
    /// 40 subscription credits and 10 pay-as-you-go.
    pub(crate) fn new() -> Self {
        Self::with(SandboxOptions::default(), None)
    }

    pub(crate) fn with_credits(subscription: &str, payg: &str) -> Self {
        let options =
            SandboxOptions { subscription: subscription.into(), payg: payg.into(), ..SandboxOptions::default() };
        Self::with(options, None)
    }

    /// So many previews of this month are free.
    pub(crate) fn with_free_previews(free_previews: u32) -> Self {
        Self::with(SandboxOptions { free_previews, ..SandboxOptions::default() }, None)
    }

    /// One that takes its time.
    pub(crate) fn slow(subscription: &str, payg: &str, latency_ms: u64) -> Self {
        let options = SandboxOptions {
            subscription: subscription.into(),
            payg: payg.into(),
            latency_ms,
            ..SandboxOptions::default()
        };
        Self::with(options, None)
    }

    /// One that misbehaves as `rules` (JSON) say.
    pub(crate) fn misbehaving(rules: &Value) -> Self {
        Self::with(SandboxOptions::default(), Some(rules))
    }

    fn with(options: SandboxOptions, rules: Option<&Value>) -> Self {
        let folder = TempDir::new().unwrap();
        let answer = canned_cutout(folder.path());
        let faults = rules.map(|rules| {
            let path = folder.path().join("faults.json");
            std::fs::write(&path, rules.to_string()).unwrap();
            path
        });
        let options = SandboxOptions { key: KEY.into(), answer: Some(answer), faults, rate_limit_mp: 0, ..options };
        let runtime = Runtime::new().unwrap();
        let running = runtime.block_on(Sandbox::start(options)).unwrap();
        Self { running: Some(running), runtime, _answer: folder }
    }

    pub(crate) fn prefix(&self) -> String {
        self.running.as_ref().unwrap().prefix().to_string()
    }

    /// Everything charged so far, by the service's own account.
    pub(crate) fn charged(&self) -> String {
        self.running.as_ref().unwrap().charged()
    }

    /// How many removals were asked for.
    pub(crate) fn removals(&self) -> u64 {
        let calls = self.running.as_ref().unwrap().state().unwrap().calls;
        calls.iter().filter(|(path, _)| path.ends_with("removebg")).map(|(_, count)| count).sum()
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}

/// A cutout: opaque in the middle, transparent around.
fn canned_cutout(folder: &Path) -> PathBuf {
    let path = folder.join("answer.png");
    let cutout = image::RgbaImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        let inside = (8..40).contains(&x) && (8..24).contains(&y);
        image::Rgba(if inside { [200, 100, 50, 255] } else { [0, 0, 0, 0] })
    });
    cutout.save(&path).unwrap();
    path
}

/// What a finished program said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    pub(crate) fn by(mut command: Command) -> Self {
        let output = command.output().unwrap();
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Every line of standard output as JSON; nothing else may stand there.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        self.stdout.lines().map(parse).collect()
    }

    /// The one JSON document on standard output.
    pub(crate) fn document(&self) -> Value {
        let mut lines = self.lines();
        assert_eq!(lines.len(), 1, "{}\n{}", self.stdout, self.stderr);
        lines.remove(0)
    }
}

/// The members of an object, in the order they were written: only the text knows it.
pub(crate) fn members(line: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(line).unwrap();
    let mut members: Vec<(usize, String)> = value
        .as_object()
        .unwrap()
        .keys()
        .map(|key| (line.find(&format!("\"{key}\":")).unwrap(), key.clone()))
        .collect();
    members.sort();
    members.into_iter().map(|(_, key)| key).collect()
}
