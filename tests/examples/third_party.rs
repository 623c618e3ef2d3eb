//! `cargo xtask licences`: collects the licences of everything that is shipped in Clearcut and is not Clearcut's own, from the crates'
//! and packages' own files, into one text that the window shows and every bundle carries. It refuses to guess: a part without a
//! licence that can be named, or without its text, ends it.
#![expect(clippy::print_stdout, reason = "a tool that says what it wrote")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clearcut_tests::tools::project;
use serde::Deserialize;
use serde_json::Value;

/// The text as it is committed. `ui/src/lib/licences.ts` reads it: a line a part, then the texts, each after a line of `=`.
const LIST: &str = "THIRD-PARTY.txt";

/// The systems that are bundled for.
const TARGETS: &[&str] = &[
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
];

/// The programs that are shipped.
const SHIPPED: &[&str] = &["clearcut-desktop", "clearcut-cli"];

/// What lies in the tree without being a crate or a package: name, licence, where it is from, its text.
const OWN_FILES: &[(&str, &str, &str, &str)] = &[(
    "U²-Netp, the built-in model",
    "Apache-2.0",
    "https://github.com/xuebinqin/U-2-Net",
    "crates/matting/model/LICENSE",
)];

/// Which of several offered licences is taken, the shortest first.
const TAKEN_FIRST: &[&str] =
    &["MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Zlib", "Unlicense", "CC0-1.0", "Apache-2.0"];

/// What stands below the copyright line of this licence.
const BSD_3: &str = "Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following
   disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
   disclaimer in the documentation and/or other materials provided with the distribution.

3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products
   derived from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS \"AS IS\" AND ANY EXPRESS OR IMPLIED WARRANTIES,
INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES;
LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN
CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS
SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.";

/// Everything collected. The texts are apart, because hundreds of parts share a few of them.
#[derive(Debug, Default)]
struct ThirdParty {
    parts: Vec<Part>,
    texts: Vec<String>,
}

/// One crate, package, font or model.
#[derive(Debug)]
struct Part {
    name: String,
    version: String,
    /// As its makers wrote it, in SPDX's words.
    licence: String,
    /// Where it comes from; empty where that is not said.
    home: String,
    /// Which of the texts belong to it.
    texts: Vec<usize>,
}

/// A part before its texts are numbered.
struct Found {
    name: String,
    version: String,
    licence: String,
    home: String,
    /// Whom a text that is not beside the code names.
    authors: Vec<String>,
    folder: PathBuf,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    license_file: Option<String>,
    repository: Option<String>,
    authors: Vec<String>,
    source: Option<String>,
    manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

/// The crates that are linked into what is shipped on one system.
fn crates(target: &str) -> Result<Vec<Found>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", target])
        .current_dir(project())
        .output()?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    let packages: BTreeMap<&str, &Package> =
        metadata.packages.iter().map(|package| (package.id.as_str(), package)).collect();
    let nodes: BTreeMap<&str, &Node> = metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let mut waiting: Vec<&str> = metadata
        .packages
        .iter()
        .filter(|package| SHIPPED.contains(&package.name.as_str()))
        .map(|p| p.id.as_str())
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        let linked =
            nodes[id].deps.iter().filter(|dependency| dependency.dep_kinds.iter().any(|kind| kind.kind.is_none()));
        waiting.extend(linked.map(|dependency| dependency.pkg.as_str()));
    }
    seen.into_iter()
        .map(|id| packages[id])
        .filter(|package| package.source.is_some())
        .map(|package| {
            let folder = package.manifest_path.parent().context("a manifest without a folder")?.to_path_buf();
            let licence =
                package.license.clone().or_else(|| package.license_file.as_ref().map(|_| "its own".to_owned()));
            Ok(Found {
                name: package.name.clone(),
                version: package.version.clone(),
                licence: licence.with_context(|| format!("{} names no licence", package.name))?,
                home: package.repository.clone().unwrap_or_default(),
                authors: package.authors.clone(),
                folder,
            })
        })
        .collect()
}

