//! Signing in with a provider: to the portal, on a shared device's page (A5), or to see whether it works (B3).
//!
//! A login leaves Baton and comes back in the same browser: what it is for stays here, under the hash of its state, and the
//! browser holds a secret of its own in a cookie. Both are good once.

use baton_identity::{
    graph::Graph,
    openid::{self, CallbackQuery, Freshness, Groups, LOGIN_SECONDS, LoginTransaction, OpenIdError, OpenIdIdentity},
};
use baton_model::{PendingLogin, ProviderSession, Source, SourceId, SourceKind, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use thiserror::Error;

use super::{
    admission::{Admission, admit},
    check::ProviderCheck,
    found::Found,
    login_failure::{FailedLogin, LoginFailure},
    logout,
    roles::role_of,
    settings::{OpenIdSource, SourceSettings},
    stored,
};
use crate::{
    Actor, Core, CoreError,
    accounts::{NewSession, Proven, SignInError, Visitor, throttle::site_key},
    audit::{self, Event},
    clip::Visit,
    handover::ClipSignIn,
    vault::{new_secret, secret_hash},
};

/// Where providers send browsers back to, below the public address.
const CALLBACK_PATH: &str = "/sign-in/callback";
const PURPOSE: &str = "pending-login";
/// More logins than this are not under way at a time: somebody makes them up.
const MOST_PENDING: i64 = 20_000;
/// No more from one network, so that nobody alone keeps all others away. A large house may be behind one address, and each
/// login is out for seconds.
const MOST_PENDING_OF_NETWORK: i64 = 1_000;

/// A provider that people may sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInChoice {
    /// The source.
    pub id: SourceId,
    /// Its name.
    pub name: String,
}

/// What a login is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LoginPurpose {
    /// The portal.
    Portal {
        /// Where to go afterwards: a path on this server.
        next: Option<String>,
        /// The browser is a shared phone's: somebody else may have left a session at the provider in it.
        on_phone: bool,
    },
    /// The page of a shared device.
    Clip(Visit),
    /// Somebody who is signed in proves once more who they are (B8).
    Confirmation {
        /// The session, by its hash.
        session: String,
        /// Whose it is.
        user: UserId,
        /// Where to go afterwards: a path on this server.
        next: String,
    },
    /// An administrator wants to see whether it works.
    Check {
        /// Who.
        administrator: UserId,
    },
}

impl LoginPurpose {
    /// On a shared device the person must authenticate in this login, whatever session the browser holds (A5), and so must
    /// who confirms that it is them (B8); a check has to show whether the provider can do that.
    const fn freshness(&self) -> Freshness {
        match self {
            Self::Portal { on_phone: false, .. } => Freshness::Session,
            Self::Portal { .. } | Self::Clip(_) | Self::Confirmation { .. } | Self::Check { .. } => Freshness::Fresh,
        }
    }
}

/// A login that begins.
#[derive(Clone, Debug)]
pub struct BegunLogin {
    /// Where to send the browser.
    pub location: String,
    /// What the provider is called.
    pub name: String,
    /// What the browser holds until it comes back.
    pub browser: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Why a login does not begin.
#[derive(Debug, Error)]
pub enum LoginError {
    /// The provider cannot be asked now.
    #[error("the provider `{name}` cannot be used now")]
    Provider {
        /// What it is called.
        name: String,
        /// Why.
        source: OpenIdError,
    },
    /// Baton failed, or there is no such provider.
    #[error(transparent)]
    Core(#[from] CoreError),
}

/// A login that came to its end.
#[derive(Debug)]
pub enum FinishedLogin {
    /// Somebody is signed in to the portal.
    Portal {
        /// The name that they sign in with.
        user_name: String,
        /// Their session.
        session: NewSession,
        /// Where to go now: a path on this server.
        next: Option<String>,
    },
    /// Somebody is signed in on a shared device.
    Clip(ClipSignIn),
    /// Somebody proved once more who they are.
    Confirmed {
        /// Their session, under its new id.
        session: NewSession,
        /// Where to go now: a path on this server.
        next: String,
    },
    /// A check was made.
    Check {
        /// Of this source.
        source: SourceId,
        /// For this person, and nobody else.
        administrator: UserId,
        /// What it found.
        check: Box<ProviderCheck>,
    },
}

/// What is kept while a login is away.
#[derive(Serialize, Deserialize)]
struct Kept {
    transaction: LoginTransaction,
    /// SHA-256 of what the browser holds.
    browser_hash: String,
    purpose: LoginPurpose,
}

impl Core {
    /// The providers that people may sign in with, the oldest first.
    ///
    /// # Errors
    /// [`CoreError`] when the database fails.
    pub async fn sign_in_choices(&self) -> Result<Vec<SignInChoice>, CoreError> {
        let sources = self.store().read().await?.all_sources().await?;
        let offered = sources.into_iter().filter(|source| source.kind == SourceKind::OpenId && source.enabled);
        Ok(offered.map(|source| SignInChoice { id: source.id, name: source.name }).collect())
    }

