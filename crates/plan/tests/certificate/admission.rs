//! Who may enter.

use std::time::{Duration, SystemTime};

use http::HeaderName;
use tollbar_core::{CertificateName, ClientCertificate, Exchange, Forwarding, Kind, Refusal};
use tollbar_plan::{
    Admission, Credential, Fit, Plan, Source,
    certificate::{CertificatePlan, CertificateRule, ForwardedCertificate, InvalidRule},
};

use crate::authority::at;

const THUMBPRINT: [u8; 32] = [0xab; 32];

fn certificate() -> ClientCertificate {
    ClientCertificate::new(THUMBPRINT, "CN=agent,O=Example", at(-10), at(3600)).with_names([
        CertificateName::Dns("Agent.example".into()),
        CertificateName::Uri("spiffe://example/ns/prod/agent".into()),
        CertificateName::Email("Agent@Example.org".into()),
    ])
}

async fn judge(plan: &CertificatePlan, it: ClientCertificate) -> Result<Admission, Refusal> {
    let exchange = Exchange::new();
    plan.identify(Credential::Certificate(it), &exchange).await
}

/// As whom this one rule admits the certificate.
async fn admitted(rule: CertificateRule, it: ClientCertificate) -> Option<String> {
    match judge(&CertificatePlan::new().admit(rule), it).await {
        Ok(admission) => Some(admission.consumer.subject().unwrap().to_owned()),
        Err(refusal) => {
            assert_eq!(refusal.kind(), Kind::Forbidden);
            assert_eq!(refusal.reason(), "certificate_not_admitted");
            None
        }
    }
}

#[tokio::test]
async fn a_rule_admits_by_what_it_names() {
    let hex = "ab".repeat(32);
    let colons = vec!["AB"; 32].join(":");
    for (rule, subject) in [
        (CertificateRule::thumbprint(&hex), Some(&*hex)),
        (CertificateRule::thumbprint(&colons), Some(&*hex)),
        (CertificateRule::thumbprint(&"ac".repeat(32)), None),
        (
            CertificateRule::subject("cn = agent , o=Example"),
            Some("CN=agent,O=Example"),
        ),
        (CertificateRule::subject("O=Example,CN=agent"), None),
        (CertificateRule::subject("CN=agent"), None),
        (CertificateRule::subject("CN=Agent,O=Example"), None),
        (CertificateRule::dns("agent.EXAMPLE"), Some("agent.example")),
        (CertificateRule::dns("*.example"), None),
        (CertificateRule::dns("example"), None),
        (
            CertificateRule::email("Agent@example.ORG"),
            Some("Agent@example.org"),
        ),
        (CertificateRule::email("agent@example.org"), None),
        (
            CertificateRule::uri("spiffe://example/ns/prod/agent"),
            Some("spiffe://example/ns/prod/agent"),
        ),
        (CertificateRule::uri("spiffe://example/ns/prod"), None),
        (CertificateRule::uri("spiffe://Example/ns/prod/agent"), None),
        (
            CertificateRule::uri("spiffe://example/*"),
            Some("spiffe://example/ns/prod/agent"),
        ),
        (CertificateRule::uri("spiffe://example/ns/test/*"), None),
        (
            CertificateRule::uri("spiffe://example/ns/prod/agent/*"),
            None,
        ),
        (Ok(CertificateRule::any()), Some("CN=agent,O=Example")),
    ] {
        let rule = rule.unwrap();
        let found = admitted(rule.clone(), certificate()).await;
        assert_eq!(found.as_deref(), subject, "{rule:?}");
    }
}

#[tokio::test]
async fn a_path_is_not_left_by_what_stands_in_it() {
    let rule = CertificateRule::uri("spiffe://example/agents/*").unwrap();
    for (uri, admits) in [
        ("spiffe://example/agents/a", true),
        ("spiffe://example/agents/a/b.c", true),
        ("spiffe://example/agents/", false),
        ("spiffe://example/agents", false),
        ("spiffe://example/agents/../admin", false),
        ("spiffe://example/agents/./a", false),
        ("spiffe://example/agents//a", false),
        ("spiffe://example/agents/a/", false),
        ("spiffe://example/agents/%2e%2e/admin", false),
        ("spiffe://example/agents/a?b", false),
        ("spiffe://example/agents/a#b", false),
        ("spiffe://example/agents/..\\a", false),
        ("spiffe://example.evil/agents/a", false),
    ] {
        let it = ClientCertificate::new(THUMBPRINT, "", at(-10), at(10))
            .with_names([CertificateName::Uri(uri.into())]);
        assert_eq!(admitted(rule.clone(), it).await.is_some(), admits, "{uri}");
    }
}

