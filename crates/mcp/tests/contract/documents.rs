//! JSON, strictly.

use tollbar_mcp::json::{self, Kind, Slice, write_string};

fn is_fine(text: &str) -> bool {
    json::check(text, 127).is_ok()
}

#[test]
fn what_the_grammar_allows() {
    for text in [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-1",
        "1.5",
        "1e5",
        "1E-5",
        "1e+5",
        "0.0",
        "-0.5e-0",
        r#""""#,
        "[]",
        "{}",
        "[ ]",
        "{ }",
        " [1 , 2]\r\n\t",
        r#"{"":0}"#,
        r#"{"a":{"b":[{}]}}"#,
        r#""\"\\\/\b\f\n\r\t\u0000\u00e9""#,
        "\"\u{7f}\u{80}\u{2028}\u{10ffff}\"",
        r#""\ud83d\ude00""#,
        r#"{"a":1,"A":2,"á":3}"#,
        "1e308",
        "-1e308",
        "1e-400",
        "0e99999",
        "123456789012345678901234567890",
        "\"\u{feff}\"",
    ] {
        assert!(is_fine(text), "{text}");
        assert!(
            serde_json::from_str::<serde_json::Value>(text).is_ok(),
            "{text}"
        );
    }
    let long = format!("[{}]", "9".repeat(308));
    assert!(is_fine(&long));
    for largest in ["1.7976931348623157e308", "-1.7976931348623157E+308"] {
        assert!(is_fine(largest), "{largest}");
        assert!(serde_json::from_str::<serde_json::Value>(largest).is_ok());
    }
}

#[test]
fn what_it_does_not() {
    for text in [
        "",
        " ",
        "nul",
        "nulll",
        "True",
        "tru e",
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1.e5",
        "1e",
        "1e+",
        "--1",
        "0x1",
        "1_0",
        "NaN",
        "Infinity",
        "-Infinity",
        "'a'",
        "\"",
        "\"\\\"",
        r#""\x""#,
        r#""\u12""#,
        r#""\u12g4""#,
        r#""\u+123""#,
        r#""\""#,
        "\"\t\"",
        "\"\u{0}\"",
        "\"\n\"",
        "\"\u{1f}\"",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1:2]",
        "{",
        "}",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,}",
        "{\"a\" 1}",
        "{\"a\",1}",
        "{a:1}",
        "{1:1}",
        "{null:1}",
        "[}",
        "{]",
        "1 1",
        "[] []",
        "[]x",
        "\u{feff}1",
        "\u{a0}1",
        "1\u{a0}",
        "\u{c}1",
        "/**/1",
        "1//",
        r#""\ud800""#,
        r#""\udc00""#,
        r#""\ud800\ud800""#,
        r#""\ud800x""#,
        r#""\ud800\n""#,
        r#""\ud83d\u0061""#,
        "1e309",
        "-1e309",
        "1e400",
        "1e99999999999999999999",
    ] {
        let error = json::check(text, 127).expect_err(text);
        assert!(error.is_syntax(), "{text}: {error}");
        assert!(error.offset() <= text.len(), "{text}: {error}");
        assert!(
            serde_json::from_str::<serde_json::Value>(text).is_err(),
            "{text}"
        );
    }
    assert!(!is_fine(&"9".repeat(400)));
    assert!(
        !is_fine("1.7976931348623158e308"),
        "an exact parser reads it, others do not"
    );
}

