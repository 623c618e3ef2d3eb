//! `POST /v1.0/removebg`, from body to charged answer. The order is the product: everything that can be refused is
//! refused before anything is charged, and the charge is on disk before the first byte of the answer leaves.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use clearcut_imaging::{Format, ImageError, Limits, Probe, decode_bytes, fingerprint_bytes, probe_bytes, sniff};
use clearcut_matting::MattingError;
use clearcut_service::wire::ErrorCode;
use tokio_util::sync::CancellationToken;

use crate::account::Charge;
use crate::amount::Amount;
use crate::answer::{Answer, stamp, wants_json};
use crate::backdrop::Behind;
use crate::fetch::{Purpose, fetch};
use crate::fields;
use crate::ledger::ChargeError;
use crate::misbehave::Price;
use crate::params::{Backdrop, Params, Source};
use crate::plan::Plan;
use crate::rate::RateState;
use crate::refusal::Refusal;
use crate::render::{DrawError, Drawn, draw};
use crate::server::{App, blocking};
use crate::sizes::{MAX_FILE_BYTES, MAX_INPUT_PIXELS, billed_megapixels};

/// Answers one removal.
pub(crate) async fn removebg(State(app): State<App>, request: Request) -> Response {
    let request_id = uuid::Uuid::now_v7().to_string();
    let json = wants_json(request.headers());
    let mut rate = None;
    let result = remove(&app, request, &request_id, &mut rate).await;
    let mut response = match result {
        Ok(answer) => answer.into_response(json),
        Err(refusal) => refusal.into_response(),
    };
    stamp(&mut response, &request_id, app.ledger.now(), rate);
    response
}

async fn remove(app: &App, request: Request, id: &str, rate: &mut Option<RateState>) -> Result<Answer, Refusal> {
    let price = request.extensions().get::<Price>().and_then(|price| price.0);
    let fields = fields::read(request).await?;
    app.latency().await;
    let params = Params::read(&fields)?;
    drop(fields);
    app.asked_for(params.size);

    let picture = obtain(app, &params.source, Purpose::Image).await?;
    let probe = check_input(&picture)?;
    let behind = backdrop(app, &params.backdrop).await?;
    let affordable = app.ledger.can_pay(crate::account::Item::Picture, price).is_ok();
    let input = (probe.width, probe.height);
    let plan = Plan::new(params.size, &params.edit, behind.is_opaque(), input, affordable)?;

    if let Some(admission) = app.admit(billed_megapixels(probe.width, probe.height)) {
        *rate = Some(admission.state);
        if let Some(wait_s) = admission.retry_after_s {
            return Err(Refusal::rate_limited(wait_s));
        }
    }
    app.ledger.can_pay(plan.item, price).map_err(|e| not_charged(&e))?;

    let content = fingerprint_bytes(&picture);
    let drawn = render(app, picture, &params, plan, behind).await?;
    let charge = charge(app, plan, price, id).await?;
    app.charged_for(&content);
    Ok(Answer {
        bytes: drawn.bytes,
        media_type: drawn.media_type,
        width: drawn.width,
        height: drawn.height,
        largest: plan.largest,
        foreground: drawn.foreground,
        kind: params.kind(),
        charged: charge.amount,
    })
}

/// The bytes of a picture, sent along or fetched, within the size limit.
pub(crate) async fn obtain(app: &App, source: &Source, purpose: Purpose) -> Result<Bytes, Refusal> {
    let bytes = match source {
        Source::Bytes(bytes) => bytes.clone(),
        Source::Url(url) => fetch(&app.http, url, purpose).await?,
    };
    if bytes.len() > MAX_FILE_BYTES { Err(Refusal::file_too_large()) } else { Ok(bytes) }
}

/// The header of an input picture, or the documented code for what is wrong with it. Formats that only the client reads are refused: the
/// services take three.
pub(crate) fn check_input(picture: &[u8]) -> Result<Probe, Refusal> {
    let format = sniff(picture).map_err(|e| unreadable(&e))?;
    if !Format::SENT.contains(&format) {
        let detail = format!("{format} is not supported; send a JPG, a PNG or a WebP");
        return Err(Refusal::coded(ErrorCode::InvalidFileType).detail(detail));
    }
    let probe = probe_bytes(picture, &Limits::inputs()).map_err(|e| unreadable(&e))?;
    let pixels = u64::from(probe.width) * u64::from(probe.height);
    if pixels > MAX_INPUT_PIXELS {
        return Err(too_many_pixels(pixels));
    }
    Ok(probe)
}

