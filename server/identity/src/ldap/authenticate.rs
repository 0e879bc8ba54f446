//! Signing in: search for who is meant, then bind as that entry (B2).

use super::{
    error::{AccountProblem, LdapError, TypedProblem},
    filter::Filter,
    session::{Plan, Session, code},
    settings::LdapSettings,
    user::{self, DirectoryUser},
    wire::{request::Scope, response::Outcome},
};

/// The longest user name, in bytes: longer than any mail address.
const MAX_NAME_BYTES: usize = 512;
/// The longest password, in bytes, as for local users.
const MAX_PASSWORD_BYTES: usize = 1024;

/// Who signs in with this name and password.
///
/// What was typed is one value in the filter, whatever characters it has; exactly one person must match; the bind is
/// theirs, and only after it succeeded is anything about the account believed.
///
/// # Errors
/// Every [`LdapError`]; [`LdapError::concern`] says what may be shown.
pub async fn authenticate(
    settings: &LdapSettings,
    typed_name: &str,
    password: &str,
) -> Result<DirectoryUser, LdapError> {
    let name = typed_name.trim();
    check_typed(name, password).map_err(LdapError::Typed)?;
    let plan = Plan::new(settings)?;
    let mut session = plan.open().await?;
    let user = sign_in(&plan, &mut session, name, password).await?;
    session.close().await;
    Ok(user)
}

/// Refuses what cannot be right before anything is sent.
pub(super) fn check_typed(name: &str, password: &str) -> Result<(), TypedProblem> {
    if password.is_empty() {
        return Err(TypedProblem::NoPassword);
    }
    if name.is_empty() {
        return Err(TypedProblem::NoName);
    }
    if name.contains('\0') || password.contains('\0') {
        return Err(TypedProblem::Nul);
    }
    if name.len() > MAX_NAME_BYTES || password.len() > MAX_PASSWORD_BYTES {
        return Err(TypedProblem::TooLong);
    }
    Ok(())
}

pub(super) async fn sign_in(
    plan: &Plan<'_>,
    session: &mut Session,
    name: &str,
    password: &str,
) -> Result<DirectoryUser, LdapError> {
    let settings = plan.settings;
    let meant = settings.login_attributes.iter().map(|attribute| Filter::equal(attribute, name)).collect();
    let filter = Filter::And(vec![plan.people_filter.clone(), Filter::Or(meant)]);
    let query = session.query(&settings.people_base, Scope::Subtree, filter, user::attributes(settings));
    let (found, more) = session.some(&query, 1).await?;
    let entry = match found.as_slice() {
        _ if more => return Err(LdapError::SeveralUsers),
        [] => return Err(LdapError::UnknownUser),
        [entry] => entry,
        _ => return Err(LdapError::SeveralUsers),
    };
    // A bind with an empty name is a visit by nobody, and succeeds.
    if entry.dn.trim().is_empty() {
        return Err(LdapError::Nonsense("an entry has an empty name"));
    }
    check_bind(session.bind(&entry.dn, password).await?)?;
    let user = DirectoryUser::read(settings, entry)?;
    if user.disabled { Err(LdapError::Account(AccountProblem::Disabled)) } else { Ok(user) }
}

/// What the answer to a person's bind means.
fn check_bind(Outcome { code, text }: Outcome) -> Result<(), LdapError> {
    match code {
        code::SUCCESS => Ok(()),
        code::INVALID_CREDENTIALS => Err(match AccountProblem::from_text(&text) {
            Some(problem) => LdapError::Account(problem),
            None => LdapError::WrongPassword,
        }),
        code::BUSY | code::UNAVAILABLE => Err(LdapError::Unavailable { code, text }),
        _ => Err(LdapError::SignInRefused { code, text }),
    }
}
