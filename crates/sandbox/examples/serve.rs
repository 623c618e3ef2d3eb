//! A practice service in one line, for the conformance check and for trying things out:
//! `cargo run -p clearcut-sandbox --example serve -- --port 8799 --key practice [--answer FILE] [--rate-limit N] …`.
//! `clearcut sandbox` is the same with help and account folder.

#![expect(clippy::print_stdout, reason = "a program that says where it listens")]

use std::error::Error;

use clearcut_sandbox::{Sandbox, SandboxOptions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut options = SandboxOptions::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(flag) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{flag} wants a value"))?;
        match flag.as_str() {
            "--port" => options.port = value.parse()?,
            "--key" => options.key = value,
            "--subscription" => options.subscription = value,
            "--payg" => options.payg = value,
            "--free-previews" => options.free_previews = value.parse()?,
            "--rate-limit" => options.rate_limit_mp = value.parse()?,
            "--latency-ms" => options.latency_ms = value.parse()?,
            "--account-lag-ms" => options.account_lag_ms = value.parse()?,
            "--answer" => options.answer = Some(value.into()),
            "--faults" => options.faults = Some(value.into()),
            "--state" => options.state_dir = Some(value.into()),
            _ => return Err(format!("{flag} is not known").into()),
        }
    }
    let running = Sandbox::start(options).await?;
    println!("listening on {}", running.prefix());
    tokio::signal::ctrl_c().await?;
    running.stop().await;
    Ok(())
}
