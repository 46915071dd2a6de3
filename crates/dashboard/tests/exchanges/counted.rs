//! What counts say is what the exchanges say, whatever is asked for.

use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use tollbar_analytics::Event;
use tollbar_dashboard::{
    Dimension, Entry, Figures, Filter, Label, Order, Percentiles, Period, Query,
};

use crate::{
    facts::{figures, fits, label, percentile},
    filled::{begin, everything, filled, ids, spread},
    varied::Chance,
};

const SECONDS: u64 = 5 * 3_600;

/// A filter by chance, and its time.
struct Asked {
    filter: Filter,
    from: SystemTime,
    until: SystemTime,
}

impl Asked {
    fn new(chance: &mut Chance, events: &[Arc<Event>]) -> Self {
        let mut edges = [moment(chance, events), moment(chance, events)];
        edges.sort_unstable();
        let [from, until] = edges;
        let mut filter = Filter::new(Period::new(from, until));
        let event = &events[chance.below(events.len() as u64) as usize];
        // What is there, so that something fits; and sometimes what is not known of another one.
        let mut text = |by| {
            chance.is(0.15).then(|| match label(event, by) {
                Label::Text(text) => Box::from(text),
                _ => Box::default(),
            })
        };
        filter.proxy = text(Dimension::Proxy);
        filter.plan = text(Dimension::Plan);
        filter.consumer = text(Dimension::Consumer);
        filter.method = text(Dimension::Method);
        filter.subject_kind = text(Dimension::SubjectKind);
        filter.subject = text(Dimension::Subject);
        filter.reason = text(Dimension::Reason);
        filter.outcome = text(Dimension::Outcome);
        if chance.is(0.1) {
            filter.ended = Some(event.ended.as_str().into());
        }
        if chance.is(0.1) {
            filter.status = event.status.map(|status| status.as_u16());
        }
        if chance.is(0.1) {
            filter.class = Some(event.status.map_or(0, |status| status.as_u16() / 100));
        }
        if chance.is(0.1) {
            filter.code = event.code();
        }
        if chance.is(0.05) {
            filter.session = event.session;
        }
        filter.only_errors = chance.is(0.15);
        Self {
            filter,
            from,
            until,
        }
    }

    fn fitting<'a>(&self, events: &'a [Arc<Event>]) -> Vec<&'a Event> {
        let fits = |event: &&Event| fits(event, &self.filter, self.from, self.until);
        let fitting: Vec<&Event> = events.iter().map(|event| &**event).filter(fits).collect();
        // What is seen as it happens is judged alike.
        let live = events.iter().filter(|event| self.filter.fits(event));
        assert_eq!(live.count(), fitting.len(), "{:?}", self.filter);
        fitting
    }
}

/// The end of a period: anywhere, at a whole minute or hour, or at the very moment of an event.
fn moment(chance: &mut Chance, events: &[Arc<Event>]) -> SystemTime {
    match chance.below(5) {
        0 => begin() + Duration::from_micros(chance.below(SECONDS * 1_000_000)),
        1 => begin() + Duration::from_secs(60 * chance.below(SECONDS / 60)),
        2 => begin() + Duration::from_secs(3_600 * chance.below(SECONDS / 3_600 + 1)),
        3 => events[chance.below(events.len() as u64) as usize].at,
        // Two of these lie in one minute often.
        _ => begin() + Duration::from_micros(3_000_000_000 + chance.below(50_000_000)),
    }
}

#[tokio::test]
async fn counts_say_what_exchanges_say() {
    let events = spread(4_000, SECONDS, 11).await;
    let place = filled(&events);
    let query = place.query(|_| {});
    let estimating = place.query(|settings| settings.exact = 0);
    let mut chance = Chance(5);
    let (mut counted, mut found) = (0, 0);
    for round in 0..240 {
        let asked = Asked::new(&mut chance, &events);
        let fitting = asked.fitting(&events);
        let filter = &asked.filter;
        let totals = query.totals(filter).unwrap();
        assert_eq!(totals, figures(fitting.iter().copied()), "{filter:?}");
        series(&query, &asked, &fitting, &mut chance);
        let by = Dimension::ALL[round % Dimension::ALL.len()];
        top(&query, filter, by, &fitting, &mut chance);
        percentiles(&query, &estimating, filter, &fitting);
        let page = 1 + chance.below(500) as usize;
        listed(&query, filter, &fitting, page);
        counted += usize::from(
            filter.status.is_none() && filter.ended.is_none() && filter.session.is_none(),
        );
        found += usize::from(!fitting.is_empty());
    }
    // Or nothing was shown.
    assert!(counted > 120 && found > 120, "{counted}, {found}");
}

