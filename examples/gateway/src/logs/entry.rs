//! One exchange on a line of a terminal.

use serde::Deserialize;
use tollbar_dashboard::Line;

use crate::keys::escaped;

/// What a line of the store says, as far as it is shown in short.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry {
    time: String,
    id: String,
    proxy: Option<String>,
    http_method: String,
    method: Option<String>,
    subject: Option<String>,
    consumer: Option<String>,
    key: Option<String>,
    client_id: Option<String>,
    pseudonym: Option<String>,
    peer: Option<String>,
    address: Option<String>,
    status: Option<u16>,
    reason: Option<String>,
    rule: Option<String>,
    code: Option<i64>,
    tool_error: bool,
    ended: String,
    total_us: u64,
    own_us: Option<u64>,
}

impl Entry {
    pub(super) fn of(line: &Line) -> Self {
        serde_json::from_str(line.as_str()).unwrap_or_default()
    }

    /// The exchange in one line: when, what came of it, what was asked, who asked, how long it took.
    pub(super) fn show(&self) -> String {
        // RFC 3339 in UTC: without the year, down to milliseconds.
        let date = self.time.get(5..10).unwrap_or_default();
        let clock = self.time.get(11..23).unwrap_or_default();
        let status = self
            .status
            .map_or_else(|| "  -".to_owned(), |it| it.to_string());
        let asked = match (&self.method, &self.subject) {
            (Some(method), Some(subject)) => format!("{method} {subject}"),
            (Some(method), None) => method.clone(),
            (None, _) => self.http_method.clone(),
        };
        let mut text = format!("{date} {clock}Z  {status}  {}", escaped(&asked));
        if let Some(outcome) = self.outcome() {
            text.push_str(&format!("  {}", escaped(&outcome)));
        }
        let proxy = self.proxy.as_deref().unwrap_or("no proxy");
        let place = match self.who() {
            Some(who) => format!("{proxy} by {who}"),
            None => proxy.to_owned(),
        };
        text.push_str(&format!("  [{}]  {}", escaped(&place), took(self.total_us)));
        if let Some(own) = self.own_us {
            text.push_str(&format!(" ({} own)", took(own)));
        }
        text.push_str(&format!("  {}", escaped(&self.id)));
        text
    }

    /// What is not as one would wish.
    fn outcome(&self) -> Option<String> {
        let rule = |reason: &String| match &self.rule {
            Some(rule) => format!("{reason} (rule {rule})"),
            None => reason.clone(),
        };
        let reason = self.reason.as_ref().map(rule);
        let code = self.code.map(|code| format!("error {code}"));
        let failed = self.tool_error.then(|| "tool failed".to_owned());
        let ended = (self.ended != "complete").then(|| self.ended.replace('_', " "));
        reason.or(code).or(failed).or(ended)
    }

    fn who(&self) -> Option<&str> {
        let names = [&self.consumer, &self.key, &self.client_id, &self.pseudonym];
        let name = names.into_iter().find_map(|name| name.as_deref());
        // Of nobody who has a name it is known from where.
        name.or(self.address.as_deref()).or(self.peer.as_deref())
    }
}

/// A duration with as many digits as matter.
pub(super) fn took(micros: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
    let micros = micros as f64;
    let (value, unit) = match micros {
        _ if micros < 1e3 => return format!("{micros} µs"),
        _ if micros < 1e6 => (micros / 1e3, "ms"),
        _ => (micros / 1e6, "s"),
    };
    match value {
        _ if value < 10.0 => format!("{value:.1} {unit}"),
        _ => format!("{value:.0} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, took};

    #[test]
    fn a_line_says_what_matters() {
        let line = r#"{"time":"2026-11-21T17:20:04.123456Z","id":"a","proxy":"demo","http_method":"POST",
            "method":"tools/call","subject":"ec\u202eho","plan":"key","key":"ci","status":403,
            "reason":"tool_denied","rule":"no\u001b[2J","ended":"complete","total_us":1234,"own_us":87}"#;
        let entry: Entry = serde_json::from_str(line).unwrap();
        assert_eq!(
            entry.show(),
            "11-21 17:20:04.123Z  403  tools/call ec\\u{202e}ho  tool_denied (rule no\\u{1b}[2J)  \
             [demo by ci]  1.2 ms (87 µs own)  a"
        );
    }

    #[test]
    fn durations_have_few_digits() {
        let shown = [0, 999, 1_000, 10_400, 999_400, 1_000_000, 75_000_000].map(took);
        assert_eq!(
            shown,
            [
                "0 µs", "999 µs", "1.0 ms", "10 ms", "999 ms", "1.0 s", "75 s"
            ]
        );
    }
}
