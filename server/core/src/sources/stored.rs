//! How the settings of a source are kept: as sealed JSON, because there is a password in them.

use baton_identity::{
    Secret, exposed,
    ldap::{Attributes, IdForm, LdapSettings, Limits, NestedGroups, Security},
    openid::ClaimNames,
};
use baton_model::{Source, SourceId, SourceKind};
use serde::{Deserialize, Serialize};

use super::settings::{LdapSource, OpenIdSource, ProviderShape, SourceSettings};
use crate::{CoreError, Vault, managed_accounts::AccountRule};

/// Settings of one source do not open as another's.
fn purpose(id: &SourceId) -> String {
    format!("source-settings:{id}")
}

/// Seals the settings of a source.
pub(super) fn seal(vault: &Vault, id: &SourceId, settings: &SourceSettings) -> Result<Vec<u8>, CoreError> {
    let mut json = Vec::new();
    let mut into = serde_json::Serializer::new(&mut json);
    let written = match settings {
        SourceSettings::Ldap(ldap) => StoredLdap::serialize(ldap, &mut into),
        SourceSettings::OpenId(provider) => StoredOpenId::serialize(provider, &mut into),
    };
    written.expect("invariant: the settings are plain structs of texts and numbers");
    Ok(vault.seal(&purpose(id), &json)?)
}

/// The settings of a source.
pub(super) fn open(vault: &Vault, source: &Source) -> Result<SourceSettings, CoreError> {
    let json = vault.open(&purpose(&source.id), &source.sealed_settings)?;
    let corrupt = |_| CoreError::Corrupt(format!("the settings of source {}", source.id));
    let mut from = serde_json::Deserializer::from_slice(&json);
    match source.kind {
        SourceKind::Ldap => StoredLdap::deserialize(&mut from).map(SourceSettings::Ldap),
        SourceKind::OpenId => StoredOpenId::deserialize(&mut from).map(SourceSettings::OpenId),
    }
    .map_err(corrupt)
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "LdapSource", rename_all = "camelCase")]
struct StoredLdap {
    #[serde(with = "StoredDirectory")]
    directory: LdapSettings,
    admits_anyone: bool,
    /// Left out by versions that knew no such accounts.
    #[serde(default)]
    accounts: AccountRule,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "OpenIdSource", rename_all = "camelCase")]
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
    #[serde(default)]
    accounts: AccountRule,
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
