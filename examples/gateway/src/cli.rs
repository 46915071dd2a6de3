//! The command line.

use std::path::{Path, PathBuf};

use clap::{
    Args, Parser, Subcommand,
    error::{ContextKind, ContextValue},
};

use crate::{
    acl::AclArguments,
    authserver::AuthserverArguments,
    config::{
        Destination, Filter, ListenAddress, LogFormat, Overrides, PublicUrl, RoutePath, Text,
        UpstreamUrl,
    },
    keys::KeysArguments,
    logs::LogsArguments,
    mask,
    relay::RelayArguments,
};

/// An MCP gateway: it stands in front of MCP servers, checks what goes in, and writes down what
/// happened.
///
/// Without arguments it starts a demo MCP server and the gateway in front of it.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, after_help = OUTPUT)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) run: Run,
}

/// What goes where.
const OUTPUT: &str = "Standard output carries JSON lines only: where the gateway listens, then one \
                      line for every exchange. Messages for people go to standard error.";

/// Which gateway to run.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The configuration, TOML or JSON by its extension [env: TOLLBAR_CONFIG, without --upstream]
    // Not as a variable of clap's: that would stand in the way of `--upstream` and of commands.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["upstream", "path"])]
    config: Option<PathBuf>,
    /// The whole URL of one MCP server to stand in front of, such as http://127.0.0.1:8000/mcp
    #[arg(long, value_name = "URL")]
    pub(crate) upstream: Option<Text<UpstreamUrl>>,
    /// The path under which clients find that server [default: /mcp]
    #[arg(long, value_name = "PATH", requires = "upstream")]
    pub(crate) path: Option<Text<RoutePath>>,
    /// Where to listen; port 0 takes any free port [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<Text<ListenAddress>>,
    /// The URL under which clients reach the listener, without a proxy's path
    #[arg(long, value_name = "URL")]
    public_url: Option<Text<PublicUrl>>,
    /// Where to answer /healthz, /readyz and /metrics [default: nowhere]
    #[arg(long, value_name = "ADDRESS")]
    admin: Option<Text<ListenAddress>>,
    /// Listen where other machines can reach it, although nobody is asked for a credential
    #[arg(long)]
    allow_unauthenticated: bool,
    /// Where the exchange log goes: - (standard output), off, or a file [default: -]
    #[arg(long, value_name = "WHERE", allow_hyphen_values = true)]
    log_exchanges: Option<Text<Destination>>,
    #[command(flatten)]
    log: LogFlags,
}

/// What is said on standard error.
#[derive(Debug, Args)]
pub(crate) struct LogFlags {
    /// What is logged: a level, or levels by target [env: RUST_LOG] [default: info]
    #[arg(long = "log", value_name = "FILTER")]
    pub(crate) filter: Option<Text<Filter>>,
    /// How log lines look [default: text]
    #[arg(long = "log-format", value_name = "FORMAT")]
    pub(crate) format: Option<LogFormat>,
}

/// What else can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the demo MCP server alone
    Demo {
        /// Where to listen; a loopback address
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878")]
        listen: Text<ListenAddress>,
        #[command(flatten)]
        log: LogFlags,
    },
    /// Look at configurations
    #[command(subcommand)]
    Config(Config),
    /// Make, show, change and end the keys of key plans
    Keys(KeysArguments),
    /// Ask access rules what they answer, and why
    Acl(AclArguments),
    /// Show and prove the authorization servers whose tokens plans take
    Authserver(AuthserverArguments),
    /// Ask whether clients can log in through the gateway to a server that judges tokens itself
    Relay(RelayArguments),
    /// Show what the store of a gateway tells: exchanges, as they end or later, and figures
    Logs(LogsArguments),
}

/// What can be done with a configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Check a configuration, and whether its MCP servers answer
    Check {
        /// The configuration, TOML or JSON by its extension
        file: PathBuf,
        /// Ask no MCP server, and let secrets be missing
        #[arg(long)]
        offline: bool,
        #[command(flatten)]
        log: LogFlags,
    },
    /// Print the JSON Schema of configurations
    Schema,
    /// Print a configuration to start from
    Example,
}

