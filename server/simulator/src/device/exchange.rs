//! The steps of a connection: ask, carry out, answer.

use std::time::Duration;

use crate::protocol::answer::{Answer, Status};
use crate::protocol::command::Command;
use crate::script::{Fault, duration};

/// A command as seen from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandInfo {
    /// `CommandUUID`.
    pub uuid: String,
    /// `RequestType`.
    pub request: String,
    /// The profile's or app's identifier, when the command is about one.
    pub target: Option<String>,
}

/// What one exchange with the server came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exchange {
    /// The server has nothing more to do, or the phone is no longer to be reached (erased, switched off, unenrolled).
    Nothing,
    /// A command was fetched and carried out; its answer goes out with the next exchange.
    CarriedOut {
        /// The command.
        command: CommandInfo,
        /// What the answer will say.
        status: Status,
    },
    /// The script broke the connection.
    Broken {
        /// At which command or message.
        message: String,
    },
}

/// What a phone has in hand between two messages. Switching it off loses it.
#[derive(Debug, Default)]
pub(crate) enum Held {
    #[default]
    Nothing,
    Fetched(Command),
    CarriedOut {
        command: Command,
        answer: Answer,
        delivery: Delivery,
    },
}

/// When a phone comes back after a broken connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Return {
    /// By itself, after the usual time.
    Soon,
    /// When it is pushed or something else wakes it.
    WhenWoken,
}

/// How a message goes out.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Delivery {
    pub(crate) signing: Signing,
    pub(crate) late: Option<Duration>,
    pub(crate) twice: bool,
    pub(crate) lose_response: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Signing {
    #[default]
    Right,
    Wrong,
    Missing,
}

impl Delivery {
    /// How a message goes out under a fault that lets it go out at all.
    pub(crate) fn under(fault: Option<&Fault>) -> Self {
        let mut delivery = Self::default();
        match fault {
            Some(Fault::AnswerLate { seconds }) => delivery.late = Some(duration(*seconds)),
            Some(Fault::AnswerTwice) => delivery.twice = true,
            Some(Fault::LoseResponse) => delivery.lose_response = true,
            Some(Fault::WrongSignature) => delivery.signing = Signing::Wrong,
            Some(Fault::MissingSignature) => delivery.signing = Signing::Missing,
            _ => {}
        }
        delivery
    }
}

impl Command {
    pub(crate) fn info(&self) -> CommandInfo {
        CommandInfo { uuid: self.uuid.clone(), request: self.request_type.clone(), target: self.target() }
    }
}