    /// Begins a login with a provider.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn begin_login(
        &self,
        id: &SourceId,
        purpose: LoginPurpose,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<BegunLogin, LoginError> {
        let source =
            self.store().read().await.map_err(CoreError::from)?.find_source(id).await.map_err(CoreError::from)?;
        // A check is made before the provider is offered to people.
        let may = |source: &Source| source.enabled || matches!(purpose, LoginPurpose::Check { .. });
        let source = source.filter(may).ok_or(CoreError::NotFound("source"))?;
        let SourceSettings::OpenId(settings) = stored::open(self.vault(), &source)? else {
            return Err(CoreError::NotFound("source").into());
        };
        let (location, transaction) = self.leave(&source, &settings, &purpose, now).await.map_err(|error| {
            tracing::warn!(source = source.id.as_str(), %error, "a login does not begin");
            LoginError::Provider { name: source.name.clone(), source: error }
        })?;
        let browser = new_secret().map_err(CoreError::from)?;
        let expires_at = now.plus_seconds(LOGIN_SECONDS);
        let state_hash = secret_hash(transaction.state());
        let kept = Kept { transaction, browser_hash: secret_hash(&browser), purpose };
        let kept = serde_json::to_vec(&kept).expect("invariant: a login is a plain struct of texts and numbers");
        let login = PendingLogin {
            state_hash,
            source_id: source.id.clone(),
            sealed: self.vault().seal(PURPOSE, &kept).map_err(CoreError::from)?,
            network: site_key(self.vault(), visitor),
            expires_at,
        };
        let mut tx = self.store().begin().await.map_err(CoreError::from)?;
        let mut is_full = tx.count_logins(now).await.map_err(CoreError::from)? >= MOST_PENDING;
        if let Some(network) = &login.network {
            let from_there = tx.count_logins_from(network, now).await.map_err(CoreError::from)?;
            is_full |= from_there >= MOST_PENDING_OF_NETWORK;
        }
        if is_full {
            return Err(CoreError::Busy.into());
        }
        tx.keep_login(&login).await.map_err(CoreError::from)?;
        tx.commit().await.map_err(CoreError::from)?;
        Ok(BegunLogin { location, name: source.name, browser, expires_at })
    }

    async fn leave(
        &self,
        source: &Source,
        settings: &OpenIdSource,
        purpose: &LoginPurpose,
        now: Timestamp,
    ) -> Result<(String, LoginTransaction), OpenIdError> {
        let provider = settings.provider(&source.id);
        let known = self.connections().providers()?.provider(&provider, now).await?;
        let back = format!("{}{CALLBACK_PATH}", self.config().public_url);
        let (location, transaction) = openid::begin(&known.metadata, &provider, &back, purpose.freshness(), now)?;
        Ok((location.into(), transaction))
    }

