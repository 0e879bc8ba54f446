//! What a server says of itself (the root DSE, RFC 4512, 5.1).

use super::{
    entry::Entry,
    error::LdapError,
    filter::Filter,
    session::Session,
    wire::request::{PAGED_RESULTS, Scope},
};

/// Microsoft's mark of Active Directory ([MS-ADTS] 3.1.1.3.4.3), and that of its lightweight variant.
const ACTIVE_DIRECTORY: &[&str] = &["1.2.840.113556.1.4.800", "1.2.840.113556.1.4.1851"];

/// Which product answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerKind {
    /// Microsoft Active Directory.
    ActiveDirectory,
    /// OpenLDAP.
    OpenLdap,
    /// Another, by the name that it gives itself.
    Other(String),
    /// It does not say.
    Unknown,
}

/// What a server says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootDse {
    /// Which product it is.
    pub kind: ServerKind,
    /// Where its trees begin: what may be meant when a base DN does not exist.
    pub naming_contexts: Vec<String>,
    /// Whether it sends long answers in pages (RFC 2696).
    pub paged_results: bool,
}

pub(crate) async fn read(session: &mut Session) -> Result<RootDse, LdapError> {
    let attributes = [
        "objectClass",
        "structuralObjectClass",
        "supportedCapabilities",
        "supportedControl",
        "namingContexts",
        "vendorName",
    ];
    let everything = Filter::Present("objectClass".to_owned());
    let query = session.query("", Scope::Base, everything, attributes.map(str::to_owned).to_vec());
    // Some servers hide it; then they do not say.
    let (entries, _) = session.some(&query, 1).await?;
    let root = entries.into_iter().next().unwrap_or(Entry { dn: String::new(), attributes: Vec::new() });
    Ok(RootDse {
        kind: kind(&root),
        naming_contexts: root.texts("namingContexts").map(str::to_owned).collect(),
        paged_results: root.texts("supportedControl").any(|control| control == PAGED_RESULTS),
    })
}

fn kind(root: &Entry) -> ServerKind {
    let is_open_ldap = |class: &str| class.eq_ignore_ascii_case("OpenLDAProotDSE");
    if root.texts("supportedCapabilities").any(|mark| ACTIVE_DIRECTORY.contains(&mark)) {
        ServerKind::ActiveDirectory
    } else if root.texts("structuralObjectClass").chain(root.texts("objectClass")).any(is_open_ldap) {
        ServerKind::OpenLdap
    } else if let Some(vendor) = root.text("vendorName") {
        ServerKind::Other(vendor.chars().take(100).collect())
    } else {
        ServerKind::Unknown
    }
}
