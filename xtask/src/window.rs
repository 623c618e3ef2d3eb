//! Commands that open the real window without testing it: the screenshots of the documentation and the measurement of
//! the first paint. Both use the harness in `tests/`.
use anyhow::Result;

use crate::cargo::cargo;
use crate::project::{self, target_dir};
use crate::setup;

/// Photographs every view, light and dark, into `docs/screenshots`.
pub(crate) fn screenshots() -> Result<()> {
    setup::window()?;
    let targets = ["--bin", "clearcut-desktop", "--example", "screenshots"];
    project::run(cargo(&["build", "--workspace"]).args(targets))?;
    project::run(&mut project::command(target_dir().join("debug/examples/screenshots")))
}

/// Measures, in release: the app's first paint against that of an empty window, alternating in one run; how long a ledger of a
/// million lines takes to open against reading it from its first line; and a 12-megapixel answer's way from ZIP to PNG beside
/// libvips, a thumbnail beside `vipsthumbnail`; and batches of the real program against the practice service.
pub(crate) fn bench() -> Result<()> {
    setup::window()?;
    let window = ["--bin", "clearcut-desktop", "--example", "empty_window", "--example", "first_paint"];
    let others =
        ["--example", "open_ledger", "--example", "zip_to_png", "--example", "thumbnail", "--example", "take_in"];
    let batch = ["--bin", "clearcut", "--example", "batch"];
    project::run(cargo(&["build", "--workspace", "--release"]).args(window).args(others).args(batch))?;
    project::run(&mut project::command(target_dir().join("release/examples/zip_to_png")))?;
    project::run(&mut project::command(target_dir().join("release/examples/thumbnail")))?;
    project::run(&mut project::command(target_dir().join("release/examples/open_ledger")))?;
    project::run(&mut project::command(target_dir().join("release/examples/take_in")))?;
    project::run(&mut project::command(target_dir().join("release/examples/batch")))?;
    project::run(&mut project::command(target_dir().join("release/examples/first_paint")))
}
