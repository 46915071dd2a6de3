//! The name that stands in a certificate.

use x509_parser::{
    asn1_rs::{Any, Class, Tag, ToDer as _},
    x509::{AttributeTypeAndValue, X509Name},
};

use super::{attribute, text::is_identifier, value};
use crate::certificate::hex;

/// Writes a name. `None` when it holds something that cannot be written back.
pub(in crate::certificate) fn write(name: &X509Name<'_>) -> Option<String> {
    let mut elements = Vec::new();
    for element in name.iter_rdn() {
        let parts: Option<Vec<_>> = element.iter().map(write_attribute).collect();
        let mut parts = parts?;
        parts.sort_unstable();
        elements.push(parts.join("+"));
    }
    elements.reverse();
    Some(elements.join(","))
}

fn write_attribute(attribute: &AttributeTypeAndValue<'_>) -> Option<String> {
    let identifier = attribute.attr_type().to_id_string();
    let any = attribute.attr_value();
    match attribute::name_of(&identifier) {
        Some(name) if is_text(any) => {
            // What says that it is UTF-8 must be.
            let text = std::str::from_utf8(any.data).ok()?;
            Some(format!("{name}={}", value::escape(text)))
        }
        // The parser takes identifiers of no bytes, and of numbers too large for it, for such.
        None if !is_identifier(&identifier) => None,
        name => {
            let name = name.unwrap_or(&identifier);
            let der = any.to_der_vec().ok()?;
            Some(format!("{name}=#{}", hex::encode(&der)))
        }
    }
}

/// Whether this is one of the kinds of string whose bytes are UTF-8.
fn is_text(any: &Any<'_>) -> bool {
    let tags = [
        Tag::NumericString,
        Tag::PrintableString,
        Tag::Utf8String,
        Tag::Ia5String,
    ];
    any.class() == Class::Universal && !any.header.constructed() && tags.contains(&any.tag())
}
