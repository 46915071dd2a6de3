#![doc = include_str!("../README.md")]

mod call;
mod client;
mod code;
mod content;
mod envelope;
pub mod header;
mod id;
pub mod json;
mod limits;
mod malformed;
mod message;
mod method;
mod params;
mod server;
pub mod sse;
mod subject;
mod trace;
mod version;

pub use self::call::{Call, Kind};
pub use self::client::ClientInfo;
pub use self::code::Code;
pub use self::id::Id;
pub use self::limits::Limits;
pub use self::malformed::{Malformed, error_response};
pub use self::message::{Message, MessageKind};
pub use self::method::Method;
pub use self::server::{ServerDocument, ServerMessage, Unreadable};
pub use self::subject::{Subject, Subscriptions};
pub use self::trace::TraceParent;
pub use self::version::{Era, Version};
