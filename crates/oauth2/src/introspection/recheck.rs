//! Asking again about the tokens under which exchanges are open.

use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};

use super::open::Open;
use crate::{secret::Secret, verdict::TokenDigest};

/// Who knows what is open, and can ask about it.
pub(super) trait Recheck: Send + Sync + 'static {
    fn open(&self) -> &Open;

    /// How many tokens may be asked about at a time.
    fn at_once(&self) -> usize;

    /// Tells the log that so many tokens could not be asked about in time.
    fn lost(&self, tokens: usize);

    /// Asks about a token, and settles what comes of it. When it fails, the log is told.
    fn ask(self: Arc<Self>, digest: TokenDigest, token: Secret) -> impl Future<Output = ()> + Send;
}

/// Looks after the open tokens until there are none. It keeps the plan alive as long: what a plan has let
/// in is not left alone when the plan itself is gone.
pub(super) async fn go_on<R: Recheck>(judge: Arc<R>) {
    let mut round: Option<JoinHandle<()>> = None;
    loop {
        sleep(judge.open().pace().tick()).await;
        let swept = judge.open().sweep(Instant::now());
        if swept.lost > 0 {
            judge.lost(swept.lost);
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

async fn ask<R: Recheck>(judge: Arc<R>, due: Vec<TokenDigest>) {
    let judge = &judge;
    // No more than find a place, so that nobody waits for one in vain.
    let at_once = judge.at_once();
    let asking = stream::iter(due).for_each_concurrent(at_once, |digest| async move {
        // Its turn may come late: somebody else may have asked, and the exchange may be over. When it
        // fails, the next look finds the token due again.
        if let Some(token) = judge.open().due(&digest, Instant::now()) {
            Arc::clone(judge).ask(digest, token).await;
        }
    });
    asking.await;
}
