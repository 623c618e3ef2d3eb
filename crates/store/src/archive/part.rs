//! The names that parts of an archive may have. A name is read into one of these or refused, so none can lead anywhere else.

use std::path::{Path, PathBuf};

use clearcut_credits::AttemptId;

use crate::AccountId;
use crate::vault::{BODY, HEAD, is_folder};

/// Name of the snapshot, here and in a data folder.
pub(super) const DATABASE: &str = "clearcut.db";
const SETTINGS: &str = "settings.toml";

/// A part of an archive.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Part {
    /// The snapshot of the database.
    Database,
    /// The text of the settings.
    Settings,
    /// A file of a paid answer.
    Answer { account: AccountId, folder: String, attempt: AttemptId, file: AnswerFile },
    /// A file of a charge without a usable picture.
    Evidence { attempt: AttemptId, file: AnswerFile },
    /// An own background, by its id.
    Backdrop(String),
}

/// The files of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum AnswerFile {
    /// Its headers.
    Head,
    /// Its body.
    Body,
}

impl AnswerFile {
    pub(super) const BOTH: [Self; 2] = [Self::Head, Self::Body];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Head => HEAD,
            Self::Body => BODY,
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::BOTH.into_iter().find(|file| file.name() == name)
    }
}

impl Part {
    /// Its name in the archive, with `/` between the parts.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Database => DATABASE.to_owned(),
            Self::Settings => SETTINGS.to_owned(),
            Self::Answer { account, folder, attempt, file } => {
                format!("vault/{account}/{folder}/{attempt}/{}", file.name())
            }
            Self::Evidence { attempt, file } => format!("vault/lost/{attempt}/{}", file.name()),
            Self::Backdrop(id) => format!("backdrops/{id}"),
        }
    }

    /// The part of this name; `None` for any other than [`name`](Self::name) gives.
    pub(super) fn named(name: &str) -> Option<Self> {
        let part = match *name.split('/').collect::<Vec<_>>().as_slice() {
            [DATABASE] => Self::Database,
            [SETTINGS] => Self::Settings,
            ["backdrops", id] if is_content_id(id) => Self::Backdrop(id.to_owned()),
            ["vault", "lost", attempt, file] => {
                Self::Evidence { attempt: attempt.parse().ok()?, file: AnswerFile::named(file)? }
            }
            ["vault", account, folder, attempt, file] if is_folder(folder) => Self::Answer {
                account: account.parse().ok()?,
                folder: folder.to_owned(),
                attempt: attempt.parse().ok()?,
                file: AnswerFile::named(file)?,
            },
            _ => return None,
        };
        // Ids have spellings of their own (capitals, braces); only one of them is a name.
        (part.name() == name).then_some(part)
    }

    /// Where it lies below a folder that mirrors the archive.
    pub(super) fn below(&self, dir: &Path) -> PathBuf {
        self.name().split('/').fold(dir.to_owned(), |path, step| path.join(step))
    }
}

/// Backgrounds are called by their content: hexadecimal digits and nothing else.
pub(super) fn is_content_id(id: &str) -> bool {
    id.len() == 64 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("../clearcut.db")]
    #[case("/clearcut.db")]
    #[case("clearcut.db/")]
    #[case("CLEARCUT.DB")]
    #[case("vault/../clearcut.db")]
    #[case("vault/lost/../head.json")]
    #[case("vault\\lost\\1\\head.json")]
    #[case("backdrops/../settings.toml")]
    #[case("backdrops/c0ffee")]
    #[case("vault/00000000-0000-0000-0000-000000000001/0123456789abcdef0123456789abcdef/..%2f/head.json")]
    #[case(
        "vault/{00000000-0000-0000-0000-000000000001}/0123456789abcdef0123456789abcdef/00000000-0000-0000-0000-000000000001/head.json"
    )]
    #[case(
        "vault/00000000-0000-0000-0000-000000000001/0123456789ABCDEF0123456789abcdef/00000000-0000-0000-0000-000000000001/head.json"
    )]
    #[case("runs/x.lock")]
    #[case("")]
    fn other_names_are_none(#[case] name: &str) {
        assert_eq!(Part::named(name), None);
    }

    proptest! {
        #[test]
        fn a_name_is_refused_or_lies_below_its_folder(name in "(vault|backdrops|clearcut.db|lost|[0-9a-f]{32,64}|[./\\\\:a-z]{0,6}|/){0,8}") {
            if let Some(part) = Part::named(&name) {
                prop_assert_eq!(part.name(), name);
                let path = part.below(Path::new("moving"));
                prop_assert!(path.components().all(|step| matches!(step, std::path::Component::Normal(_))));
            }
        }

        #[test]
        fn what_is_named_is_found(account: u128, attempt: u128, folder in "[0-9a-f]{32}", id in "[0-9a-f]{64}") {
            let (account, attempt) = (AccountId(uuid::Uuid::from_u128(account)), AttemptId(attempt));
            for file in AnswerFile::BOTH {
                let parts = [
                    Part::Database,
                    Part::Settings,
                    Part::Backdrop(id.clone()),
                    Part::Evidence { attempt, file },
                    Part::Answer { account, folder: folder.clone(), attempt, file },
                ];
                for part in parts {
                    prop_assert_eq!(Part::named(&part.name()), Some(part));
                }
            }
        }
    }
}
