//! The difference between two colours as it is seen: CIEDE2000 (CIE 142-2001; formulas and check values of Sharma, Wu and Dalal, 2005).

/// CIE L*a*b*, D65.
pub(crate) type Lab = [f64; 3];

/// From linear RGB of sRGB's primaries.
pub(crate) fn lab_of_linear([r, g, b]: [f64; 3]) -> Lab {
    lab_of_xyz([
        0.412_390_8 * r + 0.357_584_34 * g + 0.180_480_79 * b,
        0.212_639_01 * r + 0.715_168_68 * g + 0.072_192_32 * b,
        0.019_330_82 * r + 0.119_194_78 * g + 0.950_532_15 * b,
    ])
}

fn lab_of_xyz([x, y, z]: [f64; 3]) -> Lab {
    let f = |t: f64| if t > 216.0 / 24_389.0 { t.cbrt() } else { (24_389.0 / 27.0 * t + 16.0) / 116.0 };
    let (x, y, z) = (f(x / 0.950_455_93), f(y), f(z / 1.089_057_75));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The curve of sRGB and Display P3, from 0 to 1.
pub(crate) fn linear(value: f64) -> f64 {
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

pub(crate) fn lab_of_srgb(pixel: [u8; 3]) -> Lab {
    lab_of_linear(pixel.map(|value| linear(f64::from(value) / 255.0)))
}

pub(crate) fn delta_e([l1, a1, b1]: Lab, [l2, a2, b2]: Lab) -> f64 {
    let seventh = |c: f64| (c.powi(7) / (c.powi(7) + 25_f64.powi(7))).sqrt();
    let g = 0.5 * (1.0 - seventh(f64::midpoint(a1.hypot(b1), a2.hypot(b2))));
    let (a1, a2) = (a1 * (1.0 + g), a2 * (1.0 + g));
    let (c1, c2) = (a1.hypot(b1), a2.hypot(b2));
    let hue = |a: f64, b: f64| if a == 0.0 && b == 0.0 { 0.0 } else { b.atan2(a).to_degrees().rem_euclid(360.0) };
    let (h1, h2) = (hue(a1, b1), hue(a2, b2));
    let (dl, dc) = (l2 - l1, c2 - c1);
    let grey = c1 * c2 == 0.0;
    let dh = if grey { 0.0 } else { (h2 - h1 + 180.0).rem_euclid(360.0) - 180.0 };
    let dh_seen = 2.0 * (c1 * c2).sqrt() * (dh.to_radians() / 2.0).sin();
    let (l, c) = (f64::midpoint(l1, l2), f64::midpoint(c1, c2));
    let h = match (h1 - h2).abs() <= 180.0 {
        _ if grey => h1 + h2,
        true => f64::midpoint(h1, h2),
        false if h1 + h2 < 360.0 => f64::midpoint(h1, h2) + 180.0,
        false => f64::midpoint(h1, h2) - 180.0,
    };
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(h - 30.0) + 0.24 * cos(2.0 * h) + 0.32 * cos(3.0 * h + 6.0) - 0.2 * cos(4.0 * h - 63.0);
    let turn = 30.0 * (-((h - 275.0) / 25.0).powi(2)).exp();
    let sl = 1.0 + 0.015 * (l - 50.0).powi(2) / (20.0 + (l - 50.0).powi(2)).sqrt();
    let (sc, sh) = (1.0 + 0.045 * c, 1.0 + 0.015 * c * t);
    let rt = -2.0 * seventh(c) * (2.0 * turn).to_radians().sin();
    let (l, c, h) = (dl / sl, dc / sc, dh_seen / sh);
    (l * l + c * c + h * h + rt * c * h).sqrt()
}

#[test]
fn the_published_pairs_come_out() {
    for (one, other, expected) in [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0000),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, 2.49, -0.001], [50.0, -2.49, 0.0011], 7.2195),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
        ([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082),
    ] {
        assert!((delta_e(one, other) - expected).abs() < 1e-4, "{one:?}, {other:?}: {}", delta_e(one, other));
    }
}