fn series(query: &Query, asked: &Asked, fitting: &[&Event], chance: &mut Chance) {
    let step = [
        None,
        Some(1),
        Some(3),
        Some(5),
        Some(7),
        Some(60),
        Some(120),
    ];
    let step = step[chance.below(7) as usize].map(|minutes| Duration::from_secs(60 * minutes));
    let series = query.series(&asked.filter, step).unwrap();
    let length = series.step_seconds;
    assert!(step.is_none_or(|step| step.as_secs() == length));
    let begin = seconds(asked.from) / length;
    for (number, point) in series.points.iter().enumerate() {
        let here = fitting
            .iter()
            .filter(|event| seconds(event.at) / length == begin + number as u64);
        let expected = figures(here.copied());
        assert_eq!(
            point.figures, expected,
            "{:?} {length} {}",
            asked.filter, point.time
        );
    }
    let all: u64 = series.points.iter().map(|point| point.figures.count).sum();
    assert_eq!(all, fitting.len() as u64, "{:?}", asked.filter);
}

fn seconds(at: SystemTime) -> u64 {
    at.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

fn top(query: &Query, filter: &Filter, by: Dimension, fitting: &[&Event], chance: &mut Chance) {
    let mut groups: HashMap<String, (Label, Vec<&Event>)> = HashMap::new();
    for event in fitting {
        let label = label(event, by);
        let group = groups.entry(format!("{label:?}"));
        group.or_insert((label, Vec::new())).1.push(event);
    }
    let mut expected: Vec<(Label, Figures)> = groups
        .values()
        .map(|(label, events)| (label.clone(), figures(events.iter().copied())))
        .collect();
    let order = [Order::Count, Order::Errors, Order::Slowest][chance.below(3) as usize];
    let key = |figures: &Figures| match order {
        Order::Count => (figures.count, 0),
        Order::Errors => (figures.errors, figures.count),
        _ => (figures.mean_us.unwrap(), 0),
    };
    expected.sort_by_key(|(_, figures)| Reverse(key(figures)));
    let most = 1 + chance.below(100) as usize;
    let entries = query.top(filter, by, order, most).unwrap();
    assert_eq!(entries.len(), most.min(expected.len()), "{by:?} {filter:?}");
    for (entry, (_, place)) in entries.iter().zip(&expected) {
        // Two that are alike in this may stand in any order.
        assert_eq!(key(&entry.figures), key(place), "{by:?} {filter:?}");
        let (_, events) = &groups[&format!("{:?}", entry.value)];
        assert_eq!(
            entry.figures,
            figures(events.iter().copied()),
            "{by:?} {filter:?}"
        );
        estimated(entry, events);
    }
}

fn estimated(entry: &Entry, events: &[&Event]) {
    for (hundredths, estimate) in [(50, entry.p50_us), (95, entry.p95_us), (99, entry.p99_us)] {
        near(percentile(events.iter().copied(), hundredths), estimate);
    }
}

/// In the same bucket, the first of which ends at 64 µs.
fn near(exact: Option<u64>, estimate: Option<u64>) {
    let (Some(exact), Some(estimate)) = (exact, estimate) else {
        assert_eq!((exact, estimate), (None, None));
        return;
    };
    let is_near = estimate <= exact.max(32) * 2 && exact <= estimate.max(32) * 2;
    assert!(is_near, "{exact}, {estimate}");
}

fn percentiles(exact: &Query, estimating: &Query, filter: &Filter, fitting: &[&Event]) {
    let at = |hundredths| percentile(fitting.iter().copied(), hundredths);
    let all = |it: &Percentiles| [it.p50_us, it.p90_us, it.p95_us, it.p99_us];
    let exact = exact.percentiles(filter).unwrap();
    assert!(exact.is_exact);
    assert_eq!(exact.count, fitting.len() as u64, "{filter:?}");
    assert_eq!(all(&exact), [at(50), at(90), at(95), at(99)], "{filter:?}");
    let estimate = estimating.percentiles(filter).unwrap();
    assert_eq!(estimate.is_exact, fitting.is_empty());
    for (exact, estimate) in all(&exact).into_iter().zip(all(&estimate)) {
        near(exact, estimate);
    }
}

fn listed(query: &Query, filter: &Filter, fitting: &[&Event], page: usize) {
    let mut expected: Vec<_> = fitting.iter().enumerate().collect();
    expected.sort_by_key(|(number, event)| Reverse((event.at, *number)));
    let expected: Vec<String> = expected.iter().map(|(_, it)| it.id.to_string()).collect();
    assert_eq!(ids(query, filter, page), expected, "{filter:?}");
}

#[tokio::test]
async fn a_period_has_its_beginning_and_not_its_end() {
    let mut events = spread(4, 10, 1).await;
    let micro = Duration::from_micros(1);
    let minute = begin() + Duration::from_secs(600);
    let moments = [
        minute - micro,
        minute,
        minute + micro,
        minute + Duration::from_secs(60),
    ];
    for (event, at) in events.iter_mut().zip(moments) {
        Arc::make_mut(event).at = at;
    }
    let place = filled(&events);
    let query = place.query(|_| {});
    let count = |from, until| {
        let filter = Filter::new(Period::new(from, until));
        let listed = ids(&query, &filter, 2).len() as u64;
        assert_eq!(query.totals(&filter).unwrap().count, listed);
        listed
    };
    let second = Duration::from_secs(1);
    assert_eq!(count(minute, minute + second * 60), 2);
    assert_eq!(count(minute, minute + second * 60 + micro), 3);
    assert_eq!(count(minute - micro, minute), 1);
    assert_eq!(count(minute + micro, minute + micro), 0);
    assert_eq!(count(minute + second, minute), 0);
    assert_eq!(count(SystemTime::UNIX_EPOCH, minute + second * 61), 4);
    let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1 << 32);
    assert_eq!(count(before, minute), 1);
    let all = Filter::new(Period::last(Duration::MAX));
    assert!(query.totals(&all).unwrap().count == 4);
    assert!(query.series(&all, None).unwrap().points.len() <= 121);
}

