//! Searching a directory by hand: the dialog *Select Users* of *Invite Users from LDAP* (B2).

use super::{
    entry::Entry,
    error::LdapError,
    filter::Filter,
    groups,
    session::{Plan, Session},
    settings::LdapSettings,
    user,
    wire::request::Scope,
};

/// The longest text to search for, in bytes.
const MAX_TEXT_BYTES: usize = 256;
/// The attribute of a unit's name.
const UNIT_NAME: &str = "ou";

/// What can be selected in a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A person.
    Person,
    /// A group: the people in it and in its groups.
    Group,
    /// An organisational unit: the people in it and below.
    OrganisationalUnit,
}

/// An entry that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub kind: EntryKind,
    /// Never changes; nothing when the entry has none that can be read, and then it is known by its name alone.
    pub id: Option<String>,
    /// Where the entry is now.
    pub dn: String,
    /// The name that people read.
    pub name: String,
    /// A person's user name.
    pub user_name: Option<String>,
    /// A person's mail address.
    pub mail: Option<String>,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hits {
    /// The entries, by name.
    pub hits: Vec<Hit>,
    /// Whether there are more than these.
    pub more: bool,
}

/// Looks for entries whose name contains this text; for people also user name, mail address and user principal name.
/// Without a text, all of them. Never more than `limit`.
///
/// # Errors
/// Every [`LdapError`] that is not about a sign-in.
pub async fn search(settings: &LdapSettings, text: &str, kind: EntryKind, limit: usize) -> Result<Hits, LdapError> {
    let text = text.trim();
    if text.len() > MAX_TEXT_BYTES {
        return Err(LdapError::Typed(super::error::TypedProblem::TooLong));
    }
    if text.contains('\0') {
        return Err(LdapError::Typed(super::error::TypedProblem::Nul));
    }
    let plan = Plan::new(settings)?;
    let (base, of_kind, wanted) = place(&plan, kind);
    let filter = match text {
        "" => of_kind,
        text => {
            let names = searched(settings, kind).into_iter().map(|name| Filter::contains(name, text)).collect();
            Filter::And(vec![of_kind, Filter::Or(names)])
        }
    };
    let mut session = plan.open().await?;
    let query = session.query(base, Scope::Subtree, filter, wanted);
    let (entries, more) = session.some(&query, limit).await?;
    session.close().await;
    let mut hits: Vec<Hit> = entries.iter().map(|entry| read(settings, entry, kind)).collect();
    hits.sort_by_cached_key(|hit| (hit.name.to_lowercase(), hit.dn.clone()));
    Ok(Hits { hits, more })
}

/// Where entries of this kind are, which ones they are, and what to ask for.
pub(crate) fn place<'p>(plan: &'p Plan<'_>, kind: EntryKind) -> (&'p str, Filter, Vec<String>) {
    let settings = plan.settings;
    match kind {
        EntryKind::Person => (&settings.people_base, plan.people_filter.clone(), user::attributes(settings)),
        EntryKind::Group => (&settings.group_base, plan.group_filter.clone(), groups::attributes(settings)),
        EntryKind::OrganisationalUnit => {
            let wanted = vec![settings.attributes.id.clone(), UNIT_NAME.to_owned()];
            (&settings.people_base, Filter::equal("objectClass", "organizationalUnit"), wanted)
        }
    }
}

/// The entry of this kind with this id, wherever it is, with these attributes beside the usual ones.
pub(crate) async fn by_id(
    plan: &Plan<'_>,
    session: &mut Session,
    kind: EntryKind,
    id: &str,
    also: &[&str],
) -> Result<Option<Entry>, LdapError> {
    let names = &plan.settings.attributes;
    let (base, of_kind, mut wanted) = place(plan, kind);
    wanted.extend(also.iter().map(|&name| name.to_owned()));
    let Some(value) = names.id_form.to_value(id) else { return Ok(None) };
    let filter = Filter::And(vec![of_kind, Filter::equal(&names.id, value)]);
    let (found, more) = session.some(&session.query(base, Scope::Subtree, filter, wanted), 1).await?;
    if more { Err(LdapError::Nonsense("two entries have one id")) } else { Ok(found.into_iter().next()) }
}

/// The attributes that are searched.
fn searched(settings: &LdapSettings, kind: EntryKind) -> Vec<&str> {
    let names = &settings.attributes;
    match kind {
        EntryKind::Person => {
            let mut searched = vec![&*names.display_name, &names.user_name, &names.mail];
            searched.extend(names.principal_name.as_deref());
            searched
        }
        EntryKind::Group => vec![names.group_name.as_str()],
        EntryKind::OrganisationalUnit => vec![UNIT_NAME],
    }
}

fn read(settings: &LdapSettings, entry: &Entry, kind: EntryKind) -> Hit {
    let names = &settings.attributes;
    let text = |name: &str| entry.text(name).map(str::to_owned);
    let (name, user_name, mail) = match kind {
        EntryKind::Person => (text(&names.display_name), text(&names.user_name), text(&names.mail)),
        EntryKind::Group => (text(&names.group_name), None, None),
        EntryKind::OrganisationalUnit => (text(UNIT_NAME), None, None),
    };
    let name = name.or_else(|| user_name.clone()).unwrap_or_else(|| entry.dn.clone());
    Hit { kind, id: user::id(settings, entry).ok(), dn: entry.dn.clone(), name, user_name, mail }
}
