//! How the service answers once it has ended. The real one's way is not known, so there are several.

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use crate::account::Closing;
use crate::fields::drain;
use crate::refusal::Refusal;
use crate::server::App;

const PAGE: &str = "<!doctype html><title>Practice service</title><h1>This service has ended</h1>";
/// A port of this computer that is never listened on: whoever follows the redirect gets nowhere.
const ELSEWHERE: &str = "http://127.0.0.1:9/ended";

/// Answers in the service's stead where it has ended.
pub(crate) async fn closed(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(how) = app.ledger.closed() else { return next.run(request).await };
    drain(request.into_body()).await;
    match how {
        Closing::Gone => Refusal::plain(StatusCode::GONE, "This service has ended").into_response(),
        Closing::Forbidden => Refusal::plain(StatusCode::FORBIDDEN, "This service has ended").into_response(),
        Closing::NotFound => (StatusCode::NOT_FOUND, Html(PAGE)).into_response(),
        Closing::Html => Html(PAGE).into_response(),
        Closing::Redirect => {
            let headers = [
                (LOCATION, HeaderValue::from_static(ELSEWHERE)),
                (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            ];
            (StatusCode::FOUND, headers, PAGE).into_response()
        }
    }
}
