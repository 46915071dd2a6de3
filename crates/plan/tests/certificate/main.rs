//! Client certificates: what is read, from whom, and who may enter.

mod admission;
mod authority;
mod damage;
mod forwarded;
mod reading;
