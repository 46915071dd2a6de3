//! The house: which crate may know which, how large a room may be, and what stands in its pages.

mod arrows;
mod refusals;
mod rooms;
mod troubleshooting;
