//! The help: for every code and every notice what happened, what it cost and what to do, and a few pages on how things are. The words are
//! data (`help/en.md`); this module only turns the file into topics. Refuses to know what went wrong: it is asked by name.

use crate::app::App;
use crate::problem::Problem;
use crate::views::{HelpPart, HelpTopic};

const FILE: &str = include_str!("../help/en.md");

impl App {
    /// Every topic of the help, in the order of its file.
    ///
    /// # Errors
    /// Never today.
    pub async fn help(&self) -> Result<Vec<HelpTopic>, Problem> {
        Ok(topics())
    }
}

/// The topics of the file: `# Group`, `## Title`, a line with the id in backquotes, and paragraphs that may begin with **a name in bold.**
pub fn topics() -> Vec<HelpTopic> {
    let mut topics: Vec<HelpTopic> = Vec::new();
    let mut group = "";
    for line in FILE.lines().filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix("# ") {
            group = name;
        } else if let Some(title) = line.strip_prefix("## ") {
            topics.push(HelpTopic {
                id: String::new(),
                group: group.to_owned(),
                title: title.to_owned(),
                parts: Vec::new(),
            });
        } else if let Some(topic) = topics.last_mut() {
            match line.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
                Some(id) if topic.id.is_empty() => id.clone_into(&mut topic.id),
                _ => topic.parts.push(part(line)),
            }
        }
    }
    topics
}

fn part(line: &str) -> HelpPart {
    let named = line.strip_prefix("**").and_then(|rest| rest.split_once("**"));
    let (name, text) = named.unwrap_or(("", line));
    HelpPart { name: name.to_owned(), text: text.trim_start().replace(['*', '`'], "") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::collections::BTreeSet;
    use std::path::Path;

    use ts_rs::{Config, TS};

    use super::*;
    use crate::problem::Code;

    /// The ids that the sources give to banners and notices, as far as they stand there as text.
    fn told(folder: &Path) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                ids.extend(told(&path));
                continue;
            }
            if path.ends_with("help.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for call in [".say(", ".say_once(", ".say_resumable(", "Notice { id: "] {
                for after in text.split(call).skip(1) {
                    let argument = after.trim_start().trim_start_matches("&format!(").trim_start_matches("format!(");
                    if let Some(id) = argument.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                        ids.insert(id.split("-{").next().unwrap().to_owned());
                    }
                }
            }
        }
        ids
    }

    fn ids() -> BTreeSet<String> {
        topics().into_iter().map(|topic| topic.id).collect()
    }

    #[test]
    fn every_code_has_a_topic_that_says_what_happened_what_it_cost_and_what_to_do() {
        let config = Config::default();
        let union = Code::inline(&config);
        let codes: Vec<&str> = union.split('|').map(|code| code.trim().trim_matches('"')).collect();
        assert!(codes.len() > 30, "{union}");
        let topics = topics();
        for code in codes {
            let topic = topics.iter().find(|topic| topic.id == code);
            let topic = topic.unwrap_or_else(|| panic!("help/en.md says nothing about {code}"));
            let names: Vec<&str> = topic.parts.iter().map(|part| part.name.as_str()).collect();
            assert_eq!(names, ["What happened.", "What it cost.", "What to do."], "{code}");
            assert!(topic.parts.iter().all(|part| part.text.len() > 7), "{code}");
        }
    }

    #[test]
    fn every_banner_and_notice_has_a_topic() {
        let ids = ids();
        let mut told = told(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        // Named by constants or made of words there.
        told.extend(["queue", "credits-arrived", "settings", "key", "network"].map(str::to_owned));
        told.extend(["notice-share", "notice-payg", "notice-low", "notice-zero"].map(str::to_owned));
        let missing: Vec<&String> = told.iter().filter(|id| !ids.contains(*id)).collect();
        assert!(told.contains("wiped") && told.contains("batch"), "{told:?}");
        assert!(missing.is_empty(), "help/en.md says nothing about {missing:?}");
    }

    #[test]
    fn ids_are_each_there_once_and_no_mark_of_the_file_is_left_in_the_words() {
        let topics = topics();
        assert_eq!(ids().len(), topics.len());
        for topic in &topics {
            assert!(!topic.id.is_empty() && !topic.group.is_empty() && !topic.parts.is_empty(), "{topic:?}");
            assert!(topic.parts.iter().all(|part| !part.text.contains(['*', '`', '#'])), "{topic:?}");
        }
    }
}
