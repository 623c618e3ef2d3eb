//! The official OpenAPI file with our patch, as far as these tests read it: operations, parameters, responses, and
//! a validator for the few schema words that the file uses.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Reply;

/// The patched document.
pub struct Spec(Value);

impl Spec {
    pub fn patched() -> Self {
        let mut spec: Value = serde_json::from_str(include_str!("../../openapi/remove.bg.json")).unwrap();
        merge(&mut spec, serde_json::from_str(include_str!("../../openapi/remove.bg.patch.json")).unwrap());
        Self(spec)
    }

    /// Every `(method, path, status)` that is documented.
    pub fn answers(&self) -> BTreeSet<(String, String, u16)> {
        let paths = self.0["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, operations)| {
            operations.as_object().unwrap().iter().map(move |(method, operation)| (method, path, operation))
        });
        operations
            .flat_map(|(method, path, operation)| {
                let statuses = operation["responses"].as_object().unwrap().keys();
                statuses.map(move |status| (method.clone(), path.clone(), status.parse().unwrap()))
            })
            .collect()
    }

    /// The properties of a request schema.
    pub fn properties(&self, schema: &str) -> &Map<String, Value> {
        self.0["components"]["schemas"][schema]["properties"].as_object().unwrap()
    }

    /// The codes of the published 400 examples.
    pub fn published_codes() -> BTreeSet<String> {
        let published: Value = serde_json::from_str(include_str!("../../openapi/remove.bg.json")).unwrap();
        let answer = &published["paths"]["/removebg"]["post"]["responses"]["400"]["content"]["*/*"];
        answer["examples"].as_object().unwrap().keys().cloned().collect()
    }

    /// What does not fit about an answer, in words; empty if it conforms.
    pub fn complaints(&self, method: &str, path: &str, reply: &Reply) -> Vec<String> {
        let answers = &self.0["paths"][path][method]["responses"];
        let Some(documented) = answers.get(reply.status.as_str()) else {
            return vec![format!("{method} {path}: status {} is not documented: {}", reply.status, reply.text())];
        };
        let mut complaints = self.header_complaints(&documented["headers"], reply);
        let kind = reply.header("content-type").unwrap_or("").split(';').next().unwrap_or("").to_owned();
        let contents = documented["content"].as_object().unwrap();
        let fits = |pattern: &str| pattern == kind || pattern.strip_suffix('*').is_some_and(|p| kind.starts_with(p));
        match contents.iter().find(|(pattern, _)| fits(pattern)) {
            None => complaints.push(format!("content type {kind} is not documented")),
            Some((_, content)) if kind == "application/json" => {
                self.check(&content["schema"], &reply.json(), "body", &mut complaints);
            }
            Some(_) => {}
        }
        complaints
    }

    fn header_complaints(&self, headers: &Value, reply: &Reply) -> Vec<String> {
        let mut complaints = Vec::new();
        for (name, header) in headers.as_object().into_iter().flatten() {
            match reply.header(name) {
                None if header["required"] == true => complaints.push(format!("{name} is missing")),
                None => {}
                Some(text) => {
                    // A header's text is a number where the schema says so, else a string.
                    let value = match header["schema"]["type"].as_str() {
                        Some("string") => Value::from(text),
                        _ => serde_json::from_str(text).unwrap_or(Value::Null),
                    };
                    self.check(&header["schema"], &value, name, &mut complaints);
                }
            }
        }
        complaints
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, complaints: &mut Vec<String>) {
        if let Some(reference) = schema["$ref"].as_str() {
            let target = self.0.pointer(reference.trim_start_matches('#')).unwrap();
            return self.check(target, value, at, complaints);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.check(part, value, at, complaints);
        }
        let right_type = match schema["type"].as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("number") => value.is_number(),
            None => true,
            // A type that this validator does not know must not pass unseen.
            Some(_) => false,
        };
        if !right_type {
            complaints.push(format!("{at} is {value}, not {}", schema["type"]));
        }
        if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
            complaints.push(format!("{at} is {value}, not one of {}", schema["enum"]));
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if value.get(name).is_none() {
                complaints.push(format!("{at}.{name} is missing"));
            }
        }
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = value.get(name) {
                self.check(schema, value, &format!("{at}.{name}"), complaints);
            }
        }
        for item in value.as_array().into_iter().flatten() {
            self.check(&schema["items"], item, &format!("{at}[]"), complaints);
        }
    }
}

/// RFC 7396.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let members = target.as_object_mut().unwrap();
    for (name, value) in patch {
        if value.is_null() {
            members.remove(&name);
        } else {
            merge(members.entry(name).or_insert(Value::Null), value);
        }
    }
}
