//! Whether a source works: the connection tests of the console (B2, B3).

use std::sync::Arc;

use baton_identity::{
    graph::{Graph, GraphError},
    ldap::{self, ConnectionReport, LdapError},
    openid::{self, OpenIdError, ProviderSettings},
};
use baton_model::{SourceId, Timestamp};
use thiserror::Error;

use super::{
    login::{BegunLogin, LoginError, LoginPurpose},
    settings::{OpenIdSource, SourceSettings},
    stored,
    sync::PassingTime,
};
use crate::{Actor, Core, CoreError, Permission, accounts::Visitor, audit::Event};

/// What a test login says about a provider.
#[derive(Clone, Debug)]
pub struct ProviderCheck {
    /// What was found, or why the login failed.
    pub report: Result<openid::ConnectionReport, OpenIdError>,
    /// The claims that are mapped and missing, `auth_time` among them.
    pub missing: Vec<String>,
    /// Whether users and groups can be read through Graph; `None` where they are not to be.
    pub directory: Option<Result<(), GraphError>>,
}

impl ProviderCheck {
    pub(super) fn of(provider: &ProviderSettings, report: Result<openid::ConnectionReport, OpenIdError>) -> Self {
        let missing = match &report {
            Ok(found) => found.missing(provider).into_iter().map(str::to_owned).collect(),
            Err(_) => Vec::new(),
        };
        Self { report, missing, directory: None }
    }
}

/// Why a test was not made.
#[derive(Debug, Error)]
pub enum CheckError {
    /// The settings cannot even be tried.
    #[error(transparent)]
    Ldap(#[from] LdapError),
    /// Baton failed, or the actor may not.
    #[error(transparent)]
    Core(#[from] CoreError),
}

impl Core {
    /// Goes the way of every sign-in to a directory, step by step, and says how far it got.
    ///
    /// # Errors
    /// [`CheckError`]; [`CoreError::Denied`] without [`Permission::ManageSettings`].
    pub async fn check_directory(
        &self,
        actor: &Actor,
        id: &SourceId,
        now: Timestamp,
    ) -> Result<ConnectionReport, CheckError> {
        let SourceSettings::Ldap(settings) = self.settings_for_check(actor, id, now).await? else {
            return Err(CoreError::NotFound("source").into());
        };
        let report = ldap::test_connection(&settings.directory).await?;
        if report.is_ok() {
            self.connections().is_up(id);
        }
        Ok(report)
    }

    /// Begins a test login with a provider; it ends in [`Core::finish_login`].
    ///
    /// # Errors
    /// [`LoginError`]; [`CoreError::Denied`] without [`Permission::ManageSettings`].
    pub async fn begin_check(&self, actor: &Actor, id: &SourceId, now: Timestamp) -> Result<BegunLogin, LoginError> {
        self.settings_for_check(actor, id, now).await?;
        let administrator = actor.user_id().cloned().ok_or(CoreError::Denied(Permission::ManageSettings))?;
        self.connections().forget(id);
        self.begin_login(id, LoginPurpose::Check { administrator }, &Visitor::default(), now).await
    }

    /// Reads a user and a group of each tenant, as an import would. The first that fails counts.
    pub(super) async fn check_graph(&self, settings: &OpenIdSource, now: Timestamp) -> Option<Result<(), GraphError>> {
        let directories = settings.directories();
        // Nothing can be asked without that, and the login said so already.
        let http = self.connections().http().ok().filter(|_| !directories.is_empty())?;
        for directory in directories {
            let read = async {
                let graph = Graph::new(http.clone(), directory, Arc::new(PassingTime::from(now)))?;
                graph.search_users("a").await?;
                graph.search_groups("a").await.map(|_| ())
            };
            if let Err(error) = read.await {
                return Some(Err(error));
            }
        }
        Some(Ok(()))
    }

    async fn settings_for_check(
        &self,
        actor: &Actor,
        id: &SourceId,
        now: Timestamp,
    ) -> Result<SourceSettings, CoreError> {
        self.require(actor, Permission::ManageSettings, Event::new("source.check", "source", id.as_str()), now).await?;
        let source = self.store().read().await?.find_source(id).await?.ok_or(CoreError::NotFound("source"))?;
        stored::open(self.vault(), &source)
    }
}
