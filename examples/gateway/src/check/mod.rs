//! `config check`: is the configuration right, and does everybody answer?
//!
//! Standard output carries the tables, of proxies, of servers that judge tokens themselves, and of the
//! authorization servers that plans use.

mod advice;
mod keys;
mod relays;
mod servers;
mod table;

use std::{path::Path, process::ExitCode, time::Duration};

use tollbar::upstream::Upstream;

pub(crate) use self::{
    advice::{advice, said, word},
    table::Table,
};

use crate::{
    acl::stray_rule_names,
    banner,
    config::{AclSettings, Environment, Overrides, ProxySettings, Secrets, Settings, Verdict},
    output,
    probe::{self, Findings, Outcome},
};

/// How wide tables are that say more than a word, in columns.
pub(crate) const WIDTH: usize = 80;

/// How long reading all lists of a server may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Checks a file and prints what came of it: problems on standard error, the table on standard
/// output. Fails when there is an error, an upstream does not answer, an authorization server cannot be
/// used, or clients cannot log in to a server that judges tokens itself.
pub(crate) async fn check(path: &Path, offline: bool) -> ExitCode {
    let secrets = if offline {
        Secrets::Optional
    } else {
        Secrets::Required
    };
    let environment = Environment::beside(Some(path)).secrets(secrets);
    let mut verdict = Verdict::of_file(path, &Overrides::default(), &environment);
    if let Some(settings) = verdict.settings.clone() {
        keys::check(&settings, offline, &mut verdict).await;
    }
    output::say(&verdict.to_string());
    let (errors, warnings) = verdict.count();
    let Some(settings) = verdict.settings else {
        output::say(&format!(
            "{}: {}\n",
            path.display(),
            banner::count(errors, warnings)
        ));
        return ExitCode::FAILURE;
    };
    let asking = tokio::join!(
        rows(&settings, offline),
        servers::rows(&settings, offline),
        relays::rows(&settings, offline)
    );
    let (asked, servers, relays) = asking;
    let Asked {
        table,
        answered,
        strays,
    } = asked;
    for (proxy, line) in &strays {
        output::say(&format!("warning: proxy `{proxy}`: {line}\n"));
    }
    let warnings = warnings + strays.len();
    output::print(&table.to_string());
    let open = match relays {
        Some(asked) => {
            let more = asked.more(path).unwrap_or_default();
            output::print(&format!("\n{}{more}", asked.table));
            asked.is_fine
        }
        None => true,
    };
    let usable = match servers {
        Some((table, usable)) => {
            output::print(&format!("\n{table}"));
            usable
        }
        None => true,
    };
    let proxies = match settings.proxies.len() {
        1 => "1 proxy".to_owned(),
        count => format!("{count} proxies"),
    };
    let wanting = [
        (answered, "not every upstream answers"),
        (usable, "not every authorization server can be used"),
        (open, "clients cannot log in to every proxy"),
    ];
    let wanting = wanting.into_iter().filter(|(is_fine, _)| !is_fine);
    let wanting: Vec<&str> = wanting.map(|(_, words)| words).collect();
    let verdict = match (offline, wanting.as_slice()) {
        (true, _) => "valid; no upstream was asked".to_owned(),
        (false, []) => "valid, and every upstream answers".to_owned(),
        (false, wanting) => format!("valid, but {}", wanting.join(", and ")),
    };
    output::print(&format!("\n{}: {proxies}; {verdict}\n", path.display()));
    if warnings > 0 {
        let count = banner::count(0, warnings);
        output::print(&format!("WARN: {count}, told on standard error\n"));
    }
    if offline || wanting.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What came of asking.
struct Asked {
    /// One row for each proxy.
    table: Table<5>,
    /// Whether all upstreams answered.
    answered: bool,
    /// Rules about what is not there, by the proxy.
    strays: Vec<(String, String)>,
}

/// Asks all upstreams.
async fn rows(settings: &Settings, offline: bool) -> Asked {
    let mut table = Table::new(["PROXY", "URL", "PLANS", "UPSTREAM", "ANSWERS"]);
    let asking: Vec<_> = settings
        .proxies
        .iter()
        .map(|proxy| {
            let upstream = proxy.upstream.clone();
            let acl = proxy.acl.clone();
            let asked = async move {
                let findings = probe::probe(&upstream).await;
                let strays = match (&acl, &findings.outcome) {
                    (Some(acl), Outcome::Answers(_)) => strays(acl, &upstream).await,
                    _ => Vec::new(),
                };
                (findings, strays)
            };
            // All at once: each may take a while to find out that nobody is there.
            (proxy, (!offline).then(|| tokio::spawn(asked)))
        })
        .collect();
    let (mut answered, mut strays) = (true, Vec::new());
    for (proxy, asked) in asking {
        let words = match asked {
            None => "not asked".to_owned(),
            Some(asked) => match asked.await {
                Ok((findings, found)) => {
                    let found = found.into_iter();
                    strays.extend(found.map(|line| (proxy.name().to_owned(), line)));
                    answered &= is_fine(proxy, &findings);
                    describe(proxy, &findings)
                }
                Err(error) => {
                    answered = false;
                    format!("no: {error}")
                }
            },
        };
        let url = settings
            .listener
            .public_url(&proxy.section, settings.listener.address.0.0)
            .map_or_else(|error| error.to_string(), |url| url.to_string());
        let upstream = banner::origin(proxy.upstream.url());
        table.row([proxy.name().to_owned(), url, proxy.plans(), upstream, words]);
    }
    Asked {
        table,
        answered,
        strays,
    }
}

/// The rules of a policy that are about what the server does not list. None when it cannot be asked.
async fn strays(acl: &AclSettings, upstream: &Upstream) -> Vec<String> {
    let asked = tokio::time::timeout(PATIENCE, probe::catalogue(upstream, None)).await;
    match asked {
        Ok(Ok(catalogue)) => stray_rule_names(acl, &catalogue),
        Ok(Err(_)) | Err(_) => Vec::new(),
    }
}

/// Whether clients of this proxy can be served.
fn is_fine(proxy: &ProxySettings, findings: &Findings) -> bool {
    match findings.outcome {
        Outcome::Answers(_) => true,
        // Clients bring the credential.
        Outcome::WantsCredential(_) => proxy.relay.is_some(),
        Outcome::OldTransport | Outcome::Fails(_) => false,
    }
}

fn describe(proxy: &ProxySettings, findings: &Findings) -> String {
    match &findings.outcome {
        Outcome::Answers(era) => {
            let server = findings
                .server
                .as_deref()
                .unwrap_or("a server without a name");
            let tools = match findings.tools {
                Some(1) => "1 tool".to_owned(),
                Some(count) => format!("{count} tools"),
                None => "tools unknown".to_owned(),
            };
            format!(
                "yes: {server}, {era} ({}), {tools}",
                findings.versions.join(", ")
            )
        }
        Outcome::WantsCredential(status) if proxy.relay.is_some() => {
            format!(
                "yes: it wants a credential ({}), which clients bring",
                status.as_u16()
            )
        }
        Outcome::WantsCredential(status) => format!(
            "no: it wants a credential ({}): give it one in `[proxy.upstream.authorization]`, or, \
             where it judges its users itself, add `[proxy.relay]`",
            status.as_u16()
        ),
        Outcome::OldTransport => {
            "no: it speaks HTTP+SSE (2024-11-05), which cannot be proxied: use \
                                  the server's Streamable HTTP endpoint, often `/mcp`"
                .to_owned()
        }
        Outcome::Fails(reason) => format!("no: {reason}"),
    }
}
