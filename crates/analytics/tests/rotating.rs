//! The file that makes room for itself.

use std::{fs, io::Write as _, path::Path, time::Duration};

use http::{Request, Response};
use tollbar_analytics::{AnalyticsLayer, Fsync, JsonLines, RotatingFile, Rotation};
use tollbar_core::Body;
use tower::{Layer as _, ServiceExt as _, service_fn};

fn unbounded() -> Rotation {
    let mut rotation = Rotation::default();
    (rotation.bytes, rotation.age) = (None, None);
    rotation
}

fn by_size(bytes: u64, keep: usize) -> Rotation {
    let mut rotation = unbounded();
    (rotation.bytes, rotation.keep) = (Some(bytes), keep);
    rotation
}

/// What stands in the file, and in those that were put aside, the newest first.
fn files(path: &Path) -> Vec<String> {
    let folder = path.parent().unwrap();
    let count = fs::read_dir(folder).unwrap().count();
    let aside = (1..count).map(|number| format!("{}.{number}", path.display()));
    let mut files = vec![fs::read_to_string(path).unwrap()];
    files.extend(aside.map(|path| fs::read_to_string(path).unwrap()));
    files
}

#[test]
fn a_large_file_is_put_aside_and_the_oldest_goes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut file = RotatingFile::open(&path, by_size(10, 2)).unwrap();
    for line in [
        "aaaa\n", "bbbb\n", "cccc\n", "dddd\n", "eeee\n", "ffff\n", "gggg\n",
    ] {
        file.write_all(line.as_bytes()).unwrap();
    }
    assert_eq!(files(&path), ["gggg\n", "eeee\nffff\n", "cccc\ndddd\n"]);
}

#[test]
fn many_lines_at_once_are_parted_between_two_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut file = RotatingFile::open(&path, by_size(10, 9)).unwrap();
    file.write_all(b"a\nbb\nccc\ndddd\na line with more than ten\nf\n")
        .unwrap();
    let expected = [
        "f\n",
        "a line with more than ten\n",
        "dddd\n",
        "a\nbb\nccc\n",
    ];
    assert_eq!(files(&path), expected);
}

#[test]
fn a_line_that_comes_in_pieces_stays_in_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut file = RotatingFile::open(&path, by_size(4, 9)).unwrap();
    for piece in ["abc", "defghi", "jkl\n", "m\n"] {
        file.write_all(piece.as_bytes()).unwrap();
    }
    assert_eq!(files(&path), ["m\n", "abcdefghijkl\n"]);
}

#[test]
fn an_old_file_is_put_aside_also_one_of_another_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut rotation = unbounded();
    rotation.age = Some(Duration::from_millis(400));
    let mut file = RotatingFile::open(&path, rotation).unwrap();
    file.write_all(b"a\n").unwrap();
    file.write_all(b"b\n").unwrap();
    drop(file);
    std::thread::sleep(Duration::from_millis(450));
    let mut file = RotatingFile::open(&path, rotation).unwrap();
    file.write_all(b"c\n").unwrap();
    assert_eq!(files(&path), ["c\n", "a\nb\n"]);
    std::thread::sleep(Duration::from_millis(450));
    file.write_all(b"d\n").unwrap();
    assert_eq!(files(&path), ["d\n", "c\n", "a\nb\n"]);
}

#[test]
fn a_torn_line_of_a_killed_process_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    fs::write(&path, "whole\ntor").unwrap();
    let mut file = RotatingFile::open(&path, unbounded()).unwrap();
    file.write_all(b"next\n").unwrap();
    assert_eq!(files(&path), ["whole\ntor\nnext\n"]);
}

#[test]
fn nothing_is_kept_where_nothing_is_to_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut rotation = by_size(4, 0);
    rotation.fsync = Fsync::OnRotation;
    let mut file = RotatingFile::open(&path, rotation).unwrap();
    file.write_all(b"aaa\nbbb\nccc\n").unwrap();
    assert_eq!(files(&path), ["ccc\n"]);
}

#[test]
fn lines_go_on_into_the_old_file_when_it_cannot_be_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    // A folder that has something in it cannot be replaced by a file.
    fs::create_dir_all(folder.path().join("log.1").join("full")).unwrap();
    let mut file = RotatingFile::open(&path, by_size(4, 1)).unwrap();
    file.write_all(b"aaa\nbbb\nccc\n").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "aaa\nbbb\nccc\n");
}

async fn record(lines: &JsonLines, exchanges: usize) {
    let layer = AnalyticsLayer::new(lines.clone());
    for _ in 0..exchanges {
        let service = layer.layer(service_fn(|_: Request<Body>| async {
            Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
        }));
        service.oneshot(Request::new(Body::empty())).await.unwrap();
    }
    assert!(lines.flush(Duration::from_secs(10)));
}

