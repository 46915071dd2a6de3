//! Connections that each call a tool, wait for the answer, and call again.

use std::{
    cell::Cell,
    rc::Rc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use clap::Args;
use http::{Request, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::LocalSet};

use crate::{Outcome, authority, processor, upstream::RESULT};

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Drive {
    /// The MCP endpoint
    #[arg(long)]
    url: Uri,
    /// What the line is called
    #[arg(long)]
    name: String,
    /// How many connections call at once
    #[arg(long, default_value_t = 1)]
    connections: u32,
    /// How many calls are measured, over all connections
    #[arg(long, default_value_t = 10_000)]
    calls: u32,
    /// How many calls go before them
    #[arg(long, default_value_t = 1_000)]
    warm: u32,
    /// The process whose processor time is measured
    #[arg(long)]
    pid: Option<u32>,
}

const CALL: &str = r#"{"jsonrpc":"2.0","id":17,"method":"tools/call","params":{"name":"search_documents","arguments":{"query":"toll bar","limit":25,"filling":"a plain word a plain word a plain word a plain word a plain word a plain word a plain word a plain word a plain word a plain "},"_meta":{"progressToken":42}}}"#;

/// Runs the calls and prints one line, as [`crate::summary`] reads it.
pub(crate) async fn drive(drive: &Drive) -> Outcome {
    let mut connections = Vec::new();
    for _ in 0..drive.connections {
        connections.push(connect(&drive.url).await?);
    }
    let connections = calls(connections, &drive.url, drive.warm).await?.0;
    let before = drive.pid.map(processor::time).transpose()?;
    let started = Instant::now();
    let (_, mut times) = calls(connections, &drive.url, drive.calls).await?;
    let elapsed = started.elapsed();
    let after = drive.pid.map(processor::time).transpose()?;
    let used = after
        .zip(before)
        .map_or(Duration::ZERO, |(after, before)| after - before);
    times.sort_unstable();
    let count = times.len().max(1);
    println!(
        "{}\t{}\t{count}\t{:.1}\t{:.1}\t{:.2}\t{:.0}",
        drive.name,
        drive.connections,
        micros(quantile(&times, 0.50)),
        micros(quantile(&times, 0.99)),
        micros(used) / count as f64,
        count as f64 / elapsed.as_secs_f64(),
    );
    Ok(())
}

type Connection = SendRequest<Full<Bytes>>;

async fn connect(url: &Uri) -> Result<Connection, Box<dyn std::error::Error>> {
    let stream = TcpStream::connect(authority(url)?).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // Its failure shows as a failed call.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok(sender)
}

/// Makes this many calls over all connections; gives the connections back, and the time of each
/// call.
async fn calls(
    connections: Vec<Connection>,
    url: &Uri,
    count: u32,
) -> Result<(Vec<Connection>, Vec<Duration>), Box<dyn std::error::Error>> {
    let left = Rc::new(Cell::new(count));
    let local = LocalSet::new();
    let tasks: Vec<_> = connections
        .into_iter()
        .map(|mut connection| {
            let (left, url) = (Rc::clone(&left), url.clone());
            local.spawn_local(async move {
                let mut times = Vec::new();
                while let Some(next) = left.get().checked_sub(1) {
                    left.set(next);
                    let started = Instant::now();
                    call(&mut connection, &url).await?;
                    times.push(started.elapsed());
                }
                Ok::<_, String>((connection, times))
            })
        })
        .collect();
    local.await;
    let (mut connections, mut times) = (Vec::new(), Vec::new());
    for task in tasks {
        let (connection, its) = task.await??;
        connections.push(connection);
        times.extend(its);
    }
    Ok((connections, times))
}

/// One call. Anything but the upstream's own answer ends the measurement: a refusal is quick, and
/// must not be counted.
async fn call(connection: &mut Connection, url: &Uri) -> Result<(), String> {
    let request = Request::post(url.path())
        .header(header::HOST, authority(url)?)
        .header(header::USER_AGENT, "tollbar-load")
        .header(header::ACCEPT, "application/json, text/event-stream")
        .header(header::CONTENT_TYPE, "application/json")
        .header("mcp-protocol-version", "2025-11-25")
        .body(Full::new(Bytes::from_static(CALL.as_bytes())))
        .map_err(|error| error.to_string())?;
    connection
        .ready()
        .await
        .map_err(|error| error.to_string())?;
    let response = connection
        .send_request(request)
        .await
        .map_err(|error| error.to_string())?;
    let status = response.status();
    let body = response
        .into_body()
        .collect()
        .await
        .map_err(|error| error.to_string())?
        .to_bytes();
    if status != 200 || body != RESULT {
        return Err(format!("{status}: {}", String::from_utf8_lossy(&body)));
    }
    Ok(())
}

/// The time that this share of the calls took at most. The times are in order.
fn quantile(times: &[Duration], share: f64) -> Duration {
    let index = (times.len() as f64 * share) as usize;
    times
        .get(index.min(times.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}
