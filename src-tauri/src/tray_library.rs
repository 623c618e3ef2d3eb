//! Whether the tray's library is there. On Linux it is loaded while the program runs, and the loading panics where it is
//! missing; so it is looked for first, where the system's loader would. Loads nothing itself.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The names that the tray is loaded by, in that order.
const NAMES: [&str; 2] = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];

/// The loader's list of the libraries that it knows.
const CACHE: &str = "/etc/ld.so.cache";

/// Where the loader looks whatever its list says.
const FOLDERS: [&str; 4] = ["/lib", "/lib64", "/usr/lib", "/usr/lib64"];

/// Whether a library for trays would be found.
pub(crate) fn is_there() -> bool {
    let told = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&told).chain(FOLDERS.map(PathBuf::from)).collect();
    let cache = std::fs::read(CACHE).unwrap_or_default();
    is_among(&folders, &cache, Path::new("/proc/self/exe"))
}

/// The same for these folders and this list, for libraries that `program` could load.
fn is_among(folders: &[PathBuf], cache: &[u8], program: &Path) -> bool {
    let Some(kind) = kind(program) else { return false };
    let in_folders = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let in_cache = cache.split(|byte| *byte == 0).filter_map(|text| {
        let path = text.iter().position(|byte| *byte == b'/').map(|start| &text[start..])?;
        let path = Path::new(OsStr::from_bytes(path));
        let named = path.file_name().is_some_and(|name| NAMES.iter().any(|known| name == *known));
        named.then(|| path.to_path_buf())
    });
    in_folders.chain(in_cache).any(|path| self::kind(&path) == Some(kind))
}

/// Word size, byte order and processor of a program or library; `None` for anything else.
fn kind(path: &Path) -> Option<[u8; 4]> {
    let mut head = [0; 20];
    File::open(path).ok()?.read_exact(&mut head).ok()?;
    head.starts_with(b"\x7fELF").then_some([head[4], head[5], head[18], head[19]])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with a program and, where wanted, a library of the same or another kind.
    fn folder(library: Option<&[u8]>) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("program"), elf(62)).unwrap();
        if let Some(content) = library {
            std::fs::write(folder.path().join(NAMES[0]), content).unwrap();
        }
        folder
    }

    fn elf(processor: u8) -> Vec<u8> {
        let mut content = b"\x7fELF\x02\x01\x01".to_vec();
        content.resize(64, 0);
        content[18] = processor;
        content
    }

    /// By the folder alone, and by the loader's list alone.
    fn found(folder: &tempfile::TempDir) -> (bool, bool) {
        let program = folder.path().join("program");
        let mut cache = b"glibc-ld.so.cache1.1\x03\0\0\0libz.so.1\0/lib/libz.so.1\0".to_vec();
        cache.extend(NAMES[0].bytes().chain([0]));
        cache.extend(folder.path().join(NAMES[0]).as_os_str().as_bytes().iter().chain(&[0]));
        (is_among(&[folder.path().to_path_buf()], b"", &program), is_among(&[], &cache, &program))
    }

    #[test]
    fn it_is_found_in_a_folder_and_in_the_loaders_list() {
        assert_eq!(found(&folder(Some(&elf(62)))), (true, true));
    }

    #[test]
    fn one_that_is_gone_damaged_or_for_another_processor_does_not_count() {
        assert_eq!(found(&folder(None)), (false, false), "the list may be older than the folder");
        assert_eq!(found(&folder(Some(b""))), (false, false));
        assert_eq!(found(&folder(Some(b"not a library at all, but long enough"))), (false, false));
        assert_eq!(found(&folder(Some(&elf(40)))), (false, false));
    }
}
