//! Entra's tenants, and issuers that stand for several of them.

use super::settings::{ProviderSettings, TENANT_PLACEHOLDER};

/// Whether this is a GUID in its usual form, such as a tenant's id.
pub(crate) fn is_guid(text: &str) -> bool {
    let mut parts = text.split('-');
    let lengths = [8, 4, 4, 4, 12];
    lengths.iter().all(|length| {
        parts.next().is_some_and(|part| part.len() == *length && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }) && parts.next().is_none()
}

/// The issuer in a key's or provider's words, with this tenant in it.
pub(crate) fn issuer_of(template: &str, tenant: Option<&str>) -> String {
    match tenant.filter(|tenant| is_guid(tenant)) {
        Some(tenant) => template.replacen(TENANT_PLACEHOLDER, tenant, 1),
        None => template.to_owned(),
    }
}

/// Whether these settings expect this issuer from some tenant that may sign in.
pub(crate) fn is_expected(settings: &ProviderSettings, issuer: &str) -> bool {
    if settings.is_for_several_tenants() {
        settings.tenants.iter().any(|tenant| issuer_of(&settings.issuer, Some(tenant)) == issuer)
    } else {
        settings.issuer == issuer
    }
}
