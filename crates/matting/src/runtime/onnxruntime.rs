//! onnxruntime by its own shared library, which is loaded at run time and never linked.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::session::Session;
use ort::value::TensorRef;

use super::{MODEL, Runtime};
use crate::error::MattingError;
use crate::mask::Tensor;

/// The network in onnxruntime.
pub(crate) struct OnnxRuntime {
    /// One run at a time: a session is exclusive, and its threads are all that are wanted anyway.
    session: Mutex<Session>,
}

impl OnnxRuntime {
    /// Loads the library (once in a process: later paths are ignored) and the network, a file or the compiled-in one.
    pub(crate) fn load(library: &Path, network: Option<&Path>, threads: usize) -> Result<Self, MattingError> {
        let library = library.canonicalize().map_err(|error| in_words(&error))?;
        // The loader asserts on libraries that only look like onnxruntime.
        catch_unwind(AssertUnwindSafe(|| Self::load_unguarded(&library, network, threads)))
            .unwrap_or_else(|_| Err(in_words(&"the library is not a usable onnxruntime")))
    }

    fn load_unguarded(library: &Path, network: Option<&Path>, threads: usize) -> Result<Self, MattingError> {
        let environment = ort::init_from(library)
            .map_err(|error| in_words(&error))?
            .with_name("clearcut")
            .with_telemetry(false)
            .build()
            .map_err(|error| in_words(&error))?;
        // Without the memory pattern: 360 MB at the peak instead of 528. Without spinning: idle threads sleep.
        let mut builder = Session::builder(&environment)
            .map_err(|error| in_words(&error))?
            .with_intra_threads(threads)
            .map_err(|error| in_words(&error))?
            .with_memory_pattern(false)
            .map_err(|error| in_words(&error))?
            .with_intra_op_spinning(false)
            .map_err(|error| in_words(&error))?;
        let session = match network {
            Some(network) => builder.commit_from_file(network),
            None => builder.commit_from_memory(MODEL),
        };
        let session = session.map_err(|error| in_words(&error))?;
        Ok(Self { session: Mutex::new(session) })
    }
}

impl Runtime for OnnxRuntime {
    fn name(&self) -> &'static str {
        "onnxruntime"
    }

    fn run(&self, input: &Tensor) -> Result<Vec<f32>, MattingError> {
        let shape = [1, 3, input.height, input.width];
        let tensor = TensorRef::from_array_view((shape, input.values.as_slice())).map_err(|error| in_words(&error))?;
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs = session.run(ort::inputs![tensor]).map_err(|error| in_words(&error))?;
        let (_, mask) = outputs[0].try_extract_tensor::<f32>().map_err(|error| in_words(&error))?;
        Ok(mask.to_vec())
    }
}

/// The library of onnxruntime in the folder of the running program, under its name on any of the three systems.
pub(crate) fn beside_program() -> Option<PathBuf> {
    in_folder(std::env::current_exe().ok()?.parent()?)
}

fn in_folder(folder: &Path) -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_library_name))
        .collect();
    found.sort();
    found.into_iter().next()
}

/// `libonnxruntime.so`, `libonnxruntime.so.1.32.0`, `libonnxruntime.dylib`, `libonnxruntime.1.32.0.dylib` and
/// `onnxruntime.dll`, but not the libraries of its providers.
fn is_library_name(name: &str) -> bool {
    let version = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    name == "onnxruntime.dll"
        || name.strip_prefix("libonnxruntime.so").is_some_and(version)
        || name
            .strip_prefix("libonnxruntime.")
            .is_some_and(|rest| rest == "dylib" || rest.strip_suffix(".dylib").is_some_and(version))
}

fn in_words(error: &dyn std::fmt::Display) -> MattingError {
    MattingError::Runtime(format!("onnxruntime: {error}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("libonnxruntime.so", true)]
    #[case("libonnxruntime.so.1.32.0", true)]
    #[case("libonnxruntime.dylib", true)]
    #[case("libonnxruntime.1.32.0.dylib", true)]
    #[case("onnxruntime.dll", true)]
    #[case("libonnxruntime_providers_shared.so", false)]
    #[case("onnxruntime_providers_shared.dll", false)]
    #[case("libonnxruntime.so.bak", false)]
    fn libraries_are_known_by_name(#[case] name: &str, #[case] is_one: bool) {
        assert_eq!(is_library_name(name), is_one);
    }

    #[test]
    fn a_file_that_is_no_library_is_an_error() {
        let own = std::env::current_exe().expect("tests run from a file");
        let text = own.with_extension("not-a-library");
        std::fs::write(&text, "hello").expect("the target folder is writable");
        assert!(OnnxRuntime::load(&text, None, 1).is_err());
        assert!(OnnxRuntime::load(Path::new("/no/such/libonnxruntime.so"), None, 1).is_err());
        std::fs::remove_file(text).expect("it was just written");
    }
}
