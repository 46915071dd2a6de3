//! The audience: everybody who wants to hear when something changes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::future::join_all;
use rmcp::{Peer, RoleServer, model::ResourceUpdatedNotificationParam, service::SubscriptionSink};

/// How long a listener may take to accept one notification. A client that reads too slowly loses
/// notifications rather than holding up the tool that caused them.
const PATIENCE: Duration = Duration::from_secs(1);

/// Something that clients may want to hear of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change<'a> {
    /// The resource of this URI has other contents than before.
    Resource(&'a str),
    /// The list of resources has become longer.
    ResourceList,
}

/// Who hears: a session of the legacy era or a `subscriptions/listen` stream of the modern one.
#[derive(Debug, Clone)]
pub(super) enum Listener {
    /// A session, with the URIs that it subscribed to.
    Session(Peer<RoleServer>, Subscriptions),
    /// A stream, which knows by itself what it accepted.
    Stream(SubscriptionSink),
}

/// The URIs that one legacy session subscribed to.
#[derive(Debug, Clone, Default)]
pub(super) struct Subscriptions(Arc<Mutex<BTreeSet<String>>>);

/// All listeners of the server.
#[derive(Debug, Clone, Default)]
pub(super) struct Audience(Arc<Mutex<Seats>>);

#[derive(Debug, Default)]
struct Seats {
    next: u64,
    taken: BTreeMap<u64, Listener>,
}

/// A place in the audience, given up when dropped.
#[derive(Debug)]
pub(super) struct Seat {
    audience: Audience,
    number: u64,
}

// ===== impl Audience =====

impl Audience {
    /// Lets a listener hear everything from now on until the seat is dropped.
    pub(super) fn join(&self, listener: Listener) -> Seat {
        let mut seats = self.seats();
        let number = seats.next;
        seats.next += 1;
        seats.taken.insert(number, listener);
        Seat {
            audience: self.clone(),
            number,
        }
    }

    /// Tells everybody who is concerned, all at the same time. Whoever cannot be reached misses it.
    pub(super) async fn tell(&self, change: Change<'_>) {
        let listeners: Vec<_> = self.seats().taken.values().cloned().collect();
        let all = listeners
            .iter()
            .map(|listener| tokio::time::timeout(PATIENCE, listener.hear(change)));
        join_all(all).await;
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// ===== impl Listener =====

impl Listener {
    async fn hear(&self, change: Change<'_>) {
        // A failure means that the client has gone, and its seat will be dropped shortly.
        match (self, change) {
            (Self::Session(peer, subscriptions), Change::Resource(uri)) => {
                if subscriptions.contains(uri) {
                    let update = ResourceUpdatedNotificationParam::new(uri);
                    let _ = peer.notify_resource_updated(update).await;
                }
            }
            (Self::Session(peer, _), Change::ResourceList) => {
                let _ = peer.notify_resource_list_changed().await;
            }
            (Self::Stream(sink), Change::Resource(uri)) => {
                let _ = sink.notify_resource_updated(uri).await;
            }
            (Self::Stream(sink), Change::ResourceList) => {
                let _ = sink.notify_resource_list_changed().await;
            }
        }
    }
}

// ===== impl Subscriptions =====

impl Subscriptions {
    /// How many URIs one session may subscribe to.
    pub(super) const MOST: usize = 100;

    /// Adds a URI; `false` when there are [`MOST`](Self::MOST) already.
    pub(super) fn add(&self, uri: &str) -> bool {
        let mut uris = self.uris();
        if uris.len() >= Self::MOST && !uris.contains(uri) {
            return false;
        }
        uris.insert(uri.to_owned());
        true
    }

    /// Takes a URI away, if it is there.
    pub(super) fn remove(&self, uri: &str) {
        self.uris().remove(uri);
    }

    fn contains(&self, uri: &str) -> bool {
        self.uris().contains(uri)
    }

    fn uris(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// ===== impl Seat =====

impl Drop for Seat {
    fn drop(&mut self) {
        self.audience.seats().taken.remove(&self.number);
    }
}
