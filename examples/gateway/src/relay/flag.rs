//! Where a setting is given that a fix names.

use tollbar::oauth2::Step;

/// Settings by their keys, and the flags that say the same here.
const FLAGS: [(&str, &str); 4] = [
    ("`identifier`", "`--identifier URL`"),
    ("`metadata_origins`", "`--metadata-origin ORIGIN`"),
    ("`authorization_servers`", "`--authorization-server ISSUER`"),
    ("`allow_http`", "`--allow-http`"),
];

/// Where what is to be done about this step is written: in the configuration, and by flags, where the server
/// is looked at without one.
pub(super) fn place(step: &Step, is_configured: bool) -> String {
    let fix = step.fix().unwrap_or_default();
    let flags = FLAGS.iter().filter(|(key, _)| fix.contains(key));
    let flags: Vec<&str> = flags.map(|(_, flag)| *flag).collect();
    match (flags.as_slice(), is_configured) {
        ([], _) => String::new(),
        (_, true) => " (in `[proxy.relay]`)".to_owned(),
        (flags, false) => format!(" (in `[proxy.relay]`; here {})", flags.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use tollbar::oauth2::{Outcome, Step};

    use super::place;

    #[test]
    fn a_setting_has_a_flag() {
        let step =
            Step::new("a", Outcome::Failed, "b").with_fix("set `identifier`, or `allow_http`");
        assert_eq!(place(&step, true), " (in `[proxy.relay]`)");
        assert_eq!(
            place(&step, false),
            " (in `[proxy.relay]`; here `--identifier URL`, `--allow-http`)"
        );
        let step = Step::new("a", Outcome::Failed, "b").with_fix("correct the metadata");
        assert_eq!(place(&step, false), "");
    }
}
