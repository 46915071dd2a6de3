//! The right under which an exchange goes on.

use std::{
    fmt,
    future::{Future as _, pending, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::Poll,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::{sync::Notify, time::sleep};

/// Longer waits mean "never", and would overflow clocks.
const NEVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Takes a right back from everybody who holds it: a key was revoked, a plan was removed.
///
/// Whoever keeps the right (a key store, a configuration) holds one `Revocation` for it and puts it
/// into the [`Grant`] of each exchange that goes on under it. Clones share it.
///
/// ```
/// use tollbar_core::{Grant, Revocation};
///
/// let revocation = Revocation::new();
/// let grant = Grant::new().until_revoked(&revocation);
/// assert!(!grant.has_ended());
/// revocation.revoke();
/// assert!(grant.has_ended());
/// ```
#[derive(Clone, Default)]
pub struct Revocation(Arc<Signal>);

struct Signal {
    /// When the right ends, in milliseconds since 1970; 0 when it was taken back, [`NO_END`] when it
    /// stays.
    end: AtomicU64,
    waiting: Notify,
}

impl Default for Signal {
    fn default() -> Self {
        Self {
            end: AtomicU64::new(NO_END),
            waiting: Notify::new(),
        }
    }
}

/// The end of a right that stays.
const NO_END: u64 = u64::MAX;

impl Revocation {
    /// A right that holds.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the right back. It cannot be given again: whoever is let in later has another one.
    pub fn revoke(&self) {
        self.0.end.store(0, Ordering::Release);
        self.0.waiting.notify_waiters();
    }

    /// Takes the right back at a time, for example when a key has been replaced and its overlap is
    /// over; `None` for never. Takes the place of an earlier call, but not of
    /// [`revoke`](Self::revoke).
    pub fn revoke_at(&self, time: Option<SystemTime>) {
        let end = time.map_or(NO_END, |time| {
            let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
            u64::try_from(since.as_millis()).unwrap_or(NO_END)
        });
        let change = |old| (old != 0 && old != end).then_some(end);
        let changed = self
            .0
            .end
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, change);
        if changed.is_ok() {
            self.0.waiting.notify_waiters();
        }
    }

    /// Whether the right was taken back.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        match self.0.end.load(Ordering::Acquire) {
            NO_END => false,
            0 => true,
            end => UNIX_EPOCH + Duration::from_millis(end) <= SystemTime::now(),
        }
    }

    /// Whether both are one and the same.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether somebody else holds it too: a grant of an exchange that is still open, unless clones of
    /// it are kept elsewhere.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// Waits until the right is taken back.
    pub async fn revoked(&self) {
        loop {
            let mut waiting = pin!(self.0.waiting.notified());
            // Before the look, so that a call in between is not missed.
            waiting.as_mut().enable();
            if self.is_revoked() {
                return;
            }
            let end = self.0.end.load(Ordering::Acquire);
            let end = (end != NO_END).then(|| UNIX_EPOCH + Duration::from_millis(end));
            let mut expired = pin!(expired(end));
            // Either is a reason to look again.
            poll_fn(|cx| match waiting.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(()),
                Poll::Pending => expired.as_mut().poll(cx),
            })
            .await;
        }
    }
}

impl fmt::Debug for Revocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Revocation")
            .field(&self.is_revoked())
            .finish()
    }
}

/// The right under which one exchange goes on, set by the plan that let it in
/// ([`Exchange::set_grant`](crate::Exchange::set_grant)).
///
/// It ends when what it stands on is revoked, or at its time. A [`Frame`](crate::frame::Frame) then
/// passes on no request whose body came later, ends the event stream of the exchange, breaks off any
/// other answer that is on its way, and does not pass one that begins later. A request without a grant,
/// or with an empty one, has a right without an end.
#[derive(Clone, Debug, Default)]
pub struct Grant {
    /// The credential's and the plan's.
    revocations: [Option<Revocation>; 2],
    expires: Option<SystemTime>,
}

impl Grant {
    /// A right without an end.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            revocations: [None, None],
            expires: None,
        }
    }

    /// Ends with this revocation too. There is room for two: that of the credential and that of the
    /// plan. A third one takes the place of the second.
    #[must_use]
    pub fn until_revoked(mut self, revocation: &Revocation) -> Self {
        let place = usize::from(self.revocations[0].is_some());
        self.revocations[place] = Some(revocation.clone());
        self
    }

    /// Ends at this time too. Of several times the first counts.
    #[must_use]
    pub fn until(mut self, time: SystemTime) -> Self {
        self.expires = Some(self.expires.map_or(time, |earlier| earlier.min(time)));
        self
    }

    /// Whether it has ended.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        let mut revocations = self.revocations.iter().flatten();
        revocations.any(Revocation::is_revoked)
            || self.expires.is_some_and(|time| time <= SystemTime::now())
    }

    /// Whether it can end at all.
    #[must_use]
    pub fn can_end(&self) -> bool {
        self.expires.is_some() || self.revocations.iter().any(Option::is_some)
    }

    /// Waits until it has ended, for ever when it cannot.
    pub async fn ended(self) {
        let [first, second] = &self.revocations;
        let mut first = pin!(revoked(first.as_ref()));
        let mut second = pin!(revoked(second.as_ref()));
        let mut expired = pin!(expired(self.expires));
        poll_fn(|cx| {
            let ended = first.as_mut().poll(cx).is_ready()
                || second.as_mut().poll(cx).is_ready()
                || expired.as_mut().poll(cx).is_ready();
            if ended {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}

async fn revoked(revocation: Option<&Revocation>) {
    match revocation {
        Some(revocation) => revocation.revoked().await,
        None => pending().await,
    }
}

/// Waits for a time of the calendar, whose clock may be set meanwhile.
async fn expired(time: Option<SystemTime>) {
    let Some(time) = time else {
        return pending().await;
    };
    while let Ok(left) = time.duration_since(SystemTime::now()) {
        if left.is_zero() {
            return;
        }
        // Looked at anew from time to time: a monotonic timer does not see the clock being set.
        sleep(left.min(NEVER).min(Duration::from_secs(60))).await;
    }
}
