//! Bearer keys: made, given out, rotated, suspended and revoked.
//!
//! A [`Key`] is a long random text that its owner presents with every request. Stores keep an HMAC
//! of it, made with a [`Pepper`] that they do not know. [`KeyPlan`] judges requests, [`Keys`] makes
//! and changes keys, and a [`KeyStore`] keeps them: [`FileStore`] for one machine, [`MemoryStore`]
//! for tests and for hosts that bring their own.
//!
//! A key that is revoked, suspended, or may do something else than before, ends the streams that it
//! had opened: see [`KeyEntry::revocation`].
//!
//! Beware: keys that live long are the weakest credentials. Give each client its own, let them
//! expire, rotate them, and use TLS.

mod bounds;
mod change;
mod count;
mod entry;
mod error;
mod file;
mod identifier;
mod keys;
mod ledger;
mod memory;
mod pepper;
mod plan;
mod proxies;
mod random;
mod record;
mod store;
mod table;
mod text;
mod timestamp;
mod written;

pub use self::{
    bounds::InvalidRecord,
    change::{KeyChange, NewKey},
    count::KeyCounts,
    entry::KeyEntry,
    error::{KeyError, StoreError},
    file::{FileStore, KeyFileError},
    identifier::{InvalidKeyId, KeyId},
    keys::Keys,
    memory::MemoryStore,
    pepper::{KeyDigest, Pepper, PepperError},
    plan::KeyPlan,
    proxies::Proxies,
    random::NoRandomness,
    record::{KeyRecord, KeySecret, KeyState},
    store::KeyStore,
    table::KeyTable,
    text::{InvalidKey, Key},
    timestamp::{InvalidTimestamp, Timestamp},
};
