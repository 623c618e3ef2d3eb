//! The built-in backgrounds, each a formula over the unit square: no files, any size, no seams. Nothing is random, so the
//! same canvas gives the same bytes.

use super::numbers::{narrow, smoothstep, to_byte};
use crate::rgba::Rgba;

/// A built-in background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Template {
    /// Even light grey, as a product is shown on.
    Plain,
    /// A grey wall with a soft light in its middle.
    Studio,
    /// A wall that runs into a floor without an edge.
    Floor,
    /// The same in the dark.
    DarkFloor,
    /// Sand to rose, from the top.
    GradientWarm,
    /// Pale sky to blue, from the top.
    GradientCool,
    /// White to grey, from the top.
    GradientGrey,
}

impl Template {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 7] = [
        Self::Plain,
        Self::Studio,
        Self::Floor,
        Self::DarkFloor,
        Self::GradientWarm,
        Self::GradientCool,
        Self::GradientGrey,
    ];

    /// Its name in files, flags and commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Studio => "studio",
            Self::Floor => "floor",
            Self::DarkFloor => "dark_floor",
            Self::GradientWarm => "gradient_warm",
            Self::GradientCool => "gradient_cool",
            Self::GradientGrey => "gradient_grey",
        }
    }

    /// The one with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.name() == name)
    }

    /// Its colour at `u` of the width and `v` of the height, both 0 to 1: red, green, blue, 0 to 255, not rounded.
    #[must_use]
    pub fn colour(self, u: f32, v: f32) -> [f32; 3] {
        match self {
            Self::Plain => [244.0; 3],
            Self::Studio => mix([252.0; 3], [196.0, 198.0, 202.0], smoothstep(0.1, 0.95, distance(u, v, 0.42, 1.25))),
            Self::Floor => floor(u, v, [[226.0, 227.0, 229.0], [250.0, 250.0, 250.0], [208.0, 209.0, 212.0]]),
            Self::DarkFloor => floor(u, v, [[38.0, 39.0, 42.0], [74.0, 75.0, 79.0], [24.0, 24.0, 27.0]]),
            Self::GradientWarm => mix([253.0, 240.0, 220.0], [240.0, 196.0, 178.0], smoothstep(0.0, 1.0, v)),
            Self::GradientCool => mix([238.0, 246.0, 252.0], [164.0, 196.0, 226.0], smoothstep(0.0, 1.0, v)),
            Self::GradientGrey => mix([255.0; 3], [200.0, 201.0, 204.0], smoothstep(0.0, 1.0, v)),
        }
    }

    /// The same as a byte of each, dithered by its place in pixels: a gradient over thousands of pixels has fewer steps than
    /// rows, and their edges would be seen.
    #[must_use]
    pub(crate) fn pixel(self, (x, y): (u32, u32), (width, height): (u32, u32)) -> [u8; 3] {
        let at = |place: u32, side: u32| narrow((f64::from(place) + 0.5) / f64::from(side.max(1)));
        let colour = self.colour(at(x, width), at(y, height));
        if self == Self::Plain {
            return colour.map(to_byte);
        }
        let threshold = DITHER[(y % 4) as usize][(x % 4) as usize];
        colour.map(|value| to_byte(value + threshold))
    }
}

/// A template as a square picture of `edge` pixels a side, to be stretched to any canvas.
#[must_use]
pub fn template_square(template: Template, edge: u32) -> Rgba {
    let edge = edge.max(1);
    let mut picture = Rgba::filled(edge, edge, [255; 4]);
    for (index, pixel) in (0_u32..).zip(picture.pixels.chunks_exact_mut(4)) {
        pixel[..3].copy_from_slice(&template.pixel((index % edge, index / edge), (edge, edge)));
    }
    picture
}

/// An ordered 4 × 4 dither, centred on zero, less than half a step.
const DITHER: [[f32; 4]; 4] = [
    [-0.469, 0.031, -0.344, 0.156],
    [0.281, -0.219, 0.406, -0.094],
    [-0.281, 0.219, -0.406, 0.094],
    [0.469, -0.031, 0.344, -0.156],
];

/// Wall at the top, brightest where wall and floor meet (two thirds down), floor towards the viewer; darker at the sides.
fn floor(u: f32, v: f32, [wall, bend, near]: [[f32; 3]; 3]) -> [f32; 3] {
    let lit =
        if v < 0.68 { mix(wall, bend, smoothstep(0.1, 0.68, v)) } else { mix(bend, near, smoothstep(0.68, 1.0, v)) };
    let side = 1.0 - 0.07 * smoothstep(0.25, 0.5, (u - 0.5).abs());
    lit.map(|value| value * side)
}

/// Distance from the middle of the width and `middle` of the height, in heights, the width counting `wide` as much.
fn distance(u: f32, v: f32, middle: f32, wide: f32) -> f32 {
    ((u - 0.5) * wide).hypot(v - middle)
}

fn mix(from: [f32; 3], to: [f32; 3], share: f32) -> [f32; 3] {
    [0, 1, 2].map(|index| from[index] + (to[index] - from[index]) * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_name_of_its_own() {
        for template in Template::ALL {
            assert_eq!(Template::named(template.name()), Some(template));
        }
        assert_eq!(Template::named("none"), None);
    }

    #[test]
    fn no_row_differs_from_the_one_above_by_a_whole_step() {
        for template in Template::ALL {
            for y in 1..2000_u16 {
                let colour = |y: u16| template.colour(0.3, (f32::from(y) + 0.5) / 2000.0);
                let (above, here) = (colour(y - 1), colour(y));
                assert!(above.iter().zip(here).all(|(a, b)| (a - b).abs() < 0.5), "{template:?} at {y}");
            }
        }
    }

    #[test]
    fn every_one_is_light_or_dark_all_over_and_never_out_of_range() {
        for template in Template::ALL {
            for (x, y) in (0..32_u8).flat_map(|x| (0..32_u8).map(move |y| (x, y))) {
                let colour = template.colour(f32::from(x) / 31.0, f32::from(y) / 31.0);
                assert!(colour.iter().all(|value| (0.0..=255.0).contains(value)), "{template:?}: {colour:?}");
            }
        }
    }
}
