//! Rules: what each condition means, and what all of them mean together.

mod agreement;
mod asking;
mod conditions;
mod explanation;
mod oracle;
mod reading;
mod refused;
mod scopes;
mod subjects;
mod uris;
