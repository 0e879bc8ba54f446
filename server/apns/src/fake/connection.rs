//! One connection: TLS, then pushes as they come, each in a task of its own, so that a slow one keeps no other waiting.

use std::{
    collections::VecDeque,
    sync::{Arc, atomic::Ordering},
};

use baton_mdm::push_certificate::PushCertificate;
use bytes::Bytes;
use h2::{Reason, RecvStream, server::SendResponse};
use http::{Request, Response, StatusCode, header};
use tokio::{
    net::TcpStream,
    sync::mpsc::{self, Sender},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use super::{
    Received, Shared,
    answer::{Answer, Reply},
    lock, rules,
};

/// What a push makes of its whole connection.
enum End {
    /// It breaks.
    Cut,
    /// It is closed in good order, and this push, the one that was not looked at, is refused.
    GoAway(SendResponse<Bytes>),
}

/// Counts a connection as long as it is open.
struct Open<'s>(&'s Shared);

impl<'s> Open<'s> {
    fn new(shared: &'s Shared) -> Self {
        shared.open.send_modify(|open| *open += 1);
        Self(shared)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.open.send_modify(|open| *open -= 1);
    }
}

/// Serves a connection until it ends. A client without an acceptable certificate gets no further than TLS.
pub(super) async fn serve(shared: Arc<Shared>, acceptor: TlsAcceptor, stream: TcpStream) {
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    let Some(Ok(certificate)) = certificate.map(|der| PushCertificate::from_der(der)) else { return };
    let number = shared.connections.fetch_add(1, Ordering::SeqCst) + 1;
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    let mut leaving = shared.leaving.subscribe();
    let _open = Open::new(&shared);
    let (end, mut ends) = mpsc::channel(1);
    let mut pushes = JoinSet::new();
    loop {
        tokio::select! {
            next = connection.accept() => match next {
                Some(Ok((request, respond))) => {
                    let push = Push {
                        shared: Arc::clone(&shared),
                        topic: certificate.topic.clone(),
                        connection: number,
                        end: end.clone(),
                    };
                    pushes.spawn(push.take(request, respond));
                }
                Some(Err(_)) | None => return,
            },
            Some(end) = ends.recv() => match end {
                End::Cut => return,
                End::GoAway(mut refused) => {
                    // Both go out with the next turn, the notice first: a client that knew of the refusal alone would
                    // try again where it is.
                    connection.graceful_shutdown();
                    refused.send_reset(Reason::REFUSED_STREAM);
                }
            },
            Ok(()) = leaving.changed() => connection.graceful_shutdown(),
        }
    }
}

/// What is needed to answer a push.
struct Push {
    shared: Arc<Shared>,
    topic: String,
    connection: usize,
    end: Sender<End>,
}

impl Push {
    async fn take(self, request: Request<RecvStream>, mut respond: SendResponse<Bytes>) {
        let (parts, body) = request.into_parts();
        let Some(body) = whole(body).await else { return };
        let push = match rules::received(&parts, &body, &self.topic, self.connection) {
            Ok(push) => push,
            Err(refusal) => return send(&mut respond, &refusal),
        };
        lock(&self.shared.received).push(push.clone());
        let answer = lock(&self.shared.scripts).get_mut(&push.token).and_then(VecDeque::pop_front);
        let answer = answer.unwrap_or(Answer::Accept);
        if let Some(reply) = answer.reply() {
            return send(&mut respond, &reply);
        }
        match answer {
            Answer::Silence => std::future::pending().await,
            Answer::Cut => self.cut().await,
            Answer::GoAway => drop(self.end.send(End::GoAway(respond)).await),
            Answer::DeliverAndCut => {
                self.deliver(push, &parts).await;
                self.cut().await;
            }
            Answer::AcceptAfter(told) => {
                let reply = self.deliver(push, &parts).await;
                told.notified().await;
                send(&mut respond, &reply);
            }
            _ => {
                let reply = self.deliver(push, &parts).await;
                send(&mut respond, &reply);
            }
        }
    }

    /// Breaks the connection and waits to go with it: a push that ends before its connection is reset by itself, and
    /// the client would send the next one over a connection that looks whole and is about to break.
    async fn cut(&self) {
        drop(self.end.send(End::Cut).await);
        std::future::pending::<()>().await;
    }

    /// The device gets it, unless there is somebody behind who says otherwise.
    async fn deliver(&self, push: Received, parts: &http::request::Parts) -> Reply {
        let forward = lock(&self.shared.forward).clone();
        let reply = match forward {
            None => Reply::ok(),
            Some(url) => match self.pass_on(&url, &push, parts).await {
                Ok(reply) => reply,
                Err(_) => Reply::refusal(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"),
            },
        };
        if reply.status == StatusCode::OK {
            lock(&self.shared.delivered).push(push);
        }
        reply
    }

    async fn pass_on(&self, url: &str, push: &Received, parts: &http::request::Parts) -> Result<Reply, reqwest::Error> {
        let message = self.shared.http.post(format!("{url}{}", parts.uri.path())).body(push.body.clone());
        let answer = message.headers(parts.headers.clone()).send().await?;
        let status = answer.status();
        let body = serde_json::from_slice(&answer.bytes().await?).ok();
        Ok(Reply { status, retry_after: None, body })
    }
}

async fn whole(mut body: RecvStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(piece) = body.data().await {
        let piece = piece.ok()?;
        body.flow_control().release_capacity(piece.len()).ok()?;
        bytes.extend_from_slice(&piece);
    }
    Some(bytes)
}

/// Sends a reply; whether the client still wants it is its own business.
fn send(respond: &mut SendResponse<Bytes>, reply: &Reply) {
    let mut response = Response::builder().status(reply.status);
    if let Some(seconds) = reply.retry_after {
        response = response.header(header::RETRY_AFTER, seconds);
    }
    let response = response.body(()).expect("invariant: status and header are valid");
    if let Ok(mut stream) = respond.send_response(response, reply.body.is_none())
        && let Some(body) = &reply.body
    {
        drop(stream.send_data(Bytes::from(body.to_string()), true));
    }
}
