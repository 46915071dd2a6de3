//! One client that comes with one token after the other.

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
    time::timeout,
};

use super::{
    Told, User,
    client::{LIMIT, program},
    rust_sdk,
};
use crate::matrix::{Client, Era};

/// A client at one MCP endpoint. Nobody sits before it.
#[derive(Debug)]
pub(crate) enum Attempts {
    Program(Box<Program>),
    Rust(String, Era),
}

/// A program that reads tokens, and writes what became of each.
#[derive(Debug)]
pub(crate) struct Program {
    told: ChildStdin,
    tells: Lines<BufReader<ChildStdout>>,
    _child: Child,
}

impl Attempts {
    /// Starts the client.
    pub(crate) fn of(client: Client, url: &str) -> Self {
        if let Client::Rmcp(era) = client {
            return Self::Rust(url.to_owned(), era);
        }
        let mut command = program(client, url);
        command
            .arg("--each")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let told = child.stdin.take().unwrap();
        let tells = BufReader::new(child.stdout.take().unwrap()).lines();
        Self::Program(Box::new(Program {
            told,
            tells,
            _child: child,
        }))
    }

    /// Connects with a token, or without.
    pub(crate) async fn with(&mut self, token: Option<&str>) -> Told {
        match self {
            Self::Rust(url, era) => rust_sdk::enter(url, token, *era, User::default()).await,
            Self::Program(program) => timeout(LIMIT * 2, program.attempt(token))
                .await
                .expect("nothing comes of it"),
        }
    }
}

impl Program {
    async fn attempt(&mut self, token: Option<&str>) -> Told {
        let line = format!("{}\n", token.unwrap_or_default());
        self.told.write_all(line.as_bytes()).await.unwrap();
        loop {
            let line = self.tells.next_line().await.unwrap();
            // SDKs write warnings among what is told.
            if let Ok(told) = serde_json::from_str(&line.expect("it has ended")) {
                return told;
            }
        }
    }
}
