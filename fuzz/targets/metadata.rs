//! What a file says beside its picture, read from any content and written into each kind of result.
#![no_main]

use clearcut_imaging::{EncodeOptions, Metadata, OutputFormat, Rgba, encode_with, probe_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let said = Metadata::of(bytes);
    if said.is_empty() {
        return;
    }
    let picture = Rgba { width: 4, height: 3, pixels: vec![200; 48] };
    for format in [OutputFormat::Png, OutputFormat::Jpg, OutputFormat::WebP] {
        let mut result = Vec::new();
        encode_with(&picture, format, &EncodeOptions::default(), &said, &mut result).expect("in memory");
        let limits = clearcut_imaging::Limits { max_file_bytes: 64 << 20, ..clearcut_fuzz::limits() };
        let probe = probe_bytes(&result, &limits).expect("what was written is a picture");
        assert_eq!((probe.width, probe.height, probe.orientation), (4, 3, 1), "upright and of its own size");
    }
});
