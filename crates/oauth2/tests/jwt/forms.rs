//! How a token is written.

use serde_json::json;
use tollbar_oauth2::Algorithm;
use tollbar_plan::{Credential, Fit, Plan as _};

use crate::{
    authority::{Authority, ISSUER, claims, plan_of, reason},
    signer::{Signer, encode},
};

#[tokio::test]
async fn what_is_no_token_is_refused_without_a_look_at_the_keys() {
    let signer = Signer::p256("a");
    let authority = Authority::new(&[&signer]).await;
    let plan = authority.plan();
    let token = signer.token(&claims());
    let [header, claims, signature] =
        <[&str; 3]>::try_from(token.split('.').collect::<Vec<_>>()).unwrap();
    for other in [
        "",
        ".",
        "..",
        "...",
        "opaque",
        "a.b.c",
        &format!("{header}.{claims}"),
        &format!("{header}.{claims}."),
        &format!("{header}..{signature}"),
        &format!(".{claims}.{signature}"),
        &format!("{token}."),
        &format!(".{token}"),
        &format!("{token}.{signature}"),
        // Encrypted (RFC 7516).
        &format!("{header}.{claims}.{signature}.{claims}.{signature}"),
        &format!("{header} .{claims}.{signature}"),
        &format!("{header}.{claims}\n.{signature}"),
        &format!("{header}.{claims}.{signature} "),
        &format!("{header}.{claims}.{signature}="),
        &format!("{header}=.{claims}.{signature}"),
        &format!("{header}.{claims}==.{signature}"),
        &format!("{header}.{claims}.{signature}AA=="),
        &format!("{header}.{claims}.{signature}\u{feff}"),
        &token.replace('.', "\u{2024}"),
        &token.replace('.', "%2E"),
    ] {
        assert_eq!(reason(&plan, other).await, "token_malformed", "{other}");
    }
    assert_eq!(authority.asked(), 0);
    assert_eq!(reason(&plan, &token).await, "admitted");
}

#[tokio::test]
async fn loose_bits_and_the_other_alphabet_are_refused() {
    let signer = Signer::p256("a");
    let plan = plan_of(&signer).await;
    let token = signer.token(&claims());
    // 64 bytes leave four loose bits in the last character.
    let last = token.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let place = alphabet.find(last).unwrap();
    assert_eq!(place % 16, 0);
    for bits in 1..16 {
        let other = &alphabet[place + bits..=place + bits];
        let loose = format!("{}{other}", &token[..token.len() - 1]);
        assert_eq!(reason(&plan, &loose).await, "token_malformed");
    }
    let (input, _) = token.rsplit_once('.').unwrap();
    for signature in ["+/+/", "-_-_-", "A", "AAAAA", "é"] {
        let other = format!("{input}.{signature}");
        assert_eq!(
            reason(&plan, &other).await,
            "token_malformed",
            "{signature}"
        );
    }
}

#[tokio::test]
async fn only_json_objects_are_read() {
    let signer = Signer::p256("a");
    let plan = plan_of(&signer).await;
    let (header, good) = (signer.header().to_string(), claims().to_string());
    let deep = format!(
        r#"{{"iss":"{ISSUER}","x":{}1{}}}"#,
        "[".repeat(5000),
        "]".repeat(5000)
    );
    let objects = format!(r#"{{"iss":"{ISSUER}","x":{}"#, r#"{"x":"#.repeat(2000));
    for part in [
        "",
        "null",
        "[]",
        r#"["https://login.example"]"#,
        "1",
        "\"a\"",
        "{",
        "{} x",
        "{}{}",
        "{'iss':1}",
        "{\"iss\":\"a\",}",
        "\u{feff}{}",
        "{\"iss\":\"\u{0}\"}",
        "{\"x\":1e999}",
        "{\"x\":NaN}",
        "{\"x\":\"\\ud800\"}",
        "// {}",
        &deep,
        &objects,
    ] {
        let as_header = signer.token_of(part, &good);
        assert_eq!(reason(&plan, &as_header).await, "token_malformed", "{part}");
        let as_claims = signer.token_of(&header, part);
        assert_eq!(reason(&plan, &as_claims).await, "token_malformed", "{part}");
    }
    for octets in [&b"{\"a\":\"\xff\"}"[..], b"\xff\xfe{\0}\0", b"\xc0\x80"] {
        assert_eq!(
            reason(&plan, &signer.token_of(octets, &good)).await,
            "token_malformed"
        );
        assert_eq!(
            reason(&plan, &signer.token_of(&header, octets)).await,
            "token_malformed"
        );
    }
    // What is between the values does not matter to anybody.
    let spaced = good.replace(',', " ,\n ");
    assert_eq!(
        reason(&plan, &signer.token_of(&header, spaced)).await,
        "admitted"
    );
}

#[tokio::test]
async fn a_token_has_a_length() {
    let signer = Signer::p256("a");
    let authority = Authority::new(&[&signer]).await;
    let plan = authority.plan();
    let mut claims = claims();
    claims["x"] = "x".repeat(11_000).into();
    let long = signer.token(&claims);
    assert!((14_000..16 << 10).contains(&long.len()));
    assert_eq!(reason(&plan, &long).await, "admitted");
    claims["x"] = "x".repeat(13_000).into();
    let too_long = signer.token(&claims);
    assert!(too_long.len() > 16 << 10);
    assert_eq!(reason(&plan, &too_long).await, "token_malformed");
    let wider = authority.builder().token_limit(32 << 10).build().unwrap();
    assert_eq!(reason(&wider, &too_long).await, "admitted");
    assert_eq!(
        reason(&wider, &"x".repeat(1 << 20)).await,
        "token_malformed"
    );
    assert_eq!(reason(&wider, &".".repeat(20_000)).await, "token_malformed");
}

#[tokio::test]
async fn a_claim_that_stands_twice_is_refused() {
    let signer = Signer::p256("a");
    let plan = plan_of(&signer).await;
    let good = claims().to_string();
    for more in [
        r#""aud":"https://gw.example/mcp""#,
        r#""iss":"https://login.example""#,
        r#""exp":9999999999"#,
        r#""\u0073ub":"eve""#,
        r#""x":{"roles":[{"a":1,"a":2}]}"#,
    ] {
        for claims in [
            good.replacen('{', &format!("{{{more},"), 1),
            format!("{},{more}}}", &good[..good.len() - 1]),
        ] {
            let token = signer.signed(
                Algorithm::Es256,
                &encode(signer.header().to_string()),
                &encode(&claims),
            );
            assert_eq!(reason(&plan, &token).await, "token_malformed", "{claims}");
        }
    }
}

#[tokio::test]
async fn the_form_says_whose_token_it_is() {
    let signer = Signer::p256("a");
    let plan = plan_of(&signer).await;
    let fit = |token: &str| plan.fit(&Credential::Token(token));
    let mut claims = claims();
    assert_eq!(fit(&signer.token(&claims)), Fit::Certain);
    claims["iss"] = json!(format!("{ISSUER}/"));
    assert_eq!(fit(&signer.token(&claims)), Fit::Possible);
    for other in ["", "opaque", "tb_live_x", "a.b.c", "e30.e30.e30.e30.e30"] {
        assert_eq!(fit(other), Fit::No, "{other}");
    }
    assert_eq!(plan.fit(&Credential::Nothing), Fit::No);
}