impl Cli {
    /// What this process was started with.
    ///
    /// # Errors
    ///
    /// What is wrong with it, or the text that it asks for. No message repeats what may be a secret
    /// in a URL.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        Self::try_parse().map_err(|error| {
            // Nothing but a person starts this one, whose own words are no secret to them.
            let first = std::env::args_os().nth(1);
            discreet(error, first.is_some_and(|command| command == "relay"))
        })
    }
}

/// The error, with all that it repeats of the command line masked, of what a person has typed less.
fn discreet(mut error: clap::Error, is_typed: bool) -> clap::Error {
    let takes_url = matches!(
        error.get(ContextKind::InvalidArg),
        Some(ContextValue::String(argument)) if argument.ends_with("<URL>")
    );
    if let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand)
        && is_configuration(word)
    {
        let tip = format!(
            "a configuration is run with `tollbar-gateway --config {}`",
            mask::value(word)
        );
        error.insert(
            ContextKind::Suggested,
            ContextValue::StyledStrs(vec![tip.into()]),
        );
    }
    if let (Some(ContextValue::String(command)), Some(ContextValue::String(flag))) = (
        error.get(ContextKind::InvalidSubcommand),
        error.get(ContextKind::PriorArg),
    ) && matches!(command.as_str(), "acl" | "authserver" | "keys" | "logs")
        && flag.starts_with("--config")
    {
        let tip = format!("put `--config` behind `{command}`");
        error.insert(
            ContextKind::Suggested,
            ContextValue::StyledStrs(vec![tip.into()]),
        );
    }
    for kind in [
        ContextKind::InvalidArg,
        ContextKind::InvalidSubcommand,
        ContextKind::InvalidValue,
    ] {
        let Some(ContextValue::String(text)) = error.get(kind) else {
            continue;
        };
        // In what should be a URL and is none, there is no telling where a secret stands.
        let masked = if is_typed {
            mask::typed(text)
        } else if takes_url && kind == ContextKind::InvalidValue && !text.contains("://") {
            "*".repeat(text.chars().count())
        } else {
            mask::value(text)
        };
        error.insert(kind, ContextValue::String(masked));
    }
    error
}

/// Whether this looks like the name of a configuration.
fn is_configuration(word: &str) -> bool {
    let extension = Path::new(word).extension();
    extension.is_some_and(|extension| extension == "toml" || extension == "json")
}

impl Run {
    /// What goes before the configuration.
    pub(crate) fn overrides(&self) -> Overrides {
        Overrides {
            listen: self.listen.clone(),
            admin: self.admin.clone(),
            public_url: self.public_url.clone(),
            allow_unauthenticated: self.allow_unauthenticated,
            log: self.log.filter.clone().or_else(LogFlags::variable),
            log_format: self.log.format,
            log_exchanges: self.log_exchanges.clone(),
        }
    }

    /// The configuration that was asked for, by flag or `TOLLBAR_CONFIG`. One server that was asked
    /// for goes before the variable.
    pub(crate) fn configuration(&self) -> Option<PathBuf> {
        let variable = || std::env::var_os("TOLLBAR_CONFIG").filter(|path| !path.is_empty());
        match (&self.config, &self.upstream) {
            (Some(path), _) => Some(path.clone()),
            (None, Some(_)) => None,
            (None, None) => variable().map(PathBuf::from),
        }
    }

    /// Whether an address was asked for.
    pub(crate) const fn listens_by_choice(&self) -> bool {
        self.listen.is_some()
    }
}

impl LogFlags {
    /// The filter that is asked for, by flag or `RUST_LOG`.
    pub(crate) fn filter(&self) -> Filter {
        let given = self.filter.clone().or_else(Self::variable);
        given.map(|filter| filter.0).unwrap_or_default()
    }

    /// `RUST_LOG`, when it is set and a filter. One that is not is ignored, as elsewhere.
    fn variable() -> Option<Text<Filter>> {
        std::env::var("RUST_LOG").ok()?.parse().ok()
    }
}