/// The packages whose code or fonts the interface brings: what its sources import, and what that depends on.
fn packages() -> Result<Vec<Found>> {
    let ui = project().join("ui");
    let mut waiting: Vec<String> = imports(&ui.join("src"))?.into_iter().collect();
    let mut found = BTreeMap::new();
    while let Some(name) = waiting.pop() {
        let folder = ui.join("node_modules").join(&name);
        if found.contains_key(&name) {
            continue;
        }
        let manifest = folder.join("package.json");
        let text =
            std::fs::read_to_string(&manifest).with_context(|| format!("{}: run npm ci first", manifest.display()))?;
        let manifest: Value = serde_json::from_str(&text)?;
        let of = |field: &str| manifest[field].as_str().unwrap_or_default().to_owned();
        if let Some(dependencies) = manifest["dependencies"].as_object() {
            waiting.extend(dependencies.keys().cloned());
        }
        let home = manifest["repository"]["url"].as_str().or(manifest["repository"].as_str()).unwrap_or_default();
        let home = home.trim_start_matches("git+").trim_end_matches(".git").replace("git://", "https://");
        let author = manifest["author"]["name"].as_str().or(manifest["author"].as_str()).unwrap_or_default().to_owned();
        let mut licence = of("license");
        if licence.is_empty() {
            let text = beside(&folder)?.into_iter().next().map(|(_, text)| text).unwrap_or_default();
            ensure!(text.starts_with("MIT License"), "{name} names no licence");
            "MIT".clone_into(&mut licence);
        }
        let authors = if author.is_empty() { Vec::new() } else { vec![author] };
        found.insert(name.clone(), Found { name, version: of("version"), licence, home, authors, folder });
    }
    Ok(found.into_values().collect())
}

/// The packages that the sources below a folder import by name.
fn imports(folder: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(folder)?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            names.extend(imports(&path)?);
            continue;
        }
        if !path.extension().is_some_and(|ending| ending == "ts" || ending == "svelte" || ending == "css") {
            continue;
        }
        for line in std::fs::read_to_string(&path)?.lines() {
            let line = line.trim_start();
            if !(line.starts_with("import") || line.starts_with("} from") || line.starts_with("@import")) {
                continue;
            }
            let Some(named) = line.split(['\'', '"']).nth(1) else { continue };
            if named.starts_with('.') || named.starts_with('$') {
                continue;
            }
            let parts = if named.starts_with('@') { 2 } else { 1 };
            names.insert(named.split('/').take(parts).collect::<Vec<_>>().join("/"));
        }
    }
    Ok(names)
}

/// The licence files in a folder: name in capitals and text.
fn beside(folder: &Path) -> Result<Vec<(String, String)>> {
    const BEGINNINGS: &[&str] = &["LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT", "UNLICENSE"];
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())?.flatten() {
        let name = entry.file_name().to_string_lossy().to_uppercase();
        if BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) && entry.path().is_file() {
            let text = String::from_utf8_lossy(&std::fs::read(entry.path())?).into_owned();
            files.push((name, tidy(&text)));
        }
    }
    files.sort();
    Ok(files)
}

/// The same text with the same line ends everywhere.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// The texts that must go with a part; `all` are the others, one of which may hold a text that names nobody.
fn texts(part: &Found, all: &BTreeMap<(String, String), Found>) -> Result<Vec<String>> {
    let files = beside(&part.folder)?;
    let notices = files.iter().filter(|(name, _)| name.starts_with("NOTICE")).map(|(_, text)| text.clone());
    let licences: Vec<&(String, String)> = files.iter().filter(|(name, _)| !name.starts_with("NOTICE")).collect();
    let one = || licences.iter().map(|(_, text)| text.clone());
    let any_of = offered(&part.licence);
    if let Some(taken) = any_of.iter().find_map(|id| licences.iter().find(|(name, _)| is_of(name, id))) {
        return Ok(std::iter::once(taken.1.clone()).chain(notices).collect());
    }
    if !licences.is_empty() {
        return Ok(one().chain(notices).collect());
    }
    let standard = any_of.iter().find_map(|id| standard(id, part)).or_else(|| elsewhere(&part.licence, all));
    Ok(vec![
        standard.with_context(|| format!("{} {} ({}) has no licence text", part.name, part.version, part.licence))?,
    ])
}

/// The licences of which one may be chosen, the preferred first; empty where all of them hold.
fn offered(expression: &str) -> Vec<&str> {
    let spaced = expression.contains(" AND ");
    let parts: Vec<&str> = expression
        .split(" OR ")
        .flat_map(|part| part.split('/'))
        .map(|part| part.trim_matches(['(', ')', ' ']))
        .collect();
    if spaced {
        return Vec::new();
    }
    TAKEN_FIRST.iter().copied().filter(|id| parts.contains(id)).collect()
}

/// Whether a file of this name is the text of just this licence.
fn is_of(name: &str, id: &str) -> bool {
    let word = id.split('-').next().unwrap_or(id).to_uppercase();
    name.contains(&format!("-{word}"))
        || name.contains(&format!("_{word}"))
        || name.contains(&format!(".{word}"))
        || name == word
}

