//! The members of `params` that a gateway looks at.

use crate::json::{self, Problem, Scanner, Slice, variant};

/// The key of the protocol version in `_meta`.
pub(crate) const META_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
/// The key of the client's capabilities in `_meta`.
pub(crate) const META_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
/// The key of the client's name and version in `_meta`.
pub(crate) const META_CLIENT: &str = "io.modelcontextprotocol/clientInfo";
/// The key of the trace that a message belongs to in `_meta`.
const META_TRACE: &str = "traceparent";
/// The namespace which the protocol keeps for itself in `_meta`.
const META_PREFIX: &str = "io.modelcontextprotocol/";

/// All members of `params` that any revision defines for messages of clients.
const PARAMS: &[&str] = &[
    "_meta",
    "argument",
    "arguments",
    "capabilities",
    "clientInfo",
    "context",
    "cursor",
    "inputResponses",
    "level",
    "message",
    "name",
    "notifications",
    "progress",
    "progressToken",
    "protocolVersion",
    "reason",
    "ref",
    "requestId",
    "requestState",
    "task",
    "taskId",
    "total",
    "uri",
];

const META: &[&str] = &[
    META_PREFIX,
    META_CAPABILITIES,
    META_CLIENT,
    META_VERSION,
    "io.modelcontextprotocol/logLevel",
    "io.modelcontextprotocol/related-task",
    "io.modelcontextprotocol/serverInfo",
    "io.modelcontextprotocol/subscriptionId",
    "baggage",
    "progressToken",
    META_TRACE,
    "tracestate",
];

const REFERENCE: &[&str] = &["name", "title", "type", "uri"];

const NOTIFICATIONS: &[&str] = &[
    "promptsListChanged",
    "resourceSubscriptions",
    "resourcesListChanged",
    "taskIds",
    "toolsListChanged",
];

/// What was found in `params`, whatever the method is: the method may stand behind its parameters.
#[derive(Debug, Default)]
pub(crate) struct Params<'a> {
    pub(crate) name: Option<Slice<'a>>,
    pub(crate) uri: Option<Slice<'a>>,
    pub(crate) task: Option<Slice<'a>>,
    pub(crate) augmentation: Option<Slice<'a>>,
    pub(crate) input_responses: Option<Slice<'a>>,
    pub(crate) arguments: Option<Slice<'a>>,
    pub(crate) request: Option<Slice<'a>>,
    pub(crate) version: Option<Slice<'a>>,
    pub(crate) client: Option<Slice<'a>>,
    pub(crate) capabilities: Option<Slice<'a>>,
    pub(crate) meta: Option<Slice<'a>>,
    pub(crate) meta_version: Option<Slice<'a>>,
    pub(crate) meta_client: Option<Slice<'a>>,
    pub(crate) meta_capabilities: Option<Slice<'a>>,
    pub(crate) meta_trace: Option<Slice<'a>>,
    pub(crate) reference: Option<Slice<'a>>,
    pub(crate) notifications: Option<Slice<'a>>,
}

impl<'a> Params<'a> {
    /// Passes a `params` object. If there are two of them, which is an offence, the later members win.
    pub(crate) fn scan(&mut self, scanner: &mut Scanner<'a>) -> Result<(), json::Error> {
        scanner.object(|scanner, key| {
            let name = scanner.decode(key);
            let place = match &*name {
                "name" => &mut self.name,
                "uri" => &mut self.uri,
                "taskId" => &mut self.task,
                "task" => &mut self.augmentation,
                "inputResponses" => &mut self.input_responses,
                "requestId" => &mut self.request,
                "protocolVersion" => &mut self.version,
                "clientInfo" => &mut self.client,
                "capabilities" => &mut self.capabilities,
                "arguments" => {
                    self.arguments = Some(scanner.lenient_value()?);
                    return Ok(());
                }
                "_meta" => return self.meta(scanner),
                "ref" => {
                    self.reference = Some(named(scanner, REFERENCE)?);
                    return Ok(());
                }
                "notifications" => {
                    self.notifications = Some(named(scanner, NOTIFICATIONS)?);
                    return Ok(());
                }
                other => {
                    if let Some(meant) = variant(other, PARAMS) {
                        scanner.reject(key, |found| Problem::Variant { found, meant });
                    }
                    return scanner.skip();
                }
            };
            *place = Some(scanner.value()?);
            Ok(())
        })
    }

    fn meta(&mut self, scanner: &mut Scanner<'a>) -> Result<(), json::Error> {
        let start = scanner.position();
        if scanner.peek() != Some(b'{') {
            self.meta = Some(scanner.value()?);
            return Ok(());
        }
        scanner.object(|scanner, key| {
            let name = scanner.decode(key);
            let place = match &*name {
                META_VERSION => &mut self.meta_version,
                META_CLIENT => &mut self.meta_client,
                META_CAPABILITIES => &mut self.meta_capabilities,
                META_TRACE => &mut self.meta_trace,
                other => {
                    if let Some(meant) = variant(other, META).or_else(|| namespace(other)) {
                        scanner.reject(key, |found| Problem::Variant { found, meant });
                    }
                    return scanner.skip();
                }
            };
            *place = Some(scanner.value()?);
            Ok(())
        })?;
        self.meta = Some(scanner.since(start));
        Ok(())
    }
}

/// Passes a value; if it is an object, its keys must be no variants of the names.
fn named<'a>(
    scanner: &mut Scanner<'a>,
    names: &'static [&'static str],
) -> Result<Slice<'a>, json::Error> {
    let start = scanner.position();
    if scanner.peek() != Some(b'{') {
        return scanner.value();
    }
    scanner.object(|scanner, key| {
        if let Some(meant) = variant(&scanner.decode(key), names) {
            scanner.reject(key, |found| Problem::Variant { found, meant });
        }
        scanner.skip()
    })?;
    Ok(scanner.since(start))
}

/// Finds keys in a variant of the protocol's own namespace.
fn namespace(key: &str) -> Option<&'static str> {
    let end = key.find('/')? + 1;
    variant(key.get(..end)?, &[META_PREFIX])
}
