//! The plan layer from outside: which plan judges, what is refused, what reaches the service.

mod attempts;
mod beside_tokens;
mod choice;
mod credentials;
mod plans;
mod relay;
mod relayed;
mod relayed_sessions;
mod sessions;
mod verified;
