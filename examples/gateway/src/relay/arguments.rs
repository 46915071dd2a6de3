//! What can be asked for.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::config::{Issuer, PublicUrl, RelayMode, ResourceUrl, ServerOrigin, Text, UpstreamUrl};

/// What of servers that log their users in themselves.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct RelayArguments {
    #[command(subcommand)]
    pub(super) command: RelayCommand,
}

/// What can be done with such servers.
#[derive(Debug, Subcommand)]
pub(super) enum RelayCommand {
    /// Ask a server as clients do that have no token yet, and say what they see directly and through
    /// the gateway, what is wrong, and how to configure the proxy
    Check(CheckArguments),
}

/// Which server, and what is known of it.
#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// The whole URL of the MCP server's endpoint
    #[arg(
        value_name = "URL",
        required_unless_present = "proxy",
        conflicts_with = "proxy"
    )]
    pub(super) url: Option<Text<UpstreamUrl>>,
    /// A proxy of the configuration, with all that it says of its server
    #[arg(long, value_name = "NAME")]
    pub(super) proxy: Option<String>,
    /// The configuration that the gateway runs with [env: TOLLBAR_CONFIG] [default: gateway.toml,
    /// when it is there]
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    pub(super) config: Option<PathBuf>,
    /// The whole URL under which clients will find the proxy [default: http://127.0.0.1:8080/mcp]
    #[arg(long, value_name = "URL", conflicts_with = "proxy")]
    pub(super) public_url: Option<Text<PublicUrl>>,
    /// How the server calls itself, where that is not the URL by which it is reached
    #[arg(long, value_name = "URL", conflicts_with = "proxy")]
    pub(super) identifier: Option<Text<ResourceUrl>>,
    /// How what the server says of itself is told [default: as it fits]
    #[arg(long, value_name = "MODE", conflicts_with = "proxy")]
    pub(super) mode: Option<RelayMode>,
    /// Also take metadata from this origin; can be given again
    #[arg(long, value_name = "ORIGIN", conflicts_with = "proxy")]
    pub(super) metadata_origin: Vec<Text<ServerOrigin>>,
    /// Who issues the tokens of a server that does not say so; for mode synthesised; can be given again
    #[arg(long, value_name = "ISSUER", conflicts_with = "proxy")]
    pub(super) authorization_server: Vec<Text<Issuer>>,
    /// Take metadata from another machine without TLS
    #[arg(long, conflicts_with = "proxy")]
    pub(super) allow_http: bool,
    /// A PEM file with certificate authorities to trust besides the public ones
    #[arg(long, value_name = "FILE", conflicts_with = "proxy")]
    pub(super) ca_file: Option<PathBuf>,
    /// As a JSON object
    #[arg(long)]
    pub(super) json: bool,
}
