//! Ctrl-C. The first one means "start nothing new": what was sent is awaited, because its answer is paid. The second one
//! means "now", and is taken at its word.

use tokio::sync::watch;

/// How often the user asked to stop.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt(watch::Receiver<u32>);

impl Interrupt {
    /// Begins to listen, for as long as the program runs.
    pub(crate) fn listen() -> Self {
        let (asked, heard) = watch::channel(0);
        tokio::spawn(async move {
            while next_signal().await.is_ok() {
                asked.send_modify(|times| *times += 1);
            }
            // Without signals nobody asks; the channel stays open so that nobody seems to.
            std::future::pending::<()>().await;
        });
        Self(heard)
    }

    /// Somebody who asked already, or never does.
    #[cfg(test)]
    pub(crate) fn asked_so_often(times: u32) -> Self {
        Self(watch::channel(times).1)
    }

    /// Whether the user asked to stop.
    pub(crate) fn asked(&self) -> bool {
        *self.0.borrow() > 0
    }

    /// Returns when the user asks to stop.
    pub(crate) async fn stopped(&self) {
        self.times(1).await;
    }

    /// Returns when the user asks a second time.
    pub(crate) async fn insisted(&self) {
        self.times(2).await;
    }

    async fn times(&self, times: u32) {
        if self.0.clone().wait_for(|asked| *asked >= times).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// The next request to stop: Ctrl-C, or the system's own way.
async fn next_signal() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
