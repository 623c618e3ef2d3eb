//! Whole answers of a service as they come: mostly the ZIP's own records, which no checksum guards.
#![no_main]

use clearcut_imaging::compose_answer_bytes;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(cutout) = compose_answer_bytes(bytes, &clearcut_fuzz::limits()) {
        clearcut_fuzz::is_sound(&cutout);
        assert!(cutout.pixels.chunks_exact(4).all(|pixel| pixel[3] != 0 || pixel[..3] == [0; 3]), "hidden colour");
    }
});
