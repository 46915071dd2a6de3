//! The conformance fixture: a server that the conformance suite of MCP can find nothing wrong with.
//!
//! ```text
//! tollbar-fixture --listen 127.0.0.1:0
//! ```
//!
//! The first line on stdout is `listening on http://127.0.0.1:PORT/mcp`. The server runs until it
//! is ended.

#[path = "../fixture/mod.rs"]
mod fixture;

use std::{error::Error, io::Write, net::SocketAddr, process::ExitCode};

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tollbar-fixture: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let address = address(std::env::args().skip(1))?;
    let listener = TcpListener::bind(address).await?;
    let mut stdout = std::io::stdout();
    writeln!(
        stdout,
        "listening on http://{}{}",
        listener.local_addr()?,
        fixture::PATH
    )?;
    stdout.flush()?;
    fixture::serve(listener).await;
    Ok(())
}

/// Where to listen: any free port of 127.0.0.1 unless told otherwise.
fn address(mut arguments: impl Iterator<Item = String>) -> Result<SocketAddr, Box<dyn Error>> {
    let address = match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => "127.0.0.1:0".to_owned(),
        (Some("--listen"), Some(address)) => address,
        (Some("--listen"), None) => return Err("`--listen` needs an address and a port".into()),
        (Some(unknown), _) => {
            return Err(
                format!("unknown argument `{unknown}`: use `--listen ADDRESS:PORT`").into(),
            );
        }
    };
    let address: SocketAddr = address
        .parse()
        .map_err(|_| format!("`{address}` is not an address and a port"))?;
    if !address.ip().is_loopback() {
        return Err(format!("`{address}` is not a loopback address").into());
    }
    Ok(address)
}
