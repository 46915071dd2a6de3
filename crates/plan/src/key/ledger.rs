//! The records of a store, and the rules that hold between them.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    time::SystemTime,
};

use super::{KeyError, KeyId, KeyRecord};

/// All records of a store that has them at hand. A failed change leaves it as it was.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger(BTreeMap<KeyId, Arc<KeyRecord>>);

impl Ledger {
    /// The ledger of these records.
    pub(super) fn new(records: impl IntoIterator<Item = KeyRecord>) -> Result<Self, KeyError> {
        let mut ledger = BTreeMap::new();
        let mut names = HashMap::new();
        let mut digests = HashSet::new();
        for record in records {
            record.check()?;
            let id = record.id.clone();
            if record
                .secrets
                .iter()
                .any(|secret| !digests.insert(secret.digest))
            {
                return Err(KeyError::Taken(id));
            }
            if record.revoked.is_none()
                && let Some(other) = names.insert(record.name.clone(), id.clone())
            {
                let name = record.name;
                return Err(KeyError::NameTaken { name, id: other });
            }
            if ledger.insert(id.clone(), Arc::new(record)).is_some() {
                return Err(KeyError::Taken(id));
            }
        }
        Ok(Self(ledger))
    }

    pub(super) fn records(&self) -> impl Iterator<Item = &Arc<KeyRecord>> {
        self.0.values()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, id: &KeyId) -> Option<&Arc<KeyRecord>> {
        self.0.get(id)
    }

    pub(super) fn insert(&mut self, record: KeyRecord) -> Result<(), KeyError> {
        record.check()?;
        if self.0.contains_key(&record.id) {
            return Err(KeyError::Taken(record.id));
        }
        self.check_beside_others(&record)?;
        self.0.insert(record.id.clone(), Arc::new(record));
        Ok(())
    }

    /// Gives the new record, and whether it is another one than before.
    pub(super) fn update(
        &mut self,
        id: &KeyId,
        mut change: impl FnMut(&mut KeyRecord) -> Result<(), KeyError>,
    ) -> Result<(KeyRecord, bool), KeyError> {
        let earlier = self.0.get(id);
        let earlier = earlier.ok_or_else(|| KeyError::Unknown(id.as_str().to_owned()))?;
        let mut record = KeyRecord::clone(earlier);
        change(&mut record)?;
        record.may_follow(earlier)?;
        let changed = record != **earlier;
        if changed {
            self.check_beside_others(&record)?;
            self.0.insert(id.clone(), Arc::new(record.clone()));
        }
        Ok((record, changed))
    }

    pub(super) fn remove(
        &mut self,
        ids: &[KeyId],
        mut still: impl FnMut(&KeyRecord) -> bool,
    ) -> Vec<KeyRecord> {
        let mut removed = Vec::new();
        for id in ids {
            if self.0.get(id).is_some_and(|record| still(record)) {
                removed.extend(self.0.remove(id).map(Arc::unwrap_or_clone));
            }
        }
        removed
    }

    /// Whether anything was not known before.
    pub(super) fn record_uses(&mut self, uses: &[(KeyId, SystemTime)]) -> bool {
        let mut changed = false;
        for (id, used) in uses {
            if let Some(record) = self.0.get_mut(id)
                && record.last_used.is_none_or(|known| known < *used)
            {
                Arc::make_mut(record).last_used = Some(*used);
                changed = true;
            }
        }
        changed
    }

    /// Looks for the name and the digests of a record among all others.
    fn check_beside_others(&self, record: &KeyRecord) -> Result<(), KeyError> {
        for other in self.0.values().filter(|other| other.id != record.id) {
            let both_live = record.revoked.is_none() && other.revoked.is_none();
            if both_live && other.name == record.name {
                let (name, id) = (record.name.clone(), other.id.clone());
                return Err(KeyError::NameTaken { name, id });
            }
            let mut mine = record.secrets.iter().map(|secret| secret.digest);
            if mine.any(|digest| other.secrets.iter().any(|theirs| theirs.digest == digest)) {
                return Err(KeyError::Taken(other.id.clone()));
            }
        }
        Ok(())
    }
}
