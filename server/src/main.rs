//! `baton`: shared iPhones that pass from person to person.
//!
//! This crate puts the others together: configuration, HTTP, periodic work, the command line.

mod admin;
mod announce;
mod clock;
mod command_line;
mod config;
mod database;
mod demo;
mod http;
mod keys;
mod live;
mod policy;
mod push;
mod serve;
mod workers;

use std::process::ExitCode;

use clap::Parser as _;

use crate::command_line::{Arguments, Command};

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(flags) => in_runtime(async move { serve::run(&flags).await.map_err(|error| error.to_string()) }),
        Command::Simulate(arguments) => {
            in_runtime(async move { baton_simulator::cli::run_cli(arguments).await.map_err(|error| error.to_string()) })
        }
        Command::Admin(command) => {
            in_runtime(async move { admin::run(&command).await.map_err(|error| error.to_string()) })
        }
        Command::Policy(command) => {
            return policy::run(&command).unwrap_or_else(|error| announce::failure(&error.to_string()));
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => announce::failure(&error),
    }
}

fn in_runtime<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    // One provider for all TLS of the process. A second installation would only fail because there is one already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the runtime could not be started: {error}"))?;
    runtime.block_on(work)
}
