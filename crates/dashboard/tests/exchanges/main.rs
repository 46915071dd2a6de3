//! A store of exchanges, questions to it, and its API, from outside.

mod answers;
mod bounded;
mod counted;
mod crowded;
mod described;
mod facts;
mod filled;
mod hostile;
mod killed;
mod listed;
mod live;
mod odd_files;
mod opened;
mod overlapped;
mod refused;
mod retained;
mod varied;
