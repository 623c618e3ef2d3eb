//! What goes out: every field, in every encoding, with an exact length and the key in its header.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::post;
use clearcut_service::wire::{Channels, ShadowOpacity, ShadowType, Size, SubjectType, TypeLevel, WireFormat};
use clearcut_service::{
    AnswerSink, ApiKey, Background, Consent, ErrorKind, HttpRemover, ImageSource, ImproveRequest, NoProgress,
    RemovalRequest, Remover as _, SetupError, builtin_profiles,
};
use rstest::rstest;
use tokio_util::sync::CancellationToken;

use crate::server::Server;
use crate::setup::{KEY, Witness, call_with, client, patient, picture, profile, request_of};

/// What a multipart reader found: name to text, files as `filename (type): bytes`.
type Form = BTreeMap<String, String>;

/// A server with a real multipart reader; answers a small PNG.
async fn form_server() -> (String, Arc<Mutex<Vec<Form>>>) {
    async fn read(State(forms): State<Arc<Mutex<Vec<Form>>>>, mut multipart: Multipart) -> impl IntoResponse {
        let mut form = Form::new();
        while let Some(field) = multipart.next_field().await.unwrap() {
            let name = field.name().unwrap().to_owned();
            let file = field.file_name().map(|file| format!("{file} ({})", field.content_type().unwrap_or_default()));
            let bytes = field.bytes().await.unwrap();
            let value = match file {
                Some(file) => format!("{file}: {} bytes", bytes.len()),
                None => String::from_utf8(bytes.to_vec()).unwrap(),
            };
            assert!(form.insert(name, value).is_none(), "a field was sent twice");
        }
        forms.lock().unwrap().push(form);
        ([("content-type", "image/png")], "picture")
    }
    let forms = Arc::new(Mutex::new(Vec::new()));
    let app = Router::new()
        .route("/v1.0/removebg", post(read))
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::clone(&forms));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let prefix = format!("http://{}/v1.0", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (prefix, forms)
}

