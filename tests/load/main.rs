//! A load generator for comparisons, and the quick upstream that it is meant for.
//!
//! `tests/load/compare` puts them together: it measures the way to that upstream directly, through
//! nginx, and through the gateway, in one run. The figures of one run belong together; between two
//! runs the machine is another one.

mod driver;
mod plain;
mod processor;
mod summary;
mod upstream;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use http::Uri;
use tokio::runtime::Builder;

/// Measures proxies side by side.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer every POST with the same small result
    Upstream {
        /// Where to listen
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: SocketAddr,
    },
    /// Proxy to an upstream with Tollbar's server and client and none of its layers
    Plain {
        /// The upstream's MCP endpoint
        #[arg(long)]
        upstream: String,
    },
    /// Call a tool again and again, and print one line of figures
    Drive(driver::Drive),
    /// Print the medians of the lines that several drives have printed
    Summary {
        /// A file of such lines
        file: PathBuf,
        /// What the others are compared with
        #[arg(long, default_value = "nginx")]
        yardstick: String,
        /// The way without a proxy
        #[arg(long, default_value = "direct")]
        baseline: String,
    },
}

/// What can go wrong here ends the program with its message.
type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Outcome {
    let mut builder = match command {
        // As the gateway: a worker for each core that it is given.
        Command::Plain { .. } => Builder::new_multi_thread(),
        Command::Upstream { .. } | Command::Drive(_) | Command::Summary { .. } => {
            Builder::new_current_thread()
        }
    };
    let runtime = builder.enable_all().build()?;
    match command {
        Command::Upstream { listen } => runtime.block_on(upstream::serve(listen)),
        Command::Plain { upstream } => runtime.block_on(plain::serve(&upstream)),
        Command::Drive(drive) => runtime.block_on(driver::drive(&drive)),
        Command::Summary {
            file,
            yardstick,
            baseline,
        } => summary::print(&std::fs::read_to_string(file)?, &yardstick, &baseline),
    }
}

/// Host and port of a URL, for connecting.
fn authority(url: &Uri) -> Result<&str, String> {
    let authority = url
        .authority()
        .ok_or_else(|| format!("`{url}` has no host"))?;
    Ok(authority.as_str())
}
