//! Bearer keys: their text, their stores, and the plan that judges them.

mod broken;
mod contract;
mod damage;
mod following;
mod judging;
mod management;
mod pepper_files;
mod permissions;
mod records;
mod support;
mod text;
