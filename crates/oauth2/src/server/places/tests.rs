use futures_util::FutureExt as _;

use super::*;

const LIMIT: Duration = Duration::from_secs(5);

fn client(address: &str) -> Asker {
    Asker::Client(Some(address.parse().unwrap()))
}

/// A place, if there is one at once.
fn take(places: &Arc<Places>, asker: Asker) -> Option<Place> {
    places.place(asker, LIMIT).now_or_never()?.ok()
}

#[tokio::test]
async fn one_address_has_a_quarter() {
    let places = Arc::new(Places::new(8));
    let held: Vec<_> = (0..3).map(|_| take(&places, client("192.0.2.7"))).collect();
    assert!(held[0].is_some() && held[1].is_some() && held[2].is_none());
    let of_network = ["2001:db8::1", "2001:db8::2", "2001:db8::3"].map(client);
    let network: Vec<_> = of_network.map(|it| take(&places, it)).into_iter().collect();
    assert!(network[0].is_some() && network[1].is_some() && network[2].is_none());
    assert!(take(&places, client("2001:db8:0:1::1")).is_some());
    assert!(take(&places, client("::ffff:192.0.2.7")).is_none());
    // Those without an address may have all that is left.
    let rest: Vec<_> = (0..5).map(|_| take(&places, Asker::Client(None))).collect();
    assert_eq!(rest.iter().flatten().count(), 4);
    assert!(take(&places, Asker::Recheck).is_some());
    drop((held, network));
    assert!(take(&places, client("192.0.2.7")).is_some());
    assert!(places.lock().is_empty());
}

#[tokio::test]
async fn there_is_a_place_for_everybody_and_for_rechecks() {
    let places = Arc::new(Places::new(1));
    let held = take(&places, client("192.0.2.7"));
    assert!(held.is_some());
    assert!(take(&places, client("192.0.2.8")).is_none());
    let recheck = take(&places, Asker::Recheck);
    assert!(recheck.is_some());
    assert!(take(&places, Asker::Recheck).is_none());
    drop(held);
    assert!(take(&places, client("192.0.2.8")).is_some());
}

#[tokio::test(start_paused = true)]
async fn the_line_of_one_address_has_an_end() {
    let places = Arc::new(Places::new(4));
    let _held = take(&places, client("192.0.2.7")).unwrap();
    let waiting: Vec<_> = (0..LINE)
        .map(|_| {
            let places = Arc::clone(&places);
            tokio::spawn(async move { places.place(client("192.0.2.7"), LIMIT).await.is_err() })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(1)).await;
    let refused = places.place(client("192.0.2.7"), LIMIT).now_or_never();
    assert!(matches!(refused, Some(Err(ServerFailure::CrowdOfOne(_)))));
    assert!(take(&places, client("192.0.2.8")).is_some());
    for waiting in waiting {
        assert!(waiting.await.unwrap());
    }
    assert_eq!(places.lock().values().map(|it| it.there).sum::<usize>(), 1);
}
