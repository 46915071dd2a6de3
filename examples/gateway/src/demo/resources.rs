//! Resources: a list of several pages, three templates, text and bytes.

use rmcp::{
    ErrorData,
    model::{
        CacheScope, ListResourceTemplatesResult, ListResourcesResult, ReadResourceResult, Resource,
        ResourceContents, ResourceTemplate,
    },
};

use super::{
    document::{self, DOCUMENTS, Document, PICTURE, PICTURE_URI},
    note,
    server::FRESH,
    weather::{self, Units},
    world::World,
};

/// How many resources stand on one page of the list.
pub(super) const PAGE: usize = 5;

/// The template of documents.
pub(super) const DOCUMENT_TEMPLATE: &str = "demo://documents/{number}";

/// The template of notes.
pub(super) const NOTE_TEMPLATE: &str = "demo://notes/{name}";

/// The template of forecasts.
pub(super) const WEATHER_TEMPLATE: &str = "demo://weather/{city}";

const WEATHER_PREFIX: &str = "demo://weather/";

/// One page of all resources: the documents, the picture, and then the notes by name.
///
/// The cursor is the number of resources already seen, in decimal. Clients must not know that, and
/// a list that grows between two pages may show an entry twice or skip one, as the specification
/// allows.
///
/// # Errors
///
/// -32602 when the cursor is not one that this list gave out.
pub(super) fn list(
    world: &World,
    cursor: Option<String>,
) -> Result<ListResourcesResult, ErrorData> {
    let all = entries(world);
    let start = match cursor {
        None => 0,
        Some(cursor) => cursor
            .parse()
            .ok()
            .filter(|start| *start > 0 && start % PAGE == 0 && *start < all.len())
            .ok_or_else(|| ErrorData::invalid_params(format!("unknown cursor `{cursor}`"), None))?,
    };
    let end = all.len().min(start + PAGE);
    let more = end < all.len();
    let page = all.into_iter().skip(start).take(PAGE).collect();
    let mut result = ListResourcesResult::with_all_items(page)
        .with_ttl_ms(0)
        .with_cache_scope(CacheScope::Public);
    result.next_cursor = more.then(|| end.to_string());
    Ok(result)
}

/// All templates, on one page.
pub(super) fn templates() -> ListResourceTemplatesResult {
    let templates = vec![
        ResourceTemplate::new(DOCUMENT_TEMPLATE, "document")
            .with_title("Chapter of the handbook")
            .with_description("The toll keeper's handbook, by number of chapter")
            .with_mime_type("text/markdown"),
        ResourceTemplate::new(NOTE_TEMPLATE, "note")
            .with_title("Note")
            .with_description("A note that somebody wrote with the tool `write_note`")
            .with_mime_type("text/plain"),
        ResourceTemplate::new(WEATHER_TEMPLATE, "weather")
            .with_title("Forecast")
            .with_description("The forecast for a city, in Celsius")
            .with_mime_type("application/json"),
    ];
    ListResourceTemplatesResult::with_all_items(templates)
        .with_ttl_ms(FRESH)
        .with_cache_scope(CacheScope::Public)
}

/// Reads what a URI names.
///
/// # Errors
///
/// "Resource not found": -32002, which becomes -32602 for clients of 2026-07-28.
pub(super) fn read(world: &World, uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let contents = contents(world, uri).ok_or_else(|| {
        let data = serde_json::json!({ "uri": uri });
        ErrorData::resource_not_found("resource not found", Some(data))
    })?;
    // Notes change, everything else never does.
    let fresh = if uri.starts_with(note::PREFIX) {
        0
    } else {
        FRESH
    };
    Ok(ReadResourceResult::new(vec![contents])
        .with_ttl_ms(fresh)
        .with_cache_scope(CacheScope::Public))
}

/// How a note stands in the list of resources.
pub(super) fn note_entry(name: &str) -> Resource {
    Resource::new(format!("{}{name}", note::PREFIX), name)
        .with_description("A note that somebody wrote")
        .with_mime_type("text/plain")
}

fn entries(world: &World) -> Vec<Resource> {
    let documents = (1..).zip(DOCUMENTS);
    let mut entries: Vec<_> = documents
        .map(|(number, document)| document.entry(number))
        .collect();
    entries.push(
        Resource::new(PICTURE_URI, "picture")
            .with_title("A toll bar")
            .with_description("A picture of 24 by 24 pixels")
            .with_mime_type("image/png"),
    );
    entries.extend(world.notes().names().map(note_entry));
    entries
}

fn contents(world: &World, uri: &str) -> Option<ResourceContents> {
    if let Some(number) = uri.strip_prefix(document::PREFIX) {
        let (number, document) = Document::find(number)?;
        return Some(document.contents(number));
    }
    if let Some(name) = uri.strip_prefix(note::PREFIX) {
        let text = world.notes().read(name)?.to_owned();
        return Some(ResourceContents::text(text, uri).with_mime_type("text/plain"));
    }
    if let Some(city) = uri.strip_prefix(WEATHER_PREFIX) {
        let forecast = weather::forecast(city, Units::Celsius)?;
        let json = serde_json::to_string(&forecast).ok()?;
        return Some(ResourceContents::text(json, uri).with_mime_type("application/json"));
    }
    (uri == PICTURE_URI)
        .then(|| ResourceContents::blob(PICTURE, PICTURE_URI).with_mime_type("image/png"))
}
