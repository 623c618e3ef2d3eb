//! The key at the door. Every call wants it in `X-Api-Key`, the control call too: a web page in a browser on
//! this computer can reach the port but cannot send that header.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use clearcut_service::wire::{ErrorCode, header};

use crate::fields::drain;
use crate::refusal::Refusal;
use crate::server::App;

/// Lets calls with the right key pass.
pub(crate) async fn require_key(State(app): State<App>, request: Request, next: Next) -> Response {
    match check(request.headers(), &app.key) {
        Ok(()) => next.run(request).await,
        Err(refusal) => {
            drain(request.into_body()).await;
            refusal.into_response()
        }
    }
}

fn check(headers: &HeaderMap, key: &str) -> Result<(), Refusal> {
    let given = headers.get(header::API_KEY).map(|value| value.as_bytes().trim_ascii());
    match given {
        Some(given) if same(given, key.as_bytes()) => Ok(()),
        Some(given) if !given.is_empty() => Err(refused("API Key invalid")),
        _ => Err(refused("Missing API Key")),
    }
}

/// Whether two secrets are the same. Takes as long for the first byte that differs as for the last.
pub(crate) fn same(given: &[u8], secret: &[u8]) -> bool {
    let differing = given.iter().zip(secret).fold(0, |differing, (a, b)| std::hint::black_box(differing | (a ^ b)));
    given.len() == secret.len() && differing == 0
}

fn refused(title: &str) -> Refusal {
    Refusal::coded(ErrorCode::AuthFailed).titled(title)
}
