//! What is no picture, what is too much of one, and a world that does not cooperate: each has its own clear error, is
//! charged nothing it should not be, and leaves nothing half-written behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "tests")]

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clearcut_credits::Credits;
use clearcut_store::{AccountId, Store};
use clearcut_tests::place::{Place, names_in};
use clearcut_tests::practice::Service;
use clearcut_tests::terminal::{Ran, clearcut};
use clearcut_tests::tools;
use rstest::rstest;
use serde_json::Value;

/// Expects that nothing came of it: a failure with this code, in words, and nothing left behind.
fn expect_refused(place: &Place, ran: &Ran, code: &str) -> Result<Value> {
    let line = ran.json_lines()?.pop().with_context(|| format!("no line: {}", ran.err))?;
    ensure!(ran.code != Some(0), "exit code 0 for {line}");
    ensure!(line["error"]["code"] == code, "expected {code}: {line}");
    let message = line["error"]["message"].as_str().unwrap_or_default();
    ensure!(message.len() > 10 && message.ends_with('.'), "no sentence: {line}");
    ensure!(line["output"].is_null() && line["charged"] == "0", "{line}");
    expect_nothing_half_written(place)?;
    Ok(line)
}

/// Neither beside the photos nor in the vault's antechamber.
fn expect_nothing_half_written(place: &Place) -> Result<()> {
    let cutouts: Vec<String> = place.names().into_iter().filter(|name| name.contains("cutout")).collect();
    ensure!(cutouts.is_empty(), "left beside the photos: {cutouts:?}");
    let incoming = names_in(&place.data().join("vault").join("incoming"));
    ensure!(incoming.is_empty(), "left in the vault: {incoming:?}");
    Ok(())
}

fn settled(place: &Place) -> Result<Credits> {
    Ok(Store::open(&place.data())?.state(AccountId::PRACTICE)?.settled_total())
}

type Make = fn(&Place) -> PathBuf;

fn missing(place: &Place) -> PathBuf {
    place.photos().join("nowhere.png")
}

fn folder(place: &Place) -> PathBuf {
    let folder = place.photos().join("folder.png");
    std::fs::create_dir(&folder).unwrap();
    folder
}

fn empty(place: &Place) -> PathBuf {
    place.file("empty.jpg", b"").unwrap()
}

fn text(place: &Place) -> PathBuf {
    place.file("letter.jpg", b"Dear Sir or Madam, I am not a picture.\n").unwrap()
}

fn cut_off(place: &Place) -> PathBuf {
    let whole = std::fs::read(tools::sample("rocket.jpg")).unwrap();
    place.file("cut-off.jpg", &whole[..whole.len() / 3]).unwrap()
}

/// 30,000 × 30,000 pixels in about a hundred kilobytes.
fn bomb(place: &Place) -> PathBuf {
    const SIDE: u32 = 30_000;
    let path = place.photos().join("bomb.png");
    let mut encoder = png::Encoder::new(std::fs::File::create(&path).unwrap(), SIDE, SIDE);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_compression(png::Compression::Fastest);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().unwrap();
    let mut stream = writer.stream_writer().unwrap();
    let row = vec![0_u8; (SIDE as usize).div_ceil(8)];
    for _ in 0..SIDE {
        stream.write_all(&row).unwrap();
    }
    stream.finish().unwrap();
    path
}

#[rstest]
#[case::no_file(missing, "not_found")]
#[case::a_folder(folder, "is_folder")]
#[case::an_empty_file(empty, "empty_file")]
#[case::text_that_calls_itself_jpg(text, "not_a_picture")]
#[case::a_cut_off_jpeg(cut_off, "damaged_picture")]
#[case::a_decompression_bomb(bomb, "too_large")]
fn what_is_no_picture_is_refused_in_words_and_costs_nothing(#[case] make: Make, #[case] code: &str) -> Result<()> {
    let place = Place::fresh()?;
    let input = make(&place);
    let ran = clearcut(&place, &["remove", "--yes", "--json"])?.path(&input).run()?;
    expect_refused(&place, &ran, code)?;
    assert_eq!(settled(&place)?, Credits::ZERO);
    Ok(())
}

