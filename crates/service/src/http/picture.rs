//! Streams a usable answer into the sink. What is usable is decided by its type, and by its first bytes where the type does
//! not say; whether the picture is whole and sound is for whoever decodes it.

use super::inflow::Inflow;
use super::json_picture::JsonPicture;
use super::refusal;
use super::words::Cleaner;
use crate::answer::AnswerHead;
use crate::error::ErrorKind;
use crate::remover::AnswerSink;

/// What a 200 seems to hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Content {
    /// A picture or an archive.
    Picture,
    /// JSON with a picture in it.
    Json,
    /// It does not say; the first bytes will.
    Untold,
    /// Something else.
    Other,
}

impl Content {
    fn of(head: &AnswerHead) -> Self {
        match head.media_type().as_deref() {
            Some("application/json") => Self::Json,
            Some("application/zip" | "application/x-zip-compressed" | "application/x-zip") => Self::Picture,
            Some(other) if other.starts_with("image/") => Self::Picture,
            Some("application/octet-stream" | "binary/octet-stream") | None => Self::Untold,
            Some(_) => Self::Other,
        }
    }
}

/// Reads the body behind a 200 into `sink`. In JSON mode the head learns the foreground.
pub(super) async fn receive(
    head: &mut AnswerHead,
    inflow: &mut Inflow<'_>,
    sink: &mut dyn AnswerSink,
    limit_bytes: u64,
    cleaner: Cleaner<'_>,
) -> Result<(), ErrorKind> {
    let mut outflow = Outflow { sink, written: 0, limit_bytes };
    match Content::of(head) {
        Content::Picture => plain(head, inflow, &mut outflow, Vec::new()).await,
        Content::Json => json(head, inflow, &mut outflow, cleaner).await,
        Content::Untold => {
            let start = start(inflow).await?;
            if looks_like_a_picture(&start) || start.is_empty() {
                plain(head, inflow, &mut outflow, start).await
            } else {
                Err(not_this_service(head))
            }
        }
        Content::Other => Err(not_this_service(head)),
    }
}

fn not_this_service(head: &AnswerHead) -> ErrorKind {
    ErrorKind::NotThisService { status: head.status, content_type: head.content_type.clone() }
}

/// The bytes are the picture.
async fn plain(
    head: &AnswerHead,
    inflow: &mut Inflow<'_>,
    outflow: &mut Outflow<'_>,
    start: Vec<u8>,
) -> Result<(), ErrorKind> {
    outflow.write(head, &start)?;
    while let Some(chunk) = inflow.next().await? {
        outflow.write(head, &chunk)?;
    }
    outflow.not_empty()
}

/// The picture is base64 in a document.
async fn json(
    head: &mut AnswerHead,
    inflow: &mut Inflow<'_>,
    outflow: &mut Outflow<'_>,
    cleaner: Cleaner<'_>,
) -> Result<(), ErrorKind> {
    let (mut reader, mut picture) = (JsonPicture::default(), Vec::new());
    while let Some(chunk) = inflow.next().await? {
        reader.feed(&chunk, &mut picture).map_err(ErrorKind::Unreadable)?;
        outflow.write(head, &picture)?;
        picture.clear();
    }
    let around = reader.finish(&mut picture).map_err(ErrorKind::Unreadable)?;
    if !around.found {
        // Some services send their errors with status 200.
        return Err(match refusal::parse(&around.text, head, cleaner) {
            Some(error) => ErrorKind::Refused(error),
            None => ErrorKind::Unreadable("it holds no picture"),
        });
    }
    head.foreground = around.foreground.or(head.foreground);
    outflow.write(head, &picture)?;
    outflow.not_empty()
}

/// Collects the first bytes, as many as telling needs.
async fn start(inflow: &mut Inflow<'_>) -> Result<Vec<u8>, ErrorKind> {
    let mut start = Vec::new();
    while start.len() < 12 {
        match inflow.next().await? {
            Some(chunk) => start.extend_from_slice(&chunk),
            None => break,
        }
    }
    Ok(start)
}

/// PNG, JPEG, WebP or ZIP by their first bytes.
fn looks_like_a_picture(start: &[u8]) -> bool {
    start.starts_with(b"\x89PNG\r\n\x1a\n")
        || start.starts_with(b"\xff\xd8\xff")
        || (start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP"))
        || start.starts_with(b"PK\x03\x04")
}

/// The sink, told of the head with the first byte, and bounded.
struct Outflow<'a> {
    sink: &'a mut dyn AnswerSink,
    written: u64,
    limit_bytes: u64,
}

impl Outflow<'_> {
    fn write(&mut self, head: &AnswerHead, bytes: &[u8]) -> Result<(), ErrorKind> {
        if bytes.is_empty() {
            return Ok(());
        }
        if self.written == 0 {
            self.sink.head(head).map_err(ErrorKind::Sink)?;
        }
        self.written = self.written.saturating_add(bytes.len() as u64);
        if self.written > self.limit_bytes {
            return Err(ErrorKind::AnswerTooLarge { limit_bytes: self.limit_bytes });
        }
        self.sink.chunk(bytes).map_err(ErrorKind::Sink)
    }

    fn not_empty(&self) -> Result<(), ErrorKind> {
        if self.written == 0 { Err(ErrorKind::Unreadable("it is empty")) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Some("image/png"), Content::Picture)]
    #[case(Some("IMAGE/JPEG; q=1"), Content::Picture)]
    #[case(Some("application/zip"), Content::Picture)]
    #[case(Some("application/json; charset=utf-8"), Content::Json)]
    #[case(Some("application/octet-stream"), Content::Untold)]
    #[case(None, Content::Untold)]
    #[case(Some("text/html; charset=utf-8"), Content::Other)]
    #[case(Some("text/plain"), Content::Other)]
    fn the_type_tells(#[case] content_type: Option<&str>, #[case] content: Content) {
        let head = AnswerHead { content_type: content_type.map(Into::into), ..AnswerHead::default() };
        assert_eq!(Content::of(&head), content);
    }

    #[rstest]
    #[case(b"\x89PNG\r\n\x1a\n....", true)]
    #[case(b"\xff\xd8\xff\xe0........", true)]
    #[case(b"RIFF....WEBP", true)]
    #[case(b"PK\x03\x04........", true)]
    #[case(b"RIFF....WAVE", false)]
    #[case(b"<!doctype html>", false)]
    #[case(b"{\"data\":{}}", false)]
    #[case(b"", false)]
    fn the_first_bytes_tell_where_the_type_does_not(#[case] start: &[u8], #[case] is_one: bool) {
        assert_eq!(looks_like_a_picture(start), is_one);
    }
}
