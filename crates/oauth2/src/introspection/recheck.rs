//! Asking again about the tokens under which exchanges are open.

use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};

use super::judge::Judge;
use crate::{server::Asker, verdict::TokenDigest};

/// Looks after the open tokens until there are none. It keeps the plan alive as long: what a plan has let
/// in is not left alone when the plan itself is gone.
pub(super) async fn go_on(judge: Arc<Judge>) {
    let mut round: Option<JoinHandle<()>> = None;
    loop {
        sleep(judge.open.pace().tick()).await;
        let swept = judge.open.sweep(Instant::now());
        if swept.lost > 0 {
            tracing::warn!(
                plan = &*judge.rules.plan,
                issuer = judge.server.issuer(),
                tokens = swept.lost,
                "the authorization server could not be asked about tokens in time: what was open under \
                 them has ended"
            );
        }
        if swept.is_over {
            return;
        }
        // A server that takes its time is not asked more because of that.
        let is_asking = round.as_ref().is_some_and(|it| !it.is_finished());
        if !is_asking && !swept.due.is_empty() {
            round = Some(tokio::spawn(ask(Arc::clone(&judge), swept.due)));
        }
    }
}

async fn ask(judge: Arc<Judge>, due: Vec<TokenDigest>) {
    let judge = &judge;
    // No more than find a place, so that nobody waits for one in vain.
    let at_once = judge.server.recheck_places();
    let asking = stream::iter(due).for_each_concurrent(at_once, |digest| async move {
        // Its turn may come late: somebody else may have asked, and the exchange may be over.
        let Some(token) = judge.open.due(&digest, Instant::now()) else {
            return;
        };
        let asking = judge.verdicts.once(digest, || {
            Arc::clone(judge).judge(digest, token, Asker::Recheck)
        });
        // When it fails, the log has been told, and the next look finds the token due again.
        let _ = asking.await;
    });
    asking.await;
}
