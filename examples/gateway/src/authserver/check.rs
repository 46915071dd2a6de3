//! `authserver check`: does it answer, does it know this gateway, and what is to be registered there.

use serde_json::{Value, json};
use tollbar::oauth2::{Examination, Outcome, Step};

use super::{AuthserverError, uses::Use};
use crate::{
    check::Table,
    config::{ServerSettings, Settings, nearest},
    keys::escaped,
    output,
};

/// Examines one authorization server, and prints what came of it. True when its tokens can be taken.
pub(super) async fn check(
    settings: &Settings,
    name: &str,
    json: bool,
) -> Result<bool, AuthserverError> {
    let server = find(settings, name)?;
    let examination = server.server.examine().await;
    let is_fine = examination.outcome() < Outcome::Failed && !server.lacks_secret;
    let uses = Use::of(server, settings);
    match json {
        true => output::print(&format!("{:#}\n", value(server, &examination, &uses))),
        false => print(server, &examination, &uses),
    }
    if server.lacks_secret {
        output::say(&format!(
            "error: the secret of `{name}` is not there: set what `client_secret` refers to\n"
        ));
    }
    Ok(is_fine)
}

fn find<'a>(settings: &'a Settings, name: &str) -> Result<&'a ServerSettings, AuthserverError> {
    let names = || settings.servers.iter().map(ServerSettings::name);
    let mut servers = settings.servers.iter();
    servers
        .find(|server| server.name() == name)
        .ok_or_else(|| AuthserverError::Unknown {
            name: name.to_owned(),
            hint: match (nearest(name, names()), names().next()) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, Some(_)) => {
                    let names: Vec<String> = names().map(|name| format!("`{name}`")).collect();
                    format!("it has {}", names.join(", "))
                }
                (None, None) => "it has no `[[authorization_server]]`".to_owned(),
            },
        })
}

/// The table on standard output, and what to do on standard error.
fn print(server: &ServerSettings, examination: &Examination, uses: &[Use]) {
    for step in examination.steps() {
        output::say(&advice(step));
    }
    let mut table = Table::new(["STEP", "RESULT", "FOUND"]);
    for step in examination.steps() {
        table.row([
            step.name().to_owned(),
            word(step.outcome()).to_owned(),
            escaped(step.found()),
        ]);
    }
    output::print(&table.to_string());
    let issuer = escaped(server.server.issuer());
    output::print(&format!("\n{} is {issuer}\n", server.name()));
    if uses.is_empty() {
        output::print("no plan takes its tokens yet\n");
        return;
    }
    output::print("register as a resource there, character by character:\n");
    for it in uses {
        output::print(&format!("  {}\n", it.describe()));
    }
}

/// What to do, in the form of a problem of a configuration. Nothing where all is well.
fn advice(step: &Step) -> String {
    let severity = match step.outcome() {
        Outcome::Passed => return String::new(),
        Outcome::Warning => "warning",
        _ => "error",
    };
    let mut text = format!("{severity}: {}: {}\n", step.name(), escaped(step.found()));
    if let Some(fix) = step.fix() {
        text.push_str(&format!("   = fix: {}\n", escaped(fix)));
    }
    text.push('\n');
    text
}

const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "ok",
        Outcome::Warning => "warning",
        _ => "failed",
    }
}

fn value(server: &ServerSettings, examination: &Examination, uses: &[Use]) -> Value {
    let steps: Vec<Value> = examination
        .steps()
        .iter()
        .map(|step| {
            json!({
                "step": step.name(),
                "result": word(step.outcome()),
                "found": step.found(),
                "fix": step.fix(),
            })
        })
        .collect();
    json!({
        "name": server.name(),
        "issuer": server.server.issuer(),
        "result": word(match server.lacks_secret {
            true => Outcome::Failed,
            false => examination.outcome(),
        }),
        "steps": steps,
        "resources": uses.iter().map(Use::value).collect::<Vec<_>>(),
    })
}
