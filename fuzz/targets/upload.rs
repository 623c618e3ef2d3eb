//! What of a file is sent: the same picture, nothing private in it, and nothing left to take out.
#![no_main]

use clearcut_imaging::{Metadata, Taken, Upload, decode_bytes, upload};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    // Of other formats a copy is made, from what their own targets decode.
    if ![b"\xFF\xD8".as_slice(), b"\x89PNG", b"RIFF"].iter().any(|signature| bytes.starts_with(signature)) {
        return Corpus::Reject;
    }
    let (path, limits) = (clearcut_fuzz::scratch(), clearcut_fuzz::limits());
    std::fs::write(path, bytes).expect("the scratch file is writable");
    let Ok((Upload::Stripped(sent), _)) = upload(path, &Taken::default(), &limits) else { return Corpus::Keep };
    let said = Metadata::of(&sent);
    assert!(said.xmp.is_none() && said.iptc.is_none(), "private texts are sent: {said:?}");
    // An EXIF block that says the orientation and nothing else has 26 bytes.
    assert!(said.exif.is_none_or(|exif| exif.len() <= 26), "a camera's EXIF is sent");
    if let Ok(original) = decode_bytes(bytes, &limits) {
        let seen = decode_bytes(&sent, &limits).expect("what is sent can be read as the original can");
        assert!(seen == original, "another picture is sent");
    }
    std::fs::write(path, &sent).expect("the scratch file is writable");
    let again = upload(path, &Taken::default(), &limits).map(|(again, _)| again);
    assert!(matches!(again, Ok(Upload::AsItIs)), "something was left to take out: {again:?}");
    Corpus::Keep
});
