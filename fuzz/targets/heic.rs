//! HEIF with HEVC in it: items, grids, alpha, turns, 8 and 10 bits.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if !(bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12) != Some(b"avif")) {
        return Corpus::Reject;
    }
    clearcut_fuzz::reads_as_one_picture(bytes);
    Corpus::Keep
});
