//! The wire between a server and everybody else: every browser's request, every phone's message and every push crosses
//! it, is counted, and can be disturbed. Its address stays the same while servers behind it come and go.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

use crate::{
    browser::LOOK,
    server::{Launch, Output, Server},
};

/// How long anybody may wait for a server to come back.
const PATIENCE: Duration = Duration::from_secs(60);
/// More than any message here.
const LARGEST: usize = 16 * 1024 * 1024;

/// What happens to one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The server is killed before the request reaches it.
    KilledBefore,
    /// The server has the request and is killed while it works on it.
    KilledDuring,
    /// The server has answered and is killed before the answer arrives.
    KilledAfter,
    /// The request is lost; everybody lives.
    RequestLost,
    /// The answer is lost; everybody lives.
    AnswerLost,
}

/// Which exchange is disturbed, counted from 0, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub step: usize,
    /// After how many exchanges it happens again, if it does.
    pub again_after: Option<usize>,
    pub way: Way,
}

impl Fault {
    fn strikes(self, step: usize) -> bool {
        match self.again_after {
            None => step == self.step,
            Some(distance) => step % distance == self.step,
        }
    }
}

/// Who stands at the other end of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// Browsers and phones ask the server.
    Server,
    /// The server asks the push service.
    Pushes,
}

/// A wire with two ends that outlast servers.
pub struct Wire {
    shared: Arc<Shared>,
    server_front: SocketAddr,
    push_front: SocketAddr,
    _listeners: JoinSet<()>,
}

struct Shared {
    run: Mutex<Run>,
    launch: Mutex<Option<Launch>>,
    server: tokio::sync::Mutex<Option<Server>>,
    /// The servers' addresses while they listen; requests go to them in turn.
    servers: watch::Sender<Vec<SocketAddr>>,
    push_service: Mutex<Option<SocketAddr>>,
}

#[derive(Default)]
struct Run {
    fault: Option<Fault>,
    fired: usize,
    steps: Vec<String>,
    logs: Vec<Output>,
    turn: usize,
}

impl Wire {
    /// A wire that leads nowhere yet.
    pub async fn lay() -> Self {
        let shared = Arc::new(Shared {
            run: Mutex::default(),
            launch: Mutex::default(),
            server: tokio::sync::Mutex::default(),
            servers: watch::Sender::new(Vec::new()),
            push_service: Mutex::default(),
        });
        let mut listeners = JoinSet::new();
        let mut fronts = Vec::new();
        for side in [Side::Server, Side::Pushes] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            fronts.push(listener.local_addr().unwrap());
            let shared = Arc::clone(&shared);
            listeners.spawn(async move {
                let mut connections = JoinSet::new();
                while let Ok((stream, _)) = listener.accept().await {
                    connections.spawn(carry(Arc::clone(&shared), stream, side));
                    while connections.try_join_next().is_some() {}
                }
            });
        }
        Self { shared, server_front: fronts[0], push_front: fronts[1], _listeners: listeners }
    }

    /// The address under which everybody reaches the server.
    pub fn url(&self) -> String {
        format!("http://{}", self.server_front)
    }

    /// How a server is started that stands behind this wire.
    pub fn launch(&self, site: &crate::site::Site) -> Launch {
        Launch::at(site)
            .set("BATON_PUBLIC_URL", self.url())
            .set("BATON_PUSH_URL", format!("http://{}", self.push_front))
    }

    /// Starts counting anew, with a new server and a push service at this address.
    pub async fn begin(&self, launch: Launch, push_service: &str, fault: Option<Fault>) {
        let address = push_service.strip_prefix("http://").unwrap().parse().unwrap();
        *self.shared.push_service.lock().unwrap() = Some(address);
        *self.shared.run.lock().unwrap() = Run { fault, ..Run::default() };
        *self.shared.launch.lock().unwrap() = Some(launch);
        self.shared.start().await;
    }

    /// Leads to servers that somebody else looks after, in turn.
    pub fn lead_to(&self, servers: Vec<SocketAddr>, push_service: &str) {
        *self.shared.push_service.lock().unwrap() =
            Some(push_service.strip_prefix("http://").unwrap().parse().unwrap());
        self.shared.servers.send_replace(servers);
    }

    /// Kills the server for good.
    pub async fn end(&self) {
        self.up().await;
        *self.shared.launch.lock().unwrap() = None;
        self.shared.kill().await;
    }

    /// Waits until a server listens.
    pub async fn up(&self) {
        let mut servers = self.shared.servers.subscribe();
        let up = tokio::time::timeout(PATIENCE, servers.wait_for(|servers| !servers.is_empty()));
        assert!(matches!(up.await, Ok(Ok(_))), "the server does not come back:\n{}", self.logs());
    }

    pub fn is_up(&self) -> bool {
        !self.shared.servers.borrow().is_empty()
    }

    /// How often the fault happened.
    pub fn fired(&self) -> usize {
        self.shared.run.lock().unwrap().fired
    }

    /// The exchanges so far.
    pub fn steps(&self) -> Vec<String> {
        self.shared.run.lock().unwrap().steps.clone()
    }

    /// What the servers logged since [`Wire::begin`].
    pub fn logs(&self) -> String {
        let logs = self.shared.run.lock().unwrap().logs.clone();
        logs.iter().map(Output::text).collect::<Vec<_>>().join("\n---- restarted ----\n")
    }
}

