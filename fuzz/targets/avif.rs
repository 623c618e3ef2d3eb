//! HEIF with AV1 in it: items, grids, alpha, turns, every chroma format. Its decoder is C's interface inside: a panic ends the program.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if !(bytes.get(4..12) == Some(b"ftypavif")) {
        return Corpus::Reject;
    }
    clearcut_fuzz::reads_as_one_picture(bytes);
    Corpus::Keep
});
