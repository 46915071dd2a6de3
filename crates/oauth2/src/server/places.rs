//! Who may ask about tokens at a time.

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::failure::ServerFailure;

/// How many may wait for a place of one address.
const LINE: usize = 256;

/// For whom a token is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    /// A request from this address, as far as that is known.
    Client(Option<IpAddr>),
    /// What is open already, and may have to end.
    Recheck,
}

/// The places of those who ask about tokens at a time. One address has a quarter of them at most, and a
/// line of its own, so that whoever shows many new tokens is in nobody else's way. Rechecks have places
/// besides, an eighth as many.
#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    clients: Arc<Semaphore>,
    rechecks: Arc<Semaphore>,
    addresses: Mutex<HashMap<IpAddr, Address>>,
}

/// What one address has.
#[derive(Debug)]
struct Address {
    places: Arc<Semaphore>,
    /// The one who stands in the line of all addresses: each has one there, so that all come to their
    /// turn alike.
    first: Arc<Semaphore>,
    /// How many have a place, or wait for it.
    there: usize,
}

/// A place among those who may introspect at a time. It is given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
    _of_address: Option<(OwnedSemaphorePermit, Visit)>,
}

/// Being counted at one's address, until it is dropped.
#[derive(Debug)]
struct Visit {
    places: Arc<Places>,
    network: IpAddr,
}

impl Places {
    /// So many, at least one.
    pub(super) fn new(most: usize) -> Self {
        let of = |count: usize| Arc::new(Semaphore::new(count.clamp(1, Semaphore::MAX_PERMITS)));
        Self {
            most,
            clients: of(most),
            rechecks: of(of_rechecks(most)),
            addresses: Mutex::default(),
        }
    }

    /// How many rechecks have a place.
    pub(super) const fn rechecks(&self) -> usize {
        of_rechecks(self.most)
    }

    /// Waits for a place, so long at most.
    pub(super) async fn place(
        self: &Arc<Self>,
        asker: Asker,
        limit: Duration,
    ) -> Result<Place, ServerFailure> {
        match timeout(limit, self.wait(asker)).await {
            Ok(place) => place,
            Err(_) => Err(ServerFailure::Crowded(self.most)),
        }
    }

    async fn wait(self: &Arc<Self>, asker: Asker) -> Result<Place, ServerFailure> {
        let mut first = None;
        let (places, of_address) = match asker {
            Asker::Recheck => (&self.rechecks, None),
            Asker::Client(None) => (&self.clients, None),
            Asker::Client(Some(address)) => {
                let (visit, places, line) = self.visit(network(address))?;
                let place = self.turn(places).await?;
                first = Some(self.turn(line).await?);
                (&self.clients, Some((place, visit)))
            }
        };
        let permit = self.turn(Arc::clone(places)).await?;
        // The next one of the address may stand in line.
        drop(first);
        Ok(Place {
            _permit: permit,
            _of_address: of_address,
        })
    }

    async fn turn(&self, places: Arc<Semaphore>) -> Result<OwnedSemaphorePermit, ServerFailure> {
        let turn = places.acquire_owned().await;
        // Never closed.
        turn.map_err(|_| ServerFailure::Crowded(self.most))
    }

    /// Counts somebody at an address, and says which places are for that.
    fn visit(
        self: &Arc<Self>,
        network: IpAddr,
    ) -> Result<(Visit, Arc<Semaphore>, Arc<Semaphore>), ServerFailure> {
        let share = (self.most / 4).clamp(1, Semaphore::MAX_PERMITS);
        let mut addresses = self.lock();
        let address = addresses.entry(network).or_insert_with(|| Address {
            places: Arc::new(Semaphore::new(share)),
            first: Arc::new(Semaphore::new(1)),
            there: 0,
        });
        if address.there >= share.saturating_add(LINE) {
            return Err(ServerFailure::CrowdOfOne(LINE));
        }
        address.there += 1;
        let visit = Visit {
            places: Arc::clone(self),
            network,
        };
        let (places, first) = (&address.places, &address.first);
        Ok((visit, Arc::clone(places), Arc::clone(first)))
    }

    /// Nothing that holds the lock can panic half-way, so what a panic elsewhere left is whole.
    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, Address>> {
        self.addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

const fn of_rechecks(most: usize) -> usize {
    match most / 8 {
        0 => 1,
        count => count,
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let mut addresses = self.places.lock();
        if let Some(address) = addresses.get_mut(&self.network) {
            address.there = address.there.saturating_sub(1);
            if address.there == 0 {
                addresses.remove(&self.network);
            }
        }
    }
}

/// What counts as one address: of IPv6 a network of 64 bits, which one host has as a whole.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            Ipv6Addr::from_bits(network).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}
