//! All that a server lists.

use http::HeaderValue;
use serde_json::{Value, json};
use tollbar::upstream::Upstream;

use super::{
    conversation::{Conversation, Trouble},
    legacy::{PAGES, Session},
    modern,
};

/// Entries of one list that are taken at most.
const ENTRIES: usize = 100_000;

/// What is listed, by the family that has to be among the server's capabilities.
const LISTS: [(Listed, &str); 4] = [
    (Listed::Tools, "tools"),
    (Listed::Resources, "resources"),
    (Listed::Templates, "resources"),
    (Listed::Prompts, "prompts"),
];

/// A list of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    Tools,
    Resources,
    Templates,
    Prompts,
}

/// All that a server lists, in its order.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    /// The entries, as the server has sent them.
    pub(crate) entries: Vec<(Listed, Value)>,
    /// What is wrong with lists that could not be read to their end.
    pub(crate) troubles: Vec<String>,
}

/// Who answers.
enum Server<'a> {
    Modern(&'a Conversation),
    Legacy(Session<'a>),
}

/// Why a server cannot be asked what it lists.
#[derive(Debug)]
pub(crate) struct Unlisted {
    /// In words.
    pub(crate) reason: String,
    /// Whether it is there, and wants to know who asks.
    pub(crate) wants_credential: bool,
}

/// Asks for everything that a server lists, and shows it this in `Authorization`, which goes on to a server
/// that judges tokens itself.
///
/// # Errors
///
/// [`Unlisted`] says why the server cannot be asked.
pub(crate) async fn catalogue(
    upstream: &Upstream,
    credential: Option<HeaderValue>,
) -> Result<Catalogue, Unlisted> {
    let conversation = Conversation::new(upstream.clone()).showing(credential);
    let modern = conversation.ask(modern::discover()).await;
    let (server, result) = match modern {
        Ok(answer) if answer.result["capabilities"].is_object() => {
            (Server::Modern(&conversation), answer.result)
        }
        Err(trouble @ (Trouble::Unreachable(_) | Trouble::Silent)) => {
            return Err(trouble.into());
        }
        _ => {
            let begun = Session::begin(&conversation).await;
            let (session, result) = begun?;
            session.ready().await;
            (Server::Legacy(session), result)
        }
    };
    let mut catalogue = Catalogue::default();
    for (list, family) in LISTS {
        if result["capabilities"].get(family).is_some() {
            server.read(list, &mut catalogue).await;
        }
    }
    if let Server::Legacy(session) = server {
        session.end().await;
    }
    Ok(catalogue)
}

impl Server<'_> {
    /// Reads a list, page by page.
    async fn read(&self, list: Listed, catalogue: &mut Catalogue) {
        let method = list.method();
        let mut params = json!({});
        let mut count = 0;
        for _ in 0..PAGES {
            let mut page = match self.page(method, params).await {
                Ok(page) => page,
                // Not every server that has resources knows of templates.
                Err(Trouble::Error { code: -32601, .. }) if count == 0 => return,
                Err(trouble) => {
                    catalogue.troubles.push(format!("`{method}`: {trouble}"));
                    return;
                }
            };
            let Some(entries) = page.get_mut(list.member()).and_then(Value::as_array_mut) else {
                let trouble = format!("`{method}`: its answer has no list");
                return catalogue.troubles.push(trouble);
            };
            count += entries.len();
            let entries = entries.drain(..).map(|entry| (list, entry));
            catalogue.entries.extend(entries);
            match page["nextCursor"].as_str() {
                Some(_) if count > ENTRIES => break,
                Some(cursor) => params = json!({ "cursor": cursor }),
                None => return,
            }
        }
        let trouble = format!("`{method}`: it goes on after {count} entries, which are too many");
        catalogue.troubles.push(trouble);
    }

    async fn page(&self, method: &str, params: Value) -> Result<Value, Trouble> {
        match self {
            Self::Modern(conversation) => {
                let answer = conversation.ask(modern::request(method, params)).await?;
                Ok(answer.result)
            }
            Self::Legacy(session) => session.ask(method, params).await,
        }
    }
}

impl From<Trouble> for Unlisted {
    fn from(trouble: Trouble) -> Self {
        Self {
            reason: trouble.to_string(),
            wants_credential: matches!(trouble, Trouble::Unauthorized(_)),
        }
    }
}

impl Listed {
    /// The method that lists it.
    const fn method(self) -> &'static str {
        match self {
            Self::Tools => "tools/list",
            Self::Resources => "resources/list",
            Self::Templates => "resources/templates/list",
            Self::Prompts => "prompts/list",
        }
    }

    /// Where it stands in the result.
    const fn member(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Resources => "resources",
            Self::Templates => "resourceTemplates",
            Self::Prompts => "prompts",
        }
    }

    /// Where the name of an entry stands.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Tools | Self::Prompts => "name",
            Self::Resources => "uri",
            Self::Templates => "uriTemplate",
        }
    }
}
