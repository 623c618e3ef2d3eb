//! The tray's picture: the standing tube of the window, small. Pure integers from the gauge to pixels, so that the same
//! gauge is the same picture everywhere. Knows no tray.
//!
//! What pays first stands highest, as in the window: subscription solid, rollover striped, pay-as-you-go dotted; the colours
//! are those of `ui/src/styles/tokens.css` in the light, which are told from both light and dark panels. Without
//! a figure the glass is dashed, without credits it is empty.

use clearcut_app::Credits;
use clearcut_app::views::{FigureView, GaugeView};

/// Pixels at each side; panels show it at a third to a half of that.
pub(crate) const SIDE: u32 = 64;

/// Each pixel is the mean of so many by so many points.
const POINTS: i32 = 4;

/// Red, green, blue.
type Colour = [u8; 3];

const SUBSCRIPTION: Colour = [0, 114, 208];
const ROLLOVER: Colour = [0, 135, 127];
const PAYG: Colour = [196, 120, 11];
const ENTERPRISE: Colour = [115, 88, 121];
const STALE: Colour = [131, 128, 123];
const EDGE: Colour = [138, 133, 126];
/// What stripes and dots are drawn with.
const PATTERN: Colour = [254, 251, 248];

/// A part of the picture, in points.
#[derive(Clone, Copy)]
struct Area {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
    /// The radius of the upper corners and of the lower ones.
    round: (i32, i32),
}

const GLASS: Area = Area { left: 60, top: 8, right: 196, bottom: 248, round: (20, 52) };
const INSIDE: Area = Area { left: 76, top: 24, right: 180, bottom: 232, round: (6, 38) };

/// Whatever holds anything is at least this high.
const SEEN: i32 = 16;

#[derive(Clone, Copy)]
enum Pattern {
    Solid,
    Striped,
    Dotted,
}

/// A pocket's part of the liquid, down to `bottom`.
struct Band {
    bottom: i32,
    colour: Colour,
    pattern: Pattern,
}

/// The picture as RGBA, straight alpha, rows from the top. `most` is what the account was seen to hold: the height is
/// measured by it, rounded up to a round number.
pub(crate) fn draw(gauge: &GaugeView, most: Credits) -> Vec<u8> {
    let known = gauge.total.amount.is_some();
    let (top, bands) = liquid(gauge, most);
    let mut pixels = Vec::new();
    for (y, x) in (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (y, x))) {
        let corner = |at: u32| i32::try_from(at).unwrap_or(0) * POINTS;
        let (left, upper) = (corner(x), corner(y));
        let points = (0..POINTS).flat_map(|dy| (0..POINTS).map(move |dx| (left + dx, upper + dy)));
        pixels.extend(mean(points.map(|(x, y)| {
            if INSIDE.holds(x, y) {
                let band = bands.iter().find(|band| y < band.bottom).filter(|_| y >= top)?;
                Some(band.at(x, y))
            } else {
                (GLASS.holds(x, y) && (known || (x + y) % 48 < 28)).then_some(EDGE)
            }
        })));
    }
    pixels
}

/// Where the liquid begins, and its bands from there down to the bottom.
fn liquid(gauge: &GaugeView, most: Credits) -> (i32, Vec<Band>) {
    let room = INSIDE.bottom - INSIDE.top;
    let full = i128::from(full_height(most).micros());
    let pockets = [
        (&gauge.enterprise, ENTERPRISE, Pattern::Solid),
        (&gauge.payg, PAYG, Pattern::Dotted),
        (&gauge.rollover, ROLLOVER, Pattern::Striped),
        (&gauge.subscription, SUBSCRIPTION, Pattern::Solid),
    ];
    let mut surface = INSIDE.bottom;
    let mut bands = Vec::new();
    for (figure, colour, pattern) in pockets {
        let micros = i128::from(amount(figure).micros());
        if micros <= 0 || surface <= INSIDE.top {
            continue;
        }
        let height = i32::try_from(micros * i128::from(room) / full).unwrap_or(room).max(SEEN);
        bands.push(Band { bottom: surface, colour: if gauge.stale { STALE } else { colour }, pattern });
        surface = (surface - height).max(INSIDE.top);
    }
    bands.reverse();
    (surface, bands)
}

fn amount(figure: &FigureView) -> Credits {
    figure.amount.as_deref().and_then(|amount| amount.parse().ok()).unwrap_or(Credits::ZERO)
}

/// A round number of credits that holds `most`: 10, 20, 25, 50, 100, …
fn full_height(most: Credits) -> Credits {
    let mut power = Credits::whole(10);
    loop {
        let steps = [(1, 1), (2, 1), (5, 2), (5, 1)];
        let rounded = steps.map(|(times, over)| Credits::from_micros(power.micros().saturating_mul(times) / over));
        if let Some(full) = rounded.into_iter().find(|full| *full >= most) {
            return full;
        }
        power = Credits::from_micros(power.micros().saturating_mul(10));
    }
}

impl Area {
    fn holds(&self, x: i32, y: i32) -> bool {
        if x < self.left || x >= self.right || y < self.top || y >= self.bottom {
            return false;
        }
        let radius = if y - self.top < self.round.0 { self.round.0 } else { self.round.1 };
        let into = |low: i32, high: i32, at: i32| (low + radius - at).max(at - (high - 1 - radius)).max(0);
        let dx = into(self.left, self.right, x);
        let dy = if y - self.top < self.round.0 { self.top + radius - y } else { y - (self.bottom - 1 - radius) };
        dy <= 0 || dx * dx + dy * dy <= radius * radius
    }
}

impl Band {
    fn at(&self, x: i32, y: i32) -> Colour {
        let marked = match self.pattern {
            Pattern::Solid => false,
            Pattern::Striped => (x + y) % 36 < 12,
            Pattern::Dotted => {
                let row = y / 26;
                let (dx, dy) = ((x + row % 2 * 18) % 36 - 18, y % 26 - 13);
                dx * dx + dy * dy <= 64
            }
        };
        if marked { PATTERN } else { self.colour }
    }
}

/// The mean colour of the points that have one; how many have one is how much it covers.
fn mean(points: impl Iterator<Item = Option<Colour>>) -> [u8; 4] {
    let mut sum = [0_u32; 3];
    let (mut covered, mut all) = (0_u32, 0_u32);
    for point in points {
        all += 1;
        if let Some(colour) = point {
            covered += 1;
            for (channel, value) in sum.iter_mut().zip(colour) {
                *channel += u32::from(value);
            }
        }
    }
    let byte = |value: u32| u8::try_from(value).unwrap_or(u8::MAX);
    let [red, green, blue] = sum.map(|channel| byte(channel / covered.max(1)));
    [red, green, blue, byte(covered * 255 / all.max(1))]
}

#[cfg(test)]
#[path = "tray_drawing_tests.rs"]
mod tests;
