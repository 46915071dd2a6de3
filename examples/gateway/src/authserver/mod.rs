//! `tollbar-gateway authserver`: the authorization servers of a configuration, shown and proven.
//!
//! Standard output carries what was found, as a table or as JSON; what to do about it goes to standard
//! error. The exit code is 0 when tokens can be taken, and 1 when something keeps them from it. No
//! output has a secret, a token, or the content of an answer.

mod arguments;
mod check;
mod error;
mod list;
mod needs;
mod uses;
mod watch;

pub(crate) use self::{arguments::AuthserverArguments, needs::needs, watch::Examined};

use std::process::ExitCode;

use self::{arguments::AuthserverCommand, error::AuthserverError};
use crate::{
    config::{Filter, LogFormat, Secrets, Text},
    configuration, log, output,
};

/// Does what is asked for.
pub(crate) async fn run(arguments: AuthserverArguments) -> ExitCode {
    // What is wrong with a server is said by the commands.
    let errors = "error".parse::<Text<Filter>>().map(|filter| filter.0);
    log::start(&errors.unwrap_or_default(), LogFormat::Text);
    match answer(arguments).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            output::say(&format!("error: {error}\n"));
            ExitCode::FAILURE
        }
    }
}

/// Whether all is as it should be.
async fn answer(arguments: AuthserverArguments) -> Result<bool, AuthserverError> {
    // Those of MCP servers may be elsewhere.
    let settings = configuration::find(arguments.config, Secrets::Optional)?;
    match arguments.command {
        AuthserverCommand::Check { name, json } => {
            check::check(&settings, name.as_deref(), json).await
        }
        AuthserverCommand::List { json } => {
            list::list(&settings, json);
            Ok(true)
        }
    }
}
