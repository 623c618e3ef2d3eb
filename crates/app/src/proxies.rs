//! What the window sees of a picture: small stand-ins, made once and kept in the cache folder under the content's hash, so
//! that neither originals nor full results ever reach the web view. The cache may be deleted at any time; a stand-in that
//! is missing is made again. Knows nothing of accounts or credits.

use std::io;
use std::path::{Path, PathBuf};

use clearcut_imaging::{
    ContentHash, EncodeOptions, ImageError, Limits, OutputFormat, Rgba, decode_bytes, encode_to_vec, fit, probe_bytes,
    thumbnail,
};

/// Longest side of a card's thumbnail, in pixels: twice what a card shows.
pub(crate) const THUMB_EDGE: u32 = 360;
/// Longest side of the opened picture's stand-ins, in pixels.
pub(crate) const VIEW_EDGE: u32 = 1600;
/// The cache is pruned at start to this size in bytes.
const CACHE_BYTES: u64 = 512 << 20;

/// A stand-in, ready to be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Its media type.
    pub mime: &'static str,
    /// The encoded picture.
    pub bytes: Vec<u8>,
}

/// The stand-ins of one picture.
#[derive(Debug, Clone)]
pub(crate) struct Proxies {
    folder: PathBuf,
}

impl Proxies {
    /// Those of the picture with this content, under the cache folder.
    #[must_use]
    pub(crate) fn of(cache: &Path, content: &ContentHash) -> Self {
        let name = content.as_str();
        let (shard, _) = name.split_at(2.min(name.len()));
        Self { folder: cache.join("proxies").join(shard).join(name) }
    }

    /// The small copy of the original with `edge` pixels on its longest side, where it was made before.
    #[must_use]
    pub(crate) fn kept_original(&self, edge: u32) -> Option<Served> {
        self.read(&original_name(edge))
    }

    /// A small copy of the original with `edge` pixels on its longest side, made from `input` where it is not cached.
    ///
    /// # Errors
    /// When the original cannot be decoded.
    pub(crate) fn original(&self, input: &Path, edge: u32) -> Result<Served, ImageError> {
        let name = original_name(edge);
        if let Some(cached) = self.read(&name) {
            return Ok(cached);
        }
        let small = thumbnail(input, edge, &Limits::inputs())?;
        self.keep(&name, &small)
    }

    /// A cutout that was kept under `name`.
    #[must_use]
    pub(crate) fn cutout(&self, name: &str) -> Option<Served> {
        self.read(name)
    }

    /// Width and height of a cutout that was kept under `name`, in pixels.
    #[must_use]
    pub(crate) fn size_of(&self, name: &str) -> Option<(u32, u32)> {
        let probe = probe_bytes(&self.read(name)?.bytes, &Limits::answers()).ok()?;
        Some((probe.width, probe.height))
    }

    /// The same where it was shrunk before.
    #[must_use]
    pub(crate) fn kept_small_cutout(&self, name: &str, edge: u32) -> Option<Served> {
        self.read(&format!("{name}-{edge}"))
    }

    /// A cutout that was kept under `name`, shrunk to `edge` pixels on its longest side.
    #[must_use]
    pub(crate) fn small_cutout(&self, name: &str, edge: u32) -> Option<Served> {
        let small = format!("{name}-{edge}");
        self.read(&small).or_else(|| {
            let cutout = decode_bytes(&self.read(name)?.bytes, &Limits::answers()).ok()?;
            self.keep(&small, &fit(&cutout, edge)).ok()
        })
    }

    /// Keeps a cutout under `name`, shrunk to what the window shows.
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub(crate) fn keep_cutout(&self, name: &str, cutout: &Rgba) -> Result<Served, ImageError> {
        self.forget(name);
        self.keep(name, &fit(cutout, VIEW_EDGE))
    }

