//! Which hosts and browser origins may talk to this server.
//!
//! A web page can make a browser send requests to a server on the user's own machine or network,
//! either directly (cross-origin) or by pointing a name of its own at that address (DNS rebinding).
//! MCP therefore demands that servers check `Origin` (2025-11-25 `basic/transports`, Security
//! Warning). Behind a gateway the MCP server's own check sees only the gateway, so this one is the
//! only one there is.
//!
//! [`Origins`] lets a request pass when
//!
//! 1. its host (the request's authority, else its one `Host` header) is loopback or allowed, on any
//!    port, and
//! 2. it has exactly one `Origin`, and that is loopback or allowed; or it has none, and no
//!    `Sec-Fetch-Site` says that a page of another site sends it.
//!
//! Everything else is refused with 403, before any credential or body is looked at.

mod authority;
mod guard;

pub use self::guard::{InvalidOrigin, Origins};
