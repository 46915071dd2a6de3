//! A client that writes bytes and keeps whatever comes back.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    /// Of the last head; 0 when there is none.
    pub(super) status: u16,
    /// All heads, interim ones too.
    pub(super) head: Vec<u8>,
    /// Without the framing of chunks, with what stands behind the last of them.
    pub(super) body: Vec<u8>,
    /// Everything as it came.
    pub(super) raw: Vec<u8>,
}

impl Reply {
    /// The first line of a header.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let head = String::from_utf8_lossy(&self.head).into_owned();
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
    }

    /// Whether what stands in the body cannot be seen.
    pub(super) fn is_packed(&self) -> bool {
        let coding = self.header("content-encoding");
        !self.body.is_empty() && coding.is_some_and(|coding| coding != "identity")
    }

    /// The beginning of it, for people.
    pub(super) fn excerpt(&self) -> String {
        let text = String::from_utf8_lossy(&self.raw).into_owned();
        text.chars().take(1500).collect()
    }

    /// The code of the first JSON-RPC error in it.
    pub(super) fn code(&self) -> Option<i64> {
        let text = String::from_utf8_lossy(&self.body).into_owned();
        let (_, after) = text.split_once(r#""code":"#)?;
        let end = after.find(|letter: char| letter != '-' && !letter.is_ascii_digit())?;
        after[..end].parse().ok()
    }
}

/// Writes bytes on a connection of their own, and reads until the other side closes.
pub(super) async fn send(address: SocketAddr, bytes: &[u8]) -> Reply {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // Who has refused may close before all is written.
        let _ = stream.write_all(bytes).await;
        let mut read = Vec::new();
        let _ = stream.read_to_end(&mut read).await;
        read
    };
    match timeout(PATIENCE, exchange).await {
        Ok(raw) => reply(raw),
        Err(_) => Reply {
            raw: b"it comes to no end".to_vec(),
            ..Reply::default()
        },
    }
}

fn reply(raw: Vec<u8>) -> Reply {
    let mut reply = Reply::default();
    let mut rest = raw.as_slice();
    while let Some(end) = rest.windows(4).position(|window| window == b"\r\n\r\n") {
        let (head, after) = rest.split_at(end + 4);
        let text = String::from_utf8_lossy(head).into_owned();
        reply.status = text
            .split(' ')
            .nth(1)
            .and_then(|word| word.parse().ok())
            .unwrap_or(0);
        reply.head.extend_from_slice(head);
        rest = after;
        if !(100..200).contains(&reply.status) {
            break;
        }
    }
    let chunked = reply
        .header("transfer-encoding")
        .is_some_and(|coding| coding == "chunked");
    reply.body = chunked
        .then(|| dechunked(rest))
        .flatten()
        .unwrap_or_else(|| rest.to_vec());
    reply.raw = raw;
    reply
}

/// Chunks put together (RFC 9112 section 7.1), with the trailers behind them; `None` when it is not
/// made of chunks.
pub(super) fn dechunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n");
        let Some(end) = end else {
            // It breaks off.
            return (!body.is_empty()).then_some(body);
        };
        let line = std::str::from_utf8(&rest[..end]).ok()?;
        let length = line.split(';').next().unwrap_or_default().trim();
        let length = usize::from_str_radix(length, 16).ok()?;
        rest = &rest[end + 2..];
        if length == 0 {
            body.extend_from_slice(rest.strip_suffix(b"\r\n").unwrap_or(rest));
            return Some(body);
        }
        body.extend_from_slice(&rest[..length.min(rest.len())]);
        rest = rest.get(length + 2..).unwrap_or_default();
    }
}
