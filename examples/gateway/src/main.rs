//! The bundled gateway: the Tollbar layers, a configuration file and a demo server in one binary.
//!
//! ```text
//! tollbar-gateway                                   a demo server and the gateway in front of it
//! tollbar-gateway --upstream URL                    the gateway in front of yours
//! tollbar-gateway --config gateway.toml             in front of several
//! tollbar-gateway config check gateway.toml         is it right, and do they answer?
//! tollbar-gateway keys create --name ci --proxy x   a key for one of them
//! tollbar-gateway acl explain --as anonymous --call tools/call:NAME
//! tollbar-gateway authserver check login            does it answer, and know this gateway?
//! tollbar-gateway relay check URL                   can clients log in to it through the gateway?
//! tollbar-gateway logs tail                         what happens, as it does
//! ```
//!
//! Standard output carries JSON lines only; everything for people goes to standard error. Exit codes:
//! 0 after an orderly end, 1 after an error, 2 for a wrong command line, 128 and the signal's number
//! when a second signal cut the end short.

mod acl;
mod admin;
mod authserver;
mod banner;
mod check;
mod cli;
mod compose;
mod config;
mod configuration;
mod demo;
mod keys;
mod log;
mod logs;
mod mask;
mod output;
mod probe;
mod readiness;
mod records;
mod relay;
mod reload;
mod run;
mod start;
mod table;

use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match cli::Cli::read() {
        Ok(cli) => cli,
        // Help and version too: on standard output, with code 0.
        Err(error) => error.exit(),
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::say(&format!("error: the runtime cannot be started: {error}\n"));
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(start::start(cli));
    // What is still open after the drain timeout, or a second signal, is not waited for.
    runtime.shutdown_background();
    code
}
