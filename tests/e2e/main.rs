//! Stories with real parts: real clients, real servers, and a gateway between them.

mod attacks;
mod conformance;
mod faults;
mod memory;
mod parity;
mod readme;
mod refused;
mod rmcp;
mod serving;
