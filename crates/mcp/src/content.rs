//! What a message with a method asks for.

use std::borrow::Cow;

use crate::envelope::{Envelope, Shape, read_id};
use crate::json::{Kind, Slice};
use crate::params::Params;
use crate::subject::Entries;
use crate::{
    ClientInfo, Id, Limits, Malformed, Message, MessageKind, Method, Subject, Subscriptions,
    TraceParent,
};

/// Reads a message whose outer members are in order.
pub(crate) fn read(
    shape: Shape,
    envelope: &Envelope<'_>,
    limits: &Limits,
) -> Result<Message, Malformed> {
    let inside = &envelope.inside;
    if inside
        .meta
        .is_some_and(|meta| meta.kind() != Some(Kind::Object))
    {
        return Err(Malformed::params("`params._meta` has to be an object"));
    }
    let Shape { kind, id, method } = shape;
    let reader = Reader { inside, limits };
    let is_initialize = method == Some(Method::Initialize);
    let subject = match &method {
        Some(method) => reader.subject(method)?,
        None => None,
    };
    let cancels = match &method {
        Some(Method::NotificationCancelled) => reader.cancelled()?,
        _ => None,
    };
    let requested_version = match is_initialize {
        true => Some(reader.requested_version()?.into()),
        false => None,
    };
    let (client, capabilities) = match is_initialize {
        true => (inside.client, inside.capabilities),
        false => (inside.meta_client, inside.meta_capabilities),
    };
    let span = |slice: Slice<'_>| slice.span();
    Ok(Message {
        kind,
        id,
        method,
        subject,
        span: envelope.whole.span(),
        params: envelope.params.map(span),
        arguments: inside.arguments.map(span),
        meta: inside.meta.map(span),
        task: inside.augmentation.map(span),
        input_responses: inside.input_responses.map(span),
        task_id: inside.task.map(span),
        capabilities: capabilities.map(span),
        requested_version,
        client: client.and_then(label),
        cancels,
        // Whoever writes something else there has no trace, and is not refused for it.
        trace_parent: inside
            .meta_trace
            .and_then(|trace| TraceParent::parse(&trace.as_str()?)),
    })
}

/// Reads `clientInfo`; a label that is no object with a name is no label.
fn label(info: Slice<'_>) -> Option<ClientInfo> {
    let mut name = None;
    let mut version = Cow::Borrowed("");
    for (key, value) in info.members() {
        match &*key {
            "name" => name = value.as_str(),
            "version" => version = value.as_str().unwrap_or_default(),
            _ => {}
        }
    }
    Some(ClientInfo::new(&name?, &version))
}

struct Reader<'r, 'a> {
    inside: &'r Params<'a>,
    limits: &'r Limits,
}

impl Reader<'_, '_> {
    fn subject(&self, method: &Method) -> Result<Option<Subject>, Malformed> {
        if let Method::Other(name) = method {
            self.check_name(name, "method")?;
            return Ok(None);
        }
        let inside = self.inside;
        let subject = match method {
            Method::ToolsCall => Subject::Tool(self.name(inside.name, "params.name")?),
            Method::PromptsGet => Subject::Prompt(self.name(inside.name, "params.name")?),
            Method::ResourcesRead | Method::ResourcesSubscribe | Method::ResourcesUnsubscribe => {
                Subject::Resource(self.uri(inside.uri, "params.uri")?)
            }
            Method::TasksGet
            | Method::TasksResult
            | Method::TasksUpdate
            | Method::TasksCancel
            | Method::NotificationTasksStatus => {
                Subject::Task(self.name(inside.task, "params.taskId")?)
            }
            Method::CompletionComplete => self.reference()?,
            Method::SubscriptionsListen => Subject::Subscriptions(self.subscriptions()?),
            _ => return Ok(None),
        };
        Ok(Some(subject))
    }

    fn reference(&self) -> Result<Subject, Malformed> {
        let (mut kind, mut name, mut uri) = (None, None, None);
        for (key, value) in self.inside.reference.unwrap_or_default().members() {
            match &*key {
                "type" => kind = value.as_str(),
                "name" => name = Some(value),
                "uri" => uri = Some(value),
                _ => {}
            }
        }
        match kind.as_deref() {
            Some("ref/prompt") => Ok(Subject::Prompt(self.name(name, "params.ref.name")?)),
            Some("ref/resource") => {
                let uri = self.uri(uri, "params.ref.uri")?;
                Ok(match uri.contains('{') {
                    true => Subject::Template(uri),
                    false => Subject::Resource(uri),
                })
            }
            _ => Err(Malformed::params(
                "`params.ref.type` has to be `ref/prompt` or `ref/resource`",
            )),
        }
    }

