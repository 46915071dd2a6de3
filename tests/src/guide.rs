//! A guide of the documentation, run as a reader would run it.
//!
//! The info string of a fenced block says what it is:
//!
//! | block | meaning |
//! |---|---|
//! | `sh` | run in a shell, one block after the other, variables and functions kept |
//! | `sh background` | a program that goes on: started, and waited for until it listens |
//! | `sh once` | of the installation, which is tested elsewhere: not run |
//! | `toml FILE` | the file is written; with `append`, added to its end |
//! | `text` | each line stands in what the `sh` block before has printed |
//!
//! Ports that a guide names are replaced by free ones, since other tests run at the same time. Where a program
//! opens a browser, the reader logs in there as the user that the authorization server of the tests knows.
//! The repository is `tollbar`, beside the files.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    authorization_server::USER,
    process::Running,
    programs::{built, installed, node, tests},
};

/// How long the reader waits for what a block promises: a changed file is taken within a second.
const PATIENCE: Duration = Duration::from_secs(5);

/// A block of a guide.
struct Block {
    info: String,
    text: String,
}

/// A guide under way.
#[derive(Debug)]
pub struct Guide {
    folder: tempfile::TempDir,
    ports: Vec<(String, String)>,
    running: Vec<Running>,
}

impl Guide {
    /// Runs a guide of `docs/` from its beginning to its end, with these ports replaced. The folder
    /// and the programs stay until this is dropped.
    ///
    /// # Panics
    ///
    /// When a step does not do what the guide says.
    #[must_use]
    pub fn run(name: &str, ports: &[&str]) -> Self {
        let text = fs::read_to_string(tests().join("../docs").join(name)).unwrap();
        let free = |port: &&str| ((*port).to_owned(), free_port().to_string());
        let mut guide = Self {
            folder: tempfile::tempdir().unwrap(),
            ports: ports.iter().map(free).collect(),
            running: Vec::new(),
        };
        guide.install("clients/node_modules");
        guide.install("servers/node_modules");
        symlink(tests().join(".."), guide.path("tollbar")).unwrap();
        guide.sit_before_the_browser();
        guide.blocks(&blocks(&text));
        guide
    }

    /// A file in the folder of the guide.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `npx` finds what the setup has installed there, and downloads nothing.
    fn install(&self, packages: &str) {
        let from = installed(packages);
        for entry in fs::read_dir(&from).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let is_scope = name.starts_with('@') || name == ".bin";
            let places = match is_scope {
                true => fs::read_dir(from.join(&name)).unwrap().collect(),
                false => Vec::new(),
            };
            let within = places.into_iter().map(|place| {
                let place = place.unwrap().file_name().into_string().unwrap();
                format!("{name}/{place}")
            });
            let names = within.chain((!is_scope).then(|| name.clone()));
            for name in names {
                let link = self.path("node_modules").join(&name);
                fs::create_dir_all(link.parent().unwrap()).unwrap();
                // What both have is the clients'.
                if link.symlink_metadata().is_err() {
                    symlink(from.join(&name), link).unwrap();
                }
            }
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        let mut index = 0;
        while let Some(block) = blocks.get(index) {
            index += 1;
            let text = self.localised(&block.text);
            let info: Vec<_> = block.info.split_whitespace().collect();
            match info.as_slice() {
                ["sh", "once"] => {}
                ["sh", "background"] => self.background(&text),
                ["sh"] => {
                    let expected = blocks.get(index).filter(|next| next.info == "text");
                    index += usize::from(expected.is_some());
                    let expected = expected.map(|block| self.localised(&block.text));
                    self.step(&text, expected.as_deref().unwrap_or_default());
                }
                ["toml", file] => fs::write(self.path(file), text).unwrap(),
                ["toml", file, "append"] => {
                    let before = fs::read_to_string(self.path(file)).unwrap();
                    fs::write(self.path(file), format!("{before}\n{text}")).unwrap();
                }
                other => panic!("a block of an unknown kind: {other:?}"),
            }
        }
    }

    /// What opens a page, is a user who goes through it.
    fn sit_before_the_browser(&self) {
        let opener = self.path(".browser/xdg-open");
        fs::create_dir(opener.parent().unwrap()).unwrap();
        let [name, password] = USER;
        let page = installed("clients/javascript/login/page.js");
        let script = format!(
            "#!/bin/sh\nexec '{}' '{}' --url \"$1\" --user {name} --password {password} --follow\n",
            node().display(),
            page.display(),
        );
        fs::write(&opener, script).unwrap();
        fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn localised(&self, text: &str) -> String {
        self.ports
            .iter()
            .fold(text.to_owned(), |text, (port, free)| {
                text.replace(port, free)
            })
    }

    fn shell(&self, script: &str) -> Command {
        let mut command = Command::new("bash");
        let path = std::env::var("PATH").unwrap();
        let binary = built("tollbar-gateway");
        let (own, node) = (binary.parent().unwrap(), node());
        let folders = [&self.path(".browser"), own, node.parent().unwrap()];
        let folders = folders.map(|folder| folder.display().to_string());
        command
            .args(["-c", script])
            .current_dir(self.folder.path())
            .env("PATH", format!("{}:{path}", folders.join(":")))
            .env("BROWSER", self.path(".browser/xdg-open"))
            // The Inspector keeps logins at home, and opens a browser where somebody watches.
            .env("HOME", self.folder.path())
            .env("MCP_INSPECTOR_SECRET_STORE", "file")
            .env("MCP_AUTO_OPEN_ENABLED", "true")
            .env("MCP_OAUTH_CALLBACK_URL", "http://127.0.0.1:0/oauth/callback");
        command
    }

    fn background(&mut self, text: &str) {
        let mut command = self.shell(&format!("exec env {}", text.trim()));
        let listens = |line: &str| line.contains("listening").then_some(());
        let (running, ()) = Running::start(&mut command, listens);
        self.running.push(running);
    }

    /// Runs a block until it prints what is expected, for as long as a reader would wait.
    fn step(&self, text: &str, expected: &str) {
        let state = self.path(".state");
        let script = format!(
            "set -a; [ -f {state} ] && . {state}; set +e\n{text}\nstatus=$?; \
             {{ export -p; declare -f; }} >{state}; exit $status",
            state = state.display()
        );
        let started = Instant::now();
        loop {
            let output = self.shell(&script).output().unwrap();
            let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
            let said = String::from_utf8_lossy(&said).into_owned();
            let missing = missing(&said, expected);
            if output.status.success() && missing.is_none() {
                return;
            }
            assert!(
                started.elapsed() < PATIENCE && output.status.success(),
                "this step does not print {missing:?}:\n{text}\nit printed:\n{said}\nthe programs \
                 said:\n{}",
                self.said()
            );
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// What the programs in the background have said.
    #[must_use]
    pub fn said(&self) -> String {
        self.running.iter().map(Running::said).collect()
    }
}

/// The first line that is expected and not there.
fn missing<'a>(said: &str, expected: &'a str) -> Option<&'a str> {
    let mut lines = expected.lines().map(str::trim);
    lines.find(|line| !said.contains(line))
}

/// The fenced blocks that have an info string.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => {
                open = Some(Block {
                    info: info.trim().to_owned(),
                    text: String::new(),
                });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
