//! The practice service against the official OpenAPI file with our patch: every documented call and status is
//! answered, every documented parameter is taken, every published error code can be met, and every answer conforms.

#![allow(clippy::unwrap_used, reason = "a test that cannot set up its service should stop")]

mod common;

use std::collections::BTreeSet;

use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::spec::Spec;
use common::{KEY, Practice, Reply, form, picture_png, png, send, urlencoded};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

/// A picture on a loopback address, for `image_url` and `bg_image_url`.
async fn picture_url() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/photo.png", listener.local_addr().unwrap());
    let router = axum::Router::new().route("/photo.png", get(async || picture_png(64, 48)));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

fn assert_conforms(method: &str, path: &str, reply: &Reply) {
    let complaints = Spec::patched().complaints(method, path, reply);
    assert!(complaints.is_empty(), "{method} {path} {}: {complaints:#?}", reply.status);
}

/// The calls that provoke each documented status.
const STATUSES: &[(&str, &str, u16)] = &[
    ("get", "/account", 200),
    ("get", "/account", 403),
    ("get", "/account", 429),
    ("post", "/improve", 200),
    ("post", "/improve", 400),
    ("post", "/improve", 403),
    ("post", "/improve", 429),
    ("post", "/removebg", 200),
    ("post", "/removebg", 400),
    ("post", "/removebg", 402),
    ("post", "/removebg", 403),
    ("post", "/removebg", 429),
];

#[test]
fn the_table_of_statuses_is_the_documented_one() {
    let table = STATUSES.iter().map(|(method, path, status)| ((*method).to_owned(), (*path).to_owned(), *status));
    assert_eq!(table.collect::<BTreeSet<_>>(), Spec::patched().answers());
}

#[tokio::test]
async fn every_documented_status_is_answered_as_documented() {
    for (method, path, status) in STATUSES {
        let practice = Practice::start(|options| options.rate_limit_mp = 2).await;
        let reply = provoke(&practice, method, path, *status).await;
        assert_eq!(reply.status.as_u16(), *status, "{method} {path}: {}", reply.text());
        assert_conforms(method, path, &reply);
    }
}

async fn provoke(practice: &Practice, method: &str, path: &str, status: u16) -> Reply {
    if status == 402 {
        practice.control(json!({"set": {"subscription": "0", "payg": "0.75"}})).await;
    }
    if status == 429 && path == "/account" {
        // The real one limits this call too; the practice service does so only when it is told to.
        practice.control(json!({"faults": {"rules": [{"status": 429, "retry_after_s": 5}]}})).await;
    }
    let calls_before = match (status, path) {
        (429, "/removebg") => 2,
        (429, "/improve") => 100,
        _ => 0,
    };
    let call = async || {
        let request = practice.request(Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), path);
        // `header` would add a second one.
        let mut request = request.build().unwrap();
        if status == 403 {
            request.headers_mut().insert("X-Api-Key", "wrong".parse().unwrap());
        }
        let request = reqwest::RequestBuilder::from_parts(practice.client.clone(), request);
        send(match (method, status) {
            ("get", _) => request,
            (_, 400) => urlencoded(request, &[("size", "full")]),
            _ => request.multipart(form(picture_png(64, 48), &[("size", "full"), ("tag", "t")])),
        })
        .await
    };
    for _ in 0..calls_before {
        call().await;
    }
    call().await
}

#[rstest]
#[case::multipart("RemoveBgMultipart")]
#[case::json_and_form("RemoveBgJson")]
#[tokio::test]
async fn every_documented_parameter_is_taken(#[case] schema: &str) {
    let practice = Practice::start(|options| options.rate_limit_mp = 0).await;
    let url = picture_url().await;
    for (name, property) in Spec::patched().properties(schema) {
        for value in values(name, property, &url) {
            for reply in ask(&practice, schema, name, &value).await {
                assert_eq!(reply.status, 200, "{name}={value}: {}", reply.text());
                assert_conforms("post", "/removebg", &reply);
            }
        }
    }
}

