//! How far an alpha is from the exact one, and how sure a mean over pictures is.

/// Three distances of one alpha; for the first more is better, for the others less.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Measures {
    /// Intersection over union of what is more than half opaque, per cent.
    pub(crate) iou: f64,
    /// Mean absolute error, thousandths of full opacity.
    pub(crate) mae: f64,
    /// Gradient error of Rhemann et al., "A Perceptually Motivated Online Benchmark for Image Matting" (CVPR 2009): sum of the
    /// squared differences of the gradients' lengths, Gaussian derivatives with σ = 1.4, divided by a thousand.
    pub(crate) gradient: f64,
}

impl Measures {
    /// Compares two alphas of the same size, a byte a pixel.
    pub(crate) fn of(seen: &[u8], exact: &[u8], width: usize) -> Self {
        assert_eq!(seen.len(), exact.len());
        let (mut both, mut either, mut error) = (0.0, 0.0, 0.0);
        for (&seen, &exact) in seen.iter().zip(exact) {
            let (a, b) = (seen > 127, exact > 127);
            both += f64::from(u8::from(a && b));
            either += f64::from(u8::from(a || b));
            error += f64::from(seen.abs_diff(exact));
        }
        let gradients = slopes(seen, width).into_iter().zip(slopes(exact, width));
        Self {
            iou: 100.0 * both / f64::max(either, 1.0),
            mae: error / 255.0 / seen.len() as f64 * 1e3,
            gradient: gradients.map(|(a, b)| (a - b) * (a - b)).sum::<f64>() / 1e3,
        }
    }

    pub(crate) fn each(self) -> [f64; 3] {
        [self.iou, self.mae, self.gradient]
    }
}

const SIGMA: f64 = 1.4;
const REACH: isize = 5;

/// The length of the gradient at every pixel, by derivatives of a Gaussian of unit energy as in the authors' own program;
/// borders repeat.
fn slopes(alpha: &[u8], width: usize) -> Vec<f64> {
    let bell =
        |x: isize| (-((x * x) as f64) / (2.0 * SIGMA * SIGMA)).exp() / (SIGMA * (2.0 * std::f64::consts::PI).sqrt());
    let smooth: Vec<f64> = (-REACH..=REACH).map(bell).collect();
    let slope: Vec<f64> = (-REACH..=REACH).map(|x| -(x as f64) * bell(x) / (SIGMA * SIGMA)).collect();
    let energy =
        |a: &[f64], b: &[f64]| (a.iter().map(|v| v * v).sum::<f64>() * b.iter().map(|v| v * v).sum::<f64>()).sqrt();
    let norm = energy(&smooth, &slope);
    let plane: Vec<f64> = alpha.iter().map(|&value| f64::from(value) / 255.0).collect();
    let across = along(&along(&plane, width, &slope, true), width, &smooth, false);
    let down = along(&along(&plane, width, &smooth, true), width, &slope, false);
    across.iter().zip(&down).map(|(x, y)| x.hypot(*y) / norm).collect()
}

/// One pass of a filter along rows or columns.
fn along(plane: &[f64], width: usize, kernel: &[f64], rows: bool) -> Vec<f64> {
    let height = plane.len() / width;
    let clamp = |at: isize, length: usize| at.clamp(0, length as isize - 1) as usize;
    (0..plane.len())
        .map(|i| {
            let (x, y) = ((i % width) as isize, (i / width) as isize);
            let at = |by: isize| {
                if rows {
                    y as usize * width + clamp(x + by, width)
                } else {
                    clamp(y + by, height) * width + x as usize
                }
            };
            kernel.iter().zip(-REACH..).map(|(weight, by)| weight * plane[at(by)]).sum()
        })
        .collect()
}

/// A mean with its 95 % interval.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mean {
    pub(crate) mean: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

const RESAMPLES: usize = 4000;

/// The mean of values that come in groups (one a subject), and the percentile bootstrap over whole groups. The seed is fixed:
/// the same set gives the same table.
pub(crate) fn bootstrap(groups: &[Vec<f64>]) -> Mean {
    let mean_of = |chosen: &mut dyn Iterator<Item = &Vec<f64>>| {
        let (sum, count) = chosen.flatten().fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
        sum / count
    };
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move || {
        // splitmix64
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) as usize
    };
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            mean_of(
                &mut (0..groups.len()).map(|_| next() % groups.len()).collect::<Vec<_>>().iter().map(|&i| &groups[i]),
            )
        })
        .collect();
    means.sort_by(f64::total_cmp);
    Mean { mean: mean_of(&mut groups.iter()), low: means[RESAMPLES / 40], high: means[RESAMPLES - 1 - RESAMPLES / 40] }
}
