//! Sends one request and waits for the head of its answer, watching the body go out. Every wait has its own limit, and
//! whatever ends the waiting settles first, through the meter's gate, whether the body is out.

use std::pin::pin;
use std::time::Duration;

use reqwest::{Client, Request, Response};
use tokio_util::sync::CancellationToken;

use super::meter::Meter;
use super::options::HttpOptions;
use super::words::Cleaner;
use crate::error::{BodySent, ErrorKind, Phase};
use crate::remover::Progress;

/// Sends `request`, whose body runs through `meter`. Heeds `cancel` only while the body is not out.
pub(super) async fn send(
    client: &Client,
    request: Request,
    meter: &Meter,
    options: &HttpOptions,
    cleaner: Cleaner<'_>,
    progress: &dyn Progress,
    cancel: &CancellationToken,
) -> Result<Response, ErrorKind> {
    if cancel.is_cancelled() {
        return Err(ErrorKind::Cancelled);
    }
    let mut answer = pin!(client.execute(request));
    let mut told = 0;
    let result = loop {
        let phase = phase(meter);
        tokio::select! {
            biased;
            answer = &mut answer => break answer,
            () = meter.moved() => tell(meter, &mut told, progress),
            // If the last chunk slips out in this very moment, the gate says so and the waiting goes on.
            () = cancel.cancelled(), if phase != Phase::Waiting => {
                if meter.shut() == BodySent::No {
                    return Err(ErrorKind::Cancelled);
                }
            }
            () = tokio::time::sleep(limit(phase, options)) => {
                if phase == Phase::Waiting || meter.shut() == BodySent::No {
                    return Err(ErrorKind::Timeout { phase });
                }
            }
        }
    };
    tell(meter, &mut told, progress);
    result.map_err(|error| meter.take_fault().unwrap_or_else(|| failure(error, cleaner)))
}

/// Where the request is.
fn phase(meter: &Meter) -> Phase {
    if meter.is_out() {
        Phase::Waiting
    } else if meter.sent() == 0 {
        Phase::Connecting
    } else {
        Phase::Uploading
    }
}

fn limit(phase: Phase, options: &HttpOptions) -> Duration {
    match phase {
        Phase::Connecting => options.connect_timeout,
        Phase::Uploading => options.upload_idle,
        Phase::Waiting => options.answer_timeout,
        Phase::Downloading => options.download_idle,
    }
}

/// Tells the progress, if there is any.
fn tell(meter: &Meter, told: &mut u64, progress: &dyn Progress) {
    let sent = meter.sent();
    if sent > *told {
        *told = sent;
        progress.uploaded(sent, meter.total());
    }
}

/// What the HTTP library's error means. Its own words name the address; only the innermost cause is kept.
pub(super) fn failure(error: reqwest::Error, cleaner: Cleaner<'_>) -> ErrorKind {
    let (connect, timeout) = (error.is_connect(), error.is_timeout());
    let cause = cleaner.cause(&error.without_url());
    match (connect, timeout) {
        (true, true) => ErrorKind::Timeout { phase: Phase::Connecting },
        (true, false) => ErrorKind::Connect(cause),
        (false, _) => ErrorKind::Transport(cause),
    }
}
