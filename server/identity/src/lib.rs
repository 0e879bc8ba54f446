//! Who are you: how Baton finds out that a person is who they say.
//!
//! That is the password of a local user ([`password`]), a passkey ([`passkeys`]), a directory ([`ldap`]), or an OpenID
//! Connect provider ([`openid`]). Microsoft Graph ([`graph`]) tells who there is in an Entra tenant. The feature `fake` adds
//! an authenticator, a directory, a provider and a Graph that misbehave on demand.

pub mod graph;
pub mod ldap;
pub mod openid;
pub mod passkeys;
pub mod password;
pub mod password_rules;
mod secret;

pub use password::{PasswordError, Passwords, Priority, Verdict};
pub use password_rules::{PasswordRuleError, check_new_password};
pub use secret::{Secret, exposed};
