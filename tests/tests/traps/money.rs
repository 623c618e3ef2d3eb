//! Credits spent for nothing, or twice.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, ensure};
use clearcut_credits::Credits;
use clearcut_tests::chaos::stage::canned_answer;
use clearcut_tests::cutout;
use clearcut_tests::place::names_in;
use clearcut_tests::wait::{self, PATIENCE};
use rstest::rstest;
use serde_json::json;

use crate::common::{Desk, output, states};

/// `dog.jpg` and `dog.png` were both charged, and there was one file: the second result replaced the first.
#[tokio::test]
async fn two_inputs_with_one_output_name_are_two_files() -> Result<()> {
    let names = results_of(&["dog.jpg", "dog.png", "dog.webp"]).await?;
    ensure!(names.len() == 3, "one name for two results: {names:?}");
    Ok(())
}

/// The same on a drive that folds case, to which the results may be moved one day.
#[tokio::test]
async fn two_results_differ_by_more_than_case() -> Result<()> {
    let names = results_of(&["dog.jpg", "Dog.png"]).await?;
    let folded: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
    ensure!(folded.len() == 2, "one name on a drive that folds case: {names:?}");
    Ok(())
}

/// The names of the results of these inputs, each of which was charged once.
async fn results_of(inputs: &[&str]) -> Result<Vec<String>> {
    let desk = Desk::with("[]", &[])?;
    let pictures: Vec<PathBuf> = inputs.iter().map(|name| desk.picture(name)).collect::<Result<_>>()?;
    let paths: Vec<&Path> = pictures.iter().map(AsRef::as_ref).collect();
    let results = desk.place.path("results");
    let lines = desk.remove(&["--out", results.to_str().unwrap()], &paths)?.ok()?.json_lines()?;
    ensure!(states(&lines).iter().all(|state| *state == "done"), "{lines:?}");
    ensure!(desk.charges().await? == vec![1; inputs.len()]);
    for line in &lines {
        cutout::load(&output(line)?)?;
    }
    Ok(names_in(&results))
}

