//! What the tests with real parts share: processes that start and end with a test.

pub mod authorization_server;
pub mod faulty;
pub mod guide;
pub mod local;
pub mod process;
pub mod programs;
pub mod secured_server;
