//! What a notice says to a daemon and what the daemon's answer means. Pure: shows nothing, asks nobody.

use std::borrow::Cow;

use clearcut_app::{Notice, NoticeAction};
use notify_rust::NotificationResponse;

/// What a desktop's notices can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Manners {
    /// They have buttons.
    pub(crate) buttons: bool,
    /// A click on the notice itself is announced as a button of its own.
    pub(crate) click_is_a_button: bool,
    /// They read markup in the text, so that `<` and `&` must be written otherwise.
    pub(crate) markup: bool,
}

impl Manners {
    /// By the capabilities that a daemon of the freedesktop specification tells.
    #[cfg_attr(not(all(unix, not(target_os = "macos"))), allow(dead_code, reason = "only there are daemons asked"))]
    pub(crate) fn of(capabilities: &[String]) -> Self {
        let can = |name: &str| capabilities.iter().any(|capability| capability == name);
        Self { buttons: can("actions"), click_is_a_button: can("actions"), markup: can("body-markup") }
    }
}

/// The name by which the specification knows a click on the notice itself.
const CLICK: &str = "default";

fn key(action: NoticeAction) -> &'static str {
    match action {
        NoticeAction::Upgrade => "upgrade",
        NoticeAction::TopUp => "top-up",
        NoticeAction::Resume => "resume",
    }
}

fn label(action: NoticeAction) -> &'static str {
    match action {
        NoticeAction::Upgrade => "Upgrade",
        NoticeAction::TopUp => "Top up",
        NoticeAction::Resume => "Continue the download",
    }
}

/// The buttons as name and label. The click comes first, labelled as what it does: some daemons show it.
pub(crate) fn buttons(actions: &[NoticeAction], manners: Manners) -> Vec<(&'static str, &'static str)> {
    let mut buttons = Vec::new();
    if manners.click_is_a_button {
        buttons.push((CLICK, actions.first().map_or("Open Clearcut", |action| label(*action))));
    }
    if manners.buttons {
        buttons.extend(actions.iter().map(|action| (key(*action), label(*action))));
    }
    buttons
}

/// The text of the notice.
pub(crate) fn body(text: &str, manners: Manners) -> Cow<'_, str> {
    if !manners.markup || !text.contains(['&', '<', '>']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

/// What the user chose: nothing (`None`), the notice itself where it has no buttons (`Some(None)`), or an action.
pub(crate) fn meaning(response: &NotificationResponse, notice: &Notice) -> Option<Option<NoticeAction>> {
    let clicked = Some(notice.actions.first().copied());
    match response {
        NotificationResponse::Default => clicked,
        NotificationResponse::Action(name) if name == CLICK => clicked,
        NotificationResponse::Action(name) => {
            notice.actions.iter().copied().find(|action| key(*action) == name).map(Some)
        }
        NotificationResponse::Reply(_) | NotificationResponse::Closed(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use notify_rust::CloseReason;

    use super::*;

    const PLAIN: Manners = Manners { buttons: false, click_is_a_button: false, markup: false };
    const FULL: Manners = Manners { buttons: true, click_is_a_button: true, markup: true };

    fn notice(actions: &[NoticeAction]) -> Notice {
        Notice { id: "n".to_owned(), title: "t".to_owned(), body: "b".to_owned(), actions: actions.to_vec() }
    }

    #[test]
    fn a_daemon_is_taken_at_its_word() {
        let told = |names: &[&str]| Manners::of(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(told(&[]), PLAIN);
        assert_eq!(told(&["body", "actions", "body-markup", "icon-static"]), FULL);
        assert_eq!(told(&["body-markup"]), Manners { markup: true, ..PLAIN });
    }

    #[test]
    fn buttons_are_offered_where_the_desktop_has_them() {
        let actions = [NoticeAction::TopUp, NoticeAction::Upgrade];
        assert_eq!(buttons(&actions, PLAIN), []);
        assert_eq!(buttons(&actions, FULL), [("default", "Top up"), ("top-up", "Top up"), ("upgrade", "Upgrade")]);
        assert_eq!(
            buttons(&[NoticeAction::Resume], Manners { click_is_a_button: false, ..FULL }),
            [("resume", "Continue the download")]
        );
        assert_eq!(buttons(&[], FULL), [("default", "Open Clearcut")]);
    }

    #[test]
    fn markup_is_escaped_only_where_it_is_read() {
        let text = "“Salt & <b>Pepper</b>” waits, 3 > 2 &amp;";
        assert_eq!(body(text, PLAIN), text);
        assert_eq!(body(text, FULL), "“Salt &amp; &lt;b&gt;Pepper&lt;/b&gt;” waits, 3 &gt; 2 &amp;amp;");
        assert!(matches!(body("2 of 10 left", FULL), Cow::Borrowed("2 of 10 left")));
    }

    #[test]
    fn an_answer_means_the_first_button_the_button_or_nothing() {
        let with = notice(&[NoticeAction::TopUp, NoticeAction::Upgrade]);
        let button = |name: &str| NotificationResponse::Action(name.to_owned());
        assert_eq!(meaning(&NotificationResponse::Default, &with), Some(Some(NoticeAction::TopUp)));
        assert_eq!(meaning(&button("default"), &with), Some(Some(NoticeAction::TopUp)));
        assert_eq!(meaning(&button("upgrade"), &with), Some(Some(NoticeAction::Upgrade)));
        assert_eq!(meaning(&button("resume"), &with), None, "a button that was not offered");
        assert_eq!(meaning(&NotificationResponse::Closed(CloseReason::Dismissed), &with), None);
        assert_eq!(meaning(&NotificationResponse::Default, &notice(&[])), Some(None));
    }
}
