//! An upstream that misbehaves, byte by byte.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// What the upstream does once it has read a request.
#[derive(Clone, Debug)]
pub enum Step {
    /// Writes these bytes.
    Write(Vec<u8>),
    /// Writes these bytes again and again until the other side is gone.
    Forever(Vec<u8>),
    /// Does nothing for some time.
    Wait(Duration),
    /// Does nothing until the other side is gone.
    Hang,
    /// Closes the connection with a reset.
    Reset,
}

/// A listener on a free port of 127.0.0.1 that plays the same steps for each request.
#[derive(Debug)]
pub struct Faulty {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    requests: AtomicUsize,
    open: AtomicUsize,
}

impl Faulty {
    /// Starts it. Must be called inside a tokio runtime.
    ///
    /// # Panics
    ///
    /// When there is no free port.
    pub async fn start(steps: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (steps, state) = (steps.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    state.open.fetch_add(1, Ordering::SeqCst);
                    let _ = play(stream, &steps, &state).await;
                    state.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, state }
    }

    /// The endpoint's URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    /// How many requests it has read.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.state.requests.load(Ordering::SeqCst)
    }

    /// Waits until no connection is open; `false` when one still is after some time.
    pub async fn released(&self, within: Duration) -> bool {
        let started = std::time::Instant::now();
        while started.elapsed() < within {
            if self.state.open.load(Ordering::SeqCst) == 0 {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        false
    }
}

async fn play(mut stream: TcpStream, steps: &[Step], state: &State) -> std::io::Result<()> {
    if !read_request(&mut stream).await? {
        return Ok(());
    }
    state.requests.fetch_add(1, Ordering::SeqCst);
    for step in steps {
        match step {
            Step::Write(bytes) => stream.write_all(bytes).await?,
            Step::Forever(bytes) => loop {
                stream.write_all(bytes).await?;
            },
            Step::Wait(time) => tokio::time::sleep(*time).await,
            Step::Hang => {
                let mut byte = [0];
                while stream.read(&mut byte).await? > 0 {}
            }
            Step::Reset => {
                // With zero linger the close is a reset, and what was not sent is thrown away.
                stream.set_zero_linger()?;
                return Ok(());
            }
        }
    }
    stream.shutdown().await
}

/// Reads a head and as much body as it declares. `false` when the other side left before.
async fn read_request(stream: &mut TcpStream) -> std::io::Result<bool> {
    let mut read = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = stream.read(&mut chunk).await?;
        if count == 0 {
            return Ok(false);
        }
        read.extend_from_slice(&chunk[..count]);
        let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.map_or(0, |length| length.trim().parse().unwrap_or(0));
        if read.len() >= end + 4 + length {
            return Ok(true);
        }
    }
}
