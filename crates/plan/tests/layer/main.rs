//! The plan layer from outside: which plan judges, what is refused, what reaches the service.

mod attempts;
mod choice;
mod credentials;
mod plans;
mod sessions;
