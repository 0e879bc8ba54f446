//! `baton policy`: the rules on the command line, over a snapshot file or the configured database.

mod decide;
mod error;
mod explain;
mod lint;
mod output;
mod plan;
mod snapshot;
mod source;
mod table;
mod test;
mod what_if;

use std::{io, process::ExitCode};

use clap::Subcommand;

use decide::DecideFlags;
pub use error::PolicyError;
use explain::ExplainFlags;
use lint::LintFlags;
use plan::PlanFlags;
use snapshot::SnapshotFlags;
pub use table::TableFlags;
use test::TestFlags;
use what_if::WhatIfFlags;

/// The exit code of a check that was made and found something.
const FOUND: u8 = 3;

/// What `baton policy` can do.
#[derive(Subcommand)]
pub enum PolicyCommand {
    /// Print Apple's table: what works on which system under which enrollment.
    ///
    /// Apple's word alone, without what Baton narrows. Each row is a command, check-in message, payload, declaration or
    /// key on a system under an enrollment. iPadOS is as iOS; rows for ipados are those of Shared iPad. A row holds from
    /// the version "introduced" up to, not including, "removed".
    Table(TableFlags),
    /// Write the organisation as a snapshot file, for the other commands.
    ///
    /// A snapshot holds what decisions read: users, groups, devices with their facts and holders, items without their
    /// contents, distributions, and what is on devices. No passwords, no keys, no contents of items. It does hold names
    /// and mail addresses of people.
    ///
    /// Example: baton policy snapshot --out ward.json
    #[command(after_help = EXIT_CODES)]
    Snapshot(SnapshotFlags),
    /// Say which devices get which items, and why.
    ///
    /// Every item on every device, unless narrowed. Items, devices and users are given by id or by name.
    ///
    /// Example: baton policy decide --snapshot ward.json --item "Ward Wi-Fi" --holder nobody
    #[command(after_help = EXIT_CODES)]
    Decide(DecideFlags),
    /// Say why a device gets an item or not, rule by rule, and what would change that.
    ///
    /// Example: baton policy explain "Ward Wi-Fi" "Ward phone" --lang de
    #[command(after_help = EXIT_CODES)]
    Explain(ExplainFlags),
    /// Say what must change on a device for somebody to hold it: the dry run of signing in or out.
    ///
    /// Example: baton policy plan "Ward phone" --holder nobody
    #[command(after_help = EXIT_CODES)]
    Plan(PlanFlags),
    /// Say which devices would gain or lose what.
    ///
    /// Compares with another snapshot, or with what a list of changes makes of it. Nothing is changed.
    ///
    /// Example: baton policy what-if --snapshot ward.json --changes changes.json
    #[command(after_help = EXIT_CODES)]
    WhatIf(WhatIfFlags),
    /// Find what is wrong with the policy as a whole.
    ///
    /// For example that the sign-in page would vanish at sign-out, that no device can get an item, or that a rule reads
    /// an attribute nobody has.
    ///
    /// Example: baton policy lint --snapshot ward.json --strict
    #[command(after_help = LINT_EXIT_CODES)]
    Lint(LintFlags),
    /// Check what is expected of the policy, and explain what is not met.
    ///
    /// Every file with the ending .toml in the folder and its subfolders is a list of expectations:
    ///
    ///   [[expect]]
    ///   name = "Nobody keeps the Wi-Fi"
    ///   item = "Ward Wi-Fi"
    ///   holder = "nobody"
    ///   gets = true
    ///
    /// Example: baton policy test expectations --snapshot ward.json
    #[command(after_help = TEST_EXIT_CODES, verbatim_doc_comment)]
    Test(TestFlags),
}

const EXIT_CODES: &str = "Exit codes: 0 answered; 1 something given is wrong; 2 the command line is wrong.";
const LINT_EXIT_CODES: &str = "Exit codes: 0 nothing that blocks was found (with --strict: nothing at all); \
    3 something was found; 1 something given is wrong; 2 the command line is wrong.";
const TEST_EXIT_CODES: &str = "Exit codes: 0 everything is as expected; 3 something is not; 1 something given is \
    wrong; 2 the command line is wrong.";

/// Runs it.
///
/// # Errors
///
/// [`PolicyError`] says what happened, why, and what to do.
pub fn run(command: &PolicyCommand) -> Result<ExitCode, PolicyError> {
    let out = &mut io::stdout().lock();
    let ran = match command {
        PolicyCommand::Table(flags) => table::print(flags, out).map(|()| ExitCode::SUCCESS).map_err(Into::into),
        PolicyCommand::Snapshot(flags) => snapshot::run(flags, out),
        PolicyCommand::Decide(flags) => decide::run(flags, out),
        PolicyCommand::Explain(flags) => explain::run(flags, out),
        PolicyCommand::Plan(flags) => plan::run(flags, out),
        PolicyCommand::WhatIf(flags) => what_if::run(flags, out),
        PolicyCommand::Lint(flags) => lint::run(flags, out),
        PolicyCommand::Test(flags) => test::run(flags, out),
    };
    match ran {
        // Whoever reads has seen enough, as `head` has.
        Err(PolicyError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        ran => ran,
    }
}
