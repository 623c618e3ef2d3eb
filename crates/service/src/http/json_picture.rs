//! Takes the picture out of an answer in JSON mode while it arrives: the string under `result_b64` is decoded on the fly,
//! everything else is kept (it is small) and read at the end. So a picture of any size needs no more memory than a chunk.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;

use crate::decimal::{Decimal, lenient};
use crate::wire::Rect;

/// The key of the string that holds the picture.
const KEY: &[u8] = b"result_b64";

/// Most bytes of JSON around the picture.
const MAX_REST: usize = 64 * 1024;

/// Some services leave the padding out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What is wrong with the answer, in words.
pub(super) type Problem = &'static str;

const NOT_BASE64: Problem = "the picture in it is not base64";

/// A reader that is fed the answer piece by piece.
#[derive(Debug, Default)]
pub(super) struct JsonPicture {
    /// The JSON without the picture: its string stays empty.
    rest: Vec<u8>,
    state: State,
    found: bool,
    /// Base64 digits not decoded yet.
    digits: Vec<u8>,
    /// Padding was seen: nothing may follow.
    padded: bool,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    /// Between strings, knowing how far the key of the picture has been read.
    Outside(Seen),
    /// In any other string, which begins at this place of `rest`.
    Inside { start: usize, escaped: bool },
    /// In the picture.
    Picture,
    /// In the picture, after a backslash.
    Escape,
    /// In the picture, in a `\u` escape: the value so far and how many digits follow.
    Unicode { value: u32, left: u8 },
    #[default]
    Start,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Seen {
    Nothing,
    Key,
    Colon,
}

/// What stood around the picture.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Around {
    /// Whether there was a picture at all.
    pub(super) found: bool,
    /// Where its foreground lies, when all four figures are there.
    pub(super) foreground: Option<Rect>,
    /// The document without the picture.
    pub(super) text: Vec<u8>,
}

impl JsonPicture {
    /// Reads the next bytes of the answer and appends what they hold of the picture to `picture`.
    pub(super) fn feed(&mut self, bytes: &[u8], picture: &mut Vec<u8>) -> Result<(), Problem> {
        for &byte in bytes {
            self.step(byte)?;
            if self.rest.len() > MAX_REST {
                return Err("it is longer than such an answer can be");
            }
        }
        let whole = self.digits.len() / 4 * 4;
        self.decode(whole, picture)
    }

    /// Ends the answer; the last bytes of the picture are appended to `picture`.
    pub(super) fn finish(mut self, picture: &mut Vec<u8>) -> Result<Around, Problem> {
        if matches!(self.state, State::Picture | State::Escape | State::Unicode { .. }) {
            return Err("it ends in the middle of the picture");
        }
        self.decode(self.digits.len(), picture)?;
        // The picture is here already; a document that is odd around it loses no more than the foreground.
        let rest: Option<Rest> = serde_json::from_slice(&self.rest).ok();
        let foreground = rest.and_then(|rest| rest.data).and_then(RestData::foreground);
        Ok(Around { found: self.found, foreground, text: self.rest })
    }

    fn step(&mut self, byte: u8) -> Result<(), Problem> {
        self.state = match self.state {
            State::Start => self.outside(Seen::Nothing, byte)?,
            State::Outside(seen) => self.outside(seen, byte)?,
            State::Inside { start, escaped } => self.inside(start, escaped, byte),
            State::Picture => match byte {
                b'"' => {
                    self.rest.push(byte);
                    State::Outside(Seen::Nothing)
                }
                b'\\' => State::Escape,
                _ => self.digit(byte)?,
            },
            State::Escape => match byte {
                b'/' => self.digit(byte)?,
                b'n' | b'r' | b't' => State::Picture,
                b'u' => State::Unicode { value: 0, left: 4 },
                _ => return Err(NOT_BASE64),
            },
            State::Unicode { value, left } => {
                let digit = char::from(byte).to_digit(16).ok_or(NOT_BASE64)?;
                let value = value * 16 + digit;
                if left > 1 {
                    State::Unicode { value, left: left - 1 }
                } else {
                    self.digit(u8::try_from(value).map_err(|_| NOT_BASE64)?)?
                }
            }
        };
        Ok(())
    }

    fn outside(&mut self, seen: Seen, byte: u8) -> Result<State, Problem> {
        self.rest.push(byte);
        Ok(match (byte, seen) {
            (b'"', Seen::Colon) if self.found => return Err("it holds two pictures"),
            (b'"', Seen::Colon) => {
                self.found = true;
                State::Picture
            }
            (b'"', _) => State::Inside { start: self.rest.len(), escaped: false },
            (b':', Seen::Key) => State::Outside(Seen::Colon),
            (b' ' | b'\t' | b'\r' | b'\n', seen) => State::Outside(seen),
            _ => State::Outside(Seen::Nothing),
        })
    }

    fn inside(&mut self, start: usize, escaped: bool, byte: u8) -> State {
        self.rest.push(byte);
        match (byte, escaped) {
            (b'\\', false) => State::Inside { start, escaped: true },
            (b'"', false) if self.rest.get(start..self.rest.len() - 1) == Some(KEY) => State::Outside(Seen::Key),
            (b'"', false) => State::Outside(Seen::Nothing),
            _ => State::Inside { start, escaped: false },
        }
    }