#[tokio::test]
async fn a_series_has_no_gap_and_not_too_many_points() {
    let events = spread(200, 600, 2).await;
    let place = filled(&events);
    let query = place.query(|settings| settings.points = 30);
    let until = begin() + Duration::from_secs(30 * 60);
    let filter = Filter::new(Period::new(begin(), until));
    let minute = Duration::from_secs(60);
    let series = query.series(&filter, Some(minute)).unwrap();
    assert_eq!((series.points.len(), series.step_seconds), (30, 60));
    assert_eq!(series.points[0].time, "2026-09-21T15:00:00Z");
    assert_eq!(series.points[29].time, "2026-09-21T15:29:00Z");
    assert_eq!(series.points[29].figures, Figures::default());
    let filter = Filter::new(Period::new(begin(), until + Duration::from_micros(1)));
    let error = query.series(&filter, Some(minute)).unwrap_err();
    assert!(error.to_string().contains("at most 30 points"), "{error}");
    let longest = query.series(&everything(), Some(Duration::MAX)).unwrap();
    assert_eq!(longest.points.len(), 1);
    assert_eq!(longest.points[0].figures.count, 200);
}

#[tokio::test]
async fn percentiles_are_exact_up_to_so_many() {
    let events = spread(100, 600, 3).await;
    let place = filled(&events);
    for (exact, is_exact) in [(100, true), (99, false)] {
        let query = place.query(|settings| settings.exact = exact);
        let percentiles = query.percentiles(&everything()).unwrap();
        assert_eq!((percentiles.count, percentiles.is_exact), (100, is_exact));
    }
}
