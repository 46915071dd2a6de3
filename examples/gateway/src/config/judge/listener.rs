//! Who can reach a listener, and whether that is meant.

use std::net::SocketAddr;

use super::Judge;
use crate::config::{report::Problem, section::File, tree::Place, value::ListenAddress};

impl Judge<'_> {
    pub(super) fn listeners(&mut self, file: &File) {
        let listener = &file.listener;
        let place = Place::root().key("listener");
        self.reach(
            &place,
            *listener.address,
            listener.allow_unauthenticated,
            "every tool",
        );
        let public = listener.public_url.is_some()
            || !file.proxy.is_empty() && file.proxy.iter().all(|proxy| proxy.public_url.is_some());
        if listener.address.is_wildcard() && !public && listener.allowed_hosts.is_empty() {
            let problem = Problem::warning(format!(
                "`{}` can be reached under names that are not known: requests for any host but \
                 loopback will be refused",
                *listener.address
            ));
            let fix = "say how clients reach it: `public_url = \"https://gateway.example\"`, or \
                       add names to `allowed_hosts`";
            self.note(&place.key("address"), problem.fix(fix));
        }
        self.any_host(file, &place);
        let Some(admin) = &file.admin else {
            return;
        };
        let place = Place::root().key("admin");
        let state = "the names and states of all proxies";
        self.reach(&place, *admin.address, admin.allow_unauthenticated, state);
        if clash(listener.address.0.0, admin.address.0.0) {
            let problem = Problem::error(format!(
                "`admin.address` and `listener.address` are both `{}`",
                *admin.address
            ));
            self.note(
                &place.key("address"),
                problem.fix("give them different ports"),
            );
        }
    }

    /// Strangers are let in only by somebody who says so.
    fn reach(&mut self, place: &Place, address: ListenAddress, allowed: bool, what: &str) {
        if allowed || address.is_loopback() {
            return;
        }
        let problem = Problem::error(format!(
            "`{place}.address` is `{address}`, which other machines can reach, and nobody is asked \
             for a credential: {what} would be open to all of them"
        ));
        let port = address.0.port();
        let fix = format!(
            "listen on `127.0.0.1:{port}`, or, when the network around keeps strangers out, set \
             `{place}.allow_unauthenticated = true` (flag `--allow-unauthenticated`)"
        );
        self.note(&place.key("address"), problem.fix(fix));
    }

    /// Any host means that a web page can point a name of its own here (DNS rebinding).
    fn any_host(&mut self, file: &File, place: &Place) {
        let hosts = &file.listener.allowed_hosts;
        let Some(index) = hosts.iter().position(|host| host.name().is_none()) else {
            return;
        };
        let problem = Problem::warning(
            "with any host allowed, a web page can reach the gateway by a name of its own (DNS \
             rebinding)",
        );
        let fix = "name the hosts instead, unless no browser can reach this listener";
        self.note(&place.key("allowed_hosts").index(index), problem.fix(fix));
    }
}

/// Whether the second listener would find its address taken by the first.
fn clash(first: SocketAddr, second: SocketAddr) -> bool {
    let (left, right) = (first.ip().to_canonical(), second.ip().to_canonical());
    let overlap = left == right || left.is_unspecified() || right.is_unspecified();
    first.port() != 0 && first.port() == second.port() && overlap
}
