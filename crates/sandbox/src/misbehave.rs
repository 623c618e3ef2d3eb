//! What a rule of misbehaviour does to a call: waits, refuses, loses the connection, spoils the answer. Wraps the
//! real calls, which know nothing of it except a changed price.

use std::io;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt as _};

use crate::amount::Amount;
use crate::faults::FaultRule;
use crate::fields::drain;
use crate::listener::Scissors;
use crate::refusal::Refusal;
use crate::server::App;

/// The price a rule puts on this call, carried to the removal in the request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Price(pub(crate) Option<Amount>);

/// Lets the rules act on a call.
pub(crate) async fn misbehave(
    State(app): State<App>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(rule) = app.faults.strike(request.uri().path()) else { return next.run(request).await };
    tracing::debug!(?rule, path = request.uri().path(), "misbehaving");
    tokio::time::sleep(rule.delay()).await;
    if rule.drop_before_body {
        return lose(&scissors);
    }
    if rule.drop_after_body || rule.status.is_some() {
        drain(request.into_body()).await;
        return rule.status.map_or_else(|| lose(&scissors), |status| refuse(status, &rule));
    }
    request.extensions_mut().insert(Price(rule.charge));
    let response = next.run(request).await;
    if response.status() == StatusCode::OK { spoil(response, &rule, scissors).await } else { response }
}

/// Ends the connection without an answer.
fn lose(scissors: &Scissors) -> Response {
    scissors.cut();
    // Never written: the connection refuses.
    StatusCode::NO_CONTENT.into_response()
}

fn refuse(status: u16, rule: &FaultRule) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Refusal::plain(status, status.canonical_reason().unwrap_or("Error")).into_response();
    if let Some(seconds) = rule.retry_after_s {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Damages an answer that has been charged.
async fn spoil(response: Response, rule: &FaultRule, scissors: Scissors) -> Response {
    if rule.charge_then_drop {
        return lose(&scissors);
    }
    if let Some(status) = rule.charge_then_status {
        return refuse(status, rule);
    }
    let (mut head, body) = response.into_parts();
    let Ok(mut bytes) = to_bytes(body, usize::MAX).await else { return lose(&scissors) };
    if rule.broken_zip {
        bytes = broken(&bytes);
    }
    if let Some(Ok(kind)) = rule.wrong_type.as_deref().map(HeaderValue::from_str) {
        head.headers.insert(CONTENT_TYPE, kind);
    }
    for name in &rule.omit_headers {
        head.headers.remove(name.as_str());
    }
    let declared = i64::try_from(bytes.len()).unwrap_or(i64::MAX).saturating_add(rule.wrong_length.unwrap_or(0)).max(0);
    let sent = rule.cut_after_bytes.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX).min(bytes.len());
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(declared));
    let honest = rule.cut_after_bytes.is_none() && rule.wrong_length.is_none();
    let body = if honest { Body::from(bytes) } else { stopping_body(bytes.slice(..sent), scissors) };
    Response::from_parts(head, body)
}

/// The first quarter as it was and zeros after it: a ZIP loses its directory, a PNG its checksums, a JPEG its end.
fn broken(bytes: &Bytes) -> Bytes {
    let whole = bytes.len() / 4;
    let mut damaged = bytes[..whole].to_vec();
    damaged.resize(bytes.len(), 0);
    damaged.into()
}

/// A body without a known length that hands over `bytes`, waits until they are in the system's hands, and then
/// cuts the connection, so that exactly these bytes arrive.
fn stopping_body(bytes: Bytes, scissors: Scissors) -> Body {
    let end = async move {
        scissors.flushed().await;
        scissors.cut();
        Err(io::Error::from(io::ErrorKind::ConnectionReset))
    };
    Body::from_stream(stream::once(async move { Ok::<_, io::Error>(bytes) }).chain(stream::once(end)))
}