#[tokio::test]
async fn a_name_of_one_kind_is_not_one_of_another() {
    let word = "agent.example";
    let kinds = [
        CertificateName::Dns(word.into()),
        CertificateName::Uri(word.into()),
        CertificateName::Email(word.into()),
    ];
    let rules = [
        CertificateRule::dns(word).unwrap(),
        CertificateRule::uri(word).unwrap(),
        CertificateRule::email(word).unwrap(),
    ];
    for (at_name, name) in kinds.into_iter().enumerate() {
        for (at_rule, rule) in rules.iter().enumerate() {
            let it = ClientCertificate::new(THUMBPRINT, "CN=agent.example", at(-10), at(10))
                .with_names([name.clone()]);
            let found = admitted(rule.clone(), it).await;
            assert_eq!(found.is_some(), at_name == at_rule, "{name:?} {rule:?}");
        }
    }
}

#[tokio::test]
async fn the_first_rule_that_matches_names_the_consumer() {
    let plan = CertificatePlan::new()
        .name("machines")
        .admit(
            CertificateRule::dns("other.example")
                .unwrap()
                .consumer("other"),
        )
        .admit(
            CertificateRule::dns("agent.example")
                .unwrap()
                .consumer("ci")
                .scopes(["read", "call"]),
        )
        .admit(CertificateRule::any().consumer("anybody"));
    let admission = judge(&plan, certificate()).await.unwrap();
    assert_eq!(admission.consumer.plan(), "machines");
    assert_eq!(admission.consumer.subject(), Some("ci"));
    assert_eq!(
        admission.consumer.scopes().collect::<Vec<_>>(),
        ["call", "read"]
    );
    assert_eq!(Plan::name(&plan), "machines");

    let stranger = ClientCertificate::new([1; 32], "", at(-10), at(10));
    let admission = judge(&plan, stranger).await.unwrap();
    assert_eq!(admission.consumer.subject(), Some("anybody"));
    assert_eq!(admission.consumer.scopes().count(), 0);
}

#[tokio::test]
async fn whoever_has_no_subject_is_called_by_something_else() {
    let nobody = ClientCertificate::new(THUMBPRINT, "", at(-10), at(10));
    let found = admitted(CertificateRule::any(), nobody.clone()).await;
    assert_eq!(found, Some("ab".repeat(32)));
    let named = nobody.with_names([CertificateName::Dns("A.example".into())]);
    let found = admitted(CertificateRule::any(), named).await;
    assert_eq!(found.as_deref(), Some("a.example"));
}

#[tokio::test]
async fn without_rules_nobody_enters() {
    let refusal = judge(&CertificatePlan::new(), certificate())
        .await
        .unwrap_err();
    assert_eq!(refusal.reason(), "certificate_not_admitted");
}

#[tokio::test]
async fn the_right_ends_with_the_certificate() {
    let plan = CertificatePlan::new().admit(CertificateRule::any());
    let times = [
        (at(-20), at(-10), Err("certificate_expired")),
        (at(100), at(200), Err("certificate_not_yet_valid")),
        (
            at(-10),
            SystemTime::now() + Duration::from_millis(200),
            Ok(()),
        ),
    ];
    for (from, until, expected) in times {
        let it = ClientCertificate::new(THUMBPRINT, "CN=a", from, until);
        match (judge(&plan, it).await, expected) {
            (Ok(admission), Ok(())) => {
                assert!(!admission.grant.has_ended());
                let ended = tokio::time::timeout(Duration::from_secs(5), admission.grant.ended());
                assert!(ended.await.is_ok(), "the right goes on");
                assert!(SystemTime::now() >= until);
            }
            (Err(refusal), Err(reason)) => {
                assert_eq!(refusal.kind(), Kind::Unauthenticated);
                assert_eq!(refusal.reason(), reason);
            }
            (judged, expected) => panic!("{judged:?} instead of {expected:?}"),
        }
    }
}

