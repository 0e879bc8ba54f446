//! `baton simulate`: the fleet on the command line.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::app_store::AppStore;
use crate::device::spec::DeviceSpec;
use crate::error::SimulatorError;
use crate::event::{Event, EventKind};
use crate::fleet::{Fleet, FleetConfig};
use crate::pace::Pace;
use crate::protocol::answer::Status;
use crate::script::Script;

/// Simulates iPhones: they enrol, wait for pushes, fetch commands, carry them out and answer, until Ctrl-C.
///
/// Each line says when, which phone, and what it did. The server must send its pushes to the address that is printed
/// first, instead of to Apple.
#[derive(Debug, Clone, Args)]
pub struct SimulateArgs {
    /// Address of an enrollment profile; give it several times to enrol phones with several profiles in turn
    #[arg(long = "server", value_name = "URL", required_unless_present = "state")]
    pub server: Vec<String>,

    /// How many phones [default: one for each --server]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub devices: Option<u32>,

    /// Where pushes arrive, in the form of Apple's push service; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:2197")]
    pub push_listen: SocketAddr,

    /// Folder in which phones are kept, so that they go on where they were; made if it is missing
    #[arg(long, value_name = "FOLDER")]
    pub state: Option<PathBuf>,

    /// Rules by which phones misbehave, as JSON
    ///
    /// For example:
    ///
    /// {"rules": [{"device": "iPhone 2", "request": "InstallProfile", "times": 3, "fault": "not_now"}]}
    ///
    /// "request" is a command's request type, Idle, Authenticate, TokenUpdate, CheckOut or * for all. These may be left
    /// out: "device" (name or serial number), "target" (part of a profile's or app's identifier), "from" (the first
    /// message affected, default 1) and "times" (how many, default 1, 0 = all).
    ///
    /// Faults: answer_twice, never_answer, lose_answer, lose_response, drop_before_effect, command_format_error,
    /// not_now, install_fails, user_refuses, wrong_signature, missing_signature.
    ///
    /// Faults with a time: {"answer_late": {"seconds": 5}}, and install_slowly and offline in the same way.
    ///
    /// An error: {"error": {"domain": "MCMDMErrorDomain", "code": 12008, "description": "Malformed request"}}.
    #[arg(long, value_name = "FILE")]
    pub script: Option<PathBuf>,

    /// Further apps that can be installed, as JSON
    ///
    /// For example:
    ///
    /// [{"bundle_id": "org.example.rounds", "name": "Rounds", "manifest_url": "https://example.org/rounds.plist"}]
    ///
    /// An app of the App Store has a "store_id" instead of the address. Some well-known apps are there already, and
    /// manifests that are not listed are fetched.
    #[arg(long, value_name = "FILE")]
    pub apps: Option<PathBuf>,

    /// Simulate supervised phones, which install apps without asking and obey more commands
    #[arg(long)]
    pub supervised: bool,

    /// How often phones connect without being pushed, in seconds; 0 = never
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub poll: u64,

    /// How long people take to tap Install, in seconds; `never` leaves them undecided
    #[arg(long, value_name = "SECONDS", default_value = "3", value_parser = tap_time)]
    pub tap: TapTime,

    /// From which serial numbers and tokens follow; the same number gives the same phones
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,

    /// Print every push, command and answer too
    #[arg(long, conflicts_with = "quiet")]
    pub verbose: bool,

    /// Print nothing
    #[arg(long)]
    pub quiet: bool,
}

/// How long people take to tap Install; `None` = for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TapTime(pub Option<Duration>);

fn tap_time(text: &str) -> Result<TapTime, String> {
    if text == "never" {
        return Ok(TapTime(None));
    }
    text.parse()
        .map(|seconds| TapTime(Some(Duration::from_secs(seconds))))
        .map_err(|_| "expected a number of seconds or `never`".to_owned())
}

impl SimulateArgs {
    fn config(&self) -> Result<FleetConfig, SimulatorError> {
        let apps = AppStore::default();
        if let Some(file) = &self.apps {
            apps.add_file(file)?;
        }
        Ok(FleetConfig {
            push_listen: self.push_listen,
            state_dir: self.state.clone(),
            seed: self.seed,
            pace: Pace {
                poll: (self.poll > 0).then(|| Duration::from_secs(self.poll)),
                tap: self.tap.0,
                ..Pace::watchable()
            },
            apps,
            manual: false,
        })
    }

    fn spec(&self, number: usize) -> DeviceSpec {
        let spec = DeviceSpec::numbered(self.seed, number);
        if self.supervised { spec.supervised() } else { spec }
    }
}

/// Runs the fleet on standard output until Ctrl-C.
///
/// # Errors
///
/// When a file cannot be used, the push address is taken, or the output is closed. A phone that cannot enrol is
/// reported and left out.
pub async fn run_cli(args: SimulateArgs) -> Result<(), SimulatorError> {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a way to hear of Ctrl-C the process ends by it all the same.
            std::future::pending::<()>().await;
        }
    };
    run(args, &mut std::io::stdout(), interrupted).await
}

/// The same on any output, until `stop` is over.
///
/// # Errors
///
/// As [`run_cli`].
pub async fn run(
    args: SimulateArgs,
    output: &mut (impl Write + Send),
    stop: impl Future<Output = ()>,
) -> Result<(), SimulatorError> {
    let script = match &args.script {
        Some(file) => Script::from_file(file)?,
        None => Script::new(),
    };
    let fleet = Fleet::start(args.config()?).await?;
    let mut events = fleet.events();
    if !args.quiet {
        writeln!(output, "Pushes arrive at {}", fleet.push_url())?;
    }
    let work = async {
        switch_on(&fleet, &args, &script).await?;
        // The phones act by themselves from here on.
        std::future::pending().await
    };
    let outcome = tokio::select! {
        outcome = work => outcome,
        outcome = print(&mut events, &args, output) => outcome,
        () = stop => Ok(()),
    };
    fleet.shutdown().await;
    outcome
}

async fn switch_on(fleet: &Fleet, args: &SimulateArgs, script: &Script) -> Result<(), SimulatorError> {
    for device in fleet.resume().await? {
        device.script(script);
    }
    if args.server.is_empty() {
        return Ok(());
    }
    let wanted = args.devices.map_or(args.server.len(), |n| n as usize);
    for (index, server) in (0..wanted).zip(args.server.iter().cycle()) {
        let device = fleet.add(args.spec(index + 1));
        device.script(script);
        if !device.snapshot().enrolled
            && let Err(error) = device.enrol(server).await
        {
            device.report_trouble(&error);
        }
    }
    Ok(())
}

async fn print(
    events: &mut Receiver<Event>,
    args: &SimulateArgs,
    output: &mut (impl Write + Send),
) -> Result<(), SimulatorError> {
    loop {
        match events.recv().await {
            Ok(event) if !args.quiet && is_worth_a_line(&event.kind, args.verbose) => {
                writeln!(output, "{event}")?;
                output.flush()?;
            }
            Ok(_) => {}
            Err(RecvError::Lagged(missed)) => writeln!(output, "({missed} lines left out)")?,
            Err(RecvError::Closed) => return Ok(()),
        }
    }
}

/// Traffic is shown on demand, but an answer that is not a plain yes always.
fn is_worth_a_line(kind: &EventKind, verbose: bool) -> bool {
    let unusual = matches!(kind, EventKind::Answered { status, .. } if *status != Status::Acknowledged);
    verbose || unusual || !kind.is_traffic()
}
