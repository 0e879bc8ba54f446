//! Who are you: how Baton finds out that a person is who they say.
//!
//! Today that is the password of a local user, or an OpenID Connect provider; LDAP and passkeys will stand beside it. Microsoft
//! Graph tells who there is in an Entra tenant.

pub mod graph;
pub mod openid;
pub mod password;
pub mod password_rules;

pub use password::{PasswordError, Passwords, Verdict};
pub use password_rules::{PasswordRuleError, check_new_password};
