//! `tollbar-gateway relay`: whether clients can log in to a server through the gateway.
//!
//! Standard output carries what was found, as tables or as JSON; what to do about it goes to standard
//! error. The exit code is 0 when a way to relay the server fits, 1 when none does, and 2 when the question or the
//! configuration is wrong.

mod arguments;
mod check;
mod comparison;
mod error;
mod flag;
mod snippet;
mod target;

pub(crate) use self::arguments::RelayArguments;

use std::process::ExitCode;

use self::arguments::RelayCommand;
use crate::{
    config::{Filter, LogFormat, Text},
    log, output,
};

/// Does what is asked for.
pub(crate) async fn run(arguments: RelayArguments) -> ExitCode {
    // What is wrong with a server is said by the command.
    let errors = "error".parse::<Text<Filter>>().map(|filter| filter.0);
    log::start(&errors.unwrap_or_default(), LogFormat::Text);
    let RelayCommand::Check(arguments) = arguments.command;
    match check::check(&arguments).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            output::say(&format!("error: {error}\n"));
            ExitCode::from(error.code())
        }
    }
}
