//! `authserver check`: does it answer, does it know this gateway, and what is to be registered there.

use serde_json::{Value, json};
use tollbar::oauth2::{Examination, Outcome};

use super::{AuthserverError, needs::needs_or_plans, uses::Use};
use crate::{
    check::{Table, advice, said, word},
    config::{ServerSettings, Settings, nearest},
    keys::escaped,
    output,
};

/// How wide the table is at most, in columns.
const WIDTH: usize = 80;

/// Examines one authorization server, or all of them, and prints what came of it. True when tokens of
/// each can be taken.
pub(super) async fn check(
    settings: &Settings,
    name: Option<&str>,
    json: bool,
) -> Result<bool, AuthserverError> {
    let servers = match name {
        Some(name) => vec![find(settings, name)?],
        None => settings.servers.iter().collect(),
    };
    if servers.is_empty() {
        return Err(AuthserverError::None);
    }
    // All at once: each may take a while to find out that nobody is there.
    let asking: Vec<_> = servers
        .into_iter()
        .map(|server| {
            let (its, needs) = (server.server.clone(), needs_or_plans(server, settings));
            let asked = tokio::spawn(async move { its.examine(&needs).await });
            (server, asked)
        })
        .collect();
    let (mut is_fine, mut values) = (true, Vec::new());
    for (number, (server, asked)) in asking.into_iter().enumerate() {
        let examination = asked.await.unwrap_or_default();
        let uses = Use::of(server, settings);
        is_fine &= examination.outcome() < Outcome::Failed && !server.lacks_secret;
        if json {
            values.push(value(server, &examination, &uses));
        } else {
            if number > 0 {
                output::print("\n");
            }
            // Where the two outputs go different ways, errors have to say whose they are.
            let of = name.map_or_else(|| format!("{}: ", server.name()), |_| String::new());
            print(server, &examination, &uses, &of);
        }
        if server.lacks_secret {
            let name = server.name();
            output::say(&format!(
                "error: the secret of `{name}` is not there: set what `client_secret` refers to\n"
            ));
        }
    }
    match (values.pop(), name) {
        (None, _) => {}
        (Some(value), Some(_)) => output::print(&format!("{value:#}\n")),
        (Some(value), None) => {
            values.push(value);
            output::print(&format!("{:#}\n", Value::from(values)));
        }
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

/// The table and what is to be registered on standard output; on standard error, in between, what to do.
fn print(server: &ServerSettings, examination: &Examination, uses: &[Use], of: &str) {
    let mut table = Table::new(["STEP", "RESULT", "FOUND"]).within(WIDTH);
    for step in examination.steps() {
        table.row([
            step.name().to_owned(),
            word(step.outcome()).to_owned(),
            escaped(step.brief()),
        ]);
    }
    let (name, issuer) = (server.name(), escaped(server.server.issuer()));
    output::print(&format!("{table}\n"));
    for step in examination.steps() {
        output::say(&advice(step, of, ""));
    }
    for (doubt, fix) in uses.iter().flat_map(Use::doubts) {
        output::say(&said("warning", &format!("{of}{doubt}"), Some(&fix)));
    }
    output::print(&format!("{name} is {issuer}\n"));
    if uses.is_empty() {
        output::print("no plan takes its tokens yet\n");
        return;
    }
    output::print("register as a resource there, character by character:\n");
    for it in uses {
        output::print(&it.describe());
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
    // That steps were skipped says nothing of the whole.
    let result = match (server.lacks_secret, examination.outcome()) {
        (true, _) => Outcome::Failed,
        (false, Outcome::Skipped) => Outcome::Passed,
        (false, outcome) => outcome,
    };
    json!({
        "name": server.name(),
        "issuer": server.server.issuer(),
        "result": word(result),
        "steps": steps,
        "resources": uses.iter().map(Use::value).collect::<Vec<_>>(),
    })
}
