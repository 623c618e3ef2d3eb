//! `clearcut`: background removal from the terminal, with every credit accounted for.
//!
//! The same use cases as in the window, awaited to their end. Results go to standard output, everything else to standard
//! error, and the exit code says what happened ([`exit`]). It decides nothing about money: it asks the app what something
//! costs, asks the user or the flags whether that is agreed, and passes the agreement on.

mod account;
mod agree;
mod archive;
mod args;
mod choices;
mod credits;
mod decision;
mod doctor;
mod draw;
mod exit;
mod export;
mod gauge;
mod history;
mod host;
mod inputs;
mod interrupt;
mod jobs;
mod line;
mod notices;
mod out;
mod outlook;
mod plan;
mod preview;
mod progress;
mod quote;
mod remove;
mod run;
mod sandbox;
mod session;
mod sheet;
mod vault;
mod watch;
mod words;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::args::{Arguments, Command};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::session::Opening;

fn main() -> ExitCode {
    clearcut_app::memory::give_back_large_buffers();
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let out = Out::new();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            out.talk(&format!("clearcut: the system gives no threads to work with: {error}."));
            return Exit::Other.into();
        }
    };
    let exit = runtime.block_on(async {
        let interrupt = Interrupt::listen();
        tokio::select! {
            biased;
            () = interrupt.insisted() => Exit::Cancelled,
            exit = perform(arguments, &out, &interrupt) => exit,
        }
    });
    // A prompt that nobody answers any more must not keep the program alive.
    runtime.shutdown_background();
    exit.into()
}

/// Performs one command; a problem that ends it is told here, once.
async fn perform(arguments: Arguments, out: &Out, interrupt: &Interrupt) -> Exit {
    let opening = Opening { service: arguments.service, model: arguments.model.file() };
    let done = match arguments.command {
        Command::Remove(asked) => Box::pin(remove::remove(asked, opening, out, interrupt)).await,
        Command::Preview(asked) => Box::pin(preview::preview(asked, opening, out, interrupt)).await,
        Command::Export(asked) => Box::pin(export::export(*asked, opening, out, interrupt)).await,
        Command::Quote(asked) => Box::pin(quote::quote(asked, opening, out, interrupt)).await,
        Command::Jobs(asked) => Box::pin(jobs::jobs(asked, opening, out, interrupt)).await,
        Command::Resolve(asked) => Box::pin(jobs::resolve(asked, opening, out, interrupt)).await,
        Command::Credits(asked) => Box::pin(credits::credits(asked, opening, out, interrupt)).await,
        Command::Watch(asked) => Box::pin(watch::watch(*asked, opening, out, interrupt)).await,
        Command::Plan(asked) => Box::pin(plan::plan(asked, opening, out, interrupt)).await,
        Command::History(asked) => Box::pin(history::history(asked, opening, out, interrupt)).await,
        Command::Vault(asked) => Box::pin(vault::vault(asked, opening, out, interrupt)).await,
        Command::Archive(asked) => Box::pin(archive::archive(asked, opening, out, interrupt)).await,
        Command::Notices(asked) => Box::pin(notices::notices(asked, opening, out, interrupt)).await,
        Command::Account(asked) => Box::pin(account::account(asked, opening.service, out, interrupt)).await,
        Command::Doctor(asked) => Box::pin(doctor::doctor(asked, opening, out, interrupt)).await,
        Command::Sandbox(asked) => Box::pin(sandbox::sandbox(asked, out, interrupt)).await,
    };
    done.unwrap_or_else(|problem| {
        out.problem(&problem);
        Exit::of(problem.code)
    })
}
