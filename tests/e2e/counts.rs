//! Whatever becomes of an exchange, it is recorded once: in a sink, or among what the sink has dropped.

use std::{
    collections::BTreeMap,
    error::Error,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tollbar::{
    Gateway, Server,
    analytics::{Bounds, Ended, Event, Sink, Store, Worker},
};
use tollbar_tests::{
    faulty::{Faulty, Step},
    local::Local,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// How often each way is gone.
const TIMES: usize = 250;

/// How many clients there are at a time.
const CLIENTS: usize = 32;

const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}"#;

/// A store that takes its time, so that events are dropped.
#[derive(Clone, Default)]
struct Slow(Arc<Mutex<usize>>);

impl Store for Slow {
    fn keep(&mut self, events: &[Arc<Event>]) -> Result<(), Box<dyn Error + Send + Sync>> {
        std::thread::sleep(Duration::from_millis(2) * u32::try_from(events.len())?);
        *self.0.lock().unwrap() += events.len();
        Ok(())
    }
}

/// What a client does.
#[derive(Clone, Copy)]
enum Client {
    /// Reads to the end.
    Reads,
    /// Leaves once it has read so much.
    LeavesAfter(usize),
}

/// One way for an exchange to go.
struct Way {
    upstream: Vec<Step>,
    body: &'static str,
    client: Client,
    ended: Ended,
}

fn write(text: &str) -> Step {
    Step::Write(text.as_bytes().to_vec())
}

fn ways() -> Vec<Way> {
    let json = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 36\r\n\r\n\
                {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";
    let events = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n\
                  data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n";
    let way = |upstream: Vec<Step>, body, client, ended| Way {
        upstream,
        body,
        client,
        ended,
    };
    let (reads, complete) = (Client::Reads, Ended::Complete);
    vec![
        way(vec![write(json)], CALL, reads, complete),
        way(vec![write(events)], CALL, reads, complete),
        // Refused before the server hears of it, and because it is not there.
        way(vec![], "{", reads, complete),
        way(vec![Step::Reset], CALL, reads, complete),
        way(
            vec![write(&json[..json.len() - 9]), Step::Reset],
            CALL,
            reads,
            Ended::UpstreamBroke,
        ),
        way(
            vec![Step::Hang],
            CALL,
            Client::LeavesAfter(0),
            Ended::ClientLeft,
        ),
        way(
            vec![write(events), Step::Hang],
            CALL,
            Client::LeavesAfter(1),
            Ended::ClientLeft,
        ),
    ]
}

/// Goes one way, as one client.
async fn go(gateway: std::net::SocketAddr, way: &Way) {
    let going = async {
        let mut stream = TcpStream::connect(gateway).await.unwrap();
        let (body, length) = (way.body, way.body.len());
        let request = format!(
            "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        match way.client {
            Client::Reads => {
                let _ = stream.read_to_end(&mut Vec::new()).await;
            }
            // The server has to have been asked.
            Client::LeavesAfter(0) => tokio::time::sleep(Duration::from_millis(30)).await,
            Client::LeavesAfter(bytes) => {
                stream.read_exact(&mut vec![0; bytes]).await.unwrap();
            }
        }
    };
    timeout(PATIENCE, going).await.expect("it comes to no end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sent_is_what_was_recorded_and_what_was_dropped() {
    let slow = Slow::default();
    let mut bounds = Bounds::default();
    (bounds.events, bounds.batch) = (64, 16);
    let worker = Worker::start("slow store", bounds, slow.clone()).unwrap();
    let endings = Arc::new(Mutex::new(BTreeMap::<_, usize>::new()));
    let mut expected = BTreeMap::new();
    for (number, way) in ways().iter().enumerate() {
        let upstream = Faulty::start(way.upstream.clone()).await;
        let (sink, seen) = (worker.clone(), Arc::clone(&endings));
        let gateway = Gateway::to(&upstream.url()).unwrap();
        let gateway = gateway.analytics(move |event: Arc<Event>| {
            let ending = (number, event.ended.as_str());
            *seen.lock().unwrap().entry(ending).or_default() += 1;
            sink.record(event);
        });
        let local = Local::serve(gateway.into_service(), Server::new());
        let address = local.address;
        let clients = stream::iter(0..TIMES).map(|_| go(address, way));
        clients.buffer_unordered(CLIENTS).collect::<Vec<()>>().await;
        expected.insert((number, way.ended.as_str()), TIMES);
        // Who has left is noticed a moment later.
        let begun = std::time::Instant::now();
        let recorded = || {
            let seen = endings.lock().unwrap();
            seen.iter()
                .filter(|((way, _), _)| *way == number)
                .map(|(_, count)| count)
                .sum::<usize>()
        };
        while recorded() < TIMES && begun.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    assert_eq!(*endings.lock().unwrap(), expected);
    let sent = (TIMES * ways().len()) as u64;
    assert!(worker.flush(PATIENCE));
    assert_eq!(worker.kept() + worker.dropped(), sent);
    assert_eq!(worker.kept(), *slow.0.lock().unwrap() as u64);
    assert!(worker.dropped() > 0, "the store is not slow enough");
}
