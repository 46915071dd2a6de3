//! Serves the application of this package on 127.0.0.1:8000, with the keys in `keys.json`.
//!
//! The first key is made and printed at the first start. More are made, and taken back, by
//! `tollbar-gateway keys --file keys.json`, while this runs.

use std::error::Error;

use tollbar::{
    Server,
    plan::key::{FileStore, KeyStore as _, Keys, NewKey},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (store, pepper) = FileStore::open_with_pepper_file("keys.json", "keys.json.pepper")?;
    if store.list().await?.is_empty() {
        let keys = Keys::new(store.clone(), pepper.clone());
        let (key, _) = keys.create(NewKey::new("first").proxy("greeter")).await?;
        eprintln!("a key, shown this once: {}", key.expose());
    }
    // Changes that other processes make to the file are seen by this.
    let following = tokio::spawn(store.clone().follow());

    let listener = Server::bind("127.0.0.1:8000".parse()?)?;
    eprintln!("MCP at http://{}/mcp", listener.local_addr()?);
    // Not `axum::serve`: it tells no layer who the peer is, so that failed attempts have no limit.
    let app = tollbar_embed_axum::app(store.clone(), pepper)?;
    let stopped = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    Server::new().serve(listener, app, stopped).await?;
    following.abort();
    store.flush().await?;
    Ok(())
}
