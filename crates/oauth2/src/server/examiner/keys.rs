//! Which keys of a server can be used.

use serde_json::Value;
use tokio::time::Instant;

use super::Sight;
use crate::{
    jwt::Keys,
    server::{Outcome, Step, failure::ServerFailure},
};

const NAME: &str = "keys";

/// Names of keys are shown up to this length, in bytes.
const LONGEST: usize = 64;

/// How many keys are shown.
const MOST: usize = 20;

const FIX: &str = "check `jwks_uri`: it must lead to a JWK set (RFC 7517 section 5)";
const NO_PLACE: &str = "configure `jwks_uri`, or write `type = \"oauth2\"` in the plan where the server can \
                        be asked about tokens";

/// What the plan for signed tokens can make of the key set.
pub(super) async fn look(sight: &Sight<'_>) -> Step {
    let is_needed = sight.needs.keys;
    let endpoint = match sight.keys_endpoint() {
        Ok(endpoint) => endpoint,
        Err(failure) => return sight.without(NAME, &failure, is_needed, NO_PLACE),
    };
    let fetched = sight.server.documents.fetch(endpoint.url()).await;
    let step = step(fetched);
    match step.outcome() {
        Outcome::Failed if !is_needed => {
            Step::skipped(NAME, format!("{}, and no plan needs any", step.brief()))
        }
        _ => step,
    }
}

fn step(fetched: Result<Vec<u8>, ServerFailure>) -> Step {
    let wrong = |found, brief: String, fix| {
        Step::new(NAME, Outcome::Failed, found)
            .with_brief(brief)
            .with_fix(fix)
    };
    let document = match fetched {
        Ok(document) => document,
        Err(failure) => {
            let fix = match failure.is_unreachable() {
                true => super::UNREACHABLE,
                false => FIX,
            };
            return wrong(failure.explained(), failure.brief(), fix);
        }
    };
    let keys = match Keys::read(&document, Instant::now()) {
        Ok(keys) => keys,
        Err(error) => return wrong(error.to_string(), "no key set".to_owned(), FIX),
    };
    let listed = serde_json::from_slice::<Value>(&document).unwrap_or_default();
    let listed = listed.get("keys").and_then(Value::as_array);
    let listed = listed.map(Vec::as_slice).unwrap_or_default();
    let why = |number: usize| {
        let mut unusable = keys.unusable().iter();
        unusable.find_map(|(at, why)| (*at == number).then_some(*why))
    };
    let (mut used, mut others) = (Vec::new(), Vec::new());
    for (number, key) in listed.iter().enumerate() {
        match why(number) {
            None => used.push(described(key)),
            Some(why) => others.push(format!("{} ({why})", described(key))),
        }
    }
    let mut found = match used.is_empty() {
        true => "no key can be used".to_owned(),
        false => format!("can be used: {}", listing(&used)),
    };
    if !others.is_empty() {
        found = format!("{found}; not used: {}", listing(&others));
    }
    if keys.len() == 0 {
        return Step::new(NAME, Outcome::Failed, found)
            .with_brief("no key can be used")
            .with_fix("have the server sign with RSA of 2048 bits, P-256, P-384 or Ed25519");
    }
    Step::new(NAME, Outcome::Passed, found)
}

/// The first of them, and how many more there are.
fn listing(keys: &[String]) -> String {
    let shown = keys.get(..MOST).unwrap_or(keys).join(", ");
    match keys.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown}, and {more} more"),
    }
}

/// A key by its id and algorithm, as far as they can be shown.
fn described(key: &Value) -> String {
    let plain = |text: &&str| {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'`';
        text.len() <= LONGEST && text.bytes().all(is_plain)
    };
    let said = |name| key.get(name).and_then(Value::as_str).filter(plain);
    let id = match said("kid") {
        Some(id) => format!("`{id}`"),
        None => "one without a name".to_owned(),
    };
    let kind = said("alg").or_else(|| said("crv")).or_else(|| said("kty"));
    match kind {
        Some(kind) => format!("{id} {kind}"),
        None => id,
    }
}
