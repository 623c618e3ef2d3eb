//! What every target asks of the code it feeds: no panic, no endless work, no memory beyond the limits, and one story about
//! a picture from whichever door it comes in. Knows no format; the targets choose what they let through.

use std::path::PathBuf;
use std::sync::LazyLock;

use clearcut_imaging::{Limits, Rgba, decode_bytes, probe_bytes};

/// Limits of a size that a fuzzer gets through thousands of times a second: one megabyte, a quarter of a megapixel. The
/// product's own are larger numbers in the same places.
#[must_use]
pub fn limits() -> Limits {
    Limits {
        max_file_bytes: 1 << 20,
        max_pixels: 1 << 18,
        max_side: 1 << 13,
        max_zip_entry_bytes: 1 << 20,
        max_zip_entries: 8,
    }
}

/// Probes and decodes bytes, and holds the two against each other.
///
/// # Panics
/// Where a decoded picture is not what its probe said, or beyond the limits. A refusal is fine.
pub fn reads_as_one_picture(bytes: &[u8]) {
    let limits = limits();
    let probed = probe_bytes(bytes, &limits);
    let decoded = decode_bytes(bytes, &limits);
    if let Ok(picture) = &decoded {
        is_sound(picture);
        let probe = probed.expect("what can be decoded can be probed");
        assert_eq!((probe.width, probe.height), (picture.width, picture.height), "probed and decoded sizes");
    }
}

/// A picture whose buffer is as long as its sides say, within the limits.
///
/// # Panics
/// Where it is not.
pub fn is_sound(picture: &Rgba) {
    let pixels = u64::from(picture.width) * u64::from(picture.height);
    assert!(pixels > 0 && pixels <= limits().max_pixels, "{picture:?}");
    assert_eq!(picture.pixels.len() as u64, pixels * 4, "{picture:?}");
}

/// A file of this process that each run overwrites: for the doors that take a path.
#[must_use]
pub fn scratch() -> &'static PathBuf {
    static PATH: LazyLock<PathBuf> = LazyLock::new(|| {
        let memory = PathBuf::from("/dev/shm");
        let folder = if memory.is_dir() { memory } else { std::env::temp_dir() };
        folder.join(format!("clearcut-fuzz-{}", std::process::id()))
    });
    &PATH
}
