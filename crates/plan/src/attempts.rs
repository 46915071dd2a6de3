//! A limit on failed authentication.

use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher as _, RandomState},
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

/// How many locks share the addresses.
const SHARDS: usize = 16;

/// How many entries are looked at to find one that may go.
const SAMPLE: usize = 16;

/// Limits how often one address may fail to authenticate, so that credentials cannot be guessed at
/// speed.
///
/// A client that has used up its attempts gets 429 for every request that presents a credential,
/// before any plan looks at it. An address may fail [`burst`](Self::burst) times at once, and
/// earns an attempt back every `per / burst` (the generic cell rate algorithm). Only what presents a
/// credential counts: being asked for one is how every login begins.
///
/// The memory is bounded: of [`addresses`](Self::addresses) the least recent failures go first. An
/// IPv6 network of 64 bits counts as one address, since one host has as many of them as it likes.
/// Where the server does not tell the peer's address (`axum::serve` does not) there is nothing to count
/// by and **no limit**, which is said once in the log. `tollbar::Server` tells it.
///
/// Clones share the count. One for all proxies of a listener is best.
#[derive(Clone)]
pub struct FailedAttempts {
    burst: u32,
    per: Duration,
    addresses: usize,
    seen: Arc<Seen>,
}

struct Seen {
    start: Instant,
    hasher: RandomState,
    /// Whether there was ever a failure. Mostly there was none, and nothing is looked up.
    any: AtomicBool,
    /// Whether it was said that there is nothing to count by.
    warned: AtomicBool,
    shards: [Mutex<Shard>; SHARDS],
}

/// For each address the time, in microseconds from the start, at which all its attempts are back.
type Shard = HashMap<IpAddr, u64>;

impl FailedAttempts {
    /// The defaults: 30 attempts at once, 30 per minute, 100,000 addresses.
    #[must_use]
    pub fn new() -> Self {
        Self {
            burst: 30,
            per: Duration::from_secs(60),
            addresses: 100_000,
            seen: Arc::new(Seen {
                start: Instant::now(),
                hasher: RandomState::new(),
                any: AtomicBool::new(false),
                warned: AtomicBool::new(false),
                shards: Default::default(),
            }),
        }
    }

    /// How often an address may fail at once. Default 30; at least 1.
    #[must_use]
    pub fn burst(mut self, attempts: u32) -> Self {
        self.burst = attempts.max(1);
        self
    }

    /// In which time all attempts come back. Default one minute.
    #[must_use]
    pub fn per(mut self, time: Duration) -> Self {
        self.per = time;
        self
    }

    /// How many addresses are remembered. Default 100,000; some 50 bytes each.
    #[must_use]
    pub fn addresses(mut self, addresses: usize) -> Self {
        self.addresses = addresses.max(SHARDS);
        self
    }

    /// Whether this address may try.
    ///
    /// # Errors
    ///
    /// After how long it may try again.
    pub(crate) fn check(&self, address: IpAddr) -> Result<(), Duration> {
        if !self.seen.any.load(Ordering::Relaxed) {
            return Ok(());
        }
        let address = network(address);
        let now = self.now();
        let Some(back) = self.shard(address).get(&address).copied() else {
            return Ok(());
        };
        let room = self.interval() * u64::from(self.burst - 1);
        match back.saturating_sub(now).checked_sub(room) {
            None | Some(0) => Ok(()),
            Some(wait) => Err(Duration::from_micros(wait)),
        }
    }

    /// Somebody has failed, and there is no telling who.
    pub(crate) fn warn(&self) {
        if !self.seen.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "the server does not tell the peer's address, so that failed authentication is not \
                 limited: serve with `tollbar::Server`, or put a `Connection` on each exchange"
            );
        }
    }

    /// This address has failed.
    pub(crate) fn fail(&self, address: IpAddr) {
        self.seen.any.store(true, Ordering::Relaxed);
        let address = network(address);
        let now = self.now();
        let mut shard = self.shard(address);
        if !shard.contains_key(&address) && shard.len() >= self.addresses / SHARDS {
            make_room(&mut shard, now);
        }
        let back = shard.entry(address).or_insert(now);
        // A flood must not lock its address out for longer than one that stops in time.
        let most = now + self.interval() * u64::from(self.burst);
        *back = ((*back).max(now) + self.interval()).min(most);
    }

    /// The time in which one attempt comes back, in microseconds.
    fn interval(&self) -> u64 {
        let per = u64::try_from(self.per.as_micros()).unwrap_or(u64::MAX);
        // Ten years at most, so that sums stay within the type.
        (per / u64::from(self.burst)).clamp(1, 315_360_000_000_000 / u64::from(self.burst))
    }

    fn now(&self) -> u64 {
        u64::try_from(self.seen.start.elapsed().as_micros()).unwrap_or(u64::MAX / 2)
    }

    fn shard(&self, address: IpAddr) -> MutexGuard<'_, Shard> {
        let hash = self.seen.hasher.hash_one(address);
        let index = usize::try_from(hash % SHARDS as u64).unwrap_or_default();
        // The map is whole whenever the lock is free.
        self.seen.shards[index]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets entries go that mean nothing any more, or else the one that will first.
fn make_room(shard: &mut Shard, now: u64) {
    let sample: Vec<_> = shard.iter().take(SAMPLE).map(|(a, b)| (*a, *b)).collect();
    let first = sample.iter().min_by_key(|(_, back)| *back).copied();
    for (address, back) in sample {
        if back <= now || first == Some((address, back)) {
            shard.remove(&address);
        }
    }
}

/// What counts as one address.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            Ipv6Addr::from_bits(network).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

impl Default for FailedAttempts {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for FailedAttempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FailedAttempts")
            .field("burst", &self.burst)
            .field("per", &self.per)
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
