//! The practice service against the official description of the wire format: starts one on a free port and hands it to
//! the committed script, which keeps schemathesis in a folder of its own under `target`. What is checked stands there.
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use anyhow::{Context, Result, bail};

use crate::project::{binary, command, on_ci, root, target_dir};
use crate::report::Done;

/// The script's exit code where it could not test at all.
const COULD_NOT_TEST: i32 = 2;

/// Runs the check; where the tools cannot be had it is left out, except on the build server.
pub(crate) fn check() -> Result<Done> {
    let service = Service::start()?;
    let mut script = command("python3");
    script.arg("crates/sandbox/openapi/conformance.py");
    script.args(["--base-url", &service.prefix, "--key", &service.key]);
    script.arg("--venv").arg(target_dir().join("schemathesis"));
    println!("checking {}", service.prefix);
    let status = script.status().context("could not start python3")?;
    match status.code() {
        Some(0) => Ok(Done::Passed),
        Some(COULD_NOT_TEST) if !on_ci() => Ok(Done::Skipped("schemathesis could not be had, see above".to_owned())),
        _ => bail!("the practice service and the official description differ ({status})"),
    }
}

/// A practice service that ends with this value.
struct Service {
    process: Child,
    prefix: String,
    key: String,
}

impl Service {
    /// On a free port, without a limit of its own and with a canned answer: the model is tested elsewhere.
    fn start() -> Result<Self> {
        let mut start = command(binary("debug", "clearcut"));
        start.args(["sandbox", "--port", "0", "--rate-limit", "0", "--subscription", "1000000", "--answer"]);
        start.arg(root().join("samples/chelsea.png")).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = start.stderr(Stdio::null()).spawn().context("could not start the practice service")?;
        let output = process.stdout.take().context("the practice service says nothing")?;
        let mut lines = BufReader::new(output).lines();
        let mut word_after = |label: &str| -> Result<String> {
            let line = lines.next().context("the practice service did not start")??;
            Ok(line.strip_prefix(label).with_context(|| format!("expected '{label}…', got '{line}'"))?.to_owned())
        };
        let words = word_after("Practice service at ").and_then(|prefix| Ok((prefix, word_after("Key: ")?)));
        match words {
            Ok((prefix, key)) => Ok(Self { process, prefix, key }),
            Err(error) => {
                end(&mut process);
                Err(error)
            }
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

fn end(process: &mut Child) {
    if process.kill().is_ok() {
        drop(process.wait());
    }
}