impl Shared {
    async fn start(&self) {
        let launch = self.launch.lock().unwrap().clone();
        let Some(launch) = launch else { return };
        let mut server = launch.spawn();
        self.run.lock().unwrap().logs.push(server.log.clone());
        let address = server.listening().await;
        *self.server.lock().await = Some(server);
        self.servers.send_replace(vec![address]);
    }

    async fn kill(&self) {
        self.servers.send_replace(Vec::new());
        if let Some(mut server) = self.server.lock().await.take() {
            server.kill().await;
        }
    }

    /// Kills the server, and has it started again beside what goes on.
    async fn kill_and_restart(self: &Arc<Self>) {
        self.kill().await;
        let shared = Arc::clone(self);
        tokio::spawn(async move { shared.start().await });
    }

    /// Counts an exchange; gives its number, and the way in which it is disturbed.
    fn count(&self, name: String) -> (usize, Option<Way>) {
        let mut run = self.run.lock().unwrap();
        let step = run.steps.len();
        run.steps.push(name);
        let way = run.fault.filter(|fault| fault.strikes(step)).map(|fault| fault.way);
        run.fired += usize::from(way.is_some());
        (step, way)
    }

    fn target(&self, side: Side) -> Option<SocketAddr> {
        match side {
            Side::Pushes => *self.push_service.lock().unwrap(),
            Side::Server => {
                let servers = self.servers.borrow();
                let mut run = self.run.lock().unwrap();
                run.turn += 1;
                servers.get(run.turn % servers.len().max(1)).copied()
            }
        }
    }
}

/// One exchange. Returning without an answer breaks the client's connection.
async fn carry(shared: Arc<Shared>, mut client: TcpStream, side: Side) {
    let Some(request) = Request::read(&mut client).await else { return };
    let (step, way) = if request.is_look { (0, None) } else { shared.count(request.name(side)) };
    let answer = match way {
        None => exchange(&shared, side, &request).await,
        Some(Way::RequestLost) => None,
        Some(Way::AnswerLost) => {
            exchange(&shared, side, &request).await;
            None
        }
        Some(Way::KilledBefore) => {
            shared.kill_and_restart().await;
            None
        }
        Some(Way::KilledDuring) => {
            let target = shared.target(side);
            if let Some(mut stream) = send(target, &request).await {
                // Long enough to catch the server at different points of its work.
                tokio::time::sleep(Duration::from_millis(step as u64 * 5 % 16)).await;
                shared.kill_and_restart().await;
                drop(stream.shutdown().await);
            } else {
                shared.kill_and_restart().await;
            }
            None
        }
        Some(Way::KilledAfter) => {
            exchange(&shared, side, &request).await;
            shared.kill_and_restart().await;
            None
        }
    };
    if let Some(answer) = answer {
        drop(client.write_all(&answer).await);
        drop(client.shutdown().await);
    }
}

async fn exchange(shared: &Shared, side: Side, request: &Request) -> Option<Vec<u8>> {
    let mut stream = send(shared.target(side), request).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    Some(answer)
}

async fn send(target: Option<SocketAddr>, request: &Request) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(target?).await.ok()?;
    stream.write_all(&request.bytes).await.ok()?;
    Some(stream)
}

/// A request as it came, except that its connection ends with it.
struct Request {
    line: String,
    bytes: Vec<u8>,
    is_look: bool,
}

impl Request {
    async fn read(client: &mut TcpStream) -> Option<Self> {
        let mut bytes = Vec::new();
        let head_ends = loop {
            if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break at;
            }
            if bytes.len() > LARGEST || client.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
        };
        let head = String::from_utf8(bytes[..head_ends].to_vec()).ok()?;
        let mut lines = head.split("\r\n");
        let line = lines.next()?.to_owned();
        let headers: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(": ")).collect();
        let value = |name: &str| headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, v)| *v);
        let length = value("content-length").map_or(0, |length| length.parse().unwrap());
        while bytes.len() < head_ends + 4 + length {
            if client.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
        }
        let mut whole = format!("{head}\r\nconnection: close\r\n\r\n").into_bytes();
        whole.extend_from_slice(&bytes[head_ends + 4..]);
        Some(Self { is_look: value(LOOK).is_some(), line, bytes: whole })
    }

    /// What the exchange is, without secrets that change from run to run.
    fn name(&self, side: Side) -> String {
        if side == Side::Pushes {
            return "push".to_owned();
        }
        let mut words = self.line.split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        match path.strip_prefix("/clip/") {
            Some(rest) if !["sign-in", "sign-out", "end-session"].contains(&rest) => format!("{method} /clip/…"),
            _ => format!("{method} {path}"),
        }
    }
}
