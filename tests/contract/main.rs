//! What every layer of the house promises, whatever it decides.
//!
//! - It is `Clone + Send + Sync + Debug`, before and after it is stacked.
//! - It calls only an instance that was polled ready, and that very instance.
//! - A client that sends its body slowly does not hold a place inside.
//! - A request that is dropped is dropped inside, before the head and after.
//! - One refusal, one event; a fact that is missing is a refusal.

mod probe;
mod promises;
mod stacks;