fn form(fields: &[(&str, &str)]) -> Form {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn every_field_arrives_at_a_multipart_reader() {
    let (prefix, forms) = form_server().await;
    let (file, behind) = (picture(300_000), picture(5));
    let request = RemovalRequest {
        subject: Some(SubjectType::Person),
        type_level: Some(TypeLevel::Latest),
        roi: Some("0% 10px 100% 200px".parse().unwrap()),
        crop: Some(true),
        crop_margin: Some("10% 30px".parse().unwrap()),
        scale: Some("80%".parse().unwrap()),
        position: Some("20% 70%".parse().unwrap()),
        channels: Some(Channels::Rgba),
        shadow: Some(ShadowType::Auto),
        shadow_by_subject: BTreeMap::from([(SubjectType::Car, ShadowType::ThreeD)]),
        shadow_opacity: Some(ShadowOpacity::Of(60)),
        add_shadow: Some(false),
        semitransparency: Some(true),
        background: Some(Background::File { path: behind.path().into(), content: "1f".into() }),
        ..request_of(&file)
    };
    call_with(&client(&prefix, patient()), &request).await.unwrap();
    let behind = behind
        .path()
        .file_name()
        .unwrap()
        .to_string_lossy()
        .replace(|c: char| !c.is_ascii_alphanumeric() && c != '.', "_");
    let expected = form(&[
        ("image_file", "dog.jpg (image/jpeg): 300000 bytes"),
        ("bg_image_file", &format!("{behind} (application/octet-stream): 5 bytes")),
        ("size", "full"),
        ("format", "zip"),
        ("type", "person"),
        ("type_level", "latest"),
        ("roi", "0% 10px 100% 200px"),
        ("crop", "true"),
        ("crop_margin", "10% 30px"),
        ("scale", "80%"),
        ("position", "20% 70%"),
        ("channels", "rgba"),
        ("shadow_type", "auto"),
        ("shadow_type[car]", "3D"),
        ("shadow_opacity", "60"),
        ("add_shadow", "false"),
        ("semitransparency", "true"),
    ]);
    assert_eq!(*forms.lock().unwrap(), [expected]);
}

#[tokio::test]
async fn base64_travels_in_a_form_where_the_service_reads_no_json_or_a_file_comes_along() {
    let (prefix, forms) = form_server().await;
    let file = picture(2);
    let source = ImageSource::Base64File { path: file.path().into() };
    let plain = RemovalRequest::new(source, Size::Preview, WireFormat::Png);
    let other = builtin_profiles().into_iter().find(|profile| profile.id == "other").unwrap();
    let no_json = HttpRemover::new(other.with_prefix(prefix.parse().unwrap()).unwrap(), None, patient()).unwrap();
    call_with(&no_json, &plain).await.unwrap();

    let background = Background::File { path: file.path().into(), content: "1f".into() };
    let with_file = RemovalRequest { background: Some(background), ..plain };
    call_with(&client(&prefix, patient()), &with_file).await.unwrap();

    let forms = forms.lock().unwrap();
    assert_eq!(forms[0], form(&[("size", "preview"), ("format", "png"), ("image_file_b64", "cHA=")]));
    assert_eq!(forms[1]["image_file_b64"], "cHA=");
    assert!(forms[1]["bg_image_file"].ends_with("2 bytes"));
}

#[tokio::test]
async fn addresses_and_base64_travel_as_json() {
    let server = Server::answering("200 OK", &[("Content-Type", "image/png")], b"picture").await;
    let client = client(&server.prefix(), patient());
    let url = ImageSource::Url("https://example.org/dog.jpg".parse().unwrap());
    let request = RemovalRequest {
        background: Some(Background::Url("https://example.org/sky.jpg".parse().unwrap())),
        ..RemovalRequest::new(url, Size::Hd, WireFormat::Jpg)
    };
    call_with(&client, &request).await.unwrap();
    let file = picture(200_000);
    let source = ImageSource::Base64File { path: file.path().into() };
    call_with(&client, &RemovalRequest::new(source, Size::Hd, WireFormat::Jpg)).await.unwrap();

    let bodies: Vec<serde_json::Value> = server
        .requests()
        .iter()
        .map(|request| serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap())
        .collect();
    assert_eq!(
        bodies[0],
        serde_json::json!({
            "size": "hd", "format": "jpg",
            "image_url": "https://example.org/dog.jpg", "bg_image_url": "https://example.org/sky.jpg"
        })
    );
    assert_eq!(bodies[1]["image_file_b64"].as_str().unwrap().len(), 266_668);
}

#[tokio::test]
async fn the_head_of_a_request_is_exact() {
    let server = Server::answering("200 OK", &[("Content-Type", "image/png")], b"picture").await;
    call_with(&client(&server.prefix(), patient()), &request_of(&picture(250_000))).await.unwrap();
    let requests = server.requests();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("post /v1.0/removebg http/1.1\r\n"));
    assert!(head.contains(&format!("\r\nx-api-key: {KEY}")));
    assert!(head.contains(&format!("\r\ncontent-length: {}", body.len())));
    assert!(head.contains("\r\ncontent-type: multipart/form-data; boundary="));
    assert!(!head.contains("transfer-encoding"));
    assert!(!head.contains("accept-encoding"), "an answer must arrive as it was sent");
    assert!(body.ends_with("--\r\n"));
}

#[tokio::test]
async fn progress_adds_up_in_both_directions() {
    let answer = vec![b'a'; 500_000];
    let server = Server::answering("200 OK", &[("Content-Type", "image/png")], &answer).await;
    let (file, witness) = (picture(1_000_000), Witness::default());
    let mut sink = Vec::new();
    let request = request_of(&file);
    let client = client(&server.prefix(), patient());
    client.remove(&request, &mut sink, &witness, &CancellationToken::new()).await.unwrap();

    let up = witness.up.lock().unwrap();
    let (_, body) =
        server.requests()[0].split_once("\r\n\r\n").map(|(head, body)| (head.len(), body.len() as u64)).unwrap();
    assert!(up.is_sorted(), "it never goes back");
    assert!(up.iter().all(|(_, total)| *total == body));
    assert_eq!(up.last(), Some(&(body, body)));
    let down = witness.down.lock().unwrap();
    assert!(down.is_sorted());
    assert_eq!(down.last(), Some(&(500_000, Some(500_000))));
    assert_eq!(sink.len(), 500_000);
}

