//! What an order means at a particular service: the request, its price, the limits it must keep, and how large the answer
//! may become. Pure functions of the order and the profile.

use clearcut_credits::Credits;
use clearcut_imaging::{CopyPlan, Limits, Probe, Taken};
use clearcut_service::wire::{Size, WireFormat};
use clearcut_service::{ImageSource, Profile, RemovalRequest};

use crate::{BatchError, Order, seen::charged};

/// Limits of a service below these are not met by a copy: what came back would be a stamp.
const LEAST_BYTES: u64 = 100_000;
const LEAST_MEGAPIXELS: f64 = 0.25;

/// The charged call for this order: only what the user asked for, so that the same picture at the same size is the
/// same work and is found in the vault.
pub(crate) fn request(order: &Order, profile: &Profile) -> RemovalRequest {
    let file_name = order.input.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let source = ImageSource::File { path: order.input.clone(), file_name };
    RemovalRequest::new(source, order.size, wire_format(profile))
}

/// ZIP where the service has it: the smallest answer, the fastest, and 25 megapixels where PNG ends at 10.
pub(crate) fn wire_format(profile: &Profile) -> WireFormat {
    let offers = |format| profile.offers.formats.contains(&format);
    if offers(WireFormat::Zip) { WireFormat::Zip } else { WireFormat::Png }
}

/// What a picture of this size costs by the service's own words.
pub(crate) fn price(profile: &Profile, size: Size) -> Result<Credits, BatchError> {
    let named = match size {
        Size::Preview => &profile.prices.preview,
        Size::Medium | Size::Hd | Size::Full | Size::FiftyMp => &profile.prices.full,
    };
    charged(Some(named)).filter(|price| !price.is_negative()).ok_or(BatchError::BadFigure { what: "price" })
}

/// What the service takes of pictures.
pub(crate) fn taken(profile: &Profile) -> Taken {
    Taken { max_bytes: profile.limits.max_bytes, max_pixels: most_input_megapixels(profile).map(pixels) }
}

/// How a picture gets to the service: as it is, or as a copy for a reason. Refused is what no sensible copy can be made of, in clear words
/// and before anything is sent.
pub(crate) fn sending(profile: &Profile, probe: &Probe) -> Result<Option<CopyPlan>, BatchError> {
    let (taken, service) = (taken(profile), || profile.name.clone());
    let plan = CopyPlan::of(probe, &taken);
    if let Some(limit_bytes) = taken.max_bytes.filter(|limit| *limit < LEAST_BYTES && *limit < probe.size_bytes) {
        return Err(BatchError::TooManyBytes { service: service(), size_bytes: probe.size_bytes, limit_bytes });
    }
    let limit = most_input_megapixels(profile).filter(|limit| *limit < LEAST_MEGAPIXELS);
    match limit {
        Some(limit_megapixels) if probe.megapixels() > limit_megapixels => {
            Err(BatchError::TooManyMegapixels { service: service(), megapixels: probe.megapixels(), limit_megapixels })
        }
        _ => Ok(plan),
    }
}

fn most_input_megapixels(profile: &Profile) -> Option<f64> {
    profile.limits.max_input_megapixels.as_ref().and_then(|limit| limit.as_str().parse().ok())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a limit of megapixels, clamped")]
fn pixels(megapixels: f64) -> u64 {
    (megapixels * 1e6).clamp(1.0, 1e12) as u64
}

/// Width and height to be expected of the answer: the picture's own, or less where the size asked for, or what can be sent, ends earlier.
pub(crate) fn expected_size(profile: &Profile, probe: &Probe, size: Size) -> (u32, u32) {
    let sent = most_input_megapixels(profile).unwrap_or(f64::MAX);
    let most = most_megapixels(profile, size, wire_format(profile)).min(sent) * 1e6;
    let pixels = f64::from(probe.width) * f64::from(probe.height);
    if pixels <= most {
        return (probe.width, probe.height);
    }
    let scale = (most / pixels).sqrt();
    (scaled(probe.width, scale), scaled(probe.height, scale))
}

/// Whether `got` is less than was asked for. Services round sides in their own ways, which on a preview makes a few per
/// cent; a fall to a smaller size makes a factor.
pub(crate) fn is_smaller(got: (u32, u32), expected: (u32, u32)) -> bool {
    let area = |(width, height)| f64::from(width) * f64::from(height);
    area(got) < area(expected) * 0.95
}

/// Bytes to set aside for the answer: no picture of this size encodes to more than its raw RGBA and a fiftieth, whether as
/// PNG or as a ZIP of colour and alpha.
pub(crate) fn room_bytes((width, height): (u32, u32)) -> u64 {
    let pixels = u64::from(width) * u64::from(height);
    (pixels * 4 + pixels / 12 + (64 << 10)).min(Limits::answers().max_file_bytes)
}

/// The profile's own bound for this size and format, or the wire format's.
fn most_megapixels(profile: &Profile, size: Size, format: WireFormat) -> f64 {
    let own = profile.limits.max_megapixels(size, format).and_then(|limit| limit.as_str().parse::<f64>().ok());
    let documented = |pixels: u64| u32::try_from(pixels).map_or(f64::MAX, f64::from) / 1e6;
    own.unwrap_or_else(|| documented(size.max_pixels(format)))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a side times a scale below one is a side")]
fn scaled(side: u32, scale: f64) -> u32 {
    ((f64::from(side) * scale).floor() as u32).max(1)
}