    /// Takes one character of the picture; line breaks between digits are common.
    fn digit(&mut self, byte: u8) -> Result<State, Problem> {
        if !byte.is_ascii_whitespace() {
            if self.padded && byte != b'=' {
                return Err(NOT_BASE64);
            }
            self.padded |= byte == b'=';
            self.digits.push(byte);
        }
        Ok(State::Picture)
    }

    /// Decodes the first `count` digits.
    fn decode(&mut self, count: usize, picture: &mut Vec<u8>) -> Result<(), Problem> {
        BASE64.decode_vec(&self.digits[..count], picture).map_err(|_| NOT_BASE64)?;
        self.digits.drain(..count);
        Ok(())
    }
}

#[derive(Deserialize)]
struct Rest {
    data: Option<RestData>,
}

#[derive(Deserialize)]
struct RestData {
    #[serde(default, deserialize_with = "lenient")]
    foreground_left: Option<Decimal>,
    #[serde(default, deserialize_with = "lenient")]
    foreground_top: Option<Decimal>,
    #[serde(default, deserialize_with = "lenient")]
    foreground_width: Option<Decimal>,
    #[serde(default, deserialize_with = "lenient")]
    foreground_height: Option<Decimal>,
}

impl RestData {
    fn foreground(self) -> Option<Rect> {
        Some(Rect {
            left: self.foreground_left?.as_count()?,
            top: self.foreground_top?.as_count()?,
            width: self.foreground_width?.as_count()?,
            height: self.foreground_height?.as_count()?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::wire::{JsonAnswer, JsonPicture as WirePicture};

    fn read(text: &[u8], piece: usize) -> Result<(Vec<u8>, Around), Problem> {
        let (mut reader, mut picture) = (JsonPicture::default(), Vec::new());
        for piece in text.chunks(piece.max(1)) {
            reader.feed(piece, &mut picture)?;
        }
        let around = reader.finish(&mut picture)?;
        Ok((picture, around))
    }

    proptest! {
        #[test]
        fn any_picture_survives_any_cutting(content: Vec<u8>, piece in 1_usize..40, pretty: bool) {
            let answer = JsonAnswer {
                data: WirePicture {
                    result_b64: STANDARD.encode(&content),
                    foreground_top: Some(1),
                    foreground_left: Some(2),
                    foreground_width: Some(3),
                    foreground_height: Some(4),
                },
            };
            let text = if pretty { serde_json::to_vec_pretty(&answer) } else { serde_json::to_vec(&answer) }.unwrap();
            let (picture, around) = read(&text, piece).unwrap();
            prop_assert_eq!(picture, content);
            prop_assert_eq!(around.foreground, Some(Rect { left: 2, top: 1, width: 3, height: 4 }));
        }

        #[test]
        fn no_answer_is_too_strange(text: Vec<u8>, piece in 1_usize..9) {
            let _ = read(&text, piece);
        }
    }

    #[rstest]
    #[case::escaped_slashes(r#"{"data":{"result_b64":"\/\/79"}}"#, &[0xff, 0xfe, 0xfd])]
    #[case::unicode_padding(r#"{"data":{"result_b64":"/w\u003d\u003D"}}"#, &[0xff])]
    #[case::no_padding(r#"{"data":{"result_b64":"/w"}}"#, &[0xff])]
    #[case::line_breaks(r#"{"data":{"result_b64":"//\n79\r\n"}}"#, &[0xff, 0xfe, 0xfd])]
    #[case::the_key_as_a_value(r#"{"kind":"result_b64","data":{"result_b64" : "/w=="}}"#, &[0xff])]
    #[case::quotes_inside(r#"{"a":"\"result_b64\":\"","data":{"result_b64":"/w=="}}"#, &[0xff])]
    fn other_ways_of_writing_are_read(#[case] text: &str, #[case] content: &[u8]) {
        for piece in [1, 2, 1000] {
            assert_eq!(read(text.as_bytes(), piece).unwrap().0, content);
        }
    }

    #[rstest]
    #[case(r#"{"data":{"result_b64":"/w=="#)]
    #[case(r#"{"data":{"result_b64":"/w==/w=="}}"#)]
    #[case(r#"{"data":{"result_b64":"ä"}}"#)]
    #[case(r#"{"data":{"result_b64":"/"}}"#)]
    #[case(r#"{"data":{"result_b64":"/w==","result_b64":"/w=="}}"#)]
    #[case(r#"{"data":{"result_b64":"\q"}}"#)]
    fn a_broken_picture_is_a_problem(#[case] text: &str) {
        assert!(read(text.as_bytes(), 7).is_err());
    }

    #[rstest]
    #[case(r#"{"errors":[{"title":"no"}]}"#)]
    #[case(r#"{"data":{"result_b64":null}}"#)]
    #[case("[]")]
    #[case("")]
    fn an_answer_without_a_picture_is_told(#[case] text: &str) {
        let (picture, around) = read(text.as_bytes(), 3).unwrap();
        assert!(picture.is_empty() && !around.found);
        assert_eq!(around.text, text.as_bytes());
    }

    #[test]
    fn an_endless_document_around_it_is_a_problem() {
        assert!(read(&vec![b' '; MAX_REST + 1], 4096).is_err());
    }

    #[test]
    fn odd_foreground_figures_do_not_cost_the_picture() {
        let text = r#"{"data":{"result_b64":"/w==","foreground_top":-1.5,"foreground_left":"x"}}"#;
        let (picture, around) = read(text.as_bytes(), 5).unwrap();
        assert_eq!((picture, around.foreground), (vec![0xff], None));
    }
}
