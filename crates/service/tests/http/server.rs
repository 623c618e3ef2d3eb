//! A server on a bare socket, which can do what no HTTP library allows: stop in the middle, promise a wrong length, answer
//! before it was asked. It counts connections and keeps the requests it read.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What a server does with each connection.
#[derive(Clone, Debug)]
pub(crate) enum Manner {
    /// Reads the whole request, writes this, closes.
    Answers(Vec<u8>),
    /// Reads the head, writes this, and holds the connection, reading nothing more.
    AnswersEarly(Vec<u8>),
    /// Reads the head only and holds the connection.
    StopsReading,
    /// Reads the head and this many bytes of the body, and closes.
    CutsUploadAt(usize),
    /// Reads the whole request, writes this (nothing, or a part of an answer), and holds the connection.
    FallsSilentAfter(Vec<u8>),
    /// Reads the whole request, and writes this byte by byte, for ever repeating the last.
    Drips(Vec<u8>),
}

#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<Vec<u8>>>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, requests) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let (count, keep) = (Arc::clone(&connections), Arc::clone(&requests));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, manner.clone(), Arc::clone(&keep)));
            }
        });
        Self { address, connections, requests, task }
    }

    /// A server that answers every request with this status line, these headers and this body.
    pub(crate) async fn answering(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Self {
        Self::start(Manner::Answers(answer(status, headers, body))).await
    }

    pub(crate) fn prefix(&self) -> String {
        format!("http://{}/v1.0", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The requests read so far, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        requests.iter().map(|request| String::from_utf8_lossy(request).into_owned()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An answer with an exact length.
pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        answer.push_str(&format!("{name}: {value}\r\n"));
    }
    answer.push_str("\r\n");
    [answer.as_bytes(), body].concat()
}

async fn serve(mut stream: TcpStream, manner: Manner, requests: Arc<Mutex<Vec<Vec<u8>>>>) {
    let mut request = read_head(&mut stream).await;
    match manner {
        Manner::AnswersEarly(answer) => {
            stream.write_all(&answer).await.unwrap();
            return pending().await;
        }
        Manner::StopsReading => return pending().await,
        Manner::CutsUploadAt(bytes) => {
            let mut part = vec![0; bytes];
            let _ = stream.read_exact(&mut part).await;
            return;
        }
        _ => {}
    }
    read_body(&mut stream, &mut request).await;
    requests.lock().unwrap().push(request);
    match manner {
        Manner::Answers(answer) => {
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        }
        Manner::FallsSilentAfter(part) => {
            let _ = stream.write_all(&part).await;
            pending::<()>().await;
        }
        Manner::Drips(bytes) => drip(&mut stream, &bytes).await,
        Manner::AnswersEarly(_) | Manner::StopsReading | Manner::CutsUploadAt(_) => {}
    }
}

async fn drip(stream: &mut TcpStream, bytes: &[u8]) {
    let last = *bytes.last().unwrap();
    let mut tick = tokio::time::interval(Duration::from_millis(2));
    for byte in bytes.iter().copied().chain(std::iter::repeat(last)) {
        tick.tick().await;
        if stream.write_all(&[byte]).await.is_err() {
            return;
        }
    }
}

async fn read_head(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    head
}

async fn read_body(stream: &mut TcpStream, request: &mut Vec<u8>) {
    let head = String::from_utf8_lossy(request).to_ascii_lowercase();
    let len = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |len| len.parse().unwrap());
    let mut body = vec![0; len];
    let _ = stream.read_exact(&mut body).await;
    request.extend_from_slice(&body);
}
