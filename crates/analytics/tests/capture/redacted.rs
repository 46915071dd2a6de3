//! What never is kept.

use serde_json::{Value, json};
use tollbar_analytics::{Capture, InvalidRedaction};

use crate::stack::{KEY, TOKEN, call, captured, events, params};

/// All secrets here have `hush` in them, or are listed.
#[tokio::test]
async fn secrets_are_never_kept() {
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJodXNoIn0.c2lnbmF0dXJl";
    let inner = json!({ "password": "hush5", "deeper": json!({ "api-key": "hush6" }).to_string() });
    let arguments = json!({
        "text": format!("use {KEY} or bearer hush1~x, and {jwt}; or {TOKEN} itself"),
        "Authorization": "hush2", "X-Api-Key": "hush3", "client_secret": { "is": "hush4" },
        "json": inner.to_string(),
        "said": "it answered {\"password\": \"hush7\"} and secret=hush8&a=b, https://ann:hush9@host/",
        "pem": "-----BEGIN RSA PRIVATE KEY-----\nhush10\n-----END RSA PRIVATE KEY-----\nafter",
        "torn": "-----BEGIN PRIVATE KEY-----\nhush11",
        "list": [["Basic aHVzaDpodXNo"], "ghp_hush12hush12hush12"],
        KEY: 1, "refreshToken": 815_815,
    });
    let secrets = [
        "hush",
        KEY,
        &KEY[8..],
        jwt,
        "eyJ",
        TOKEN,
        "aHVzaDpodXNo",
        "815815",
    ];
    for fail in [false, true] {
        let mut arguments = arguments.clone();
        arguments["fail"] = fail.into();
        let kept = captured(Capture::new().bytes(1 << 20), &arguments)
            .await
            .unwrap();
        let answer = kept.result.as_deref().or(kept.error.as_deref());
        for text in [kept.params.as_deref(), answer] {
            let text = text.unwrap();
            for secret in secrets {
                assert!(!text.contains(secret), "`{secret}` is in {text}");
            }
            assert!(
                text.contains("after") && text.contains("it answered"),
                "{text}"
            );
        }
        let line = events(Capture::new(), &call(1, &arguments)).await[0].to_json();
        assert!(
            secrets.iter().all(|secret| !line.contains(secret)),
            "{line}"
        );
    }
}

#[tokio::test]
async fn what_is_named_is_hidden() {
    let capture = Capture::new()
        .hide_pointer("/params/arguments/patient")
        .and_then(|it| it.hide_pointer("/result/structuredContent/list/1"))
        .and_then(|it| it.hide_pattern(r"\b\d{3}-\d{2}-\d{4}\b"))
        .unwrap()
        .hide_key("Birth_Day");
    let arguments = json!({
        "patient": { "name": "Zoe" }, "list": ["a", "Yan"], "note": "number 123-45-6789", "birthDay": "May",
    });
    let kept = captured(capture, &arguments).await.unwrap();
    assert_eq!(
        params(&kept)["arguments"],
        json!({ "patient": "[hidden]", "list": ["a", "Yan"], "note": "number [hidden]", "birthDay": "[hidden]" })
    );
    let result: Value = serde_json::from_str(kept.result.as_deref().unwrap()).unwrap();
    let shown = &result["structuredContent"];
    assert_eq!(shown["list"], json!(["a", "[hidden]"]));
    assert_eq!(
        (&shown["note"], &shown["birthDay"]),
        (&json!("number [hidden]"), &json!("[hidden]"))
    );
}

#[test]
fn what_cannot_be_hidden_is_said() {
    for pointer in ["", "/", "arguments/a", "/arguments/a", "/paramsx/a"] {
        let error = Capture::new().hide_pointer(pointer).unwrap_err();
        assert_eq!(error, InvalidRedaction::Pointer(pointer.into()));
    }
    for pattern in ["(", "a{1000}{1000}{1000}"] {
        let error = Capture::new().hide_pattern(pattern).unwrap_err();
        assert!(error.to_string().contains(pattern), "{error}");
    }
}

