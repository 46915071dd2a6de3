//! Watching the file of the pepper, which is read at the start only.

use std::{fs::File, io::Read as _, path::Path, path::PathBuf, time::Duration};

use tokio::{task::spawn_blocking, time::sleep};
use tollbar::plan::key::Pepper;
use zeroize::Zeroizing;

/// How often the file is looked at.
const POLL: Duration = Duration::from_secs(1);

/// More than any pepper has, in bytes.
const LONGEST: u64 = 4096;

/// Tells when the pepper in this file is not the one that is in use any more, once, and when it is
/// again. Whoever restarts the gateway later would find out too late. Never ends.
pub(super) async fn watch(path: PathBuf, pepper: Pepper) {
    let known = pepper.fingerprint();
    let mut was_there = true;
    loop {
        sleep(POLL).await;
        let reading = path.clone();
        let Ok(found) = spawn_blocking(move || fingerprint(&reading)).await else {
            // The runtime ends.
            return;
        };
        let is_there = found.as_ref() == Some(&known);
        let path = path.display();
        match (was_there, is_there) {
            (true, false) => tracing::warn!(
                "the pepper `{path}` has gone or changed: this gateway runs on, and will not start \
                 again without the old one"
            ),
            (false, true) => tracing::info!("the pepper `{path}` is back"),
            (true, true) | (false, false) => {}
        }
        was_there = is_there;
    }
}

/// The fingerprint of the pepper in this file; `None` when there is none.
fn fingerprint(path: &Path) -> Option<String> {
    // Room for all of it: a buffer that grows leaves copies behind.
    let mut text = Zeroizing::new(Vec::with_capacity(usize::try_from(LONGEST).ok()?));
    let file = File::open(path).ok()?;
    file.take(LONGEST).read_to_end(&mut text).ok()?;
    let pepper = Pepper::new(text.trim_ascii()).ok()?;
    Some(pepper.fingerprint())
}
