//! People: who may sign in, how they do it, and how long that lasts.

mod import;
mod own_password;
mod password_links;
mod sessions;
mod set_up;
mod sign_in;
pub(crate) mod throttle;
mod users;

pub use import::{ImportPlan, ImportProblem, ImportRow, ImportRowProblem, MAX_IMPORT_BYTES, MAX_IMPORT_ROWS};
pub use own_password::OwnPasswordError;
pub use password_links::{MAX_PASSWORD_LINKS, NewPasswordForm, NewPasswordLink, PASSWORD_LINK_DAYS, PasswordLinkError};
pub use sessions::{CLIP_HOURS, NewSession, PORTAL_HOURS, PORTAL_IDLE_MINUTES, SignedIn};
pub use set_up::{AdministratorForm, SetUpError};
pub use sign_in::SignInError;
pub(crate) use sign_in::{Proven, still_allowed};
pub use throttle::{KNOWN_BROWSER_DAYS, Visitor};
pub use users::{Origin, Person, UserDetail, UserForm};
pub(crate) use users::{check_text, is_mail, refuse_last_administrator};
