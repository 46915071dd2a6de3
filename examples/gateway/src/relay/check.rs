//! `relay check`: what a client sees, directly and through the gateway, and which mode fits.

use std::time::Duration;

use serde_json::{Value, json};
use tollbar::{
    challenge::{RelayExamination, RelayMode},
    oauth2::{Outcome, Step},
};
use url::Url;

use super::{
    arguments::CheckArguments, comparison, error::RelayError, flag, snippet, target::Target,
};
use crate::{
    banner,
    check::{Table, WIDTH, advice, said, word},
    keys::escaped,
    output,
};

/// After so long the person is told who is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Examines a server, and prints what came of it. True when it can be relayed, in the mode that is asked
/// for or configured, if there is one.
pub(super) async fn check(arguments: &CheckArguments) -> Result<bool, RelayError> {
    let target = Target::of(arguments)?;
    let examination = examined(&target).await;
    let mode = target.mode.or_else(|| examination.fits());
    let is_fine = mode.is_some_and(|mode| examination.works(mode))
        && mismatch(&target, &examination, mode).is_none();
    if arguments.json {
        output::print(&format!(
            "{:#}\n",
            value(arguments, &target, &examination, mode)
        ));
    } else {
        print(arguments, &target, &examination, mode);
    }
    Ok(is_fine)
}

async fn examined(target: &Target) -> RelayExamination {
    let examining = target.resource.survey(target.mode);
    let mut examining = std::pin::pin!(examining);
    if let Ok(examination) = tokio::time::timeout(PATIENCE, &mut examining).await {
        return examination;
    }
    let origin = banner::origin(&target.upstream);
    output::say(&format!(
        "asking {origin} and its authorization server ...\n"
    ));
    examining.await
}

fn print(
    arguments: &CheckArguments,
    target: &Target,
    examination: &RelayExamination,
    mode: Option<RelayMode>,
) {
    let mut table = Table::new(["STEP", "RESULT", "FOUND"]).within(WIDTH);
    for step in examination.steps() {
        table.row([
            step.name().to_owned(),
            word(step.outcome()).to_owned(),
            escaped(step.brief()),
        ]);
    }
    output::print(&format!("{table}\n"));
    for step in examination.steps() {
        let how = flag::place(step, target.proxy.is_some());
        output::say(&advice(step, "", &how));
    }
    if let Some(mismatch) = mismatch(target, examination, mode) {
        let fix = "name that authorization server in the relay plan, or remove `verify`";
        output::say(&said(
            "error",
            &format!("verify: {}", escaped(&mismatch)),
            Some(fix),
        ));
    }
    let shown = mode.unwrap_or_default();
    let (direct, through) = (examination.directly(), examination.through(shown));
    let compared = comparison::table(direct, &through, shown, WIDTH);
    output::print(&format!("{compared}\n{}", verdict(target, examination)));
    if let Some(mode) = to_paste(target, examination) {
        let snippet = snippet::snippet(arguments, target, mode, None);
        output::print(&format!("\n{snippet}"));
    } else if let Some(own) = own_name(arguments, examination) {
        let snippet = match target.proxy {
            Some(_) => snippet::addition(&own),
            None => snippet::snippet(
                arguments,
                target,
                target.mode.unwrap_or_default(),
                Some(&own),
            ),
        };
        output::print(&format!("\nif `{own}` is this server, write:\n\n{snippet}"));
    }
}

/// Why nobody comes in who logs in where the server sends them.
fn mismatch(
    target: &Target,
    examination: &RelayExamination,
    mode: Option<RelayMode>,
) -> Option<String> {
    let view = examination.through(mode?);
    target.admission.mismatch(view.authorization_servers())
}

/// The URL by which the server calls itself, where nothing else is wrong than that it is another one.
fn own_name(arguments: &CheckArguments, examination: &RelayExamination) -> Option<Url> {
    let mut steps = examination.steps().iter();
    let is_else = |step: &Step| !matches!(step.name(), "resource" | "mode");
    if arguments.identifier.is_some()
        || examination.fits().is_some()
        || steps.any(|step| step.outcome() == Outcome::Failed && is_else(step))
    {
        return None;
    }
    let own = Url::parse(&examination.resource()?).ok()?;
    matches!(own.scheme(), "http" | "https").then_some(own)
}

/// The mode to configure, where none is: the one that is asked for, if it works.
fn to_paste(target: &Target, examination: &RelayExamination) -> Option<RelayMode> {
    let asked = target.mode.filter(|&mode| examination.works(mode));
    let mode = asked.or_else(|| examination.fits());
    mode.filter(|_| target.proxy.is_none())
}

/// Which mode fits, in a line or two.
fn verdict(target: &Target, examination: &RelayExamination) -> String {
    let whose = match &target.proxy {
        Some(name) => format!("the proxy `{name}` has"),
        None => "you have asked for".to_owned(),
    };
    match (examination.fits(), target.mode) {
        (None, None) => "no mode fits: see what is to be done above\n".to_owned(),
        (None, Some(mode)) => format!(
            "mode `{mode}`, which {whose}, does not work, nor does another: see what is to be done \
             above\n"
        ),
        (Some(fits), None) => format!("mode `{fits}` fits: {}\n", meaning(fits)),
        (Some(fits), Some(mode)) if fits == mode => {
            format!("mode `{fits}` fits, which {whose}: {}\n", meaning(fits))
        }
        (Some(fits), Some(mode)) if examination.works(mode) => {
            format!("mode `{mode}`, which {whose}, works; `{fits}` fits as well\n")
        }
        (Some(fits), Some(mode)) => format!(
            "mode `{mode}`, which {whose}, does not work: mode `{fits}` fits: {}\n",
            meaning(fits)
        ),
    }
}

const fn meaning(mode: RelayMode) -> &'static str {
    match mode {
        RelayMode::Verbatim => "the server calls itself by the public URL already",
        RelayMode::Synthesised => "the gateway tells newer clients of the authorization server",
        _ => "the server's metadata is told under the public URL",
    }
}

fn value(
    arguments: &CheckArguments,
    target: &Target,
    examination: &RelayExamination,
    mode: Option<RelayMode>,
) -> Value {
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
    let shown = mode.unwrap_or_default();
    let snippet = to_paste(target, examination);
    let mismatch = mismatch(target, examination, mode);
    json!({
        "public_url": target.public_url.as_str(),
        "proxy": target.proxy,
        "mode": target.mode.map(RelayMode::as_str),
        "fits": examination.fits().map(RelayMode::as_str),
        "works": mode.is_some_and(|mode| examination.works(mode)) && mismatch.is_none(),
        "mismatch": mismatch,
        "steps": steps,
        "directly": comparison::value(examination.directly()),
        "through": comparison::value(&examination.through(shown)),
        "configuration": snippet.map(|mode| snippet::snippet(arguments, target, mode, None)),
    })
}
