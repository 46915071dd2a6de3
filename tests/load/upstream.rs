//! A server that costs as little as it can.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::Outcome;

/// What every call is answered with.
pub(crate) const RESULT: &str = r#"{"jsonrpc":"2.0","id":17,"result":{"content":[{"type":"text","text":"three documents were found"}],"isError":false}}"#;

/// Serves until the process ends, with kept connections.
pub(crate) async fn serve(listen: SocketAddr) -> Outcome {
    let listener = TcpListener::bind(listen).await?;
    println!("listening on http://{}/mcp", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            let connection = http1::Builder::new();
            // A proxy closes its idle connections as it likes.
            let _ = connection
                .serve_connection(TokioIo::new(stream), service_fn(answer))
                .await;
        });
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    // Read to its end, so that the connection can be kept.
    request.into_body().collect().await?;
    let mut response = Response::new(Full::new(Bytes::from_static(RESULT.as_bytes())));
    let json = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
}
