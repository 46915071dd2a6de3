//! Changes and ends.

use std::time::{Duration, SystemTime};

use tollbar::plan::key::KeyRecord;

use super::{arguments::UpdateArguments, desk::Desk, error::KeysError, escaped::escaped};
use crate::output;

/// Changes what is said.
pub(super) async fn update(desk: &Desk, asked: UpdateArguments) -> Result<(), KeysError> {
    desk.check(&asked.proxy)?;
    let key = asked.key.clone();
    let record = desk.keys.update(&key, asked.into()).await?;
    say(&record, "is changed");
    Ok(())
}

pub(super) async fn suspend(desk: &Desk, key: &str) -> Result<(), KeysError> {
    let record = desk.keys.suspend(key).await?;
    say(
        &record,
        "is suspended, and opens nothing until it is resumed",
    );
    Ok(())
}

pub(super) async fn resume(desk: &Desk, key: &str) -> Result<(), KeysError> {
    let record = desk.keys.resume(key).await?;
    say(&record, "is not suspended");
    Ok(())
}

pub(super) async fn revoke(desk: &Desk, key: &str) -> Result<(), KeysError> {
    let record = desk.keys.revoke(key).await?;
    match record.live_secrets(SystemTime::now()).count() {
        0 | 1 => say(&record, "is revoked for good"),
        2 => say(&record, "is revoked for good, with both its secrets"),
        most => say(
            &record,
            &format!("is revoked for good, with all its {most} secrets"),
        ),
    }
    Ok(())
}

/// Forgets what has ended long ago, and says what that was.
pub(super) async fn prune(desk: &Desk, older_than: Duration) -> Result<(), KeysError> {
    let forgotten = desk.keys.prune(older_than).await?;
    for record in &forgotten {
        say(record, "is forgotten");
    }
    let count = forgotten.len();
    let noun = if count == 1 { "key" } else { "keys" };
    output::say(&format!("{count} {noun} forgotten\n"));
    Ok(())
}

fn say(record: &KeyRecord, what: &str) {
    let (name, id) = (escaped(&record.name), &record.id);
    output::say(&format!("the key `{name}` ({id}) {what}\n"));
}
