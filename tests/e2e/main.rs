//! Stories with real parts: real clients, real servers, and a gateway between them.

mod attacks;
mod browser;
mod conformance;
mod credentials;
mod faults;
mod guides;
mod keys;
mod matrix;
mod memory;
mod parity;
mod readme;
mod refused;
mod reload;
mod rights;
mod rmcp;
mod serving;
