//! What can go wrong with a simulated device.

use std::net::SocketAddr;

use crate::protocol::{command::CommandError, enrollment_profile::EnrollmentProfileError, signature::SignatureError};

/// Why a simulated device, or the fleet as a whole, could not do what it was asked.
///
/// Addresses of enrollment profiles hold a secret and are left out of every message.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The push listener's address is taken or not allowed.
    #[error("cannot listen for pushes on {address}: {source}")]
    Listen {
        /// The address from [`FleetConfig::push_listen`](crate::FleetConfig::push_listen).
        address: SocketAddr,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// The HTTP client could not be set up.
    #[error("cannot set up the HTTP client: {reason}")]
    HttpClient {
        /// What the client says.
        reason: String,
    },
    /// The device has no management profile.
    #[error("`{device}` is not enrolled")]
    NotEnrolled {
        /// The device's name.
        device: String,
    },
    /// The device has a management profile already; a phone holds one at most (`MCMDMErrorDomain` 12001).
    #[error("`{device}` is already enrolled")]
    AlreadyEnrolled {
        /// The device's name.
        device: String,
    },
    /// The device is switched off or out of reach of any network.
    #[error("`{device}` is offline")]
    Offline {
        /// The device's name.
        device: String,
    },
    /// No answer came from the server.
    #[error("the server does not answer: {reason}")]
    Unreachable {
        /// What the HTTP client says, without the address.
        reason: String,
    },
    /// The server answered with something other than 200.
    #[error("the server refuses {message} with status {status}")]
    Refused {
        /// What was sent, for example `Authenticate` or `Idle`.
        message: String,
        /// The HTTP status.
        status: u16,
    },
    /// The script broke the connection, so the message was not sent.
    #[error("the script broke the connection at {message}")]
    Broken {
        /// What should have been sent.
        message: String,
    },
    /// The enrollment profile cannot be used.
    #[error("the enrollment profile cannot be installed: {0}")]
    EnrollmentProfile(#[from] EnrollmentProfileError),
    /// The message could not be signed.
    #[error("the message cannot be signed: {0}")]
    Signature(#[from] SignatureError),
    /// The command channel answered with something that is not a command.
    #[error("the server's answer is not a command: {0}")]
    Command(#[from] CommandError),
    /// A manual step was asked for that needs a fetched or carried-out command.
    #[error("`{device}` holds no command that could be {step}")]
    NothingHeld {
        /// The device's name.
        device: String,
        /// What was asked: `carried out` or `answered`.
        step: &'static str,
    },
    /// A tap was asked for on an app that shows no prompt, or a step on an app that is not under way.
    #[error("`{device}` is not installing or offering the app `{app}`")]
    NoSuchApp {
        /// The device's name.
        device: String,
        /// The bundle identifier or name that was asked for.
        app: String,
    },
    /// The device's saved state cannot be read or written.
    #[error("cannot keep the device's state in {path}: {reason}")]
    State {
        /// The file or folder.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file given on the command line cannot be used.
    #[error("cannot use {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The lines about the devices cannot be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] std::io::Error),
}
