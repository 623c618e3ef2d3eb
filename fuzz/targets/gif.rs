//! GIF: palettes, transparency, frames smaller than the canvas.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    if !bytes.starts_with(b"GIF8") {
        return Corpus::Reject;
    }
    clearcut_fuzz::reads_as_one_picture(bytes);
    Corpus::Keep
});