/// A ZIP was unpacked in memory and thrown away when the picture could not be made of it or written: paid, and gone.
#[tokio::test]
async fn a_result_whose_saving_failed_is_kept_and_saved_later_free() -> Result<()> {
    let desk = Desk::with(r#"[{"path": "/removebg", "delay_ms": 800}]"#, &[])?;
    let picture = desk.picture("cup.png")?;
    let results = desk.place.path("results");
    let mut run = desk.remove(&["--out", results.to_str().unwrap()], &[&picture])?.start()?;
    // The folder was looked at before anything was sent, and goes away while the answer is awaited.
    let mut look = tokio::time::interval(Duration::from_millis(10));
    while desk.endpoint().removals().await? == 0 {
        look.tick().await;
    }
    std::fs::remove_dir(&results)?;
    std::fs::write(&results, "in the way")?;
    let ended = wait::until("the run's end", PATIENCE, || run.try_wait().ok().flatten())?;
    ensure!(!ended.success(), "nothing was said of the file that is missing");

    let lines = desk.remove(&[], &[&picture])?.ok()?.json_lines()?;
    ensure!((states(&lines), &lines[0]["charged"]) == (vec!["done"], &json!("0")), "{lines:?}");
    cutout::load(&output(&lines[0])?)?;
    ensure!(desk.charged().await? == Credits::ONE);
    Ok(())
}

/// The same where the ZIP itself cannot be read: the answer is evidence for a refund and stays on the disk.
#[tokio::test]
async fn an_answer_that_cannot_be_read_is_kept_as_evidence() -> Result<()> {
    let desk = Desk::with(r#"[{"path": "/removebg", "broken_zip": true}]"#, &[])?;
    let picture = desk.picture("cup.png")?;
    let ran = desk.remove(&[], &[&picture])?.run()?;
    let lines = ran.json_lines()?;
    ensure!((states(&lines), &lines[0]["charged"]) == (vec!["paid_lost"], &json!("1")), "{lines:?}");
    let kept = desk.place.files_containing(&canned_answer()?[..200])?;
    ensure!(kept.iter().any(|file| file.starts_with(desk.place.data())), "the answer is gone");
    Ok(())
}

/// After “insufficient credits” the rest of a batch was uploaded all the same, picture by picture, to be refused.
#[tokio::test]
async fn nothing_more_is_uploaded_after_a_402() -> Result<()> {
    // The others take their time, so that only those are out which went out together with the refused one.
    let faults = r#"[{"path": "/removebg", "nth": 2, "status": 402}, {"path": "/removebg", "delay_ms": 700}]"#;
    let desk = Desk::with(faults, &[])?;
    let names = ["a.png", "b.png", "c.png", "d.png", "e.png", "f.png", "g.png", "h.png", "i.png", "j.png"];
    let pictures = names.map(|name| desk.picture(name).unwrap());
    let paths: Vec<&Path> = pictures.iter().map(AsRef::as_ref).collect();
    let lines = desk.remove(&[], &paths)?.run()?.json_lines()?;
    let count = |state| states(&lines).iter().filter(|other| **other == state).count();
    let uploads = usize::try_from(desk.endpoint().removals().await?)?;
    ensure!((2..=4).contains(&uploads), "{uploads} uploads");
    // What was out is awaited, because it is paid.
    ensure!(count("done") == uploads - 1 && count("out_of_credits") == lines.len() - count("done"), "{lines:?}");
    ensure!(desk.charged().await? == Credits::whole(i64::try_from(count("done"))?));
    Ok(())
}

/// A connection that dropped was taken for a failure and the picture sent again, and charged again (426 of 732 in one
/// public report).
#[rstest]
#[case::dropped(r#"{"charge_then_drop": true}"#, "unknown")]
#[case::reset(r#"{"charge_then_drop": true, "reset": true}"#, "unknown")]
#[case::a_bad_gateway(r#"{"charge_then_status": 502}"#, "unknown")]
#[case::cut_in_the_answer(r#"{"cut_after_bytes": 200}"#, "paid_lost")]
#[case::reset_in_the_answer(r#"{"cut_after_bytes": 200, "reset": true}"#, "paid_lost")]
#[tokio::test]
async fn a_dropped_connection_is_not_retried_and_billed_again(#[case] fault: &str, #[case] state: &str) -> Result<()> {
    let desk = Desk::with(&format!("[{fault}]").replace("[{", r#"[{"path": "/removebg", "#), &[])?;
    let picture = desk.picture("cup.png")?;
    // Nobody waits a quiet minute for what the balance says.
    let lines = desk.remove(&["--leave-unknown"], &[&picture])?.run()?.json_lines()?;
    ensure!(states(&lines) == [state], "{lines:?}");
    ensure!(desk.endpoint().removals().await? == 1, "it was sent {} times", desk.endpoint().removals().await?);
    ensure!(desk.charges().await? == [1]);
    // Whatever only looks, looks, and sends nothing.
    let prefix = &desk.endpoint().prefix;
    let credits = clearcut_tests::terminal::clearcut(&desk.place, &["credits", "--service", prefix])?;
    credits.variable("CLEARCUT_API_KEY", crate::common::KEY).ok()?;
    ensure!(desk.endpoint().removals().await? == 1);
    Ok(())
}

/// `size=auto` falls to a preview without an error when the credits run low: the user finds small pictures in the morning.
#[tokio::test]
async fn size_auto_is_never_sent() -> Result<()> {
    let desk = Desk::with("[]", &[])?;
    let mut sent = 0;
    for (index, size) in ["", "medium", "hd", "full", "50mp"].into_iter().enumerate() {
        let picture = desk.picture(&format!("{index}.png"))?;
        let flags = if size.is_empty() { vec![] } else { vec!["--size", size] };
        desk.remove(&flags, &[&picture])?.ok()?;
        sent += 1;
    }
    let sizes = desk.sizes().await?;
    ensure!(sizes == json!({"medium": 1, "hd": 1, "full": 2, "50MP": 1}), "{sizes}");
    let picture = desk.picture("last.png")?;
    let refused = desk.remove(&["--size", "auto"], &[&picture])?.run()?;
    ensure!(refused.code == Some(2), "{}", refused.all());
    ensure!(desk.endpoint().removals().await? == sent);
    Ok(())
}

/// The other half of it: with too few credits for a full picture there is no small one in its place.
#[tokio::test]
async fn too_few_credits_give_no_preview_in_place_of_a_picture() -> Result<()> {
    let desk = Desk::with("[]", &["--subscription", "0.5", "--payg", "0"])?;
    let picture = desk.picture("cup.png")?;
    let ran = desk.remove(&[], &[&picture])?.run()?;
    ensure!(ran.code != Some(0), "{}", ran.all());
    ensure!(desk.sizes().await?.get("preview").is_none(), "{}", desk.sizes().await?);
    ensure!(desk.place.names() == ["cup.png"], "{:?}", desk.place.names());
    ensure!(desk.charged().await? == Credits::ZERO);
    Ok(())
}
