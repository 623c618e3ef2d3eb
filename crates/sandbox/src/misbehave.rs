//! What a rule of misbehaviour does to a call: waits, refuses, loses the connection, spoils the answer. Wraps the
//! real calls, which know nothing of it except a changed price.

use std::future::ready;
use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, BoxStream, StreamExt as _};
use jiff::SignedDuration;

use crate::amount::Amount;
use crate::faults::FaultRule;
use crate::fields::drain;
use crate::listener::Scissors;
use crate::refusal::Refusal;
use crate::server::App;

/// The price a rule puts on this call, carried to the removal in the request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Price(pub(crate) Option<Amount>);

/// How much later than usual a rule makes `/account`, carried to it in the request.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lag(pub(crate) SignedDuration);

/// How often a trickling answer moves, at most.
const DRIPS_PER_S: u32 = 20;

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
        return lose(&scissors, &rule);
    }
    if let Some(bytes) = rule.drop_in_body {
        read_some(request.into_body(), bytes).await;
        return lose(&scissors, &rule);
    }
    if rule.drop_after_body || rule.status.is_some() {
        drain(request.into_body()).await;
        return rule.status.map_or_else(|| lose(&scissors, &rule), |status| refuse(status, &rule));
    }
    request.extensions_mut().insert(Price(rule.charge));
    request.extensions_mut().insert(Lag(SignedDuration::from_millis(rule.lag_ms.unwrap_or(0).into())));
    let response = next.run(request).await;
    if response.status() == StatusCode::OK { spoil(response, &rule, scissors).await } else { response }
}

/// Ends the connection without an answer.
fn lose(scissors: &Scissors, rule: &FaultRule) -> Response {
    scissors.cut(rule.reset);
    // Never written: the connection refuses.
    StatusCode::NO_CONTENT.into_response()
}

/// Reads a body until so many bytes of it have been seen.
async fn read_some(body: Body, bytes: u64) {
    let mut chunks = body.into_data_stream();
    let mut seen = 0;
    while seen < bytes
        && let Some(Ok(chunk)) = chunks.next().await
    {
        seen += chunk.len() as u64;
    }
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
        return lose(&scissors, rule);
    }
    if let Some(status) = rule.charge_then_status {
        return refuse(status, rule);
    }
    let (mut head, body) = response.into_parts();
    let Ok(mut bytes) = to_bytes(body, usize::MAX).await else { return lose(&scissors, rule) };
    if rule.broken_zip {
        bytes = broken(&bytes);
    }
    if let Some(Ok(kind)) = rule.wrong_type.as_deref().map(HeaderValue::from_str) {
        head.headers.insert(CONTENT_TYPE, kind);
    }
    for name in &rule.omit_headers {
        head.headers.remove(name.as_str());
    }
    let mut end = End::Whole;
    let surplus = rule.surplus_bytes.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    if rule.omit_headers.iter().any(|name| name.eq_ignore_ascii_case(CONTENT_LENGTH.as_str())) {
        bytes = lengthened(&bytes, surplus);
    } else {
        let declared = i64::try_from(bytes.len()).unwrap_or(i64::MAX).saturating_add(rule.wrong_length.unwrap_or(0));
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(declared.max(0)));
        end = if surplus > 0 { End::Surplus(surplus) } else { end };
    }
    if rule.cut_after_bytes.is_some() || rule.wrong_length.is_some() {
        let kept = rule.cut_after_bytes.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
        bytes.truncate(kept);
        end = End::Cut;
    }
    let pieces = drip(bytes, rule.trickle_bytes_per_s);
    Response::from_parts(head, ending(pieces, end, scissors, rule.reset))
}

/// The first quarter as it was and zeros after it: a ZIP loses its directory, a PNG its checksums, a JPEG its end.
fn broken(bytes: &Bytes) -> Bytes {
    let whole = bytes.len() / 4;
    let mut damaged = bytes[..whole].to_vec();
    damaged.resize(bytes.len(), 0);
    damaged.into()
}

/// With so many zeros after it.
fn lengthened(bytes: &Bytes, surplus: usize) -> Bytes {
    let mut longer = bytes.to_vec();
    longer.resize(bytes.len().saturating_add(surplus), 0);
    longer.into()
}

/// `bytes` in one piece, or in small ones with a wait before each, so many bytes a second.
fn drip(bytes: Bytes, per_s: Option<u32>) -> BoxStream<'static, Bytes> {
    let Some(per_s) = per_s else { return stream::once(ready(bytes)).boxed() };
    let piece = per_s.div_ceil(DRIPS_PER_S);
    let wait = Duration::from_secs(1) * piece / per_s;
    let pieces = stream::unfold(bytes, move |mut left| async move {
        if left.is_empty() {
            return None;
        }
        tokio::time::sleep(wait).await;
        let piece = left.split_to(left.len().min(usize::try_from(piece).unwrap_or(usize::MAX)));
        Some((piece, left))
    });
    pieces.boxed()
}

/// What comes after the last byte of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Nothing: it is whole.
    Whole,
    /// So many zeros that belong to no answer.
    Surplus(usize),
    /// The end of the connection, though more was announced.
    Cut,
}

/// A body of `pieces`. A cut one waits until they are in the system's hands, so that exactly these bytes arrive.
fn ending(pieces: BoxStream<'static, Bytes>, end: End, scissors: Scissors, reset: bool) -> Body {
    let pieces = pieces.map(Ok::<_, io::Error>);
    match end {
        End::Whole => Body::from_stream(pieces),
        End::Cut => {
            let cut = async move {
                scissors.flushed().await;
                scissors.cut(reset);
                Err(io::Error::from(io::ErrorKind::ConnectionReset))
            };
            Body::from_stream(pieces.chain(stream::once(cut)))
        }
        End::Surplus(zeros) => {
            // The body's end is not asked for once its length has been reached: the last piece has to know that it is it.
            let pieces = pieces.peekable();
            Body::from_stream(stream::unfold((pieces, scissors), move |(mut pieces, scissors)| async move {
                let piece = pieces.next().await?;
                if std::pin::Pin::new(&mut pieces).peek().await.is_none() {
                    scissors.append(zeros);
                }
                Some((piece, (pieces, scissors)))
            }))
        }
    }
}
