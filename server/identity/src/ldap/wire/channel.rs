//! One connection: questions out, answers in, one at a time.

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::{ber, response};
use crate::ldap::error::{LdapError, Step};

/// Room for what arrives at once: what TLS encrypts at once.
const READ_BYTES: usize = 16 * 1024;

/// What is asked and answered over a stream.
pub(crate) struct Channel<S> {
    stream: S,
    received: Vec<u8>,
    last_id: i32,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Channel<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, received: Vec::new(), last_id: 0 }
    }

    /// The stream itself and what came on it that nobody has read yet.
    pub(crate) fn into_parts(self) -> (S, Vec<u8>) {
        (self.stream, self.received)
    }

    /// The id of the next message.
    pub(crate) fn next_id(&mut self) -> i32 {
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        self.last_id
    }

    pub(crate) async fn send(&mut self, message: &[u8], step: Step) -> Result<(), LdapError> {
        let lost = |_| LdapError::ConnectionLost(step);
        self.stream.write_all(message).await.map_err(lost)?;
        self.stream.flush().await.map_err(lost)
    }

    /// The next answer to the question of this id. `budget` is how many bytes it may have, and what is left of that
    /// afterwards. Memory is taken as bytes arrive, not as they are announced.
    pub(crate) async fn receive(
        &mut self,
        id: i32,
        budget: &mut usize,
        step: Step,
    ) -> Result<response::Message, LdapError> {
        let nonsense = |ber::Malformed(what)| LdapError::Nonsense(what);
        let whole = loop {
            if let Some(frame) = ber::frame(&self.received).map_err(nonsense)? {
                if self.received[0] != ber::SEQUENCE {
                    return Err(LdapError::Nonsense("a message is no sequence"));
                }
                let whole = frame.whole().filter(|&whole| whole <= *budget).ok_or(LdapError::AnswerTooLarge)?;
                if whole <= self.received.len() {
                    break whole;
                }
            }
            self.received.reserve(READ_BYTES);
            let read = self.stream.read_buf(&mut self.received).await;
            if read.map_err(|_| LdapError::ConnectionLost(step))? == 0 {
                return Err(LdapError::ConnectionLost(step));
            }
        };
        *budget -= whole;
        let message = response::read(&self.received[..whole]).map_err(nonsense)?;
        self.received.drain(..whole);
        match message {
            response::Message { answer: response::Answer::Disconnection, .. } => Err(LdapError::ConnectionLost(step)),
            message if message.id == id => Ok(message),
            _ => Err(LdapError::Nonsense("an answer belongs to another question")),
        }
    }
}
