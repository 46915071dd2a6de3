//! A server on this machine that says what it is told to, and notes what it is asked.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::sleep,
};
use url::Url;

/// What is answered at one path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    head: String,
    body: Vec<u8>,
    delay: Duration,
    /// Whether the body stops in the middle for ever.
    hangs: bool,
}

impl Answer {
    pub(crate) fn status(status: u16) -> Self {
        Self {
            head: format!("HTTP/1.1 {status} Said\r\n"),
            ..Self::default()
        }
    }

    pub(crate) fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::status(200)
            .header("content-type", "application/json")
            .body(body)
    }

    pub(crate) fn redirect(status: u16, to: &str) -> Self {
        Self::status(status).header("location", to)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) const fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    pub(crate) const fn hanging(mut self) -> Self {
        self.hangs = true;
        self
    }
}

#[derive(Default)]
struct Said {
    answers: HashMap<String, Answer>,
    asked: Vec<String>,
}

/// What has no answer is answered with 404.
#[derive(Clone)]
pub(crate) struct Server {
    address: SocketAddr,
    said: Arc<Mutex<Said>>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            said: Arc::default(),
        };
        let own = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(own.clone().serve(stream));
            }
        });
        server
    }

    /// Sets what is answered at a path, with its query.
    pub(crate) fn at(&self, path: &str, answer: Answer) {
        let mut said = self.said.lock().unwrap();
        said.answers.insert(path.to_owned(), answer);
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        format!("{}{path}", self.origin()).parse().unwrap()
    }

    /// The paths that were asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        let heads = self.heads();
        let paths = heads.iter().map(|head| head.split(' ').nth(1).unwrap());
        paths.map(str::to_owned).collect()
    }

    /// The heads of all requests.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.said.lock().unwrap().asked.clone()
    }

    async fn serve(self, mut stream: TcpStream) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            match stream.read(&mut byte).await {
                Ok(1) => head.extend(byte),
                _ => return,
            }
        }
        let head = String::from_utf8(head).unwrap();
        let path = head.split(' ').nth(1).unwrap().to_owned();
        let answer = {
            let mut said = self.said.lock().unwrap();
            said.asked.push(head);
            said.answers.get(&path).cloned()
        };
        let answer = answer.unwrap_or_else(|| Answer::status(404));
        sleep(answer.delay).await;
        let length = answer.body.len();
        let head = format!(
            "{}connection: close\r\ncontent-length: {length}\r\n\r\n",
            answer.head
        );
        let _ = stream.write_all(head.as_bytes()).await;
        if answer.hangs {
            let _ = stream.write_all(&answer.body[..length / 2]).await;
            std::future::pending::<()>().await;
        }
        let _ = stream.write_all(&answer.body).await;
    }
}
