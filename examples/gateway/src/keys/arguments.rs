//! What can be asked for.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

use super::time::{Expiry, Span};

/// Which keys, and what about them.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct KeysArguments {
    #[command(flatten)]
    pub(super) place: PlaceArguments,
    #[command(subcommand)]
    pub(super) command: KeysCommand,
}

/// Where the keys are. What fits together is checked elsewhere: an argument may stand before the
/// command and another one behind it, and those of one side do not know of the other.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where the keys are")]
pub(super) struct PlaceArguments {
    /// The configuration that the gateway runs with [env: TOLLBAR_CONFIG] [default: gateway.toml,
    /// when it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The key file of a service that has no configuration, in its place; names of proxies are not
    /// checked then
    #[arg(long, global = true, value_name = "KEYS")]
    pub(super) file: Option<PathBuf>,
    /// The file of the pepper of `--file` [default: KEYS.pepper]
    #[arg(long, global = true, value_name = "PEPPER")]
    pub(super) pepper_file: Option<PathBuf>,
}

/// What can be done with keys. A key is meant by its name or its id.
#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Make a key, and print it: alone, on standard output, this once
    #[command(after_help = CREATE)]
    Create(NewKeyArguments),
    /// Show all keys that are not revoked
    List {
        /// As a JSON array
        #[arg(long)]
        json: bool,
        /// Revoked ones too
        #[arg(long)]
        all: bool,
    },
    /// Show all that is known of a key
    Show {
        /// Its name or id, never the key itself
        #[arg(value_name = "NAME-OR-ID")]
        key: String,
        /// As a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Change what a key is called, what it opens, and when it ends
    Update(Box<UpdateArguments>),
    /// Give a key a new secret, and print it: alone, on standard output, this once
    Rotate {
        /// Its name or id, never the key itself
        #[arg(value_name = "NAME-OR-ID")]
        key: String,
        /// How long the present secret goes on working, such as 1h; 0s ends it at once
        #[arg(long, value_name = "TIME")]
        overlap: Span,
    },
    /// Let a key open nothing until it is resumed
    Suspend {
        /// Its name or id, never the key itself
        #[arg(value_name = "NAME-OR-ID")]
        key: String,
    },
    /// Let a suspended key work again
    Resume {
        /// Its name or id, never the key itself
        #[arg(value_name = "NAME-OR-ID")]
        key: String,
    },
    /// End a key for good, with all its secrets: those of rotations that overlap too
    Revoke {
        /// Its name or id, never the key itself
        #[arg(value_name = "NAME-OR-ID")]
        key: String,
    },
    /// Forget keys that were revoked or have expired long ago
    Prune {
        /// How long ago, such as 30d
        #[arg(long, value_name = "TIME")]
        older_than: Span,
    },
    /// Say whose key it is that is given on standard input
    Identify {
        /// Not here: other users could see it in the list of processes
        #[arg(hide = true)]
        key: Option<String>,
        /// As a JSON object
        #[arg(long)]
        json: bool,
    },
}

/// How a key is made, and where the names of proxies come from.
const CREATE: &str = "Example:
  tollbar-gateway keys create --name ci --proxy weather --owner 'build team' --expires 90d

`tollbar-gateway config check FILE` lists the proxies of a configuration.";

/// A key that is to be made.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("opens").required(true).args(["proxy", "all_proxies"]))]
pub(super) struct NewKeyArguments {
    /// What people call it; not a secret
    #[arg(long, value_name = "NAME")]
    pub(super) name: String,
    /// A proxy that it opens, by its name in the configuration (`config check` lists them); may be
    /// repeated
    #[arg(long, value_name = "PROXY")]
    pub(super) proxy: Vec<String>,
    /// Open all proxies, those of the future too
    #[arg(long)]
    pub(super) all_proxies: bool,
    /// On whose behalf it acts
    #[arg(long, value_name = "OWNER")]
    pub(super) owner: Option<String>,
    /// What it is granted; may be repeated
    #[arg(long, value_name = "SCOPE")]
    pub(super) scope: Vec<String>,
    /// Something to note down; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = note)]
    pub(super) metadata: Vec<(String, String)>,
    /// When it ends by itself: after a time such as 90d, at one such as 2027-01-31T12:00:00Z, or never
    #[arg(long, value_name = "WHEN", default_value = "never")]
    pub(super) expires: Expiry,
}

/// What is to change. What is not said stays.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("changes").required(true).multiple(true).args([
    "rename", "proxy", "all_proxies", "owner", "no_owner", "scope", "no_scopes", "metadata",
    "expires",
]))]
pub(super) struct UpdateArguments {
    /// Its name or id, never the key itself
    #[arg(value_name = "NAME-OR-ID")]
    pub(super) key: String,
    /// What people call it from now on
    #[arg(long, value_name = "NAME")]
    pub(super) rename: Option<String>,
    /// A proxy that it opens, in the place of all present ones; may be repeated
    #[arg(long, value_name = "PROXY", conflicts_with = "all_proxies")]
    pub(super) proxy: Vec<String>,
    /// Open all proxies, those of the future too
    #[arg(long)]
    pub(super) all_proxies: bool,
    /// On whose behalf it acts
    #[arg(long, value_name = "OWNER", conflicts_with = "no_owner")]
    pub(super) owner: Option<String>,
    /// It acts on nobody's behalf
    #[arg(long)]
    pub(super) no_owner: bool,
    /// What it is granted, in the place of all present scopes; may be repeated
    #[arg(long, value_name = "SCOPE", conflicts_with = "no_scopes")]
    pub(super) scope: Vec<String>,
    /// It is granted nothing
    #[arg(long)]
    pub(super) no_scopes: bool,
    /// Something to note down, or to strike out when the value is empty; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = note)]
    pub(super) metadata: Vec<(String, String)>,
    /// When it ends by itself: after a time such as 90d, at one such as 2027-01-31T12:00:00Z, or never
    #[arg(long, value_name = "WHEN")]
    pub(super) expires: Option<Expiry>,
}

fn note(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=');
    let (name, value) = parts.ok_or("write a name, `=` and a value")?;
    Ok((name.to_owned(), value.to_owned()))
}
