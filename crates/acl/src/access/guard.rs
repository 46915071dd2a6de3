//! The guard.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, request::Parts};
use tollbar_core::{Consumer, Exchange, Filter, Guard, Kind, Pass, Refusal, Watch};
use tollbar_mcp::{Call, Kind as CallKind};

use super::{Inquiry, Judgement, Shared, Terms, trim};
use crate::{Asker, Headers, answer::Answers, denial};

/// The guard of an [`AclLayer`](crate::AclLayer).
///
/// It is also the filter of answers whose policy looks at no header, so that these need no memory of
/// their own.
#[derive(Clone, Debug)]
pub struct Access(Arc<Answers>);

impl Access {
    pub(crate) fn new(shared: Shared) -> Self {
        let (shared, headers) = (Arc::new(shared), HeaderMap::new());
        Self(Arc::new(Answers::new(shared, Headers::none(), headers)))
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        self.0.shared()
    }

    /// Has the answer walked. In shadow mode nobody stands in its way.
    fn attend(&self, terms: &Terms, head: &Parts, exchange: &Exchange) -> Result<(), Refusal> {
        let asked = terms.headers();
        let answers = match Headers::none().cover(asked) {
            true => Arc::clone(&self.0),
            false => {
                let (shared, headers) = (Arc::clone(self.shared()), kept(asked, &head.headers));
                Arc::new(Answers::new(shared, asked.clone(), headers))
            }
        };
        if terms.shadow {
            exchange.watch(answers as Arc<dyn Watch>);
            return Ok(());
        }
        exchange
            .filter(answers as Arc<dyn Filter>)
            .map_err(|_| unbound())
    }
}

impl Guard for Access {
    async fn check(&self, head: &Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
        let (Some(call), Some(consumer)) = (exchange.call(), exchange.consumer()) else {
            return Err(unbound());
        };
        let terms = self.shared().terms();
        if call.kind() == CallKind::End {
            return Ok(Pass::new());
        }
        let pass = match call.kind() {
            CallKind::Post => {
                let inquiry = Inquiry {
                    terms: &terms,
                    learnt: self.shared().learnt(),
                    learns: false,
                    asker: Asker {
                        consumer,
                        address: exchange.client(),
                        headers: &head.headers,
                    },
                };
                judge(&inquiry, call, consumer, exchange)?
            }
            _ => Pass::new(),
        };
        self.attend(&terms, head, exchange)?;
        Ok(pass)
    }
}

/// Asks about each message, notes what was said, and refuses all of them where one is denied.
fn judge(
    inquiry: &Inquiry<'_>,
    call: &Call,
    consumer: &Consumer,
    exchange: &Exchange,
) -> Result<Pass, Refusal> {
    let body = exchange.content().ok_or_else(unbound)?;
    let shadow = inquiry.terms.shadow;
    let mut verdicts = Vec::with_capacity(call.messages().len());
    let mut judgements = Vec::with_capacity(call.messages().len());
    let mut pass = Pass::new();
    for message in call.messages() {
        let judgement = Judgement::of(inquiry, message, &body);
        let mut judgement = judgement.ok_or_else(unbound)?;
        let cuts = trim::cuts(inquiry, message, &body, &mut judgement);
        if !shadow {
            for cut in cuts {
                pass = pass.with_edit(cut, Bytes::new());
            }
        }
        let verdict = judgement.verdict();
        verdicts.push(if shadow {
            verdict.unenforced()
        } else {
            verdict
        });
        judgements.push(judgement);
    }
    let refused = !shadow && verdicts.iter().any(|verdict| !verdict.allows());
    // A second policy in one stack would leave its verdicts unseen.
    exchange.set_verdicts(verdicts).map_err(|_| unbound())?;
    match refused {
        true => Err(denial::refusal(inquiry, call, consumer, &judgements)),
        false => Ok(pass),
    }
}

/// The headers that have to be kept for the answer.
fn kept(asked: &Headers, headers: &HeaderMap) -> HeaderMap {
    let Headers::These(names) = asked else {
        return headers.clone();
    };
    let mut kept = HeaderMap::new();
    for name in names.iter() {
        for value in headers.get_all(name) {
            kept.append(name.clone(), value.clone());
        }
    }
    kept
}

fn unbound() -> Refusal {
    Refusal::new(
        Kind::Unavailable,
        "acl_unbound",
        "the gateway is misconfigured: one policy is asked, inside of plan and frame",
    )
}
