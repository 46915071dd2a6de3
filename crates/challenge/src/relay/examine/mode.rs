//! Which mode fits.

use tollbar_fetch::{Outcome, Step};

use super::{super::mode::RelayMode, RelayExamination, view::Acceptance};

/// The name of the step.
pub(super) const MODE: &str = "mode";

impl RelayExamination {
    /// The mode that fits best. `None` when clients could log in through the gateway in none: something has
    /// to be mended first, at the server or in what is configured of it.
    ///
    /// A server that calls itself by the public URL is relayed [verbatim](RelayMode::Verbatim); one whose
    /// metadata can be told under another URL is [mirrored](RelayMode::Mirror); one that says of itself what
    /// MCP 2025-03-26 has it say, or of which it is configured, is [synthesised](RelayMode::Synthesised).
    #[must_use]
    pub fn fits(&self) -> Option<RelayMode> {
        let verbatim = self.works(RelayMode::Verbatim) && self.facts.is_front();
        let others = [RelayMode::Mirror, RelayMode::Synthesised];
        match verbatim {
            true => Some(RelayMode::Verbatim),
            false => others.into_iter().find(|&mode| self.works(mode)),
        }
    }

    /// Whether clients can log in through the gateway in this mode.
    #[must_use]
    pub fn works(&self, mode: RelayMode) -> bool {
        self.is_asking
            && match mode {
                RelayMode::Verbatim => {
                    !matches!(self.through(mode).acceptance, Acceptance::Rejected(_))
                }
                RelayMode::Mirror => self.facts.mirrored().is_some(),
                RelayMode::Synthesised => self.facts.at_root.is_ok(),
            }
    }

    /// What is to be said of the mode that is configured, or of any, where none is.
    pub(super) fn mode(&self, configured: Option<RelayMode>) -> Step {
        let fits = self.fits();
        match (fits, configured) {
            // What to do is said of the other steps, and where: at the server, or in the configuration.
            (None, _) => Step::new(MODE, Outcome::Failed, "none fits: nothing can be relayed"),
            (Some(fits), None) => Step::new(MODE, Outcome::Passed, format!("`{fits}` fits")),
            (Some(fits), Some(mode)) if fits == mode => {
                Step::new(MODE, Outcome::Passed, format!("`{fits}` fits"))
            }
            (Some(fits), Some(mode)) if self.works(mode) => Step::new(
                MODE,
                Outcome::Passed,
                format!("`{mode}` works; `{fits}` fits as well"),
            ),
            (Some(fits), Some(mode)) => Step::new(
                MODE,
                Outcome::Failed,
                format!("`{mode}` does not work with this server; `{fits}` fits"),
            )
            .with_fix(format!("write `mode = \"{fits}\"` in `[proxy.relay]`")),
        }
    }
}
