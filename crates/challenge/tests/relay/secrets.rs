//! What the log never shows: path and query of the URL by which the gateway reaches the server.

use tollbar_challenge::{RelayBuilder, RelayMode, RelayedResource};

use tollbar_test_log::Log;

use super::{Answer, BARE, METADATA, PUBLIC, Server, get, refused};

/// Where a server is that has a secret in its path, and one in its query.
const SECRET: &str = "/s3cret/mcp?key=s3cret";
const INSERTED: &str = "/.well-known/oauth-protected-resource/s3cret/mcp?key=s3cret";

fn relay(server: &Server) -> RelayBuilder {
    RelayedResource::builder(PUBLIC.parse().unwrap(), server.url(SECRET))
}

/// What the log says of a server with this answer; the metadata of the relay has this reason.
async fn logged(answer: Answer, reason: &str) -> String {
    let server = Server::start().await;
    server.at(INSERTED, answer);
    let resource = relay(&server).build().unwrap();
    let (log, _guard) = Log::keep();
    assert_eq!(get(&resource, METADATA).await.reason(), reason);
    let lines = log.lines().join("\n");
    assert!(!lines.contains("s3cret"), "{lines}");
    assert!(lines.contains(&server.origin()), "{lines}");
    lines
}

#[tokio::test]
async fn places_are_told_by_what_the_standard_calls_them() {
    let lines = logged(Answer::status(401), "upstream_metadata_missing").await;
    assert!(lines.contains(&format!("{BARE}/…`: ")), "{lines}");
    assert!(lines.contains(&format!("{BARE}`: ")), "{lines}");
}

#[tokio::test]
async fn another_resource_is_told_and_the_own_one_is_not() {
    for (resource, found) in [
        ("https://mcp.example/v1", "`https://mcp.example/v1`"),
        ("https://mcp.example/v1?a", "`https://mcp.example/v1?a`"),
    ] {
        let answer = Answer::json(format!("{{\"resource\":\"{resource}\"}}"));
        let lines = logged(answer, "upstream_metadata_mismatch").await;
        assert!(lines.contains(&format!("is {found}, ")), "{lines}");
    }
    // A server that calls itself as it is called.
    let server = Server::start().await;
    let own = server.url("/s3cret/mcp/s3cret?key=s3cret");
    server.at(
        INSERTED,
        Answer::json(format!("{{\"resource\":\"{own}\"}}")),
    );
    let identifier = "https://mcp.example/other".parse().unwrap();
    for builder in [relay(&server), relay(&server).identifier(identifier)] {
        let (log, _guard) = Log::keep();
        let told = get(&builder.build().unwrap(), METADATA).await;
        assert_eq!(told.reason(), "upstream_metadata_mismatch");
        let lines = log.lines().join("\n");
        assert!(!lines.contains("s3cret"), "{lines}");
        assert!(
            lines.contains(&format!("is `{}/…`, ", server.origin())),
            "{lines}"
        );
    }
}

#[tokio::test]
async fn redirects_are_told_by_their_origin() {
    for to in ["{o}/s3cret", "/s3cret", "s3cret", "?s3cret"] {
        let server = Server::start().await;
        let to = to.replace("{o}", &server.origin());
        for path in [INSERTED, "/s3cret"] {
            server.at(path, Answer::redirect(302, &to));
        }
        for path in ["s3cret", "s3cret/s3cret/mcp?s3cret", "s3cret/mcp?s3cret"] {
            let path = format!("{BARE}/{path}");
            server.at(&path, Answer::redirect(302, &to));
        }
        server.at(&format!("{BARE}/s3cret/s3cret"), Answer::redirect(302, &to));
        let (log, _guard) = Log::keep();
        get(&relay(&server).build().unwrap(), METADATA).await;
        let lines = log.lines().join("\n");
        assert!(!lines.contains("s3cret") && !lines.is_empty(), "{lines}");
    }
    for to in [
        "https://other.example/s3cret?s3cret",
        "https://me:s3cret@other.example",
    ] {
        let server = Server::start().await;
        server.at(INSERTED, Answer::redirect(302, to));
        let (log, _guard) = Log::keep();
        get(&relay(&server).build().unwrap(), METADATA).await;
        let lines = log.lines().join("\n");
        assert!(lines.contains("`https://other.example"), "{lines}");
        assert!(!lines.contains("s3cret"), "{lines}");
    }
}

#[tokio::test]
async fn challenges_and_old_servers_are_told_without_paths() {
    let server = Server::start().await;
    let resource = relay(&server).mode(RelayMode::Synthesised).build().unwrap();
    let (log, _guard) = Log::keep();
    assert_eq!(get(&resource, METADATA).await.status, 404);
    for place in [
        "/s3cret/mcp",
        "ftp://a.example/s3cret",
        "https://a.example/s3cret",
    ] {
        let line = format!("Bearer resource_metadata=\"{place}\"");
        refused(&resource, 401, &[line.as_bytes()]).await;
        refused(&relay(&server).build().unwrap(), 401, &[line.as_bytes()]).await;
    }
    let lines = log.lines().join("\n");
    assert!(!lines.contains("s3cret"), "{lines}");
    assert!(lines.contains("oauth-authorization-server`"), "{lines}");
    assert!(lines.contains("`https://a.example`"), "{lines}");
}

#[tokio::test]
async fn who_examines_for_the_log_is_told_no_path_and_a_person_is() {
    let server = Server::start().await;
    let resource = relay(&server).build().unwrap();
    let told = |steps: &[tollbar_challenge::Step]| format!("{steps:?}");
    let of_log = told(resource.examine().await.steps());
    assert!(!of_log.contains("s3cret"), "{of_log}");
    let own = server.url("/s3cret/mcp/x");
    server.at(
        INSERTED,
        Answer::json(format!("{{\"resource\":\"{own}\"}}")),
    );
    let of_person = told(resource.survey(None).await.steps());
    assert!(of_person.contains("/s3cret/mcp"), "{of_person}");
    let failed = resource.examine().await;
    let failed = failed
        .steps()
        .iter()
        .filter(|it| it.outcome() == tollbar_challenge::Outcome::Failed);
    let failed: Vec<_> = failed.collect();
    assert!(
        failed.iter().any(|step| step.name() == "resource"),
        "{failed:?}"
    );
    assert!(!format!("{failed:?}").contains("s3cret"), "{failed:?}");
}
