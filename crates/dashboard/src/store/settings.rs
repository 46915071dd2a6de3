//! How much a store may hold.

use std::time::Duration;

/// How much an [`ExchangeStore`](crate::ExchangeStore) may hold, and how it makes room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreSettings {
    /// For how long each exchange is kept after its end. Default 7 days.
    pub age: Duration,
    /// For how long the counts are kept, each after the minute in which its exchanges began. Default 90 days.
    pub minutes_age: Duration,
    /// How many bytes of the file may be in use. The exchanges that were kept first go first, then the oldest counts;
    /// but where counts take more than half of it, their oldest hours go before. Default 1 GiB.
    ///
    /// The file passes it by what one batch needs, and the write-ahead log beside it is not counted: see
    /// [`log_bytes`](Self::log_bytes).
    pub bytes: u64,
    /// Above how many bytes the write-ahead log is put into the file and cut down, at each tidying. Default 64 MiB.
    ///
    /// That waits for who reads the file just then: for 20 ms at first, and each time that this was in vain for twice
    /// as long, up to [`busy`](Self::busy), but for a tenth of the time at most. Behind one who reads for longer, the log
    /// grows on.
    pub log_bytes: u64,
    /// How many exchanges are removed in one transaction. Default 2,000.
    pub step: u32,
    /// For how long one tidying may go on. What is left waits for the next one. Default 500 ms.
    pub tidying: Duration,
    /// How many pages of free room, in hundredths of the file, are kept for what comes. The rest is given back to the
    /// file system. Default 20.
    pub spare: u8,
    /// How many groups (method, subject, consumer ...) may become new in a minute at one proxy. What comes on top is
    /// counted as [`OTHER`](crate::OTHER), so that made-up names cannot fill the file. Default 1,000.
    ///
    /// Consumers whom a plan has found out have as many for themselves, apart from those of strangers; and beyond these
    /// as many again in which they are still told apart, and only what they asked for is not. So it is three times this
    /// number for a proxy, and at most 1,000 proxies: the others share the room of one.
    pub groups: usize,
    /// For how long another process may hold the file. Default 5 s.
    pub busy: Duration,
}

impl Default for StoreSettings {
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        Self {
            age: DAY * 7,
            minutes_age: DAY * 90,
            bytes: 1 << 30,
            log_bytes: 64 << 20,
            step: 2_000,
            tidying: Duration::from_millis(500),
            spare: 20,
            groups: 1_000,
            busy: Duration::from_secs(5),
        }
    }
}
