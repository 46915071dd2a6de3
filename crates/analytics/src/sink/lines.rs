//! Lines on their way to a writer.

use std::{
    io::{self, ErrorKind, Write},
    mem,
    sync::Arc,
};

use super::store::{PartlyKept, Store, StoreError};
use crate::Event;

/// How many bytes are gathered for one write. Only whole lines: two processes that append to one file do not tear each
/// other's.
const CHUNK: usize = 64 << 10;

/// Writes events as lines. Knows which of them the writer has taken as a whole when it fails.
pub(super) struct Lines<W> {
    writer: W,
    buffer: Vec<u8>,
    /// A line was written in part, and its end is lost. The next one must not be glued to it.
    is_torn: bool,
}

impl<W: Write> Lines<W> {
    pub(super) const fn new(writer: W) -> Self {
        Self {
            writer,
            buffer: Vec::new(),
            is_torn: false,
        }
    }

    /// Writes what is gathered. What cannot be written is let go; with the error comes how many lines there are.
    fn write(&mut self) -> Result<usize, (usize, io::Error)> {
        let mut chunk = mem::take(&mut self.buffer);
        let written = self.write_chunk(&chunk);
        let lines = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
        let result = match written {
            Ok(()) => Ok(lines(&chunk)),
            Err((length, error)) => Err((lines(chunk.get(..length).unwrap_or_default()), error)),
        };
        chunk.clear();
        chunk.shrink_to(2 * CHUNK);
        self.buffer = chunk;
        result
    }

    fn write_chunk(&mut self, chunk: &[u8]) -> Result<(), (usize, io::Error)> {
        if self.is_torn {
            self.writer.write_all(b"\n").map_err(|error| (0, error))?;
            self.is_torn = false;
        }
        let mut rest = chunk;
        while !rest.is_empty() {
            let result = match self.writer.write(rest) {
                Ok(0) => Err(ErrorKind::WriteZero.into()),
                other => other,
            };
            match result {
                Ok(length) => rest = rest.get(length..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    let length = chunk.len() - rest.len();
                    let before = chunk.get(..length).unwrap_or_default();
                    self.is_torn = before.last().is_some_and(|byte| *byte != b'\n');
                    return Err((length, error));
                }
            }
        }
        Ok(())
    }
}

impl<W: Write + Send + 'static> Store for Lines<W> {
    fn keep(&mut self, events: &[Arc<Event>]) -> Result<(), StoreError> {
        let mut kept = 0;
        for (index, event) in events.iter().enumerate() {
            self.buffer.extend_from_slice(event.to_json().as_bytes());
            self.buffer.push(b'\n');
            let is_last = index + 1 == events.len();
            if self.buffer.len() < CHUNK && !is_last {
                continue;
            }
            match self.write() {
                Ok(lines) => kept += lines,
                Err((lines, error)) => return Err(PartlyKept::new(kept + lines, error).into()),
            }
        }
        Ok(self.writer.flush()?)
    }
}