/// The text as it is kept, of a tool that was told this text.
async fn shown(capture: Capture, text: &str) -> String {
    let kept = captured(capture.bytes(1 << 20), &json!({ "text": text })).await;
    params(&kept.unwrap())["arguments"]["text"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn no_half_of_a_value_is_left_in_text() {
    for text in [
        r#"so: {"password": "hush correct horse hush", "city": "#,
        r#"so: {"password": "hush,hush;hush}hush&hush", "city": "#,
        r#"so: {"password": "hush\"hush", "city": "#,
        r#"so: {"password" : "hush"#,
        "PASSWORD='hush hush'; ls",
        "{'api_key': 'hush, hush'}",
        // What Python writes is no JSON.
        r#"{"score": NaN, "credentials": {"user": "hush", "pin": ["hush"]}}"#,
        r#"{"score": 1e999, "client-secret": ["hush", "hush"]}"#,
        r#"{"a": "\ud800", "secret_key": {"x": {"y": "hush"}}}"#,
        // Two documents.
        "{\"a\":1}\n{\"tokens\":3,\"passwords\":{\"a\":\"hush\"}}",
        r#"it says {\"password\": \"hush hush\", \"a\": 1}"#,
        "Cookie: a=hush; b=hush, c=hush\r\nHost: a",
        "authorization: Digest username=\"hush\", response=hush\nHost: a",
        "set-cookie=hush hush",
        "password:\n  hush",
        "<password>hush hush</password>",
        "<apiKey >hush hush</apiKey>",
        r#""token" => "hush hush""#,
        "db_password2=hush&x=1",
    ] {
        let shown = shown(Capture::new(), &text.replace("\\\\", "\\")).await;
        assert!(!shown.contains("hush"), "{text:?} is {shown:?}");
    }
    // And what is none stays.
    for text in [
        "the tokenizer: fast, and no secretary = here",
        r#"so: {"max_tokens": 100, "city": "Oslo"}"#,
        "a monkey > b, cookiejar: c",
    ] {
        assert_eq!(shown(Capture::new(), text).await, text);
    }
}

#[tokio::test]
async fn names_beside_their_values_are_seen() {
    let arguments = json!({
        "headers": [{ "name": "Authorization", "value": "hush" }, { "Value": ["hush"], "Key": "X-Api-Key" }],
        "raw": [["cookie", "hush"], ["accept", "all"]],
        "environment": { "DB.PASSWORD": "hush", "API KEY 2": "hush", "x:secret*": "hush" },
    });
    let kept = captured(Capture::new(), &arguments).await.unwrap();
    let text = kept.params.as_deref().unwrap();
    assert!(!text.contains("hush"), "{text}");
    assert_eq!(
        params(&kept)["arguments"]["raw"][1],
        json!(["accept", "all"])
    );
    assert!(!kept.result.unwrap().contains("hush"));
}

#[tokio::test]
async fn keys_that_are_named_are_hidden_in_text_and_numbers_by_patterns() {
    let capture = || {
        Capture::new()
            .hide_key("patient.name")
            .hide_key("$")
            .hide_key("")
    };
    for text in [
        "note {\"Patient_Name\": \"hush hush\"} end",
        "patientname=hush",
        "PATIENT-NAME: hush",
    ] {
        let shown = shown(capture(), text).await;
        assert!(!shown.contains("hush"), "{text:?} is {shown:?}");
    }
    assert_eq!(
        shown(capture(), "impatient name: x").await,
        "impatient name: x"
    );
    let capture = Capture::new().hide_pattern("[0-9]{16}").unwrap();
    let arguments = json!({ "card": 4_111_111_111_111_111_u64, "year": 2026 });
    let kept = captured(capture, &arguments).await.unwrap();
    assert_eq!(
        params(&kept)["arguments"],
        json!({ "card": "[hidden]", "year": 2026 })
    );
}

#[tokio::test]
async fn keys_may_be_written_with_escapes_or_twice() {
    // Within text, since a frame takes no such message.
    let text = r#"{"p\u0061ssword": "hush", "a": {"token": "hush", "token": "hush"}}"#;
    let shown = shown(Capture::new(), &text.replace("\\\\", "\\")).await;
    assert!(!shown.contains("hush"), "{shown}");
    let read: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(read["password"], "[hidden]");
}

#[tokio::test]
async fn json_in_json_in_json_ends_somewhere() {
    let mut text = json!({ "password": "hush" }).to_string();
    for depth in 0..8 {
        let kept = captured(Capture::new(), &json!({ "text": text })).await;
        let shown = kept.unwrap().params.unwrap();
        assert!(!shown.contains("hush"), "{depth}: {shown}");
        text = json!({ "inner": text }).to_string();
    }
}

#[tokio::test]
async fn members_are_known_by_their_names() {
    let arguments = json!({
        "passwordHash": "hush", "userPwd": "hush", "DB_PASS": "hush", "auth": { "a": ["hush"] }, "pins": ["hush"],
        "sessionIds": ["hush"], "tokens": ["hush"], "refreshTokens": "hush", "cookies": { "a": "hush" },
        "signing_keys": ["hush"], "\u{ff30}\u{ff41}\u{ff53}\u{ff53}\u{ff37}\u{ff4f}\u{ff52}\u{ff44}": "hush",
        "pairs": [
            { "id": "password", "value": "hush" }, { "type": "secret", "content": "hush" }, { "k": "otp", "v": "hush" },
            { "label": "Access Key", "value": "hush" }, { "name": "tokens", "value": "hush" },
        ],
        "command": ["run", "--password", "hush", "--db-token", "hush", "--tokens", "hush", "-u", "ann:hush"],
        "flat": ["Accept", "all", "Authorization", "hush", "X-Api-Key", "hush"],
        "usage": { "max_tokens": 11, "total_tokens": 12, "promptTokens": { "text": 13 }, "token_count": 14, "tokens": [15], "inputTokens": "16" },
        "fruit": { "pineapple": "sixteen", "author": "seventeen", "authority": "eighteen", "bypass": "nineteen" },
        "plain": ["--max-tokens", "20", "-u", "1000:21", { "type": "text", "content": "words" }],
    });
    let kept = captured(Capture::new().bytes(1 << 20), &arguments)
        .await
        .unwrap();
    let text = kept.params.as_deref().unwrap();
    assert!(!text.contains("hush"), "{text}");
    for member in ["usage", "fruit", "plain"] {
        assert_eq!(params(&kept)["arguments"][member], arguments[member]);
    }
    assert_eq!(params(&kept)["arguments"]["flat"][1], "all");
}

#[tokio::test]
async fn secrets_in_text_are_known_by_what_stands_around_them() {
    for text in [
        "tool --password hush --verbose",
        "tool --db-password='hush hush' x",
        "tool --api-key \"hush hush\" x",
        "curl -u ann:hush https://host",
        "curl -sS --user 'ann:hush hush' https://host",
        "curl -uann:hush x",
        "DB_PASS=hush",
        "export NAME_PASS='hush hush'",
        "Server=a;Pwd=hush;x",
        "{'pass': 'hush hush'} and pin=hush",
        "get https://host/a?sig=hush&x=1",
        "https://host/a?x=1&X-Amz-Signature=hush",
        "https://ann:hu@hush@host/",
        "https://ann:hush/hush@host/",
        "https://hush@host/a",
        "Authorization: Digest a=hush,\r\n b=hush,\r\n\tc=hush\r\nHost: a",
        "password: |\n  hush\n\n  hush",
        "a:\n  client_secret: >-\n    hush\n    hush\n",
        "<password type=\"x\">hush hush</password>",
        "<ns:apiKey a='b' c='d'>hush</ns:apiKey>",
        "<token id=\"1\"><![CDATA[hush<hush]]></token>",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nhush\n-----END PGP PRIVATE KEY BLOCK-----",
        "<add key=\"db.password\" a='b' value=\"hush hush\"/>",
        "password:\n  - hush\n  - hush hush\n",
        "tokens: ['hush', 'hush']",
        "tokens=hush and more",
        "password_hash: hush",
        "signing-key = hush, encryption key: hush",
        "session_id=hush; jwt: hush",
    ] {
        let shown = shown(Capture::new(), text).await;
        assert!(!shown.contains("hush"), "{text:?} is {shown:?}");
    }
}

#[tokio::test]
async fn tokens_of_services_are_known_by_their_form() {
    let letters = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789";
    for form in [
        "hf_",
        "AIza",
        "sk_test_",
        "sk_live_",
        "rk_test_",
        "whsec_",
        "SG.",
        "shpat_",
        "shpss_",
        "xoxb-",
        "sk-",
        "https://hooks.slack.com/services/T0/B0/",
    ] {
        let shown = shown(Capture::new(), &format!("it is {form}{letters}.")).await;
        assert!(
            !shown.contains(letters) && shown.starts_with("it is "),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn ordinary_text_stays() {
    for text in [
        "the password policy says that tokens expire",
        "tokens: 12 used, max_tokens = 100, total_tokens: 1.5, \"promptTokens\": 7}",
        "token_count: 12; tokens: 3",
        "a pass: 12 tests, fail: 3; the author: Ann; authority=none; pineapple: 2 > 1",
        "spin=up, bypass=yes, compass: north",
        "the secretary: Ann, keys = 3",
        "docker run -u 1000:1000 image; sort -u list; time 12:30",
        "see https://host:8080/a?x=1 and mail ann@host, or https://host/@ann",
        "--max-tokens 100 --author ann --verbose",
        "<author id=\"1\">Ann</author><tokenizer a='b'>fast</tokenizer>",
        "key: value | other\n  more",
        "if a < b and password is not what c > d",
        "SG. and hf_model and skeleton sk-1",
    ] {
        assert_eq!(shown(Capture::new(), text).await, text);
    }
}
