//! How a denial is said.

use std::{collections::BTreeSet, sync::Arc};

use http::{HeaderValue, StatusCode, header::WWW_AUTHENTICATE};
use serde_json::json;
use tollbar_core::{Consumer, Kind, Refusal, Verdict};
use tollbar_mcp::{Call, Code, Era, Message, MessageKind};

use crate::{
    Decision, Outcome, Target,
    access::{Cause, Inquiry, Judgement},
};

/// Refuses a call of which at least one message is denied. An array is taken as a whole, and each of its
/// requests is told something of its own.
pub(crate) fn refusal(
    inquiry: &Inquiry<'_>,
    call: &Call,
    consumer: &Consumer,
    judgements: &[Judgement<'_>],
) -> Refusal {
    let speaker = Speaker {
        era: call.era(),
        honest: inquiry.terms.honest,
        // A key cannot get more scopes by asking, and its client would open a login in vain.
        can_ask: consumer.key_id().is_none(),
    };
    let mut head = None;
    let mut elements = Vec::with_capacity(judgements.len());
    for (message, judgement) in call.messages().iter().zip(judgements) {
        let Some((cause, decision)) = judgement.denied() else {
            elements.push(not_run());
            continue;
        };
        let refusal = speaker.say(message, cause, decision);
        let rank = rank(message, decision);
        if head.as_ref().is_none_or(|(other, _)| rank < *other) {
            head = Some((rank, refusal.clone()));
        }
        elements.push(refusal);
    }
    let head = head.map_or_else(not_run, |(_, refusal)| refusal);
    match call.is_batch() {
        true => head.with_elements(elements),
        false => head,
    }
}

/// Which denial gives an array its status: one of a request, since a client waits for its error, and
/// better one that no scope would change.
fn rank(message: &Message, decision: &Decision) -> u8 {
    match (message.kind(), decision.outcome()) {
        (MessageKind::Request, Outcome::NeedScopes(_)) => 1,
        (MessageKind::Request, _) => 0,
        _ => 2,
    }
}

fn not_run() -> Refusal {
    Refusal::new(
        Kind::Concealed,
        "acl_denied",
        "not run: another message of the array is denied",
    )
    .with_code(Code::INVALID_REQUEST)
}

/// What was denied in an answer of the server: it asks the client for what it may not.
pub(crate) fn of_answer(honest: bool, decision: &Decision) -> Refusal {
    let refusal = Refusal::new(
        Kind::Concealed,
        "acl_feature",
        "the MCP server asks for something that the client has not offered",
    );
    let verdict = Verdict::deny(decision.reason());
    let refusal = refusal.with_verdict(match decision.rule() {
        Some(rule) => verdict.by(Arc::clone(rule)),
        None => verdict,
    });
    match honest {
        true => refusal
            .with_code(Code(403))
            .with_data(json!({ "reason": "feature" }).to_string()),
        false => refusal.with_code(Code::INTERNAL_ERROR),
    }
}

/// A list of the server that no client may read in another way than the policy has.
pub(crate) fn unreadable() -> Refusal {
    Refusal::new(
        Kind::BadUpstream,
        "acl_list_unreadable",
        "the MCP server's list cannot be read in one way only, so it cannot be filtered",
    )
}

struct Speaker {
    era: Era,
    honest: bool,
    can_ask: bool,
}

impl Speaker {
    fn say(&self, message: &Message, cause: Cause<'_>, decision: &Decision) -> Refusal {
        if let Outcome::NeedScopes(scopes) = decision.outcome() {
            return self.need(scopes);
        }
        if message.kind() != MessageKind::Request {
            // Nobody waits for an error (MCP 2025-11-25 `basic/transports`, Sending Messages).
            return Refusal::new(Kind::Forbidden, "acl_denied", "Forbidden by gateway policy")
                .with_code(Code::INVALID_REQUEST);
        }
        // Who asks for a method that nobody knows is answered as by a server that does not, always.
        let is_unknown =
            matches!(cause, Cause::Target(Target::Method(_))) && decision.rule().is_none();
        match self.honest && !is_unknown {
            true => honest(cause, decision),
            false => self.conceal(cause),
        }
    }

    fn conceal(&self, cause: Cause<'_>) -> Refusal {
        let target = match cause {
            Cause::Input => return unknown("Unexpected input response".to_owned()),
            Cause::Reference(Target::Resource(uri)) => {
                return unknown(format!("Unknown resource: {uri}"));
            }
            Cause::Target(target) | Cause::Reference(target) => target,
        };
        match target {
            Target::Tool(name) => unknown(format!("Unknown tool: {name}")),
            Target::Prompt(name) => unknown(format!("Unknown prompt: {name}")),
            Target::Template(text) => unknown(format!("Unknown resource template: {text}")),
            Target::Resource(uri) => self.no_resource(uri),
            Target::Method(_) => self.no_method(Refusal::new(
                Kind::Concealed,
                "acl_denied",
                "Method not found",
            )),
            Target::Feature(_) => self.no_method(Refusal::new(
                Kind::Concealed,
                "acl_feature",
                "Method not found",
            )),
        }
    }

    /// As MCP 2025-11-25 and 2026-07-28 have it in `server/resources`, Error Handling.
    fn no_resource(&self, uri: &str) -> Refusal {
        let code = match self.era {
            Era::Legacy => Code::RESOURCE_NOT_FOUND,
            Era::Modern => Code::INVALID_PARAMS,
        };
        Refusal::new(Kind::Concealed, "acl_denied", "Resource not found")
            .with_code(code)
            .with_data(json!({ "uri": uri }).to_string())
    }

    /// The modern era pins the status (MCP 2026-07-28 `basic/transports/streamable-http`). In the legacy
    /// era a client would take 404 for the end of its session.
    fn no_method(&self, refusal: Refusal) -> Refusal {
        let refusal = refusal.with_code(Code::METHOD_NOT_FOUND);
        match self.era {
            Era::Legacy => refusal,
            Era::Modern => refusal.with_status(StatusCode::NOT_FOUND),
        }
    }

    /// RFC 6750 section 3.1, with all scopes that the call needs (MCP 2025-11-25
    /// `basic/authorization`, Scope Challenge Handling).
    fn need(&self, scopes: &[Box<str>]) -> Refusal {
        let needed = scopes.join(" ");
        let data = json!({ "reason": "insufficient_scope", "scopes": scopes });
        let refusal = Refusal::new(
            Kind::InsufficientScope,
            "acl_scope",
            format!("this needs more scopes: {needed}"),
        )
        .with_data(data.to_string());
        match challenge(scopes).filter(|_| self.can_ask) {
            Some(challenge) => refusal.with_header(WWW_AUTHENTICATE, challenge),
            None => refusal,
        }
    }
}

fn unknown(message: String) -> Refusal {
    Refusal::new(Kind::Concealed, "acl_denied", message)
}

fn honest(cause: Cause<'_>, decision: &Decision) -> Refusal {
    let mut data = json!({ "reason": decision.reason() });
    if let (Some(data), Some(rule)) = (data.as_object_mut(), decision.rule()) {
        data.insert("rule".to_owned(), json!(&**rule));
    }
    let refusal = match cause {
        Cause::Input | Cause::Target(Target::Feature(_)) => Refusal::new(
            Kind::Forbidden,
            "acl_feature",
            "Forbidden by gateway policy",
        ),
        Cause::Target(_) | Cause::Reference(_) => {
            Refusal::new(Kind::Forbidden, "acl_denied", "Forbidden by gateway policy")
        }
    };
    refusal
        .with_status(StatusCode::OK)
        .with_data(data.to_string())
}

/// The challenge, with those scopes that it can carry (RFC 6749 section 3.3).
fn challenge(scopes: &[Box<str>]) -> Option<HeaderValue> {
    let is_scope = |scope: &&str| {
        let is_allowed = |byte: u8| byte.is_ascii_graphic() && !b"\"\\".contains(&byte);
        !scope.is_empty() && scope.bytes().all(is_allowed)
    };
    let scopes: BTreeSet<_> = scopes.iter().map(AsRef::as_ref).filter(is_scope).collect();
    let scopes: Vec<_> = scopes.into_iter().collect();
    let challenge = format!(
        r#"Bearer error="insufficient_scope", scope="{}""#,
        scopes.join(" ")
    );
    HeaderValue::try_from(challenge).ok()
}
