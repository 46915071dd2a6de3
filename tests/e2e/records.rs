//! What a gateway writes down, and what it tells of it.

mod admin;
mod folder;
mod full;
mod hostile;
mod killed;
mod load;
mod logs;
mod moved;
mod telemetry;
