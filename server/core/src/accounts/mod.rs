//! People: who may sign in, how they do it, and how long that lasts.

mod confirmation;
mod import;
mod origin;
mod own_password;
mod passkey_proof;
mod passkey_sign_in;
mod passkeys;
mod password_links;
mod sessions;
mod set_up;
mod sign_in;
pub(crate) mod throttle;
mod users;

pub use confirmation::{CONFIRMED_SECONDS, ConfirmError, Confirmed, Proof, WaysToConfirm};
pub use import::{ImportPlan, ImportProblem, ImportRow, ImportRowProblem, MAX_IMPORT_BYTES, MAX_IMPORT_ROWS};
pub use origin::Origin;
pub use own_password::OwnPasswordError;
pub use passkey_proof::{PasskeyAnswer, PasskeyChallenge, PasskeyRefusal};
pub use passkey_sign_in::PasskeySignInError;
pub use passkeys::{AddPasskeyError, MAX_PASSKEYS};
pub use password_links::{MAX_PASSWORD_LINKS, NewPasswordForm, NewPasswordLink, PASSWORD_LINK_DAYS, PasswordLinkError};
pub use sessions::{CLIP_HOURS, NewSession, PORTAL_HOURS, PORTAL_IDLE_MINUTES, SignedIn};
pub use set_up::{AdministratorForm, SetUpError};
pub use sign_in::SignInError;
pub(crate) use sign_in::{Proven, still_allowed};
pub use throttle::{KNOWN_BROWSER_DAYS, Visitor};
pub use users::{Person, UserDetail, UserForm};
pub(crate) use users::{check_text, refuse_last_administrator};
