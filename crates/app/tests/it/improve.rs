//! The improvement programme: nothing goes out without a yes, and the yes is kept only where it is to be.

use clearcut_app::{Front, TakenBy};

use crate::common::{open, open_unheard, photo};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_yes_nothing_is_sent() {
    let home = tempfile::tempdir().unwrap();
    let (app, service) = open_unheard(home.path()).await;
    let id = app.take_in(vec![photo(home.path(), "astronaut.png")], TakenBy::Terminal).await.pictures[0].id;
    let problem = app.improve(id, false).await.unwrap_err();
    assert!(problem.message.contains("has to be agreed to"), "{problem:?}");
    service.check();
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_is_for_one_picture_unless_it_is_remembered_and_costs_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (app, _) = open(home.path(), Front::Window).await;
    let id = app.take_in(vec![photo(home.path(), "astronaut.png")], TakenBy::Drop).await.pictures[0].id;
    let account = app.overview().await.unwrap().accounts[0].clone();
    assert_eq!(account.improve.as_deref(), Some("127.0.0.1"), "the practice service takes pictures, on this computer");
    app.improve(id, true).await.unwrap();
    assert!(app.improve(id, false).await.is_err(), "the first yes was for that one");
    assert_eq!(app.remember_improving(true).await.unwrap().improve_agreed, [account.id]);
    app.improve(id, false).await.unwrap();
    assert!(app.remember_improving(false).await.unwrap().improve_agreed.is_empty());
    assert!(app.improve(id, false).await.is_err(), "it was taken back");
    assert_eq!(app.gauge(true).await.unwrap().total.amount.as_deref(), Some("50"));
    app.close().await;
}
