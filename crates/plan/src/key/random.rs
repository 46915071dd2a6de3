//! Random characters.

use thiserror::Error;
use zeroize::Zeroizing;

/// The digits of base 62, in the order of ASCII.
pub(super) const DIGITS: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The operating system gave no random bytes, so that no secret can be made.
#[derive(Debug, Error)]
#[error("the operating system gives no random bytes: {0}")]
pub struct NoRandomness(String);

/// Fills a buffer with random bytes.
pub(super) fn fill(buffer: &mut [u8]) -> Result<(), NoRandomness> {
    getrandom::fill(buffer).map_err(|error| NoRandomness(error.to_string()))
}

/// Appends random digits of base 62, each as likely as any other.
pub(super) fn append_digits(text: &mut String, count: usize) -> Result<(), NoRandomness> {
    // The highest bytes are thrown away: with them, the first digits would come more often.
    const FAIR: u8 = u8::MAX - (u8::MAX % 62) - 1;
    let mut wanted = count;
    let mut bytes = Zeroizing::new([0; 64]);
    while wanted > 0 {
        fill(&mut *bytes)?;
        let fair = bytes.iter().filter(|byte| **byte <= FAIR);
        for byte in fair.take(wanted) {
            text.push(char::from(DIGITS[usize::from(byte % 62)]));
            wanted -= 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{DIGITS, append_digits};

    /// 62,000 digits: each of the 62 is expected 1,000 times, with a standard deviation of 31.
    #[test]
    fn all_digits_are_equally_likely() {
        let mut text = String::new();
        append_digits(&mut text, 62_000).unwrap();
        assert_eq!(text.len(), 62_000);
        for digit in DIGITS {
            let count = text.bytes().filter(|byte| byte == digit).count();
            assert!((800..=1200).contains(&count), "{count} of {digit}");
        }
    }
}
