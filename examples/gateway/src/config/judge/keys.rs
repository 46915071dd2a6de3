//! Where keys are kept, and what sessions are sealed with.

use super::Judge;
use crate::config::{
    report::Problem,
    section::{Keys, Session},
    settings::{KeySettings, PepperSource, SessionSettings},
    tree::Place,
};

impl Judge<'_> {
    /// Where keys are kept. `None` when the pepper cannot be had, with a problem that says why.
    pub(super) fn keys(&mut self, section: &Keys) -> Option<KeySettings> {
        let place = Place::root().key("keys");
        if section.file.file_name().is_none() {
            let problem = Problem::error(format!("`{}` is not a file", section.file.display()));
            self.note(
                &place.key("file"),
                problem.fix("write the path of a file, such as `\"keys.json\"`"),
            );
            return None;
        }
        let file = self.environment.path(&section.file);
        let pepper = match &section.pepper {
            None => {
                let mut path = file.clone().into_os_string();
                path.push(".pepper");
                PepperSource::File(path.into())
            }
            Some(secret) => match self.long_secret(secret, &place.key("pepper")) {
                Some(text) => PepperSource::Given(text),
                // Whether that is an error is told where it stands.
                None => PepperSource::Missing,
            },
        };
        let gathering = std::mem::take(&mut self.gathering);
        Some(KeySettings {
            fingerprint: gathering.close(&(&section.file, &section.pepper)),
            file,
            pepper,
            last_used_interval: section.last_used_interval.0,
            poll_interval: section.poll_interval.0,
        })
    }

    /// What sessions are sealed with.
    pub(super) fn session(&mut self, section: &Session) -> SessionSettings {
        let place = Place::root().key("session").key("secret");
        let secret = section.secret.as_ref();
        let secret = secret.and_then(|secret| self.long_secret(secret, &place));
        let gathering = std::mem::take(&mut self.gathering);
        SessionSettings {
            fingerprint: gathering.close(section),
            secret,
        }
    }
}
