//! The command line.

use clap::{Parser, Subcommand};

use crate::admin::AdminCommand;
use crate::config::ServeFlags;
use crate::policy::PolicyCommand;

/// Shared iPhones that pass from person to person, and personal Apple devices under gentle management.
#[derive(Parser)]
#[command(name = "baton", version, propagate_version = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `baton` can do.
#[derive(Subcommand)]
pub enum Command {
    /// Start the server.
    ///
    /// Every setting can be written to baton.toml (addr = "127.0.0.1:3000"), overridden by the environment
    /// (BATON_ADDR=127.0.0.1:3000), overridden by a flag (--addr 127.0.0.1:3000).
    Serve(Box<ServeFlags>),
    /// Help out where nobody can sign in.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Play iPhones that enrol over Apple's protocol, get pushed, fetch commands and answer them.
    Simulate(baton_simulator::cli::SimulateArgs),
    /// Ask the rules, without a server.
    #[command(subcommand)]
    Policy(PolicyCommand),
}
