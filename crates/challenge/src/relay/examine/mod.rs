//! Looking at a server as its clients do, for the person who has to say why somebody cannot get in.

mod asked;
mod audience;
mod challenge;
mod facts;
mod login;
mod members;
mod mode;
mod pointer;
mod refusal;
mod seen;
mod view;

pub use self::view::{Acceptance, ClientView};

use tollbar_fetch::{Examination, Outcome, Step};

use self::facts::Facts;
use super::{RelayMode, RelayedResource};
use crate::front::Front;

/// What was found when an MCP server was examined that asks for tokens itself.
///
/// The steps have stable names, and are always all there, in this order:
///
/// | step | what was looked at |
/// |---|---|
/// | `refusal` | whether the first message of either era is answered with 401 |
/// | `challenge` | whether that 401 asks for a bearer token, in a form that can be read |
/// | `pointer` | whether the challenge says where the metadata is, and whether that may be asked |
/// | `metadata` | whether there is metadata within the bounds |
/// | `resource` | whether it is about this server (RFC 9728 section 3.3) |
/// | `authorization_servers` | whether clients may be sent there |
/// | `bound_tokens` | whether tokens are worth anything behind a gateway |
/// | `authorization_server_metadata` | whether users can log in there |
/// | `audience` | nothing: whether tokens for the public URL are issued and taken shows in a login only |
/// | `mode` | which [`RelayMode`] fits |
#[derive(Debug)]
pub struct RelayExamination {
    steps: Examination,
    facts: Facts,
    front: Front,
    direct: ClientView,
    /// Whether the server asks for a token, in a way that can be relayed.
    is_asking: bool,
}

impl RelayExamination {
    /// What was looked at, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        self.steps.steps()
    }

    /// The worst outcome of all steps. Steps that were skipped do not count.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self.steps.outcome() {
            Outcome::Skipped => Outcome::Passed,
            outcome => outcome,
        }
    }

    /// How the server calls itself in its metadata (`resource`), wherever that was found and whether or not it
    /// is the URL that was expected. `None` without metadata, or where that does not say it.
    #[must_use]
    pub fn resource(&self) -> Option<String> {
        self.facts.metadata.as_ref().ok()?.resource()
    }

    /// What a client sees that goes to the server itself.
    #[must_use]
    pub const fn directly(&self) -> &ClientView {
        &self.direct
    }
}

impl RelayedResource {
    /// Looks at everything that matters to clients, and whether the configured mode works. Asks the server
    /// anew each time, some ten times at most, whatever is known of it; and nobody else.
    pub async fn examine(&self) -> RelayExamination {
        self.walk(false, Some(self.mode())).await
    }

    /// Likewise, for a person who wants to know whether a server can be relayed: asks its first
    /// authorization server, too, which is whoever the server names. Judges that mode; without one, it says
    /// which one fits.
    pub async fn survey(&self, mode: Option<RelayMode>) -> RelayExamination {
        self.walk(true, mode).await
    }

    async fn walk(&self, with_login: bool, mode: Option<RelayMode>) -> RelayExamination {
        let (search, front) = (self.search(), self.front());
        let facts = Facts::gather(self, with_login).await;
        let refusal = refusal::judge(&facts);
        let challenge = challenge::judge(facts.asked.unauthorized(), &facts.challenges);
        let is_asking = [&refusal, &challenge]
            .into_iter()
            .all(|step| step.outcome() != Outcome::Failed);
        let mut steps = vec![
            refusal,
            challenge,
            pointer::pointer(&facts),
            pointer::metadata(&facts),
        ];
        match &facts.metadata {
            Ok(document) => steps.extend([
                members::resource(&facts, document),
                members::servers(&facts, document),
                members::bound(&facts, document),
            ]),
            Err(_) => {
                for name in [members::RESOURCE, members::SERVERS, members::BOUND] {
                    steps.push(Step::skipped(name, "there is no metadata"));
                }
            }
        }
        steps.push(match facts.login() {
            Some(issuer) if with_login => login::look(&search.fetching.fetcher, &issuer).await,
            Some(_) => Step::skipped(login::LOGIN, "not asked"),
            None => Step::skipped(login::LOGIN, "there is none that may be asked"),
        });
        let mut examination = RelayExamination {
            direct: seen::directly(&facts),
            steps: Examination::default(),
            front: front.clone(),
            facts,
            is_asking,
        };
        let told = mode.or_else(|| examination.fits()).unwrap_or_default();
        let public_url = &examination.facts.public_url;
        steps.push(audience::judge(told, public_url, examination.is_asking));
        steps.push(examination.mode(mode));
        examination.steps = Examination::of(steps);
        examination
    }
}
