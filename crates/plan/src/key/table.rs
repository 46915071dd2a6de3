//! What requests look their keys up in.

use std::{collections::HashMap, sync::Arc, time::SystemTime};

use arc_swap::ArcSwap;

use super::{KeyDigest, KeyEntry, KeyId, KeyRecord, entry::LastUse, ledger::Ledger};

/// From digests to entries: what a store that has its keys at hand answers requests from.
///
/// Looking up takes no lock and does not allocate. Clones share the table. For those who write a
/// store: [`replace`](Self::replace) is the one way in, and ends what has to end.
///
/// ```
/// use tollbar_plan::key::{KeyTable, Keys, MemoryStore, NewKey, Pepper};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let pepper = Pepper::generate()?;
/// let keys = Keys::new(MemoryStore::new(), pepper.clone());
/// let (key, record) = keys.create(NewKey::new("ci").proxy("mock")).await?;
///
/// let table = KeyTable::new();
/// table.replace([record.into()]);
/// let entry = table.find(&pepper.digest(&key)).unwrap();
///
/// table.replace([]);
/// assert!(entry.revocation().is_revoked());
/// # Ok::<(), tollbar_plan::key::KeyError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct KeyTable(Arc<ArcSwap<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    by_digest: HashMap<KeyDigest, KeyEntry>,
    uses: HashMap<KeyId, Use>,
}

#[derive(Debug)]
struct Use {
    /// As requests note it.
    noted: Arc<LastUse>,
    /// As it was written down.
    written: Option<SystemTime>,
}

impl KeyTable {
    /// A table without keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The entry of the secret with this digest.
    #[must_use]
    pub fn find(&self, digest: &KeyDigest) -> Option<KeyEntry> {
        self.0.load().by_digest.get(digest).cloned()
    }

    /// Puts these records in the place of all that were here. The entries of secrets whose rights
    /// stay the same stay; the [`Revocation`](tollbar_core::Revocation) of every other one is revoked
    /// once requests find the new table, or at its end when nothing but that has changed. Calls must
    /// not overlap.
    pub fn replace(&self, records: impl IntoIterator<Item = Arc<KeyRecord>>) {
        let earlier = self.0.load_full();
        let mut entries = Entries::default();
        for record in records {
            let kept = earlier.uses.get(&record.id);
            let noted = kept.map(|kept| Arc::clone(&kept.noted)).unwrap_or_default();
            if let Some(time) = record.last_used {
                noted.mark(time);
            }
            for secret in &record.secrets {
                let kept = earlier.by_digest.get(&secret.digest);
                let entry = match kept.filter(|kept| kept.has_rights_of(&record, secret)) {
                    Some(kept) => kept.clone(),
                    None => {
                        let kept = kept.filter(|it| it.differs_in_its_end_only(&record, secret));
                        KeyEntry::new(&record, secret, &noted, kept)
                    }
                };
                entries.by_digest.insert(secret.digest, entry);
            }
            let written = record.last_used;
            entries
                .uses
                .insert(record.id.clone(), Use { noted, written });
        }
        let entries = Arc::new(entries);
        self.0.store(Arc::clone(&entries));
        for (digest, entry) in &earlier.by_digest {
            match entries.by_digest.get(digest) {
                Some(now) if now.continues(entry) => entry.revocation().revoke_at(now.ends()),
                _ => entry.revocation().revoke(),
            }
        }
    }

    /// When a key was last used, written down or not.
    #[must_use]
    pub fn last_used(&self, id: &KeyId) -> Option<SystemTime> {
        self.0.load().uses.get(id)?.noted.time()
    }

    /// A record as it is shown: with the last use that is known here.
    pub(super) fn show(&self, record: &KeyRecord) -> KeyRecord {
        let mut record = record.clone();
        record.last_used = record.last_used.max(self.last_used(&record.id));
        record
    }

    /// All records, in the order in which a store lists them.
    pub(super) fn list(&self, ledger: &Ledger) -> Vec<KeyRecord> {
        let records = ledger.records().map(|record| self.show(record));
        let mut records: Vec<_> = records.collect();
        records.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
        records
    }

    /// The uses that are not written down yet, for [`record_uses`](super::KeyStore::record_uses).
    #[must_use]
    pub fn unwritten_uses(&self) -> Vec<(KeyId, SystemTime)> {
        let entries = self.0.load();
        let uses = entries.uses.iter().filter_map(|(id, each)| {
            let noted = each
                .noted
                .time()
                .filter(|time| Some(*time) > each.written)?;
            Some((id.clone(), noted))
        });
        uses.collect()
    }
}
