//! Headers that are sent to an upstream, and the secrets in them.

use http::{HeaderName, HeaderValue};
use tollbar::plan::key::Key;

use super::Judge;
use crate::config::{report::Problem, secret, section, tree::Place};

impl Judge<'_> {
    /// The headers that can be sent; the others become problems.
    pub(super) fn headers(
        &mut self,
        headers: &std::collections::BTreeMap<String, section::HeaderValue>,
        place: &Place,
    ) -> Vec<(HeaderName, HeaderValue)> {
        headers
            .iter()
            .filter_map(|(name, value)| {
                let place = place.key(name);
                let name = self.header_name(name, &place);
                let value = self.header_value(name.as_ref(), value, &place);
                name.zip(value)
            })
            .collect()
    }

    fn header_name(&mut self, name: &str, place: &Place) -> Option<HeaderName> {
        let parsed = name.parse().ok();
        if parsed.is_none() {
            let problem = Problem::error(format!("`{name}` is not the name of a header"));
            let fix = "use letters, digits and `-`, such as `x-team`";
            self.note(place, problem.fix(fix));
        }
        parsed
    }

    fn header_value(
        &mut self,
        name: Option<&HeaderName>,
        value: &section::HeaderValue,
        place: &Place,
    ) -> Option<HeaderValue> {
        let text = match value {
            section::HeaderValue::Plain(text) => {
                let is_key = text.split(' ').any(|word| Key::parse(word).is_ok());
                if let Some(name) = name.filter(|name| is_key || secret::is_named(name.as_str())) {
                    let problem = Problem::error(format!(
                        "the value of `{name}` looks like a secret, which must not stand in a \
                         configuration"
                    ));
                    let fix = "refer to it: `{ env = \"NAME\" }` or `{ file = \"path\" }`";
                    self.note(place, problem.fix(fix).conceal());
                    return None;
                }
                text.clone()
            }
            section::HeaderValue::Secret(secret) => self.secret(secret, place)?.expose().to_owned(),
        };
        let secret = matches!(value, section::HeaderValue::Secret(_));
        match HeaderValue::try_from(text) {
            Ok(mut value) => {
                value.set_sensitive(secret);
                Some(value)
            }
            Err(_) => {
                let problem = Problem::error("this is not the value of a header");
                let fix = "leave out line ends and other control characters";
                self.note(place, problem.fix(fix).conceal());
                None
            }
        }
    }
}
