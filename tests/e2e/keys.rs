//! The key file under many processes at once, under processes that are killed, and under a gateway
//! that runs.

mod commands;
mod configuration;
mod crowd;
mod files;
mod killed;
mod live;
mod secrets;
mod states;
mod table;