/// The documented values of a parameter: its words, both of a flag, its example, or a picture.
fn values(name: &str, property: &Value, url: &str) -> Vec<String> {
    if name.ends_with("_url") {
        return vec![url.to_owned()];
    }
    if name.ends_with("_file") || name.ends_with("_b64") {
        return vec![STANDARD.encode(picture_png(64, 48))];
    }
    let words = property["enum"].as_array().into_iter().flatten().map(|word| word.as_str().unwrap().to_owned());
    let mut values: Vec<String> = words.collect();
    if property["type"] == "boolean" {
        values.extend(["true".to_owned(), "false".to_owned()]);
    }
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    values.extend(text(&property["example"]));
    if name == "bg_color" {
        values.extend(["81d4fa", "fff", "green", "81d4fa77"].map(str::to_owned));
    }
    assert!(!values.is_empty(), "{name} has no documented value");
    values
}

/// The same parameter in every encoding that the schema stands for.
async fn ask(practice: &Practice, schema: &str, name: &str, value: &str) -> Vec<Reply> {
    let photo = STANDARD.encode(picture_png(64, 48));
    let is_source = name.starts_with("image_");
    if schema == "RemoveBgMultipart" {
        let file = |text: &str| reqwest::multipart::Part::bytes(STANDARD.decode(text).unwrap()).file_name("photo.png");
        let form = reqwest::multipart::Form::new();
        let form = if is_source { form } else { form.part("image_file", file(&photo)) };
        let form = if name.ends_with("_file") {
            form.part(name.to_owned(), file(value))
        } else {
            form.text(name.to_owned(), value.to_owned())
        };
        return vec![send(practice.request(Method::POST, "/removebg").multipart(form)).await];
    }
    let mut fields = vec![(name, value)];
    if !is_source {
        fields.push(("image_file_b64", &photo));
    }
    let typed =
        |text: &str| if ["true", "false"].contains(&text) { Value::from(text == "true") } else { Value::from(text) };
    let object: serde_json::Map<_, _> = fields.iter().map(|(name, text)| ((*name).to_owned(), typed(text))).collect();
    let json = practice.request(Method::POST, "/removebg").header("Content-Type", "application/json");
    let form = practice.request(Method::POST, "/removebg");
    vec![send(json.body(Value::from(object).to_string())).await, send(urlencoded(form, &fields)).await]
}

/// A removal that meets each published 400 code, and those the patch adds nothing to.
#[tokio::test]
async fn every_published_error_code_can_be_met() {
    let practice = Practice::start(|options| options.rate_limit_mp = 0).await;
    let mut met = BTreeSet::new();
    for (code, parameters) in PARAMETER_CODES {
        let reply = practice.remove(parameters).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_deref()), (400, Some(*code)), "{}", reply.text());
        assert_conforms("post", "/removebg", &reply);
        met.insert((*code).to_owned());
    }
    let pictures: [(&str, Vec<u8>); 5] = [
        ("file_too_large", vec![0; 22_000_001]),
        ("invalid_file_type", b"GIF89a not here".to_vec()),
        ("failed_to_read_image", picture_png(64, 48)[..150].to_vec()),
        ("invalid_dimensions", damaged_header()),
        ("resolution_too_high", declared_png(10_000, 5_001)),
    ];
    for (code, picture) in pictures {
        let reply = send(practice.request(Method::POST, "/removebg").multipart(form(picture, &[]))).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_deref()), (400, Some(code)), "{}", reply.text());
        met.insert(code.to_owned());
    }
    let none = send(urlencoded(practice.request(Method::POST, "/removebg"), &[("size", "full")])).await;
    met.extend(none.code());
    let url = send(urlencoded(practice.request(Method::POST, "/removebg"), &[("image_url", "no address")])).await;
    met.extend(url.code());
    let far =
        send(urlencoded(practice.request(Method::POST, "/removebg"), &[("image_url", "https://www.remove.bg/a.jpg")]))
            .await;
    met.extend(far.code());
    let model = Practice::with_model().await;
    let flat = png(&clearcut_imaging::Rgba::filled(64, 48, [120, 120, 120, 255]));
    let flat = send(model.request(Method::POST, "/removebg").multipart(form(flat, &[]))).await;
    met.extend(flat.code());
    assert_eq!(model.running.charged(), "0");
    assert_eq!(practice.running.charged(), "0");
    assert_eq!(met, Spec::published_codes());
}

