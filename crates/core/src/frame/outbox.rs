//! What is ready for the client.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// Up to this length a piece is copied next to its neighbours.
const SMALL: usize = 1024;

/// Pieces that wait to be sent, in order. Small neighbours leave as one: a piece of its own costs
/// more than a few bytes on the wire, and a server that sends many tiny events could make the
/// gateway send many times as much.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    whole: VecDeque<Bytes>,
    joined: BytesMut,
    length: usize,
}

impl Outbox {
    /// Adds a piece that may be joined with its neighbours.
    pub(super) fn push(&mut self, piece: Bytes) {
        if piece.len() <= SMALL {
            self.length += piece.len();
            self.joined.extend_from_slice(&piece);
        } else {
            self.pass(piece);
        }
    }

    /// Adds a piece that leaves as it is, without a copy.
    pub(super) fn pass(&mut self, piece: Bytes) {
        self.join();
        self.length += piece.len();
        self.whole.push_back(piece);
    }

    /// How many bytes wait.
    pub(super) const fn length(&self) -> usize {
        self.length
    }

    /// Takes the next piece.
    pub(super) fn pop(&mut self) -> Option<Bytes> {
        if self.whole.is_empty() {
            self.join();
        }
        let piece = self.whole.pop_front()?;
        self.length -= piece.len();
        Some(piece)
    }

    fn join(&mut self) {
        if !self.joined.is_empty() {
            self.whole.push_back(self.joined.split().freeze());
        }
    }
}
