//! The house: which crate may know which, and how large a room may be.

mod arrows;
mod refusals;
mod rooms;
