//! From a picture to the network's mask: size, normalisation, and whether there is a subject at all.

use fast_image_resize::FilterType;

use crate::error::MattingError;
use crate::model::{InputSize, ModelDescription, STEP};
use crate::plane::Plane;
use crate::runtime::Runtime;
use crate::scale::{Picture, round_div};

/// A mask that stays below this everywhere has found nothing. Measured: photographs reach 0.995 by themselves, flat
/// pictures stay under 0.06.
const SUBJECT: f32 = 0.3;

/// What the network says: how much each place belongs to the subject, 0 to 1, unrefined.
#[derive(Debug, Clone, PartialEq)]
pub struct Mask {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width × height` values, rows top-down.
    pub values: Vec<f32>,
}

/// The network's input: 1 × 3 × height × width, planes of red, green, blue.
pub(crate) struct Tensor {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) values: Vec<f32>,
}

/// The size at which a network sees a picture.
pub(crate) fn input_size(width: u32, height: u32, size: InputSize) -> (u32, u32) {
    let long_side = match size {
        InputSize::Fixed(width, height) => return (width, height),
        InputSize::Free(side) => side,
    };
    let long = u64::from(width.max(height));
    let side = |side: u32| round_div(u64::from(side) * u64::from(long_side / STEP), long).max(1) * STEP;
    (side(width), side(height))
}

/// Colours within 0 to 1, normalised as in training.
pub(crate) fn tensor(rgb: &[[u8; 3]], width: u32, height: u32, model: &ModelDescription) -> Tensor {
    let brightest = rgb.iter().flatten().copied().max().unwrap_or(0).max(1);
    let scale = 1.0 / f32::from(if model.by_brightest { brightest } else { u8::MAX });
    let plane = |channel: usize| {
        let (mean, deviation) = (model.mean[channel], model.deviation[channel]);
        rgb.iter().map(move |pixel| (f32::from(pixel[channel]) * scale - mean) / deviation)
    };
    Tensor { width: width as usize, height: height as usize, values: (0..3).flat_map(plane).collect() }
}

/// Runs the network on a picture that already has its size.
pub(crate) fn run(
    runtime: &dyn Runtime,
    model: &ModelDescription,
    rgb: &[[u8; 3]],
    width: u32,
    height: u32,
) -> Result<Mask, MattingError> {
    let mut values = runtime.run(&tensor(rgb, width, height, model))?;
    if values.len() != rgb.len() || values.iter().any(|value| !value.is_finite()) {
        return Err(MattingError::Runtime(format!("{} gave no usable mask", runtime.name())));
    }
    if model.needs_sigmoid {
        values.iter_mut().for_each(|value| *value = 1.0 / (1.0 + (-*value).exp()));
    }
    Ok(Mask { width, height, values })
}

/// The mask of a picture of any size, or [`MattingError::NoSubject`].
pub(crate) fn find_subject(
    runtime: &dyn Runtime,
    model: &ModelDescription,
    picture: &Picture<'_>,
) -> Result<Plane<1>, MattingError> {
    let (width, height) = input_size(picture.width, picture.height, model.size);
    let mask = run(runtime, model, &picture.rgb(width, height, FilterType::Lanczos3)?, width, height)?;
    if mask.values.iter().all(|&value| value < SUBJECT) {
        return Err(MattingError::NoSubject);
    }
    Ok(Plane::from_fn(width as usize, height as usize, |i| [mask.values[i].clamp(0.0, 1.0)]))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const BUILT_IN: ModelDescription = ModelDescription::built_in(InputSize::Free(384));

    #[rstest]
    #[case((4000, 3000), (384, 288))]
    #[case((3000, 4000), (288, 384))]
    #[case((512, 512), (384, 384))]
    #[case((640, 427), (384, 256))]
    #[case((1, 1), (384, 384))]
    #[case((1, 5000), (32, 384))]
    #[case((5000, 1), (384, 32))]
    fn the_aspect_is_kept_in_steps_of_32(#[case] picture: (u32, u32), #[case] input: (u32, u32)) {
        assert_eq!(input_size(picture.0, picture.1, InputSize::Free(384)), input);
        assert_eq!(input_size(picture.0, picture.1, InputSize::Fixed(320, 320)), (320, 320));
    }

    #[test]
    fn the_tensor_is_scaled_by_the_brightest_value() {
        let tensor = tensor(&[[200, 100, 0], [0, 0, 0]], 2, 1, &BUILT_IN);
        let expected = [
            (1.0 - 0.485) / 0.229,
            -0.485 / 0.229,
            (0.5 - 0.456) / 0.224,
            -0.456 / 0.224,
            -0.406 / 0.225,
            -0.406 / 0.225,
        ];
        for (seen, meant) in tensor.values.iter().zip(expected) {
            assert!((seen - meant).abs() < 1e-6, "{:?}", tensor.values);
        }
    }

    #[test]
    fn a_black_picture_divides_by_nothing() {
        assert!(tensor(&[[0; 3]; 4], 2, 2, &BUILT_IN).values.iter().all(|value| value.is_finite()));
    }
}
