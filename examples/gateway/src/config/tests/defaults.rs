//! Defaults are the same here and in the libraries, and written values come back as written.

use std::{fmt::Debug, time::Duration};

use tollbar::{
    Server,
    analytics::{Capture, MetricBounds, Rotation},
    challenge::RelayedResource,
    core::{Network, frame::FrameLayer},
    oauth2::AuthorizationServer,
    plan::FailedAttempts,
    upstream::Upstream,
};

use tollbar_dashboard::StoreSettings;
use tollbar_otel::OtelSettings;

use super::PROXY;
use crate::config::{
    EXAMPLE,
    judge::{self, capture_bounds, export},
    section::{self, File, Relay},
    settings::told,
    value::{
        Age, AnyAudience, AudienceName, Destination, DiskSize, EndpointUrl, Expression, Filter,
        Glob, HeaderField, Host, Interval, Issuer, Leaf, ListenAddress, Origin, PlanName,
        ProxyName, PublicUrl, ReceiverUrl, ResourceUrl, RoutePath, RuleName, Scope, Separator,
        ServerName, ServerOrigin, Share, Size, TokenUrl, UpstreamUrl, complain,
    },
};

/// A file is made from the schema's defaults, and settings from a file.
#[test]
fn defaults_are_those_of_the_libraries() {
    let url = || "https://a/".parse::<url::Url>().unwrap();
    let settings = super::toml(PROXY).settings.unwrap();
    let proxy = &settings.proxies[0];
    assert_eq!(
        format!("{:?}", proxy.frame),
        format!("{:?}", FrameLayer::new())
    );
    let upstream = &proxy.section.upstream;
    assert_eq!(
        format!("{:?}", judge::builder(upstream)),
        format!("{:?}", Upstream::builder(upstream.url.0.0.clone()))
    );
    let server = "[[authorization_server]]\nname = \"a\"\nissuer = \"https://a\"\n";
    let servers = super::toml(&format!("{server}{PROXY}"))
        .settings
        .unwrap()
        .servers;
    let builder = || AuthorizationServer::builder("https://a");
    assert_eq!(
        format!("{:?}", judge::bounds(builder(), &servers[0].section)),
        format!("{:?}", builder())
    );
    let builder = || RelayedResource::builder(url(), url());
    assert_eq!(
        format!("{:?}", told(builder(), &Relay::default())),
        format!("{:?}", builder())
    );
    let listener = settings.listener;
    let server = Server::new()
        .header_timeout(listener.header_timeout.0)
        .write_timeout(listener.write_timeout.0)
        .max_connections(listener.max_connections.get().try_into().unwrap())
        .drain_timeout(listener.drain_timeout.0);
    let attempts = &listener.failed_attempts;
    assert_eq!(
        format!(
            "{:?}",
            FailedAttempts::new()
                .burst(attempts.burst.get())
                .per(attempts.per.0)
                .addresses(attempts.addresses.get().try_into().unwrap())
        ),
        format!("{:?}", FailedAttempts::new())
    );
    assert_eq!(format!("{server:?}"), format!("{:?}", Server::new()));
    let capture = capture_bounds(&section::Capture::default());
    assert_eq!(format!("{capture:?}"), format!("{:?}", Capture::new()));
    let usual = OtelSettings::default();
    let telemetry = section::Telemetry::new(usual.endpoint.parse().unwrap());
    let export = export(&telemetry, Vec::new(), Vec::new());
    assert_eq!(export.endpoint, usual.endpoint);
    assert_eq!(format!("{export:?}"), format!("{usual:?}"));
    assert_eq!(export.metrics, usual.metrics);
    assert_eq!(export.message_bytes, usual.message_bytes);
    let (store, usual) = (section::Store::default(), StoreSettings::default());
    assert_eq!((store.age.0.0, store.size.0.0), (usual.age, usual.bytes));
    assert_eq!(store.minutes_age.0.0, usual.minutes_age);
    let (rotation, usual) = (section::Rotation::default(), Rotation::default());
    assert_eq!(Some(rotation.size.0.0), usual.bytes);
    assert_eq!(Some(rotation.age.0.0), usual.age);
    assert_eq!(usize::try_from(rotation.keep).unwrap(), usual.keep);
    let labels = section::Admin::default().tool_labels;
    assert_eq!(
        usize::try_from(labels).unwrap(),
        MetricBounds::default().tools
    );
}

