//! What comes out of a real removal, with the model: formats, sizes, and what each parameter does to the picture.

#![allow(clippy::unwrap_used, reason = "a test that cannot set up its service should stop")]

mod common;

use std::io::Read as _;

use clearcut_imaging::{Limits, Rgba, compose_answer_bytes};
use common::{Practice, Reply, disc, form, png, send};
use reqwest::Method;
use rstest::rstest;

/// A bright disc of radius 100 in the middle of a dark 400 × 300 picture.
async fn remove(practice: &Practice, parameters: &[(&str, &str)]) -> Reply {
    let picture = png(&disc(400, 300, [30, 34, 60, 255]));
    let reply = send(practice.request(Method::POST, "/removebg").multipart(form(picture, parameters))).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply
}

fn decode(reply: &Reply) -> Rgba {
    compose_answer_bytes(&reply.body, &Limits::answers()).unwrap()
}

fn alpha(picture: &Rgba, x: u32, y: u32) -> u8 {
    picture.pixel(x, y).unwrap()[3]
}

fn number(reply: &Reply, name: &str) -> u32 {
    reply.header(name).unwrap().parse().unwrap()
}

#[rstest]
#[case::png("png", "image/png")]
#[case::webp("webp", "image/webp")]
#[case::zip("zip", "application/zip")]
#[case::auto("auto", "image/png")]
#[tokio::test]
async fn each_format_keeps_the_cutout(#[case] format: &str, #[case] kind: &str) {
    let practice = Practice::with_model().await;
    let reply = remove(&practice, &[("size", "full"), ("format", format)]).await;
    assert_eq!(reply.header("content-type"), Some(kind));
    let picture = decode(&reply);
    assert_eq!((picture.width, picture.height), (400, 300));
    assert!(alpha(&picture, 200, 150) > 250, "the disc stays");
    assert_eq!(picture.pixel(5, 5), Some([0; 4]), "the corner is gone, with its colour");
    let [left, width] = ["x-foreground-left", "x-foreground-width"].map(|name| number(&reply, name));
    assert!((90..=110).contains(&left) && (180..=220).contains(&width), "{left} {width}");
}

#[tokio::test]
async fn a_zip_holds_colour_and_alpha() {
    let practice = Practice::with_model().await;
    let reply = remove(&practice, &[("size", "full"), ("format", "zip")]).await;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(reply.body)).unwrap();
    for (name, start) in [("color.jpg", &[0xFF, 0xD8][..]), ("alpha.png", b"\x89PNG")] {
        let mut bytes = Vec::new();
        archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        assert!(bytes.starts_with(start), "{name}");
    }
}

#[tokio::test]
async fn an_opaque_background_makes_a_jpg_of_auto() {
    let practice = Practice::with_model().await;
    let reply = remove(&practice, &[("size", "full"), ("bg_color", "00ff00")]).await;
    assert_eq!(reply.header("content-type"), Some("image/jpeg"));
    let corner = decode(&reply).pixel(5, 5).unwrap();
    assert!(corner[1] > 245 && corner[0] < 10, "{corner:?}");
}

#[tokio::test]
async fn a_crop_with_a_margin_stands_around_the_subject() {
    let practice = Practice::with_model().await;
    let plain = remove(&practice, &[("size", "full"), ("crop", "true")]).await;
    let wide = remove(&practice, &[("size", "full"), ("crop", "true"), ("crop_margin", "10px 20px")]).await;
    let size = |reply: &Reply| [number(reply, "x-width"), number(reply, "x-height")];
    assert_eq!(size(&plain), ["x-foreground-width", "x-foreground-height"].map(|name| number(&plain, name)));
    assert_eq!(size(&wide), [size(&plain)[0] + 40, size(&plain)[1] + 20]);
    assert_eq!(decode(&wide).width, number(&wide, "x-width"));
}

#[tokio::test]
async fn a_mask_is_white_where_the_subject_is() {
    let practice = Practice::with_model().await;
    let mask = decode(&remove(&practice, &[("size", "full"), ("channels", "alpha")]).await);
    assert!(mask.pixel(200, 150).unwrap()[0] > 250);
    assert_eq!(mask.pixel(5, 5), Some([0, 0, 0, 255]));
}

#[tokio::test]
async fn without_semitransparency_alpha_is_all_or_nothing() {
    let practice = Practice::with_model().await;
    let picture = decode(&remove(&practice, &[("size", "full"), ("semitransparency", "false")]).await);
    assert!(picture.pixels.chunks_exact(4).all(|pixel| [0, 255].contains(&pixel[3])));
}

#[tokio::test]
async fn outside_of_the_region_everything_is_background() {
    let practice = Practice::with_model().await;
    let picture = decode(&remove(&practice, &[("size", "full"), ("roi", "0px 0px 200px 300px")]).await);
    assert!((200..400).all(|x| alpha(&picture, x, 150) == 0));
    assert!(alpha(&picture, 150, 150) > 200);
}

#[tokio::test]
async fn a_drop_shadow_falls_outside_of_the_subject() {
    let practice = Practice::with_model().await;
    let parameters = [("size", "full"), ("shadow_type", "drop"), ("shadow_opacity", "80")];
    let picture = decode(&remove(&practice, &parameters).await);
    let [red, green, blue, alpha] = picture.pixel(275, 224).unwrap();
    assert!(alpha > 5 && red < 60 && green < 60 && blue < 60, "{:?}", [red, green, blue, alpha]);
}

#[tokio::test]
async fn a_preview_is_small_and_tells_what_it_could_have_been() {
    let practice = Practice::with_model().await;
    let picture = png(&disc(1600, 1200, [30, 34, 60, 255]));
    let reply = send(practice.request(Method::POST, "/removebg").multipart(form(picture, &[]))).await;
    let sizes = ["x-width", "x-height", "x-max-width", "x-max-height"].map(|name| number(&reply, name));
    assert_eq!(sizes, [577, 433, 1600, 1200]);
    assert_eq!(decode(&reply).width, 577);
}
