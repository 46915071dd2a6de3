//! What can be asked for.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use tollbar::analytics::{ExchangeId, Outcome};
use tollbar_dashboard::{Dimension, Filter, Order, Period};

use super::when::When;

/// What of the store.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct LogsArguments {
    /// The configuration that the gateway runs with [env: TOLLBAR_CONFIG] [default: gateway.toml,
    /// when it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The file of a store, instead of a configuration
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "config")]
    pub(super) store: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: LogsCommand,
}

/// What the store can tell.
#[derive(Debug, Subcommand)]
pub(super) enum LogsCommand {
    /// Show exchanges as they end, until Ctrl-C
    Tail(TailArguments),
    /// Show exchanges, the newest first
    Query(QueryArguments),
    /// Show all that is known of one exchange
    Show {
        /// Its id, as `query` and the exchange log have it
        #[arg(value_parser = exchange_id)]
        id: ExchangeId,
        /// As JSON, a line for each of its messages
        #[arg(long)]
        json: bool,
    },
    /// Show how many there were, how long they took, and what was used most
    Usage(UsageArguments),
}

#[derive(Debug, Args)]
pub(super) struct TailArguments {
    #[command(flatten)]
    pub(super) which: Which,
    /// How many that have ended already are shown first
    #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = clap::value_parser!(u16).range(0..=500))]
    pub(super) lines: u16,
    /// As JSON lines, like the exchange log
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct QueryArguments {
    #[command(flatten)]
    pub(super) which: Which,
    #[command(flatten)]
    pub(super) when: When,
    /// How many at most
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(super) limit: u32,
    /// As JSON lines, like the exchange log
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct UsageArguments {
    #[command(flatten)]
    pub(super) which: Which,
    #[command(flatten)]
    pub(super) when: When,
    /// By what the most used are counted: `method`, `tool`, `subject`, `consumer`, `client`, `plan`, `proxy`,
    /// `reason`, `outcome`, `status`, `code`, ...
    #[arg(long, value_name = "WHAT", default_value = "method", value_parser = dimension)]
    pub(super) by: By,
    /// What comes first
    #[arg(long, value_name = "WHAT", default_value = "count")]
    pub(super) order: First,
    /// How many of them
    #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(super) limit: u8,
    /// As a JSON object
    #[arg(long)]
    pub(super) json: bool,
}

/// Which exchanges.
#[derive(Debug, Args)]
pub(super) struct Which {
    /// Of this proxy
    #[arg(long, value_name = "NAME")]
    proxy: Option<Box<str>>,
    /// Let in by this plan
    #[arg(long, value_name = "NAME")]
    plan: Option<Box<str>>,
    /// Of this consumer: the first of these that it has, a subject, a key's name, a client id, a key's id, a pseudonym
    #[arg(long, value_name = "NAME")]
    consumer: Option<Box<str>>,
    /// With this MCP method, such as `tools/call`
    #[arg(long, value_name = "METHOD")]
    method: Option<Box<str>>,
    /// About this tool
    #[arg(long, value_name = "NAME")]
    tool: Option<Box<str>>,
    /// About this tool, prompt, resource or task
    #[arg(long, value_name = "NAME", conflicts_with = "tool")]
    subject: Option<Box<str>>,
    /// In this session, by its digest in `show`
    #[arg(long, value_name = "DIGEST", value_parser = session)]
    session: Option<u64>,
    /// Refused for this reason
    #[arg(long, value_name = "REASON")]
    reason: Option<Box<str>>,
    /// That came out like this: `ok`, `refused`, `error`, `tool_error`, `upstream_broke`, `client_left`, ...
    #[arg(long, value_name = "OUTCOME", value_parser = outcome)]
    outcome: Option<Outcome>,
    /// With this HTTP status
    #[arg(long, value_name = "STATUS", value_parser = status)]
    status: Option<u16>,
    /// With an HTTP status that begins with this digit
    #[arg(long, value_name = "DIGIT", value_parser = clap::value_parser!(u16).range(1..=5))]
    class: Option<u16>,
    /// With this JSON-RPC code
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    code: Option<i64>,
    /// Only what was refused or went wrong
    #[arg(long)]
    errors: bool,
}

/// By what something is counted.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    Dimension(Dimension),
    /// By subject, where that is a tool.
    Tool,
}

/// What comes first in a list.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum First {
    /// What there was most of.
    Count,
    /// What has failed most often.
    Errors,
    /// What has taken longest, on average.
    Slowest,
}

impl From<First> for Order {
    fn from(first: First) -> Self {
        match first {
            First::Count => Self::Count,
            First::Errors => Self::Errors,
            First::Slowest => Self::Slowest,
        }
    }
}

fn dimension(text: &str) -> Result<By, String> {
    if text == "tool" {
        return Ok(By::Tool);
    }
    let mut all = Dimension::ALL.into_iter();
    let found = all.find(|by| by.as_str() == text);
    found.map(By::Dimension).ok_or_else(|| {
        let known = Dimension::ALL.map(Dimension::as_str).join("`, `");
        format!("write one of `tool`, `{known}`")
    })
}

fn exchange_id(text: &str) -> Result<ExchangeId, String> {
    ExchangeId::parse(text)
        .ok_or_else(|| "write an id such as `01980c3e-5d7a-7c42-9d1e-2b8f0a6c4e11`".to_owned())
}

fn outcome(text: &str) -> Result<Outcome, String> {
    Outcome::parse(text).ok_or_else(|| {
        let known = Outcome::ALL.map(Outcome::as_str).join("`, `");
        format!("write one of `{known}`")
    })
}

fn status(text: &str) -> Result<u16, String> {
    let status = text
        .parse()
        .ok()
        .filter(|status| (100..=599).contains(status));
    status.ok_or_else(|| "write a status such as `404`; all of a kind are `--class 4`".to_owned())
}

fn session(text: &str) -> Result<u64, String> {
    let digest = u64::from_str_radix(text, 16)
        .ok()
        .filter(|_| text.len() == 16);
    digest.ok_or_else(|| "write 16 hexadecimal digits, as `logs show` does".to_owned())
}

impl Which {
    /// The same, of this time.
    pub(super) fn filter(&self, period: Period) -> Filter {
        let mut filter = Filter::new(period);
        filter.proxy.clone_from(&self.proxy);
        filter.plan.clone_from(&self.plan);
        filter.consumer.clone_from(&self.consumer);
        filter.method.clone_from(&self.method);
        filter.subject = self.tool.clone().or_else(|| self.subject.clone());
        filter.subject_kind = self.tool.as_ref().map(|_| "tool".into());
        filter.reason.clone_from(&self.reason);
        filter.outcome = self.outcome.map(|outcome| outcome.as_str().into());
        filter.session = self.session;
        filter.status = self.status;
        filter.class = self.class;
        filter.code = self.code;
        filter.only_errors = self.errors;
        filter
    }
}
