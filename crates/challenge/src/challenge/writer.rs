//! From challenges to one line of `WWW-Authenticate`.

use bytes::{BufMut as _, BytesMut};
use http::HeaderValue;

use super::{Challenge, Content, Parameter};

/// One line of these challenges, separated by commas.
pub(super) fn write<'a>(challenges: impl IntoIterator<Item = &'a Challenge>) -> HeaderValue {
    let mut line = BytesMut::with_capacity(128);
    for challenge in challenges {
        if !line.is_empty() {
            line.put_slice(b", ");
        }
        line.put_slice(challenge.scheme.as_bytes());
        match &challenge.content {
            Content::Token(token) => {
                line.put_u8(b' ');
                line.put_slice(token.as_bytes());
            }
            Content::Parameters(parameters) => {
                for (index, parameter) in parameters.iter().enumerate() {
                    line.put_slice(if index == 0 { b" " } else { b", " });
                    parameter.write(&mut line);
                }
            }
        }
    }
    // It always is one: each part was checked when it was read or set.
    HeaderValue::from_maybe_shared(line.freeze()).unwrap_or(HeaderValue::from_static(super::BEARER))
}

impl Parameter {
    fn write(&self, line: &mut BytesMut) {
        line.put_slice(self.name.as_bytes());
        line.put_u8(b'=');
        if !self.quoted {
            line.put_slice(self.value.as_bytes());
            return;
        }
        line.put_u8(b'"');
        for byte in self.value.bytes() {
            if matches!(byte, b'"' | b'\\') {
                line.put_u8(b'\\');
            }
            line.put_u8(byte);
        }
        line.put_u8(b'"');
    }
}
