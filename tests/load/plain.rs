//! A proxy without layers: what HTTP itself costs, in and out.

use std::{future::pending, net::SocketAddr};

use tollbar::{Server, upstream::Upstream};

use crate::Outcome;

/// Serves until the process ends.
pub(crate) async fn serve(upstream: &str) -> Outcome {
    let listener = Server::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    println!("listening on http://{}/mcp", listener.local_addr()?);
    let service = Upstream::new(upstream.parse()?)?;
    Server::new().serve(listener, service, pending()).await?;
    Ok(())
}
