//! Links to resources in results.

use tollbar_mcp::{
    Limits,
    json::{Kind, Slice},
};

use super::changes::Changes;
use crate::{Target, access::Inquiry};

/// Takes out of the result of a tool, a prompt or a read what is, or leads to, a resource that may not
/// be used.
pub(super) fn filter(
    inquiry: &Inquiry<'_>,
    limits: &Limits,
    result: &Slice<'_>,
    changes: &mut Changes,
) {
    let reader = Reader { inquiry, limits };
    for (key, value) in result.members() {
        // Clients that compare without case find it there, too.
        match key.to_ascii_lowercase().as_str() {
            "content" => changes.retain(&value, |_, block| reader.passes(block)),
            "contents" => changes.retain(&value, |_, part| reader.may_read(part)),
            "messages" => {
                changes.retain(&value, |_, message| {
                    let content = message.get("content");
                    // An array is looked into below.
                    content.is_none_or(|content| reader.passes(&content))
                });
                for message in value.elements() {
                    let content = message.get("content");
                    if let Some(blocks) = content.filter(is_array) {
                        changes.retain(&blocks, |_, block| reader.passes(block));
                    }
                }
            }
            _ => {}
        }
    }
}

struct Reader<'a> {
    inquiry: &'a Inquiry<'a>,
    limits: &'a Limits,
}

impl Reader<'_> {
    /// Whether a block of content may stay.
    fn passes(&self, block: &Slice<'_>) -> bool {
        if block.has_look_alike("type") {
            return false;
        }
        let kind = block.get("type").and_then(|kind| kind.as_str());
        match kind.as_deref() {
            Some("resource_link") => self.may_read(block),
            Some("resource") => {
                !block.has_look_alike("resource")
                    && block
                        .get("resource")
                        .is_some_and(|resource| self.may_read(&resource))
            }
            _ => true,
        }
    }

    /// Whether what has this URI may be used.
    fn may_read(&self, resource: &Slice<'_>) -> bool {
        let uri = resource.get("uri").and_then(|uri| uri.as_str());
        uri.is_some_and(|uri| {
            !resource.has_look_alike("uri")
                && self.limits.admits_uri(&uri)
                && self.inquiry.may_use(Target::Resource(&uri))
        })
    }
}

fn is_array(value: &Slice<'_>) -> bool {
    value.kind() == Some(Kind::Array)
}
