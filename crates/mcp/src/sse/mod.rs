//! Server-sent events (HTML Living Standard, section 9.2), cut into events without losing a byte.
//!
//! - [`Framer`] hands out whole [`Event`]s whose raw bytes, put together again, are the stream.
//! - [`Boundary`] only watches a stream go by, and says where something may be put between two events.
//!
//! Lines end in LF, CR or CRLF, mixed and split over chunks as the server likes. An event ends with an empty line and is
//! handed out as soon as that line has ended: after CR CR nobody waits for an LF that may never come. If it comes, it
//! belongs to the CR, stands at the front of the next event's raw bytes, and means nothing there.
//!
//! # Examples
//!
//! ```
//! use bytes::Bytes;
//! use tollbar_mcp::sse::Framer;
//!
//! let mut framer = Framer::new(1 << 20);
//! framer.push(Bytes::from_static(b"id: 7\ndata: {\"jsonrpc\""));
//! assert!(framer.next()?.is_none());
//! framer.push(Bytes::from_static(b":\"2.0\"}\n\n"));
//! let event = framer.next()?.unwrap();
//! assert_eq!(event.data().unwrap(), &br#"{"jsonrpc":"2.0"}"#[..]);
//! assert_eq!(event.with_data(b"{}"), "id: 7\ndata: {}\n\n");
//! # Ok::<(), tollbar_mcp::sse::EventTooLarge>(())
//! ```

mod boundary;
mod event;
mod framer;
mod lines;

pub use self::boundary::Boundary;
pub use self::event::Event;
pub use self::framer::{EventTooLarge, Framer};
