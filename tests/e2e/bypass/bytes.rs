//! Bytes as the tables write them.

use serde::Deserialize;

/// How a body is packed before it is sent.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Packing {
    /// RFC 1952, in blocks that are only stored, so that a name in it can be seen.
    Gzip,
    /// RFC 1950, likewise.
    Deflate,
    #[serde(rename = "utf-16le")]
    Utf16Little,
    #[serde(rename = "utf-16be")]
    Utf16Big,
    /// `application/x-www-form-urlencoded`: a field `json`.
    Form,
}

/// Text in which `<0d0a>` stands for these bytes, and `<20*1000>` for that many of one.
///
/// `<` and `>` around anything else stand for themselves.
pub(super) fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        bytes.extend_from_slice(before.as_bytes());
        let escaped = from[1..].split_once('>');
        let escaped = escaped.and_then(|(inside, after)| Some((escape(inside)?, after)));
        match escaped {
            Some((escaped, after)) => {
                bytes.extend(escaped);
                rest = after;
            }
            None => {
                bytes.push(b'<');
                rest = &from[1..];
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

fn escape(inside: &str) -> Option<Vec<u8>> {
    let (digits, times) = match inside.split_once('*') {
        Some((digits, times)) => (digits, times.parse().ok()?),
        None => (inside, 1),
    };
    let is_hexadecimal = |digit: u8| digit.is_ascii_hexdigit();
    if digits.is_empty() || digits.len() % 2 == 1 || !digits.bytes().all(is_hexadecimal) {
        return None;
    }
    let pairs = digits.as_bytes().chunks_exact(2);
    let pairs = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let bytes: Vec<u8> = pairs.collect::<Option<_>>()?;
    Some(bytes.repeat(times))
}

impl Packing {
    pub(super) fn pack(self, bytes: &[u8]) -> Vec<u8> {
        let wide = |encode: fn(u16) -> [u8; 2]| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            text.encode_utf16().flat_map(encode).collect()
        };
        match self {
            Self::Gzip => {
                let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
                let length = u32::try_from(bytes.len()).unwrap();
                let tail = [cyclic(bytes).to_le_bytes(), length.to_le_bytes()].concat();
                [head.as_slice(), &stored(bytes), &tail].concat()
            }
            Self::Deflate => [
                &[0x78, 0x01],
                stored(bytes).as_slice(),
                &adler(bytes).to_be_bytes(),
            ]
            .concat(),
            Self::Utf16Little => wide(u16::to_le_bytes),
            Self::Utf16Big => wide(u16::to_be_bytes),
            Self::Form => {
                let escaped = bytes.iter().map(|byte| format!("%{byte:02x}"));
                format!("json={}", escaped.collect::<String>()).into_bytes()
            }
        }
    }

    /// The header that names the packing, if one does.
    pub(super) fn header(self) -> Option<&'static str> {
        match self {
            Self::Gzip => Some("Content-Encoding: gzip"),
            Self::Deflate => Some("Content-Encoding: deflate"),
            Self::Utf16Little | Self::Utf16Big | Self::Form => None,
        }
    }
}

/// Stored blocks (RFC 1951 section 3.2.4).
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut blocks = Vec::new();
    let mut chunks = bytes.chunks(0xffff).peekable();
    while let Some(chunk) = chunks.next() {
        let length = u16::try_from(chunk.len()).unwrap();
        blocks.push(u8::from(chunks.peek().is_none()));
        blocks.extend(length.to_le_bytes());
        blocks.extend((!length).to_le_bytes());
        blocks.extend_from_slice(chunk);
    }
    blocks
}

/// CRC-32 (RFC 1952 section 8).
fn cyclic(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(sum & 1));
        }
    }
    !sum
}

/// Adler-32 (RFC 1950 section 8.2).
fn adler(bytes: &[u8]) -> u32 {
    let (mut one, mut two) = (1_u32, 0_u32);
    for byte in bytes {
        one = (one + u32::from(*byte)) % 65521;
        two = (two + one) % 65521;
    }
    (two << 16) | one
}

#[test]
fn escapes_stand_for_bytes() {
    assert_eq!(bytes("a<0d0a>b<FF>"), b"a\r\nb\xff");
    assert_eq!(bytes("<61*3>"), b"aaa");
    assert_eq!(bytes("<a> <b*> < <"), b"<a> <b*> < <");
}

#[test]
fn what_is_packed_can_be_unpacked() {
    assert_eq!(cyclic(b"123456789"), 0xcbf4_3926);
    assert_eq!(adler(b"Wikipedia"), 0x11e6_0398);
    assert_eq!(Packing::Form.pack(b"a{"), b"json=%61%7b");
}
