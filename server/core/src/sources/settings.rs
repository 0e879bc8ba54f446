//! What an administrator says about a source.

use baton_identity::{
    Secret,
    graph::GraphSettings,
    ldap::LdapSettings,
    openid::{ClaimNames, ENTRA, Field, Problem, ProviderSettings, SettingsError},
};
use baton_model::{SourceId, SourceKind, text_enum};

use crate::managed_accounts::AccountRule;

/// How to reach a source, and what to make of its people.
#[derive(Clone, Debug)]
pub enum SourceSettings {
    /// A directory.
    Ldap(LdapSource),
    /// A provider.
    OpenId(OpenIdSource),
}

impl SourceSettings {
    /// What the source is.
    #[must_use]
    pub const fn kind(&self) -> SourceKind {
        match self {
            Self::Ldap(_) => SourceKind::Ldap,
            Self::OpenId(_) => SourceKind::OpenId,
        }
    }

    /// How the source's people get their Managed Apple Accounts (B4).
    #[must_use]
    pub const fn accounts(&self) -> AccountRule {
        match self {
            Self::Ldap(ldap) => ldap.accounts,
            Self::OpenId(provider) => provider.accounts,
        }
    }

    /// Whether whoever can sign in there may sign in here, imported or not.
    #[must_use]
    pub const fn admits_anyone(&self) -> bool {
        match self {
            Self::Ldap(ldap) => ldap.admits_anyone,
            Self::OpenId(provider) => provider.admits_anyone,
        }
    }
}

/// A directory.
#[derive(Clone, Debug)]
pub struct LdapSource {
    /// How to reach it and where in it people are.
    pub directory: LdapSettings,
    /// Whether everybody whom the filter of people finds may sign in, imported or not.
    pub admits_anyone: bool,
    /// How its people get their Managed Apple Accounts.
    pub accounts: AccountRule,
}

text_enum!(
    /// What a provider looks like.
    ProviderShape {
        /// Microsoft Entra ID.
        Entra = "entra",
        /// Any other that keeps to the standard.
        Plain = "plain",
    }
);

/// A provider.
#[derive(Clone, Debug)]
pub struct OpenIdSource {
    /// What it looks like.
    pub shape: ProviderShape,
    /// The issuer; of Entra, where it is: [`ENTRA`] or a national cloud.
    pub issuer: String,
    /// The ids of the tenants whose people may sign in; Entra only.
    pub tenants: Vec<String>,
    /// What the provider calls Baton.
    pub client_id: String,
    /// What proves to the provider that Baton is Baton.
    pub client_secret: Secret,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// Which claim says what.
    pub claims: ClaimNames,
    /// Where Microsoft Graph is, if users and groups are imported through it.
    pub graph: Option<String>,
    /// Whether everybody who can sign in there may sign in here, imported or not.
    pub admits_anyone: bool,
    /// How its people get their Managed Apple Accounts.
    pub accounts: AccountRule,
}

impl OpenIdSource {
    /// Entra ID with nothing filled in yet.
    #[must_use]
    pub fn entra() -> Self {
        let ProviderSettings { scopes, claims, .. } = ProviderSettings::entra("", "", "", Secret::default());
        Self {
            shape: ProviderShape::Entra,
            issuer: ENTRA.to_owned(),
            tenants: Vec::new(),
            client_id: String::new(),
            client_secret: Secret::default(),
            scopes,
            claims,
            graph: None,
            admits_anyone: false,
            accounts: AccountRule::default(),
        }
    }

    /// Any other provider with nothing filled in yet.
    #[must_use]
    pub fn plain() -> Self {
        let ProviderSettings { scopes, claims, .. } = ProviderSettings::plain("", "", "", Secret::default());
        Self { shape: ProviderShape::Plain, issuer: String::new(), scopes, claims, ..Self::entra() }
    }

    /// The provider as the protocol's code takes it.
    #[must_use]
    pub fn provider(&self, id: &SourceId) -> ProviderSettings {
        let secret = self.client_secret.clone();
        let base = match (self.shape, self.tenants.as_slice()) {
            (ProviderShape::Plain, _) => ProviderSettings::plain(id.as_str(), &self.issuer, &self.client_id, secret),
            (ProviderShape::Entra, [tenant]) => {
                ProviderSettings::entra_at(self.authority(), id.as_str(), tenant, &self.client_id, secret)
            }
            (ProviderShape::Entra, tenants) => ProviderSettings {
                tenants: tenants.to_vec(),
                ..ProviderSettings::entra_at(self.authority(), id.as_str(), "organizations", &self.client_id, secret)
            },
        };
        ProviderSettings { scopes: self.scopes.clone(), claims: self.claims.clone(), ..base }
    }

    /// The directories behind the provider: one for each tenant, if they are read at all.
    #[must_use]
    pub fn directories(&self) -> Vec<GraphSettings> {
        let Some(base) = &self.graph else { return Vec::new() };
        let settings = |tenant: &String| GraphSettings {
            authority: self.authority().to_owned(),
            base: base.clone(),
            ..GraphSettings::new(tenant, &self.client_id, self.client_secret.clone())
        };
        self.tenants.iter().map(settings).collect()
    }

    /// Finds the first setting that cannot be used.
    ///
    /// # Errors
    /// [`SettingsError`] names it.
    pub fn validate(&self) -> Result<(), SettingsError> {
        if self.shape == ProviderShape::Entra && self.tenants.is_empty() {
            return Err(SettingsError { field: Field::Tenants, problem: Problem::TenantsNeeded });
        }
        self.provider(&SourceId::from("new")).validate()
    }

    fn authority(&self) -> &str {
        self.issuer.trim_end_matches('/')
    }
}
