//! One connection: encryption, then questions, answered well or as told.

use std::{future::pending, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::sleep,
};
use tokio_rustls::TlsAcceptor;

use super::{
    Received, Shared,
    answer::{self, Answer},
    fault::{Fault, Moment},
    request::{self, Request},
};
use crate::ldap::{settings::Security, wire::ber};

/// The connection is over.
struct Over;

/// Serves a connection until it ends.
pub(super) async fn serve(shared: Arc<Shared>, acceptor: TlsAcceptor, stream: TcpStream, security: Security) {
    drop(greet(&shared, acceptor, stream, security).await);
}

async fn greet(shared: &Shared, acceptor: TlsAcceptor, mut stream: TcpStream, security: Security) -> Result<(), Over> {
    shared.count_connection();
    let fault = shared.next(Moment::Connect);
    if fault != Fault::Behave {
        misbehave(&mut stream, &fault, &[]).await?;
    }
    if security == Security::StartTls {
        let mut received = Vec::new();
        start_tls(shared, &mut stream, &mut received).await?;
    }
    let stream = acceptor.accept(stream).await.map_err(|_| Over)?;
    converse(shared, stream).await
}

/// Waits to be asked for encryption; nothing else is answered before.
async fn start_tls(shared: &Shared, stream: &mut TcpStream, received: &mut Vec<u8>) -> Result<(), Over> {
    let (id, Request::StartTls) = question(stream, received).await? else { return Err(Over) };
    let fault = shared.next(Moment::StartTls);
    let answer = Answer::extended(0, "");
    match fault {
        Fault::Behave => send(stream, &answer.encode(id), None).await,
        Fault::Inject => {
            let twice = [answer.encode(id), Answer::extended(0, "").encode(id)].concat();
            send(stream, &twice, None).await
        }
        Fault::Result(code, text) => send(stream, &Answer::extended(code, text).encode(id), None).await,
        fault => misbehave(stream, &fault, &[answer.faulty(id, &fault)]).await,
    }
}

async fn converse(shared: &Shared, mut stream: impl AsyncRead + AsyncWrite + Unpin) -> Result<(), Over> {
    let mut received = Vec::new();
    loop {
        let (id, request) = question(&mut stream, &mut received).await?;
        let (moment, answers) = match request {
            Request::Unbind | Request::StartTls => return Ok(()),
            Request::Bind { dn, password } => {
                shared.note(Received::Bind { dn: dn.clone(), with_password: !password.is_empty() });
                (Moment::Bind, vec![answer::to_bind(shared, &dn, &password)])
            }
            Request::Search(search) => {
                shared.note(Received::Search { base: search.base.clone(), filter: search.filter.to_string() });
                (Moment::Search, answer::to_search(shared, &search))
            }
        };
        match shared.next(moment) {
            Fault::Behave => {
                let bytes: Vec<u8> = answers.iter().flat_map(|answer| answer.encode(id)).collect();
                send(&mut stream, &bytes, None).await?;
            }
            fault => {
                let answers = answer::spoil(answers, &fault);
                let answers: Vec<_> = answers.iter().map(|answer| answer.faulty(id, &fault)).collect();
                misbehave(&mut stream, &fault, &answers).await?;
            }
        }
    }
}

/// Sends the messages in the way of this fault.
async fn misbehave(stream: &mut (impl AsyncWrite + Unpin), fault: &Fault, messages: &[Vec<u8>]) -> Result<(), Over> {
    let all = messages.concat();
    match fault {
        Fault::Close => Err(Over),
        Fault::CloseAfter(count) => {
            send(stream, &messages[..messages.len().min(*count)].concat(), None).await?;
            Err(Over)
        }
        Fault::CloseHalfway => {
            send(stream, &all[..all.len() / 2], None).await?;
            Err(Over)
        }
        Fault::Silence => pending().await,
        Fault::Trickle(pause) => send(stream, &all, Some(*pause)).await,
        Fault::Nonsense(bytes) => send(stream, bytes, None).await,
        Fault::Announce(length) => {
            let header = [&[ber::SEQUENCE, 0x84], length.to_be_bytes().as_slice()].concat();
            send(stream, &header, None).await
        }
        Fault::Disconnection => {
            send(stream, &answer::disconnection(), None).await?;
            Err(Over)
        }
        _ => send(stream, &all, None).await,
    }
}

async fn send(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8], pause: Option<Duration>) -> Result<(), Over> {
    let Some(pause) = pause else {
        stream.write_all(bytes).await.map_err(|_| Over)?;
        return stream.flush().await.map_err(|_| Over);
    };
    for byte in bytes {
        sleep(pause).await;
        stream.write_all(&[*byte]).await.map_err(|_| Over)?;
        stream.flush().await.map_err(|_| Over)?;
    }
    Ok(())
}

async fn question(stream: &mut (impl AsyncRead + Unpin), received: &mut Vec<u8>) -> Result<(i32, Request), Over> {
    loop {
        let whole = ber::frame(received).map_err(|_| Over)?.and_then(ber::Frame::whole);
        if let Some(whole) = whole.filter(|&whole| whole <= received.len()) {
            let question = request::read(&received[..whole]).map_err(|_| Over)?;
            received.drain(..whole);
            return Ok(question);
        }
        if stream.read_buf(received).await.map_err(|_| Over)? == 0 {
            return Err(Over);
        }
    }
}
