//! Replacing an earlier file: the new one is whole on the drive before the old one moves, and wherever the process dies both are
//! whole, one in its place and one in the trash.

use std::path::PathBuf;

use clearcut_batch::{BatchError, Order, Warning};
use clearcut_imaging::Limits;
use clearcut_store::JobState;
use clearcut_store::testing::Call;

use crate::bench::{Bench, HEIGHT, WIDTH};
use crate::script::Says;

const OLD: &[u8] = b"the cutout of last week";

/// A bench with an earlier cutout in the results folder, and an order that replaces it.
fn bench_with_an_earlier_cutout() -> (Bench, Order) {
    let bench = Bench::new([Says::picture(WIDTH, HEIGHT, "1")]);
    let order = Order { replace: true, ..bench.order("dog.png") };
    std::fs::write(&order.output, OLD).unwrap();
    (bench, order)
}

fn trash(bench: &Bench) -> PathBuf {
    let trash = bench.home.path().join("trash");
    std::fs::create_dir_all(&trash).unwrap();
    bench.files.have_trash(&trash);
    trash
}

fn is_the_new_one(file: &std::path::Path) -> bool {
    clearcut_imaging::decode(file, &Limits::answers()).is_ok()
}

#[tokio::test]
async fn the_new_file_is_whole_and_synced_before_the_old_one_goes_to_the_trash() {
    let (bench, order) = bench_with_an_earlier_cutout();
    let trash = trash(&bench);
    let finished = bench.download(&order).await.unwrap();
    assert_eq!((finished.output.as_path(), finished.warnings.as_slice()), (order.output.as_path(), [].as_slice()));
    assert!(is_the_new_one(&order.output));
    assert_eq!(std::fs::read(trash.join("dog-cutout.png")).unwrap(), OLD);

    let calls = bench.files.calls();
    let trashed = calls.iter().position(|call| *call == Call::Trash(order.output.clone())).unwrap();
    let part =
        |path: &std::path::Path| path.starts_with(bench.out()) && path.extension().is_some_and(|it| it == "part");
    let last_write = calls.iter().rposition(|call| matches!(call, Call::Write(path, _) if part(path))).unwrap();
    let synced = calls.iter().rposition(|call| matches!(call, Call::Sync(path) if part(path))).unwrap();
    assert!(last_write < synced && synced < trashed, "{:?}", bench.files.briefs());
    let rest: Vec<_> = bench.files.briefs().split_off(trashed);
    assert_eq!(rest, ["trash dog-cutout.png", "rename_new dog-cutout.png", "sync_dir out"]);
}

#[tokio::test]
async fn without_a_trash_the_old_file_stays_and_the_new_one_gets_a_number() {
    let (bench, order) = bench_with_an_earlier_cutout();
    let finished = bench.download(&order).await.unwrap();
    assert_eq!(finished.warnings, [Warning::NotReplaced]);
    assert_eq!(bench.results(), ["dog-cutout-2.png", "dog-cutout.png"]);
    assert_eq!(std::fs::read(&order.output).unwrap(), OLD);
    assert!(is_the_new_one(&finished.output));
}

#[tokio::test]
async fn folders_and_links_and_the_original_are_never_replaced() {
    let bench = Bench::new(std::iter::repeat_n(Says::picture(WIDTH, HEIGHT, "1"), 3));
    let trash = trash(&bench);
    let original = bench.photo("dog.png");
    let folder = bench.out().join("folder.png");
    std::fs::create_dir(&folder).unwrap();
    #[cfg_attr(not(unix), expect(unused_mut, reason = "links are made on Unix only"))]
    let mut outputs = vec![folder, original.clone()];
    #[cfg(unix)]
    {
        let link = bench.out().join("link.png");
        std::os::unix::fs::symlink(&original, &link).unwrap();
        outputs.push(link);
    }
    let before = std::fs::read(&original).unwrap();
    for output in outputs {
        let order = Order { replace: true, output: output.clone(), ..bench.order_of(&original) };
        let finished = bench.download(&order).await.unwrap();
        assert_ne!(finished.output, output);
        assert!(output.symlink_metadata().is_ok(), "{} is gone", output.display());
    }
    assert_eq!(std::fs::read(&original).unwrap(), before);
    assert_eq!(std::fs::read_dir(trash).unwrap().count(), 0);
}

#[tokio::test]
async fn wherever_the_process_dies_the_old_file_and_the_new_one_are_whole() {
    // From the part file on: everything before it leaves the results folder alone.
    let calls = {
        let (bench, order) = bench_with_an_earlier_cutout();
        trash(&bench);
        bench.download(&order).await.unwrap();
        bench.files.calls()
    };
    let named_part =
        |call: &Call| matches!(call, Call::CreateNew(path) if path.extension().is_some_and(|it| it == "part"));
    let first = calls.iter().rposition(named_part).unwrap();
    for (death, call) in calls.iter().enumerate().skip(first) {
        let (bench, order) = bench_with_an_earlier_cutout();
        trash(&bench);
        bench.files.die_at(death);
        let died = bench.download(&order).await;
        // Only the last call, the sync of the folder, is no reason not to go on.
        assert!(matches!(died, Ok(_) | Err(BatchError::PaidNotSaved { .. })), "at {death}: {died:?}");
        let step = call.brief();

        let bench = bench.restarted();
        let in_trash = trash(&bench).join("dog-cutout.png");
        let whole = |file: &std::path::Path| std::fs::read(file).is_ok_and(|bytes| bytes == OLD);
        assert!(whole(&order.output) || whole(&in_trash), "the old file is lost at {step}");
        bench.spender.recover().await.unwrap();
        assert_eq!(bench.last_job(), JobState::Saved, "at {step}");
        assert_eq!(bench.results(), ["dog-cutout.png"], "at {step}");
        assert!(is_the_new_one(&order.output) && whole(&in_trash), "at {step}");
        bench.money_is_conserved();
    }
}

#[tokio::test]
async fn what_a_job_saved_before_it_died_is_not_thrown_away_for_itself() {
    let (bench, order) = bench_with_an_earlier_cutout();
    let trash = trash(&bench);
    let finished = bench.download(&order).await.unwrap();
    let run = bench.store.run_begin().unwrap();
    let saved = bench.store.job(finished.job).unwrap();
    bench
        .store
        .job_insert(&clearcut_store::JobRow {
            id: clearcut_store::JobId::new(),
            run: run.id(),
            state: JobState::Settled,
            attempt: None,
            ..saved
        })
        .unwrap();
    drop(run);
    bench.spender.recover().await.unwrap();
    assert_eq!(bench.results(), ["dog-cutout.png"]);
    assert_eq!(std::fs::read(trash.join("dog-cutout.png")).unwrap(), OLD, "only the old one");
}
