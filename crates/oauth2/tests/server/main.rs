//! Authorization servers on loopback, and what the gateway makes of them.

mod answers;
mod asking;
mod crowd;
mod discovery;
mod examination;
mod faults;
mod gravitee;
mod keys;
mod logs;
mod needs;
mod outage;
mod safety;
mod scripted;
mod settings;
mod tls;
