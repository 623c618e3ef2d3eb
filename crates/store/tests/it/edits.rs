//! Edits and own backgrounds: by content, over restarts.

use clearcut_store::{BackdropRow, Store};

use crate::World;

#[test]
fn edits_are_kept_by_content_and_over_restarts() {
    let world = World::new();
    assert_eq!(world.store.edits("c0ffee").unwrap(), None);
    world.store.set_edits("c0ffee", Some("{\"a\":1}")).unwrap();
    world.store.set_edits("c0ffee", Some("{\"a\":2}")).unwrap();
    assert_eq!(Store::open(world.path()).unwrap().edits("c0ffee").unwrap().as_deref(), Some("{\"a\":2}"));
    assert_eq!(world.store.edits("cafe").unwrap(), None);

    world.store.set_edits("c0ffee", None).unwrap();
    assert_eq!(world.store.edits("c0ffee").unwrap(), None);
}

#[test]
fn the_background_chosen_last_comes_first_and_once() {
    let world = World::new();
    let backdrop = |id: &str, name: &str| BackdropRow { id: id.into(), name: name.into(), width: 30, height: 20 };
    world.store.backdrop_put(&backdrop("aa", "wall.jpg")).unwrap();
    world.store.backdrop_put(&backdrop("bb", "beach.jpg")).unwrap();
    world.store.backdrop_put(&backdrop("aa", "wall copy.jpg")).unwrap();
    let mut names: Vec<_> = world.store.backdrops().unwrap().into_iter().map(|row| (row.id, row.name)).collect();
    names.sort();
    assert_eq!(names, [("aa".into(), "wall copy.jpg".into()), ("bb".into(), "beach.jpg".into())]);
}
