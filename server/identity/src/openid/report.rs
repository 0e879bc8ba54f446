//! The console's connection test: what a test login says about a provider (A5).

use baton_model::Timestamp;

use super::{
    cache::ProviderCache,
    callback::CallbackQuery,
    error::{FreshnessError, OpenIdError},
    finish::authenticate,
    identity::{Groups, OpenIdIdentity, StableKey},
    settings::ProviderSettings,
    transaction::LoginTransaction,
};

/// What a test login found.
#[derive(Clone, Debug)]
pub struct ConnectionReport {
    /// Who would have signed in.
    pub key: StableKey,
    /// Each claim that is configured, and what it says; `None` where it is missing.
    pub claims: Vec<ClaimReport>,
    /// Groups or roles.
    pub groups: Groups,
    /// Whether the provider proves that the person authenticated in this login. Shared devices need that (A5); everything
    /// else works without.
    pub freshness: Result<(), FreshnessError>,
    /// When the person authenticated, if the provider says so.
    pub auth_time: Option<Timestamp>,
    /// Whether signing out can end the provider's session (A6).
    pub offers_end_session: bool,
}

/// A claim that is configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimReport {
    /// What it is for.
    pub purpose: ClaimPurpose,
    /// Its name.
    pub name: String,
    /// What it says.
    pub value: Option<String>,
}

/// What a claim is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimPurpose {
    /// The name to sign in with.
    UserName,
    /// The name to show.
    DisplayName,
    /// The mail address.
    Mail,
    /// The user principal name.
    Upn,
}

impl ConnectionReport {
    /// The claims that are configured and missing, that of groups and `auth_time` among them.
    #[must_use]
    pub fn missing<'r>(&'r self, settings: &'r ProviderSettings) -> Vec<&'r str> {
        let missing = self.claims.iter().filter(|claim| claim.value.is_none());
        let mut names: Vec<&str> = missing.map(|claim| &*claim.name).collect();
        if let (Groups::Absent, Some(name)) = (&self.groups, &settings.claims.groups) {
            names.push(name);
        }
        if self.auth_time.is_none() {
            names.push("auth_time");
        }
        names
    }
}

/// Finishes a test login, which should have begun with [`Freshness::Fresh`](super::Freshness::Fresh). Everything that would
/// stop a real login is an error here too, except the proof that it is fresh: that is one of the findings.
///
/// # Errors
/// [`OpenIdError`].
pub async fn check_provider(
    cache: &ProviderCache,
    settings: &ProviderSettings,
    transaction: &LoginTransaction,
    callback: &CallbackQuery,
    now: Timestamp,
) -> Result<ConnectionReport, OpenIdError> {
    let login = authenticate(cache, settings, transaction, callback, now).await?;
    let OpenIdIdentity { key, profile, auth_time, .. } = login.identity;
    let names = &settings.claims;
    let report = |purpose, name: &str, value| ClaimReport { purpose, name: name.to_owned(), value };
    let mut claims = vec![
        report(ClaimPurpose::UserName, &names.user_name, profile.user_name),
        report(ClaimPurpose::DisplayName, &names.display_name, profile.display_name),
        report(ClaimPurpose::Mail, &names.mail, profile.mail),
    ];
    claims.extend(names.upn.as_deref().map(|name| report(ClaimPurpose::Upn, name, profile.upn)));
    Ok(ConnectionReport {
        key,
        claims,
        groups: profile.groups,
        freshness: login.freshness,
        auth_time,
        offers_end_session: login.provider.metadata.end_session_endpoint.is_some(),
    })
}
