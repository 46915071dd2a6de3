//! Plain HTTP on a port that speaks TLS.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// RFC 9112 section 4.
const ANSWER: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\
    content-type: text/plain\r\n\
    content-length: 34\r\n\
    connection: close\r\n\
    \r\n\
    this port speaks TLS: use https://";

/// How much of the request is taken, and for how long, so that the answer is not lost: closing a
/// connection with unread bytes resets it (RFC 9112 section 9.6).
const TAKEN: u64 = 64 * 1024;
const LINGER: Duration = Duration::from_secs(1);

/// Answers with what is wrong, and closes.
pub(super) async fn refuse(mut stream: TcpStream) -> io::Result<()> {
    let lingering = async {
        stream.write_all(ANSWER).await?;
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(TAKEN), &mut tokio::io::sink()).await
    };
    // It is done its courtesy when the time is over.
    let _ = timeout(LINGER, lingering).await;
    Ok(())
}
