//! The upstream service in front of real servers on loopback.

mod client;
mod credentials;
mod faults;
mod http2;
mod leaving;
mod places;
mod proxying;
mod redirects;
mod retries;
mod server;
mod settings;
mod streams;
mod tls;
