//! What an event says, read by other means than the store's.

use std::time::{Duration, SystemTime};

use tollbar_analytics::{Ended, Event};
use tollbar_dashboard::{Dimension, Figures, Filter, Label};

/// The value of a dimension.
pub(crate) fn label(event: &Event, by: Dimension) -> Label {
    let asked = event.asked.as_ref();
    let consumer = event.consumer.as_ref();
    let status = event.status.map(|status| i64::from(status.as_u16()));
    let text = match by {
        Dimension::Proxy => event.proxy.name.as_deref(),
        Dimension::Method => asked.and_then(|asked| asked.method_name()),
        Dimension::SubjectKind => asked.and_then(|asked| asked.subject_kind),
        Dimension::Subject => asked.and_then(|asked| asked.subject.as_deref()),
        Dimension::Plan => consumer.map(|consumer| consumer.plan()),
        // Those that are made up have one of these at most.
        Dimension::Consumer => consumer.and_then(|it| it.subject().or_else(|| it.key_name())),
        Dimension::Outcome => Some(outcome(event)),
        Dimension::Reason => event.refusal.as_ref().map(|refusal| refusal.reason),
        Dimension::Ended => Some(event.ended.as_str()),
        Dimension::ClientId => consumer.and_then(|consumer| consumer.client_id()),
        Dimension::KeyId => consumer.and_then(|consumer| consumer.key_id()),
        Dimension::Rule => event.verdict.as_ref().and_then(|verdict| verdict.rule()),
        Dimension::Client => {
            let client = event.client.as_ref();
            let name = client.map(|client| format!("{} {}", client.name(), client.version()));
            return name.map_or(Label::None, Label::Text);
        }
        Dimension::Class => return Label::Number(status.unwrap_or(0) / 100),
        Dimension::Code => return event.code().map_or(Label::None, Label::Number),
        Dimension::Status => return status.map_or(Label::None, Label::Number),
        _ => panic!("{by:?} is new"),
    };
    text.map_or(Label::None, |text| Label::Text(text.into()))
}

fn outcome(event: &Event) -> &'static str {
    let upstream = event.upstream;
    match event {
        _ if event.refusal.is_some() => "refused",
        _ if event.ended == Ended::UpstreamBroke => "upstream_broke",
        _ if upstream.is_some_and(|it| it.code.is_some()) => "error",
        _ if event.status.is_some_and(|status| status.as_u16() >= 400) => "error",
        _ if upstream.is_some_and(|it| it.is_tool_error) => "tool_error",
        _ if event.ended == Ended::Complete => "ok",
        _ => event.ended.as_str(),
    }
}

/// Whether an event is meant by a filter of this time.
pub(crate) fn fits(event: &Event, filter: &Filter, from: SystemTime, until: SystemTime) -> bool {
    let is_text = |wanted: &Option<Box<str>>, by| {
        wanted
            .as_deref()
            .is_none_or(|wanted| match label(event, by) {
                Label::Text(text) => text == wanted,
                _ => wanted.is_empty(),
            })
    };
    let is_number = |wanted: Option<i64>, by| {
        wanted.is_none_or(|wanted| label(event, by) == Label::Number(wanted))
    };
    (from..until).contains(&whole(event.at))
        && is_text(&filter.proxy, Dimension::Proxy)
        && is_text(&filter.plan, Dimension::Plan)
        && is_text(&filter.consumer, Dimension::Consumer)
        && is_text(&filter.method, Dimension::Method)
        && is_text(&filter.subject_kind, Dimension::SubjectKind)
        && is_text(&filter.subject, Dimension::Subject)
        && is_text(&filter.reason, Dimension::Reason)
        && is_text(&filter.outcome, Dimension::Outcome)
        && is_text(&filter.ended, Dimension::Ended)
        && is_number(filter.status.map(i64::from), Dimension::Status)
        && is_number(filter.class.map(i64::from), Dimension::Class)
        && is_number(filter.code, Dimension::Code)
        && filter.session.is_none_or(|it| event.session == Some(it))
        && (!filter.only_errors || event.is_error())
}

/// Cut to microseconds, as the store keeps it.
fn whole(at: SystemTime) -> SystemTime {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    SystemTime::UNIX_EPOCH + Duration::from_micros(since.as_micros() as u64)
}

pub(crate) fn micros(duration: Duration) -> u64 {
    duration.as_micros() as u64
}

/// What these count to.
pub(crate) fn figures<'a>(events: impl IntoIterator<Item = &'a Event>) -> Figures {
    let events: Vec<&Event> = events.into_iter().collect();
    let totals: Vec<u64> = events.iter().map(|it| micros(it.times.total)).collect();
    let own = events.iter().filter_map(|it| it.times.own());
    let own: Vec<u64> = own.map(micros).collect();
    let mean = |of: &[u64]| of.iter().sum::<u64>().checked_div(of.len() as u64);
    let mut figures = Figures::default();
    figures.count = events.len() as u64;
    figures.errors = events.iter().filter(|it| it.is_error()).count() as u64;
    figures.min_us = totals.iter().min().copied();
    figures.mean_us = mean(&totals);
    figures.max_us = totals.iter().max().copied();
    figures.own_mean_us = mean(&own);
    figures.bytes_in = events.iter().filter_map(|it| it.sizes.bytes_in).sum();
    figures.bytes_out = events.iter().map(|it| it.sizes.bytes_out).sum();
    figures
}

/// How long so many hundredths took at most: the nearest rank.
pub(crate) fn percentile<'a>(
    events: impl IntoIterator<Item = &'a Event>,
    hundredths: usize,
) -> Option<u64> {
    let totals = events.into_iter().map(|it| micros(it.times.total));
    let mut totals: Vec<u64> = totals.collect();
    totals.sort_unstable();
    let rank = (totals.len() * hundredths).div_ceil(100);
    totals.get(rank.max(1) - 1).copied()
}
