//! What an administrator says about a provider.

use thiserror::Error;
use url::Url;

use super::{address::check_address, secret::Secret, tenant::is_guid};

/// How far the provider's clock and this one may differ, in seconds.
pub const SKEW_SECONDS: i64 = 30;
/// Stands in the issuer for the tenant that each token names. Source: Entra's metadata for several tenants.
pub const TENANT_PLACEHOLDER: &str = "{tenantid}";
/// Where Entra is.
pub const ENTRA: &str = "https://login.microsoftonline.com";
/// The longest setting, in bytes.
const LONGEST: usize = 1024;

/// A provider and how to use it.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// Baton's own id of this provider; a login that began with one provider cannot be finished with another.
    pub id: String,
    /// The issuer, exactly as the provider writes it. With `{tenantid}` in place of the tenant it is Entra for several
    /// tenants.
    pub issuer: String,
    /// What the provider calls Baton.
    pub client_id: String,
    /// What proves to the provider that Baton is Baton.
    pub client_secret: Secret,
    /// How that is sent; without a word the provider's metadata decides.
    pub client_authentication: Option<ClientAuthentication>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// The tenants (claim `tid`) whose people may sign in; empty means that the issuer alone decides.
    pub tenants: Vec<String>,
    /// What a person is recognised by.
    pub key: KeyRule,
    /// Which claim says what.
    pub claims: ClaimNames,
    /// Whether the provider's UserInfo endpoint is asked for claims that the ID token lacks. Providers may keep all of
    /// them there (OpenID Connect Core 5.4); Entra has nothing more to say there.
    pub user_info: bool,
}

/// How the client secret is sent to the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// In the header: `client_secret_basic`.
    Basic,
    /// In the form: `client_secret_post`.
    Post,
}

/// What a person is recognised by. Never a mail address: those get new owners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRule {
    /// Issuer and `sub`, as the standard has it.
    IssuerSubject,
    /// Tenant and object id (`tid`, `oid`): Entra's `sub` differs from one app registration to the next.
    TenantObject,
}

/// Which claim says what. A name with dots (`realm_access.roles`) reaches into an object, unless there is a claim of
/// exactly that name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimNames {
    /// The name to sign in with.
    pub user_name: String,
    /// The name to show.
    pub display_name: String,
    /// The mail address.
    pub mail: String,
    /// The user principal name, where there is such a thing.
    pub upn: Option<String>,
    /// Groups or roles, where they matter.
    pub groups: Option<String>,
}

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// [`ProviderSettings::id`].
    Id,
    /// [`ProviderSettings::issuer`].
    Issuer,
    /// [`ProviderSettings::client_id`].
    ClientId,
    /// [`ProviderSettings::client_secret`].
    ClientSecret,
    /// [`ProviderSettings::scopes`].
    Scopes,
    /// [`ProviderSettings::tenants`].
    Tenants,
    /// [`ClaimNames::user_name`].
    UserNameClaim,
    /// [`ClaimNames::display_name`].
    DisplayNameClaim,
    /// [`ClaimNames::mail`].
    MailClaim,
    /// [`ClaimNames::upn`].
    UpnClaim,
    /// [`ClaimNames::groups`].
    GroupsClaim,
    /// The address that the provider sends people back to.
    RedirectUri,
}

/// What is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    /// There must be something.
    #[error("it is empty")]
    Empty,
    /// It is longer than anything of its kind.
    #[error("it is too long")]
    TooLong,
    /// It has spaces, control characters or such.
    #[error("it has characters that cannot be in it")]
    Characters,
    /// It is no address.
    #[error("it is not an address")]
    NotAnAddress,
    /// Only this machine may be reached without TLS.
    #[error("it must begin with https")]
    NotHttps,
    /// A provider out in the world names an address in a private network.
    #[error("it leads into a private network")]
    Inside,
    /// An issuer has neither user, query nor fragment.
    #[error("it must be an address without user, query and fragment")]
    MoreThanAnAddress,
    /// A tenant is a GUID; a domain's name is none, though Entra's pages accept it.
    #[error("`{0}` is not the id of a tenant")]
    NotATenant(String),
    /// An issuer with `{tenantid}` alone would let everybody in.
    #[error("the issuer stands for any tenant, so the allowed ones must be named")]
    TenantsNeeded,
}

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the provider's setting {field:?} cannot be used: {problem}")]
pub struct SettingsError {
    /// Which.
    pub field: Field,
    /// Why.
    pub problem: Problem,
}

impl ProviderSettings {
    /// Entra ID. `tenant` is a tenant's id, or `organizations` for several; those are to be named in
    /// [`Self::tenants`] then.
    #[must_use]
    pub fn entra(id: &str, tenant: &str, client_id: &str, client_secret: Secret) -> Self {
        Self::entra_at(ENTRA, id, tenant, client_id, client_secret)
    }

