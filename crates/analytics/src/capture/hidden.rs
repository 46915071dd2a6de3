//! What is hidden always, in text. Names of members are [`Meaning`](crate::secret::Meaning)'s.

/// The names of members that say what the `value` beside them is, as in lists of headers and of variables.
pub(super) const NAMES: [&str; 9] = [
    "name", "key", "header", "field", "variable", "type", "id", "label", "k",
];

/// The names of such values.
pub(super) const VALUES: [&str; 4] = ["value", "values", "content", "v"];

/// Names in text that is no JSON, or that has some in the middle, as far as one word follows.
pub(super) const WORDS: &str = r"(?:token|(?:passwords?|passwd|passphrase|secrets?|credentials?)(?:[_-][0-9a-z_-]*)?|pwd|passcode|jwt|session[-_. ]?id|(?:api|private|secret|access|signing|encryption)[-_. ]?keys?|[?&;](?:[a-z-]*signature|sig)|[_-](?:pass|auth|otp|pin))[0-9]*";

/// Those that all of the line belongs to.
pub(super) const LINES: &str = r"(?:authorization|cookies?)[0-9]*";

/// Words that often are no names of secrets, unless they look like one: in quotes, or with a `=` behind.
pub(super) const SHORT: &str = r"\b(?:pass|auth|otp|pin)s?[0-9]*";

/// Options of commands.
pub(super) const OPTIONS: &str = r"--[0-9a-z-]*(?:password|passwd|passphrase|passcode|pass|pwd|secret|token|credentials?|auth|jwt|otp|pin|cookie|[a-z]key|-key)";

/// Elements of XML with attributes.
pub(super) const ELEMENTS: &str = r"<[0-9a-z_.:-]*(?:password|passwd|passphrase|passcode|pwd|secret|token|credentials?|apikey|[a-z]-?key|authorization|cookie)s?";

/// Forms of secrets, one expression for each line. The ends of words are those of ASCII: others would be slow to find.
pub(super) const PATTERNS: [&str; 12] = [
    // Keys of this gateway, whole or not.
    r"(?i-u)tollbar_[0-9a-z]+",
    // RFC 6750 section 2.1, RFC 7617.
    r#"(?i)(?-u:\b)(?:bearer|basic|dpop)[ \t]+[^\s"',;]+"#,
    // JSON Web Tokens, signed or encrypted (RFC 7515, RFC 7516).
    r"(?-u:\b)eyJ[0-9A-Za-z_-]+(?:\.[0-9A-Za-z_-]*){1,4}",
    // What large services give their tokens in front, so that scanners find them.
    r"(?-u:\b)(?:gh[oprsu]_|github_pat_|glpat-|xox[abeoprs]-|sk-|[rs]k_(?:live|test)_|shp(?:at|ca|pa|ss)_|whsec_|AIza|npm_|pypi-)[0-9A-Za-z_+/=-]{10,}",
    r"(?-u:\b)hf_[0-9A-Za-z]{16,}",
    r"(?-u:\b)SG\.[0-9A-Za-z_-]{10,}(?:\.[0-9A-Za-z_-]*)?",
    r"(?-u:\b)(?:AKIA|ASIA)[0-9A-Z]{16}(?-u:\b)",
    // Whoever knows such a path may write there.
    r"(?i)hooks\.slack\.com/[0-9A-Za-z/_-]+",
    // RFC 7468 and RFC 9580 section 6.2, up to its end or the end of the text.
    r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|\z)",
    // User info, up to its last `@` (RFC 3986 section 3.2.1), and a password that has a `/` in it.
    r#"//(?:[^\s/?#"'<>]*@|[^\s/:@]*:[^\s@]*@)"#,
    // A name and a value as attributes of XML.
    r#"(?i)(?-u:\b)(?:name|key|id)=["'][^"'<>]*(?:password|passwd|passphrase|passcode|pwd|secret|token|credentials?|api[-_. ]?key|[a-z]key|authorization|cookie)["'][^<>]*?\svalue=(?:"[^"]*"?|'[^']*'?)"#,
    // What curl takes, and others: a user and a password. Two numbers are ids of user and group.
    r#"(?:\s|^)(?:-u|-U|--user|--proxy-user)[ \t=]*(?:"[^"]*:[^"]*"?|'[^']*:[^']*'?|[^\s:"']*[^\s:"'0-9][^\s:"']*:[^\s"']+|[0-9]*:[^\s"']*[^\s"'0-9][^\s"']*)"#,
];
