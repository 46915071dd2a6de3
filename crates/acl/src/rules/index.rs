//! Which rules are about something.

use super::{
    Effect, InvalidRule, Rule, RuleLimits, bare, expression,
    globs::Place,
    matcher::{Draft, Matcher},
    what::Kind,
};
use crate::{Target, uri::Readings};

/// All rules of one effect, by what they are about.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Whether the rules of this index deny.
    denies: bool,
    /// Rules that name nothing, in order.
    everything: Vec<Place>,
    /// By the order of [`Kind::ALL`].
    names: [Matcher; Kind::ALL.len()],
    /// All rules that name something of a kind, in order.
    named: [Vec<Place>; Kind::ALL.len()],
    /// For the careless readings of URIs and templates.
    careless: [Matcher; Kind::ALL.len()],
    /// By the order of [`Feature::ALL`](crate::Feature::ALL).
    features: [Vec<Place>; crate::Feature::ALL.len()],
}

impl Index {
    /// Sorts the rules of this effect by what they are about.
    pub(super) fn new(
        rules: &[Rule],
        effect: Effect,
        limits: &RuleLimits,
    ) -> Result<Self, InvalidRule> {
        let mut everything = Vec::new();
        let mut names: [Draft; Kind::ALL.len()] = Default::default();
        let mut careless: [Draft; Kind::ALL.len()] = Default::default();
        let mut named: [Vec<Place>; Kind::ALL.len()] = Default::default();
        let mut features: [Vec<Place>; crate::Feature::ALL.len()] = Default::default();
        for (place, rule) in (0..).zip(rules) {
            if rule.effect != effect {
                continue;
            }
            let what = &rule.what;
            match (what.is_everything(), rule.annotations.is_empty()) {
                (true, true) => everything.push(place),
                (true, false) => {
                    names[Kind::Tools as usize].add(place, expression::Expression::Everything);
                }
                (false, _) => {}
            }
            for kind in Kind::ALL {
                if what.list(kind).is_some() {
                    named[kind as usize].push(place);
                }
                for pattern in what.list(kind).into_iter().flatten() {
                    if !kind.is_uri() {
                        names[kind as usize].add(place, expression::name(pattern));
                        continue;
                    }
                    let (exact, loose) = expression::uri(pattern, effect);
                    for expression in exact {
                        names[kind as usize].add(place, expression);
                    }
                    for expression in loose {
                        careless[kind as usize].add(place, expression);
                    }
                }
            }
            for feature in what.features.iter().flatten() {
                let places = &mut features[*feature as usize];
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        Ok(Self {
            denies: effect == Effect::Deny,
            everything,
            named,
            names: finish(names, limits)?,
            careless: finish(careless, limits)?,
            features,
        })
    }

    /// Shows each rule that is about this; one may come twice, and they come in no order.
    pub(super) fn visit(
        &self,
        target: &Target<'_>,
        readings: Option<&Readings<'_>>,
        mut visit: impl FnMut(Place),
    ) {
        self.everything.iter().copied().for_each(&mut visit);
        let kind = match *target {
            Target::Tool(_) => Kind::Tools,
            Target::Resource(_) => Kind::Resources,
            Target::Template(_) => Kind::Templates,
            Target::Prompt(_) => Kind::Prompts,
            Target::Method(_) => Kind::Methods,
            Target::Feature(feature) => {
                self.features[feature as usize]
                    .iter()
                    .copied()
                    .for_each(visit);
                return;
            }
        };
        let names = &self.names[kind as usize];
        if names.is_empty() {
            return;
        }
        match readings {
            Some(uri) if self.denies => self.denying(kind, uri, visit),
            Some(uri) => self.allowing(kind, uri, visit),
            None => {
                let name = target.name();
                names.everything().iter().copied().for_each(&mut visit);
                let bare = bare::of(name).filter(|_| self.denies);
                for name in [Some(name), bare.as_deref()].into_iter().flatten() {
                    names.literally(name).iter().copied().for_each(&mut visit);
                    names.fitting(name, &mut visit);
                }
            }
        }
    }

    /// A literal fits what is written and what is equivalent to it. Patterns have to fit every
    /// reading, and none that may lead elsewhere.
    fn allowing(&self, kind: Kind, uri: &Readings<'_>, mut visit: impl FnMut(Place)) {
        let names = &self.names[kind as usize];
        names
            .literally(uri.raw())
            .iter()
            .copied()
            .for_each(&mut visit);
        if uri.is_suspect() {
            return;
        }
        let normal = uri
            .normal()
            .map_or(&[][..], |normal| names.literally(normal));
        let certain = [names.everything(), normal];
        certain.into_iter().flatten().copied().for_each(&mut visit);
        let careless = uri.careless().filter(|_| uri.is_slashed());
        if uri.normal().is_none() && careless.is_none() {
            names.fitting(uri.raw(), visit);
            return;
        }
        let mut fitting = Vec::new();
        names.fitting(uri.raw(), |place| fitting.push(place));
        if let Some(normal) = uri.normal() {
            keep(&mut fitting, names, normal);
        }
        if let Some(reading) = careless {
            let careless = &self.careless[kind as usize];
            keep(&mut fitting, careless, reading);
        }
        fitting.into_iter().for_each(visit);
    }

    /// Whatever fits one reading, and whatever is about such things where there is no telling.
    fn denying(&self, kind: Kind, uri: &Readings<'_>, mut visit: impl FnMut(Place)) {
        let names = &self.names[kind as usize];
        let careless = &self.careless[kind as usize];
        names.everything().iter().copied().for_each(&mut visit);
        if uri.is_suspect() {
            // Nobody knows what it leads to.
            self.named[kind as usize].iter().copied().for_each(visit);
            return;
        }
        let readings = [
            (names, Some(uri.raw())),
            (names, uri.normal()),
            (careless, uri.careless()),
            (careless, uri.stripped()),
        ];
        for (matcher, reading) in readings {
            let Some(reading) = reading else { continue };
            matcher
                .literally(reading)
                .iter()
                .copied()
                .for_each(&mut visit);
            matcher.fitting(reading, &mut visit);
        }
    }
}

/// Keeps the rules that this reading fits, too.
fn keep(places: &mut Vec<Place>, matcher: &Matcher, reading: &str) {
    let mut others = Vec::new();
    matcher.fitting(reading, |place| others.push(place));
    others.sort_unstable();
    places.retain(|place| others.binary_search(place).is_ok());
}

fn finish<const N: usize>(
    drafts: [Draft; N],
    limits: &RuleLimits,
) -> Result<[Matcher; N], InvalidRule> {
    let mut matchers: [Matcher; N] = std::array::from_fn(|_| Matcher::default());
    for ((draft, matcher), kind) in drafts.into_iter().zip(&mut matchers).zip(Kind::ALL) {
        let finished = draft.finish(limits.compiled);
        *matcher = finished.ok_or(InvalidRule::TooLarge {
            condition: kind.as_str(),
            limit: limits.compiled,
        })?;
    }
    Ok(matchers)
}
