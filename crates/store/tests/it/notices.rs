//! Notices: each is claimed once, whoever asks.

use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::thread;

use clearcut_store::{AccountId, Store, StoreError};

use crate::World;

#[test]
fn the_first_who_asks_has_it() {
    let world = World::new();
    let claim = |level: &str, armed| world.store.claim_notice(world.account, level, armed).unwrap();
    let claimed = |level: &str, armed| world.store.is_notice_claimed(world.account, level, armed).unwrap();
    assert!(!claimed("share-80", 0));
    assert!(claim("share-80", 0));
    assert!(claimed("share-80", 0) && !claim("share-80", 0));
    assert!(!claimed("share-80", 7) && claim("share-80", 7), "armed anew");
    assert!(claim("zero", 0), "another level");
    let other = AccountId::new();
    world.store.account_put(&crate::account_row(other)).unwrap();
    assert!(world.store.claim_notice(other, "share-80", 0).unwrap(), "another account");
}

#[test]
fn it_is_remembered_over_restarts() {
    let world = World::new();
    assert!(world.store.claim_notice(world.account, "payg", 3).unwrap());
    let again = Store::open(world.path()).unwrap();
    assert!(again.is_notice_claimed(world.account, "payg", 3).unwrap());
    assert!(!again.claim_notice(world.account, "payg", 3).unwrap());
}

#[test]
fn nobody_claims_for_an_account_that_is_not_there() {
    let world = World::new();
    let claimed = world.store.claim_notice(AccountId::new(), "zero", 0);
    assert!(matches!(claimed, Err(StoreError::Sqlite(_))), "{claimed:?}");
}

#[test]
fn of_many_who_come_together_one_has_it() {
    let world = World::new();
    let together = Barrier::new(4);
    let (path, account) = (world.path(), world.account);
    let won = thread::scope(|scope| {
        let claimers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let store = Store::open(path).unwrap();
                    together.wait();
                    (0..20).filter(|armed| store.claim_notice(account, "share-80", *armed).unwrap()).count()
                })
            })
            .collect();
        claimers.into_iter().map(|claimer| claimer.join().unwrap()).sum::<usize>()
    });
    assert_eq!(won, 20);
}

/// Where the child finds its data folder.
const DATA_DIR: &str = "CLEARCUT_STORE_TEST_NOTICES_DIR";

#[test]
#[ignore = "the child of the test below"]
fn child() {
    let data = std::env::var_os(DATA_DIR).expect("started by its parent");
    let store = Store::open(std::path::Path::new(&data)).unwrap();
    let won = (0..50).filter(|armed| store.claim_notice(AccountId::PRACTICE, "zero", *armed).unwrap()).count();
    println!("won {won}");
}

#[test]
fn of_two_processes_one_has_it() {
    let world = World::new();
    let spawn = || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "notices::child", "--ignored", "--nocapture"])
            .env(DATA_DIR, world.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let children = [spawn(), spawn()];
    let won: usize = children
        .into_iter()
        .map(|child| {
            let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
            let word = said.split_once("won ").expect("the child says how many it won").1;
            word.split_whitespace().next().unwrap().parse::<usize>().unwrap()
        })
        .sum();
    assert_eq!(won, 50);
}
