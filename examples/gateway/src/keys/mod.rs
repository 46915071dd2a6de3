//! `tollbar-gateway keys`: makes, shows, changes and ends the keys of key plans.
//!
//! Standard output carries what a script wants, and nothing else: the new key, alone, or a table, or
//! JSON. What people want to know goes to standard error. A change is live in running gateways
//! within a second.

mod arguments;
mod asked;
mod change;
mod desk;
mod error;
mod escaped;
mod issue;
mod list;
mod opened;
mod place;
mod show;
mod time;

#[cfg(test)]
mod tests;

pub(crate) use self::{arguments::KeysArguments, escaped::escaped, time::Span};

use std::process::ExitCode;

use self::{
    arguments::KeysCommand,
    desk::{Desk, Purpose},
    error::KeysError,
};
use crate::{
    config::{Filter, LogFormat, Text},
    log, output,
};

/// Does what is asked for.
pub(crate) async fn run(arguments: KeysArguments) -> ExitCode {
    // Of the store only what is wrong; all else is said by the commands.
    let warnings = "warn".parse::<Text<Filter>>().map(|filter| filter.0);
    log::start(&warnings.unwrap_or_default(), LogFormat::Text);
    match answer(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::say(&format!("error: {error}\n"));
            ExitCode::FAILURE
        }
    }
}

async fn answer(arguments: KeysArguments) -> Result<(), KeysError> {
    // What is asked wrongly is said without looking at anything.
    if let KeysCommand::Identify { key: Some(_), .. } = arguments.command {
        return Err(KeysError::KeyAsArgument);
    }
    let purpose = match arguments.command {
        KeysCommand::Create(_) => Purpose::Make,
        _ => Purpose::Look,
    };
    let desk = Desk::open(arguments.place, purpose).await?;
    match arguments.command {
        KeysCommand::Create(new) => issue::create(&desk, new).await,
        KeysCommand::Rotate { key, overlap } => issue::rotate(&desk, &key, overlap.0).await,
        KeysCommand::List { json, all } => list::list(&desk, json, all).await,
        KeysCommand::Show { key, json } => show::show(&desk, &key, json).await,
        KeysCommand::Identify { json, .. } => show::identify(&desk, json).await,
        KeysCommand::Update(update) => change::update(&desk, *update).await,
        KeysCommand::Suspend { key } => change::suspend(&desk, &key).await,
        KeysCommand::Resume { key } => change::resume(&desk, &key).await,
        KeysCommand::Revoke { key } => change::revoke(&desk, &key).await,
        KeysCommand::Prune { older_than } => change::prune(&desk, older_than.0).await,
    }
}
