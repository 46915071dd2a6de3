//! What no schema can tell: whether the parts of a configuration fit each other and the world.

mod environment;
mod header;
mod listener;
mod proxy;
mod upstream;

pub(crate) use self::environment::{Environment, Secrets};
#[cfg(test)]
pub(super) use self::upstream::builder;

use super::{
    report::Problem,
    section::{File, Proxy},
    settings::{ProxySettings, Settings},
    tree::{Node, Place},
    value::Destination,
};

/// Judges a configuration. `None` when a part of it cannot be built; whether it may run is told by
/// the problems.
pub(super) fn judge(
    mut file: File,
    tree: &Node,
    environment: &Environment<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Settings> {
    let mut judge = Judge {
        tree,
        environment,
        problems,
    };
    judge.listeners(&file);
    judge.proxies(&file);
    if let Destination::File(path) = &mut file.log.exchanges.0 {
        *path = environment.path(path);
    }
    let place = Place::root().key("proxy");
    let built: Vec<Option<ProxySettings>> = file
        .proxy
        .into_iter()
        .enumerate()
        .map(|(index, section)| judge.build(section, &place.index(index)))
        .collect();
    Some(Settings {
        listener: file.listener,
        admin: file.admin,
        log: file.log,
        proxies: built.into_iter().collect::<Option<_>>()?,
    })
}

struct Judge<'a> {
    tree: &'a Node,
    environment: &'a Environment<'a>,
    problems: &'a mut Vec<Problem>,
}

impl Judge<'_> {
    /// Adds a problem that stands at this place.
    fn note(&mut self, place: &Place, problem: Problem) {
        self.problems.push(problem.at(place.span(self.tree)));
    }

    fn build(&mut self, section: Proxy, place: &Place) -> Option<ProxySettings> {
        let upstream = self.upstream(&section.upstream, &place.key("upstream"));
        Some(ProxySettings {
            upstream: upstream?,
            frame: proxy::frame(&section),
            section,
        })
    }
}