#[test]
fn a_proxy_from_flags_is_a_proxy_from_a_file() {
    let written = super::toml(PROXY).settings.unwrap().proxies[0]
        .section
        .clone();
    let file = File::single(
        ProxyName::read("a").unwrap(),
        RoutePath::read("/a").unwrap(),
        UpstreamUrl::read("http://[::1]:1/").unwrap(),
    );
    assert_eq!(
        serde_json::to_value(&written).unwrap(),
        serde_json::to_value(&file.proxy[0]).unwrap()
    );
}

#[test]
fn the_example_has_no_problems() {
    let verdict = super::toml(EXAMPLE);
    assert_eq!(verdict.count(), (0, 0), "{verdict}");
    assert_eq!(verdict.settings.unwrap().proxies.len(), 1);
}

/// What is commented out in the example is right too.
#[test]
fn the_example_has_no_problems_with_its_comments_taken_away() {
    let text: String = EXAMPLE
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.contains(" = ") || rest.starts_with('[') => {
                let rest = rest.replace("DEMO_TOKEN", "SET").replace("DEMO_KEY", "SET");
                format!("{rest}\n")
            }
            _ => format!("{line}\n"),
        })
        .collect();
    assert!(
        text.contains("\nallowed_hosts ") && text.contains("\nbearer "),
        "{text}"
    );
    let verdict = super::toml(&text);
    assert_eq!(verdict.count(), (0, 0), "{verdict}");
    assert_eq!(verdict.settings.unwrap().proxies[0].plans(), "key");
}

/// Reads each text, and asserts that writing it gives it back.
#[track_caller]
fn round<T: Leaf + Debug>(texts: &[&str]) {
    for text in [T::EXAMPLE].iter().chain(texts) {
        let value = T::read(text).unwrap_or_else(|complaint| panic!("{complaint}"));
        assert_eq!(value.write(), *text);
        assert!(complain(T::FORMAT, text).is_none());
    }
}

#[test]
fn values_are_written_as_they_were_read() {
    round::<Age>(&["1m", "36h", "90d", "3650d"]);
    round::<DiskSize>(&["1MiB", "1536MiB", "1TiB"]);
    round::<Share>(&["0%", "100%", "0.5%", "12.125%"]);
    round::<ReceiverUrl>(&["https://a", "https://a/b"]);
    round::<Duration>(&["1ms", "1500ms", "90s", "1m", "36h", "168h"]);
    round::<Interval>(&["off", "1ms"]);
    round::<Size>(&["1B", "1025B", "1KiB", "1GiB"]);
    round::<ListenAddress>(&["0.0.0.0:0", "[::1]:8080"]);
    round::<Destination>(&["-", "off", "/var/log/a.jsonl"]);
    round::<Filter>(&["info", "off", "tollbar=debug,warn", "tollbar_upstream"]);
    round::<Host>(&["*", "[::1]", "10.0.0.1", "localhost"]);
    round::<HeaderField>(&["authorization", "x-forwarded-tls-client-cert"]);
    round::<PlanName>(&["a", "A-b_c.9"]);
    round::<Glob>(&["*", "file:///a b/**", "ä?[x]"]);
    round::<Expression>(&["a|b", "(?i)x+"]);
    round::<RuleName>(&["no writing", "ä"]);
    round::<Issuer>(&["https://a", "https://a/", "http://B:80/c"]);
    round::<EndpointUrl>(&["https://a/b?c=d"]);
    round::<ServerName>(&["a", "A-b_c.9"]);
    round::<AudienceName>(&["a", "urn:x:y", "https://a"]);
    round::<AnyAudience>(&["any"]);
    round::<Separator>(&[" ", ",", "|"]);
    round::<Scope>(&["a", "https://example/tools"]);
    round::<TokenUrl>(&["http://127.0.0.1:1/token", "https://a/b?c=d"]);
    round::<Origin>(&["*", "http://localhost:3000"]);
    round::<ProxyName>(&["a", "A-b_c.9"]);
    round::<Network>(&["10.0.0.7/32", "2001:db8::/32"]);
    round::<PublicUrl>(&["http://127.0.0.1:8080/mcp"]);
    round::<RoutePath>(&["/", "/a/b~c"]);
    round::<ResourceUrl>(&["https://a/b?c=d", "http://a/"]);
    round::<ServerOrigin>(&["https://a", "http://127.0.0.1:8000"]);
    round::<UpstreamUrl>(&["https://a/b?c=d"]);
}

