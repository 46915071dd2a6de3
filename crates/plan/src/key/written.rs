//! Records as they are written.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::SystemTime,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{InvalidRecord, KeyDigest, KeyId, KeyRecord, KeySecret, Proxies, Timestamp};

/// A record as it stands in JSON. What is not known is an error: it may be a right, or the end of
/// one, that this version cannot honour.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenRecord {
    id: Text<KeyId>,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    proxies: WrittenProxies,
    #[serde(default)]
    scopes: BTreeSet<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    created: Text<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<Text<Timestamp>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    suspended: Option<Text<Timestamp>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked: Option<Text<Timestamp>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_used: Option<Text<Timestamp>>,
    secrets: Vec<WrittenSecret>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenSecret {
    digest: Text<KeyDigest>,
    created: Text<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<Text<Timestamp>>,
}

#[derive(Deserialize, Serialize)]
#[serde(
    untagged,
    expecting = "`proxies` is the word \"all\" or a list of names"
)]
enum WrittenProxies {
    All(All),
    Named(BTreeSet<String>),
}

#[derive(Deserialize, Serialize)]
enum All {
    #[serde(rename = "all")]
    All,
}

impl KeyRecord {
    /// The record as one line of JSON, for stores and for people.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Text, numbers and lists only: nothing in it can fail to be written.
        serde_json::to_string(&WrittenRecord::from(self)).unwrap_or_default()
    }

    /// The record that [`to_json`](Self::to_json) has written.
    ///
    /// # Errors
    ///
    /// [`InvalidRecord`] when it is not JSON, has a member that is not known or lacks one, or does
    /// not pass [`check`](Self::check).
    pub fn from_json(text: &str) -> Result<Self, InvalidRecord> {
        let written: WrittenRecord =
            serde_json::from_str(text).map_err(|error| InvalidRecord::new(error.to_string()))?;
        let record = Self::from(written);
        record.check().map(|()| record)
    }
}

impl From<&KeyRecord> for WrittenRecord {
    fn from(record: &KeyRecord) -> Self {
        Self {
            id: Text(record.id.clone()),
            name: record.name.clone(),
            owner: record.owner.clone(),
            proxies: match &record.proxies {
                Proxies::All => WrittenProxies::All(All::All),
                Proxies::Named(names) => WrittenProxies::Named(names.clone()),
            },
            scopes: record.scopes.clone(),
            metadata: record.metadata.clone(),
            created: record.created.into(),
            expires: record.expires.map(Text::from),
            suspended: record.suspended.map(Text::from),
            revoked: record.revoked.map(Text::from),
            last_used: record.last_used.map(Text::from),
            secrets: record.secrets.iter().map(WrittenSecret::from).collect(),
        }
    }
}

impl From<WrittenRecord> for KeyRecord {
    fn from(written: WrittenRecord) -> Self {
        Self {
            id: written.id.0,
            name: written.name,
            owner: written.owner,
            proxies: match written.proxies {
                WrittenProxies::All(All::All) => Proxies::All,
                WrittenProxies::Named(names) => Proxies::Named(names),
            },
            scopes: written.scopes,
            metadata: written.metadata,
            created: written.created.0.time(),
            expires: written.expires.map(|time| time.0.time()),
            suspended: written.suspended.map(|time| time.0.time()),
            revoked: written.revoked.map(|time| time.0.time()),
            last_used: written.last_used.map(|time| time.0.time()),
            secrets: written.secrets.into_iter().map(KeySecret::from).collect(),
        }
    }
}

impl From<&KeySecret> for WrittenSecret {
    fn from(secret: &KeySecret) -> Self {
        Self {
            digest: Text(secret.digest),
            created: secret.created.into(),
            expires: secret.expires.map(Text::from),
        }
    }
}

impl From<WrittenSecret> for KeySecret {
    fn from(written: WrittenSecret) -> Self {
        Self {
            digest: written.digest.0,
            created: written.created.0.time(),
            expires: written.expires.map(|time| time.0.time()),
        }
    }
}

/// A value that is written as text.
struct Text<T>(T);

impl From<SystemTime> for Text<Timestamp> {
    fn from(time: SystemTime) -> Self {
        Self(time.into())
    }
}

impl Serialize for Text<KeyId> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for Text<KeyId> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(D::Error::custom)
    }
}

impl Serialize for Text<Timestamp> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text<Timestamp> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(D::Error::custom)
    }
}

impl Serialize for Text<KeyDigest> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_text())
    }
}

impl<'de> Deserialize<'de> for Text<KeyDigest> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digest = KeyDigest::parse(&text).map(Self);
        digest.ok_or_else(|| D::Error::custom("a digest is 43 characters of base64url"))
    }
}