    /// Ends a login: the browser is back with this query, and with what it held, if it still does.
    ///
    /// # Errors
    /// [`FailedLogin`]; nobody is signed in then.
    pub async fn finish_login(
        &self,
        query: &str,
        browser: Option<&str>,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<FinishedLogin, FailedLogin> {
        let mut failed = FailedLogin { purpose: None, provider: None, failure: LoginFailure::Lost };
        let result = self.come_back(query, browser, visitor, &mut failed, now).await;
        match result {
            Ok(finished) => Ok(finished),
            Err((failure, user)) => {
                tracing::info!(reason = failure.code(), "a login with a provider failed");
                let noted = self.note_failed_login(failed.provider.as_ref(), &failure, user.as_ref(), now).await;
                failed.failure = match noted {
                    Ok(()) => failure,
                    Err(error) => error.into(),
                };
                Err(failed)
            }
        }
    }

    async fn come_back(
        &self,
        query: &str,
        browser: Option<&str>,
        visitor: &Visitor,
        failed: &mut FailedLogin,
        now: Timestamp,
    ) -> Result<FinishedLogin, (LoginFailure, Option<UserId>)> {
        let callback = CallbackQuery::parse(query).map_err(|error| plain(OpenIdError::from(error)))?;
        let state_hash = secret_hash(callback.state().ok_or_else(|| plain(LoginFailure::Lost))?);
        let (source, kept) = self.take_kept(&state_hash, browser, failed, now).await.map_err(plain)?;
        let settings = match stored::open(self.vault(), &source).map_err(plain)? {
            SourceSettings::OpenId(settings) => settings,
            SourceSettings::Ldap(_) => return Err(plain(LoginFailure::Lost)),
        };
        let provider = settings.provider(&source.id);
        let cache = self.connections().providers().map_err(plain)?;
        if let LoginPurpose::Check { administrator } = kept.purpose {
            let report = openid::check_provider(cache, &provider, &kept.transaction, &callback, now).await;
            let directory = self.check_graph(&settings, now).await;
            let check = ProviderCheck { directory, ..ProviderCheck::of(&provider, report) };
            return Ok(FinishedLogin::Check { source: source.id, administrator, check: Box::new(check) });
        }
        let identity = openid::finish(cache, &provider, &kept.transaction, &callback, now).await.map_err(|error| {
            tracing::warn!(source = source.id.as_str(), %error, "a provider's answer is not accepted");
            plain(error)
        })?;
        let proven = self.admitted(&source, &settings, &identity, now).await?;
        let user = Some(proven.user.id.clone());
        match kept.purpose {
            LoginPurpose::Clip(visit) => {
                let taken = self.take_device_as(&visit, &proven, visitor, now).await;
                Ok(FinishedLogin::Clip(taken.map_err(|error| (LoginFailure::Clip(Box::new(error)), user))?))
            }
            LoginPurpose::Portal { next, .. } => {
                let session = self.open_portal(&proven, visitor, now).await.map_err(|error| match error {
                    SignInError::Core(error) => (error.into(), user),
                    _ => (LoginFailure::Disabled, user),
                })?;
                Ok(FinishedLogin::Portal { user_name: proven.user.user_name, session, next })
            }
            LoginPurpose::Confirmation { session, user: expected, next } => {
                if proven.user.id != expected {
                    return Err((LoginFailure::OtherPerson, user));
                }
                let confirmed = self.confirm_by_provider(&session, &expected, now).await;
                let confirmed = confirmed.map_err(|error| match error {
                    CoreError::Stale => (LoginFailure::Lost, user),
                    other => (other.into(), user),
                })?;
                Ok(FinishedLogin::Confirmed { session: confirmed.session, next })
            }
            LoginPurpose::Check { .. } => Err(plain(LoginFailure::Lost)),
        }
    }

    /// Takes a login out, if it is this browser's. Somebody else's stays where it is.
    async fn take_kept(
        &self,
        state_hash: &str,
        browser: Option<&str>,
        failed: &mut FailedLogin,
        now: Timestamp,
    ) -> Result<(Source, Kept), LoginFailure> {
        let mut tx = self.store().begin().await.map_err(CoreError::from)?;
        let found = tx.find_login(state_hash).await.map_err(CoreError::from)?.ok_or(LoginFailure::Lost)?;
        let source = tx.find_source(&found.source_id).await.map_err(CoreError::from)?.ok_or(LoginFailure::Lost)?;
        let kept = self.vault().open(PURPOSE, &found.sealed).map_err(CoreError::from)?;
        let kept: Kept = serde_json::from_slice(&kept).map_err(|_| CoreError::Corrupt("a pending login".to_owned()))?;
        failed.purpose = Some(kept.purpose.clone());
        let is_this_browsers = browser.is_some_and(|browser| secret_hash(browser) == kept.browser_hash);
        if !is_this_browsers || found.expires_at <= now {
            return Err(LoginFailure::Lost);
        }
        // Only now: what is noted in the audit log for a stranger's address would be as much as they like.
        failed.provider = Some(SignInChoice { id: source.id.clone(), name: source.name.clone() });
        tx.take_login(state_hash).await.map_err(CoreError::from)?.ok_or(LoginFailure::Lost)?;
        tx.commit().await.map_err(CoreError::from)?;
        let is_check = matches!(kept.purpose, LoginPurpose::Check { .. });
        if source.enabled || is_check { Ok((source, kept)) } else { Err(LoginFailure::Lost) }
    }

    async fn admitted(
        &self,
        source: &Source,
        settings: &OpenIdSource,
        identity: &OpenIdIdentity,
        now: Timestamp,
    ) -> Result<Proven, (LoginFailure, Option<UserId>)> {
        let mut found = Found::signed_in(&source.id, identity);
        let mut tx = self.store().read().await.map_err(core)?;
        let given = tx.source_roles(&source.id).await.map_err(core)?;
        drop(tx);
        if !given.is_empty() {
            let groups = self.groups_of(settings, identity, now).await;
            found.role = role_of(&given, groups.as_deref());
        }
        let mut tx = self.store().begin().await.map_err(core)?;
        let admission = admit(self, &mut tx, source, settings.admits_anyone, &found, now).await.map_err(plain)?;
        tx.commit().await.map_err(core)?;
        let user = match admission {
            Admission::Admitted(user) if user.enabled => user,
            Admission::Admitted(user) => return Err((LoginFailure::Disabled, Some(user.id))),
            Admission::Stranger => return Err(plain(LoginFailure::Stranger)),
            Admission::NameTaken => return Err(plain(LoginFailure::NameTaken)),
            Admission::NoName => return Err(plain(LoginFailure::NoName)),
        };
        let sealed_token = logout::seal(self.vault(), &identity.id_token).map_err(plain)?;
        let session = ProviderSession { source_id: source.id.clone(), sealed_token };
        Ok(Proven::by_provider(user, session, identity.auth_time))
    }

    /// The groups of somebody who signed in, as far as they are known.
    async fn groups_of(
        &self,
        settings: &OpenIdSource,
        identity: &OpenIdIdentity,
        now: Timestamp,
    ) -> Option<Vec<String>> {
        match &identity.profile.groups {
            Groups::Values(groups) => Some(groups.clone()),
            // Providers leave the claim out for whoever is in no group. Where none is asked for, nothing is known.
            Groups::Absent => settings.claims.groups.as_ref().map(|_| Vec::new()),
            // More than the token holds: they must be asked for.
            Groups::Overage => {
                let tenant = identity.key.authority();
                let directory = settings.directories().into_iter().find(|directory| directory.tenant == tenant)?;
                let http = self.connections().http().ok()?.clone();
                let groups = match Graph::new(http, directory, std::sync::Arc::new(super::sync::PassingTime::from(now)))
                {
                    Ok(graph) => graph.groups_of(identity.key.subject()).await,
                    Err(error) => Err(error),
                };
                groups.inspect_err(|error| tracing::warn!(%error, "Graph does not tell somebody's groups")).ok()
            }
        }
    }

    async fn note_failed_login(
        &self,
        provider: Option<&SignInChoice>,
        failure: &LoginFailure,
        user: Option<&UserId>,
        now: Timestamp,
    ) -> Result<(), CoreError> {
        // Nothing came back that was ever sent out: anybody may open the callback's address as often as they like.
        let Some(provider) = provider else { return Ok(()) };
        let mut tx = self.store().begin().await?;
        let target = user.map_or("unknown", UserId::as_str);
        let event = Event::new("sign-in", "user", target)
            .with(json!({ "known": user.is_some(), "reason": failure.code(), "source": provider.id.as_str() }));
        audit::record(&mut tx, &Actor::System, event, false, now).await?;
        Ok(tx.commit().await?)
    }
}

fn plain(failure: impl Into<LoginFailure>) -> (LoginFailure, Option<UserId>) {
    (failure.into(), None)
}

fn core(error: baton_store::StoreError) -> (LoginFailure, Option<UserId>) {
    plain(CoreError::from(error))
}
