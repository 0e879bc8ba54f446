//! How a phone's messages reach the server.

use std::sync::Arc;

use reqwest::header::CONTENT_TYPE;

use super::Device;
use super::exchange::{Delivery, Return, Signing};
use super::state::Enrollment;
use crate::clock;
use crate::error::SimulatorError;
use crate::event::EventKind;
use crate::protocol::signature;
use crate::script::{Fault, duration};

/// Content type of check-in messages.
const CHECK_IN: &str = "application/x-apple-aspen-mdm-checkin";
/// Content type of the command channel.
const COMMAND_CHANNEL: &str = "application/x-apple-aspen-mdm";
/// The code in a 403 that tells a phone to forget its server (iOS 17 and later).
const UNRECOGNIZED_DEVICE: &str = "com.apple.unrecognized.device";
/// More than any command with a profile inside needs.
const LARGEST_RESPONSE: usize = 16 * 1024 * 1024;

/// Which of the two addresses a message goes to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Channel {
    CheckIn,
    Command,
}

/// What became of a message.
pub(crate) enum Sent {
    /// The server answered 200 with this body.
    Accepted(Vec<u8>),
    /// The script broke the connection.
    Broken(Return),
}

impl Device {
    /// Sends a message that the script knows by `name`, unless the script has something against it.
    pub(crate) async fn send_named(
        self: &Arc<Self>,
        channel: Channel,
        name: &str,
        body: Vec<u8>,
    ) -> Result<Sent, SimulatorError> {
        let fault = self.change_live(|live| live.script.next(name, None));
        if let Some(fault) = &fault {
            self.emit(EventKind::Misbehaved { message: name.to_owned(), how: fault.describe() });
        }
        match &fault {
            Some(Fault::DropBeforeEffect | Fault::LoseAnswer) => {
                return Ok(Sent::Broken(Return::Soon));
            }
            Some(Fault::NeverAnswer) => return Ok(Sent::Broken(Return::WhenWoken)),
            Some(Fault::Offline { seconds }) => {
                self.go_offline_for(duration(*seconds));
                return Ok(Sent::Broken(Return::WhenWoken));
            }
            _ => {}
        }
        self.send(channel, name, body, &Delivery::under(fault.as_ref())).await
    }

    /// Sends a message in the given manner.
    pub(crate) async fn send(
        self: &Arc<Self>,
        channel: Channel,
        name: &str,
        body: Vec<u8>,
        delivery: &Delivery,
    ) -> Result<Sent, SimulatorError> {
        if let (Some(late), false) = (delivery.late, self.is_manual()) {
            tokio::time::sleep(late).await;
        }
        let mut response = self.put(channel, name, &body, delivery.signing).await?;
        if delivery.twice {
            let second = self.put(channel, name, &body, delivery.signing).await?;
            if !second.is_empty() {
                response = second;
            }
        }
        if delivery.lose_response {
            return Ok(Sent::Broken(Return::Soon));
        }
        Ok(Sent::Accepted(response))
    }

    async fn put(
        self: &Arc<Self>,
        channel: Channel,
        name: &str,
        body: &[u8],
        signing: Signing,
    ) -> Result<Vec<u8>, SimulatorError> {
        if !self.live(|live| live.online) {
            return Err(SimulatorError::Offline { device: self.name() });
        }
        let enrollment = self
            .read(|state| state.enrollment.clone())
            .ok_or_else(|| SimulatorError::NotEnrolled { device: self.name() })?;
        let (address, content_type) = match channel {
            Channel::CheckIn => (&enrollment.check_in_url, CHECK_IN),
            Channel::Command => (&enrollment.server_url, COMMAND_CHANNEL),
        };
        let mut request = self.context.client.put(address).header(CONTENT_TYPE, content_type).body(body.to_vec());
        if let Some(signature) = sign(body, &enrollment, signing)? {
            request = request.header("Mdm-Signature", signature);
        }
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status().as_u16();
        let answer = limited_body(response).await?;
        if status == 200 {
            return Ok(answer);
        }
        if status == 403 && refusal_code(&answer).as_deref() == Some(UNRECOGNIZED_DEVICE) {
            self.forget_server(false);
        }
        Err(SimulatorError::Refused { message: name.to_owned(), status })
    }
}

fn sign(body: &[u8], enrollment: &Enrollment, signing: Signing) -> Result<Option<String>, SimulatorError> {
    if !enrollment.sign_message || signing == Signing::Missing {
        return Ok(None);
    }
    let signed = match signing {
        Signing::Wrong => [body, b"\n<!-- not what was sent -->"].concat(),
        _ => body.to_vec(),
    };
    Ok(Some(signature::mdm_signature(&signed, &enrollment.identity, clock::now())?))
}

fn refusal_code(body: &[u8]) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(body).ok()?;
    Some(json.get("code")?.as_str()?.to_owned())
}

/// Reads a response's body up to the largest size a phone would take.
pub(crate) async fn limited_body(mut response: reqwest::Response) -> Result<Vec<u8>, SimulatorError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > LARGEST_RESPONSE {
            return Err(SimulatorError::Unreachable { reason: "the response is larger than 16 MiB".to_owned() });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What the client says, and why, without the address: it may hold a secret.
pub(crate) fn unreachable(error: reqwest::Error) -> SimulatorError {
    let error = error.without_url();
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        reason = format!("{reason}: {cause}");
        source = cause.source();
    }
    SimulatorError::Unreachable { reason }
}
