//! A request body: pieces of text and files in a row, with the exact length of the whole, streamed from disk chunk by chunk.
//! Written by hand, although multipart libraries exist, because two things must hold that they do not promise: the last
//! chunk is never part of a file, so that a changed file is noticed before the body is complete; and the meter sees every
//! chunk at the moment it is handed over.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use serde_json::{Map, Value};

use super::meter::Meter;
use super::parts::{FilePart, Parts};
use super::source::SourceFile;
use crate::error::ErrorKind;
use crate::request::FieldValue;

/// Up to here a body is read before it is sent, so that it leaves in one go together with the head. A server that refuses
/// without reading the body, and closes, then cannot break the connection between two pieces of it: its answer would be lost.
const IN_ONE_GO: u64 = 256 * 1024;

/// A body ready to be sent.
#[derive(Debug)]
pub(super) struct Payload {
    /// For the `Content-Type` header.
    pub(super) content_type: String,
    segments: VecDeque<Segment>,
}

#[derive(Debug)]
enum Segment {
    Text(Bytes),
    File(Box<SourceFile>),
}

impl Payload {
    /// As `multipart/form-data`.
    pub(super) fn multipart(parts: Parts) -> Self {
        let boundary = boundary();
        let mut body = Body::default();
        for (name, value) in parts.fields {
            let value = value.into_text();
            body.text(&format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
        }
        for FilePart { field, named, source } in parts.files {
            let label = named.map_or_else(String::new, |file| {
                format!("; filename=\"{}\"\r\nContent-Type: {}", file.name, file.media_type)
            });
            body.text(&format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"{label}\r\n\r\n"));
            body.file(source);
            body.text("\r\n");
        }
        body.text(&format!("--{boundary}--\r\n"));
        Self { content_type: format!("multipart/form-data; boundary={boundary}"), segments: body.finish() }
    }

    /// As `application/json`; files travel as base64 strings.
    pub(super) fn json(parts: Parts) -> Self {
        let fields: Map<String, Value> = parts.fields.into_iter().map(|(name, value)| (name, json(value))).collect();
        let empty = fields.is_empty();
        let mut body = Body::default();
        let open = Value::Object(fields).to_string();
        body.text(open.strip_suffix('}').unwrap_or(&open));
        for (at, FilePart { field, named: _, source }) in parts.files.into_iter().enumerate() {
            // The names of file fields need no escaping.
            body.text(&format!("{}\"{field}\":\"", if empty && at == 0 { "" } else { "," }));
            body.file(source);
            body.text("\"");
        }
        body.text("}");
        Self { content_type: "application/json".to_owned(), segments: body.finish() }
    }

    /// Reads a small body into memory; a large one stays as it is.
    pub(super) async fn at_hand(mut self) -> Result<Self, ErrorKind> {
        if self.total() > IN_ONE_GO {
            return Ok(self);
        }
        let mut segments = VecDeque::new();
        for segment in self.segments {
            match segment {
                Segment::Text(_) => segments.push_back(segment),
                Segment::File(mut file) => {
                    while let Some(chunk) = file.next().await? {
                        segments.push_back(Segment::Text(chunk));
                    }
                }
            }
        }
        self.segments = segments;
        Ok(self)
    }

    /// Bytes of the whole body.
    pub(super) fn total(&self) -> u64 {
        self.segments.iter().map(Segment::len).sum()
    }

    /// The body as chunks. Every chunk passes the meter at the moment it is handed over; a failure is left there.
    pub(super) fn into_stream(self, meter: Arc<Meter>) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        stream::unfold(Some((self.segments, meter)), |state| async {
            let (mut segments, meter) = state?;
            loop {
                let chunk = match segments.front_mut()? {
                    Segment::Text(text) => Ok(Some(std::mem::take(text))),
                    Segment::File(file) => file.next().await,
                };
                match chunk {
                    Ok(Some(chunk)) if chunk.is_empty() => {
                        segments.pop_front();
                    }
                    Ok(None) => {
                        segments.pop_front();
                    }
                    Ok(Some(chunk)) if meter.pass(chunk.len() as u64) => {
                        return Some((Ok(chunk), Some((segments, meter))));
                    }
                    Ok(Some(_)) => return Some((Err(io::Error::other("the upload was stopped")), None)),
                    Err(fault) => {
                        meter.set_fault(fault);
                        return Some((Err(io::Error::other("the picture cannot be sent")), None));
                    }
                }
            }
        })
    }
}

impl Segment {
    fn len(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::File(file) => file.body_len(),
        }
    }
}

/// Puts segments in a row, joining neighbouring text.
#[derive(Default)]
struct Body {
    segments: VecDeque<Segment>,
    text: String,
}

impl Body {
    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn file(&mut self, file: SourceFile) {
        self.close_text();
        self.segments.push_back(Segment::File(Box::new(file)));
    }

    fn finish(mut self) -> VecDeque<Segment> {
        self.close_text();
        self.segments
    }

    fn close_text(&mut self) {
        if !self.text.is_empty() {
            self.segments.push_back(Segment::Text(std::mem::take(&mut self.text).into()));
        }
    }
}