const PARAMETER_CODES: &[(&str, &[(&str, &str)])] = &[
    ("failed_bg_download", &[("bg_image_url", "http://127.0.0.1:9/a.jpg")]),
    ("invalid_bg_color", &[("bg_color", "#fff")]),
    ("invalid_bg_image_url", &[("bg_image_url", "no address")]),
    ("invalid_channels", &[("channels", "rgb")]),
    ("invalid_crop_margin", &[("crop_margin", "51%")]),
    ("invalid_format", &[("format", "gif")]),
    ("invalid_position", &[("position", "left")]),
    ("invalid_roi", &[("roi", "0 0 1 1")]),
    ("invalid_scale", &[("scale", "9%")]),
    ("invalid_semitransparency", &[("semitransparency", "perhaps")]),
    ("invalid_size", &[("size", "large")]),
    ("multiple_bg_sources", &[("bg_color", "fff"), ("bg_image_url", "http://127.0.0.1:9/a.jpg")]),
    ("multiple_sources", &[("image_url", "http://127.0.0.1:9/a.jpg")]),
    ("roi_exceeds_bounds", &[("roi", "0px 0px 65px 48px")]),
    ("roi_region_empty", &[("roi", "5px 5px 5px 9px")]),
];

/// A PNG that says it has so many pixels and holds hardly any.
fn declared_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = picture_png(64, 48);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

/// A PNG whose header has no size.
fn damaged_header() -> Vec<u8> {
    declared_png(0, 0)
}

/// CRC-32 of PNG chunks (ISO 3309), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

#[rstest]
#[case::picture("*/*", "image/png")]
#[case::json("application/json", "application/json")]
#[tokio::test]
async fn both_shapes_of_an_answer_hold_the_same_picture(#[case] accept: &str, #[case] kind: &str) {
    let practice = Practice::start(|_| {}).await;
    let request = practice.request(Method::POST, "/removebg").header("Accept", accept);
    let reply = send(request.multipart(form(picture_png(64, 48), &[("size", "full"), ("type", "product")]))).await;
    assert_eq!(reply.header("content-type"), Some(kind));
    assert_conforms("post", "/removebg", &reply);
    let picture = if kind == "application/json" {
        STANDARD.decode(reply.json()["data"]["result_b64"].as_str().unwrap()).unwrap()
    } else {
        reply.body.to_vec()
    };
    assert_eq!(picture, common::cutout_png());
    let headers =
        ["x-width", "x-height", "x-foreground-left", "x-foreground-top", "x-type"].map(|name| reply.header(name));
    assert_eq!(headers, ["64", "48", "17", "9", "product"].map(Some));
}

#[rstest]
#[case::no_key(None, "Missing API Key")]
#[case::wrong_key(Some("wrong"), "API Key invalid")]
#[tokio::test]
async fn no_call_works_without_the_key(#[case] key: Option<&str>, #[case] title: &str) {
    let practice = Practice::start(|_| {}).await;
    let origin = practice.running.prefix().join("/").unwrap();
    let calls = [
        (Method::GET, "v1.0/account"),
        (Method::POST, "v1.0/removebg"),
        (Method::POST, "v1.0/improve"),
        (Method::GET, "sandbox/state"),
        (Method::POST, "sandbox/control"),
    ];
    for (method, path) in calls {
        let request = practice.client.request(method, origin.join(path).unwrap());
        let reply =
            send(key.map_or_else(
                || request.try_clone().unwrap(),
                |key| request.try_clone().unwrap().header("X-Api-Key", key),
            ))
            .await;
        assert_eq!((reply.status.as_u16(), reply.code().as_deref()), (403, Some("auth_failed")), "{path}");
        assert_eq!(reply.json()["errors"][0]["title"], title);
        assert!(!reply.text().contains(KEY));
    }
}
