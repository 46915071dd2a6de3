use tollbar_core::{Consumer, Grant};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

fn right(fingerprint: u8, expires: Option<SystemTime>) -> Right {
    Right {
        known: Known {
            consumer: Consumer::new("login"),
            begins: None,
            expires,
            skew: Duration::ZERO,
            size: 0,
        },
        fingerprint: [fingerprint; 32],
    }
}

fn open(limit: usize) -> Open {
    Open::new(Pace(MINUTE), limit)
}

fn admit(open: &Open, token: u8, asked: Instant, right: &Right) -> (Arc<Revocation>, bool) {
    let secret = Secret::new("token".to_owned());
    open.admit(&mut open.lock(), [token; 32], secret, asked, right)
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[tokio::test]
async fn a_token_is_due_while_something_is_open_under_it() {
    let (open, now) = (open(10), Instant::now());
    let (revocation, _) = admit(&open, 1, now, &right(1, None));
    let grant = Grant::new().until_revoked(&revocation);
    assert!(open.sweep(now + seconds(52)).due.is_empty());
    let swept = open.sweep(now + seconds(53));
    assert_eq!(swept.due, [[1; 32]]);
    assert!(!swept.is_over);
    assert!(open.due(&[1; 32], now + seconds(53)).is_some());
    assert!(open.due(&[1; 32], now + seconds(52)).is_none());
    assert!(open.due(&[2; 32], now + seconds(53)).is_none());
    // Asked again.
    let (same, _) = admit(&open, 1, now + seconds(53), &right(1, None));
    assert!(same.is(&revocation));
    assert!(open.sweep(now + seconds(100)).due.is_empty());
    drop((same, grant));
    assert!(open.due(&[1; 32], now + seconds(110)).is_none());
}

#[tokio::test]
async fn a_token_is_forgotten_when_nothing_is_open_and_nobody_can_come_in() {
    let (open, now) = (open(10), Instant::now());
    let (revocation, _) = admit(&open, 1, now, &right(1, None));
    assert!(!open.sweep(now + seconds(59)).is_over);
    assert!(!revocation.is_revoked());
    let swept = open.sweep(now + seconds(60));
    assert!(swept.is_over);
    assert_eq!(swept.lost, 0);
    // Whoever still holds what lets in gets a right that has ended, and asks anew.
    assert!(revocation.is_revoked());
    let (other, _) = admit(&open, 1, now, &right(1, None));
    assert!(!other.is(&revocation) && !other.is_revoked());
}

#[tokio::test]
async fn what_cannot_be_asked_about_ends() {
    let (open, now) = (open(10), Instant::now());
    let (revocation, _) = admit(&open, 1, now, &right(1, None));
    let grant = Grant::new().until_revoked(&revocation);
    let swept = open.sweep(now + seconds(112));
    assert_eq!((swept.due.len(), swept.lost), (1, 0));
    // A look later twice the time would be over.
    let swept = open.sweep(now + seconds(113));
    assert_eq!((swept.due.len(), swept.lost, swept.is_over), (0, 1, true));
    assert!(grant.has_ended());
}

#[tokio::test]
async fn another_owner_gets_another_right() {
    let (open, now) = (open(10), Instant::now());
    let (first, _) = admit(&open, 1, now, &right(1, None));
    let (second, _) = admit(&open, 1, now, &right(2, None));
    assert!(first.is_revoked() && !second.is_revoked());
    open.lock().end(&[1; 32]);
    assert!(second.is_revoked());
    let (third, _) = admit(&open, 1, now, &right(2, None));
    assert!(!third.is_revoked());
}

#[tokio::test]
async fn a_right_ends_with_its_token() {
    let (open, now) = (open(10), Instant::now());
    let past = SystemTime::now() - seconds(1);
    let future = SystemTime::now() + seconds(1000);
    let (revocation, _) = admit(&open, 1, now, &right(1, Some(future)));
    assert!(!revocation.is_revoked());
    admit(&open, 1, now, &right(1, Some(past)));
    assert!(revocation.is_revoked());
    // It is not given again, and the token is as good as the server says.
    let (renewed, _) = admit(&open, 1, now, &right(1, Some(future)));
    assert!(!renewed.is(&revocation) && !renewed.is_revoked());
}

#[tokio::test]
async fn there_is_room_for_so_many() {
    let (open, now) = (open(2), Instant::now());
    let rooms = [1, 2, 3, 1].map(|token| admit(&open, token, now, &right(1, None)).1);
    assert_eq!(rooms, [true, true, false, true]);
    assert!(open.sweep(now + seconds(60)).is_over);
    assert!(admit(&open, 3, now, &right(1, None)).1);
}

#[tokio::test]
async fn there_is_room_for_so_many_bytes() {
    let (mut open, now) = (open(10), Instant::now());
    // Two tokens of five.
    open.bytes = 14;
    let admit_all = |open: &Open| {
        let rooms = [1, 2, 3, 1].map(|token| admit(open, token, now, &right(1, None)).1);
        assert_eq!(rooms, [true, true, false, true]);
        assert_eq!(open.lock().bytes, 10);
    };
    admit_all(&open);
    admit(&open, 1, now, &right(2, None));
    assert_eq!(open.lock().bytes, 10);
    open.lock().end(&[1; 32]);
    assert_eq!(open.lock().bytes, 5);
    assert!(open.sweep(now + seconds(60)).is_over);
    assert_eq!(open.lock().bytes, 0);
    admit_all(&open);
}

#[test]
fn a_fingerprint_leaves_times_out() {
    let of = |json: &str| {
        let claims: Map<String, Value> = serde_json::from_str(json).unwrap();
        fingerprint(&claims, ' ')
    };
    let first = of(r#"{"sub":"ann","scope":"a b","exp":1,"iat":2,"jti":"x","level":1}"#);
    for same in [
        r#"{"sub":"ann","scope":"a b","level":1}"#,
        r#"{"sub":"ann","scope":"b  a","exp":9,"nbf":3,"auth_time":4,"level":1}"#,
        r#"{"sub":"ann","scope":["b","a"],"jti":"y","expires_in":7,"level":1}"#,
        r#"{"sub":"ann","scope":"a b a","level":1}"#,
    ] {
        assert_eq!(first, of(same), "{same}");
    }
    assert_eq!(of(r#"{"aud":["a","b"]}"#), of(r#"{"aud":["b","a"]}"#));
    assert_eq!(of(r#"{"aud":["a"]}"#), of(r#"{"aud":"a"}"#));
    for other in [
        r#"{"sub":"bob","scope":"a b","level":1}"#,
        r#"{"sub":["ann"],"scope":"a b","level":1}"#,
        r#"{"sub":"ann","scope":"a b","level":2}"#,
        r#"{"sub":"ann","scope":"a b"}"#,
        r#"{"sub":"ann","scope":"a","level":1}"#,
        r#"{"sub":"ann","scope":"a,b","level":1}"#,
        r#"{"sub":"ann","scp":"a b","level":1}"#,
        r#"{"sub":"ann","scope":"a b","level":1,"roles":[]}"#,
        r#"{"sub":"ann","scope":"a b","level":1,"n":{"exp":1}}"#,
        "{}",
    ] {
        assert_ne!(first, of(other), "{other}");
    }
}
