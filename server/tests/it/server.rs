//! `baton serve` as a process of its own, with what it prints and logs.

use std::{
    net::SocketAddr,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    process::{Child, Command},
    sync::watch,
};

use crate::site::Site;

/// How long a server may take to start or to end, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(60);
/// The organisation of every server here; it is part of what phones get.
pub const ORGANISATION: &str = "Heron Clinic";

/// How to start a server.
#[derive(Clone)]
pub struct Launch {
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    working_dir: PathBuf,
}

impl Launch {
    /// A server over this site, on a free port.
    pub fn at(site: &Site) -> Self {
        let launch =
            Self { arguments: vec!["serve".to_owned()], environment: Vec::new(), working_dir: site.data_dir() }
                .set("BATON_ADDR", "127.0.0.1:0")
                .set("BATON_DATA_DIR", site.data_dir().display())
                .set("BATON_ORGANISATION", ORGANISATION)
                .set("BATON_DATABASE_CONNECTIONS", 5);
        match site.engine {
            baton_store::Engine::Sqlite => launch,
            baton_store::Engine::Postgres => launch.set("BATON_DATABASE_URL", site.database_url()),
        }
    }

    /// With this setting in the environment.
    #[expect(clippy::needless_pass_by_value, reason = "callers pass what they have just made")]
    pub fn set(mut self, name: &str, value: impl ToString) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_string()));
        self
    }

    /// With these arguments after `serve`.
    pub fn with(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    /// Starts it without waiting for anything.
    pub fn spawn(&self) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_baton"))
            .args(&self.arguments)
            .env_clear()
            .envs(self.environment.iter().cloned())
            .current_dir(&self.working_dir)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let output = Output::of(child.stdout.take().unwrap());
        let log = Output::of(child.stderr.take().unwrap());
        Server { child, output, log, address: None }
    }

    /// Starts it and waits until it listens.
    pub async fn start(&self) -> Server {
        let mut server = self.spawn();
        server.listening().await;
        server
    }

    /// Runs it to its end, which should come soon.
    pub async fn run(&self) -> (ExitStatus, String, String) {
        let mut server = self.spawn();
        let status = server.ended().await;
        (status, server.output.whole().await, server.log.whole().await)
    }
}

/// A running server. Dropping it kills it.
pub struct Server {
    child: Child,
    /// What it prints for the person who started it.
    pub output: Output,
    /// What it logs for operators.
    pub log: Output,
    address: Option<SocketAddr>,
}

impl Server {
    /// Waits until it listens, and gives the address.
    pub async fn listening(&mut self) -> SocketAddr {
        let line = self.log.line("listening").await;
        let address = line.split("address=").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
        *self.address.insert(address.parse().unwrap())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address.unwrap()
    }

    /// Its origin when nothing stands before it.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address())
    }

    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// SIGKILL: nothing is finished, nothing is said.
    pub async fn kill(&mut self) {
        drop(self.child.start_kill());
        self.child.wait().await.unwrap();
    }

    /// SIGTERM: it is asked to stop.
    pub async fn ask_to_stop(&self) {
        let asked = Command::new("kill").arg("-TERM").arg(self.id().to_string()).status().await;
        assert!(asked.unwrap().success());
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        match tokio::time::timeout(PATIENCE, self.child.wait()).await {
            Ok(status) => status.unwrap(),
            Err(_) => panic!("the server does not end: {}", self.log.text()),
        }
    }
}

/// One of a process's outputs, read as it comes.
#[derive(Clone)]
pub struct Output {
    lines: Arc<Mutex<Vec<String>>>,
    /// How many lines there are; closed at the end.
    count: watch::Receiver<usize>,
}

impl Output {
    fn of(stream: impl AsyncRead + Send + Unpin + 'static) -> Self {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (counter, count) = watch::channel(0);
        let written = Arc::clone(&lines);
        tokio::spawn(async move {
            let mut reader = BufReader::new(stream).lines();
            while let Ok(Some(line)) = reader.next_line().await {
                written.lock().unwrap().push(line);
                counter.send_modify(|count| *count += 1);
            }
        });
        Self { lines, count }
    }

    /// Everything so far.
    pub fn text(&self) -> String {
        self.lines.lock().unwrap().join("\n")
    }

    /// Everything, once the process has ended.
    pub async fn whole(&mut self) -> String {
        while self.count.changed().await.is_ok() {}
        self.text()
    }

    /// The first line that contains these words; waits for it.
    pub async fn line(&self, words: &str) -> String {
        let mut count = self.count.clone();
        let deadline = Instant::now() + PATIENCE;
        loop {
            count.mark_unchanged();
            if let Some(line) = self.lines.lock().unwrap().iter().find(|line| line.contains(words)) {
                return line.clone();
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if !matches!(tokio::time::timeout(left, count.changed()).await, Ok(Ok(()))) {
                let found = self.text();
                assert!(found.contains(words), "there is no line with `{words}`:\n{found}");
            }
        }
    }
}
