//! What a server of MCP 2025-03-26 says of its authorization server.

use bytes::Bytes;
use serde_json::json;
use tokio::time::Instant;
use url::Url;

use super::{
    fault::RelayFault,
    judge::is_safe_issuer,
    members::Members,
    search::Search,
    shown::{Shown, shown},
};
use crate::front::AT_ROOT;

/// The revision in which a server has it at its root.
const VERSION: &str = "2025-03-26";

const ISSUER: &str = "issuer";
const AUTHORIZE: &str = "authorization_endpoint";
const TOKEN: &str = "token_endpoint";

impl Search {
    /// Where authorization server metadata would be.
    pub(crate) fn root_place(&self) -> Url {
        self.at_upstream(AT_ROOT, None)
    }

    /// The issuer of the authorization server metadata at the root of the server, if it is its own.
    pub(crate) async fn issuer_at_root(&self) -> Result<String, RelayFault> {
        let place = self.root_place();
        let fetching = self.fetching.fetch(&place, Some(VERSION));
        let bytes = match self.in_time(Instant::now(), fetching).await {
            Err(fault) if fault.leads_on() => {
                let place = Shown::place(&place);
                return Err(RelayFault::Missing(Shown::new(
                    format!("{place}: {fault}"),
                    format!("{}: {}", place.in_full(), fault.in_full()),
                )));
            }
            fetched => fetched?,
        };
        let members = Members::parse(&bytes, &[ISSUER, AUTHORIZE, TOKEN])?;
        let text = |member: &'static str| {
            let text: Option<String> = members.get(member);
            let expected = "a text";
            text.ok_or(RelayFault::Member { member, expected })
        };
        text(AUTHORIZE)?;
        text(TOKEN)?;
        let issuer = text(ISSUER)?;
        if !is_safe_issuer(&issuer, self.reach.is_local) {
            return Err(RelayFault::Unsafe(shown(&issuer)));
        }
        // Whoever else is meant has to be configured: the server is not asked whom it speaks for.
        let is_own = Url::parse(&issuer).is_ok_and(|issuer| {
            let origin = issuer.origin();
            origin == self.upstream.origin() || origin == self.identifier.origin()
        });
        match is_own {
            true => Ok(issuer),
            false => Err(RelayFault::Foreign {
                found: shown(&issuer),
                expected: shown(&self.upstream.origin().ascii_serialization()),
            }),
        }
    }
}

/// The metadata of a resource of which only its authorization servers are known.
pub(super) fn synthesised(resource: &str, authorization_servers: &[String]) -> Bytes {
    let document = json!({
        "resource": resource,
        "authorization_servers": authorization_servers,
        "bearer_methods_supported": ["header"],
    });
    document.to_string().into()
}
