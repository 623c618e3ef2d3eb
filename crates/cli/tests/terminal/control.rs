//! The practice service's control call: what the world does while nobody looks.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use crate::place::{KEY, Practice};

impl Practice {
    /// Says what the world does next: `POST /sandbox/control`.
    pub(crate) fn control(&self, wanted: &Value) {
        let prefix = self.prefix();
        let host = prefix.trim_start_matches("http://").split('/').next().unwrap().to_owned();
        let body = wanted.to_string();
        let mut stream = TcpStream::connect(&host).unwrap();
        write!(
            stream,
            "POST /sandbox/control HTTP/1.1\r\nHost: {host}\r\nX-Api-Key: {KEY}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}
