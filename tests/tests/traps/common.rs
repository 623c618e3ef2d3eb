//! A place with pictures and a service that answers at once.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clearcut_credits::Credits;
use clearcut_tests::chaos::stage::canned_answer;
use clearcut_tests::place::Place;
use clearcut_tests::practice::{Endpoint, Service};
use clearcut_tests::terminal::{Run, clearcut};
use serde_json::Value;

pub(crate) const KEY: &str = "K";

pub(crate) struct Desk {
    pub(crate) place: Place,
    pub(crate) service: Service,
}

impl Desk {
    /// With a canned answer, these rules of misbehaviour and further flags of `clearcut sandbox`.
    pub(crate) fn with(faults: &str, flags: &[&str]) -> Result<Self> {
        Self::answering(&canned_answer()?, faults, flags)
    }

    /// With an answer of one's own.
    pub(crate) fn answering(answer: &[u8], faults: &str, flags: &[&str]) -> Result<Self> {
        let place = Place::fresh()?;
        let (answer_file, faults_file) = (place.path("answer"), place.path("faults.json"));
        std::fs::write(&answer_file, answer)?;
        std::fs::write(&faults_file, faults)?;
        let (answer, faults) = (answer_file.to_string_lossy(), faults_file.to_string_lossy());
        let args = ["--key", KEY, "--answer", &answer, "--faults", &faults];
        let service = Service::start(&place, &[&args[..], flags].concat())?;
        Ok(Self { place, service })
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        self.service.endpoint()
    }

    /// A small picture that no other name has; the name's ending is its format.
    pub(crate) fn picture(&self, name: &str) -> Result<PathBuf> {
        let tint = name.bytes().fold(7_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
        let path = self.place.photos().join(name);
        let shade = |side: u32| u8::try_from(side * 3).unwrap_or(u8::MAX);
        image::RgbImage::from_fn(40, 30, |x, y| image::Rgb([shade(x), shade(y), tint])).save(&path)?;
        Ok(path)
    }

    /// `clearcut remove --yes --json` of these pictures, with further flags.
    pub(crate) fn remove(&self, flags: &[&str], pictures: &[&Path]) -> Result<Run> {
        let args = [&["remove", "--yes", "--json", "--service", &self.endpoint().prefix], flags].concat();
        let run = clearcut(&self.place, &args)?.variable("CLEARCUT_API_KEY", KEY);
        Ok(pictures.iter().fold(run, |run, picture| run.path(picture)))
    }

    pub(crate) async fn charged(&self) -> Result<Credits> {
        self.endpoint().charged().await
    }

    /// How many removals were asked for, by `size`.
    pub(crate) async fn sizes(&self) -> Result<Value> {
        Ok(self.endpoint().state().await?["sizes"].clone())
    }

    /// How often the pictures were charged that were charged at all.
    pub(crate) async fn charges(&self) -> Result<Vec<u64>> {
        let state = self.endpoint().state().await?;
        let pictures = state["charged_pictures"].as_object().context("charges by picture")?;
        Ok(pictures.values().filter_map(Value::as_u64).collect())
    }
}

/// `state` of every line.
pub(crate) fn states(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["state"].as_str().unwrap_or("?")).collect()
}

/// `output` of a line.
pub(crate) fn output(line: &Value) -> Result<PathBuf> {
    Ok(line["output"].as_str().with_context(|| format!("no output: {line}"))?.into())
}
