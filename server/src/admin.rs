//! `baton admin`: what only the one who runs the server may do, on the server itself.

use baton_core::{Actor, CoreError, accounts::PASSWORD_LINK_DAYS};
use baton_store::StoreError;
use clap::{Args, Subcommand};
use thiserror::Error;

use crate::{
    announce, clock,
    database::{DatabaseError, DatabaseFlags},
    keys::{self, KeyError},
    serve::{build_core, full, open_store},
};

/// What `baton admin` can do.
#[derive(Subcommand)]
pub enum AdminCommand {
    /// Make a link under which a person chooses a new password.
    ///
    /// For an administrator who is locked out: everybody else gets such a link in the console. It works once, for seven
    /// days, and replaces the link before; the present password works until a new one is chosen. A server may be running
    /// over the database.
    ResetLink(ResetLinkArgs),
}

/// Whose password.
#[derive(Args)]
pub struct ResetLinkArgs {
    /// The name that the person signs in with; capitals make no difference
    #[arg(value_name = "USER")]
    user_name: String,

    /// Let the person sign in again, if they were disabled
    #[arg(long)]
    enable: bool,

    /// Let a person who comes from a directory or a provider sign in here instead, with a password of Baton's
    #[arg(long)]
    make_local: bool,

    /// The address under which people reach Baton, if the server is told it by a flag [public_url, BATON_PUBLIC_URL]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,

    #[command(flatten)]
    database: DatabaseFlags,
}

/// What happened, why, and what to do.
#[derive(Debug, Error)]
pub enum AdminError {
    /// There is no database to work on.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The secret key is missing or damaged.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Nobody has this user name.
    #[error("nobody signs in with the name `{0}`; the console's list of users shows the names")]
    NoSuchUser(String),
    /// The person may not sign in.
    #[error("`{0}` is disabled; --enable lets the person sign in again")]
    Disabled(String),
    /// The person's password is somewhere else.
    #[error(
        "`{user}` signs in with {source_name}, where the password is; --make-local lets the person sign in here, with a \
         password of Baton's, and no longer there"
    )]
    FromSource {
        /// The user name.
        user: String,
        /// What the source is called.
        source_name: String,
    },
    /// The built-in owner of signed-out devices.
    #[error("Nobody owns signed-out devices and never signs in")]
    Nobody,
    /// The database cannot be used.
    #[error("the database cannot be used: {}", full(.0))]
    Store(StoreError),
    /// Baton failed.
    #[error("no link was made: {}", full(.0))]
    Core(#[from] CoreError),
}

impl From<StoreError> for AdminError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Does it, and says what came of it.
///
/// # Errors
/// [`AdminError`].
pub async fn run(command: &AdminCommand) -> Result<(), AdminError> {
    match command {
        AdminCommand::ResetLink(arguments) => reset_link(arguments).await,
    }
}

async fn reset_link(arguments: &ResetLinkArgs) -> Result<(), AdminError> {
    let mut settings = arguments.database.settings()?;
    if let Some(url) = &arguments.public_url {
        url.trim_end_matches('/').clone_into(&mut settings.public_url);
    }
    let vault = keys::load_existing(&settings)?;
    let core = build_core(&settings, open_store(&settings).await?, vault).await?;
    let (actor, now) = (Actor::System, clock::now());
    let name = &arguments.user_name;
    let user = core.user_named(&actor, name, now).await?.ok_or_else(|| AdminError::NoSuchUser(name.clone()))?;
    if user.is_nobody() {
        return Err(AdminError::Nobody);
    }
    if !user.enabled {
        if !arguments.enable {
            return Err(AdminError::Disabled(user.user_name));
        }
        core.set_user_enabled(&actor, &user.id, true, now).await?;
    }
    if let Some(origin) = core.user_detail(&actor, &user.id, now).await?.origin {
        if !arguments.make_local {
            return Err(AdminError::FromSource { user: user.user_name, source_name: origin.source_name });
        }
        core.make_user_local(&actor, &user.id, now).await?;
    }
    let link = core.make_password_link(&actor, &user.id, now).await?;
    announce::lines(&[
        format!("{} chooses a new password here. The link works once, for {PASSWORD_LINK_DAYS} days:", user.user_name),
        format!("  {}", link.address),
    ]);
    Ok(())
}
