//! Prompts: plain, with arguments, with an embedded resource and with a picture.

use rmcp::{
    ErrorData,
    model::{
        CacheScope, ContentBlock, GetPromptRequestParams, GetPromptResult, ListPromptsResult,
        Prompt, PromptArgument, PromptMessage, Role,
    },
};

use super::{
    document::{Document, PICTURE},
    server::FRESH,
};

/// A prompt without arguments.
pub(super) const GREET: &str = "greet";

/// A prompt with one required and one optional argument.
pub(super) const WRITE_LETTER: &str = "write_letter";

/// A prompt that embeds a document.
pub(super) const EXPLAIN_CHAPTER: &str = "explain_chapter";

/// A prompt that shows a picture.
pub(super) const DESCRIBE_PICTURE: &str = "describe_picture";

/// The tones that a letter can have, in alphabetical order.
pub(super) const TONES: &[&str] = &["brief", "formal", "friendly"];

/// All prompts, on one page.
pub(super) fn list() -> ListPromptsResult {
    let prompts = vec![
        Prompt::new(GREET, Some("Greets the user and asks what to do"), None).with_title("Greet"),
        Prompt::new(
            WRITE_LETTER,
            Some("Writes a letter to a traveller who passed without paying"),
            Some(vec![
                PromptArgument::new("name")
                    .with_description("Name of the traveller")
                    .with_required(true),
                PromptArgument::new("tone")
                    .with_description("How the letter sounds: brief, formal (default) or friendly")
                    .with_required(false),
            ]),
        )
        .with_title("Write a letter"),
        Prompt::new(
            EXPLAIN_CHAPTER,
            Some("Explains a chapter of the handbook, which comes embedded"),
            Some(vec![
                PromptArgument::new("number")
                    .with_description("Number of the chapter, from 1")
                    .with_required(true),
            ]),
        )
        .with_title("Explain a chapter"),
        Prompt::new(DESCRIBE_PICTURE, Some("Describes a small picture"), None)
            .with_title("Describe a picture"),
    ];
    ListPromptsResult::with_all_items(prompts)
        .with_ttl_ms(FRESH)
        .with_cache_scope(CacheScope::Public)
}

/// The messages of a prompt.
///
/// # Errors
///
/// -32602 when there is no such prompt, or an argument is missing or has no possible value.
pub(super) fn get(request: &GetPromptRequestParams) -> Result<GetPromptResult, ErrorData> {
    let result = match request.name.as_str() {
        GREET => GetPromptResult::new(vec![PromptMessage::new_text(
            Role::User,
            "Greet me in one sentence and ask what I would like to do.",
        )]),
        WRITE_LETTER => write_letter(request)?,
        EXPLAIN_CHAPTER => explain_chapter(request)?,
        DESCRIBE_PICTURE => GetPromptResult::new(vec![
            PromptMessage::new_text(Role::User, "Describe this picture in one sentence."),
            PromptMessage::new(Role::User, ContentBlock::image(PICTURE, "image/png")),
        ]),
        unknown => {
            let message = format!("unknown prompt `{unknown}`");
            return Err(ErrorData::invalid_params(message, None));
        }
    };
    Ok(result)
}

fn write_letter(request: &GetPromptRequestParams) -> Result<GetPromptResult, ErrorData> {
    let name = argument(request, "name")?.ok_or_else(|| missing("name"))?;
    let tone = argument(request, "tone")?.unwrap_or("formal");
    if !TONES.contains(&tone) {
        let message = format!("unknown tone `{tone}`: use one of {}", TONES.join(", "));
        return Err(ErrorData::invalid_params(message, None));
    }
    let text = format!(
        "Write a {tone} letter to {name}, who drove past the toll bar without paying. Three \
         sentences are enough."
    );
    Ok(
        GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)])
            .with_description(format!("A {tone} letter to {name}")),
    )
}

fn explain_chapter(request: &GetPromptRequestParams) -> Result<GetPromptResult, ErrorData> {
    let number = argument(request, "number")?.ok_or_else(|| missing("number"))?;
    let (number, document) = Document::find(number).ok_or_else(|| {
        ErrorData::invalid_params(format!("there is no chapter `{number}`"), None)
    })?;
    Ok(GetPromptResult::new(vec![
        PromptMessage::new_text(Role::User, "Explain what this chapter means for an API:"),
        PromptMessage::new(
            Role::User,
            ContentBlock::resource(document.contents(number)),
        ),
    ])
    .with_description(format!("Explains chapter {number}")))
}

fn argument<'a>(
    request: &'a GetPromptRequestParams,
    name: &str,
) -> Result<Option<&'a str>, ErrorData> {
    let Some(value) = request.arguments.as_ref().and_then(|all| all.get(name)) else {
        return Ok(None);
    };
    let text = value.as_str().ok_or_else(|| {
        ErrorData::invalid_params(format!("the argument `{name}` must be a string"), None)
    })?;
    Ok(Some(text))
}

fn missing(name: &str) -> ErrorData {
    ErrorData::invalid_params(format!("the argument `{name}` is missing"), None)
}
