//! All lists, by the SDK and page by page.

use rmcp::model::PaginatedRequestParams;
use serde_json::{Value, json};

use super::{
    session::Session,
    story::Story,
    transcript::{Ended, Expectation},
};

/// The most pages of a list: more of them would be a loop.
const MOST: usize = 50;

/// What can be listed.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Tools,
    Resources,
    Templates,
    Prompts,
}

impl Kind {
    fn method(self) -> &'static str {
        match self {
            Self::Tools => "tools/list",
            Self::Resources => "resources/list",
            Self::Templates => "resources/templates/list",
            Self::Prompts => "prompts/list",
        }
    }

    /// Whether the server has any.
    fn needed(self, session: &Session) -> Result<(), Ended> {
        let (capability, otherwise) = match self {
            Self::Tools => ("tools", "the server has no tools"),
            Self::Resources | Self::Templates => ("resources", "the server has no resources"),
            Self::Prompts => ("prompts", "the server has no prompts"),
        };
        match session.capabilities.get(capability) {
            Some(_) => Ok(()),
            None => Err(Ended::NotApplicable(otherwise)),
        }
    }

    async fn all(self, session: &Session) -> Result<Value, Ended> {
        let peer = session.client.peer();
        Ok(match self {
            Self::Tools => json!(peer.list_all_tools().await?),
            Self::Resources => json!(peer.list_all_resources().await?),
            Self::Templates => json!(peer.list_all_resource_templates().await?),
            Self::Prompts => json!(peer.list_all_prompts().await?),
        })
    }

    async fn page(self, session: &Session, cursor: Option<String>) -> Result<Value, Ended> {
        let params =
            cursor.map(|cursor| PaginatedRequestParams::default().with_cursor(Some(cursor)));
        let peer = session.client.peer();
        Ok(match self {
            Self::Tools => json!(peer.list_tools(params).await?),
            Self::Resources => json!(peer.list_resources(params).await?),
            Self::Templates => json!(peer.list_resource_templates(params).await?),
            Self::Prompts => json!(peer.list_prompts(params).await?),
        })
    }
}

/// Lists everything.
pub(super) async fn steps(story: &mut Story) {
    let Story {
        transcript,
        session,
        table,
        ..
    } = story;
    for kind in [Kind::Tools, Kind::Resources, Kind::Templates, Kind::Prompts] {
        let method = kind.method();
        let all = async {
            kind.needed(session)?;
            Ok(json!({"result": kind.all(session).await?}))
        };
        transcript.step(method, Expectation::Result, all).await;
        let pages = async {
            kind.needed(session)?;
            let mut pages = Vec::new();
            let mut cursor = None;
            loop {
                let page = kind.page(session, cursor).await?;
                cursor = page["nextCursor"].as_str().map(str::to_owned);
                pages.push(page);
                if cursor.is_none() || pages.len() == MOST {
                    return Ok(json!({"result": {"pages": pages}}));
                }
            }
        };
        transcript
            .step(format!("{method} by pages"), Expectation::Result, pages)
            .await;
        // Some servers ignore a bad cursor, so that any answer will do; it only has to stay the same.
        let bad = async {
            kind.needed(session)?;
            let page = kind
                .page(session, Some("no such cursor".to_owned()))
                .await?;
            Ok(json!({ "result": page }))
        };
        transcript
            .step(format!("{method} with a bad cursor"), table.bad_cursor, bad)
            .await;
    }
}
