//! A directory that says what it is told to say, whatever it is asked: a connection in memory, for fuzz targets.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::ldap::{
    DirectoryUser, LdapError, LdapSettings, People, RootDse, Selection, authenticate, root,
    session::{Plan, Session},
    sync,
    wire::channel::Channel,
};

/// Everything that the directory ever says, from the answer to the first bind on. Nothing of it waits, so whoever reads
/// comes to an end. Clones say the same.
#[derive(Clone, Debug)]
pub struct Script {
    bytes: Vec<u8>,
    said: usize,
    /// How much arrives at once.
    piece: usize,
}

impl Script {
    /// These bytes, so many at once.
    #[must_use]
    pub fn new(bytes: &[u8], piece: usize) -> Self {
        Self { bytes: bytes.to_vec(), said: 0, piece: piece.max(1) }
    }

    /// Signs in as [`authenticate`](crate::ldap::authenticate()) does.
    ///
    /// # Errors
    /// As there, without those of the network.
    pub async fn authenticate(
        self,
        settings: &LdapSettings,
        name: &str,
        password: &str,
    ) -> Result<DirectoryUser, LdapError> {
        authenticate::check_typed(name, password).map_err(LdapError::Typed)?;
        let plan = Plan::new(settings)?;
        let mut session = self.open(&plan).await?;
        authenticate::sign_in(&plan, &mut session, name, password).await
    }

    /// Asks for people as [`people_in`](crate::ldap::people_in) does.
    ///
    /// # Errors
    /// As there, without those of the network.
    pub async fn people_in(self, settings: &LdapSettings, selections: &[Selection]) -> Result<People, LdapError> {
        let plan = Plan::new(settings)?;
        let mut session = self.open(&plan).await?;
        sync::people_of(&plan, &mut session, selections).await
    }

    /// Asks the directory what it is.
    ///
    /// # Errors
    /// [`LdapError`].
    pub async fn root(self, settings: &LdapSettings) -> Result<RootDse, LdapError> {
        let mut session = self.open(&Plan::new(settings)?).await?;
        root::read(&mut session).await
    }

    async fn open(self, plan: &Plan<'_>) -> Result<Session, LdapError> {
        let mut session = Session::new(Channel::new(self.into()), plan.settings.limits);
        session.bind_as_baton(plan.settings).await?;
        Ok(session)
    }
}

impl AsyncRead for Script {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let rest = self.bytes.get(self.said..).unwrap_or_default();
        let count = rest.len().min(self.piece).min(into.remaining());
        into.put_slice(&rest[..count]);
        self.said += count;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Script {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
