//! What the gateway's process holds while large and slow things pass: its resident memory, as
//! `/proc` tells it.
//!
//! Buffers of the kernel's sockets are not the process's memory and are not counted here. They are
//! bounded by the system (`net.ipv4.tcp_rmem`, `tcp_wmem`), and tens of mebibytes can be on their way
//! in them when a client does not read.
//!
//! The bounds are some twice what was measured, in debug and in release builds alike.

mod client;
mod document;
mod rules;
mod upstream;

use std::time::Duration;

use http::StatusCode;
use tollbar_tests::{process::Running, programs};

use self::{client::Client, document::Document, upstream::Upstream};

const MEBIBYTE: u64 = 1 << 20;

/// A gateway that has seen one call, so that its code and its pools are there.
struct Watched {
    gateway: Running,
    url: String,
    before: u64,
}

impl Watched {
    async fn before(upstream: &Upstream) -> Self {
        Self::warm(programs::gateway(&upstream.url())).await
    }

    async fn warm((gateway, url): (Running, String)) -> Self {
        let mut answer = Client::connect(&url)
            .await
            .post(Document::small_call())
            .await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.read_all(&Document::small_result()).await;
        let before = gateway.memory("VmRSS:");
        Self {
            gateway,
            url,
            before,
        }
    }

    /// The highest memory so far, above that of the start. Measured at the end of the peak, since it
    /// never falls.
    fn growth(&self) -> u64 {
        self.gateway.memory("VmHWM:").saturating_sub(self.before)
    }

    #[track_caller]
    fn grew_less_than(&self, bound: u64, what: &str) {
        let growth = self.growth();
        println!("{what}: {} KiB", growth / 1024);
        assert!(
            growth < bound,
            "{what}: {growth} bytes more, over the bound of {bound}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_of_4_mebibytes_is_held_once() {
    let call = Document::large_call(4 * MEBIBYTE);
    let upstream = Upstream::start(Document::small_result(), call.clone()).await;
    let watched = Watched::before(&upstream).await;
    for round in 0..4 {
        let mut answer = Client::connect(&watched.url).await.post(call.clone()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.read_all(&Document::small_result()).await;
        if round == 0 {
            watched.grew_less_than(8 * MEBIBYTE, "request of 4 MiB");
        }
    }
    assert_eq!(upstream.whole_requests(), 4);
    // The allocator keeps what one thread has freed, and another thread has its own.
    watched.grew_less_than(16 * MEBIBYTE, "four requests of 4 MiB, one after the other");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_of_64_mebibytes_in_one_body_is_not_held() {
    passes(Document::large_result(64 * MEBIBYTE)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_of_64_mebibytes_in_many_events_is_not_held() {
    passes(Document::events(64 * MEBIBYTE)).await;
}

/// The result passes whole, to a client that reads and to one that does not for a while.
async fn passes(result: Document) {
    let upstream = Upstream::start(result.clone(), Document::small_call()).await;
    let watched = Watched::before(&upstream).await;
    let mut answer = Client::connect(&watched.url)
        .await
        .post(Document::call("large"))
        .await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.read_all(&result).await;
    watched.grew_less_than(4 * MEBIBYTE, "result of 64 MiB");

    let sent_before = upstream.sent();
    let mut answer = Client::connect(&watched.url)
        .await
        .post(Document::call("large"))
        .await;
    let mut whole = result.expect();
    assert!(answer.read_one(&mut whole).await);
    let stalled = upstream.stalls(Duration::from_millis(500)).await - sent_before;
    println!("in the sockets while nobody reads: {} KiB", stalled / 1024);
    assert!(
        stalled < result.length(),
        "nothing slows the upstream: it has sent all {stalled} bytes"
    );
    watched.grew_less_than(4 * MEBIBYTE, "result of 64 MiB that nobody reads");
    while answer.read_one(&mut whole).await {
        // Slower than it comes.
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    assert!(whole.is_complete());
    watched.grew_less_than(4 * MEBIBYTE, "result of 64 MiB that is read slowly");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_streams_are_cheap_and_released() {
    const STREAMS: u64 = 1000;
    const ROUNDS: u32 = 6;
    // Two ends of each stream are here, and two in the gateway, which inherits the limit.
    let files = rlimit::increase_nofile_limit(8192).unwrap();
    assert!(
        files >= 4096,
        "only {files} open files are allowed: raise `ulimit -n` to 4096"
    );
    let upstream = Upstream::start(Document::small_result(), Document::small_call()).await;
    let watched = Watched::before(&upstream).await;
    let mut before = 0;
    for round in 0..ROUNDS {
        let mut streams = Vec::new();
        for _ in 0..STREAMS {
            let stream = Client::connect(&watched.url).await.listen().await;
            assert_eq!(stream.status(), StatusCode::OK);
            streams.push(stream);
        }
        assert_eq!(upstream.open(), STREAMS);
        let held = watched
            .gateway
            .memory("VmRSS:")
            .saturating_sub(watched.before);
        println!("idle stream, round {round}: {} bytes", held / STREAMS);
        assert!(
            held / STREAMS < 96 * 1024,
            "{} bytes for each idle stream",
            held / STREAMS
        );
        // The heap takes some rounds to settle; what is left behind by each stream never would.
        if round == ROUNDS - 1 {
            let left = held.saturating_sub(before) / STREAMS;
            assert!(left < 4 * 1024, "each stream leaves {left} bytes behind");
        }
        before = held;
        drop(streams);
        assert!(
            upstream.is_released(Duration::from_secs(10)).await,
            "{} are held",
            upstream.open()
        );
    }
}