#[tokio::test]
async fn a_picture_for_the_improvement_programme_is_sent_with_its_name_and_tag() {
    let server = Server::answering("200 OK", &[("Content-Type", "application/json")], br#"{"id":"fe09"}"#).await;
    let file = picture(10);
    let source = ImageSource::File { path: file.path().into(), file_name: "dog.jpg".into() };
    let mut request = ImproveRequest::new(source, Consent::given_by_user_for_this_picture());
    request.filename = Some("dog.jpg".into());
    request.tag = Some("fur".into());
    let client = client(&server.prefix(), patient());
    let id = client.improve(&request, &NoProgress, &CancellationToken::new()).await.unwrap();
    assert_eq!(id, "fe09");
    let sent = server.requests().remove(0);
    assert!(sent.starts_with("POST /v1.0/improve "));
    assert!(
        sent.contains("name=\"image_filename\"\r\n\r\ndog.jpg\r\n") && sent.contains("name=\"tag\"\r\n\r\nfur\r\n")
    );
}

#[rstest]
#[case::encrypted("https://api.example.org/v1.0", true)]
#[case::in_the_clear("http://api.example.org/v1.0", false)]
#[case::this_computer("http://localhost:1/v1.0", true)]
fn a_key_is_never_given_to_a_client_that_would_send_it_in_the_clear(#[case] prefix: &str, #[case] may: bool) {
    let made = HttpRemover::new(profile(prefix), Some(ApiKey::new(KEY).unwrap()), patient());
    match made {
        // Without root certificates on the system there is no client for https; that is another matter.
        Ok(_) | Err(SetupError::Client(_)) => assert!(may),
        Err(error) => {
            assert_eq!(error, SetupError::PlainHttp { host: "api.example.org".into() });
            assert!(!may);
        }
    }
}

#[test]
fn a_profile_without_an_address_makes_no_client() {
    for profile in builtin_profiles().into_iter().filter(|profile| profile.needs_prefix) {
        assert!(matches!(HttpRemover::new(profile, None, patient()), Err(SetupError::NoAddress { .. })));
    }
}

#[tokio::test]
async fn what_a_service_does_not_offer_is_not_sent() {
    let server = Server::answering("200 OK", &[], b"picture").await;
    let carvekit = builtin_profiles().into_iter().find(|profile| profile.id == "carvekit").unwrap();
    let client =
        HttpRemover::new(carvekit.with_prefix(server.prefix().parse().unwrap()).unwrap(), None, patient()).unwrap();
    let file = picture(1);
    for request in [
        RemovalRequest { accept_json: true, ..request_of(&file) },
        RemovalRequest { format: WireFormat::WebP, ..request_of(&file) },
    ] {
        let error = call_with(&client, &request).await.unwrap_err();
        assert!(matches!(error.kind, ErrorKind::NotOffered { .. }));
    }
    assert!(matches!(client.account().await.unwrap_err().kind, ErrorKind::NotOffered { .. }));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_file_that_cannot_be_sent_opens_no_connection() {
    let server = Server::answering("200 OK", &[], b"picture").await;
    let mut profile = profile(&server.prefix());
    profile.limits.max_bytes = Some(100);
    let client = HttpRemover::new(profile, None, patient()).unwrap();
    let missing = ImageSource::File { path: "/no/such/file.jpg".into(), file_name: "file.jpg".into() };
    let error = call_with(&client, &RemovalRequest::new(missing, Size::Full, WireFormat::Zip)).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Source(error) if error.kind() == std::io::ErrorKind::NotFound));
    let error = call_with(&client, &request_of(&picture(101))).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::SourceTooLarge { size_bytes: 101, limit_bytes: 100 }));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_head_only_sink_is_an_answer_sink_too() {
    struct HeadOnly(Option<u16>);
    impl AnswerSink for HeadOnly {
        fn head(&mut self, head: &clearcut_service::AnswerHead) -> std::io::Result<()> {
            assert!(self.0.replace(head.status).is_none(), "the head comes once");
            Ok(())
        }
        fn chunk(&mut self, _: &[u8]) -> std::io::Result<()> {
            assert!(self.0.is_some(), "the head comes first");
            Ok(())
        }
    }
    let server = Server::answering("200 OK", &[("Content-Type", "image/png")], &[0; 100_000]).await;
    let file = picture(1);
    let mut sink = HeadOnly(None);
    let (request, client) = (request_of(&file), client(&server.prefix(), patient()));
    client.remove(&request, &mut sink, &NoProgress, &CancellationToken::new()).await.unwrap();
    assert_eq!(sink.0, Some(200));
}

#[tokio::test]
async fn header_names_of_the_answer_compare_case_insensitively_on_a_real_server() {
    async fn read(headers: HeaderMap) -> impl IntoResponse {
        // The body is not read: what the service has to say must arrive all the same.
        assert_eq!(headers["x-api-key"], KEY);
        ([("content-type", "image/png"), ("X-CREDITS-charged", "0.25"), ("x-Width", "no")], "picture")
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let prefix = format!("http://{}/v1.0", listener.local_addr().unwrap());
    let app = Router::new().route("/v1.0/removebg", post(read)).layer(DefaultBodyLimit::disable());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let (head, body) = call_with(&client(&prefix, patient()), &request_of(&picture(10))).await.unwrap();
    assert_eq!(head.credits_charged.unwrap().as_str(), "0.25");
    assert_eq!((head.width, body.as_slice()), (None, b"picture".as_slice()));
}
