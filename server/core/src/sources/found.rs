//! A person as a source describes them, and the user that this makes of them.

use baton_identity::{graph, ldap, openid::OpenIdIdentity};
use baton_model::{IdentityKey, Role, SourceId, Timestamp, User, UserIdentity, mail::is_mail};

use crate::new_id;

/// The longest name, in characters; what is longer is cut.
const MAX_NAME: usize = 100;
/// The longest user principal name, in characters: as long as a mail address may be.
const MAX_PRINCIPAL_NAME: usize = 254;

/// A person as a source describes them now. All texts are clean: one line, not empty, not too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// What the source knows them by.
    pub key: IdentityKey,
    /// The name to sign in with, if the source has a usable one.
    pub user_name: Option<String>,
    /// The name that people read.
    pub display_name: Option<String>,
    /// The mail address.
    pub mail: Option<String>,
    /// The user principal name.
    pub principal_name: Option<String>,
    /// Whether they may not sign in there.
    pub disabled: bool,
    /// Whether the source was read whole: what it does not say it does not have. A sign-in tells only what it tells.
    pub is_whole: bool,
    /// The role that their groups give them; `None` where groups give none, or are not known.
    pub role: Option<Role>,
}

impl Found {
    pub(super) fn in_directory(source: &SourceId, user: &ldap::DirectoryUser) -> Self {
        let key = IdentityKey { source_id: source.clone(), authority: String::new(), subject: user.id.clone() };
        Self {
            key,
            user_name: clean(&user.user_name),
            display_name: user.display_name.as_deref().and_then(clean),
            mail: user.mail.as_deref().and_then(mail),
            principal_name: user.principal_name.as_deref().and_then(whole),
            disabled: user.disabled,
            is_whole: true,
            role: None,
        }
    }

    pub(super) fn in_graph(source: &SourceId, tenant: &str, user: &graph::DirectoryUser) -> Self {
        let key = IdentityKey { source_id: source.clone(), authority: tenant.to_owned(), subject: user.id.clone() };
        Self {
            key,
            user_name: user.user_principal_name.as_deref().and_then(clean),
            display_name: user.display_name.as_deref().and_then(clean),
            mail: user.mail.as_deref().and_then(mail),
            principal_name: user.user_principal_name.as_deref().and_then(whole),
            // What Graph does not say does not lock anybody out.
            disabled: user.account_enabled == Some(false),
            is_whole: true,
            role: None,
        }
    }

    pub(super) fn signed_in(source: &SourceId, identity: &OpenIdIdentity) -> Self {
        let profile = &identity.profile;
        let key = IdentityKey {
            source_id: source.clone(),
            authority: identity.key.authority().to_owned(),
            subject: identity.key.subject().to_owned(),
        };
        let principal_name = profile.upn.as_deref().and_then(whole);
        // An address that somebody merely typed there could be anybody's.
        let mail = profile.mail.as_deref().filter(|_| profile.mail_verified != Some(false)).and_then(mail);
        let user_name = profile.user_name.as_deref().and_then(clean);
        Self {
            key,
            user_name: user_name.or_else(|| principal_name.clone()).or_else(|| mail.clone()),
            display_name: profile.display_name.as_deref().and_then(clean),
            mail,
            principal_name,
            disabled: false,
            is_whole: false,
            role: None,
        }
    }

    /// The user that they become; `None` without a user name.
    pub(super) fn new_user(&self, now: Timestamp) -> Option<User> {
        let user_name = self.user_name.clone()?;
        Some(User {
            id: new_id(now).as_str().into(),
            display_name: self.display_name.clone().unwrap_or_else(|| user_name.clone()),
            user_name,
            email: self.mail.clone(),
            role: self.role.unwrap_or(Role::User),
            enabled: true,
            epoch: 1,
            revision: 1,
            created_at: now,
        })
    }

    /// The user as they are after what the source says now. What it does not say stays.
    pub(super) fn followed_by(&self, user: &User) -> User {
        User {
            user_name: self.user_name.clone().unwrap_or_else(|| user.user_name.clone()),
            display_name: self.display_name.clone().unwrap_or_else(|| user.display_name.clone()),
            email: self.mail.clone().or_else(|| user.email.clone().filter(|_| !self.is_whole)),
            role: self.role.unwrap_or(user.role),
            ..user.clone()
        }
    }

    /// The user principal name from now on.
    pub(super) fn principal_name_after(&self, identity: &UserIdentity) -> Option<String> {
        self.principal_name.clone().or_else(|| identity.principal_name.clone().filter(|_| !self.is_whole))
    }

    /// What the source knows this user by.
    pub(super) fn identity_of(&self, user: &User, gone: bool) -> UserIdentity {
        UserIdentity {
            user_id: user.id.clone(),
            key: self.key.clone(),
            principal_name: self.principal_name.clone(),
            gone,
        }
    }
}

/// One line of at most [`MAX_NAME`] characters; nothing if that leaves nothing.
fn clean(text: &str) -> Option<String> {
    let line: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let cut: String = line.trim().chars().take(MAX_NAME).collect();
    Some(cut.trim_end().to_owned()).filter(|text| !text.is_empty())
}

/// A name that is compared or made an account of: whole or not at all, because a part of it may be somebody else's.
fn whole(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = text.chars().count() <= MAX_PRINCIPAL_NAME && !text.chars().any(char::is_control);
    Some(text.to_owned()).filter(|text| fits && !text.is_empty())
}

/// The text if it is a mail address.
fn mail(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| is_mail(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_source_are_one_line_and_not_too_long() {
        assert_eq!(clean(" Ada\r\nLovelace ").as_deref(), Some("Ada  Lovelace"));
        assert_eq!(clean(&"ü".repeat(500)).map(|text| text.chars().count()), Some(MAX_NAME));
        assert_eq!(clean(" \t\0 "), None);
    }

    #[test]
    fn a_principal_name_is_whole_or_none() {
        let long = format!("ada@{}.example", "x".repeat(200));
        assert_eq!(whole(&format!(" {long} ")), Some(long));
        assert_eq!(whole(&"x".repeat(255)), None);
        assert_eq!(whole("ada\0@heron.example"), None);
    }

    #[test]
    fn what_is_no_mail_address_is_none() {
        assert_eq!(mail(" ada@example.com ").as_deref(), Some("ada@example.com"));
        assert_eq!(mail("ada"), None);
    }
}
