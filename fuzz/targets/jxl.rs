//! JPEG XL, bare and in its container, with packed texts.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if !(bytes.starts_with(b"\xFF\x0A") || bytes.starts_with(b"\0\0\0\x0CJXL ")) {
        return Corpus::Reject;
    }
    clearcut_fuzz::reads_as_one_picture(bytes);
    Corpus::Keep
});
