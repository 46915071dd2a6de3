use super::*;

const CLIENT: &str = "192.0.2.7";

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn attempts_run_out_and_come_back() {
    let attempts = FailedAttempts::new().burst(3).per(Duration::from_secs(30));
    let client = address(CLIENT);
    for _ in 0..3 {
        assert_eq!(attempts.check(client), Ok(()));
        attempts.fail(client);
    }
    let wait = attempts.check(client).unwrap_err();
    assert!(wait <= Duration::from_secs(10), "{wait:?}");
    assert_eq!(attempts.check(address("192.0.2.8")), Ok(()));

    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(attempts.check(client), Ok(()));
    attempts.fail(client);
    assert!(attempts.check(client).is_err());
}

#[tokio::test(start_paused = true)]
async fn a_flood_is_forgiven_as_soon_as_any_other() {
    let attempts = FailedAttempts::new().burst(3).per(Duration::from_secs(30));
    let client = address(CLIENT);
    for _ in 0..100_000 {
        attempts.fail(client);
    }
    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(attempts.check(client), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn addresses_of_one_host_count_as_one() {
    let attempts = FailedAttempts::new().burst(2).per(Duration::from_secs(60));
    attempts.fail(address("2001:db8::1"));
    attempts.fail(address("2001:db8::ffff:2"));
    assert!(attempts.check(address("2001:db8::3")).is_err());
    assert_eq!(attempts.check(address("2001:db8:0:1::3")), Ok(()));

    attempts.fail(address("::ffff:192.0.2.7"));
    attempts.fail(address(CLIENT));
    assert!(attempts.check(address(CLIENT)).is_err());
}

#[tokio::test(start_paused = true)]
async fn the_memory_is_bounded() {
    let attempts = FailedAttempts::new().burst(1).addresses(160);
    for number in 0..100_000_u32 {
        attempts.fail(std::net::Ipv4Addr::from_bits(number).into());
    }
    let held: usize = (0..SHARDS)
        .map(|index| attempts.seen.shards[index].lock().unwrap().len())
        .sum();
    assert!(held <= 160, "{held}");
    // The last one is among them.
    let last = std::net::Ipv4Addr::from_bits(99_999).into();
    assert!(attempts.check(last).is_err());
}

#[test]
fn extreme_settings_do_no_harm() {
    let attempts = FailedAttempts::new()
        .burst(0)
        .per(Duration::MAX)
        .addresses(0);
    attempts.fail(address(CLIENT));
    assert!(attempts.check(address(CLIENT)).is_err());
    let attempts = FailedAttempts::new().burst(u32::MAX).per(Duration::ZERO);
    attempts.fail(address(CLIENT));
    assert_eq!(attempts.check(address(CLIENT)), Ok(()));
}
