//! The two parts of an answer inside a ZIP whose checksums are right, so that what is mutated reaches their decoders: two
//! bytes with the length of `color.jpg`, `color.jpg`, and the rest is `alpha.png`.
#![no_main]

use std::io::{Cursor, Write};

use clearcut_imaging::compose_answer_bytes;
use libfuzzer_sys::{Corpus, fuzz_target};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Some((length, parts)) = bytes.split_first_chunk::<2>() else { return Corpus::Reject };
    let Some((colour, alpha)) = parts.split_at_checked(u16::from_le_bytes(*length).into()) else {
        return Corpus::Reject;
    };
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, part) in [("color.jpg", colour), ("alpha.png", alpha)] {
        zip.start_file(name, stored).expect("two names");
        zip.write_all(part).expect("in memory");
    }
    let zip = zip.finish().expect("in memory").into_inner();
    if let Ok(cutout) = compose_answer_bytes(&zip, &clearcut_fuzz::limits()) {
        clearcut_fuzz::is_sound(&cutout);
    }
    Corpus::Keep
});