fn too_many_pixels(pixels: u64) -> Refusal {
    Refusal::coded(ErrorCode::ResolutionTooHigh).detail(format!(
        "Input image has {} megapixels, maximum supported input resolution is {} megapixels",
        pixels.div_ceil(1_000_000),
        MAX_INPUT_PIXELS / 1_000_000
    ))
}

fn unreadable(error: &ImageError) -> Refusal {
    let code = match error {
        ImageError::TooLarge { width, height, .. } | ImageError::SideTooLong { width, height, .. } => {
            return too_many_pixels(u64::from(*width) * u64::from(*height));
        }
        ImageError::TooManyBytes { .. } => return Refusal::file_too_large(),
        ImageError::Empty | ImageError::NotAPicture | ImageError::Unsupported { .. } => ErrorCode::InvalidFileType,
        ImageError::Damaged { .. } => ErrorCode::InvalidDimensions,
        _ => ErrorCode::FailedToReadImage,
    };
    Refusal::coded(code).detail(error.to_string())
}

async fn backdrop(app: &App, backdrop: &Backdrop) -> Result<Behind, Refusal> {
    let source = match backdrop {
        Backdrop::None => return Ok(Behind::Nothing),
        Backdrop::Colour(colour) => return Ok(Behind::Colour(*colour)),
        Backdrop::Picture(source) => source,
    };
    let bytes = obtain(app, source, Purpose::Background).await?;
    check_input(&bytes)?;
    blocking(move || decode_bytes(&bytes, &Limits::inputs())).await?.map(Behind::Picture).map_err(|e| unreadable(&e))
}

/// What [`Answer`] takes from a drawn picture or a canned file.
struct Rendered {
    bytes: Bytes,
    media_type: &'static str,
    width: u32,
    height: u32,
    foreground: clearcut_service::Rect,
}

async fn render(app: &App, picture: Bytes, params: &Params, plan: Plan, behind: Behind) -> Result<Rendered, Refusal> {
    if let Some(canned) = &app.canned {
        let canned = canned.clone();
        return Ok(Rendered {
            bytes: canned.bytes,
            media_type: canned.media_type,
            width: canned.width,
            height: canned.height,
            foreground: canned.foreground,
        });
    }
    let _turn = app.turn().await?;
    // Dropped with this call, when the client has gone or the service stops: the model need not go on.
    let abandoned = CancellationToken::new();
    let _guard = abandoned.clone().drop_guard();
    let matter = Arc::clone(&app.matter);
    let edit = params.edit;
    let drawn = blocking(move || draw(&matter, &picture, &plan, &edit, &behind, &|| abandoned.is_cancelled())).await?;
    let Drawn { bytes, media_type, width, height, foreground } = drawn.map_err(undrawable)?;
    Ok(Rendered { bytes: bytes.into(), media_type, width, height, foreground })
}

fn undrawable(error: DrawError) -> Refusal {
    match error {
        DrawError::Input(error) => unreadable(&error).titled(ErrorCode::FailedToReadImage.title()),
        DrawError::Output(ImageError::CannotEncode { .. }) => Refusal::coded(ErrorCode::InvalidFormat),
        DrawError::Matting(MattingError::NoSubject) => Refusal::coded(ErrorCode::UnknownForeground),
        other => Refusal::broken(&other),
    }
}

async fn charge(app: &App, plan: Plan, price: Option<Amount>, request_id: &str) -> Result<Charge, Refusal> {
    let (ledger, request_id) = (Arc::clone(&app.ledger), request_id.to_owned());
    blocking(move || ledger.charge(plan.item, price, &request_id)).await?.map_err(|e| not_charged(&e))
}

fn not_charged(error: &ChargeError) -> Refusal {
    match error {
        ChargeError::Short(short) => Refusal::insufficient_credits().detail(short.to_string()),
        ChargeError::Journal(error) => Refusal::broken(error),
    }
}
