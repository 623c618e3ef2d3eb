//! The doors that take a path: examining (probe and fingerprint in one reading) and thumbnails, with any content.
#![no_main]

use clearcut_imaging::{examine, fingerprint_bytes, probe_bytes, thumbnail};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (path, limits) = (clearcut_fuzz::scratch(), clearcut_fuzz::limits());
    std::fs::write(path, bytes).expect("the scratch file is writable");
    let examined = examine(path, &limits).ok();
    assert_eq!(examined.as_ref().map(|(probe, _)| *probe), probe_bytes(bytes, &limits).ok(), "examined and probed");
    if let Some((_, hash)) = &examined {
        assert_eq!(*hash, fingerprint_bytes(bytes));
    }
    if let Ok(small) = thumbnail(path, 64, &limits) {
        clearcut_fuzz::is_sound(&small);
        assert!(small.width <= 64 && small.height <= 64, "{small:?}");
        assert!(examined.is_some(), "what has a thumbnail can be examined");
    }
});
