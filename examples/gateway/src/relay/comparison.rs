//! What a client sees, directly and through the gateway, side by side.

use serde_json::{Value, json};
use tollbar::challenge::{Acceptance, ClientView, RelayMode};

use crate::{check::Table, keys::escaped};

/// One thing that a client sees, in words.
type Told = fn(&ClientView) -> String;

/// A table that is no wider than this.
pub(super) fn table(
    direct: &ClientView,
    through: &ClientView,
    mode: RelayMode,
    width: usize,
) -> String {
    let heading = format!("THROUGH THE GATEWAY ({mode})");
    let mut table = Table::new(["WHAT A CLIENT SEES", "DIRECTLY", &heading])
        .within(width)
        .wrapping(2);
    let rows: [(&str, Told); 7] = [
        ("URL", |view| shown(&url(view))),
        ("status", |view| match view.status() {
            Some(status) => status.as_u16().to_string(),
            None => "no answer".to_owned(),
        }),
        ("challenge", |view| or_none(view.challenge())),
        ("metadata URL", |view| or_none(view.metadata_url())),
        ("resource", |view| or_none(view.resource())),
        ("authorization servers", |view| {
            match view.authorization_servers() {
                [] => "none".to_owned(),
                servers => shown(&servers.join(", ")),
            }
        }),
        ("clients of today", |view| accepted(view.acceptance())),
    ];
    for (name, of) in rows {
        table.row([name.to_owned(), of(direct), of(through)]);
    }
    table.to_string()
}

/// The same for machines.
pub(super) fn value(view: &ClientView) -> Value {
    let (accepted, why) = match view.acceptance() {
        Acceptance::Accepted => ("all", None),
        Acceptance::Partly(why) => ("some", Some(why)),
        Acceptance::Rejected(why) => ("none", Some(why)),
    };
    json!({
        "url": url(view),
        "status": view.status().map(|status| status.as_u16()),
        "challenge": view.challenge(),
        "metadata_url": view.metadata_url(),
        "resource": view.resource(),
        "authorization_servers": view.authorization_servers(),
        "accepted_by": accepted,
        "why": why,
    })
}

/// Without a query, in which a secret may stand.
fn url(view: &ClientView) -> String {
    let mut url = view.url().clone();
    url.set_query(None);
    url.into()
}

fn or_none(text: Option<&str>) -> String {
    text.map_or_else(|| "none".to_owned(), shown)
}

/// What a server says can be as long as it likes.
fn shown(text: &str) -> String {
    const LONGEST: usize = 300;
    match text.char_indices().nth(LONGEST) {
        None => escaped(text),
        Some((end, _)) => format!("{}...", escaped(text.get(..end).unwrap_or_default())),
    }
}

fn accepted(acceptance: &Acceptance) -> String {
    match acceptance {
        Acceptance::Accepted => "are led to the login".to_owned(),
        Acceptance::Partly(why) => format!("some are led to the login: {why}"),
        Acceptance::Rejected(why) => format!("are not led to the login: {why}"),
    }
}
