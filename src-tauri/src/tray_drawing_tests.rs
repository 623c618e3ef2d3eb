//! The tray's picture, looked at where it matters.

use clearcut_app::Credits;
use clearcut_app::views::GaugeView;

use super::*;
use crate::tray_words::tests::{figure, gauge};

/// The pixel in the middle of the tube at a height from 0 (the bottom) to 99 (the top) of its inside.
fn at(picture: &[u8], height: i32) -> [u8; 4] {
    let y = (INSIDE.bottom - 2 - height * (INSIDE.bottom - INSIDE.top - 4) / 99) / POINTS;
    let start = usize::try_from((y * i32::try_from(SIDE).unwrap() + 31) * 4).unwrap();
    picture[start..start + 4].try_into().unwrap()
}

/// The colour that most of these heights have.
fn mostly(picture: &[u8], heights: std::ops::Range<i32>) -> [u8; 4] {
    let seen: Vec<[u8; 4]> = heights.map(|height| at(picture, height)).collect();
    *seen.iter().max_by_key(|colour| seen.iter().filter(|other| other == colour).count()).unwrap()
}

fn solid([red, green, blue]: Colour) -> [u8; 4] {
    [red, green, blue, 255]
}

fn colours(picture: &[u8]) -> impl Iterator<Item = &[u8]> {
    picture.chunks_exact(4)
}

fn has(picture: &[u8], colour: Colour) -> bool {
    colours(picture).any(|pixel| pixel == solid(colour))
}

#[test]
fn pockets_stand_on_each_other_what_pays_first_on_top() {
    let picture = draw(&gauge([Some("20"), Some("10"), Some("10"), Some("40")]), Credits::whole(50));
    assert_eq!(picture.len(), usize::try_from(SIDE * SIDE * 4).unwrap());
    assert_eq!(mostly(&picture, 1..19), solid(PAYG));
    assert_eq!(mostly(&picture, 21..39), solid(ROLLOVER));
    assert_eq!(mostly(&picture, 41..79), solid(SUBSCRIPTION));
    assert_eq!(mostly(&picture, 82..99), [0, 0, 0, 0], "above the level there is nothing");
}

#[test]
fn pockets_are_told_apart_by_pattern_too() {
    let only = |amounts| draw(&gauge(amounts), Credits::whole(10));
    let solid_one = only([Some("10"), Some("0"), Some("0"), Some("10")]);
    assert!(!has(&solid_one, PATTERN), "the subscription is solid");
    for amounts in [[Some("0"), Some("10"), Some("0"), Some("10")], [Some("0"), Some("0"), Some("10"), Some("10")]] {
        assert!(has(&only(amounts), PATTERN), "stripes and dots");
    }
}

#[test]
fn what_is_old_keeps_its_shape_and_loses_its_colour() {
    let fresh = gauge([Some("20"), Some("10"), Some("10"), Some("40")]);
    let old = draw(&GaugeView { stale: true, ..fresh.clone() }, Credits::whole(40));
    let fresh = draw(&fresh, Credits::whole(40));
    for (old, fresh) in colours(&old).zip(colours(&fresh)) {
        assert_eq!(old[3], fresh[3], "the same shape");
    }
    assert!(has(&old, STALE) && has(&old, PATTERN));
    assert!(![SUBSCRIPTION, ROLLOVER, PAYG].into_iter().any(|colour| has(&old, colour)));
}

#[test]
fn empty_and_unknown_are_glasses_without_liquid_and_not_the_same() {
    let empty = draw(&gauge([Some("0"), Some("0"), Some("0"), Some("0")]), Credits::whole(50));
    let unknown = draw(&gauge([None; 4]), Credits::ZERO);
    for picture in [&empty, &unknown] {
        assert_eq!(mostly(picture, 1..99), [0, 0, 0, 0]);
        assert!(has(picture, EDGE));
    }
    assert_ne!(empty, unknown, "one is dashed");
}

#[test]
fn a_little_is_seen_and_too_much_is_full() {
    let little = draw(&gauge([Some("0.25"), Some("0"), Some("0"), Some("0.25")]), Credits::whole(10_000));
    assert!(has(&little, SUBSCRIPTION));
    let much = gauge([Some("500"), Some("500"), Some("500"), Some("1500")]);
    let full = draw(&much, Credits::whole(50));
    assert_eq!(mostly(&full, 90..99), solid(PAYG));
    let with_enterprise = GaugeView { enterprise: figure(Some("500")), ..much };
    assert_eq!(mostly(&draw(&with_enterprise, Credits::whole(2000)), 1..20), solid(ENTERPRISE));
}

#[test]
fn the_full_height_is_a_round_number() {
    for (most, full) in [(0, 10), (10, 10), (11, 20), (21, 25), (39, 50), (51, 100), (240, 250), (1001, 2000)] {
        assert_eq!(full_height(Credits::whole(most)), Credits::whole(full), "{most}");
    }
    assert_eq!(full_height(Credits::MAX), Credits::MAX);
}

/// `oklch(L% C H)` as the eight bits of each channel of sRGB.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte on the same line")]
fn srgb(lightness: f64, chroma: f64, hue: f64) -> Colour {
    let (a, b) = (chroma * hue.to_radians().cos(), chroma * hue.to_radians().sin());
    let cube = |x: f64| x * x * x;
    let l = cube(lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b);
    let m = cube(lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b);
    let s = cube(lightness - 0.089_484_177_5 * a - 1.291_485_548 * b);
    let linear = [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
    ];
    linear.map(|x| {
        let x = if x <= 0.003_130_8 { 12.92 * x } else { 1.055 * x.powf(1.0 / 2.4) - 0.055 };
        (x * 255.0).round().clamp(0.0, 255.0) as u8
    })
}

#[test]
fn the_colours_are_the_windows() {
    let tokens = include_str!("../../ui/src/styles/tokens.css");
    let light = tokens.split("@media").next().unwrap();
    for (name, colour) in [
        ("subscription", SUBSCRIPTION),
        ("rollover", ROLLOVER),
        ("payg", PAYG),
        ("enterprise", ENTERPRISE),
        ("stale", STALE),
        ("edge", EDGE),
        ("pattern", PATTERN),
    ] {
        let text = light.split_once(&format!("--{name}: oklch(")).unwrap().1.split_once(')').unwrap().0;
        let numbers: Vec<f64> = text.split(' ').map(|part| part.trim_end_matches('%').parse().unwrap()).collect();
        let expected = srgb(numbers[0] / 100.0, numbers[1], numbers[2]);
        assert_eq!(colour, expected, "--{name}");
    }
}
