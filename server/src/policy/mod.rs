//! `baton policy`: the rules on the command line, without a server.

mod table;

use std::io;

use clap::Subcommand;

pub use table::TableFlags;

/// What `baton policy` can do.
#[derive(Subcommand)]
pub enum PolicyCommand {
    /// Print Apple's table: what works on which system under which enrollment.
    ///
    /// Apple's word alone, without what Baton narrows. Each row is a command, check-in message, payload, declaration or
    /// key on a system under an enrollment. iPadOS is as iOS; rows for ipados are those of Shared iPad. A row holds from
    /// the version "introduced" up to, not including, "removed".
    Table(TableFlags),
}

/// Runs it.
///
/// # Errors
///
/// What kept the output from being written.
pub fn run(command: &PolicyCommand) -> io::Result<()> {
    match command {
        PolicyCommand::Table(flags) => match table::print(flags, &mut io::stdout().lock()) {
            // Whoever reads has seen enough, as `head` has.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            printed => printed,
        },
    }
}
