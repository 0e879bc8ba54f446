//! A connection to the command channel, step by step.

use std::sync::Arc;

use super::Device;
use super::exchange::{Delivery, Exchange, Held, Return};
use super::transport::{Channel, Sent};
use crate::error::SimulatorError;
use crate::event::EventKind;
use crate::execute::{self, Twist};
use crate::protocol::answer::{self, Afterwards, Answer, DeviceError};
use crate::protocol::command::Command;
use crate::script::{Fault, duration};

/// What the server has to say to a message.
pub(crate) enum Next {
    Nothing,
    Command(Command),
    Broken { message: String, back: Return },
}

impl Device {
    /// One exchange: sends what is due, and carries out the command that comes back.
    pub(crate) async fn exchange(self: &Arc<Self>, held: &mut Held) -> Result<(Exchange, Return), SimulatorError> {
        if let Held::Fetched(command) = held {
            let command = command.clone();
            let (exchange, back) = self.carry_out(command, held).await;
            if matches!(exchange, Exchange::Broken { .. }) {
                return Ok((exchange, back));
            }
        }
        match self.send_held(held).await? {
            Next::Nothing => Ok((Exchange::Nothing, Return::WhenWoken)),
            Next::Broken { message, back } => Ok((Exchange::Broken { message }, back)),
            Next::Command(command) => Ok(self.carry_out(command, held).await),
        }
    }

    /// Sends the answer in hand, or that there is none, and gives the server's next command.
    ///
    /// Whatever happens, the phone has nothing in hand afterwards: a real one forgets an answer it could not deliver,
    /// and is given the command again.
    pub(crate) async fn send_held(self: &Arc<Self>, held: &mut Held) -> Result<Next, SimulatorError> {
        self.change_live(|live| live.push_pending = false);
        match std::mem::take(held) {
            Held::Nothing | Held::Fetched(_) => {
                let id = self
                    .read(|state| state.enrolled().map(|enrollment| enrollment.id.clone()))
                    .ok_or_else(|| SimulatorError::NotEnrolled { device: self.name() })?;
                let sent = self.send_named(Channel::Command, "Idle", answer::idle(&id)).await?;
                next("Idle", sent)
            }
            Held::CarriedOut { command, answer, delivery } => self.send_answer(&command, answer, &delivery).await,
        }
    }

    async fn send_answer(
        self: &Arc<Self>,
        command: &Command,
        answer: Answer,
        delivery: &Delivery,
    ) -> Result<Next, SimulatorError> {
        let Some(id) = self.read(|state| state.enrollment.as_ref().map(|e| e.id.clone())) else {
            return Err(SimulatorError::NotEnrolled { device: self.name() });
        };
        let body = answer.to_xml(&command.uuid, &id);
        let sent = self.send(Channel::Command, &command.request_type, body, delivery).await;
        if sent.is_ok() {
            self.emit(EventKind::Answered {
                request: command.request_type.clone(),
                uuid: command.uuid.clone(),
                status: answer.status,
                detail: answer.detail(),
            });
        }
        if self.finish(answer.afterwards).await {
            return Ok(Next::Nothing);
        }
        next(&command.request_type, sent?)
    }

    /// Carries out a command unless the script has something against it, and takes the answer in hand.
    pub(crate) async fn carry_out(self: &Arc<Self>, command: Command, held: &mut Held) -> (Exchange, Return) {
        *held = Held::Nothing;
        let info = command.info();
        self.emit(EventKind::Received {
            request: info.request.clone(),
            uuid: info.uuid.clone(),
            target: info.target.clone(),
        });
        let fault = self.change_live(|live| live.script.next(&info.request, info.target.as_deref()));
        if let Some(fault) = &fault {
            self.emit(EventKind::Misbehaved { message: info.request.clone(), how: fault.describe() });
        }
        let broken = Exchange::Broken { message: info.request.clone() };
        let answer = match &fault {
            Some(Fault::DropBeforeEffect) => return (broken, Return::Soon),
            Some(Fault::Offline { seconds }) => {
                self.go_offline_for(duration(*seconds));
                return (broken, Return::WhenWoken);
            }
            Some(Fault::NotNow) => Answer::not_now(),
            Some(Fault::CommandFormatError) => Answer::format_error("The command is malformed."),
            Some(Fault::Error { domain, code, description }) => {
                Answer::error(DeviceError::new(domain, *code, description.as_str()))
            }
            other => execute::execute(self, &command, Twist::under(other.as_ref())).await,
        };
        if let Some(Fault::NeverAnswer | Fault::LoseAnswer) = &fault {
            self.finish(answer.afterwards).await;
            let back = match &fault {
                Some(Fault::LoseAnswer) => Return::Soon,
                _ => Return::WhenWoken,
            };
            return (broken, back);
        }
        let status = answer.status;
        *held = Held::CarriedOut { command, answer, delivery: Delivery::under(fault.as_ref()) };
        (Exchange::CarriedOut { command: info, status }, Return::WhenWoken)
    }

    /// Drops what is in hand, as a phone does that is switched off; the effect of a carried-out command remains.
    pub(crate) async fn lose_held(self: &Arc<Self>, held: &mut Held) {
        if let Held::CarriedOut { answer, .. } = std::mem::take(held) {
            self.finish(answer.afterwards).await;
        }
    }

    /// Does what a command leaves for after its answer; true when the connection is over with it.
    async fn finish(self: &Arc<Self>, afterwards: Afterwards) -> bool {
        match afterwards {
            Afterwards::Nothing => return false,
            Afterwards::LeaveManagement => self.leave_management().await,
            Afterwards::Erase => self.erase(),
            Afterwards::Restart => {
                self.emit(EventKind::Restarting);
                if !self.is_manual() {
                    self.go_offline_for(self.context.pace.restart);
                }
            }
            Afterwards::ShutDown => {
                self.emit(EventKind::ShutDown);
                self.set_online(false);
            }
        }
        true
    }
}

fn next(message: &str, sent: Sent) -> Result<Next, SimulatorError> {
    match sent {
        Sent::Broken(back) => Ok(Next::Broken { message: message.to_owned(), back }),
        Sent::Accepted(body) => Ok(match Command::read(&body)? {
            Some(command) => Next::Command(command),
            None => Next::Nothing,
        }),
    }
}
