//! The house rules that the compiler does not keep: which room may know which, who spends, who knows an address.
//! Read from cargo's own metadata and from the sources.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use clearcut_tests::tools::project;
use serde_json::Value;

/// Which rooms each room may use outside its tests. What is not here is forbidden.
const ARROWS: &[(&str, &[&str])] = &[
    ("credits", &[]),
    ("service", &[]),
    ("imaging", &[]),
    ("matting", &[]),
    ("store", &["credits"]),
    ("sandbox", &["service", "imaging", "matting"]),
    ("batch", &["store", "service", "imaging", "matting", "credits"]),
    ("app", &["batch", "store", "service", "imaging", "matting", "credits", "sandbox"]),
    ("cli", &["app", "sandbox"]),
    ("desktop", &["app"]),
];

static METADATA: LazyLock<Value> = LazyLock::new(|| {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        // Not offline: crates of other systems are described, too, and may not be here yet.
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(project())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
});

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

/// The packages of the workspace: name and declaration.
fn members() -> BTreeMap<&'static str, &'static Value> {
    let ids: BTreeSet<&str> = list(&METADATA, "workspace_members").iter().map(|id| id.as_str().unwrap()).collect();
    let ours = list(&METADATA, "packages").iter().filter(|package| ids.contains(text(package, "id")));
    ours.map(|package| (text(package, "name"), package)).collect()
}

/// The names that a package uses outside its tests, build scripts included.
fn used_by(package: &Value) -> BTreeSet<&str> {
    list(package, "dependencies").iter().filter(|used| used["kind"] != "dev").map(|used| text(used, "name")).collect()
}

#[test]
fn the_arrows_between_the_rooms_are_those_of_the_architecture() {
    let members = members();
    for (room, may) in ARROWS {
        let name = format!("clearcut-{room}");
        let package = members.get(name.as_str()).unwrap_or_else(|| panic!("{name} is not in the workspace"));
        let rooms: BTreeSet<&str> = used_by(package).iter().filter_map(|used| used.strip_prefix("clearcut-")).collect();
        let forbidden: Vec<_> = rooms.iter().filter(|used| !may.contains(used)).collect();
        assert!(forbidden.is_empty(), "{room} must not know {forbidden:?}");
    }
    let known: BTreeSet<String> = ARROWS.iter().map(|(room, _)| format!("clearcut-{room}")).collect();
    for name in members.keys().filter(|name| !["clearcut-tests", "xtask"].contains(name)) {
        assert!(known.contains(*name), "{name} has no line in the table of arrows");
    }
}

/// Every package that can be reached from `root` outside tests, on any system.
fn reached_from(root: &str) -> BTreeSet<&'static str> {
    let nodes: BTreeMap<&str, &Value> =
        list(&METADATA["resolve"], "nodes").iter().map(|node| (text(node, "id"), node)).collect();
    let mut reached = BTreeSet::new();
    let mut next = vec![text(members()[root], "id")];
    while let Some(id) = next.pop() {
        for used in list(nodes[id], "deps") {
            let only_in_tests = list(used, "dep_kinds").iter().all(|kind| kind["kind"] == "dev");
            if !only_in_tests && reached.insert(text(used, "pkg")) {
                next.push(text(used, "pkg"));
            }
        }
    }
    let names: BTreeMap<&str, &str> =
        list(&METADATA, "packages").iter().map(|package| (text(package, "id"), text(package, "name"))).collect();
    reached.into_iter().map(|id| names[id]).collect()
}

#[test]
fn nothing_under_crates_depends_on_tauri() {
    for (name, package) in members() {
        let folder = PathBuf::from(text(package, "manifest_path"));
        if !folder.starts_with(project().join("crates")) {
            continue;
        }
        let tauri: Vec<_> = reached_from(name).into_iter().filter(|used| used.starts_with("tauri")).collect();
        assert!(tauri.is_empty(), "{name} reaches {tauri:?}");
    }
}

#[test]
fn the_money_has_no_io_no_clock_no_async_and_no_serde() {
    let forbidden = ["tokio", "async-trait", "futures-util", "serde", "serde_json", "reqwest", "rusqlite", "tracing"];
    let used: Vec<_> = used_by(members()["clearcut-credits"]).into_iter().filter(|u| forbidden.contains(u)).collect();
    assert!(used.is_empty(), "credits uses {used:?}");
    for file in rust_files(&project().join("crates/credits/src")) {
        for (number, line) in product_lines(&file) {
            for word in [
                "std::fs",
                "std::net",
                "std::time::SystemTime",
                "Timestamp::now",
                "Zoned::now",
                "async fn",
                "f32",
                "f64",
            ] {
                assert!(!line.contains(word), "{word} in {}:{number}", file.display());
            }
        }
    }
}

/// All Rust files below a folder.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The lines of a file that are part of the product, with their numbers: no comments, nothing from the first test module on.
fn product_lines(file: &Path) -> Vec<(usize, String)> {
    let source = std::fs::read_to_string(file).unwrap();
    let lines = source.lines().enumerate().map(|(index, line)| (index + 1, line));
    lines
        .take_while(|(_, line)| !line.trim_start().starts_with("#[cfg(test)]"))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number, line.to_owned()))
        .collect()
}

/// The product's source folders: every room's, without tests, examples and this harness.
fn product_files() -> Vec<PathBuf> {
    let rooms = std::fs::read_dir(project().join("crates")).unwrap().flatten().map(|entry| entry.path().join("src"));
    rooms.chain([project().join("src-tauri/src")]).flat_map(|folder| rust_files(&folder)).collect()
}

#[test]
fn only_batch_sends_a_charged_request() {
    for file in product_files() {
        let in_batch = file.starts_with(project().join("crates/batch"));
        for (number, line) in product_lines(&file) {
            let sends = line.contains("Remover::remove(") || line.to_lowercase().contains("remover.remove(");
            assert!(in_batch || !sends, "a charged request outside batch: {}:{number}", file.display());
            let excused = line.contains("disallowed_methods") && line.contains("expect");
            if excused && !in_batch {
                let source = std::fs::read_to_string(&file).unwrap();
                assert!(!source.contains(".remove(request"), "batch's lint is lifted in {}:{number}", file.display());
            }
        }
    }
    let lints = std::fs::read_to_string(project().join("clippy.toml")).unwrap();
    assert!(lints.contains("clearcut_service::Remover::remove"), "the lint that keeps this is gone from clippy.toml");
}

#[test]
fn only_service_knows_an_address() {
    for file in product_files() {
        if file.starts_with(project().join("crates/service")) {
            continue;
        }
        for (number, line) in product_lines(&file) {
            let hosts = line.split("https://").skip(1).filter_map(|rest| rest.split(['/', '"', ' ', '<']).next());
            let is_address = |host: &&str| host.starts_with(char::is_alphanumeric) && host.contains('.');
            // Names under `localhost` never leave the computer (RFC 6761).
            let is_nobody = |host: &&str| host.starts_with("example.") || host.ends_with(".localhost");
            if let Some(host) = hosts.filter(is_address).find(|host| !is_nobody(host)) {
                panic!("{host}, an address outside service: {}:{number}", file.display());
            }
        }
    }
}

#[test]
fn no_source_file_is_longer_than_one_idea() {
    let mut files = product_files();
    files.extend(rust_files(&project().join("xtask/src")));
    files.extend(rust_files(&project().join("tests")));
    for file in files {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 500, "{} has {lines} lines: split it", file.display());
    }
}
