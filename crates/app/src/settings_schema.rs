//! The schema of the settings file, made from the very types that read it: editors show with it what a key means and what it may be.
//! Committed as `docs/settings.schema.json`, written by `cargo xtask codegen`, and laid beside every settings file that is written.

use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{Schema, json_schema};
use serde_json::Value;

use crate::settings::Settings;
use crate::whole_file;

/// Its name beside a settings file.
pub(crate) const FILE: &str = "settings.schema.json";

/// The schema as it is committed: JSON Schema 2020-12, indented, with a line end.
#[must_use]
pub fn settings_schema() -> String {
    let generator = SchemaSettings::draft2020_12().for_deserialize().with_transform(NoNull).into_generator();
    let mut schema = generator.into_root_schema_for::<Settings>();
    schema.insert("title".to_owned(), "Settings of Clearcut (settings.toml)".into());
    let mut schema = schema.to_value();
    // Their order would hang on how serde_json is compiled.
    schema.sort_all_objects();
    format!("{schema:#}\n")
}

/// Lays the schema into a folder of settings. It is a help: without it the settings are the same.
pub(crate) fn lay(folder: &Path) {
    let (file, schema) = (folder.join(FILE), settings_schema());
    if std::fs::read_to_string(&file).is_ok_and(|there| there == schema) {
        return;
    }
    if let Err(error) = whole_file::write(&file, schema.as_bytes()) {
        tracing::debug!(%error, "no schema lies beside the settings");
    }
}

/// TOML has no null: a setting that may be absent is left out, and one that is there has its kind.
#[derive(Clone, Debug)]
struct NoNull;

impl Transform for NoNull {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let null = Value::from("null");
        if let Some(Value::Array(kinds)) = schema.get_mut("type") {
            kinds.retain(|kind| *kind != null);
            if let [kind] = kinds.as_slice() {
                let kind = kind.clone();
                schema.insert("type".to_owned(), kind);
            }
        }
        let nothing = json_schema!({ "type": "null" }).to_value();
        let Some(Value::Array(ways)) = schema.get_mut("anyOf") else { return };
        ways.retain(|way| *way != nothing);
        if let [Value::Object(way)] = ways.as_slice() {
            let way = way.clone();
            schema.remove("anyOf");
            for (name, value) in way {
                schema.ensure_object().entry(name).or_insert(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::settings;

    fn accepts(text: &str) -> bool {
        let schema: Value = serde_json::from_str(&settings_schema()).unwrap();
        let document: Value = serde_json::to_value(toml::from_str::<toml::Value>(text).unwrap()).unwrap();
        jsonschema::options().should_validate_formats(true).build(&schema).unwrap().is_valid(&document)
    }

    #[test]
    fn what_is_written_is_accepted_and_names_its_schema() {
        let folder = tempfile::tempdir().unwrap();
        for settings in [Settings::default(), settings::tests::everything()] {
            settings::save(folder.path(), &settings).unwrap();
            let text = std::fs::read_to_string(folder.path().join("settings.toml")).unwrap();
            assert!(text.starts_with("#:schema settings.schema.json\n"), "{text}");
            assert!(accepts(&text), "{text}");
            assert_eq!(settings::load(folder.path()).unwrap().settings, settings);
        }
        assert_eq!(std::fs::read_to_string(folder.path().join(FILE)).unwrap(), settings_schema());
    }

    #[rstest]
    #[case("at_a_time = \"many\"")]
    #[case("at_a_time = 0")]
    #[case("at_a_time = 17")]
    #[case("keep_metadata = 1")]
    #[case("existing = \"overwrite\"")]
    #[case("notice_levels = [0]")]
    #[case("notice_levels = 80")]
    #[case("quiet_hours = { from = 24, until = 7 }")]
    #[case("quiet_hours = { from = 22 }")]
    #[case("vault_limit_gb = \"a lot\"")]
    #[case("vault_limit_gb = 0")]
    #[case("account = \"me\"")]
    #[case("proxy = \"socks\"")]
    #[case("model = \"isnet.onnx\"")]
    fn a_wrong_kind_is_refused(#[case] text: &str) {
        assert!(!accepts(text));
    }

    #[test]
    fn every_key_says_what_it_is_and_what_counts_without_it() {
        let schema: Value = serde_json::from_str(&settings_schema()).unwrap();
        let keys = schema["properties"].as_object().unwrap();
        let written = toml::from_str::<toml::Table>(&toml::to_string(&settings::tests::everything()).unwrap()).unwrap();
        let mut names: Vec<&String> = written.keys().collect();
        names.sort();
        assert_eq!(keys.keys().collect::<Vec<_>>(), names, "the example of the tests sets every key");
        for (name, key) in keys {
            let description = key["description"].as_str().unwrap_or_default();
            assert!(description.len() > 20, "{name} is not described");
            assert!(key.get("default").is_some() || description.contains("absent"), "{name} has no default");
        }
        assert_eq!(keys["at_a_time"]["default"], json!(16));
        assert!(!settings_schema().contains("null"));
    }

    #[test]
    fn the_committed_one_is_up_to_date() {
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(FILE);
        let committed = std::fs::read_to_string(committed).unwrap().replace("\r\n", "\n");
        assert_eq!(committed, settings_schema(), "run `cargo xtask codegen`");
    }
}
