//! The fixed order of the steps, for every server and every era.

use super::{
    cancellation, connection,
    exchanges::Exchanges,
    lists, logging,
    observations::Observations,
    prompts, resources,
    session::{Mode, Session},
    subscriptions,
    table::Table,
    tools,
    transcript::Transcript,
};

/// What the steps share.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) url: String,
    pub(super) mode: Mode,
    pub(super) table: Table,
    pub(super) exchanges: Exchanges,
    pub(super) transcript: Transcript,
    pub(super) session: Session,
}

/// Tells the story, and gives its transcript.
pub(super) async fn tell(url: &str, server: &str, mode: Mode) -> Transcript {
    let table = Table::read(server);
    let exchanges = Exchanges::new();
    let mut transcript = Transcript::new(exchanges.clone());
    let observations = Observations::new(&table.answers);
    let session =
        connection::connect(url, mode, &table, &exchanges, observations, &mut transcript).await;
    let Some(session) = session else {
        return transcript;
    };
    let mut story = Story {
        url: url.to_owned(),
        mode,
        table,
        exchanges,
        transcript,
        session,
    };
    lists::steps(&mut story).await;
    tools::steps(&mut story).await;
    resources::steps(&mut story).await;
    subscriptions::steps(&mut story).await;
    prompts::steps(&mut story).await;
    logging::steps(&mut story).await;
    cancellation::steps(&mut story).await;
    connection::departure(story).await
}
