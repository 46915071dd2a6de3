//! Small documents of other servers, fetched within bounds.
//!
//! A gateway asks others: an authorization server about a token or for its keys, an MCP server for its
//! metadata. Whoever is asked may be slow, down, or hostile. So each fetch has a time for the whole and a
//! bound on what is read, and goes nowhere but where it was sent.
//!
//! - [`Fetcher`] is the HTTP client.
//! - [`Flight`] makes many wishes for one thing one call.
//! - [`Seldom`] keeps what happens often from filling a log.
//! - [`Examination`] tells a person what was found.
//! - [`is_loopback`] and [`is_internal`] say where an address leads.
//!
//! ```
//! use std::time::Duration;
//! use http::Request;
//! use tollbar_fetch::{FetchFailure, FetchSettings, Fetcher};
//!
//! # use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! # let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! # let url = format!("http://{}/", listener.local_addr()?);
//! # tokio::spawn(async move {
//! #     while let Ok((mut stream, _)) = listener.accept().await {
//! #         stream.read(&mut [0; 1024]).await.unwrap();
//! #         let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\n";
//! #         stream.write_all(format!("{head}hello").as_bytes()).await.unwrap();
//! #     }
//! # });
//! let settings = FetchSettings {
//!     timeout: Duration::from_secs(5),
//!     answer_limit: 1024,
//!     ..FetchSettings::default()
//! };
//! let fetcher = Fetcher::new(&settings)?;
//!
//! let answer = fetcher.fetch(Request::get(&url).body(Vec::new())?).await?;
//! assert_eq!(answer.body(), b"hello");
//!
//! let answer = fetcher.fetch_up_to(4, Request::get(&url).body(Vec::new())?).await;
//! assert!(matches!(answer, Err(FetchFailure::TooLarge(4))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Beware
//!
//! - The caller decides where a request may go. A URL that somebody else has named can lead to anything
//!   that the gateway can reach.
//! - No redirect is followed.
//! - Nothing is remembered: keep what was fetched, for good and for bad, or who asks often asks others
//!   often.

mod address;
mod error;
mod examination;
mod failure;
mod fetcher;
mod flight;
mod seldom;
mod settings;
mod trust;

pub use self::{
    address::{is_internal, is_loopback},
    error::FetchError,
    examination::{Examination, Outcome, Step},
    failure::{Chain, FetchFailure},
    fetcher::Fetcher,
    flight::Flight,
    seldom::Seldom,
    settings::FetchSettings,
};
