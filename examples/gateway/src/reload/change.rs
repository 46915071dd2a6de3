//! Waiting for a file to change.

use std::time::Duration;

use tokio::{task::spawn_blocking, time::sleep};

use super::Stamps;

/// How often files are looked at.
const POLL: Duration = Duration::from_millis(500);

/// How long nothing must happen to a file that has changed: whoever writes it may not be done.
const QUIET: Duration = Duration::from_millis(100);

/// How often that is waited for. What is written without a pause is read nevertheless.
const ROUNDS: usize = 20;

/// Waits until one of these files is in another state, and stays in it for a moment.
pub(super) async fn changed(stamps: &Stamps) {
    let mut now = stamps.clone();
    while now == *stamps {
        sleep(POLL).await;
        now = look(now).await;
    }
    for _ in 0..ROUNDS {
        sleep(QUIET).await;
        let later = look(now.clone()).await;
        if later == now {
            return;
        }
        now = later;
    }
}

/// The state in which the files are now.
async fn look(stamps: Stamps) -> Stamps {
    let known = stamps.clone();
    // Fails when the runtime ends, and with it the waiting.
    spawn_blocking(move || stamps.now()).await.unwrap_or(known)
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write as _};

    use super::{Stamps, changed, sleep};

    /// Whoever writes a file in pieces is let finish.
    #[tokio::test]
    async fn a_file_is_read_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "").unwrap();
        let before = Stamps::of([path.clone()]);
        let writing = path.clone();
        let writer = tokio::spawn(async move {
            let mut file = fs::File::options().append(true).open(writing).unwrap();
            // For longer than it takes to notice.
            for _ in 0..25 {
                file.write_all(b"x").unwrap();
                sleep(std::time::Duration::from_millis(40)).await;
            }
        });
        changed(&before).await;
        assert_eq!(fs::read(&path).unwrap().len(), 25);
        writer.await.unwrap();
    }
}