#[test]
fn more_than_the_grammar() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":1}"#,
        r#"{"\u0061":1,"\u0061":1}"#,
        r#"{"":1,"":2}"#,
        r#"[{"x":{"a":1,"b":2,"a":3}}]"#,
        r#"{"__proto__":1}"#,
        r#"{"\u0000":1}"#,
        r#"{"$serde_json::private::Number":"1"}"#,
    ] {
        let error = json::check(text, 127).expect_err(text);
        assert!(!error.is_syntax(), "{text}: {error}");
    }
    assert!(
        is_fine(r#"[{"a":1},{"a":1}]"#),
        "siblings do not share their keys"
    );
    assert!(
        is_fine(r#"{"a":{"a":{"a":1}}}"#),
        "nor do parents and children"
    );
    assert!(is_fine(r#"{"a":{"b":1},"b":1}"#));
}

#[test]
fn errors_say_what_and_where() {
    let error = |text| json::check(text, 3).unwrap_err();
    assert_eq!(
        error(r#"{"a":1,"a":1}"#).to_string(),
        "duplicate key `a` at byte 7"
    );
    assert_eq!(error(r#"{"a" 1}"#).to_string(), "expected `:` at byte 5");
    assert_eq!(
        error("[[[[").to_string(),
        "more than 3 nested arrays and objects at byte 3"
    );
    assert_eq!(
        error(r#"{"x\u0000":1}"#).to_string(),
        r"control character in key `x\u{0}` at byte 1"
    );
    let long = format!(r#"{{"{0}":1,"{0}":1}}"#, "é".repeat(100));
    assert!(
        error(&long)
            .to_string()
            .contains(&format!("`{}`", "é".repeat(32)))
    );
}

#[test]
fn the_first_offence_is_reported() {
    let error = json::check(r#"{"a":1,"a":1,"b":{"c":1,"c":2}}"#, 9).unwrap_err();
    assert_eq!(error.offset(), 7);
}

#[test]
fn strings_of_every_length_and_place() {
    for length in 0..40 {
        for place in 0..=length {
            for (special, is_valid) in [
                ("\"", false),
                ("\u{1f}", false),
                ("\\n", true),
                ("\u{80}", true),
                ("\\", false),
            ] {
                let mut text = "x".repeat(length);
                text.insert_str(place, special);
                let is_end = special == "\\" && text.get(place + 1..place + 2) == Some("x");
                let text = format!("[\"{text}\"]");
                assert_eq!(is_fine(&text), is_valid, "{text} {is_end}");
            }
        }
    }
}

#[test]
fn slices_of_a_document() {
    let text = r#" {"a" : [1, "t\u0077o" ,{"b":null}], "c":true,"d":-7,"e":{} } "#;
    json::check(text, 127).unwrap();
    let whole = Slice::new(text);
    assert_eq!(whole.kind(), Some(Kind::Object));
    assert_eq!(whole.span(), 1..text.len() - 1);
    let keys: Vec<_> = whole.members().map(|(key, _)| key.into_owned()).collect();
    assert_eq!(keys, ["a", "c", "d", "e"]);
    let list = whole.get("a").unwrap();
    let raw: Vec<_> = list.elements().map(|element| element.raw()).collect();
    assert_eq!(raw, ["1", r#""t\u0077o""#, r#"{"b":null}"#]);
    for element in list.elements() {
        assert_eq!(&text[element.span()], element.raw());
    }
    let two = list.elements().nth(1).unwrap();
    assert_eq!(two.as_str().unwrap(), "two");
    assert_eq!(
        (two.as_i64(), two.as_bool(), two.elements().count()),
        (None, None, 0)
    );
    assert_eq!(whole.get("c").unwrap().as_bool(), Some(true));
    assert_eq!(whole.get("d").unwrap().as_i64(), Some(-7));
    assert_eq!(whole.get("e").unwrap().members().count(), 0);
    assert_eq!(whole.get("x"), None);
    let inner = Slice::at(text, list.span()).unwrap();
    assert_eq!(inner, list);
    assert_eq!(Slice::at(text, text.len()..text.len() + 1), None);
}

#[test]
fn slices_of_garbage_end() {
    for text in [
        "",
        "[",
        "]",
        "{",
        "}",
        "[1",
        "[,",
        "[[",
        "[]]",
        "{\"a\"",
        "{\"a\":",
        "{:}",
        "{1:2}",
        "[\"",
        "[\"\\",
        "[\"\\é",
        "{\"a\" \"b\"}",
        "[1 2]",
        "[1,,2]",
        "{\"a\":1,,}",
        "é",
        "[é,é]",
        "\"é",
        "[{]",
        "{[}",
    ] {
        let slice = Slice::new(text);
        assert!(
            slice.elements().count() < 5 && slice.members().count() < 5,
            "{text}"
        );
        let _ = (
            slice.kind(),
            slice.as_str(),
            slice.as_i64(),
            slice.as_bool(),
            slice.get("a"),
        );
    }
}

#[test]
fn surrogate_pairs_at_their_edges() {
    for (text, character) in [
        (r#""\ud800\udc00""#, "\u{10000}"),
        (r#""\ud800\udfff""#, "\u{103ff}"),
        (r#""\udbff\udc00""#, "\u{10fc00}"),
        (r#""\uDBFF\uDFFF""#, "\u{10ffff}"),
        (r#""\ud7ff\ue000""#, "\u{d7ff}\u{e000}"),
    ] {
        assert!(is_fine(text), "{text}");
        assert_eq!(Slice::new(text).as_str().unwrap(), character);
        assert_eq!(serde_json::from_str::<String>(text).unwrap(), character);
    }
}

#[test]
fn written_strings_are_read_back() {
    for text in [
        "",
        "a",
        "\"\\/",
        "\u{0}\u{1}\u{8}\u{c}\u{1f}\u{20}\u{7f}",
        "\n\r\t",
        "é😀\u{2028}",
        "exactly8",
        "longer than eight \"quoted\" bytes",
    ] {
        let mut out = Vec::new();
        write_string(text, &mut out);
        assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        let written = String::from_utf8(out).unwrap();
        assert!(is_fine(&written));
        assert_eq!(Slice::new(&written).as_str().unwrap(), text);
    }
}
