//! `clearcut sandbox`: the practice service alone, until Ctrl-C. Any client that speaks the wire format can be pointed at it.

use std::io::Read;

use clearcut_app::problem::{Code, Problem};
use clearcut_sandbox::{SandboxError, SandboxOptions};
use uuid::Uuid;

use crate::args::Sandbox;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::out::Out;

/// Runs the command.
pub(crate) async fn sandbox(asked: Sandbox, out: &Out, interrupt: &Interrupt) -> Result<Exit, Problem> {
    let key = key(asked.key).await?;
    let options = SandboxOptions {
        port: asked.port,
        key: key.clone(),
        shop_token: Some(Uuid::new_v4().simple().to_string()),
        subscription: asked.subscription,
        payg: asked.payg,
        enterprise: asked.enterprise,
        free_previews: asked.free_previews,
        rate_limit_mp: asked.rate_limit,
        latency_ms: asked.latency_ms,
        account_lag_ms: asked.account_lag_ms,
        answer: asked.answer,
        faults: asked.faults,
        state_dir: asked.state,
    };
    let running = clearcut_sandbox::Sandbox::start(options).await.map_err(|error| problem(&error))?;
    let prefix = running.prefix();
    out.line(&format!("Practice service at {prefix}"));
    out.line(&format!("Key: {key}"));
    if let Some(shop) = running.shop() {
        out.talk(&format!("Credits and plans for practice coins, in a browser: {shop}"));
    }
    out.talk(&format!(
        "\nPoint any client of the wire format at it, for example\n  \
         curl -H 'X-Api-Key: {key}' -F image_file=@photo.jpg -F size=full {prefix}/removebg -o cutout.png\n  \
         CLEARCUT_API_KEY={key} clearcut remove photo.jpg --service {prefix}\n\
         Ctrl-C ends it."
    ));
    interrupt.stopped().await;
    let charged = running.charged();
    running.stop().await;
    out.talk(&format!("Ended. Charged in all: {charged}."));
    Ok(Exit::Done)
}

/// The key as given, from standard input, or made up.
async fn key(asked: Option<String>) -> Result<String, Problem> {
    match asked.as_deref() {
        None => Ok(Uuid::new_v4().simple().to_string()),
        Some("-") => {
            let read = tokio::task::spawn_blocking(|| {
                let mut typed = String::new();
                std::io::stdin().lock().take(4096).read_to_string(&mut typed).map(|_| typed.trim().to_owned())
            });
            read.await.unwrap_or_else(|_| Ok(String::new())).map_err(|error| {
                Problem::new(Code::BadRequest, format!("The key could not be read from standard input: {error}."), "")
            })
        }
        Some(key) => Ok(key.to_owned()),
    }
}

/// Why it does not start, as a problem with an exit code.
fn problem(error: &SandboxError) -> Problem {
    let code = match error {
        SandboxError::State { .. } | SandboxError::InUse { .. } | SandboxError::Journal { .. } => Code::StoreTrouble,
        _ => Code::BadRequest,
    };
    Problem::new(code, format!("The practice service did not start: {error}."), "")
}
