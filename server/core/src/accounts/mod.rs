//! People: who may sign in, how they do it, and how long that lasts.

mod sessions;
mod set_up;
mod sign_in;
mod users;

pub(crate) use sessions::open as open_session;
pub use sessions::{CLIP_HOURS, NewSession, PORTAL_HOURS, PORTAL_IDLE_MINUTES, SignedIn};
pub use set_up::{AdministratorForm, SetUpError};
pub use sign_in::SignInError;
pub(crate) use sign_in::still_allowed;
pub(crate) use users::check_text;
pub use users::{Person, UserDetail, UserForm};