    /// As [`Self::entra`], for a national cloud (such as `https://login.microsoftonline.us`) or a test.
    #[must_use]
    pub fn entra_at(authority: &str, id: &str, tenant: &str, client_id: &str, client_secret: Secret) -> Self {
        let several = matches!(tenant, "organizations" | "common");
        let in_issuer = if several { TENANT_PLACEHOLDER } else { tenant };
        Self {
            issuer: format!("{authority}/{in_issuer}/v2.0"),
            client_authentication: Some(ClientAuthentication::Post),
            tenants: if several { Vec::new() } else { vec![tenant.to_owned()] },
            key: KeyRule::TenantObject,
            claims: ClaimNames { upn: Some("upn".to_owned()), ..ClaimNames::standard() },
            user_info: false,
            ..Self::plain(id, "", client_id, client_secret)
        }
    }

    /// Any other provider that keeps to the standard.
    #[must_use]
    pub fn plain(id: &str, issuer: &str, client_id: &str, client_secret: Secret) -> Self {
        Self {
            id: id.to_owned(),
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            client_secret,
            client_authentication: None,
            scopes: vec!["profile".to_owned(), "email".to_owned()],
            tenants: Vec::new(),
            key: KeyRule::IssuerSubject,
            claims: ClaimNames::standard(),
            user_info: true,
        }
    }

    /// Finds the first setting that cannot be used.
    ///
    /// # Errors
    /// [`SettingsError`] names it.
    pub fn validate(&self) -> Result<(), SettingsError> {
        use Field::{
            ClientId, ClientSecret, DisplayNameClaim, GroupsClaim, Id, MailClaim, Scopes, UpnClaim, UserNameClaim,
        };
        let mut texts = vec![
            (Id, &*self.id),
            (ClientId, &*self.client_id),
            (UserNameClaim, &*self.claims.user_name),
            (DisplayNameClaim, &*self.claims.display_name),
            (MailClaim, &*self.claims.mail),
        ];
        texts.extend(self.claims.upn.as_deref().map(|name| (UpnClaim, name)));
        texts.extend(self.claims.groups.as_deref().map(|name| (GroupsClaim, name)));
        texts.extend(self.scopes.iter().map(|scope| (Scopes, &**scope)));
        for (field, text) in texts {
            check_text(text).map_err(|problem| SettingsError { field, problem })?;
        }
        check_secret(self.client_secret.expose()).map_err(|problem| SettingsError { field: ClientSecret, problem })?;
        self.discovery_url()?;
        self.check_tenants().map_err(|problem| SettingsError { field: Field::Tenants, problem })
    }

    /// Where the provider's metadata is.
    ///
    /// # Errors
    /// [`SettingsError`] about the issuer.
    pub fn discovery_url(&self) -> Result<Url, SettingsError> {
        let wrong = |problem| SettingsError { field: Field::Issuer, problem };
        // Entra has no metadata for "any tenant", only for all that are organisations; their issuer is the template.
        let issuer = self.issuer.replacen(TENANT_PLACEHOLDER, "organizations", 1);
        check_text(&issuer).map_err(wrong)?;
        check_address(&issuer).map_err(wrong)?;
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        Url::parse(&address).map_err(|_| wrong(Problem::NotAnAddress))
    }

    /// Whether the issuer stands for several tenants.
    #[must_use]
    pub fn is_for_several_tenants(&self) -> bool {
        self.issuer.contains(TENANT_PLACEHOLDER)
    }

    fn check_tenants(&self) -> Result<(), Problem> {
        if self.tenants.is_empty() && self.is_for_several_tenants() {
            return Err(Problem::TenantsNeeded);
        }
        match self.tenants.iter().find(|tenant| !is_guid(tenant)) {
            Some(tenant) => Err(Problem::NotATenant(tenant.chars().take(64).collect())),
            None => Ok(()),
        }
    }
}

impl ClaimNames {
    /// The names of OpenID Connect Core 5.1; groups are not among them.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            user_name: "preferred_username".to_owned(),
            display_name: "name".to_owned(),
            mail: "email".to_owned(),
            upn: None,
            groups: None,
        }
    }
}

fn check_text(text: &str) -> Result<(), Problem> {
    if text.is_empty() {
        Err(Problem::Empty)
    } else if text.len() > LONGEST {
        Err(Problem::TooLong)
    } else if text.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
        Err(Problem::Characters)
    } else {
        Ok(())
    }
}

/// A secret may have spaces in it; those around it were copied along.
fn check_secret(text: &str) -> Result<(), Problem> {
    if text.trim() != text {
        return Err(Problem::Characters);
    }
    check_text(&text.replace(' ', "_"))
}
