//! A request body as named fields, whichever of the three encodings it came in. Counts bytes and fields while
//! it reads and stops at the limits; refuses to know what any field means.

use std::collections::BTreeMap;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use clearcut_service::wire::{ErrorCode, field};
use futures_util::StreamExt;
use serde_json::Value;

use crate::refusal::Refusal;
use crate::sizes::{MAX_BODY_BYTES, MAX_FIELDS, MAX_FILE_BYTES, MAX_TEXT_BYTES};

/// Fields that carry a file where the body is multipart.
const FILE_FIELDS: [&str; 2] = [field::IMAGE_FILE, field::BG_IMAGE_FILE];

/// The fields of one request. Empty text counts as not given, as in the documented examples.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    texts: BTreeMap<String, String>,
    files: BTreeMap<String, Bytes>,
    count: usize,
}

impl Fields {
    /// A text parameter, without surrounding space.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// An uploaded file.
    pub(crate) fn file(&self, name: &str) -> Option<&Bytes> {
        self.files.get(name)
    }

    /// The parameters `name[…]`, with what stands in the brackets.
    pub(crate) fn bracketed(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().filter_map(move |(key, value)| {
            let inside = key.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?;
            Some((inside, value.trim())).filter(|(_, value)| !value.is_empty())
        })
    }

    /// Form-urlencoded text as fields.
    pub(crate) fn from_form(body: &[u8]) -> Result<Self, Refusal> {
        let mut fields = Self::default();
        for (name, text) in url::form_urlencoded::parse(body) {
            fields.add_text(name.into_owned(), text.into_owned())?;
        }
        Ok(fields)
    }

    fn count(&mut self) -> Result<(), Refusal> {
        self.count += 1;
        if self.count > MAX_FIELDS {
            return Err(Refusal::plain(StatusCode::BAD_REQUEST, "Too many parameters"));
        }
        Ok(())
    }

    fn add_text(&mut self, name: String, text: String) -> Result<(), Refusal> {
        self.count()?;
        if name != field::IMAGE_FILE_B64 && (name.len() > MAX_TEXT_BYTES || text.len() > MAX_TEXT_BYTES) {
            return Err(Refusal::plain(StatusCode::BAD_REQUEST, "Parameter too long"));
        }
        self.texts.insert(name, text);
        Ok(())
    }
}

/// Reads the whole body. Multipart, JSON and form-urlencoded are told apart by `Content-Type`.
pub(crate) async fn read(request: Request) -> Result<Fields, Refusal> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "multipart/form-data" => read_multipart(request).await,
        "application/json" => from_json(&read_all(request.into_body()).await?),
        "application/x-www-form-urlencoded" | "" => Fields::from_form(&read_all(request.into_body()).await?),
        _ => {
            drain(request.into_body()).await;
            Err(Refusal::malformed(
                "Content-Type must be multipart/form-data, application/json or application/x-www-form-urlencoded",
            ))
        }
    }
}

/// Reads a body to its end and forgets it, so that a client in mid-upload hears the answer instead of a reset.
/// Gives up where no honest request would still be sending.
pub(crate) async fn drain(body: Body) {
    let mut chunks = body.into_data_stream();
    let mut seen = 0;
    while let Some(Ok(chunk)) = chunks.next().await {
        seen += chunk.len();
        if seen > MAX_BODY_BYTES {
            return;
        }
    }
}

async fn read_all(body: Body) -> Result<Bytes, Refusal> {
    to_bytes(body, MAX_BODY_BYTES).await.map_err(|_| Refusal::file_too_large())
}

/// Goes through every part to the end of the body even after a refusal: the client is still sending.
async fn read_multipart(request: Request) -> Result<Fields, Refusal> {
    let mut parts = Multipart::from_request(request, &()).await.map_err(|e| Refusal::malformed(e.body_text()))?;
    let mut fields = Fields::default();
    let mut room = MAX_BODY_BYTES;
    let mut refused = None;
    while let Some(part) = parts.next_field().await.map_err(|e| Refusal::malformed(e.body_text()))? {
        if let Err(refusal) = read_part(part, &mut fields, &mut room).await {
            if room == 0 {
                return Err(refusal);
            }
            refused.get_or_insert(refusal);
        }
    }
    refused.map_or(Ok(fields), Err)
}