    /// Removes a cutout and what was made from it, so that an older one never shows through.
    fn forget(&self, name: &str) {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return };
        for entry in entries.filter_map(Result::ok) {
            if entry.file_name().to_string_lossy().starts_with(name) {
                // What cannot be removed is replaced right after, or the cache is read-only and serves nothing new.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }

    fn keep(&self, name: &str, picture: &Rgba) -> Result<Served, ImageError> {
        let (format, extension, mime) = if picture.has_transparency() {
            (OutputFormat::Png, "png", "image/png")
        } else {
            (OutputFormat::Jpg, "jpg", "image/jpeg")
        };
        let bytes = encode_to_vec(picture, format, &EncodeOptions::default())?;
        // Not keeping it costs time, not truth: a full or read-only cache must not stop the work.
        if let Err(error) = self.write(&format!("{name}.{extension}"), &bytes) {
            tracing::debug!(%error, "stand-in not cached");
        }
        Ok(Served { mime, bytes })
    }

    fn write(&self, file_name: &str, bytes: &[u8]) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let mut temporary = tempfile::NamedTempFile::new_in(&self.folder)?;
        io::Write::write_all(&mut temporary, bytes)?;
        temporary.persist(self.folder.join(file_name))?;
        Ok(())
    }

    fn read(&self, name: &str) -> Option<Served> {
        [("png", "image/png"), ("jpg", "image/jpeg")].into_iter().find_map(|(extension, mime)| {
            let bytes = std::fs::read(self.folder.join(format!("{name}.{extension}"))).ok()?;
            (!bytes.is_empty()).then_some(Served { mime, bytes })
        })
    }
}

fn original_name(edge: u32) -> String {
    format!("original-{edge}")
}

/// Removes the pictures that were looked at longest ago until the cache is within its size.
///
/// # Errors
/// When the folder cannot be listed. A picture that cannot be removed is left.
pub(crate) fn prune(cache: &Path) -> io::Result<()> {
    let mut pictures = Vec::new();
    for shard in subfolders(&cache.join("proxies"))? {
        for picture in subfolders(&shard)? {
            let (mut bytes, mut newest) = (0, std::time::SystemTime::UNIX_EPOCH);
            for file in std::fs::read_dir(&picture)? {
                let meta = file?.metadata()?;
                bytes += meta.len();
                newest = newest.max(meta.modified()?);
            }
            pictures.push((newest, bytes, picture));
        }
    }
    pictures.sort();
    let mut total: u64 = pictures.iter().map(|(_, bytes, _)| bytes).sum();
    for (_, bytes, picture) in pictures {
        if total <= CACHE_BYTES {
            break;
        }
        if std::fs::remove_dir_all(&picture).is_ok() {
            total -= bytes;
        }
    }
    Ok(())
}

fn subfolders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.push(entry.path());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn proxies(cache: &Path) -> Proxies {
        Proxies::of(cache, &clearcut_imaging::fingerprint_bytes(b"a picture"))
    }

    #[test]
    fn a_cutout_is_kept_shrunk_and_found_again() {
        let cache = tempfile::tempdir().unwrap();
        let kept = proxies(cache.path()).keep_cutout("device", &Rgba::filled(2000, 100, [1, 2, 3, 100])).unwrap();
        assert_eq!(kept.mime, "image/png");
        assert_eq!(proxies(cache.path()).cutout("device"), Some(kept));
        assert_eq!(proxies(cache.path()).cutout("result"), None);
    }

    #[test]
    fn a_cache_that_cannot_be_written_still_serves() {
        let cache = tempfile::tempdir().unwrap();
        let in_the_way = cache.path().join("file");
        std::fs::write(&in_the_way, b"x").unwrap();
        assert!(proxies(&in_the_way).keep_cutout("device", &Rgba::filled(4, 4, [0, 0, 0, 0])).is_ok());
    }

    #[test]
    fn pruning_a_cache_that_is_not_there_is_fine() {
        let cache = tempfile::tempdir().unwrap();
        prune(&cache.path().join("none")).unwrap();
    }
}
