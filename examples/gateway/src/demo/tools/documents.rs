//! Tools that point to resources, carry them along, and change them.

use rmcp::{
    handler::server::wrapper::Parameters,
    model::{CallToolResult, ContentBlock},
    tool, tool_router,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::failure;
use crate::demo::{
    audience::Change,
    document::{DOCUMENTS, Document},
    note::{self, Written},
    resources::note_entry,
    server::Demo,
};

#[derive(Debug, Deserialize, JsonSchema)]
struct ChapterArguments {
    /// Number of the chapter, from 1 to 12.
    #[schemars(range(min = 1, max = DOCUMENTS.len()))]
    number: u32,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct NoteArguments {
    /// Name of the note: letters a-z, digits and hyphens.
    name: String,
    /// What the note is to say from now on.
    text: String,
}

#[tool_router(router = document_tools, vis = "pub(in crate::demo)")]
impl Demo {
    /// Answers with a link to a chapter of the handbook, which the client can read or not.
    #[tool(
        title = "Link a document",
        annotations(
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    fn link_document(Parameters(arguments): Parameters<ChapterArguments>) -> CallToolResult {
        let found = Document::find(&arguments.number.to_string());
        found.map_or_else(
            || no_chapter(arguments.number),
            |(number, document)| {
                let link = ContentBlock::resource_link(document.entry(number));
                CallToolResult::success(vec![ContentBlock::text("Here it is:"), link])
            },
        )
    }

    /// Answers with a whole chapter of the handbook, embedded in the result.
    #[tool(
        title = "Embed a document",
        annotations(
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    fn embed_document(Parameters(arguments): Parameters<ChapterArguments>) -> CallToolResult {
        let found = Document::find(&arguments.number.to_string());
        found.map_or_else(
            || no_chapter(arguments.number),
            |(number, document)| {
                let resource = ContentBlock::resource(document.contents(number));
                CallToolResult::success(vec![resource])
            },
        )
    }

    #[tool(
        title = "Write a note",
        description = "Writes a note that all clients can read, over the one of that name if \
                       there is one. Whoever subscribed to it is told, and everybody is told \
                       when the list of resources has become longer.",
        annotations(
            read_only_hint = false,
            destructive_hint = true,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn write_note(&self, Parameters(arguments): Parameters<NoteArguments>) -> CallToolResult {
        let NoteArguments { name, text } = arguments;
        let written = self.world.notes().write(&name, &text);
        let verb = match written {
            Err(reason) => return failure(reason),
            Ok(Written::Created) => "created",
            Ok(Written::Replaced) => "replaced",
        };
        let uri = format!("{}{name}", note::PREFIX);
        self.world.audience.tell(Change::Resource(&uri)).await;
        if written == Ok(Written::Created) {
            self.world.audience.tell(Change::ResourceList).await;
        }
        CallToolResult::success(vec![
            ContentBlock::text(format!("{verb} the note `{name}`")),
            ContentBlock::resource_link(note_entry(&name)),
        ])
    }
}

fn no_chapter(number: u32) -> CallToolResult {
    let last = DOCUMENTS.len();
    failure(format!("there is no chapter {number}: ask for 1 to {last}"))
}