fn whose(part: &Found) -> String {
    if part.authors.is_empty() { format!("the {} developers", part.name) } else { part.authors.join(", ") }
}

/// The licence's usual text, for a part that says by which it goes and does not repeat it.
fn standard(id: &str, part: &Found) -> Option<String> {
    let own = |file: &str| std::fs::read_to_string(project().join(file)).ok().map(|text| tidy(&text));
    match id {
        "Apache-2.0" => own("LICENSE-APACHE"),
        "MIT" => {
            let text = own("LICENSE-MIT")?;
            let from = text.find("Permission is hereby granted")?;
            Some(format!("MIT License\n\nCopyright (c) {}\n\n{}", whose(part), &text[from..]))
        }
        "BSD-3-Clause" => Some(format!("BSD 3-Clause License\n\nCopyright (c) {}\n\n{BSD_3}", whose(part))),
        _ => None,
    }
}

/// The text of a licence that names nobody, from another part under it.
fn elsewhere(licence: &str, all: &BTreeMap<(String, String), Found>) -> Option<String> {
    let names_nobody = ["MPL-2.0", "BSL-1.0"].contains(&licence);
    let mut others = all.values().filter(|other| names_nobody && other.licence == licence);
    others.find_map(|other| beside(&other.folder).ok()?.into_iter().next().map(|(_, text)| text))
}

/// Everything, in the order of names.
fn collect() -> Result<ThirdParty> {
    let mut found: BTreeMap<(String, String), Found> = BTreeMap::new();
    for target in TARGETS {
        for part in crates(target)? {
            found.entry((part.name.clone(), part.version.clone())).or_insert(part);
        }
    }
    for part in packages()? {
        found.entry((part.name.clone(), part.version.clone())).or_insert(part);
    }
    let mut all = ThirdParty::default();
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut missing = Vec::new();
    let mut number = |all: &mut ThirdParty, text: String| {
        *numbers.entry(text).or_insert_with_key(|text| {
            all.texts.push(text.clone());
            all.texts.len() - 1
        })
    };
    for part in found.values() {
        let texts = match texts(part, &found) {
            Ok(texts) => texts.into_iter().map(|text| number(&mut all, text)).collect(),
            Err(error) => {
                missing.push(format!("{error:#}"));
                continue;
            }
        };
        let Found { name, version, licence, home, .. } = part;
        let (name, version) = (name.clone(), version.clone());
        all.parts.push(Part { name, version, licence: licence.clone(), home: home.clone(), texts });
    }
    for (name, licence, home, file) in OWN_FILES {
        let text = tidy(&std::fs::read_to_string(project().join(file)).with_context(|| (*file).to_owned())?);
        let texts = vec![number(&mut all, text)];
        all.parts.push(Part {
            name: (*name).into(),
            version: String::new(),
            licence: (*licence).into(),
            home: (*home).into(),
            texts,
        });
    }
    if !missing.is_empty() {
        bail!("{}", missing.join("\n"));
    }
    all.parts.sort_by_key(|part| (part.name.to_lowercase(), part.version.clone()));
    Ok(all)
}

/// The text of the file.
fn as_text(all: &ThirdParty) -> String {
    let mut text = format!(
        "Clearcut itself comes under MIT or Apache-2.0, at your choice. It contains {} parts by others. Each line names a part, its\n\
         version, what it is licensed under, the numbers of the texts below that go with it, and where it comes from.\n\n",
        all.parts.len()
    );
    for Part { name, version, licence, home, texts } in &all.parts {
        let numbers = texts.iter().map(|text| format!("[{}]", text + 1)).collect::<Vec<_>>().join(" ");
        let _never_fails = writeln!(text, "{name} | {version} | {licence} | {numbers} | {home}");
    }
    for (number, licence) in all.texts.iter().enumerate() {
        let _never_fails = write!(text, "\n{}\n[{}]\n\n{licence}\n", "=".repeat(80), number + 1);
    }
    text
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let all = collect()?;
    let (list, text) = (project().join(LIST), as_text(&all));
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {
            std::fs::write(&list, text)?;
            println!("wrote {LIST}: {} parts, {} texts", all.parts.len(), all.texts.len());
        }
        ["--check"] => {
            let there = std::fs::read_to_string(&list).unwrap_or_default();
            ensure!(
                there.replace("\r\n", "\n") == text,
                "{LIST} is not what is linked now: run `cargo xtask licences`"
            );
            println!("{LIST} is as it would be written: {} parts", all.parts.len());
        }
        _ => bail!("third_party [--check]"),
    }
    Ok(())
}
