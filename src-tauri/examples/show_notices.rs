//! Shows the notices that are typed in, one a line, and tells what became of them: a way to see what a desktop makes of
//! them, and the program that the tests of notices drive.
//!
//! A line is `id | title | text | actions`, the actions being any of `upgrade`, `top-up` and `resume`. Answers are
//! `shown ID`, `failed ID: WHY`, and later `chosen ID ACTION`, where the action of a notice without buttons is `open`.
#![allow(clippy::print_stdout, reason = "it is a program for a terminal")]

use std::io::BufRead;

use clearcut_app::{Notice, NoticeAction};
use clearcut_desktop::Notifier;

const ACTIONS: [(&str, NoticeAction); 3] =
    [("upgrade", NoticeAction::Upgrade), ("top-up", NoticeAction::TopUp), ("resume", NoticeAction::Resume)];

fn main() -> std::io::Result<()> {
    let notifier = Notifier::new();
    for line in std::io::stdin().lock().lines() {
        let notice = read(&line?);
        let id = notice.id.clone();
        let shown = notifier.show(&notice, move |action| println!("chosen {id} {}", name(action)));
        match shown {
            Ok(()) => println!("shown {}", notice.id),
            Err(error) => println!("failed {}: {error}", notice.id),
        }
    }
    Ok(())
}

fn read(line: &str) -> Notice {
    let mut parts = line.split('|').map(str::trim);
    let mut next = || parts.next().unwrap_or_default().to_owned();
    let (id, title, body, names) = (next(), next(), next(), next());
    let action = |name: &str| ACTIONS.iter().find(|(known, _)| *known == name).map(|(_, action)| *action);
    Notice { id, title, body, actions: names.split_whitespace().filter_map(action).collect() }
}

fn name(action: Option<NoticeAction>) -> &'static str {
    let known = ACTIONS.iter().find(|(_, known)| Some(*known) == action);
    known.map_or("open", |(name, _)| *name)
}
