//! `tollbar-gateway logs`: what the store of a gateway tells, also of one that does not run.
//!
//! Standard output carries what was asked for; what is wrong goes to standard error. The exit code is 0, and 1 when
//! nothing could be told.

mod arguments;
mod entry;
mod error;
mod query;
mod show;
mod tail;
mod usage;
mod when;

pub(crate) use self::arguments::LogsArguments;

use std::process::ExitCode;

use tollbar_dashboard::{Query, QuerySettings};

use self::{arguments::LogsCommand, error::LogsError};
use crate::{config::Secrets, configuration, output};

/// Does what is asked for.
pub(crate) async fn run(arguments: LogsArguments) -> ExitCode {
    match answer(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::say(&format!("error: {error}\n"));
            ExitCode::FAILURE
        }
    }
}

async fn answer(arguments: LogsArguments) -> Result<(), LogsError> {
    let file = match arguments.store {
        Some(file) => file,
        None => {
            let settings = configuration::find(arguments.config, Secrets::Optional)?;
            settings.store.ok_or(LogsError::NoStore)?.file
        }
    };
    if !file.exists() {
        return Err(LogsError::Nothing(file));
    }
    let query = Query::open(&file, QuerySettings::default())?;
    match arguments.command {
        LogsCommand::Tail(arguments) => tail::tail(&query, arguments).await,
        LogsCommand::Query(arguments) => query::query(&query, &arguments),
        LogsCommand::Show { id, json } => show::show(&query, id, json),
        LogsCommand::Usage(arguments) => usage::usage(&query, &arguments),
    }
}
