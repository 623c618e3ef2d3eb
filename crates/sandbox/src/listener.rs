//! A listener whose connections can be cut by the call they carry: the way to lose an answer on purpose.
//! Knows TCP only.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Accepts connections that can be cut.
pub(crate) struct CuttableListener(pub(crate) TcpListener);

/// A connection that stands,
const WHOLE: u8 = 0;
/// that ends in order at the next write,
const CUT: u8 = 1;
/// that ends with a reset.
const RESET: u8 = 2;

/// Cuts one connection. Calls get it through `ConnectInfo`.
#[derive(Debug, Clone)]
pub(crate) struct Scissors {
    cut: Arc<AtomicU8>,
    /// Zeros to be written after what is being written now.
    surplus: Arc<AtomicUsize>,
    /// Counts how often everything buffered had been handed to the system.
    flushes: watch::Sender<u64>,
}

impl Scissors {
    /// From here on nothing more is written; the connection is dropped at the next attempt, in order or by a reset.
    pub(crate) fn cut(&self, reset: bool) {
        self.cut.store(if reset { RESET } else { CUT }, Ordering::Release);
    }

    /// Writes so many zeros once everything that is being written has been handed to the system.
    pub(crate) fn append(&self, zeros: usize) {
        self.surplus.store(zeros, Ordering::Release);
    }

    /// Waits for the next moment at which everything written so far is in the system's hands.
    pub(crate) async fn flushed(&self) {
        let mut flushes = self.flushes.subscribe();
        // Fails only when the connection is gone, and then nothing is left to wait for.
        let _ = flushes.changed().await;
    }

    fn new() -> Self {
        Self { cut: Arc::default(), surplus: Arc::default(), flushes: watch::Sender::new(0) }
    }
}

/// A connection and the means to cut it.
pub(crate) struct CuttableStream {
    stream: TcpStream,
    scissors: Scissors,
}

impl CuttableStream {
    /// Fails once the connection was cut.
    fn check(&self) -> io::Result<()> {
        let cut = self.scissors.cut.load(Ordering::Acquire) != WHOLE;
        if cut { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }

    /// Writes what is to follow the answer.
    fn poll_surplus(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        const ZEROS: [u8; 4096] = [0; 4096];
        loop {
            let left = self.scissors.surplus.load(Ordering::Acquire);
            if left == 0 {
                return Poll::Ready(Ok(()));
            }
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &ZEROS[..left.min(ZEROS.len())]))?;
            self.scissors.surplus.store(left - written, Ordering::Release);
        }
    }
}

impl Drop for CuttableStream {
    fn drop(&mut self) {
        if self.scissors.cut.load(Ordering::Acquire) == RESET {
            // A socket that does not linger ends with a reset; where that cannot be said, it ends in order.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Small answers should not wait for the peer's acknowledgement; failing to say so costs only time.
        let _ = stream.set_nodelay(true);
        (CuttableStream { stream, scissors: Scissors::new() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Scissors {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().scissors.clone()
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_surplus(cx))?;
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.scissors.flushes.send_modify(|count| *count = count.wrapping_add(1));
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.scissors.cut.load(Ordering::Acquire) == RESET {
            // An orderly end would be heard before the reset.
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }
}
