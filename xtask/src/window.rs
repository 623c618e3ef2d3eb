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

/// The measurements, in the order in which they run. Each is an example of its crate, compares what it measures with a peer in the same
/// run (`quality` with what was recorded of one), and says in its first lines what it does.
const MEASUREMENTS: [&str; 11] = [
    "zip_to_png",
    "thumbnail",
    "export_large",
    "quality",
    "beside_python",
    "first_preview",
    "open_ledger",
    "take_in",
    "batch",
    "first_paint",
    "idle",
];

/// Measures, in release: first paint and idle memory against those of an empty window; a long ledger's opening; a 12-megapixel answer from ZIP to PNG,
/// a thumbnail and an export beside libvips; the masks' quality beside rembg's; the model's mask beside Python's onnxruntime, and a preview
/// from dropped to seen; and batches of the real program against the practice service.
pub(crate) fn bench() -> Result<()> {
    setup::window()?;
    let mut build = cargo(&["build", "--workspace", "--release", "--bin", "clearcut-desktop", "--bin", "clearcut"]);
    build.args(["--example", "empty_window"]);
    for name in MEASUREMENTS {
        build.args(["--example", name]);
    }
    project::run(&mut build)?;
    MEASUREMENTS
        .iter()
        .try_for_each(|name| project::run(&mut project::command(target_dir().join("release/examples").join(name))))
}
