//! The main job through the use cases, on real parts: the practice service over HTTP, SQLite, the model, files.

use crate::common::{open, open_with, photo};
use clearcut_app::problem::Code;
use clearcut_app::views::{OutputOptions, PictureState, PreviewSource, SizeChoice, SpendChoice, TypedKey};
use clearcut_app::{Agreed, Clipboard, Front, ServiceChoice, TakenBy};
use clearcut_sandbox::{Sandbox, SandboxOptions};

/// Mean difference of the colours where `cutout` is opaque, in levels.
fn mean_difference(cutout: &clearcut_imaging::Rgba, original: &clearcut_imaging::Rgba) -> f64 {
    let opaque = || cutout.pixels.chunks_exact(4).zip(original.pixels.chunks_exact(4)).filter(|(cut, _)| cut[3] == 255);
    let sum: u64 = opaque().flat_map(|(cut, photo)| (0..3).map(|i| u64::from(cut[i].abs_diff(photo[i])))).sum();
    let count = opaque().count() * 3;
    f64::from(u32::try_from(sum).unwrap()) / f64::from(u32::try_from(count.max(1)).unwrap())
}

fn agreed(cost: &str) -> Agreed {
    Agreed { cost: cost.to_owned(), cap: None, stop_before_payg: false, batch: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_photo_is_previewed_free_and_downloaded_for_one_credit() {
    let home = tempfile::tempdir().unwrap();
    let (app, host) = open(home.path(), Front::Window).await;
    let added = app.take_in(vec![photo(home.path(), "astronaut.png")], TakenBy::Drop).await;
    let id = added.pictures[0].id;
    host.until_picture(id, &[PictureState::Previewed]).await;
    assert_eq!(app.gauge(true).await.unwrap().total.amount.as_deref(), Some("50"), "a preview is free");

    let quote = app.quote(vec![id], OutputOptions::default(), None).await.unwrap();
    assert_eq!((quote.cost.as_str(), quote.subscription.as_str(), quote.charged), ("1", "1", 1));
    app.download(vec![id], OutputOptions::default(), quote.cost, SpendChoice::UsePayg).await.unwrap();
    let saved = host.until_picture(id, &[PictureState::Saved]).await;
    let result = saved.result.unwrap();
    assert_eq!((result.charged.as_str(), result.width, result.height), ("1", 512, 512));
    assert_eq!(result.file_name, "astronaut-cutout.png");

    let file = home.path().join("astronaut-cutout.png");
    let cutout = clearcut_imaging::decode(&file, &clearcut_imaging::Limits::inputs()).unwrap();
    assert!(cutout.pixel(225, 120).unwrap()[3] > 250, "the face is opaque");
    for (x, y) in [(0, 0), (511, 0)] {
        assert!(cutout.pixel(x, y).unwrap()[3] < 5, "the corner {x},{y} is transparent");
    }
    assert!(cutout.pixels.chunks_exact(4).all(|pixel| pixel[3] != 0 || pixel[..3] == [0, 0, 0]));
    let original = clearcut_imaging::decode(&home.path().join("astronaut.png"), &clearcut_imaging::Limits::inputs());
    let difference = mean_difference(&cutout, &original.unwrap());
    assert!(difference < 4.0, "opaque colours are {difference} levels from the photo's; JPEG alone makes about 1.5");
    assert_eq!(app.gauge(true).await.unwrap().total.amount.as_deref(), Some("49"));
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_picture_is_never_paid_twice_not_even_under_another_name_or_after_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let first = photo(home.path(), "coffee.png");
    let copy = home.path().join("Kaffee ü.png");
    std::fs::copy(&first, &copy).unwrap();
    let options = OutputOptions::default();
    {
        let (app, _) = open(home.path(), Front::Terminal).await;
        let id = app.examine(vec![first]).await.pictures[0].id;
        assert_eq!(app.fetch(id, &options, agreed("1"), None).await.unwrap().view.charged, "1");
        app.close().await;
    }
    let (app, _) = open(home.path(), Front::Terminal).await;
    let id = app.examine(vec![copy]).await.pictures[0].id;
    let quote = app.quote(vec![id], options.clone(), None).await.unwrap();
    assert_eq!((quote.cost.as_str(), quote.already_paid), ("0", 1));
    let again = app.fetch(id, &options, agreed("0"), None).await.unwrap();
    assert!(again.view.from_vault);
    assert_eq!((again.view.charged.as_str(), again.output.exists()), ("0", true));
    assert_eq!(app.gauge(true).await.unwrap().total.amount.as_deref(), Some("49"));
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_copies_in_one_download_are_charged_once() {
    let home = tempfile::tempdir().unwrap();
    let first = photo(home.path(), "chelsea.png");
    let copy = home.path().join("copy.png");
    std::fs::copy(&first, &copy).unwrap();
    let (app, host) = open(home.path(), Front::Window).await;
    let ids: Vec<_> =
        app.take_in(vec![first, copy], TakenBy::Drop).await.pictures.iter().map(|picture| picture.id).collect();
    for id in &ids {
        host.until_picture(*id, &[PictureState::Previewed]).await;
    }
    let quote = app.quote(ids.clone(), OutputOptions::default(), None).await.unwrap();
    assert_eq!((quote.cost.as_str(), quote.duplicates), ("1", 1));
    app.download(ids.clone(), OutputOptions::default(), quote.cost, SpendChoice::UsePayg).await.unwrap();
    for id in ids {
        host.until_picture(id, &[PictureState::Saved]).await;
    }
    assert_eq!(app.gauge(true).await.unwrap().total.amount.as_deref(), Some("49"));
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_for_more_than_was_agreed_to() {
    let home = tempfile::tempdir().unwrap();
    let (app, _) = open(home.path(), Front::Terminal).await;
    let id = app.examine(vec![photo(home.path(), "rocket.jpg")]).await.pictures[0].id;
    let refused =
        app.download(vec![id], OutputOptions::default(), "0.75".to_owned(), SpendChoice::UsePayg).await.unwrap_err();
    assert_eq!(refused.code, Code::OverAgreed);
    let refused = app.fetch(id, &OutputOptions::default(), agreed("0.5"), None).await.unwrap_err();
    assert_eq!(refused.code, Code::OverAgreed);
    assert_eq!(app.gauge(true).await.unwrap().total.amount.as_deref(), Some("50"));
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_by_the_service_needs_its_price_agreed_and_uses_a_free_one() {
    let home = tempfile::tempdir().unwrap();
    let (app, host) = open(home.path(), Front::Window).await;
    let id = app.take_in(vec![photo(home.path(), "coffee.png")], TakenBy::Drop).await.pictures[0].id;
    host.until_picture(id, &[PictureState::Previewed]).await;
    let refused = app.preview(id, PreviewSource::Service, None).await.unwrap_err();
    assert_eq!(refused.code, Code::OverAgreed);
    app.preview(id, PreviewSource::Service, Some("0.25".to_owned())).await.unwrap();
    let by_service = |picture: &clearcut_app::views::PictureView| {
        picture.preview.as_ref().is_some_and(|preview| preview.source == PreviewSource::Service)
    };
    host.until(|told| {
        told.iter().any(|envelope| matches!(&envelope.event, clearcut_app::views::Event::Picture { picture } if by_service(picture))).then_some(())
    })
    .await;
    let gauge = app.gauge(true).await.unwrap();
    assert_eq!((gauge.total.amount.as_deref(), gauge.free_previews.amount.as_deref()), (Some("50"), Some("49")));
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_count_up_without_gaps() {
    let home = tempfile::tempdir().unwrap();
    let (app, host) = open(home.path(), Front::Window).await;
    let id = app.add_sample().await.unwrap().pictures[0].id;
    host.until_picture(id, &[PictureState::Previewed]).await;
    app.close().await;
    let seqs: Vec<u64> = host.told().iter().map(|envelope| envelope.seq).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_window_is_served_is_small_and_never_an_original() {
    let home = tempfile::tempdir().unwrap();
    let (app, host) = open(home.path(), Front::Window).await;
    let id = app.add_sample().await.unwrap().pictures[0].id;
    host.until_picture(id, &[PictureState::Previewed]).await;
    for kind in ["thumb", "before", "after"] {
        let served = app.picture_bytes(&format!("{kind}/{}", id.0)).await.unwrap();
        assert!(served.mime.starts_with("image/") && !served.bytes.is_empty());
    }
    for address in
        ["", "thumb", "thumb/..", "after/00000000-0000-0000-0000-000000000000", "../../etc/passwd", "original/x"]
    {
        assert_eq!(app.picture_bytes(address).await.unwrap_err().code, Code::BadRequest, "{address}");
    }
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_picture_can_be_downloaded_and_is_saved_among_the_pictures() {
    let home = tempfile::tempdir().unwrap();
    let (app, host) = open(home.path(), Front::Window).await;
    let photo =
        clearcut_imaging::decode(&photo(home.path(), "coffee.png"), &clearcut_imaging::Limits::inputs()).unwrap();
    *host.clipboard.lock().unwrap() =
        Some(Clipboard::Picture { width: photo.width, height: photo.height, rgba: photo.pixels });
    let id = app.paste().await.unwrap().pictures[0].id;
    host.until_picture(id, &[PictureState::Previewed]).await;
    app.download(vec![id], OutputOptions::default(), "1".to_owned(), SpendChoice::UsePayg).await.unwrap();
    let saved = host.until_picture(id, &[PictureState::Saved]).await;
    assert!(home.path().join("pictures").join(saved.result.unwrap().file_name).exists());
    assert_eq!(app.paste().await.unwrap_err().code, Code::NotAPicture, "the clipboard is empty now");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn window_and_terminal_share_the_practice_account() {
    let home = tempfile::tempdir().unwrap();
    let (window, _) = open(home.path(), Front::Window).await;
    let (terminal, _) = open(home.path(), Front::Terminal).await;
    let id = terminal.examine(vec![photo(home.path(), "coffee.png")]).await.pictures[0].id;
    let medium = OutputOptions { size: SizeChoice::Medium, ..OutputOptions::default() };
    terminal.fetch(id, &medium, agreed("1"), None).await.unwrap();
    assert_eq!(window.gauge(true).await.unwrap().total.amount.as_deref(), Some("49"));
    terminal.close().await;
    assert_eq!(window.gauge(true).await.unwrap().total.amount.as_deref(), Some("49"));
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_practice_service_is_taken_over_when_the_process_that_served_it_ends() {
    let home = tempfile::tempdir().unwrap();
    let (first, _) = open(home.path(), Front::Terminal).await;
    let (second, _) = open(home.path(), Front::Terminal).await;
    first.close().await;
    let gauge = second.gauge(true).await.unwrap();
    assert_eq!((gauge.total.amount.as_deref(), gauge.stale), (Some("50"), false));
    second.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_not_there_makes_the_gauge_stale_and_unknown_never_zero() {
    let home = tempfile::tempdir().unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let service = ServiceChoice::Named(format!("http://{closed}/v1.0"));
    let (app, _) = open_with(home.path(), Front::Terminal, service, Some("some-key")).await.unwrap();
    let gauge = app.gauge(true).await.unwrap();
    assert!(gauge.stale);
    assert_eq!((gauge.total.amount, gauge.problem.unwrap().code), (None, Code::NoNetwork));
    let id = app.examine(vec![photo(home.path(), "coffee.png")]).await.pictures[0].id;
    let refused = app.fetch(id, &OutputOptions::default(), agreed("1"), None).await.unwrap_err();
    assert_eq!(refused.code, Code::NoNetwork);
    assert!(refused.message.contains("Nothing was charged"), "{}", refused.message);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_thread_outside_the_runtime_may_tell_that_it_was_focused() {
    let home = tempfile::tempdir().unwrap();
    let (app, _) = open(home.path(), Front::Window).await;
    let outside = {
        let app = app.clone();
        std::thread::spawn(move || app.focused())
    };
    tokio::task::spawn_blocking(move || outside.join()).await.unwrap().unwrap();
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_accounts_during_a_download_spends_nothing_from_the_other_one() {
    let home = tempfile::tempdir().unwrap();
    let options = SandboxOptions { key: "other".to_owned(), ..SandboxOptions::default() };
    let other = Sandbox::start(options).await.unwrap();
    let (app, host) = open(home.path(), Front::Terminal).await;
    let practice = app.overview().await.unwrap().active;
    let prefix = Some(other.prefix().to_string());
    let added = app.add_account("other".into(), prefix, None, Some(TypedKey::new("other"))).await.unwrap();
    app.use_account(practice).await.unwrap();

    // More than may be on their way at a time, so that some still wait when the account changes.
    let coffee =
        clearcut_imaging::decode(&photo(home.path(), "coffee.png"), &clearcut_imaging::Limits::inputs()).unwrap();
    let paths: Vec<_> = (0..6_u32)
        .map(|n| {
            let small = clearcut_imaging::fit(&coffee, 300 + n);
            let options = clearcut_imaging::EncodeOptions::default();
            let bytes = clearcut_imaging::encode_to_vec(&small, clearcut_imaging::OutputFormat::Png, &options).unwrap();
            let path = home.path().join(format!("coffee {n}.png"));
            std::fs::write(&path, bytes).unwrap();
            path
        })
        .collect();
    let ids: Vec<_> = app.examine(paths).await.pictures.iter().map(|picture| picture.id).collect();
    app.download(ids.clone(), OutputOptions::default(), "6".to_owned(), SpendChoice::UsePayg).await.unwrap();
    app.use_account(added.overview.active).await.unwrap();
    for id in ids {
        host.until_picture(id, &[PictureState::Saved]).await;
    }
    assert_eq!(other.charged(), "0");
    app.use_account(practice).await.unwrap();
    assert_eq!(app.gauge(true).await.unwrap().total.amount.as_deref(), Some("44"));
    app.close().await;
    other.stop().await;
}
