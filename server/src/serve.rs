//! `baton serve`: everything put together and running.

use std::{
    io::{self, IsTerminal as _},
    net::SocketAddr,
    time::Duration,
};

use baton_app::web::Web;
use baton_core::{Core, CoreConfig, CoreError, Vault, authority, live::LiveConfig};
use baton_identity::Passwords;
use baton_store::{Store, StoreError, StoreOptions};
use thiserror::Error;
use tokio::{net::TcpListener, signal};

use crate::{
    announce, clock,
    config::{self, ConfigError, LogFormat, ServeFlags, Settings},
    demo::{self, Demo, DemoError},
    http,
    keys::{self, KeyError},
    live,
    push::{Push, PushError},
    workers,
};

/// Why the server does not start or does not go on.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data folder cannot be made.
    #[error("the data folder `{folder}` cannot be made: {source}; choose another with --data-dir")]
    DataDir {
        /// The folder.
        folder: String,
        /// Why.
        source: io::Error,
    },
    /// The master key is missing or damaged.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database cannot be opened.
    #[error("the database cannot be opened: {}", full(.0))]
    Store(#[from] StoreError),
    /// A service cannot start.
    #[error("{}", full(.0))]
    Core(#[from] CoreError),
    /// The push clients cannot be set up.
    #[error("{}", full(.0))]
    Push(#[from] PushError),
    /// The demo cannot start.
    #[error("the demo cannot start: {0}")]
    Demo(#[from] DemoError),
    /// The address cannot be listened on.
    #[error("`{addr}` cannot be listened on: {source}; is another Baton running? Choose another with --addr")]
    Listen {
        /// The address.
        addr: String,
        /// Why.
        source: io::Error,
    },
    /// The server broke off.
    #[error("the server broke off: {0}")]
    Broken(io::Error),
}

/// An error with everything beneath it, for the one who starts the server.
pub fn full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Runs until the process is told to stop.
///
/// # Errors
/// [`ServeError`].
pub async fn run(flags: &ServeFlags) -> Result<(), ServeError> {
    let mut settings = config::load(flags)?;
    start_log(&settings);
    let address = settings.address()?;
    if flags.demo && !address.ip().is_loopback() {
        return Err(ConfigError::wrong(
            "addr",
            &settings.addr,
            "a loopback address such as `127.0.0.1:3000` with --demo",
        )
        .into());
    }
    // Listening comes first: the port may have been chosen by the system, and a second server must fail early.
    let failed = |source| ServeError::Listen { addr: settings.addr.clone(), source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let listening = listener.local_addr().map_err(failed)?;
    if settings.public_url.is_empty() {
        settings.public_url = format!("http://{listening}");
    }
    make_private_folder(&settings.data_dir)
        .map_err(|source| ServeError::DataDir { folder: settings.data_dir.display().to_string(), source })?;
    let demo = if flags.demo { Some(Demo::start(&settings).await?) } else { None };
    if let Some(demo) = &demo {
        settings.push_url = demo.push_url();
        demo::name_organisation(&mut settings);
    }
    let vault = keys::load(&settings)?;
    let core = build_core(&settings, open_store(&settings).await?, vault).await?;
    let mut workers = workers::start(&core, Push::new(&settings)?);
    live::start(&core, &mut workers);
    let web = Web {
        core: core.clone(),
        now: clock::now,
        zone: settings.pages_offset()?,
        secure: settings.public_url.starts_with("https:"),
        origin: settings.public_url.clone(),
    };
    let proxies = settings.trusted_proxies()?;
    let service = http::router(web, &settings.site_dir, proxies).into_make_service_with_connect_info::<SocketAddr>();
    let told = told_to_stop();
    let stopping = core.clone();
    let stop = async move {
        told.await;
        // They would go on for minutes, and the server with them.
        stopping.end_live_pages();
    };
    greet(&core, &settings).await?;
    tracing::info!(address = %listening, url = settings.public_url, "listening");
    let serving = axum::serve(listener, service).with_graceful_shutdown(stop);
    if let Some(demo) = &demo {
        let (served, populated) = tokio::join!(async { serving.await.map_err(ServeError::Broken) }, async {
            if let Err(error) = demo.populate(&core, &settings).await {
                tracing::error!(%error, "the demo is not complete");
                announce::lines(&[format!("The demo is not complete: {error}")]);
            }
        });
        let () = populated;
        served?;
    } else {
        serving.await.map_err(ServeError::Broken)?;
    }
    drop(workers);
    tracing::info!("stopped");
    Ok(())
}

/// The folder holds the database and the key, so it is for nobody else's eyes. One that exists stays as it is.
fn make_private_folder(folder: &std::path::Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The configured database, brought up to date.
///
/// # Errors
/// [`StoreError`].
pub async fn open_store(settings: &Settings) -> Result<Store, StoreError> {
    let options = StoreOptions { max_connections: settings.database_connections, ..StoreOptions::default() };
    Store::connect(&settings.database(), options).await
}

/// The services over a database.
///
/// # Errors
/// [`CoreError`], also when the database was made with another key.
pub async fn build_core(settings: &Settings, store: Store, vault: Vault) -> Result<Core, CoreError> {
    // Read when the settings were checked; a file that is gone meanwhile is as good as none.
    let provider_authorities = settings.provider_authorities().ok().flatten();
    let authority = authority::load_or_create(&store, &vault, &settings.organisation, clock::now()).await?;
    let passwords = Passwords::new(settings.password_hashes_at_once, settings.password_queue);
    let config = CoreConfig {
        organisation: settings.organisation.clone(),
        public_url: settings.public_url.clone(),
        push_topic: settings.push_topic.clone(),
        local_push: !settings.push_url.is_empty(),
        failure_floor: Duration::from_millis(settings.sign_in_floor_ms),
        shared_device_limit: settings.shared_device_limit,
        wipes_per_hour: settings.wipes_per_hour,
        provider_authorities,
        directory_patience: Duration::from_secs(10),
        live: LiveConfig { in_all: settings.live_pages, ..LiveConfig::default() },
    };
    Ok(Core::new(store, vault, passwords, authority, config))
}

/// Says where to go. The set-up link is printed, not logged: it is a secret until it is used (B9).
async fn greet(core: &Core, settings: &Settings) -> Result<(), ServeError> {
    let mut lines = vec![String::new(), format!("Baton is running at {}", settings.public_url)];
    if let Some(secret) = core.renew_set_up_link().await? {
        lines.push(String::new());
        lines.push("Create the first administrator with this link. It works once:".to_owned());
        lines.push(format!("  {}/setup/{secret}", settings.public_url));
    } else {
        lines.push(format!("  console   {}/admin", settings.public_url));
    }
    lines.push(format!("  portal    {}/", settings.public_url));
    announce::lines(&lines);
    Ok(())
}

fn start_log(settings: &Settings) {
    let filter = tracing_subscriber::EnvFilter::new(&settings.log);
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    match settings.log_format {
        LogFormat::Text => builder.init(),
        LogFormat::Json => builder.json().init(),
    }
}

/// Completes when the process is told to stop. Listening for that begins with the call, not with the first poll.
fn told_to_stop() -> impl Future<Output = ()> + Send + 'static {
    #[cfg(unix)]
    let terminate = signal::unix::signal(signal::unix::SignalKind::terminate());
    async move {
        let interrupt = async { drop(signal::ctrl_c().await) };
        #[cfg(unix)]
        if let Ok(mut terminate) = terminate {
            tokio::select! {
                () = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
        interrupt.await;
    }
}
