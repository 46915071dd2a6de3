//! Serves the application of this package on 127.0.0.1:8000.

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    println!("MCP at http://{}/mcp", listener.local_addr()?);
    axum::serve(listener, tollbar_embed_axum::app()?).await?;
    Ok(())
}
