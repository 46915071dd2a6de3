//! What can be asked for.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use tollbar::acl::{self, Hint};

/// What of the access rules.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct AclArguments {
    #[command(flatten)]
    pub(super) place: PlaceArguments,
    #[command(subcommand)]
    pub(super) command: AclCommand,
}

/// Whose rules.
#[derive(Debug, Args)]
#[command(next_help_heading = "Whose rules")]
pub(super) struct PlaceArguments {
    /// The configuration that the gateway runs with [env: TOLLBAR_CONFIG] [default: gateway.toml,
    /// when it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The proxy, by its name; needed where the configuration has several
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) proxy: Option<String>,
}

/// What can be done with access rules.
#[derive(Debug, Subcommand)]
pub(super) enum AclCommand {
    /// Say what the rules answer to one call, and what each of them has to do with it
    #[command(after_help = EXPLAIN)]
    Explain(ExplainArguments),
    /// Ask the MCP server what it offers, and show what a consumer sees of that
    #[command(after_help = WHO)]
    List(ListArguments),
    /// Compare the rules with a file of expectations
    #[command(after_help = TEST)]
    Test {
        /// The expectations, TOML or JSON by its extension
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Judge recorded exchanges by these rules, and show for which they would change something
    #[command(after_help = REPLAY)]
    Replay {
        /// Exchange logs; `-` is standard input
        #[arg(value_name = "LOG", required = true)]
        logs: Vec<PathBuf>,
        /// As a JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Who a consumer is.
const WHO: &str =
    "WHO is `anonymous`, or FIELD=VALUE with commas between (`\\,` is a comma in a value):
  plan=NAME  subject=TEXT  client=ID  key=NAME-OR-ID  scope=SCOPE
  claim.NAME=VALUE  claim./json/pointer=VALUE  address=IP  header.NAME=VALUE
Scopes and owner of a key that is in the key file are taken from there.";

const EXPLAIN: &str =
    "WHO is `anonymous`, or FIELD=VALUE with commas between (`\\,` is a comma in a value):
  plan=NAME  subject=TEXT  client=ID  key=NAME-OR-ID  scope=SCOPE
  claim.NAME=VALUE  claim./json/pointer=VALUE  address=IP  header.NAME=VALUE
Scopes and owner of a key that is in the key file are taken from there.

CALL is a method, and behind a colon what it is about:
  tools/call:get_weather  resources/read:file:///notes/a.md  prompts/get:greeting
  completion/complete:ref/prompt:greeting  tools/list:get_weather  logging/setLevel
  feature:sampling  acme/reindex

Exit code: 0 allowed, 1 denied, 2 when that cannot be told.";

const TEST: &str = "Example:
  [[expect]]
  name = \"agents read\"
  as = \"key=field-agent\"
  allow = [\"tools/call:get_weather\"]
  deny = [\"tools/call:delete_station\"]

Exit code: 0 as expected, 1 not so, 2 when that cannot be told.";

const REPLAY: &str =
    "Exit code: 0 nothing would change, 1 something would, 2 when a log cannot be read.";

/// One call.
#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// Who asks; may be repeated
    #[arg(long = "as", value_name = "WHO", required = true)]
    pub(super) who: Vec<String>,
    /// What is asked for, such as tools/call:get_weather
    #[arg(long, value_name = "CALL")]
    pub(super) call: String,
    /// The arguments of the call, a JSON object
    #[arg(long, value_name = "JSON")]
    pub(super) arguments: Option<String>,
    /// What the server says of the tool, such as readOnlyHint=true,openWorldHint=false
    #[arg(long, value_name = "HINT=BOOL", value_delimiter = ',', value_parser = hint)]
    pub(super) annotations: Vec<(Hint, bool)>,
    /// What for [default: what the method is for]
    #[arg(long, value_name = "PURPOSE")]
    pub(super) purpose: Option<Purpose>,
    /// As a JSON object
    #[arg(long)]
    pub(super) json: bool,
}

/// All that a server offers.
#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// Who asks; may be repeated
    #[arg(long = "as", value_name = "WHO", required = true)]
    pub(super) who: Vec<String>,
    /// The environment variable with an access token, for a server that judges tokens itself
    #[arg(long, value_name = "NAME")]
    pub(super) token_env: Option<String>,
    /// What the consumer does not see, too
    #[arg(long)]
    pub(super) denied: bool,
    /// As a JSON array
    #[arg(long)]
    pub(super) json: bool,
}

/// What something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Purpose {
    /// To see it in a list.
    List,
    /// To use it.
    Use,
}

impl From<Purpose> for acl::Purpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::List => Self::List,
            Purpose::Use => Self::Use,
        }
    }
}

/// A hint and its value.
fn hint(text: &str) -> Result<(Hint, bool), String> {
    let (name, value) = text.split_once('=').unwrap_or((text, "true"));
    let names = Hint::ALL.map(Hint::as_str);
    let hint = Hint::parse(name).ok_or_else(|| {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        format!("`{name}` is no hint: there are {}", names.join(", "))
    })?;
    let value = value
        .parse()
        .map_err(|_| format!("`{value}` is neither `true` nor `false`"))?;
    Ok((hint, value))
}
