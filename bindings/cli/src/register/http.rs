//! The register over HTTP, for programs of the same machine.
//!
//! - `POST /` with a message: the answer to it, 200; 204 where it has none. Further answers, and what others are told, are to be fetched.
//! - `GET /next?for=KENNUNG`: the next message for an authority, the same one until it is acknowledged; 204 where there is none.
//! - `POST /acknowledge/UUID`: 204; 404 where it was not waited for.
//!
//! Headers of a message: `X-UUID`, `X-Number`, and `X-Answers` with the UUID of the message that it answers.

use std::collections::VecDeque;
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr};

use azrkit::simulator::Answer;
use serde_json::json;
use tiny_http::{Header, Method, Request, Response, Server};

use super::{Counterpart, question};
use crate::Outcome;
use crate::failure::Failure;
use crate::output::Output;

/// The number of what the register tells unasked.
const MITTEILUNG: &str = "090030";

type Reply = Response<std::io::Cursor<Vec<u8>>>;

/// Serves until it is killed. Prints the address, then a line for each message.
pub(super) fn serve(
    mut counterpart: Counterpart<'_>,
    port: u16,
    out: &mut Output,
) -> Result<Outcome, Failure> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let server = Server::http(address).map_err(|error| Failure::call(format!("{address}: {error}")))?;
    out.json(&json!({ "listening": server.server_addr().to_string() }))?;
    out.finish()?;
    let mut further = VecDeque::new();
    loop {
        let mut request = server.recv().map_err(|error| Failure::call(format!("{address}: {error}")))?;
        let reply = reply(&mut counterpart, &mut further, &mut request, out)?;
        // Who asked is gone: it asks again, and gets the same.
        let _ = request.respond(reply);
        out.finish()?;
    }
}

fn reply(
    counterpart: &mut Counterpart<'_>,
    further: &mut VecDeque<Answer>,
    request: &mut Request,
    out: &mut Output,
) -> Result<Reply, Failure> {
    let url = request.url().to_owned();
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    match (request.method(), path) {
        (Method::Post, "/") => {
            let limit = counterpart.register.config().limits.message_bytes;
            let mut bytes = Vec::new();
            if request.as_reader().take(limit as u64 + 1).read_to_end(&mut bytes).is_err() {
                return Ok(status(400));
            }
            if bytes.len() > limit {
                return Ok(status(413));
            }
            let answers = counterpart.receive(bytes)?;
            let told = |answer: &Answer| json!({ "number": answer.number, "to": answer.to, "answers": answer.in_reply_to });
            out.json(&json!({ "answers": answers.iter().map(told).collect::<Vec<_>>() }))?;
            let mut answers = answers.into_iter().filter(|answer| answer.number != MITTEILUNG);
            let first = answers.next();
            further.extend(answers);
            Ok(first.map_or_else(|| status(204), |answer| message(&answer)))
        }
        (Method::Get, "/next") => {
            let wanted = query.split('&').find_map(|part| part.strip_prefix("for="));
            let Some(authority) = wanted.map(decoded) else { return Ok(status(400)) };
            let next = further.iter().find(|answer| answer.to == authority).cloned();
            let next = next.or_else(|| counterpart.register.pending(&authority).into_iter().next());
            Ok(next.map_or_else(|| status(204), |answer| message(&answer)))
        }
        (Method::Post, path) => {
            let Some(uuid) = path.strip_prefix("/acknowledge/") else { return Ok(status(404)) };
            let before = further.len();
            further.retain(|answer| answer.uuid != uuid);
            let was_waited_for = counterpart.acknowledged(uuid)? || further.len() < before;
            Ok(status(if was_waited_for { 204 } else { 404 }))
        }
        (Method::Get, _) => Ok(status(404)),
        _ => Ok(status(405)),
    }
}

fn status(code: u16) -> Reply {
    Response::from_data(Vec::new()).with_status_code(code)
}

fn message(answer: &Answer) -> Reply {
    let mut reply = Response::from_data(answer.bytes.clone());
    let named = [
        ("Content-Type", Some("application/xml")),
        ("X-UUID", Some(answer.uuid.as_str())),
        ("X-Number", Some(answer.number.as_str())),
        ("X-Answers", question(answer)),
    ];
    for (name, value) in named {
        let header = value.and_then(|value| Header::from_bytes(name, value).ok());
        if let Some(header) = header {
            reply.add_header(header);
        }
    }
    reply
}

/// A part of a query without `%XX`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped = hex.filter(|_| *first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn percents() {
        for (text, expected) in
            [("azr%3A000900", "azr:000900"), ("%", "%"), ("%4", "%4"), ("%zzä%C3%A4", "%zzää")]
        {
            assert_eq!(decoded(text), expected);
        }
    }
}
