//! A client that is refused learns it at once, and does not wait for ever.

use std::time::Duration;

use rmcp::{
    ServiceExt as _, model::CallToolRequestParams, transport::StreamableHttpClientTransport,
};
use tokio::time::timeout;
use tollbar::{Gateway, Server, core::frame::FrameLayer};
use tollbar_tests::{local::Local, programs};

#[tokio::test]
async fn a_body_that_is_too_long_does_not_hang_the_rust_client() {
    let (_demo, url) = programs::demo();
    let frame = FrameLayer::new().body_limit(64 << 10);
    let service = Gateway::to(&url).unwrap().frame(frame).into_service();
    let gateway = Local::serve(service, Server::new());
    let url = format!("http://{}/mcp", gateway.address);
    let client = ().serve(StreamableHttpClientTransport::from_uri(url)).await.unwrap();
    let arguments = serde_json::json!({"text": "x".repeat(100 << 10)});
    let call =
        CallToolRequestParams::new("echo").with_arguments(arguments.as_object().unwrap().clone());
    let refused = timeout(Duration::from_secs(10), client.call_tool(call)).await;
    let error = refused
        .expect("the client hangs")
        .expect_err("it is over the limit");
    assert!(error.to_string().contains("413"), "{error}");
    assert_eq!(
        client.list_all_tools().await.unwrap().len(),
        15,
        "the session survives"
    );
    client.cancel().await.unwrap();
}
