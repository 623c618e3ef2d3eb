//! The key is in the head of the request and nowhere else: not in errors, not in `Debug`, not in any log at any level.

use std::io;
use std::sync::{Arc, Mutex};

use clearcut_service::{ApiKey, Remover as _};
use tracing_subscriber::fmt::MakeWriter;

use crate::server::{Manner, Server, answer};
use crate::setup::{KEY, call, client, patient};

/// Everything logged by this process.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_key_is_seen_by_the_service_only() {
    let log = Log::default();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).with_ansi(false).init();
    let echo = format!(r#"{{"errors":[{{"title":"Bad key {KEY}","code":"{KEY}","detail":"{KEY}"}}]}}"#);
    let location = format!("https://elsewhere.example/{KEY}");
    let odd = [("Content-Type", KEY), ("X-Request-Id", KEY), ("X-Type", KEY)];
    let manners = [
        Manner::Answers(answer("200 OK", &[("Content-Type", "image/png")], b"picture")),
        Manner::Answers(answer("200 OK", &odd, b"picture")),
        Manner::Answers(answer("403 Forbidden", &[], echo.as_bytes())),
        Manner::Answers(answer("301 Moved Permanently", &[("Location", &location)], b"")),
        Manner::Answers(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec()),
        Manner::Answers(Vec::new()),
    ];
    let mut told = format!("{:?}", ApiKey::new(KEY).unwrap());
    for manner in manners {
        let server = Server::start(manner).await;
        let client = client(&server.prefix(), patient());
        told.push_str(&format!("{client:?}"));
        match call(&client).await {
            Ok((head, _)) => told.push_str(&format!("{head:?}")),
            Err(error) => told.push_str(&format!("{error} {error:?} {error:#?}")),
        }
        if let Err(error) = client.account().await {
            told.push_str(&format!("{error} {error:?}"));
        }
        assert!(server.requests().iter().all(|request| request.contains(KEY)), "the service itself does see it");
    }
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("answer"), "the log was captured");
    assert!(!logged.contains(KEY), "the key was logged");
    assert!(!told.contains(KEY), "the key was told");
}
