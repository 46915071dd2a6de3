//! What can be asked for.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What of the authorization servers.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct AuthserverArguments {
    /// The configuration that the gateway runs with [env: TOLLBAR_CONFIG] [default: gateway.toml,
    /// when it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: AuthserverCommand,
}

/// What can be done with authorization servers.
#[derive(Debug, Subcommand)]
pub(super) enum AuthserverCommand {
    /// Ask for metadata, for keys, and about a token that nobody has issued, and say what is wrong
    Check {
        /// One authorization server, by its name in the configuration [default: all of them]
        #[arg(value_name = "NAME")]
        name: Option<String>,
        /// As a JSON object, or as an array of all
        #[arg(long)]
        json: bool,
    },
    /// Show all of them, and which proxies take their tokens. Asks nobody
    List {
        /// As a JSON array
        #[arg(long)]
        json: bool,
    },
}
