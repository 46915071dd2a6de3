//! Who can reach a listener, and whether that is meant.

use std::net::SocketAddr;

use super::Judge;
use crate::config::{
    report::Problem,
    section::{ClientCertificate, File, PlanType, Proxy},
    tree::Place,
    value::ListenAddress,
};

impl Judge<'_> {
    pub(super) fn listeners(&mut self, file: &File) {
        let listener = &file.listener;
        let place = Place::root().key("listener");
        self.strangers(file, &place);
        self.credentials_on_the_way(file, &place);
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
        self.twice_the_path(file, &place);
        let Some(admin) = &file.admin else {
            return;
        };
        let place = Place::root().key("admin");
        let state = "the names and states of all proxies";
        let who = format!("nobody is asked for a credential: {state} would be open to all of them");
        self.reach(
            &place,
            *admin.address,
            admin.allow_unauthenticated || admin.token.is_some(),
            &who,
            "set `token`, ",
        );
        if admin.token.is_some() && !admin.address.is_loopback() {
            let problem = Problem::warning(format!(
                "`{}` can be reached by other machines without TLS: the token can be read on the way",
                *admin.address
            ));
            let fix = "listen on `127.0.0.1` behind something that ends TLS, unless the network around is trusted";
            self.note(&place.key("address"), problem.fix(fix));
        }
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

    /// Somebody without a credential is let in where only this machine can ask, or where it is said.
    fn strangers(&mut self, file: &File, place: &Place) {
        let listener = &file.listener;
        let tls = listener.tls.as_ref();
        if tls.is_some_and(|tls| tls.client_certificate() == ClientCertificate::Required) {
            // The handshake asks.
            return;
        }
        let names = |wanted: fn(&Proxy) -> bool| -> Vec<String> {
            let proxies = file.proxy.iter().filter(|proxy| wanted(proxy));
            proxies
                .map(|proxy| format!("`{}`", proxy.name.as_str()))
                .collect()
        };
        let open = names(is_open);
        if open.is_empty() {
            return;
        }
        let who = format!(
            "{} asks nobody for a credential: every tool would be open to all of them",
            open.join(", ")
        );
        let mut plan = String::new();
        let none = names(is_unguarded);
        if !none.is_empty() {
            let none = none.join(", ");
            plan = format!("give {none} a plan (`[[proxy.plan]]` with `type = \"key\"`), ");
        }
        let keyless = names(has_keyless_plan);
        if !keyless.is_empty() {
            plan.push_str(&format!(
                "remove the keyless plan of {}, ",
                keyless.join(", ")
            ));
        }
        let (address, allowed) = (*listener.address, listener.allow_unauthenticated);
        self.reach(place, address, allowed, &who, &plan);
    }

    fn reach(
        &mut self,
        place: &Place,
        address: ListenAddress,
        allowed: bool,
        who: &str,
        other: &str,
    ) {
        if allowed || address.is_loopback() {
            return;
        }
        let problem = Problem::error(format!(
            "`{place}.address` is `{address}`, which other machines can reach, and {who}"
        ));
        let port = address.0.port();
        let fix = format!(
            "{other}listen on `127.0.0.1:{port}`, or, when the network around keeps strangers out, \
             set `{place}.allow_unauthenticated = true` (flag `--allow-unauthenticated`)"
        );
        self.note(&place.key("address"), problem.fix(fix));
    }

    /// A key or a token that is sent without TLS is anybody's who listens.
    fn credentials_on_the_way(&mut self, file: &File, place: &Place) {
        let listener = &file.listener;
        // A trusted peer in front is what ends TLS.
        let safe = listener.address.is_loopback()
            || listener.tls.is_some()
            || !listener.trusted_peers.is_empty();
        let shown = |proxy: &Proxy| {
            let has = |kind: fn(PlanType) -> bool| proxy.plan.iter().any(|plan| kind(plan.kind));
            // Of tokens it is told already where the URL that clients know says so.
            let url = listener.public_url(proxy, listener.address.0.0);
            let is_https = url.is_ok_and(|url| url.scheme() == "https");
            if has(|kind| kind == PlanType::Key) {
                Some("keys")
            } else {
                (is_https && (proxy.relays() || has(PlanType::is_sent_tokens))).then_some("tokens")
            }
        };
        let mut asking = file.proxy.iter().filter(|_| !safe);
        let Some((proxy, what)) = asking.find_map(|proxy| Some((proxy, shown(proxy)?))) else {
            return;
        };
        let problem = Problem::warning(format!(
            "`{}` can be reached by other machines without TLS: the {what} of `{}` can be read on \
             the way",
            *listener.address,
            proxy.name.as_str()
        ));
        let fix = "set `[listener.tls]`, or name the proxy in front that ends TLS: `trusted_peers`";
        self.note(&place.key("address"), problem.fix(fix));
    }

    /// The path of a proxy is added to the URL of the listener.
    fn twice_the_path(&mut self, file: &File, place: &Place) {
        let Some(base) = &file.listener.public_url else {
            return;
        };
        let base = base.0.0.path().trim_end_matches('/');
        let mut proxies = file.proxy.iter().filter(|proxy| proxy.public_url.is_none());
        let twice = |proxy: &&Proxy| {
            let path = proxy.path.as_str().trim_end_matches('/');
            !path.is_empty() && base.ends_with(path)
        };
        let Some(proxy) = proxies.find(twice) else {
            return;
        };
        let (name, path) = (proxy.name.as_str(), proxy.path.as_str());
        let problem = Problem::warning(format!(
            "this ends with the path of `{name}`, which is added to it: clients would find the proxy \
             at `{base}{path}`"
        ));
        let fix = format!("leave `{path}` out: this is the URL of the listener");
        self.note(&place.key("public_url"), problem.fix(fix));
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

/// Whether this proxy lets in who shows nothing.
fn is_open(proxy: &Proxy) -> bool {
    is_unguarded(proxy) || has_keyless_plan(proxy)
}

/// Whether nothing is said of who is let in, not even that its server judges.
fn is_unguarded(proxy: &Proxy) -> bool {
    proxy.plan.is_empty() && proxy.default_plan() == PlanType::Keyless
}

fn has_keyless_plan(proxy: &Proxy) -> bool {
    let mut plans = proxy.plan.iter();
    plans.any(|plan| plan.kind == PlanType::Keyless)
}

/// Whether the second listener would find its address taken by the first.
fn clash(first: SocketAddr, second: SocketAddr) -> bool {
    let (left, right) = (first.ip().to_canonical(), second.ip().to_canonical());
    let overlap = left == right || left.is_unspecified() || right.is_unspecified();
    first.port() != 0 && first.port() == second.port() && overlap
}
