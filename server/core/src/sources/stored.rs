//! How the settings of a source are kept: as sealed JSON, because there is a password in them.

use baton_identity::{
    Secret,
    ldap::{Attributes, IdForm, LdapSettings, Limits, NestedGroups, Security},
    openid::ClaimNames,
};
use baton_model::{Source, SourceId};
use serde::{Deserialize, Serialize};

use super::settings::{LdapSource, OpenIdSource, ProviderShape, SourceSettings};
use crate::{CoreError, Vault};

/// Settings of one source do not open as another's.
fn purpose(id: &SourceId) -> String {
    format!("source-settings:{id}")
}

/// Seals the settings of a source.
pub(super) fn seal(vault: &Vault, id: &SourceId, settings: &SourceSettings) -> Result<Vec<u8>, CoreError> {
    let json = match settings {
        SourceSettings::Ldap(ldap) => serde_json::to_vec(&StoredLdap::from(ldap.clone())),
        SourceSettings::OpenId(provider) => serde_json::to_vec(&StoredOpenId::from(provider.clone())),
    };
    let json = json.expect("invariant: the settings are plain structs of texts and numbers");
    Ok(vault.seal(&purpose(id), &json)?)
}

/// The settings of a source.
pub(super) fn open(vault: &Vault, source: &Source) -> Result<SourceSettings, CoreError> {
    let json = vault.open(&purpose(&source.id), &source.sealed_settings)?;
    let corrupt = |_| CoreError::Corrupt(format!("the settings of source {}", source.id));
    Ok(match source.kind {
        baton_model::SourceKind::Ldap => {
            SourceSettings::Ldap(serde_json::from_slice::<StoredLdap>(&json).map_err(corrupt)?.into())
        }
        baton_model::SourceKind::OpenId => {
            SourceSettings::OpenId(serde_json::from_slice::<StoredOpenId>(&json).map_err(corrupt)?.into())
        }
    })
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredLdap {
    #[serde(with = "StoredDirectory")]
    directory: LdapSettings,
    admits_anyone: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredOpenId {
    shape: ProviderShape,
    issuer: String,
    tenants: Vec<String>,
    client_id: String,
    #[serde(with = "exposed")]
    client_secret: Secret,
    scopes: Vec<String>,
    #[serde(with = "StoredClaimNames")]
    claims: ClaimNames,
    graph: Option<String>,
    admits_anyone: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "LdapSettings", rename_all = "camelCase")]
struct StoredDirectory {
    host: String,
    port: u16,
    #[serde(with = "StoredSecurity")]
    security: Security,
    authorities_pem: Option<String>,
    bind_dn: String,
    #[serde(with = "exposed")]
    bind_password: Secret,
    people_base: String,
    people_filter: String,
    #[serde(with = "StoredAttributes")]
    attributes: Attributes,
    login_attributes: Vec<String>,
    group_base: String,
    group_filter: String,
    #[serde(with = "StoredNestedGroups")]
    nested_groups: NestedGroups,
    /// Nobody sets them; a later version may have others.
    #[serde(skip)]
    limits: Limits,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Attributes", rename_all = "camelCase")]
struct StoredAttributes {
    id: String,
    #[serde(with = "StoredIdForm")]
    id_form: IdForm,
    user_name: String,
    display_name: String,
    mail: String,
    principal_name: Option<String>,
    group_name: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Security", rename_all = "camelCase")]
enum StoredSecurity {
    Ldaps,
    StartTls,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "IdForm", rename_all = "camelCase")]
enum StoredIdForm {
    Text,
    Guid,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "NestedGroups", rename_all = "camelCase")]
enum StoredNestedGroups {
    Automatic,
    MemberOf,
    MatchingRule,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "ClaimNames", rename_all = "camelCase")]
struct StoredClaimNames {
    user_name: String,
    display_name: String,
    mail: String,
    upn: Option<String>,
    groups: Option<String>,
}

/// A secret that is stored on purpose, inside of what is sealed.
pub(super) mod exposed {
    use baton_identity::Secret;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(secret.expose())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
        String::deserialize(deserializer).map(Secret::new)
    }
}

impl From<LdapSource> for StoredLdap {
    fn from(LdapSource { directory, admits_anyone }: LdapSource) -> Self {
        Self { directory, admits_anyone }
    }
}

impl From<StoredLdap> for LdapSource {
    fn from(StoredLdap { directory, admits_anyone }: StoredLdap) -> Self {
        Self { directory, admits_anyone }
    }
}

impl From<OpenIdSource> for StoredOpenId {
    fn from(provider: OpenIdSource) -> Self {
        let OpenIdSource { shape, issuer, tenants, client_id, client_secret, scopes, claims, graph, admits_anyone } =
            provider;
        Self { shape, issuer, tenants, client_id, client_secret, scopes, claims, graph, admits_anyone }
    }
}

impl From<StoredOpenId> for OpenIdSource {
    fn from(stored: StoredOpenId) -> Self {
        let StoredOpenId { shape, issuer, tenants, client_id, client_secret, scopes, claims, graph, admits_anyone } =
            stored;
        Self { shape, issuer, tenants, client_id, client_secret, scopes, claims, graph, admits_anyone }
    }
}