async fn read_part(
    mut part: axum::extract::multipart::Field<'_>,
    fields: &mut Fields,
    room: &mut usize,
) -> Result<(), Refusal> {
    let name = part.name().unwrap_or_default().to_owned();
    let is_file = FILE_FIELDS.contains(&name.as_str());
    let limit = match name.as_str() {
        _ if is_file => MAX_FILE_BYTES,
        field::IMAGE_FILE_B64 => MAX_BODY_BYTES,
        _ => MAX_TEXT_BYTES,
    };
    let unnamed = part.file_name().is_none_or(str::is_empty);
    // A part costs something even when it is empty: a body is not to consist of them without end.
    *room = room.saturating_sub(64 + name.len());
    let mut bytes = Vec::new();
    let mut too_long = false;
    while let Some(chunk) = part.chunk().await.map_err(|e| Refusal::malformed(e.body_text()))? {
        *room = room.saturating_sub(chunk.len());
        if *room == 0 {
            return Err(Refusal::file_too_large());
        }
        too_long |= bytes.len() + chunk.len() > limit;
        if !too_long {
            bytes.extend_from_slice(&chunk);
        }
    }
    if too_long && is_file {
        return Err(Refusal::file_too_large());
    }
    if too_long {
        return Err(Refusal::plain(StatusCode::BAD_REQUEST, "Parameter too long"));
    }
    if !is_file {
        return fields.add_text(name, String::from_utf8_lossy(&bytes).into_owned());
    }
    fields.count()?;
    // A form's untouched file input arrives as an empty part without a name.
    if !(bytes.is_empty() && unnamed) && fields.files.insert(name, Bytes::from(bytes)).is_some() {
        return Err(Refusal::coded(ErrorCode::MultipleSources).detail("The same file parameter was given twice"));
    }
    Ok(())
}

/// A JSON object: text, numbers and booleans are parameters, `null` is none, an object is `name[key]`.
fn from_json(body: &[u8]) -> Result<Fields, Refusal> {
    let parsed: Value = serde_json::from_slice(body).map_err(|e| Refusal::malformed(e.to_string()))?;
    let Value::Object(members) = parsed else { return Err(Refusal::malformed("The JSON body must be an object")) };
    let mut fields = Fields::default();
    for (name, value) in members {
        match value {
            Value::Null => {}
            Value::String(text) => fields.add_text(name, text)?,
            Value::Object(inner) => {
                for (key, value) in inner {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    fields.add_text(format!("{name}[{key}]"), text)?;
                }
            }
            other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_)) => {
                fields.add_text(name, other.to_string())?;
            }
        }
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_form_say_the_same() {
        let json = from_json(br#"{"size": "full", "crop": true, "n": 3, "none": null, "shadow_type": {"car": "3D"}}"#);
        let form = Fields::from_form(b"size=full&crop=true&n=3&none=&shadow_type%5Bcar%5D=3D");
        for fields in [json.unwrap(), form.unwrap()] {
            assert_eq!(fields.text("size"), Some("full"));
            assert_eq!(fields.text("crop"), Some("true"));
            assert_eq!(fields.text("n"), Some("3"));
            assert_eq!(fields.text("none"), None);
            assert_eq!(fields.bracketed("shadow_type").collect::<Vec<_>>(), [("car", "3D")]);
        }
    }

    #[test]
    fn too_many_fields_and_too_long_ones_are_refused() {
        let many = vec!["a=1"; MAX_FIELDS + 1].join("&");
        assert_eq!(Fields::from_form(many.as_bytes()).unwrap_err().error.title, "Too many parameters");
        let long = format!("size={}", "x".repeat(MAX_TEXT_BYTES + 1));
        assert_eq!(Fields::from_form(long.as_bytes()).unwrap_err().error.title, "Parameter too long");
    }

    #[test]
    fn json_that_is_no_object_is_refused() {
        for body in ["[]", "3", "{", ""] {
            assert_eq!(from_json(body.as_bytes()).unwrap_err().error.title, "Malformed request body");
        }
    }
}