#[test]
fn one_bad_picture_does_not_stop_the_good_one_beside_it() -> Result<()> {
    let place = Place::fresh()?;
    let (bad, good) = (text(&place), place.photo("chelsea.png")?);
    let ran = clearcut(&place, &["remove", "--yes", "--json"])?.path(&bad).path(&good).run()?;
    let states: Vec<Value> = ran.json_lines()?.into_iter().map(|line| line["state"].clone()).collect();
    assert_eq!(states, ["failed", "done"]);
    assert_eq!(settled(&place)?, Credits::ONE);
    Ok(())
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_costs_nothing() -> Result<()> {
    let place = Place::fresh()?;
    let photo = place.photo("chelsea.png")?;
    let service = Service::start(&place, &["--key", "right"])?;
    let ran = clearcut(&place, &["remove", "--yes", "--json", "--service", &service.endpoint().prefix])?
        .path(&photo)
        .variable("CLEARCUT_API_KEY", "wrong-but-secret")
        .run()?;
    expect_refused(&place, &ran, "key_refused")?;
    ensure!(!ran.all().contains("wrong-but-secret"), "the key was printed: {}", ran.all());
    assert_eq!(service.endpoint().charged().await?, Credits::ZERO);
    Ok(())
}

#[test]
fn without_a_network_nothing_is_lost() -> Result<()> {
    let place = Place::fresh()?;
    let photo = place.photo("chelsea.png")?;
    // A port that nobody listens on: bound, asked for its number, and let go.
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let ran = clearcut(&place, &["remove", "--yes", "--json", "--service", &format!("http://127.0.0.1:{port}/v1.0")])?
        .path(&photo)
        .variable("CLEARCUT_API_KEY", "K")
        .run()?;
    expect_refused(&place, &ran, "no_network")?;
    Ok(())
}

/// A service that charges and answers with a ZIP whose alpha would fill the memory.
async fn serve_zip_bomb(bomb: Vec<u8>) -> Result<String> {
    use axum::body::Bytes;
    use axum::extract::DefaultBodyLimit;
    use axum::routing::{get, post};
    let account = r#"{"data":{"attributes":{"credits":{"total":9,"subscription":9,"payg":0,"enterprise":0},"api":{"free_calls":50,"sizes":"all"}}}}"#;
    let bomb = Bytes::from(bomb);
    let app = axum::Router::new()
        .route("/v1.0/account", get(move || async move { ([("content-type", "application/json")], account) }))
        .route(
            "/v1.0/removebg",
            post(move |_whole: Bytes| async move {
                ([("content-type", "application/zip"), ("x-credits-charged", "1")], bomb.clone())
            }),
        )
        .layer(DefaultBodyLimit::disable());
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let prefix = format!("http://{}/v1.0", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(prefix)
}

/// An honest `color.jpg`, and an `alpha.png` of 192 MiB of zeros: more than an answer may unpack to.
fn zip_bomb() -> Result<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("color.jpg", options)?;
    zip.write_all(&std::fs::read(tools::sample("rocket.jpg"))?)?;
    zip.start_file("alpha.png", options)?;
    let zeros = vec![0_u8; 1 << 20];
    for _ in 0..192 {
        zip.write_all(&zeros)?;
    }
    Ok(zip.finish()?.into_inner())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zip_bomb_as_an_answer_is_paid_but_never_unpacked() -> Result<()> {
    let place = Place::fresh()?;
    let photo = place.photo("rocket.jpg")?;
    let prefix = serve_zip_bomb(zip_bomb()?).await?;
    let ran = clearcut(&place, &["remove", "--yes", "--json", "--service", &prefix])?
        .path(&photo)
        .variable("CLEARCUT_API_KEY", "K")
        .run()?;
    let line = ran.json_lines()?.remove(0);
    assert_eq!((line["state"].as_str(), line["charged"].as_str()), (Some("paid_lost"), Some("1")), "{line}");
    assert_ne!(ran.code, Some(0));
    expect_nothing_half_written(&place)
}

#[cfg(target_os = "linux")]
mod disks {
    use super::*;
    use clearcut_tests::mount::Mount;

    /// Mounts, or says why the test is left out: mounting needs root, and a container may forbid it even then.
    fn mounted(mount: Result<Mount>) -> Option<Mount> {
        mount.inspect_err(|error| eprintln!("left out: a disk of its own needs root's rights ({error})")).ok()
    }

    #[test]
    fn a_paid_cutout_that_finds_no_room_stays_in_the_vault_and_is_saved_later_for_free() -> Result<()> {
        let place = Place::fresh()?;
        let photo = place.photo("astronaut.png")?;
        let full = place.path("full");
        let Some(disk) = mounted(Mount::small_disk(&full, 256)) else { return Ok(()) };
        disk.fill(8)?;

        let ran = clearcut(&place, &["remove", "--yes", "--json", "--out"])?.path(&full).path(&photo).run()?;
        let line = ran.json_lines()?.remove(0);
        assert_eq!((line["state"].as_str(), line["charged"].as_str()), (Some("paid_not_saved"), Some("1")), "{line}");
        assert_eq!(names_in(&full), ["filler"], "half a file was left");
        assert_eq!(settled(&place)?, Credits::ONE);

        let again = clearcut(&place, &["remove", "--yes", "--json"])?.path(&photo).ok()?;
        let line = again.json_lines()?.remove(0);
        assert_eq!((line["state"].as_str(), line["charged"].as_str()), (Some("done"), Some("0")), "{line}");
        clearcut_tests::cutout::check_astronaut(&place.photos().join("astronaut-cutout.png"))?;
        assert_eq!(settled(&place)?, Credits::ONE);
        Ok(())
    }

    #[tokio::test]
    async fn without_room_in_the_vault_nothing_is_sent() -> Result<()> {
        let place = Place::fresh()?;
        let photo = place.photo("astronaut.png")?;
        let service = Service::start(&place, &["--key", "K"])?;
        let Some(disk) = mounted(Mount::small_disk(&place.data(), 2048)) else { return Ok(()) };
        let at = service.endpoint().prefix.as_str();
        let call = |args: &[&str]| -> Result<_> { Ok(clearcut(&place, args)?.variable("CLEARCUT_API_KEY", "K")) };
        call(&["credits", "--service", at])?.ok()?;
        disk.fill(64)?;

        let ran = call(&["remove", "--yes", "--json", "--service", at])?.path(&photo).run()?;
        expect_refused(&place, &ran, "disk_full")?;
        assert_eq!(service.endpoint().charged().await?, Credits::ZERO);
        assert_eq!(service.endpoint().removals().await?, 0, "something was sent");
        Ok(())
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named_and_the_paid_cutout_is_kept() -> Result<()> {
        let place = Place::fresh()?;
        let photo = place.photo("chelsea.png")?;
        let locked = place.path("locked");
        std::fs::create_dir(&locked)?;
        let Some(_mount) = mounted(Mount::read_only(&locked)) else { return Ok(()) };

        let ran = clearcut(&place, &["remove", "--yes", "--json", "--out"])?.path(&locked).path(&photo).run()?;
        let line = ran.json_lines()?.remove(0);
        let message = line["error"]["message"].as_str().unwrap_or_default().to_owned();
        assert_ne!(ran.code, Some(0));
        assert!(message.contains("locked"), "the folder is not named: {line}");
        let charged: Credits = line["charged"].as_str().unwrap().parse()?;
        assert_eq!(charged, settled(&place)?, "{line}");
        assert!(names_in(&locked).is_empty());
        let again = clearcut(&place, &["remove", "--yes", "--json"])?.path(&photo).ok()?.json_lines()?.remove(0);
        let paid_in_all = charged.checked_add(again["charged"].as_str().unwrap().parse()?).unwrap();
        assert_eq!(paid_in_all, Credits::ONE);
        Ok(())
    }
}

#[test]
fn the_photos_of_this_table_are_there() {
    assert!(Path::new(&tools::sample("rocket.jpg")).is_file());
}
