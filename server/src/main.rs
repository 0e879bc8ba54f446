//! `baton`: shared iPhones that pass from person to person.
//!
//! This crate puts the others together: configuration, HTTP, periodic work, the command line.

mod announce;
mod clock;
mod command_line;
mod config;
mod demo;
mod http;
mod keys;
mod push;
mod serve;
mod workers;

use std::process::ExitCode;

use clap::Parser as _;

use crate::command_line::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // One provider for all TLS of the process. A second installation would only fail because there is one already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return announce::failure(&format!("the runtime could not be started: {error}")),
    };
    let outcome = runtime.block_on(async {
        match arguments.command {
            Command::Serve(flags) => serve::run(&flags).await.map_err(|error| error.to_string()),
            Command::Simulate(arguments) => {
                baton_simulator::cli::run_cli(arguments).await.map_err(|error| error.to_string())
            }
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => announce::failure(&error),
    }
}
