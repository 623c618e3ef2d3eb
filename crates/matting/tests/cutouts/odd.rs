//! No size and no buffer breaks the chain, and whoever asks it to stop is heard.

use std::cell::Cell;

use clearcut_matting::{Cutout, MattingError};
use rstest::rstest;

use crate::{MATTER, never, sample};

#[rstest]
fn any_size_is_an_answer(
    #[values((1, 1), (1, 5000), (5000, 1), (2, 3), (641, 33))] size: (u32, u32),
    #[values(77, 255)] alpha: u8,
) {
    let (width, height) = size;
    let rgba: Vec<u8> =
        (0..width * height).flat_map(|i| [(i % 256) as u8, (i / 3 % 256) as u8, (i / 7 % 256) as u8, alpha]).collect();
    match MATTER.cut_out(&rgba, width, height, &never) {
        Ok(Cutout { width: w, height: h, rgba: cut }) => {
            assert_eq!((w, h, cut.len()), (width, height, rgba.len()));
            assert!(cut.chunks_exact(4).all(|pixel| pixel[3] <= alpha));
        }
        Err(error) => assert!(matches!(error, MattingError::NoSubject), "{error}"),
    }
}

#[rstest]
#[case(10, 10, 399)]
#[case(10, 10, 401)]
#[case(0, 10, 0)]
#[case(10, 0, 0)]
#[case(0, 0, 0)]
#[case(u32::MAX, u32::MAX, 16)]
fn a_buffer_of_another_size_is_refused(#[case] width: u32, #[case] height: u32, #[case] length: usize) {
    let refused = |result: Result<(), MattingError>| matches!(result, Err(MattingError::BadBuffer { .. }));
    let rgba = vec![0; length];
    assert!(refused(MATTER.cut_out(&rgba, width, height, &never).map(drop)));
    assert!(refused(MATTER.raw_mask(&rgba, width, height).map(drop)));
}

#[rstest]
#[case([255, 255, 255, 255])]
#[case([0, 0, 0, 255])]
#[case([90, 140, 30, 255])]
#[case([0, 0, 0, 0])]
fn a_flat_picture_has_no_subject(#[case] colour: [u8; 4]) {
    let flat = colour.repeat(300 * 200);
    assert!(matches!(MATTER.cut_out(&flat, 300, 200, &never), Err(MattingError::NoSubject)));
}

#[test]
fn it_stops_wherever_it_is_asked() {
    let photo = sample("coffee.png");
    let asked = Cell::new(0);
    let count = || {
        asked.set(asked.get() + 1);
        false
    };
    MATTER.cut_out(&photo.pixels, photo.width, photo.height, &count).unwrap();
    let questions = asked.get();
    assert!(questions >= 4, "asked {questions} times");
    for stop_at in 1..=questions {
        let left = Cell::new(stop_at);
        let cancel = || {
            left.set(left.get() - 1);
            left.get() == 0
        };
        let result = MATTER.cut_out(&photo.pixels, photo.width, photo.height, &cancel);
        assert!(matches!(result, Err(MattingError::Cancelled)), "at question {stop_at}: {result:?}");
    }
}
