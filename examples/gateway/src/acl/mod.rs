//! `tollbar-gateway acl`: what the access rules of a configuration answer, and why.
//!
//! Standard output carries what was asked for; what people should know besides goes to standard error.
//! The exit code is 0 for what is allowed, as expected or unchanged, 1 where it is not, and 2 where
//! that cannot be told.

mod arguments;
mod call;
mod consumer;
mod desk;
mod error;
mod expect;
mod explain;
mod list;
mod replay;
mod strays;
mod token;
mod who;
mod words;

pub(crate) use self::{
    arguments::AclArguments,
    strays::{of_keys as stray_rule_keys, of_names as stray_rule_names},
};

use std::process::ExitCode;

use self::{arguments::AclCommand, desk::Desk, error::AclError};
use crate::{
    config::{Filter, LogFormat, Secrets, Text},
    log, output,
};

/// Where it cannot be told.
const UNKNOWN: u8 = 2;

/// Does what is asked for.
pub(crate) async fn run(arguments: AclArguments) -> ExitCode {
    // What is wrong with the server is said by the commands.
    let errors = "error".parse::<Text<Filter>>().map(|filter| filter.0);
    log::start(&errors.unwrap_or_default(), LogFormat::Text);
    match answer(arguments).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            output::say(&format!("error: {error}\n"));
            ExitCode::from(UNKNOWN)
        }
    }
}

/// Whether the answer is yes.
async fn answer(arguments: AclArguments) -> Result<bool, AclError> {
    // Only who talks to the server shows it credentials.
    let secrets = match arguments.command {
        AclCommand::List(_) => Secrets::Required,
        _ => Secrets::Optional,
    };
    let desk = Desk::open(arguments.place, secrets)?;
    match arguments.command {
        AclCommand::Explain(asked) => explain::explain(&desk, asked).await,
        AclCommand::List(asked) => list::list(&desk, asked).await,
        AclCommand::Test { file } => expect::test(&desk, &file).await,
        AclCommand::Replay { logs, json } => replay::replay(&desk, &logs, json),
    }
}