#[tokio::test]
async fn other_credentials_are_not_for_this_plan() {
    let plan = CertificatePlan::new().admit(CertificateRule::any());
    assert_eq!(
        plan.fit(&Credential::Certificate(certificate())),
        Fit::Certain
    );
    for other in [Credential::Nothing, Credential::Token("x")] {
        assert_eq!(plan.fit(&other), Fit::No);
        let refusal = plan.identify(other, &Exchange::new()).await.unwrap_err();
        assert_eq!(refusal.kind(), Kind::Unauthenticated);
    }
    assert_eq!(plan.source(), Source::Certificate(None));
    let header = HeaderName::from_static("client-cert");
    let forwarded = ForwardedCertificate::new(header, Forwarding::default());
    let plan = plan.forwarded(forwarded.clone());
    assert_eq!(plan.source(), Source::Certificate(Some(forwarded)));
}

#[test]
fn a_rule_that_cannot_match_is_an_error() {
    type Build = fn(&str) -> Result<CertificateRule, InvalidRule>;
    let cases: &[(Build, &[&str])] = &[
        (
            CertificateRule::thumbprint,
            &[
                "",
                "ab",
                "xy",
                &"ab".repeat(31),
                &"ab".repeat(33),
                "a:bab",
                "ab:",
            ],
        ),
        (
            CertificateRule::subject,
            &[
                "",
                " ",
                "agent",
                "CN=a,",
                ",CN=a",
                "CN=a,,O=b",
                "CN=a+",
                "nickname=a",
                "1.2.3=a",
                "CN=#0c0161",
                "CN=#zz",
                "CN=#",
                r"CN=a\",
                r"CN=a\x",
                r"CN=\ff",
                "CN=\"a\"",
                "CN=a;O=b",
                "CN=<a",
                "1..2=#00",
                "01.2=#00",
                "=a",
            ],
        ),
        (
            CertificateRule::dns,
            &["", " ", "a b", "bücher.example", "a\0"],
        ),
        (CertificateRule::email, &["", "a b@example"]),
        (
            CertificateRule::uri,
            &[
                "",
                "*",
                "spiffe://*",
                "spiffe:///*",
                "spiffe://example*",
                "spiffe://example/a*",
                "spiffe://*/a",
                "spiffe://example/*/a",
                "spiffe://example/*/*",
                "urn:a:*",
                "/*",
                "spiffe://example/?a/*",
                "spiffe://example/a b",
            ],
        ),
    ];
    for (build, texts) in cases {
        for text in *texts {
            let built = build(text);
            assert!(built.is_err(), "`{text}` became {built:?}");
        }
    }
}

#[test]
fn a_subject_may_be_written_in_several_ways() {
    let same = |one: &str, other: &str| {
        let [one, other] = [one, other].map(|it| CertificateRule::subject(it).unwrap());
        assert_eq!(one, other);
    };
    same("CN=a,O=b", " cn=a , organizationName = b ");
    same("CN=a,O=b", "2.5.4.3=a,2.5.4.10=b");
    same("CN=a+OU=c,O=b", "OU=c+CN=a,O=b");
    same(r"CN=J\C3\B6rg", "CN=Jörg");
    same(r"CN=a\,b", r"CN=a\2cb");
    same("emailAddress=a@b", "E=a@b");
    same(r"CN=a\ ", r"CN=a\20");
    same("1.2.3.4=#0C0178", "1.2.3.4=#0c0178");
    let differ = |one: &str, other: &str| {
        let [one, other] = [one, other].map(|it| CertificateRule::subject(it).unwrap());
        assert_ne!(one, other);
    };
    differ("CN=a", r"CN=a\ ");
    differ("CN=a,O=b", "CN=a+O=b");
    differ(r"CN=a\,O=b", "CN=a,O=b");
    differ("CN=a", "SN=a");
}
