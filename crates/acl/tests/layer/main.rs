//! The layer: what it asks, cuts, withholds and refuses.

mod annotations;
mod arrays;
mod capabilities;
mod denials;
mod features;
mod headers;
mod links;
mod lists;
mod modes;
mod notifications;
mod replies;
mod support;
