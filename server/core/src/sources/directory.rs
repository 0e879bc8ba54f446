//! Signing in with a directory: search, bind, and only then believe what it says (B2).

use std::time::Duration;

use baton_identity::{
    Priority,
    ldap::{self, Concern, LdapError, LdapSettings},
};
use baton_model::{Source, SourceKind, Timestamp, User, UserIdentity};

use super::{
    admission::{Admission, admit},
    found::Found,
    roles::role_of,
    settings::{LdapSource, SourceSettings},
    stored,
};
use crate::{Core, CoreError};

/// How long a sign-in waits for its turn to ask.
const TURN: Duration = Duration::from_secs(2);

/// What directories say of a name and a password.
pub(crate) enum Asked {
    /// They are this user's.
    Right(User),
    /// They are nobody's.
    NotRight(NotRight),
    /// Too many ask at this moment.
    Busy,
}

/// Why a name and a password are nobody's. For the audit log: whoever signs in sees the same for all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotRight {
    /// A stable word.
    pub reason: &'static str,
    /// The directory that said so; `None` when it was none in particular.
    pub source: Option<String>,
}

impl NotRight {
    /// Whether the directory knows nobody of this name.
    pub fn is_unknown_user(&self) -> bool {
        self.reason == LdapError::UnknownUser.code()
    }

    fn by(source: &Source, reason: &'static str) -> Self {
        Self { reason, source: Some(source.id.as_str().to_owned()) }
    }
}

impl Core {
    /// Asks the directory of a user whose name this is, or, `by_other_name`, whose mail address or the like it seems to be.
    pub(crate) async fn ask_own_directory(
        &self,
        identity: &UserIdentity,
        by_other_name: bool,
        typed: (&str, &str),
        priority: Priority,
        now: Timestamp,
    ) -> Result<Asked, CoreError> {
        let source = self.store().read().await?.find_source(&identity.key.source_id).await?;
        let source = source.filter(|source| source.kind == SourceKind::Ldap && source.enabled);
        let Some(source) = source else {
            // Whoever comes from a provider has no password here.
            return Ok(Asked::NotRight(NotRight { reason: "other-source", source: None }));
        };
        match self.ask(std::slice::from_ref(&source), typed, priority, now).await? {
            // Another name may have another owner there by now; the directory vouches for whoever it is.
            Asked::Right(user) if user.id != identity.user_id && !by_other_name => {
                Ok(Asked::NotRight(NotRight::by(&source, "other-person")))
            }
            asked => Ok(asked),
        }
    }

    /// Asks every directory for somebody whose name no user has: a mail address perhaps, or a person whom nobody imported.
    pub(crate) async fn ask_directories(
        &self,
        typed: (&str, &str),
        priority: Priority,
        now: Timestamp,
    ) -> Result<Asked, CoreError> {
        let sources = self.store().read().await?.all_sources().await?;
        let is_asked = |source: &Source| source.kind == SourceKind::Ldap && source.enabled;
        let sources: Vec<Source> = sources.into_iter().filter(is_asked).collect();
        self.ask(&sources, typed, priority, now).await
    }

    /// Asks one after the other, until one knows the name.
    async fn ask(
        &self,
        sources: &[Source],
        (name, password): (&str, &str),
        priority: Priority,
        now: Timestamp,
    ) -> Result<Asked, CoreError> {
        let mut last = NotRight { reason: "unknown-user", source: None };
        if sources.is_empty() {
            return Ok(Asked::NotRight(last));
        }
        let Ok(Ok(_turn)) = tokio::time::timeout(TURN, self.connections().turns(priority).acquire()).await else {
            return Ok(Asked::Busy);
        };
        for source in sources {
            if self.connections().is_spared(&source.id, now) {
                last = NotRight::by(source, "directory-unreachable");
                continue;
            }
            let SourceSettings::Ldap(settings) = stored::open(self.vault(), source)? else { continue };
            let answer =
                tokio::time::timeout(self.config().directory_patience, self.ask_one(source, &settings, name, password));
            let error = match answer.await {
                Ok(Ok(found)) => {
                    self.connections().is_up(&source.id);
                    return self.settle(source, &settings, &found, now).await;
                }
                Ok(Err(error)) => error,
                Err(_) => LdapError::TimedOut(ldap::Step::Search),
            };
            if error.concern() == Concern::Credentials {
                self.connections().is_up(&source.id);
                last = NotRight::by(source, error.code());
                if error != LdapError::UnknownUser {
                    break;
                }
            } else {
                tracing::warn!(source = source.id.as_str(), %error, "a directory could not be asked");
                self.connections().is_down(source, now);
                last = NotRight::by(source, error.code());
            }
        }
        Ok(Asked::NotRight(last))
    }

    async fn ask_one(
        &self,
        source: &Source,
        settings: &LdapSource,
        name: &str,
        password: &str,
    ) -> Result<Found, LdapError> {
        let directory = hurried(&settings.directory, self.config().directory_patience / 2);
        let user = ldap::authenticate(&directory, name, password).await?;
        let mut found = Found::in_directory(&source.id, &user);
        let given = match self.store().read().await {
            Ok(mut tx) => tx.source_roles(&source.id).await.unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        if !given.is_empty() {
            // Without the groups the person signs in with the role of before: a sync will tell.
            let groups = ldap::groups_of(&directory, &user).await;
            let groups =
                groups.inspect_err(|error| tracing::warn!(%error, "a directory does not tell somebody's groups"));
            let groups: Option<Vec<String>> =
                groups.ok().map(|groups| groups.into_iter().map(|group| group.id).collect());
            found.role = role_of(&given, groups.as_deref());
        }
        Ok(found)
    }

    async fn settle(
        &self,
        source: &Source,
        settings: &LdapSource,
        found: &Found,
        now: Timestamp,
    ) -> Result<Asked, CoreError> {
        let mut tx = self.store().begin().await?;
        let admission = admit(self, &mut tx, source, settings.admits_anyone, found, now).await?;
        tx.commit().await?;
        Ok(match admission {
            Admission::Admitted(user) if user.enabled => Asked::Right(user),
            Admission::Admitted(_) => Asked::NotRight(NotRight::by(source, "disabled-here")),
            Admission::Stranger => Asked::NotRight(NotRight::by(source, "not-imported")),
            Admission::NameTaken => Asked::NotRight(NotRight::by(source, "name-taken")),
            Admission::NoName => Asked::NotRight(NotRight::by(source, "no-user-name")),
        })
    }
}

/// Whoever signs in stands and waits, so each step has to be quick.
fn hurried(settings: &LdapSettings, step: Duration) -> LdapSettings {
    let mut settings = settings.clone();
    settings.limits.step = settings.limits.step.min(step);
    settings
}