    fn subscriptions(&self) -> Result<Subscriptions, Malformed> {
        let filter = self.inside.notifications.unwrap_or_default();
        if filter.kind() != Some(Kind::Object) {
            return Err(Malformed::params(
                "`params.notifications` has to be an object",
            ));
        }
        let mut subscriptions = Subscriptions::default();
        for (key, value) in filter.members() {
            match &*key {
                "toolsListChanged" => subscriptions.tools_list_changed = flag(value, &key)?,
                "promptsListChanged" => subscriptions.prompts_list_changed = flag(value, &key)?,
                "resourcesListChanged" => subscriptions.resources_list_changed = flag(value, &key)?,
                "resourceSubscriptions" => {
                    subscriptions.resources = self.entries(value, &key, Self::uri)?;
                }
                "taskIds" => subscriptions.tasks = self.entries(value, &key, Self::name)?,
                _ => {}
            }
        }
        Ok(subscriptions)
    }

    fn entries(
        &self,
        list: Slice<'_>,
        key: &str,
        read: impl Fn(&Self, Option<Slice<'_>>, &str) -> Result<Box<str>, Malformed>,
    ) -> Result<Entries, Malformed> {
        let what = format!("params.notifications.{key}");
        if list.kind() != Some(Kind::Array) {
            return Err(Malformed::params(format!("`{what}` has to be an array")));
        }
        let mut entries = Entries {
            span: Some(list.span()),
            ..Entries::default()
        };
        for element in list.elements() {
            if entries.names.len() == self.limits.max_subscriptions() {
                let most = self.limits.max_subscriptions();
                return Err(Malformed::params(format!(
                    "more than {most} entries in `{what}`"
                )));
            }
            entries.names.push(read(self, Some(element), &what)?);
            entries.spans.push(element.span());
        }
        Ok(entries)
    }

    fn cancelled(&self) -> Result<Option<Id>, Malformed> {
        let Some(request) = self.inside.request else {
            return Ok(None);
        };
        match read_id(request, self.limits) {
            Some(id) => Ok(Some(id)),
            None => Err(Malformed::params(
                "`params.requestId` has to be a request's id",
            )),
        }
    }

    fn requested_version(&self) -> Result<Cow<'_, str>, Malformed> {
        let version = self.inside.version.and_then(|version| version.as_str());
        let version = version.ok_or_else(|| missing("params.protocolVersion"))?;
        self.check_name(&version, "params.protocolVersion")?;
        Ok(version)
    }

    fn name(&self, value: Option<Slice<'_>>, what: &str) -> Result<Box<str>, Malformed> {
        let name = value.and_then(|value| value.as_str());
        let name = name.ok_or_else(|| missing(what))?;
        self.check_name(&name, what)?;
        Ok(name.into())
    }

    fn check_name(&self, name: &str, what: &str) -> Result<(), Malformed> {
        check_length(name, self.limits.max_name(), what)?;
        if !is_name(name) {
            return Err(Malformed::params(format!("control character in `{what}`")));
        }
        Ok(())
    }

    fn uri(&self, value: Option<Slice<'_>>, what: &str) -> Result<Box<str>, Malformed> {
        let uri = value.and_then(|value| value.as_str());
        let uri = uri.ok_or_else(|| missing(what))?;
        check_length(&uri, self.limits.max_uri(), what)?;
        if !is_uri(&uri) {
            return Err(Malformed::params(format!(
                "`{what}` has to be plain ASCII without space and backslash, percent-encode the rest"
            )));
        }
        Ok(uri.into())
    }
}

fn is_name(name: &str) -> bool {
    !name.contains(char::is_control)
}

/// What a WHATWG parser strips or rewrites in silence must not reach a rule (`\` becomes `/`).
fn is_uri(uri: &str) -> bool {
    uri.bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

impl Limits {
    /// Whether a client's message may name a tool or prompt so: not too long, and without control characters.
    ///
    /// What a server lists under another name cannot be called.
    #[must_use]
    pub fn admits_name(&self, name: &str) -> bool {
        name.len() <= self.max_name() && is_name(name)
    }

    /// Whether a client's message may name a resource so: not too long, and plain ASCII without space and backslash.
    #[must_use]
    pub fn admits_uri(&self, uri: &str) -> bool {
        uri.len() <= self.max_uri() && is_uri(uri)
    }
}

fn check_length(text: &str, most: usize, what: &str) -> Result<(), Malformed> {
    if text.len() > most {
        return Err(Malformed::params(format!(
            "`{what}` is longer than {most} bytes"
        )));
    }
    Ok(())
}

fn missing(what: &str) -> Malformed {
    Malformed::params(format!("`{what}` has to be a string"))
}

fn flag(value: Slice<'_>, key: &str) -> Result<bool, Malformed> {
    let flag = value.as_bool();
    flag.ok_or_else(|| {
        Malformed::params(format!(
            "`params.notifications.{key}` has to be true or false"
        ))
    })
}

impl MessageKind {
    /// Whether somebody waits for a response.
    pub(crate) fn is_request(self) -> bool {
        self == Self::Request
    }
}