/// `(format, texts that are none)`.
#[test]
fn wrong_values_are_complained_about() {
    let cases: &[(&str, &[&str])] = &[
        (
            Duration::FORMAT,
            &[
                "", "5", "s", "-1s", "1.5s", "1 s", "1S", "0ms", "169h", "1d",
            ],
        ),
        (
            Duration::FORMAT,
            &["99999999999999999999s", "18446744073709551615h"],
        ),
        (Interval::FORMAT, &["", "Off", "0s", "never"]),
        (Age::FORMAT, &["", "7", "d", "0d", "1.5d", "10s", "3651d"]),
        (DiskSize::FORMAT, &["", "1", "1KiB", "0MiB", "2TiB", "1GB"]),
        (
            Share::FORMAT,
            &[
                "", "%", "10", "101%", "100.001%", "1.%", ".5%", "0.0001%", "-1%",
            ],
        ),
        (
            ReceiverUrl::FORMAT,
            &[
                "",
                "127.0.0.1:4318",
                "https://u@a",
                "https://a?b",
                "http://a/v1/traces",
            ],
        ),
        (
            Size::FORMAT,
            &[
                "",
                "5",
                "5MB",
                "5mib",
                "0B",
                "2GiB",
                "1.5MiB",
                "99999999999999999999B",
            ],
        ),
        (
            ListenAddress::FORMAT,
            &[
                "",
                "8080",
                ":8080",
                "127.0.0.1",
                "gateway:80",
                "[::1]",
                "*:80",
            ],
        ),
        (Destination::FORMAT, &[""]),
        (
            Filter::FORMAT,
            &["", " ", "inof", "a=b=c", "info,nonsense", "tollbar=loud"],
        ),
        (
            Host::FORMAT,
            &["", "A.example", "a:80", "http://a", "a/b", "::1", "*.a"],
        ),
        (
            HeaderField::FORMAT,
            &[
                "",
                "a b",
                "Host",
                "mcp-session-id",
                "content-type",
                "cookie",
                "X-Forwarded-For",
            ],
        ),
        (PlanName::FORMAT, &["", "a b", "ä", "a/b"]),
        (Glob::FORMAT, &[""]),
        (
            Expression::FORMAT,
            &["", "(", "a)|(?:b", "(?=a)", r"\1", "(a{1000}){1000}"],
        ),
        (RuleName::FORMAT, &["", " ", "a\nb"]),
        (Scope::FORMAT, &["", "a b", "\"", "\\", "ä"]),
        (
            TokenUrl::FORMAT,
            &["", "a", "http://a/token", "https://u@a/", "https://a/#b"],
        ),
        (
            Origin::FORMAT,
            &["", "a", "https://a/", "https://a/b", "null"],
        ),
        (ProxyName::FORMAT, &["", "a b", "ä", "a/b"]),
        (
            Network::FORMAT,
            &["", "10.0.0.0/33", "10.0.0.1/8", "a/8", "10.0.0.0/"],
        ),
        (
            PublicUrl::FORMAT,
            &["", "a", "https://a?b", "https://a#b", "mailto:a@b"],
        ),
        (
            RoutePath::FORMAT,
            &[
                "", "a", "//", "/a//b", "/./a", "/a/..", "/a b", "/ä", "/%61",
            ],
        ),
        (
            ResourceUrl::FORMAT,
            &["", "a", "https://u@a/", "https://a/#b", "urn:a:b"],
        ),
        (
            ServerOrigin::FORMAT,
            &[
                "",
                "*",
                "a",
                "https://a/b",
                "https://a?b",
                "https://u@a",
                "null",
            ],
        ),
        (
            UpstreamUrl::FORMAT,
            &["", "a", "unix:/a", "https://u@a", "https://:p@a", "http://"],
        ),
    ];
    for (format, texts) in cases {
        for text in *texts {
            assert!(complain(format, text).is_some(), "{format}: `{text}`");
        }
    }
}

#[test]
fn localhost_is_the_one_name_to_listen_on() {
    let address = ListenAddress::read("localhost:80").unwrap();
    assert_eq!(address, ListenAddress::loopback(80));
}
