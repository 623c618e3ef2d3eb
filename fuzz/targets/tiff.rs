//! TIFF and BigTIFF: strips, tiles, planes, every compression, several pages.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if ![b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"].iter().any(|signature| bytes.starts_with(*signature)) {
        return Corpus::Reject;
    }
    clearcut_fuzz::reads_as_one_picture(bytes);
    Corpus::Keep
});
