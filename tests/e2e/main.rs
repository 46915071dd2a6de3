//! Stories with real parts: real clients, real servers, and a gateway between them.

mod acl;
mod attacks;
mod browser;
mod bypass;
mod conformance;
mod credentials;
mod faults;
mod guides;
mod keys;
mod login;
mod matrix;
mod memory;
mod oauth_matrix;
mod parity;
mod readme;
mod refused;
mod reload;
mod rights;
mod rmcp;
mod serving;
mod tasks;
mod undelayed;