/// A field in a JSON body.
fn json(value: FieldValue) -> Value {
    match value {
        FieldValue::Text(text) => Value::String(text),
        FieldValue::Flag(flag) => Value::Bool(flag),
    }
}

/// A line that no file contains: 128 random bits.
fn boundary() -> String {
    let mut boundary = "clearcut-".to_owned();
    for _ in 0..2 {
        let _ = write!(boundary, "{:016x}", RandomState::new().hash_one(0_u8));
    }
    boundary
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use futures_util::StreamExt as _;

    use super::*;
    use crate::error::BodySent;
    use crate::profile::builtin_profiles;
    use crate::request::{ImageSource, RemovalRequest};
    use crate::wire::{Size, WireFormat};

    async fn parts(source: ImageSource) -> Parts {
        let request = RemovalRequest { crop: Some(true), ..RemovalRequest::new(source, Size::Full, WireFormat::Zip) };
        Parts::of_removal(&request, &builtin_profiles()[0]).await.unwrap()
    }

    /// The body's text and whether it went out, checked against the promised length.
    async fn collect(payload: Payload) -> String {
        let total = payload.total();
        let meter = Meter::new(total);
        let chunks: Vec<_> = payload.into_stream(Arc::clone(&meter)).collect().await;
        let body: Vec<u8> = chunks.into_iter().flat_map(|chunk| chunk.unwrap().to_vec()).collect();
        assert_eq!(body.len() as u64, total);
        assert_eq!(meter.shut(), BodySent::Yes);
        String::from_utf8(body).unwrap()
    }

    fn picture(content: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        file
    }

    #[tokio::test]
    async fn a_multipart_body_is_what_the_format_asks_for() {
        let file = picture(b"picture");
        let source = ImageSource::File { path: file.path().into(), file_name: "dog.jpg".into() };
        let payload = Payload::multipart(parts(source).await);
        let boundary = payload.content_type.strip_prefix("multipart/form-data; boundary=").unwrap().to_owned();
        let field = |name: &str, value: &str| {
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let expected = [
            field("size", "full"),
            field("format", "zip"),
            field("crop", "true"),
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"image_file\"; filename=\"dog.jpg\"\r\n"),
            "Content-Type: image/jpeg\r\n\r\npicture\r\n".to_owned(),
            format!("--{boundary}--\r\n"),
        ];
        assert_eq!(collect(payload).await, expected.concat());
    }

    #[tokio::test]
    async fn a_json_body_streams_base64() {
        let file = picture(b"picture");
        let payload = Payload::json(parts(ImageSource::Base64File { path: file.path().into() }).await);
        assert_eq!(payload.content_type, "application/json");
        let body: Value = serde_json::from_str(&collect(payload).await).unwrap();
        let expected =
            serde_json::json!({"size": "full", "format": "zip", "crop": true, "image_file_b64": "cGljdHVyZQ=="});
        assert_eq!(body, expected);
    }

    #[tokio::test]
    async fn a_json_body_names_an_address() {
        let source = ImageSource::Url("https://example.org/dog.jpg?a=1&b=2".parse().unwrap());
        let body: Value = serde_json::from_str(&collect(Payload::json(parts(source).await)).await).unwrap();
        assert_eq!(body["image_url"], "https://example.org/dog.jpg?a=1&b=2");
    }

    #[tokio::test]
    async fn a_json_body_of_a_file_alone_is_json_too() {
        let file = picture(b"");
        let mut parts = parts(ImageSource::Base64File { path: file.path().into() }).await;
        parts.fields.clear();
        assert_eq!(collect(Payload::json(parts)).await, r#"{"image_file_b64":""}"#);
    }

    #[tokio::test]
    async fn a_file_that_shrinks_stops_the_body_before_its_end() {
        let file = picture(&[7; 300_000]);
        let source = ImageSource::File { path: file.path().into(), file_name: "dog.jpg".into() };
        let payload = Payload::multipart(parts(source).await);
        let meter = Meter::new(payload.total());
        let mut body = Box::pin(payload.into_stream(Arc::clone(&meter)));
        assert!(body.next().await.unwrap().is_ok());
        assert!(body.next().await.unwrap().is_ok());
        file.as_file().set_len(100_000).unwrap();
        while let Some(Ok(_)) = body.next().await {}
        assert!(matches!(meter.take_fault(), Some(ErrorKind::SourceChanged)));
        assert_eq!(meter.shut(), BodySent::No);
    }

    #[tokio::test]
    async fn a_small_body_is_at_hand_and_a_large_one_is_not() {
        for (size, small) in [(200_000, true), (300_000, false)] {
            let file = picture(&vec![7; size]);
            let source = ImageSource::File { path: file.path().into(), file_name: "dog.jpg".into() };
            let payload = Payload::multipart(parts(source).await);
            let total = payload.total();
            let payload = payload.at_hand().await.unwrap();
            assert_eq!(payload.total(), total);
            assert_eq!(payload.segments.iter().all(|segment| matches!(segment, Segment::Text(_))), small);
            collect(payload).await;
        }
    }

    #[test]
    fn no_two_boundaries_are_alike() {
        assert_ne!(boundary(), boundary());
        assert_eq!(boundary().len(), 41);
    }
}
