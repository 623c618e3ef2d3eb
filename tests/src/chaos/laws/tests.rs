//! Each law, broken on purpose: one that cannot fail is worth nothing.

use clearcut_store::{AccountId, RunId};
use rstest::rstest;

use super::*;

fn credits(text: &str) -> Credits {
    text.parse().unwrap_or_default()
}

fn sums(paid: &str, reserved: &str, undecided: &str) -> Sums {
    Sums { paid: credits(paid), reserved: credits(reserved), undecided: credits(undecided) }
}

fn job(picture: &str, output: &str, state: JobState, error: Option<&str>) -> JobRow {
    let planned = JobRow::planned(RunId::new(), AccountId::new(), picture.into(), Path::new("results").join(output));
    JobRow { state, error: error.map(str::to_owned), ..planned }
}

fn found(name: &str) -> Found {
    Found { name: name.to_owned(), size: Ok(ANSWER) }
}

/// Two pictures: one saved, one charged in vain. Everything as it should be.
fn good() -> End {
    End {
        sums: sums("2", "0", "0"),
        seen: Seen::made_up("2", &[("a", 1), ("b", 1)]),
        pictures: [("a", "a.png"), ("b", "b.png")].map(|(hash, path)| (hash.to_owned(), path.into())).into(),
        jobs: [
            ("a.png".into(), vec![job("a.png", "a-cutout.png", JobState::Saved, None)]),
            ("b.png".into(), vec![job("b.png", "b-cutout.png", JobState::PaidLost, Some("paid_lost"))]),
        ]
        .into(),
        chosen: BTreeSet::new(),
        results: vec![found("a-cutout.png")],
        left_over: Vec::new(),
        deaths: 0,
        spoilt: 1,
    }
}

fn last<'a>(end: &'a mut End, picture: &str) -> &'a mut JobRow {
    end.jobs.get_mut(Path::new(picture)).and_then(|jobs| jobs.last_mut()).expect("a job of the made-up run")
}

#[test]
fn a_run_in_which_all_went_well_breaks_no_law() {
    good().check().expect("no law is broken");
}

#[rstest]
#[case::booked_more_than_charged(|end: &mut End| end.sums.paid = credits("3"), "3 booked, but only 2 charged")]
#[case::charged_behind_the_books(|end: &mut End| end.sums.paid = credits("1"), "2 charged, but only 1 booked and undecided")]
#[case::set_aside_for_ever(|end: &mut End| end.sums.reserved = credits("1"), "1 are set aside at the end")]
#[case::charged_twice(|end: &mut End| { end.seen.charged_pictures.insert("a".to_owned(), 2); }, "a.png was charged 2 times")]
#[case::a_stranger_charged(|end: &mut End| { end.seen.charged_pictures.insert("z".to_owned(), 1); }, "a picture that nobody has")]
#[case::never_begun(|end: &mut End| { end.jobs.remove(Path::new("b.png")); }, "b.png was never begun")]
#[case::still_waiting(|end: &mut End| last(end, "b.png").state = JobState::Queued, "b.png is still queued")]
#[case::no_reason(|end: &mut End| last(end, "b.png").error = None, "b.png is paid_lost for no reason")]
#[case::charged_and_called_failed(|end: &mut End| last(end, "b.png").state = JobState::Failed, "b.png was charged, and nothing says so")]
#[case::lost_without_a_fault(|end: &mut End| end.spoilt = 0, "2 charges, only 1 files")]
#[case::saved_and_not_there(|end: &mut End| end.results.clear(), "in the folder: []")]
#[case::there_and_not_saved(|end: &mut End| end.results.push(found("z.png")), "in the folder: [\"a-cutout.png\", \"z.png\"]")]
#[case::half_a_file(|end: &mut End| end.results[0].size = Err("cut off".to_owned()), "half a file: a-cutout.png")]
#[case::another_picture(|end: &mut End| end.results[0].size = Ok((1, 1)), "a-cutout.png has another size")]
#[case::left_over(|end: &mut End| end.left_over.push(".clearcut-1".to_owned()), "left over: [\".clearcut-1\"]")]
fn each_law_can_be_broken(#[case] spoil: fn(&mut End), #[case] says: &str) {
    let mut end = good();
    spoil(&mut end);
    let said = end.check().expect_err("a law is broken").to_string();
    assert!(said.contains(says), "{said}");
}

#[test]
fn a_user_who_chose_to_send_again_may_be_charged_again_and_only_once() {
    let mut end = good();
    end.chosen.insert("b.png".into());
    end.seen = Seen::made_up("3", &[("a", 1), ("b", 2)]);
    (end.sums.paid, end.spoilt) = (credits("3"), 2);
    end.check().expect("the user chose it");
    end.seen.charged_pictures.insert("b".to_owned(), 3);
    assert!(end.check().is_err());
}

#[test]
fn two_results_of_one_name_are_noticed_though_they_differ_in_case() {
    let saved = job("a.png", "Dog.png", JobState::Saved, None);
    let waits = job("b.png", "dog.png", JobState::Queued, None);
    let gone = job("b.png", "dog.png", JobState::Failed, Some("refused"));
    no_name_is_given_twice([&saved, &gone].into_iter()).expect("one result");
    assert!(no_name_is_given_twice([&saved, &waits].into_iter()).is_err());
}

#[rstest]
#[case::as_it_should_be("1", "0", "2", "1", "1", true)]
#[case::settled_meanwhile("1", "1", "2", "2", "0", true)]
#[case::booked_before_it_was_charged("3", "0", "2", "3", "0", false)]
#[case::charged_and_neither_booked_nor_set_aside("1", "0", "3", "1", "1", false)]
fn money_that_goes_astray_is_noticed_at_every_moment(
    #[case] paid_before: &str,
    #[case] reserved_before: &str,
    #[case] charged: &str,
    #[case] paid: &str,
    #[case] reserved: &str,
    #[case] holds: bool,
) {
    let (before, after) = (sums(paid_before, reserved_before, "0"), sums(paid, reserved, "0"));
    assert_eq!(money_is_conserved(before, credits(charged), after).is_ok(), holds);
}

#[test]
fn what_is_being_written_is_no_half_file() {
    let part = Found { name: ".clearcut-1.part".to_owned(), size: Err("cut off".to_owned()) };
    results_are_whole(&[part]).expect("it has no final name yet");
}
