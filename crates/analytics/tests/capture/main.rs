//! What is kept of what was said, and what never is.

mod held;
mod kept;
mod redacted;
mod stack;