#[tokio::test]
async fn exchanges_are_in_whole_lines_over_all_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exchanges.jsonl");
    let mut rotation = by_size(4096, 1000);
    rotation.fsync = Fsync::OnFlush;
    let lines = JsonLines::rotating(&path, rotation).unwrap();
    record(&lines, 500).await;
    let files = files(&path);
    assert!(files.len() > 10, "{} files", files.len());
    assert!(files.iter().all(|file| file.len() <= 4096));
    let rows = files.iter().flat_map(|file| file.lines());
    let rows: Vec<serde_json::Value> = rows.map(|row| serde_json::from_str(row).unwrap()).collect();
    assert_eq!(rows.len(), 500);
    assert_eq!(lines.dropped(), 0);
}

#[tokio::test]
async fn who_moves_the_file_away_asks_for_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exchanges.jsonl");
    let lines = JsonLines::rotating(&path, unbounded()).unwrap();
    record(&lines, 2).await;
    let moved = folder.path().join("exchanges.jsonl.1");
    fs::rename(&path, &moved).unwrap();
    record(&lines, 1).await;
    lines.reopen();
    record(&lines, 4).await;
    let count = |path: &Path| fs::read_to_string(path).unwrap().lines().count();
    assert_eq!(count(&path) + count(&moved), 7);
    // Unless a second has passed, nobody had noticed before.
    assert!((4..=5).contains(&count(&path)));
}

#[test]
fn that_a_file_was_moved_away_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut file = RotatingFile::open(&path, unbounded()).unwrap();
    file.write_all(b"a\n").unwrap();
    fs::rename(&path, folder.path().join("log.1")).unwrap();
    std::thread::sleep(Duration::from_millis(1100));
    file.write_all(b"b\n").unwrap();
    assert_eq!(files(&path), ["b\n", "a\n"]);
    // Also where there is a new one already.
    fs::rename(&path, folder.path().join("log.2")).unwrap();
    fs::write(&path, "").unwrap();
    std::thread::sleep(Duration::from_millis(1100));
    file.write_all(b"c\n").unwrap();
    assert_eq!(files(&path), ["c\n", "a\n", "b\n"]);
}

/// As when one gateway takes over from another.
#[test]
fn two_writers_of_one_file_lose_no_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let mut rotation = by_size(2000, 100);
    rotation.age = Some(Duration::from_secs(3600));
    // In turn: what two do in the very same moment is nobody's promise.
    let mut writers = [1, 2].map(|writer| (writer, RotatingFile::open(&path, rotation).unwrap()));
    for number in 0..750 {
        for (writer, file) in &mut writers {
            let line = format!("{writer} {number}\n");
            file.write_all(line.as_bytes()).unwrap();
        }
    }
    let text = files(&path).concat();
    let mut lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 1500);
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines.len(), 1500);
}

#[test]
fn files_beyond_the_number_go() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    for number in 1..=6 {
        fs::write(format!("{}.{number}", path.display()), "old\n").unwrap();
    }
    let mut file = RotatingFile::open(&path, by_size(4, 2)).unwrap();
    file.write_all(b"aaa\nbbb\n").unwrap();
    assert_eq!(files(&path), ["bbb\n", "aaa\n", "old\n"]);
}

/// As a process leaves it that is killed in the midst of it.
#[test]
fn what_was_cut_short_is_taken_up_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let aside = |number: u32| format!("{}.{number}", path.display());
    // Between the two renames, with a number free; and between the last one and the new file.
    fs::write(aside(2), "two\n").unwrap();
    fs::write(aside(3), "three\n").unwrap();
    fs::write(&path, "one\n").unwrap();
    let mut file = RotatingFile::open(&path, by_size(5, 3)).unwrap();
    file.write_all(b"next\n").unwrap();
    assert_eq!(files(&path), ["next\n", "one\n", "two\n", "three\n"]);
    drop(file);
    fs::remove_file(aside(3)).unwrap();
    fs::rename(aside(2), aside(3)).unwrap();
    fs::rename(aside(1), aside(2)).unwrap();
    fs::rename(&path, aside(1)).unwrap();
    let mut file = RotatingFile::open(&path, by_size(5, 3)).unwrap();
    file.write_all(b"last\n").unwrap();
    assert_eq!(files(&path), ["last\n", "next\n", "one\n", "two\n"]);
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_what_it_leads_to_is_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let link = folder.path().join("log");
    std::os::unix::fs::symlink(disk.join("log"), &link).unwrap();
    let mut file = RotatingFile::open(&link, by_size(4, 2)).unwrap();
    file.write_all(b"aaa\nbbb\n").unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(files(&disk.join("log")), ["bbb\n", "aaa\n"]);
}

/// A pipe: a rename would take it away from whoever reads it.
#[cfg(unix)]
#[test]
fn a_pipe_is_never_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    let reader = {
        let path = path.clone();
        std::thread::spawn(move || fs::read_to_string(path).unwrap())
    };
    let mut file = RotatingFile::open(&path, by_size(4, 2)).unwrap();
    for line in ["aaa\n", "bbb\n", "ccc\n"] {
        file.write_all(line.as_bytes()).unwrap();
    }
    drop(file);
    assert_eq!(reader.join().unwrap(), "aaa\nbbb\nccc\n");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn strangers_cannot_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    RotatingFile::open(&path, unbounded()).unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o137, 0, "{mode:o}");
}
